"""Features of an answer group, for calibration: one table of named numbers for each group.

How much each number counts is for ``calibration``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, log

from retrieval.answer.consensus import origin_numbers
from retrieval.answer.grouping import SpanGroup
from retrieval.answer.normalisation import plain_words
from retrieval.datatypes import AnswerType, Span

Origin = Callable[[Span], tuple[str, Sequence[str]]]
"""Article id and words of the sentence that a span stands in."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A group of equal spans, how many independent sources it has, and the numbers that weigh it.

    ``margin``: of the best span. ``agreement``: natural logarithm of the origins. ``support``: the
    further origins, each counted by how sure the reader is of it (the logistic function of its best
    margin). ``lead``: the margin over the best other group, at most 10 either way; 10 without
    another. The rest are the best span's own features.
    """

    group: SpanGroup
    origins: int
    values: dict[str, float]


def evidence_of(groups: Sequence[SpanGroup], origin: Origin) -> list[Evidence]:
    """The evidence for each group, in the given order."""
    margins = [group.best.margin for group in groups]
    result = []
    for at, group in enumerate(groups):
        numbers = origin_numbers([origin(span) for span in group.spans])
        if _is_relative(group):
            numbers = [0] * len(numbers)
        best_of: dict[int, float] = {}
        for number, span in zip(numbers, group.spans, strict=True):
            best_of[number] = max(best_of.get(number, span.margin), span.margin)
        others = [margin for number, margin in best_of.items() if number != numbers[0]]
        rivals = margins[:at] + margins[at + 1 :]
        lead = group.best.margin - max(rivals) if rivals else _FAR
        values = {feature.name: feature.value for feature in group.best.features}
        values |= {
            "margin": group.best.margin,
            "agreement": log(len(best_of)),
            "support": sum(1 / (1 + exp(-max(-30.0, min(30.0, m)))) for m in others),
            "lead": max(-_FAR, min(_FAR, lead)),
        }
        result.append(Evidence(group, len(best_of), values))
    return result


def _is_relative(group: SpanGroup) -> bool:
    """Whether the answer is a day that each article counts from its own date.

    Four articles that say "Wednesday" may mean four days: they do not confirm each other.
    """
    return group.best.answer_type is AnswerType.DATE and group.meaning.key[0] == "words"


def whole_first(ranked: Sequence[Evidence], text_of: Callable[[Span], str]) -> list[Evidence]:
    """The same order, but a list comes before the member of it that led.

    ``ranked`` is best first. Only where several things were asked for ("several" is 1): four
    articles that name Iceland do not say more than the one that names all eight members.
    """
    if not ranked:
        return []
    leader = plain_words(text_of(ranked[0].group.best))
    for at, other in enumerate(ranked[1:], start=1):
        if not other.values.get("several") or other.values["margin"] <= 0:
            continue
        words = plain_words(text_of(other.group.best))
        places = range(len(words) - len(leader) + 1)
        if len(words) > len(leader) and any(words[i : i + len(leader)] == leader for i in places):
            return [other, *ranked[:at], *ranked[at + 1 :]]
    return list(ranked)


_FAR = 10.0
