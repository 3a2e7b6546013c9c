"""Where a quote may begin and end. Rules on code points.

A quote never ends inside a word, a number or a character that is written as several code points
(letters with combining marks, emoji sequences), and sheds the marks that belong to its sentence
rather than to itself.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_NO_BLANKS = (
    ("\u3040", "\u30ff"),
    ("\u3400", "\u9fff"),
    ("\uac00", "\ud7af"),
    ("\u0e00", "\u0eff"),
)
_INSIDE = frozenset("\xad\u200c\u200d\u2060")
"""Unseen inside a word or an emoji: soft hyphen, the two zero-width joiners, word joiner."""
_ATTACHED = (("\u1160", "\u11ff"), ("\U0001f3fb", "\U0001f3ff"), ("\U000e0020", "\U000e007f"))
"""Not marks to Unicode, but part of the character before: Hangul vowels and finals, skin tones, the
letters of a regional flag."""
_FIRST_ATTACHED = "\xad"
"""No code point below it is a mark or joins anything."""
_KEYCAP = "\u20e3"
_ZERO_WIDTH = frozenset("\u200b\ufeff")
_APOSTROPHES = frozenset("'’")
_IN_WORDS = frozenset("'’\u05f3\u05f4")
_IN_NUMBERS = frozenset(".,:\u066b\u066c")
_OPENING = {"(": ")", "[": "]", "{": "}", "“": "”", "‘": "’", "«": "»", "„": "“"}
_CLOSING = {closing: opening for opening, closing in _OPENING.items() if opening != "„"}
_OUTER = frozenset(",;:–—-…|•*_")
_STOPS = frozenset(".!?")
_TURNED = {"“": "„", "«": "»"}
"""Opening marks that close what another one opened: „so“ and »so«."""
_LONGEST_ABBREVIATION = 4
_INITIALS = re.compile(r"(?<![^\W\d_])(?<!\.)(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,2}$")
_OPENING_APOSTROPHE = re.compile(r"(?<!\w)'")


def is_boundary(text: str, at: int) -> bool:
    """Whether a quote may begin or end at ``at``: between two words, never inside one."""
    if at <= 0 or at >= len(text):
        return True
    before, after = text[at - 1], text[at]
    if _is_attached(after) or _parts_flag(text, at):
        return False
    if before in _INSIDE and _is_symbol(after) and _is_symbol(_base(text, at)):
        return False
    if _ends_word(text, at) and after.isalnum():
        return _has_no_blanks(before) or _has_no_blanks(after)
    if _joins(text, at - 1) or _opens_number(text, at - 1):
        return False
    return not _joins(text, at) or _is_possessive_ending(text, at)


def tidied(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The range without outer white space and punctuation; None when nothing is left.

    Quotation marks around the whole go, and so does half a pair of marks or brackets whose other
    half is outside, and the ’s of a word that is outside. A currency sign before a number and a
    percent sign after it are taken in.
    """
    while start < end:
        before = (start, end)
        while start < end and _is_outer_start(text, start):
            start += 1
        while start < end and (_is_blank(text[end - 1]) or text[end - 1] in _OUTER):
            end -= 1
        if start < end and _ends_sentence(text, start, end):
            end -= 1
        if _is_possessive_ending(text, start) and _joins(text, start):
            start = min(start + 2, end)
        start, end = _unpaired(text, start, end)
        # What was written upon a mark that went goes with it, as in the keycap *️⃣.
        while before[0] < start < end and _is_attached(text[start]):
            start += 1
        if (start, end) == before:
            break
    if start >= end:
        return None
    if (
        text[start].isdigit()
        and _is_currency(text[start - 1 : start])
        and is_boundary(text, start - 1)
    ):
        start -= 1
    if text[end - 1].isdigit() and text[end : end + 1] in ("%", "°") and is_boundary(text, end + 1):
        end += 1
    return start, end


def characters_end(text: str, end: int) -> int:
    """``end``, moved behind what belongs to the character before it: accents, joiners, skin tones.

    Tokenizers that strip accents end their tokens in front of them.
    """
    while 0 < end < len(text) and _is_attached(text[end]):
        end += 1
    return end


@lru_cache(maxsize=4096)
def _is_attached(char: str) -> bool:
    """Whether the code point belongs to the one before it."""
    # Every token of every passage is asked about, and nearly all are ASCII.
    return char >= _FIRST_ATTACHED and (
        unicodedata.category(char).startswith("M")
        or char in _INSIDE
        or any(low <= char <= high for low, high in _ATTACHED)
    )


def _ends_word(text: str, at: int) -> bool:
    """Whether the character before ``at`` is a letter or digit, with or without marks on it."""
    return text[at - 1 : at] != _KEYCAP and _base(text, at).isalnum()


def _base(text: str, at: int) -> str:
    """The code point before ``at`` that no mark is; nothing at the beginning of the text."""
    base = at - 1
    while base > 0 and _is_attached(text[base]):
        base -= 1
    return text[base] if base >= 0 else ""


def _is_blank(char: str) -> bool:
    return char.isspace() or char in _ZERO_WIDTH


def _is_symbol(char: str) -> bool:
    """Whether the code point may be the next part of an emoji."""
    return bool(char) and not char.isascii() and unicodedata.category(char).startswith("S")


def _is_currency(char: str) -> bool:
    return char != "" and unicodedata.category(char) == "Sc"


def _parts_flag(text: str, at: int) -> bool:
    """Whether ``at`` is between the two letters of a flag."""
    first = at
    while first and "\U0001f1e6" <= text[first - 1] <= "\U0001f1ff":
        first -= 1
    return (at - first) % 2 == 1 and "\U0001f1e6" <= text[at] <= "\U0001f1ff"


def _has_no_blanks(char: str) -> bool:
    return not char.isascii() and any(low <= char <= high for low, high in _NO_BLANKS)


def _joins(text: str, at: int) -> bool:
    """Whether the mark at ``at`` stands inside a word or number: don't, U.S., 1.5, 10,000, 7:30."""
    if not 0 < at < len(text) - 1:
        return False
    mark, before, after = text[at], text[at - 1], text[at + 1]
    if mark in _IN_NUMBERS and before.isdigit() and after.isdigit():
        return True
    if not (_ends_word(text, at) and after.isalpha()):
        return False
    if mark == ".":  # U.S. and amazon.com, but not the end of a sentence without a blank after it
        is_initial = not _ends_word(text, at - 1)
        return not before.isdigit() and (is_initial or after.islower())
    return mark in _IN_WORDS


def _is_possessive_ending(text: str, at: int) -> bool:
    """Whether ``at`` is the apostrophe of a final ’s, which a quote may leave out."""
    if text[at : at + 1] not in _APOSTROPHES:
        return False
    following = text[at + 2 : at + 3] or " "
    ends = not (following.isalnum() or _is_attached(following))
    return text[at + 1 : at + 2] in ("s", "S") and ends


def _opens_number(text: str, at: int) -> bool:
    """Whether the mark at ``at`` is the sign or the point of the number after it: -5, .5.

    A hyphen at the beginning of a line is more often that of a list.
    """
    if at < 1 or text[at] not in "-−." or not text[at + 1 : at + 2].isdigit():
        return False
    before = text[at - 1]
    return (before.isspace() and before not in "\r\n") or before == "(" or _is_currency(before)


def _is_outer_start(text: str, at: int) -> bool:
    """Whether a quote sheds what begins it."""
    char = text[at]
    if char == ".":  # that of .5 and .com stays, those of an ellipsis go
        is_ellipsis = text[max(0, at - 1) : at] == "."
        return is_ellipsis or not text[at + 1 : at + 2].isalnum()
    if char in _OUTER:
        return not _opens_number(text, at)
    return char in _STOPS or _is_blank(char)


def _ends_sentence(text: str, start: int, end: int) -> bool:
    """Whether the last mark is the sentence's, not the quote's: "in May." but not "the U.S."."""
    mark = text[end - 1]
    if mark not in _STOPS:
        return False
    if mark != ".":
        return True
    word = text[start : end - 1].rsplit(None, 1)[-1:] or [""]
    is_abbreviation = bool(_INITIALS.search(word[0])) or (
        len(word[0]) <= _LONGEST_ABBREVIATION
        and word[0][:1].isupper()
        and text[end : end + 1] not in ("", "\n")
        and text[end : end + 2].strip()[:1].islower()
    )
    return not is_abbreviation


def _unpaired(text: str, start: int, end: int) -> tuple[int, int]:
    """One step of shedding marks whose other half is outside, or that enclose the whole."""
    if start >= end:
        return start, end
    inside = text[start:end]
    first, last = inside[0], inside[-1]
    is_enclosed = first == last if first in "\"'" else _OPENING.get(first) == last
    is_quoted = len(inside) > 1 and is_enclosed and first in "\"'“‘«„"
    if is_quoted and inside.count(first) == 1 + (first == last):
        return start + 1, end - 1
    if first == '"' and inside.count('"') % 2:
        return start + 1, end
    if last == '"' and inside.count('"') % 2:
        return start, end - 1
    if first in _OPENING and _OPENING[first] not in inside:
        return start + 1, end
    if last in _CLOSING and _CLOSING[last] not in inside and not _is_possessive(inside):
        return start, end - 1
    if last == "'" and not _OPENING_APOSTROPHE.search(inside[:-1]) and not _is_possessive(inside):
        return start, end - 1
    if last in _OPENING and not (last in _TURNED and _TURNED[last] in inside):
        return start, end - 1
    if first in _CLOSING and first not in _APOSTROPHES:
        return start + 1, end
    if first in _APOSTROPHES and len(inside) > 1 and not inside[1].isalnum():
        return start + 1, end
    return start, end


def _is_possessive(inside: str) -> bool:
    """Whether a final apostrophe belongs to the word: "the workers’"."""
    return inside[-1] in _APOSTROPHES and inside[-2:-1] == "s" and "‘" not in inside
