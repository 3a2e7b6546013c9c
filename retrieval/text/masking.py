"""Reading an article's text around its noise. Pure; knows nothing about how noise is found."""

from __future__ import annotations

from collections.abc import Iterable

from retrieval.datatypes import Article, TextRange

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
    return tuple(noise.range for noise in article.noise if noise.range.overlaps(outer))


def is_clean(article: Article, span: TextRange) -> bool:
    """Whether ``span`` touches no noise, so that it may be quoted."""
    return not noise_within(article, span)


def visible_parts(article: Article, outer: TextRange) -> tuple[TextRange, ...]:
    """The parts of ``outer`` outside the article's noise, in order."""
    return subtract(outer, noise_within(article, outer))


def visible_text(article: Article, outer: TextRange, mark: str = " ") -> str:
    """The text of ``outer`` with every masked stretch replaced by ``mark``.

    With the default mark it is what gets indexed; with ``ELLIPSIS`` it is what a person reads.
    """
    pieces = [article.text[part.start : part.end] for part in visible_parts(article, outer)]
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
    touched = [sentence for sentence in article.sentences if sentence.overlaps(span)]
    if not touched:
        return span
    return TextRange(min(touched[0].start, span.start), max(touched[-1].end, span.end))
