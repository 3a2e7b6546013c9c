"""Which spans that say the same say it of the same thing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from retrieval.answer.grouping import SpanGroup
from retrieval.datatypes import Span
from retrieval.text.headline import is_headline

Named = frozenset[str]
"""Words, in lower case, of the names in and around a sentence."""
_ENOUGH = 0.9
"""Of the anchors: rounding, and words with a common beginning, count a little less than 1."""


def stated(group: SpanGroup, is_question: Callable[[Span], bool]) -> SpanGroup:
    """The group without its titles, and without sentences that only ask, unless nothing else says
    it: "Will he resign?" supports nothing.
    """
    kept = tuple(span for span in group.spans if not is_headline(span.article_id))
    if not kept:
        return group
    kept = tuple(span for span in kept if not is_question(span)) or kept[:1]
    fullest = group.fullest if group.fullest in kept else kept[0]
    return replace(group, spans=kept, fullest=fullest)


def supported(group: SpanGroup, named_around: Callable[[Span], Named]) -> SpanGroup:
    """The group without the spans that say the same of something else: those around which fewer of
    the question's names, numbers and dates stand than around the best one, or none of the names
    that stand around it.
    """
    own = named_around(group.best)
    kept = tuple(
        span
        for span in group.spans
        if turns_on_the_same(span, group.best)
        and (span is group.best or is_one_setting(own, named_around(span)))
    )
    fullest = group.fullest if group.fullest in kept else group.best
    return replace(group, spans=kept, fullest=fullest)


def turns_on_the_same(span: Span, best: Span) -> bool:
    """Whether as many of the question's anchors stand around ``span`` as around ``best``."""
    return shared(span) >= min(_ENOUGH, shared(best))


def is_one_setting(one: Named, other: Named) -> bool:
    """Whether two places in articles may tell of one thing: they name something in common, or one
    of them names nothing.
    """
    return not one or not other or not one.isdisjoint(other)


def shared(span: Span) -> float:
    """Share, 0..1, of the question's anchors in the span's sentence, its neighbours or title."""
    values = {feature.name: feature.value for feature in span.features}
    return values.get("anchor_coverage", 1.0) + values.get("neighbour_coverage", 0.0)
