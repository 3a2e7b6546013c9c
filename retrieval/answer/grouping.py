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
    no rival of it, unless that names something else: "Bank of America" is no country.
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
    return all(
        m.same_as(meaning)
        or _is_fuller(m, member, meaning, span)
        or _is_fuller(meaning, span, m, member)
        for m, member in zip(meanings, members, strict=True)
    )


def _fullest(meanings: Sequence[Meaning], members: Sequence[Span]) -> Span:
    """The longest of the names that hold the best one, and are not far behind it; else the best."""
    best, words = members[0], meanings[0]
    fuller = [
        (len(meaning.words), span)
        for meaning, span in zip(meanings, members, strict=True)
        if _is_fuller(meaning, span, words, best) and span.margin >= best.margin - _FULLER
    ]
    return max(fuller, key=lambda pair: pair[0], default=(0, best))[1]


def _is_fuller(longer: Meaning, span: Span, shorter: Meaning, part: Span) -> bool:
    """Whether both are names, and ``span`` names the same as ``part`` in more words: it is of the
    same kind, or as much of the kind that was asked for, or ends with it.
    """
    if span.answer_type not in _NAMED or not _holds(longer, shorter):
        return False
    if part.answer_type is AnswerType.CLAUSE:  # of no kind that was known: a surname
        return longer.words[-len(shorter.words) :] == shorter.words
    if part.answer_type not in _NAMED:
        return False
    return span.answer_type is part.answer_type or _fit(span) >= _fit(part)


def _fit(span: Span) -> float:
    return next((f.value for f in span.features if f.name == "type_match"), 0.0)


def _holds(longer: Meaning, shorter: Meaning) -> bool:
    """Whether the words of one name are part of the other, which is no list of names."""
    count = len(shorter.words)
    if not 0 < count < len(longer.words) or "and" in longer.words:
        return False
    starts = range(len(longer.words) - count + 1)
    return any(longer.words[at : at + count] == shorter.words for at in starts)
