"""Articles to passages: sentence-aligned windows with overlap, as ranges into the text.

A window is full when it has its words, or so many pieces as a reader's tokenizer would cut them
into that more would cost it a second run. Only text that is hardly prose has so many.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from retrieval.datatypes import Article, Passage, TextRange
from retrieval.text.masking import visible_parts, visible_text
from retrieval.text.readable import readable_article
from retrieval.text.resolved import readable

_NO_BLANKS = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_LONGEST_WORD = 50
# A word: a run without blanks, or one character of a script that has none. A run of over 50
# characters is no word; it counts as several, so that a text without blanks is cut as well.
_WORD = re.compile(rf"[{_NO_BLANKS}]|[^\s{_NO_BLANKS}]{{1,{_LONGEST_WORD}}}")
# What subword tokenizers make of a word, roughly: letters of the Latin alphabet a piece a word, or
# one for each two where no vocabulary holds the word, because it is too long or changes its case;
# two digits a piece; every other letter and every mark a piece of its own.
_LOWER = r"a-z\u00c0-\u024f"
_PIECE = re.compile(
    rf"[A-Z]?[{_LOWER}]{{1,12}}(?![A-Z{_LOWER}])|[A-Z]{{1,12}}(?![A-Z{_LOWER}])"
    rf"|[A-Z{_LOWER}]{{1,2}}|\d{{1,2}}|\S"
)
_UNBROKEN = re.compile(r"\S{40,}")
"""No word, and cut into its characters for all that is known."""
_LETTERS_PER_PIECE = 3.2
"""English has 5 letters and blanks a piece."""
_PIECES_PER_WORD = 2.5
"""Of news in English passages have 1.2 pieces a word, and 998 in 1,000 have fewer than these."""


@dataclass(frozen=True, slots=True)
class _Size:
    """How long a stretch of text is."""

    words: int = 0
    pieces: int = 0

    def __add__(self, other: _Size) -> _Size:
        return _Size(self.words + other.words, self.pieces + other.pieces)

    def __sub__(self, other: _Size) -> _Size:
        return _Size(self.words - other.words, self.pieces - other.pieces)

    def fits(self, room: _Size) -> bool:
        return self.words <= room.words and self.pieces <= room.pieces


_Unit = tuple[TextRange, _Size]
"""A sentence, or a piece of an over-long one, and its visible size."""


@dataclass(frozen=True, slots=True)
class WindowSize:
    """How long a passage is, in words: at most ``words``, sharing at most ``overlap`` of them."""

    words: int = 120
    overlap: int = 40

    def __post_init__(self) -> None:
        if not 0 <= self.overlap < self.words:
            raise ValueError("overlap must be at least 0 and below the window's words")

    @property
    def _most(self) -> _Size:
        return _Size(self.words, max(_LONGEST_WORD, round(_PIECES_PER_WORD * self.words)))

    def fits(self, size: _Size) -> bool:
        """Whether so much goes into one window."""
        return size.fits(self._most)

    def shared_beside(self, next_unit: _Size) -> _Size:
        """How much a window may share with the one before, when ``next_unit`` goes in as well."""
        room = self._most - next_unit
        pieces = round(_PIECES_PER_WORD * self.overlap)
        return _Size(min(self.overlap, room.words), min(pieces, room.pieces))


def passages_of(article: Article, size: WindowSize) -> tuple[Passage, ...]:
    """Windows over the article's sentences, in order; together they cover every sentence.

    A sentence longer than a window is cut between words, and only such a sentence is.
    """
    units = [piece for sentence in article.sentences for piece in _pieces(article, sentence, size)]
    passages: list[Passage] = []
    first = 0
    while first < len(units):
        last, filled = first, units[first][1]
        while last + 1 < len(units) and size.fits(filled + units[last + 1][1]):
            last += 1
            filled += units[last][1]
        passages.append(Passage(article.id, units[first][0].start, units[last][0].end))
        if last + 1 == len(units):
            break
        first = _next_start(units, first, last, size)
    return tuple(passages)


def indexed_text(article: Article, passage: Passage) -> str:
    """What retrievers see of a passage: the article's title and the passage without its noise, as
    they are read (see ``text.resolved``).
    """
    (text,) = indexed_texts(article, (passage,))
    return text


def indexed_texts(article: Article, passages: Iterable[Passage]) -> Iterator[str]:
    """``indexed_text`` of several passages of an article."""
    read = readable_article(article)
    title = readable(f"{article.title}\n") if article.title else ""
    for passage in passages:
        yield title + visible_text(read.article, read.in_shown(passage.range))


def _next_start(units: Sequence[_Unit], first: int, last: int, size: WindowSize) -> int:
    """The earliest unit after ``first`` whose shared words stay within the overlap.

    They also leave room for at least one unit more, or the window would only repeat the last one.
    """
    room = size.shared_beside(units[last + 1][1])
    start, shared = last + 1, _Size()
    while start - 1 > first and (shared + units[start - 1][1]).fits(room):
        start -= 1
        shared += units[start][1]
    return start


def _pieces(article: Article, sentence: TextRange, size: WindowSize) -> list[_Unit]:
    """The sentence with its visible size, cut into several between words only if over-long."""
    text, parts = article.text, visible_parts(article, sentence)
    words = [m.span() for part in parts for m in _WORD.finditer(text, part.start, part.end)]
    whole = _Size(len(words), sum(_piece_count(text, part.start, part.end) for part in parts))
    if size.fits(whole):
        return [(sentence, whole)]
    starts, ends, sizes = [sentence.start], [], [_Size()]
    for at, (start, end) in enumerate(words):
        word = _Size(1, _piece_count(text, start, end))
        if sizes[-1].words and not size.fits(sizes[-1] + word):
            ends.append(words[at - 1][1])
            starts.append(start)
            sizes.append(_Size())
        sizes[-1] += word
    ends.append(sentence.end)
    return [(TextRange(*place), n) for *place, n in zip(starts, ends, sizes, strict=True)]


def _piece_count(text: str, start: int, end: int) -> int:
    stretch = text[start:end]
    unbroken = sum(len(run) for run in _UNBROKEN.findall(stretch))
    # Of long words, as of nonsense and of languages that the vocabulary lacks, pieces are short.
    least = unbroken + int((len(stretch) - unbroken) / _LETTERS_PER_PIECE)
    return max(len(_PIECE.findall(stretch)), least)
