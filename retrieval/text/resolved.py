"""A text as it is read: character references resolved, invisible characters gone, lines joined that
were wrapped by hand; with the exact way from each stretch of it to the text as it is stored.

What is stored stays as it is, and is quoted as it is; search, readers and people see this text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from html import unescape
from html.entities import html5

from retrieval.datatypes import TextRange

_REFERENCE = r"(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
"""With its ";" alone: "AT&T", "?a=1&copy=2" and half a reference are what they are."""
_FURTHER = re.compile(_REFERENCE)
_GONE = "\u00ad\u200b\u2060\ufeff"
"""Soft hyphen, and the blanks and joiners of no width, in the middle of words."""
_JOINERS = "\u200c\u200d\u200e\u200f"
"""Joiners and direction marks: nothing between Latin letters, part of a character elsewhere."""
_MARKS = "&" + _GONE + _JOINERS
_BREAKS = "\n\r\x85\u2028"
_BREAK = rf"(?:\r\n|[{_BREAKS}])"
_SOFT = re.compile(r"\u00ad|&(?:shy|#173|#[xX][aA][dD]);")
_SPECIAL = re.compile(rf"[{_MARKS}]")
_SPECIAL_OR_BREAK = re.compile(rf"[{_MARKS}{_BREAKS}]")
_BLANKS = " \t"
_HYPHENS = "-\u2010"
_BROKEN = re.compile(rf"[^\W\d_]+[-\u2010][ \t]*{_BREAK}\s*[^\W\d_]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_LAST_LETTERS = re.compile(r"[^\W\d_]+\Z")
_OTHER_SCRIPT = re.compile(r"[^\x00-\u024f\u2000-\u20cf]")
_LONGEST_HALF = 40


@dataclass(frozen=True, slots=True)
class _Change:
    """``text`` stands for the stored ``[start, end)``, which is never empty; ``text`` may be."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Resolved:
    """``text`` as it is read. ``stored`` are the stretches of the stored text that are read
    otherwise, in order, apart from each other; ``shown`` the stretches of ``text`` in their place.
    Both maps rise, and no range of the stored text begins or ends inside one of its stretches.
    """

    text: str
    stored: tuple[TextRange, ...] = ()
    shown: tuple[TextRange, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether the text is read as it is stored."""
        return not self.stored

    def in_stored(self, place: TextRange) -> TextRange:
        """The stored text behind ``place`` of ``text``: whole stretches, without what is invisible
        on either side.
        """
        before = bisect_right(self.shown, place.start, key=lambda r: r.end)
        start = self._shifted(place.start, before, self.shown, self.stored)
        if before < len(self.shown) and self.shown[before].start < place.start:
            start = self.stored[before].start
        last = bisect_left(self.shown, place.end, key=lambda r: r.start)
        end = self._shifted(place.end, last, self.shown, self.stored)
        if last and place.end < self.shown[last - 1].end:
            end = self.stored[last - 1].end
        return TextRange(min(start, end), end)

    def in_shown(self, place: TextRange) -> TextRange:
        """What is read of ``place`` of the stored text: whole, where it begins or ends inside of
        what is read otherwise.
        """
        before = bisect_right(self.stored, place.start, key=lambda r: r.end)
        start = self._shifted(place.start, before, self.stored, self.shown)
        if before < len(self.stored) and self.stored[before].start < place.start:
            start = self.shown[before].start
        last = bisect_left(self.stored, place.end, key=lambda r: r.start)
        end = self._shifted(place.end, last, self.stored, self.shown)
        if last and place.end < self.stored[last - 1].end:
            end = self.shown[last - 1].end
        return TextRange(start, max(start, end))

    @staticmethod
    def _shifted(
        offset: int, before: int, ours: Sequence[TextRange], theirs: Sequence[TextRange]
    ) -> int:
        """An offset behind the first ``before`` stretches, counted in the other text."""
        return offset if not before else theirs[before - 1].end + offset - ours[before - 1].end


def resolve(text: str, sentences: Sequence[TextRange] = ()) -> Resolved:
    """The text as it is read. Lines are joined inside of ``sentences`` alone, which are in order
    and do not overlap: there a line's end is no end of anything.
    """
    breaks = [char for char in _BREAKS if char in text]
    is_wrapped = any(text.find(c, s.start, s.end) >= 0 for c in breaks for s in sentences)
    if _is_plain(text) and not is_wrapped:
        return Resolved(text)
    return _changed(text, list(_changes(text, sentences if is_wrapped else ())))


def readable(text: str) -> str:
    """The text as it is read, its lines as they are."""
    return text if _is_plain(text) else resolve(text).text


def _is_plain(text: str) -> bool:
    """Whether it has none of the characters that are read otherwise; nearly all texts have none."""
    return not any(char in text for char in _MARKS)


def _changed(text: str, changes: Sequence[_Change]) -> Resolved:
    if not changes:
        return Resolved(text)
    pieces: list[str] = []
    shown: list[TextRange] = []
    position = length = 0
    for change in changes:
        pieces += (text[position : change.start], change.text)
        start = length + change.start - position
        length = start + len(change.text)
        shown.append(TextRange(start, length))
        position = change.end
    pieces.append(text[position:])
    return Resolved(
        "".join(pieces), tuple(TextRange(c.start, c.end) for c in changes), tuple(shown)
    )


def _changes(text: str, sentences: Sequence[TextRange]) -> Iterator[_Change]:
    pattern = _SPECIAL_OR_BREAK if sentences else _SPECIAL
    words = _Words(text)
    position, last = 0, _Change(-1, -1, "")
    while match := pattern.search(text, position):
        at, changes = match.start(), list[_Change]()
        if text[at] == "&":
            found = _reference(text, at)
            position = found.end if found else at + 1
            changes += [found] if found else []
        elif text[at] in _BREAKS:
            found = _wrap(text, at, last, words)
            position = found.end
            changes += [found] if _is_inside(found, sentences) else []
        else:
            found = _unseen(text, at)
            position = found.end
            changes += _gone(text, found)
        yield from changes
        last = changes[-1] if changes else last


def _reference(text: str, start: int) -> _Change | None:
    """The character reference at ``start``; None where it names nothing. What was escaped twice,
    ``&amp;eacute;``, is resolved at once.
    """
    found, end = _value(text, start + 1)
    while found == "&":
        further, its_end = _value(text, end)
        if further is None:
            break
        found, end = further, its_end
    if found is None:
        return None
    if found in _GONE or (_is_joiner(found) and _is_among_latin(text, start, end)):
        return _Change(start, end, "")
    # A line break by reference would be one that no line of the stored text has.
    is_control = (found.isspace() and found < "\x20") or found in "\x7f\x85\u2028\u2029"
    return _Change(start, end, " " if is_control else found)


def _value(text: str, at: int) -> tuple[str | None, int]:
    """What the reference after its "&" at ``at`` names, and where it ends."""
    match = _FURTHER.match(text, at)
    if match is None:
        return None, at
    return _named(match.group()), match.end()


@lru_cache(4096)
def _named(name: str) -> str | None:
    return unescape("&" + name) if name[0] == "#" or name in html5 else None


def _unseen(text: str, at: int) -> _Change:
    """The run of invisible characters that begins at ``at``."""
    end = at + 1
    while end < len(text) and (text[end] in _GONE or _is_joiner(text[end])):
        end += 1
    return _Change(at, end, "")


def _gone(text: str, run: _Change) -> Iterator[_Change]:
    """Of a run of invisible characters those that are nothing where they stand."""
    places = range(run.start, run.end)
    if all(text[at] in _GONE for at in places) or _is_among_latin(text, run.start, run.end):
        yield run
    else:
        yield from (_Change(at, at + 1, "") for at in places if text[at] in _GONE)


def _wrap(text: str, at: int, last: _Change, words: _Words) -> _Change:
    """The end of a line at ``at`` with the blanks around it, and the hyphen before them; ``last``
    is the change before it.
    """
    start, end = at, at + 1
    while start > max(last.end, 0) and text[start - 1] in _BLANKS:
        start -= 1
    while end < len(text) and text[end].isspace():
        end += 1
    if last.end == start and _SOFT.search(text, last.start, last.end):
        return _Change(start, end, "")
    before = last.text if last.end == start - 1 else text[max(0, start - 2) : max(0, start - 1)]
    if last.end < start and text[start - 1 : start] in _HYPHENS and before[-1:].isalpha():
        return _Change(start - 1, end, _joint(text, start - 1, end, words))
    return _Change(start, end, " ")


def _is_joiner(char: str) -> bool:
    return "\u200c" <= char <= "\u200f"


def _is_among_latin(text: str, start: int, end: int) -> bool:
    """Whether no other script, and no picture, is next to ``[start, end)``."""
    beside = text[max(0, start - 1) : start] + text[end : end + 1]
    return _OTHER_SCRIPT.search(beside) is None


def _is_inside(place: _Change, sentences: Sequence[TextRange]) -> bool:
    at = bisect_right(sentences, place.start, key=lambda sentence: sentence.start) - 1
    return at >= 0 and place.end < sentences[at].end


class _Words:
    """The words of a text that no line's end breaks, looked up where one may."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def text(self) -> str:
        return _BROKEN.sub(" ", self._text).casefold()

    @cached_property
    def all(self) -> frozenset[str]:
        return frozenset(_LETTERS.findall(self.text))


def _joint(text: str, hyphen: int, end: int, words: _Words) -> str:
    """What stands between a line that ends in a ``hyphen`` and the next one, which begins at
    ``end``: nothing, where the line breaks a word; the hyphen, where it is the word's own.

    The text's other words tell which: "well-known" stands in it, or "known"; "monstration" does
    not. Of words broken anywhere in news 99 in 100 are joined, of own hyphens half are kept.
    """
    further = _reference(text, end)
    beginning = further.text if further else text[end : end + 1]
    if not beginning.islower():
        return text[hyphen]
    before = _LAST_LETTERS.search(text, max(0, hyphen - _LONGEST_HALF), hyphen)
    after = _LETTERS.match(text, end)
    head, tail = (match.group().casefold() if match else "" for match in (before, after))
    if head + tail in words.all:
        return ""
    is_own = tail in words.all or f"{head}-{tail}" in words.text
    return text[hyphen] if is_own else ""
