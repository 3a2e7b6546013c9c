"""Articles to passages: sentence-aligned windows with overlap, as ranges into the text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from retrieval.datatypes import Article, Passage, TextRange
from retrieval.text.masking import visible_parts, visible_text

_NO_BLANKS = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
# A word: a run without blanks, or one character of a script that has none. A run of over 50
# characters is no word; it counts as several, so that a text without blanks is cut as well.
_WORD = re.compile(rf"[{_NO_BLANKS}]|[^\s{_NO_BLANKS}]{{1,50}}")


@dataclass(frozen=True, slots=True)
class WindowSize:
    """How long a passage is, in words: at most ``words``, sharing at most ``overlap`` of them."""

    words: int = 120
    overlap: int = 40

    def __post_init__(self) -> None:
        if not 0 <= self.overlap < self.words:
            raise ValueError("overlap must be at least 0 and below the window's words")


def passages_of(article: Article, size: WindowSize) -> tuple[Passage, ...]:
    """Windows over the article's sentences, in order; together they cover every sentence.

    A sentence longer than a window is cut between words, and only such a sentence is.
    """
    units = [piece for sentence in article.sentences for piece in _pieces(article, sentence, size)]
    passages: list[Passage] = []
    first = 0
    while first < len(units):
        last, words = first, units[first][1]
        while last + 1 < len(units) and words + units[last + 1][1] <= size.words:
            last += 1
            words += units[last][1]
        passages.append(Passage(article.id, units[first][0].start, units[last][0].end))
        if last + 1 == len(units):
            break
        first = _next_start(units, first, last, size)
    return tuple(passages)


def indexed_text(article: Article, passage: Passage) -> str:
    """What retrievers see of a passage: the article's title and the passage without its noise."""
    body = visible_text(article, passage.range)
    return f"{article.title}\n{body}" if article.title else body


def _next_start(units: list[tuple[TextRange, int]], first: int, last: int, size: WindowSize) -> int:
    """The earliest unit after ``first`` whose shared words stay within the overlap.

    They also leave room for at least one unit more, or the window would only repeat the last one.
    """
    room = min(size.overlap, size.words - units[last + 1][1])
    start, shared = last + 1, 0
    while start - 1 > first and shared + units[start - 1][1] <= room:
        start -= 1
        shared += units[start][1]
    return start


def _pieces(article: Article, sentence: TextRange, size: WindowSize) -> list[tuple[TextRange, int]]:
    """The sentence with its count of visible words, cut into several only if over-long."""
    words = [
        match.span()
        for part in visible_parts(article, sentence)
        for match in _WORD.finditer(article.text, part.start, part.end)
    ]
    if len(words) <= size.words:
        return [(sentence, len(words))]
    cuts = range(0, len(words), size.words)
    starts = [sentence.start] + [words[cut][0] for cut in cuts[1:]]
    ends = [words[cut - 1][1] for cut in cuts[1:]] + [sentence.end]
    counts = [min(size.words, len(words) - cut) for cut in cuts]
    return [(TextRange(*ends_), n) for *ends_, n in zip(starts, ends, counts, strict=True)]
