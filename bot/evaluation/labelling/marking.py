"""Marking a span in an article: cursor, start mark and search as values.

All places are code points of ``Article.text``. What is shown has one character for each of them, so
that a place on the screen is a place in the article. The cursor stands on a character, never inside
one that is made of several code points; what is marked reaches from the start mark to the cursor,
both included. How wide a character is shown is told.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from retrieval.datatypes import TextRange
from retrieval.text.characters import printable

Cells = Callable[[str], int]
"""How many cells of a screen a character takes: 0, 1 or 2."""

_JOINER = "\u200d"
_ENDS = frozenset("\n\r\x0b\x0c\x85\u2028\u2029")
_FORMAT = "·"
_FLAG_LETTERS = {0x1F1E6 + number: chr(ord("A") + number) for number in range(26)}
_SKIN_TONES = dict.fromkeys(range(0x1F3FB, 0x1F400), _FORMAT)
_LONGEST = 32
"""Most code points that are taken for one character."""
_WORD = re.compile(r"\S+")
_WORD_TO_MARK = re.compile(r"\S*\w|\S+")
"""A word without the full stop or comma behind it, or what stands there."""


def shown_text(text: str) -> str:
    """``text`` as it may be shown, code point for code point.

    What drives a terminal is replaced, invisible format characters and skin tones become dots, the
    two halves of a flag letters, and every kind of white space a blank: terminals do not agree on
    whether to join, widen or swallow them.
    """
    plain = printable(text)
    if plain.isascii():
        return plain
    kinds = {c: unicodedata.category(c) for c in set(plain)}
    changed = {ord(c): _FORMAT for c, kind in kinds.items() if kind == "Cf"}
    changed |= {ord(c): " " for c, kind in kinds.items() if kind == "Zs"}
    return plain.translate(changed | _FLAG_LETTERS | _SKIN_TONES)


@dataclass(frozen=True, slots=True)
class Marking:
    """An article's text with a cursor, and where a start is set (``anchor``)."""

    text: str = field(repr=False)
    cursor: int = 0
    anchor: int | None = None
    sought: str = ""

    @property
    def highlighted(self) -> TextRange | None:
        """From the start mark to the cursor, both included; None without a start."""
        if self.anchor is None or not self.text:
            return None
        first, last = sorted((self.anchor, self.cursor))
        return TextRange(first, _after(self.text, last))

    @property
    def marked(self) -> TextRange | None:
        """What is highlighted, without white space at its ends; None for nothing else."""
        return None if self.highlighted is None else trimmed(self.text, self.highlighted)

    def at(self, place: int) -> Marking:
        """With the cursor on the character at ``place``, or the nearest that there is."""
        return replace(self, cursor=_stop(self.text, min(max(0, place), len(self.text) - 1)))

    def started(self) -> Marking:
        """With the start mark where the cursor is."""
        return replace(self, anchor=self.cursor)

    def right(self) -> Marking:
        """One character on."""
        return self.at(_after(self.text, self.cursor))

    def left(self) -> Marking:
        """One character back."""
        return self.at(self.cursor - 1)

    def word_right(self) -> Marking:
        """To the start of the next word; while marking, to the end of this one or the next,
        and only then over a full stop behind it.
        """
        if self.anchor is None:
            here = _WORD.match(self.text, self.cursor)
            found = _WORD.search(self.text, here.end() if here else self.cursor)
            return self.at(found.start() if found else len(self.text))
        found = _WORD_TO_MARK.search(self.text, _after(self.text, self.cursor))
        return self.at(found.end() - 1 if found else len(self.text))

    def word_left(self) -> Marking:
        """To the start of this word, or of the one before."""
        place = self.cursor
        while place > 0 and self.text[place - 1].isspace():
            place -= 1
        while place > 0 and not self.text[place - 1].isspace():
            place -= 1
        return self.at(place)

    def seeking(self, words: str) -> Marking | None:
        """On the next place where ``words`` stand, from the top after the last; None: nowhere.

        Case does not matter, nor which white space stands between words. No words: those of the
        last search.
        """
        words = words.strip() or self.sought
        if not words:
            return None
        pattern = re.compile(r"\s+".join(map(re.escape, words.split())), re.IGNORECASE)
        found = pattern.search(self.text, self.cursor + 1) or pattern.search(self.text)
        return replace(self, sought=words).at(found.start()) if found else None


@dataclass(frozen=True, slots=True)
class Rows:
    """A text in the rows of a screen; ``starts`` rise from 0, and each row ends at the next."""

    starts: tuple[int, ...]
    length: int

    def __len__(self) -> int:
        return len(self.starts)

    def range(self, row: int) -> TextRange:
        """The code points of a row, its line's end included."""
        after = self.starts[row + 1] if row + 1 < len(self.starts) else self.length
        return TextRange(self.starts[row], after)

    def row_of(self, place: int) -> int:
        """The row in which a code point stands."""
        return bisect_right(self.starts, place) - 1

    def moved(self, marking: Marking, rows: int) -> Marking:
        """The cursor ``rows`` further down (up when negative), as far right as it is now."""
        row = self.row_of(marking.cursor)
        target = min(max(0, row + rows), len(self) - 1)
        place = self.range(target)
        column = marking.cursor - self.starts[row]
        return marking.at(min(place.start + column, max(place.start, place.end - 1)))

    def home(self, marking: Marking) -> Marking:
        """The cursor on the first character of its row."""
        return marking.at(self.starts[self.row_of(marking.cursor)])

    def end(self, marking: Marking) -> Marking:
        """The cursor on the last character of its row."""
        return marking.at(self.range(self.row_of(marking.cursor)).end - 1)


def rows_of(text: str, width: int, cells: Cells) -> Rows:
    """``text`` broken after blanks into rows of at most ``width`` cells; a longer word is cut."""
    shown = shown_text(text)
    sizes = {character: cells(character) for character in set(shown)}
    starts: list[int] = []
    for line in _lines(text):
        starts += _line_rows(text, shown, line, max(2, width), sizes)
    return Rows(tuple(starts or [0]), len(text))


def trimmed(text: str, place: TextRange) -> TextRange | None:
    """``place`` without white space at both ends; None where it is nothing else."""
    start, end = place.start, place.end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return TextRange(start, end) if start < end else None


def _lines(text: str) -> Sequence[TextRange]:
    """Lines with their ends, of which a carriage return with its line feed is one."""
    lines, start = [], 0
    for found in re.finditer(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]", text):
        lines.append(TextRange(start, found.end()))
        start = found.end()
    if start < len(text):
        lines.append(TextRange(start, len(text)))
    return lines


def _line_rows(
    text: str, shown: str, line: TextRange, width: int, sizes: dict[str, int]
) -> list[int]:
    """Where the rows of one line begin."""
    starts, used, blank = [line.start], 0, line.start
    for place in range(line.start, line.end):
        size = sizes[shown[place]]
        if used + size > width and text[place] not in _ENDS:
            cut = blank if blank > starts[-1] else _stop(text, place)
            if cut > starts[-1]:
                used = sum(sizes[c] for c in shown[cut:place])
                starts.append(cut)
        used += size
        if shown[place] == " ":
            blank = place + 1
    return starts


def _is_stop(text: str, place: int) -> bool:
    """Whether a character begins at ``place``: no accent, joined emoji or second half of CRLF."""
    if place <= 0:
        return True
    here, before = text[place], text[place - 1]
    if here.isascii():
        return not (here == "\n" and before == "\r") and before != _JOINER
    return before != _JOINER and here != _JOINER and unicodedata.category(here) not in ("Mn", "Me")


def _stop(text: str, place: int) -> int:
    """The start of the character to which the code point at ``place`` belongs."""
    # No real character is longer; a text that is one endless accent must not take minutes.
    for start in range(place, max(0, place - _LONGEST), -1):
        if _is_stop(text, start):
            return start
    return max(0, place - _LONGEST)


def _after(text: str, place: int) -> int:
    """Where the character at ``place`` ends."""
    place += 1
    while place < len(text) and not _is_stop(text, place):
        place += 1
    return min(place, len(text))
