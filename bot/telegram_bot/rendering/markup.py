"""Telegram's HTML subset: styled pieces of text, made into messages of a length that it takes.

What is shown is kept apart from how: a ``Piece`` is text with the elements around it, so that
pages are cut in the text and are balanced whatever stands in it.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from bot.telegram_bot.state.pages import Page

LIMIT = 4096
"""Most UTF-16 units of a message's visible text."""
MOST_ENTITIES = 100
"""Of a message: Telegram drops the style of those past it."""
BOLD, ITALIC, CODE = "b", "i", "code"
QUOTED = "blockquote expandable"
ISOLATE, END_ISOLATE = "\u2068", "\u2069"
_REPLACEMENT = "\ufffd"
_BREAKS = re.compile("[\n\r\t\v\f\x85\u2028\u2029]")
_BREAKS_IN_LINES = re.compile("[\r\t\v\f\x85\u2028\u2029]")
_HARMFUL = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_BORDERS = (
    (re.compile(r"(?=\n\s*\n)"), 0.5),
    (re.compile(r"(?=\n)"), 0.5),
    (re.compile(r"[.!?…][\"'”’»)\]]*(?=\s)|[。！？]"), 0.5),
    (re.compile(r"(?=\s)"), 0.25),
)
"""Where a page may end: paragraph, line, sentence, word, each with the least share of a page that
it must fill.
"""
_UNSEEN_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0\ufffc")
_ZWJ = "\u200d"
_JOINED = frozenset("\u200c\u200d\u0e33\u0eb3\uff9e\uff9f")
"""What belongs to the character before it, in addition to combining marks."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Text as it is seen, and the elements around it, outermost first, as written in a start tag:
    ``b``, ``blockquote expandable``, ``a href="…"``.
    """

    text: str
    tags: tuple[str, ...] = ()

    def inside(self, *tags: str) -> Piece:
        """With more elements around all of it."""
        return Piece(self.text, (*tags, *self.tags))


def escape(text: str) -> str:
    """The text as it stands in an element; quotation marks may stand there as they are."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def link(url: str) -> str:
    """The element that leads to ``url``."""
    url = escape(url).replace('"', "&quot;")
    return f'a href="{url}"'


def clean(text: str, *, keep_lines: bool = False) -> str:
    """As ``retrieval.text.characters.printable``: control characters, direction overrides and lone
    surrogates are replaced one for one, breaks become blanks, but lines with ``keep_lines``.
    """
    if text.isascii() and text.isprintable():
        return text
    breaks = _BREAKS_IN_LINES if keep_lines else _BREAKS
    return _HARMFUL.sub(_REPLACEMENT, breaks.sub(" ", text))


def isolated(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces so that their direction does not reorder what stands next to them; unchanged where
    nothing in them is written from right to left.
    """
    for piece in pieces:
        if not piece.text.isascii() and _RIGHT_TO_LEFT.search(piece.text):
            return [Piece(ISOLATE), *pieces, Piece(END_ISOLATE)]
    return list(pieces)


def utf16_length(text: str) -> int:
    """How long Telegram says the text is."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def is_visible(text: str) -> bool:
    """Whether anything of the text can be seen: Telegram refuses a message without."""
    return any(
        unicodedata.category(c) not in ("Zs", "Zl", "Zp", "Cc", "Cf", "Mn", "Me", "Cs")
        and c not in _UNSEEN_LETTERS
        for c in text
    )


def shortened(text: str, longest: int, mark: str = " …") -> str:
    """The text in at most ``longest`` code points, cut between words where it can be."""
    if len(text) <= longest:
        return text
    end = longest - len(mark)
    blank = text.rfind(" ", end // 2, end + 1)
    end = blank if blank > 0 else _character_border(text, 0, end)
    return text[:end].rstrip() + mark


def pages(pieces: Iterable[Piece], limit: int = LIMIT) -> tuple[Page, ...]:
    """The pieces as messages, in order, each with 1 to ``limit`` UTF-16 units that can be seen.

    A page ends after a paragraph, line, sentence, word or character, the best that fills enough of
    it; white space there is dropped, and so are pages on which nothing would be seen.
    """
    kept = [piece for piece in pieces if piece.text]
    text = "".join(piece.text for piece in kept)
    starts = [0, *accumulate(len(piece.text) for piece in kept)]
    made = []
    for start, end in _stretches(text, kept, starts, limit):
        if is_visible(text[start:end]):
            made.append(_page(_cut_out(kept, starts, start, end)))
    return tuple(made)


def _stretches(
    text: str, pieces: Sequence[Piece], starts: Sequence[int], limit: int
) -> Iterator[tuple[int, int]]:
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        most = min(_furthest(text, position, limit), _styled(pieces, starts, position))
        end = most if most == len(text) else _border(text, position, most)
        yield position, position + len(text[position:end].rstrip())
        position = end


def _furthest(text: str, start: int, limit: int) -> int:
    """The end of the longest stretch from ``start`` with at most ``limit`` units."""
    end = min(len(text), start + limit)
    while (over := utf16_length(text[start:end]) - limit) > 0:
        end -= (over + 1) // 2
    return end


def _styled(pieces: Sequence[Piece], starts: Sequence[int], start: int) -> int:
    """The end of the longest stretch from ``start`` with at most ``MOST_ENTITIES`` elements."""
    opened = 0
    before: tuple[str, ...] = ()
    for index in range(bisect_right(starts, start) - 1, len(pieces)):
        tags = pieces[index].tags
        opened += len(tags) - _common(before, tags)
        if opened > MOST_ENTITIES and starts[index] > start:
            return starts[index]
        before = tags
    return starts[-1]


def _border(text: str, start: int, most: int) -> int:
    """Where the page from ``start`` ends, ``most`` at the latest."""
    for pattern, share in _BORDERS:
        least = start + max(1, int((most - start) * share))
        ends = (match.end() for match in pattern.finditer(text, least, most + 1))
        best = max((end for end in ends if end <= most), default=None)
        if best is not None:
            return best
    return _character_border(text, start, most)


def _character_border(text: str, start: int, most: int) -> int:
    """The last place up to ``most`` that parts no character as it is seen; ``most`` if none is."""
    return next((at for at in range(most, start, -1) if _may_part(text, at)), most)


def _may_part(text: str, at: int) -> bool:
    """Whether no grapheme goes on from before ``at``: the common rules of Unicode's annex 29."""
    if at <= 0 or at >= len(text):
        return True
    before, after = text[at - 1], text[at]
    if after < "\u0300":
        return before != "\r" or after != "\n"
    category = unicodedata.category(after)
    if category in ("Mn", "Me", "Mc") or after in _JOINED or before == _ZWJ:
        return False
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return False
    if _is_flag_half(after) and _is_flag_half(before):
        halves = 0
        while halves < at and _is_flag_half(text[at - 1 - halves]):
            halves += 1
        return halves % 2 == 0
    if unicodedata.combining(before) == 9 and category == "Lo":
        return False  # a conjunct: the sign before kills a vowel
    return not _is_one_syllable(before, after)


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _is_one_syllable(before: str, after: str) -> bool:
    """Whether two letters of Hangul stand in one block."""
    leading = "\u1100" <= before <= "\u115f"
    vowel = "\u1160" <= before <= "\u11a7" or ("\uac00" <= before <= "\ud7a3")
    if leading and ("\u1100" <= after <= "\u11a7" or "\uac00" <= after <= "\ud7a3"):
        return True
    if vowel and "\u1160" <= after <= "\u11ff":
        return True
    return "\u11a8" <= before <= "\u11ff" and "\u11a8" <= after <= "\u11ff"


def _cut_out(
    pieces: Sequence[Piece], starts: Sequence[int], start: int, end: int
) -> Iterator[Piece]:
    index = bisect_right(starts, start) - 1
    while index < len(pieces) and starts[index] < end:
        piece, offset = pieces[index], starts[index]
        if start <= offset and offset + len(piece.text) <= end:
            yield piece
        else:
            yield Piece(piece.text[max(0, start - offset) : end - offset], piece.tags)
        index += 1


def _page(pieces: Iterable[Piece]) -> Page:
    """The pieces as one message, every element closed."""
    html: list[str] = []
    plain: list[str] = []
    opened: tuple[str, ...] = ()
    for piece in pieces:
        if piece.tags != opened:
            kept = _common(opened, piece.tags)
            html += [_end_tag(tag) for tag in reversed(opened[kept:])]
            html += [f"<{tag}>" for tag in piece.tags[kept:]]
            opened = piece.tags
        html.append(escape(piece.text))
        plain.append(piece.text)
    html += (_end_tag(tag) for tag in reversed(opened))
    return Page("".join(html), "".join(plain))


def _common(before: tuple[str, ...], after: tuple[str, ...]) -> int:
    """How many of the elements stay open."""
    same = 0
    for one, other in zip(before, after, strict=False):
        if one != other:
            break
        same += 1
    return same


def _end_tag(tag: str) -> str:
    return f"</{tag.partition(' ')[0]}>"
