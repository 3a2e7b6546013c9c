"""What the reader found in each window that it read, for explaining an answer. Pure."""

from __future__ import annotations

from enum import Enum

from retrieval.datatypes import Answer, Span, TextRange

_CLEAR, _FAR = 4.0, 9.0


class Preference(Enum):
    """How much the reader prefers a span to "not said here"."""

    NOT_AT_ALL = "not at all: it takes the passage to hold no answer"
    A_LITTLE = "by a little"
    CLEARLY = "clearly"
    BY_FAR = "by far"


def preference(margin: float) -> Preference:
    """In words, the margin between a span and "no answer", which is in logits."""
    if margin < 0:
        return Preference.NOT_AT_ALL
    if margin >= _FAR:
        return Preference.BY_FAR
    return Preference.CLEARLY if margin >= _CLEAR else Preference.A_LITTLE


def best_of_windows(answer: Answer) -> list[Span]:
    """The best span of every window that was read, best first."""
    best: dict[tuple[str, TextRange | None], Span] = {}
    for span in (s for kept in answer.trace.spans for s in (kept, *kept.folded)):
        key = (span.article_id, span.window or span.sentence)
        if key not in best or best[key].margin < span.margin:
            best[key] = span
    return sorted(best.values(), key=lambda s: (-s.margin, s.article_id, s.start))
