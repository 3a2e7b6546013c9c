"""The last step to an answer: from places in articles as they are read to places in their texts as
they are stored, which alone are quoted and told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from retrieval.answer.citing import as_stored
from retrieval.datatypes import Answer, AnswerGroup, Span
from retrieval.text.headline import is_headline
from retrieval.text.readable import ReadableArticle

Read = Callable[[str], ReadableArticle]
"""The readable article of an id."""


def in_stored_texts(answer: Answer, read: Read) -> Answer:
    """The answer with all its places in the stored texts. What it says stays as it is read."""
    groups = {id(group): _group(group, read) for group in (*answer.groups, *answer.rivals)}
    spans = tuple(_span(span, read) for span in answer.trace.spans)
    return replace(
        answer,
        groups=tuple(groups[id(group)] for group in answer.groups),
        rivals=tuple(groups[id(group)] for group in answer.rivals),
        trace=replace(answer.trace, spans=spans),
    )


def _group(group: AnswerGroup, read: Read) -> AnswerGroup:
    return replace(
        group,
        citations=tuple(as_stored(c, read(c.article_id)) for c in group.citations),
        spans=tuple(_span(span, read) for span in group.spans),
    )


def _span(span: Span, read: Read) -> Span:
    if is_headline(span.article_id):
        return span
    article = read(span.article_id)
    if article.is_same:
        return span
    place = article.in_stored(span.range)
    return replace(
        span,
        start=place.start,
        end=place.end,
        sentence=article.in_stored(span.sentence),
        window=span.window and article.in_stored(span.window),
        folded=tuple(_span(folded, read) for folded in span.folded),
    )
