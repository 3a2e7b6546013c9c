"""Whom a sentence names as the source of what it tells: "AP reports", "told CNN", "(Reuters)"."""

from __future__ import annotations

import re

_WORD = r"[A-Z][\w.&'’-]*+"
_NAME = rf"(?<![\w.&'’-]){_WORD}(?: (?:{_WORD}|of|and|for)){{0,4}}"
_RETOLD = re.compile(
    rf"\b(?:[Tt]he )?(?P<before>{_NAME}),? (?:first |had |has )?"
    r"(?:report(?:s|ed)?|wrote|writes|contributed)\b"
    rf"|\b(?:told|to|[Bb]y|from|via|[Aa]ccording to|cited by|citing) (?:the )?(?P<after>{_NAME})"
    r"|\((?P<credit>[A-Z][A-Za-z.&]{1,20})\)"
)
_DOMAIN = re.compile(r"^[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}$")
_SECOND_LEVEL = frozenset({"co", "com", "org", "net", "gov", "ac"})
_NO_LETTERS = re.compile(r"[\W_]")
_ARTICLE = re.compile(r"^the\s+")
_AGENCIES = {
    "associatedpress": "ap",
    "apnews": "ap",
    "agencefrancepresse": "afp",
    "deutschepresseagentur": "dpa",
    "pressassociation": "pa",
    "pamedia": "pa",
    "thomsonreuters": "reuters",
    "unitedpressinternational": "upi",
}
"""What agencies are called in full."""
WIRES = frozenset(_AGENCIES.values()) | {
    "anadolu", "ansa", "bloomberg", "efe", "interfax", "kyodo", "tass", "xinhua"
}  # fmt: skip
"""Keys of agencies: two papers that name the same one tell one story."""


def retold(text: str) -> frozenset[str]:
    """Keys (see ``publisher_key``) of whoever is named as the source of something in ``text``.

    People and offices are among them: whether a name is a paper's is for the caller to know.
    """
    names = (m["before"] or m["after"] or m["credit"] for m in _RETOLD.finditer(text))
    return frozenset(key for name in names if (key := publisher_key(name)))


def publisher_key(name: str) -> str:
    """What two ways of writing one publisher share: "usatoday.com" and "USA TODAY", "AP" and "The
    Associated Press". Empty for a name without letters and figures.
    """
    folded = _ARTICLE.sub("", name.strip().casefold())
    if _DOMAIN.match(folded):
        *labels, _ = folded.split(".")  # theweek.co.uk, news.bbc.co.uk, edition.cnn.com
        folded = labels[-2] if len(labels) > 1 and labels[-1] in _SECOND_LEVEL else labels[-1]
    return _AGENCIES.get(key := _NO_LETTERS.sub("", folded), key)
