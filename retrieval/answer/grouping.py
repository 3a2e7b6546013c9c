"""Spans that say the same thing, brought together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retrieval.answer.normalisation import Meaning, meaning_of
from retrieval.datatypes import AnswerType, Span

_NAMED = frozenset({AnswerType.PERSON, AnswerType.PLACE, AnswerType.ORGANISATION, AnswerType.NAME})
_FULLER = 4.0
"""Logits that a fuller name may be behind the best span's: it is shown, not weighed."""


@dataclass(frozen=True, slots=True)
class SpanGroup:
    """Spans of one meaning, best margin first; ``fullest`` is the one that says most in words: of
    "Brooklyn" and "Brooklyn, New York" the latter.
    """

    meaning: Meaning
    spans: tuple[Span, ...]
    fullest: Span

    @property
    def best(self) -> Span:
        return self.spans[0]


def group_spans(
    spans: Sequence[Span], text_of: Callable[[Span], str], *, limit: int = 8
) -> tuple[SpanGroup, ...]:
    """Groups by meaning, in the order of each group's best span; at most ``limit`` groups.

    Best margins first, each span joins the first group with all of which it agrees, so that
    "Blinken" cannot tie "John Blinken" to "Antony Blinken". A name that is part of another one is
    no rival of it.
    """
    groups: list[tuple[list[Meaning], list[Span]]] = []
    for span in sorted(spans, key=lambda s: -s.margin):
        meaning = meaning_of(text_of(span), span.answer_type)
        home = next((g for g in groups if _belongs(meaning, span, *g)), None)
        if home is not None:
            home[0].append(meaning)
            home[1].append(span)
        elif len(groups) < limit:
            groups.append(([meaning], [span]))
    return tuple(
        SpanGroup(meanings[0], tuple(members), _fullest(meanings, members))
        for meanings, members in groups
    )


def _belongs(
    meaning: Meaning, span: Span, meanings: Sequence[Meaning], members: Sequence[Span]
) -> bool:
    if all(other.same_as(meaning) for other in meanings):
        return True
    named = span.answer_type in _NAMED and members[0].answer_type in _NAMED
    return named and all(_holds(m, meaning) or _holds(meaning, m) for m in meanings)


def _fullest(meanings: Sequence[Meaning], members: Sequence[Span]) -> Span:
    """The longest of the names that hold the best one, and are not far behind it; else the best."""
    best, words = members[0], meanings[0]
    if best.answer_type not in _NAMED:
        return best
    fuller = [
        (len(meaning.words), span)
        for meaning, span in zip(meanings, members, strict=True)
        if _holds(meaning, words) and span.margin >= best.margin - _FULLER
    ]
    return max(fuller, key=lambda pair: pair[0], default=(0, best))[1]


def _holds(longer: Meaning, shorter: Meaning) -> bool:
    """Whether the words of one name are part of the other, which is no list of names."""
    count = len(shorter.words)
    if not 0 < count < len(longer.words) or "and" in longer.words:
        return False
    starts = range(len(longer.words) - count + 1)
    return any(longer.words[at : at + count] == shorter.words for at in starts)
