"""Spans to citations. The one place where a quote is cut from an article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from retrieval.datatypes import AnswerGroup, Article, Citation, Span
from retrieval.masking import ELLIPSIS, is_clean, visible_text


def cite(article: Article, span: Span, number: int) -> Citation:
    """The citation of ``span`` in ``article``.

    Raises ``ValueError`` when the span is empty, outside the text, or touches noise: such a span
    must never be shown.
    """
    if span.article_id != article.id or not 0 <= span.start < span.end <= len(article.text):
        raise ValueError(f"{span} does not stand in article {article.id!r}")
    if not is_clean(article, span.range):
        raise ValueError(f"{span} touches masked noise")
    return Citation(
        number=number,
        article_id=article.id,
        title=article.title,
        publisher=article.publisher,
        published=article.published,
        url=article.url,
        start=span.start,
        end=span.end,
        quote=article.text[span.start : span.end],
        sentence=visible_text(article, span.sentence, ELLIPSIS),
        sentence_range=span.sentence,
    )


def numbered(groups: Sequence[AnswerGroup]) -> tuple[AnswerGroup, ...]:
    """The groups with their citations numbered 1, 2, 3 ... through all of them in this order."""
    numbers = count(1)
    return tuple(
        replace(group, citations=tuple(replace(c, number=next(numbers)) for c in group.citations))
        for group in groups
    )
