"""Spans that say the same thing, brought together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retrieval.answer.normalisation import Meaning, meaning_of
from retrieval.datatypes import Span


@dataclass(frozen=True, slots=True)
class SpanGroup:
    """Spans of one meaning, best margin first."""

    meaning: Meaning
    spans: tuple[Span, ...]

    @property
    def best(self) -> Span:
        return self.spans[0]


def group_spans(
    spans: Sequence[Span], text_of: Callable[[Span], str], *, limit: int = 8
) -> tuple[SpanGroup, ...]:
    """Groups by meaning, in the order of each group's best span; at most ``limit`` groups.

    Best margins first, each span joins the first group with all of which it agrees, so that
    "Blinken" cannot tie "John Blinken" to "Antony Blinken".
    """
    groups: list[tuple[list[Meaning], list[Span]]] = []
    for span in sorted(spans, key=lambda s: -s.margin):
        meaning = meaning_of(text_of(span), span.answer_type)
        home = next((g for g in groups if all(m.same_as(meaning) for m in g[0])), None)
        if home is not None:
            home[0].append(meaning)
            home[1].append(span)
        elif len(groups) < limit:
            groups.append(([meaning], [span]))
    return tuple(SpanGroup(meanings[0], tuple(members)) for meanings, members in groups)
