"""Spans that are looked at again, each in its sentence."""

from __future__ import annotations

from retrieval.datatypes import Article, SentenceCandidate, Span, TextRange
from retrieval.text.headline import is_headline
from retrieval.text.masking import shown_text

NEIGHBOURS = 1
"""Sentences shown on either side: "He was arrested" says who in the one before."""
_LONGEST_WORD = 40
_LONGEST = 1200
"""In code points. A line without full stops is shown around its span alone."""


def sentence_candidate(article: Article, span: Span) -> SentenceCandidate | None:
    """The span in its sentences with their neighbours, without noise; None when noise cuts it."""
    place = _around(article, span)
    shown = shown_text(article, place)
    own = shown.from_article(span.start, span.end)
    if own is None:
        return None
    title = None if is_headline(article.id) else article.title
    return SentenceCandidate(shown.text, own.start, own.end, title, article.trusted_date)


def _around(article: Article, span: Span) -> TextRange:
    touched = [at for at, s in enumerate(article.sentences) if s.overlaps(span.sentence)]
    place = span.sentence
    if touched:
        first = article.sentences[max(0, touched[0] - NEIGHBOURS)]
        last = article.sentences[min(len(article.sentences) - 1, touched[-1] + NEIGHBOURS)]
        place = TextRange(min(first.start, place.start), max(last.end, place.end))
    if len(place) <= _LONGEST:
        return place
    half = _LONGEST // 2
    start, end = max(place.start, span.start - half), min(place.end, span.end + half)
    return TextRange(
        _word_start(article.text, start, place.start), _word_end(article.text, end, place.end)
    )


def _word_start(text: str, at: int, least: int) -> int:
    """The start of the word at ``at``, where it is near: no article says a cut word."""
    for start in range(at, max(least, at - _LONGEST_WORD) - 1, -1):
        if start == least or text[start - 1].isspace():
            return start
    return at


def _word_end(text: str, at: int, most: int) -> int:
    """The end of the word at ``at``, likewise."""
    for end in range(at, min(most, at + _LONGEST_WORD) + 1):
        if end == most or text[end].isspace():
            return end
    return at
