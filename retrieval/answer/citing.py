"""Spans to citations. The one place where a quote is cut from an article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from retrieval.datatypes import (
    AnswerGroup,
    Article,
    Citation,
    InferredDate,
    Span,
    Speaker,
    TextRange,
    Voice,
)
from retrieval.english.time_expressions import inferred_dates
from retrieval.text.headline import home_of, is_headline
from retrieval.text.masking import ELLIPSIS, is_clean, visible_text
from retrieval.text.readable import ReadableArticle

_IN_SENTENCE = 2
"""Days shown for a quote that names none itself: more would be a calendar."""
_LONG_SENTENCE, _AROUND = 1000, 200
"""In code points. A quote's own days are found with this much text on either side of it."""


def cite(
    article: Article,
    span: Span,
    number: int,
    voice: Voice = Voice.FACT,
    said_by: TextRange | None = None,
) -> Citation:
    """The citation of ``span`` in ``article``, which may be the title of one (see ``headline``);
    ``said_by`` is where the article names who says it.

    Raises ``ValueError`` when the span is empty, outside the text, or touches noise: such a span
    must never be shown.
    """
    if span.article_id != article.id or not 0 <= span.start < span.end <= len(article.text):
        raise ValueError(f"{span} does not stand in article {article.id!r}")
    if not is_clean(article, span.range):
        raise ValueError(f"{span} touches masked noise")
    return Citation(
        number=number,
        article_id=home_of(article.id),
        title=article.title,
        publisher=article.publisher,
        published=article.published,
        url=article.url,
        start=span.start,
        end=span.end,
        quote=article.text[span.start : span.end],
        sentence=visible_text(article, span.sentence, ELLIPSIS),
        sentence_range=span.sentence,
        inferred=_inferred(article, span),
        date_doubt=article.date_doubt,
        in_title=is_headline(article.id),
        voice=voice,
        said_by=None if said_by is None else _speaker(article, said_by),
        author=article.author,
        place="" if is_headline(article.id) else article.place_at(span.start),
    )


def as_stored(citation: Citation, read: ReadableArticle) -> Citation:
    """The citation of an article as it is read as one of the article as it is stored: all places
    are of the stored text, and the quote is its own.
    """
    if read.is_same or citation.in_title:
        return citation
    text, in_stored = read.stored.text, read.in_stored
    place, said_by = in_stored(TextRange(citation.start, citation.end)), citation.said_by
    quote = text[place.start : place.end]
    return replace(
        citation,
        start=place.start,
        end=place.end,
        quote=quote,
        resolved=citation.quote if citation.quote != quote else None,
        sentence_range=in_stored(citation.sentence_range),
        inferred=tuple(_days_in_stored(days, read) for days in citation.inferred),
        said_by=said_by and _speaker(read.stored, in_stored(said_by.range)),
    )


def _days_in_stored(days: InferredDate, read: ReadableArticle) -> InferredDate:
    place = read.in_stored(days.range)
    return replace(days, range=place, text=read.stored.text[place.start : place.end])


def _speaker(article: Article, place: TextRange) -> Speaker:
    return Speaker(place, article.text[place.start : place.end])


def _inferred(article: Article, span: Span) -> tuple[InferredDate, ...]:
    """The days meant in the quote; where it names none, the first few of its sentence."""
    place = span.sentence
    is_long = len(place) > _LONG_SENTENCE
    if is_long:  # a list without full stops, with a day in every line of it
        start, end = span.start - _AROUND, span.end + _AROUND
        place = TextRange(max(place.start, start), min(place.end, end))
    found = inferred_dates(article, place)
    quoted = tuple(item for item in found if item.range.overlaps(span.range))
    return quoted or (() if is_long else found[:_IN_SENTENCE])


def numbered(groups: Sequence[AnswerGroup]) -> tuple[AnswerGroup, ...]:
    """The groups with their citations numbered 1, 2, 3 ... through all of them in this order."""
    numbers = count(1)
    return tuple(
        replace(group, citations=tuple(replace(c, number=next(numbers)) for c in group.citations))
        for group in groups
    )
