"""Spans that say the same thing, brought together. Pure."""

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

    ``spans`` come best margin first; each joins the first group it agrees with. A group's meaning
    is that of its best span, so that "Blinken" cannot tie "John Blinken" to "Antony Blinken".
    """
    groups: list[tuple[Meaning, list[Span]]] = []
    for span in sorted(spans, key=lambda s: -s.margin):
        meaning = meaning_of(text_of(span), span.answer_type)
        home = next((members for m, members in groups if m.same_as(meaning)), None)
        if home is not None:
            home.append(span)
        elif len(groups) < limit:
            groups.append((meaning, [span]))
    return tuple(SpanGroup(meaning, tuple(members)) for meaning, members in groups)
