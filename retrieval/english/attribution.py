"""Whom a sentence names as the source of what it tells: "AP reports", "told CNN", "(Reuters)"."""

from __future__ import annotations

import re

_NAME = r"(?:[A-Z][\w.&'’-]*)(?: (?:[A-Z][\w.&'’-]*|of|and|for)){0,4}"
_RETOLD = re.compile(
    rf"\b(?:[Tt]he )?(?P<before>{_NAME}),? (?:first |had |has )?(?:report(?:s|ed)?|wrote|writes)\b"
    rf"|\b(?:told|to|by|from|via|[Aa]ccording to|cited by|citing) (?:the )?(?P<after>{_NAME})"
    r"|\((?P<credit>[A-Z][A-Za-z.&]{1,20})\)"
)
_DOMAIN = re.compile(r"^(?:www\.)?(?P<name>[\w-]+)(?:\.[\w-]+)*\.[a-z]{2,}$")
_NO_LETTERS = re.compile(r"[^a-z0-9]")
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
    return _keys(text, ("before", "after", "credit"))


def reporting(text: str) -> frozenset[str]:
    """Keys of whoever "reports" something in ``text`` or is credited: papers and agencies."""
    return _keys(text, ("before", "credit"))


def _keys(text: str, groups: tuple[str, ...]) -> frozenset[str]:
    names = (match[group] for match in _RETOLD.finditer(text) for group in groups)
    return frozenset(key for name in names if name and (key := publisher_key(name)))


def publisher_key(name: str) -> str:
    """What two ways of writing one publisher share: "usatoday.com" and "USA TODAY", "AP" and "The
    Associated Press". Empty for a name without letters and figures.
    """
    folded = _ARTICLE.sub("", name.strip().casefold())
    domain = _DOMAIN.match(folded)
    if domain:
        folded = domain["name"]
    return _AGENCIES.get(key := _NO_LETTERS.sub("", folded), key)
