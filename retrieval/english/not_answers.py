"""Words that stand where an answer could and are none: pronouns, datelines, credits, questions."""

from __future__ import annotations

import re

from retrieval.datatypes import TextRange

_PRONOUNS = frozenset(
    """i you he she it we they me him her us them this that these those who whom which what one ones
    himself herself itself themselves his hers its theirs ours mine someone somebody something
    anyone everyone everybody nobody others there here""".split()
)
_DATELINE = re.compile(
    r"\s*(?=[A-Z. '’-]*[A-Z]{3})[A-Z][A-Z.'’-]+(?:[ \xa0][A-Z][A-Z.'’-]+){0,3}"
    r"(?:,[ \xa0][\w. ]{2,24}?)?(?:[ \xa0]\([^()\n]{2,30}\))?"
    r"(?:,[ \xa0]\w{3,9}\.?[ \xa0]\d{1,2})?[ \xa0]*[–—−-]{1,2}[ \xa0]+"
)


_NAME = r"[^\W\d_a-z][\w.'’-]*"
_CREDIT = re.compile(rf"\s*(?:[–—]|--)\s*{_NAME}(?:[, \xa0]+{_NAME}){{1,5}}")


def is_credit(sentence: str) -> bool:
    """Whether the sentence is a dash and names, as under what somebody wrote: "– Ann Roe, Wire"."""
    return _CREDIT.fullmatch(sentence.rstrip()) is not None


def is_pronoun(text: str) -> bool:
    """Whether the text points to somebody or something without a name: "He", "they". What stands in
    capitals is a name: "US", "WHO".
    """
    words = text.split()
    if len(words) != 1:
        return False
    word = words[0].strip(".,;:!?“”\"'’")
    return word.casefold() in _PRONOUNS and (len(word) < 2 or not word.isupper())


def dateline_end(sentence: str) -> int:
    """How many code points at the beginning of a sentence are where it was written: "GHENT - "."""
    match = _DATELINE.match(sentence)
    return match.end() if match else 0


def in_dateline(sentence: str, place: TextRange) -> bool:
    """Whether a range of the sentence touches its dateline."""
    return place.start < dateline_end(sentence)


def is_question(sentence: str) -> bool:
    """Whether the sentence asks: it answers no other question."""
    return sentence.rstrip(" \t\n\r\"”’')]").endswith("?")
