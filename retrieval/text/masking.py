"""An article's text around its noise, and where each stretch of the shown text came from."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from retrieval.datatypes import Article, TextRange
from retrieval.text.resolved import readable

ELLIPSIS = "[…]"
"""Shown where noise was left out of a sentence: the usual editorial mark."""


def subtract(outer: TextRange, holes: Iterable[TextRange]) -> tuple[TextRange, ...]:
    """The parts of ``outer`` that no hole covers, in order. ``holes`` may touch or overlap."""
    parts: list[TextRange] = []
    position = outer.start
    for hole in sorted(holes):
        if hole.end <= position:
            continue
        if hole.start >= outer.end:
            break
        if hole.start > position:
            parts.append(TextRange(position, hole.start))
        position = hole.end
    if position < outer.end:
        parts.append(TextRange(position, outer.end))
    return tuple(parts)


def noise_within(article: Article, outer: TextRange) -> tuple[TextRange, ...]:
    """The article's masked ranges that touch ``outer``, in order."""
    noise = article.noise
    # An article full of noise is asked for it thousands of times a question.
    first = bisect_right(noise, outer.start, key=lambda item: item.range.end)
    last = bisect_left(noise, outer.end, key=lambda item: item.range.start)
    return tuple(item.range for item in noise[first:last] if item.range.overlaps(outer))


def sentences_within(article: Article, outer: TextRange) -> Sequence[TextRange]:
    """The article's sentences that touch ``outer``, in order."""
    sentences = article.sentences
    first = bisect_right(sentences, outer.start, key=lambda sentence: sentence.end)
    last = bisect_left(sentences, outer.end, key=lambda sentence: sentence.start)
    return [sentence for sentence in sentences[first:last] if sentence.overlaps(outer)]


def sentence_before(article: Article, start: int) -> str:
    """The sentence that ends before ``start`` in the same paragraph; empty where there is none."""
    at = bisect_left(article.sentences, start, key=lambda sentence: sentence.start) - 1
    if at < 0:
        return ""
    before = article.sentences[at]
    is_near = before.end <= start and "\n" not in article.text[before.end : start]
    return article.text[before.start : before.end] if is_near else ""


def is_clean(article: Article, span: TextRange) -> bool:
    """Whether ``span`` touches no noise, so that it may be quoted."""
    return not noise_within(article, span)


def visible_parts(article: Article, outer: TextRange) -> tuple[TextRange, ...]:
    """The parts of ``outer`` outside the article's noise, in order."""
    return subtract(outer, noise_within(article, outer))


def visible_text(article: Article, outer: TextRange, mark: str = " ") -> str:
    """The text of ``outer`` with every masked stretch replaced by ``mark``.

    With the default mark it is what gets indexed; with ``ELLIPSIS`` it is what a person reads. Of
    an article as it is stored, too, character references come resolved.
    """
    pieces = [
        readable(article.text[part.start : part.end]) for part in visible_parts(article, outer)
    ]
    if mark == " ":
        return " ".join(pieces)
    return f" {mark} ".join(piece.strip() for piece in pieces)


def trimmed(text: str, outer: TextRange) -> TextRange:
    """``outer`` without the white space at either end; empty at its start if it holds only that."""
    start, end = outer.start, outer.end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return TextRange(start, end)


def sentence_around(article: Article, span: TextRange) -> TextRange:
    """The sentences that ``span`` touches, as one range; ``span`` itself when there are none."""
    touched = sentences_within(article, span)
    if not touched:
        return span
    return TextRange(min(touched[0].start, span.start), max(touched[-1].end, span.end))


_GLUE = " "


@dataclass(frozen=True, slots=True)
class VisibleText:
    """A passage's clean stretches joined by one blank each, so that no stretch runs into the next.

    ``starts[i]`` is where the stretch ``parts[i]`` of the article begins in ``text``; rising.
    """

    text: str
    starts: tuple[int, ...]
    parts: tuple[TextRange, ...]

    def part_at(self, offset: int) -> int:
        """Which stretch the code point at ``offset`` of ``text`` is in; -1 when there is none.

        The glue counts to the left.
        """
        return bisect_right(self.starts, offset) - 1

    def in_article(self, start: int, end: int) -> TextRange | None:
        """The range of the article behind ``text[start:end]``.

        None when it is empty or does not lie in one stretch: then noise stands in between.
        """
        part = self.part_at(start)
        if part < 0 or start >= end:
            return None
        shift = self.parts[part].start - self.starts[part]
        if end + shift > self.parts[part].end:
            return None
        return TextRange(start + shift, end + shift)

    def from_article(self, start: int, end: int) -> TextRange | None:
        """The range of ``text`` that shows the article's ``[start, end)``; None when none does."""
        for begin, part in zip(self.starts, self.parts, strict=True):
            if part.start <= start <= end <= part.end:
                return TextRange(start - part.start + begin, end - part.start + begin)
        return None


def shown_text(article: Article, place: TextRange) -> VisibleText:
    """The clean text of ``place``, with the way back."""
    pieces: list[str] = []
    starts: list[int] = []
    parts: list[TextRange] = []
    position = 0
    for part in visible_parts(article, place):
        pieces.append(article.text[part.start : part.end])
        starts.append(position)
        parts.append(part)
        position += len(part) + len(_GLUE)
    return VisibleText(_GLUE.join(pieces), tuple(starts), tuple(parts))
