"""What kind of thing a span is, and how well that fits the question. Pure; a soft signal."""

from __future__ import annotations

from retrieval.datatypes import AnswerType, TextRange
from retrieval.english.question_types import Expectation
from retrieval.reader.candidates import Candidate, candidates


def kind_of(
    text: str, place: TextRange, expectation: Expectation, known: list[Candidate] | None = None
) -> tuple[AnswerType, float]:
    """The kind of ``place`` in ``text``, its sentence, and 0..1 how well it fits the question.

    The model's span and a candidate of the rules rarely have the same borders: a candidate counts
    by the share of code points that the two have in common (intersection over union), so that "in
    May 2021" is nearly the date "May 2021", and a clause that holds a date somewhere is a clause.
    ``known`` are the sentence's candidates where they have been found before.
    """
    best: tuple[float, AnswerType] = (0.0, AnswerType.CLAUSE)
    for candidate in known if known is not None else list(candidates(text, expectation, ())):
        shared = _overlap(candidate.range, place)
        if shared >= 0.5 and shared * candidate.fit > best[0]:
            best = (shared * candidate.fit, candidate.type)
    return best[1], best[0]


def _overlap(a: TextRange, b: TextRange) -> float:
    shared = min(a.end, b.end) - max(a.start, b.start)
    return max(0, shared) / max(1, len(a) + len(b) - max(0, shared))
