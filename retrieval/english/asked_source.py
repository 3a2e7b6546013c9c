"""Whose words a question asks for ("according to the union"), and whether a sentence gives them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from retrieval.datatypes import TextRange
from retrieval.english.attribution import publisher_key
from retrieval.english.polarity import same_word
from retrieval.english.speakers import Speaking

_ASKED = (
    re.compile(
        r"\baccording to (?P<who>.+?)(?=[,?!]|\.?$| (?:who|what|when|where|why|how|which|did|does|"
        r"do|is|was|are|were|has|have|will)\b)",
        re.I,
    ),
    re.compile(
        r"\b(?:did|does|do|has|have) (?P<who>.+?) (?P<verb>say|said|report|reported|write|written|"
        r"claim|claimed|announce|announced|estimate|estimated)\b",
        re.I,
    ),
)
_TOLD = {"say": "said", "write": "written", "claim": "claimed", "announce": "announced"}
_WHOEVER = re.compile(
    r"^(?:who|whom|whoever|he|she|they|it|we|i|you|him|her|them|us|me|people|any\w*|some\w*|"
    r"(?:the |this |that |these )?(?:articles?|texts?|news|stor(?:y|ies)|sources?|reports?))$",
    re.I,
)
"""Asks for a speaker, or means the articles at hand."""
_OF = re.compile(r"\s(?:of|in|from|at|for|on|with|by)\b.*$", re.S)
_WORD = re.compile(r"\w+(?:[’']\w+)*")
_SMALL = frozenset("the a an of in from at for on and his her its their s".split())
_LOOKED_BACK = 160
"""Code points before a sentence of "he said" in which he may be named."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose words a question asks for. ``is_strict``: nobody else's will do; otherwise the question
    is of what was said, and its speaker may be called something else.
    """

    source: str
    is_strict: bool


def asked_source(question: str) -> Asked | None:
    """Whose words are asked for: "the union" of "How many left, according to the union?"."""
    for pattern in _ASKED:
        found = pattern.search(question)
        if found and not _WHOEVER.match(found["who"].strip()):
            return Asked(found["who"].strip(), pattern is _ASKED[0])
    return None


def is_from(asked: Asked, text: str, sentence: TextRange, speaker: Speaking | None) -> bool:
    """Whether what a sentence says is what the source says that is asked for, by whoever speaks."""
    words = text[sentence.start : sentence.end]
    if speaker is None:
        return not asked.is_strict or _names(asked.source, words)
    if not speaker.is_named:
        before = text[max(0, sentence.start - _LOOKED_BACK) : sentence.end]
        return not asked.is_strict or _names(asked.source, before)
    named = text[speaker.whole.start : speaker.whole.end]
    if _is_same(asked.source, named) or _also_called(asked.source, named, text):
        return True
    both = _head(asked.source)[:1].isupper() and _head(named)[:1].isupper()
    return not asked.is_strict and not both


def without_source(question: str) -> str:
    """The question without whose words it asks for: no paper names itself in what it tells."""
    strict, loose = _ASKED
    found = strict.search(question)
    if found:
        before, after = question[: found.start()].rstrip(" ,"), question[found.end() :].lstrip(" ,")
        rest = before + (" " * (after[:1].isalnum() and bool(before))) + after
        return rest[:1].upper() + rest[1:]
    return loose.sub(lambda m: f"was {_TOLD.get(m['verb'].lower(), 'reported')}", question)


def is_paper(asked: Asked, publisher: str | None) -> bool:
    """Whether the source asked for is who published an article: "CNN" is "cnn.com"."""
    return bool(publisher) and publisher_key(asked.source) == publisher_key(publisher or "")


def _head(name: str) -> str:
    """The word that says what or who it is: "union" of "the union of miners"."""
    words = _WORD.findall(_OF.sub("", name)) or _WORD.findall(name)
    return str(words[-1]) if words else ""


def _content(name: str) -> list[str]:
    return [w for w in _WORD.findall(name) if w.casefold() not in _SMALL]


def _names(source: str, words: str) -> bool:
    """Whether the source is named among the words."""
    head = _head(source)
    return any(_alike(head, word) for word in _WORD.findall(words)) or _initials(source, words)


def _is_same(source: str, named: str) -> bool:
    """Whether a speaker is the source: the same name; or the same noun, with nothing that tells one
    from the other.
    """
    if not _names(source, named):
        return publisher_key(source) == publisher_key(named)
    if _head(source)[:1].isupper():
        return True
    one, other = _content(source), _content(named)
    return all(any(_alike(a, b) for b in other) for a in one) or all(
        any(_alike(a, b) for a in one) for b in other
    )


def _alike(asked: str, word: str) -> bool:
    return same_word(asked.casefold(), word.removesuffix("'s").removesuffix("’s"))


def _initials(source: str, words: str) -> bool:
    """Whether one of them is written as the other's first letters."""
    letters = "".join(w[0] for w in _WORD.findall(source) if w[0].isupper())
    found = "".join(w[0] for w in _WORD.findall(words) if w[0].isupper())
    spelled = [w for w in _WORD.findall(words) if w.isupper() and len(w) > 2]
    return (len(letters) > 2 and letters in spelled) or (
        source.isupper() and len(source) > 2 and found == source
    )


def _also_called(source: str, named: str, text: str) -> bool:
    """Whether the article calls a speaker what the question does: "the builder, Rolf Strand"."""
    one, other = re.escape(_head(source)), re.escape(_head(named))
    if not one or not other or not _head(named)[:1].isupper():
        return False
    title = rf"\b{one}\b,? (?:[A-Z][\w.’'-]* ){{0,3}}{other}\b"
    added = rf"\b{other}, (?:(?:the|an?|its|his|her) )?(?:[\w’'-]+ ){{0,3}}{one}\b"
    return bool(re.search(rf"{title}|{added}", text))
