"""Two questions in one message: the first is asked, the other is named as still open."""

from __future__ import annotations

import re

from bot.dialogue.rewriting.question_forms import AUXILIARY

_ASKING = r"(?:who|whom|whose|what|which|when|where|why|how)"
_AUXILIARY = rf"(?:{AUXILIARY})(?:n[’']t)?"
# "when?", "since when?", "for how long?"
_BARE = rf"(?:(?:since|until|for|by|with|to|from|of|at) )?{_ASKING}(?: (?:long|many|much|often|far|old))?"
# "when and where was it held"
_TWO_WORDS = re.compile(
    rf"^(?P<one>{_ASKING}(?: (?:long|many|much|often|far|old))?)(?:,| and|, and) "
    rf"(?P<two>{_ASKING}(?: (?:long|many|much|often|far|old))?) (?P<rest>{_AUXILIARY}\b.+)$",
    re.I,
)
_TWO_SENTENCES = re.compile(
    rf"^(?P<one>[^?]*\S\?)\s+(?P<two>(?:(?:and|or|but|so|also),? )*(?:{_ASKING}|{_AUXILIARY})\b.*)$",
    re.I | re.S,
)
_JOINED = re.compile(
    rf",?\s+and\s+(?P<two>(?:(?:who|what) (?!{_AUXILIARY}\b)\w+|(?:{_ASKING}) (?:{_AUXILIARY})\b|"
    rf"(?:how|what|which) (?:\w+ ){{1,2}}{_AUXILIARY}\b).*|{_BARE}\W*)$",
    re.I,
)
_OPENS = re.compile(rf"^(?:(?:and|but|so|ok(?:ay)?),? )*(?:{_ASKING}|{_AUXILIARY})\b", re.I)
_HOLDS_A_CLAUSE = re.compile(rf"{_ASKING}\W*$", re.I)
_LEAST = 3
"""Words of a first half that is a question of its own."""


def halves(text: str) -> tuple[str, str]:
    """The question that is asked, and the other one; the text and nothing where it is one."""
    words = _TWO_WORDS.match(text)
    if words:
        return f"{words['one']} {words['rest']}", f"{words['two'].lower()} {words['rest']}"
    sentences = _TWO_SENTENCES.match(text)
    if sentences and _OPENS.match(sentences["one"]):
        return sentences["one"], sentences["two"]
    joined = _JOINED.search(text)
    if joined is None or not _OPENS.match(text):
        return text, ""
    one = text[: joined.start()].rstrip(" ,")
    if len(one.split()) < _LEAST or _HOLDS_A_CLAUSE.search(one):
        return text, ""
    return f"{one}?", joined["two"]
