"""Features of an answer group, for calibration: one table of named numbers for each group.

How much each number counts is for ``calibration``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retrieval.answer.facts.origins import Origins, Source, origins_of
from retrieval.answer.facts.support import Named
from retrieval.answer.grouping import SpanGroup
from retrieval.answer.normalisation import plain_words
from retrieval.datatypes import AnswerType, Span

SourceOf = Callable[[Span], Source]
"""Where a span stands, and whom it owes."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a span tells beside its words. ``named``: words of the names around it, which tell two
    events apart. ``denies``: of a yes/no question, whether its sentence denies what is asked; None
    where it tells neither, or the question is another one. ``is_part``: whether it counts a part of
    what is asked for. ``is_asserted``: whether it is said as something that is so.
    """

    named: Named = frozenset()
    denies: bool | None = None
    is_part: bool = False
    is_asserted: bool = True


UNTOLD = Told()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A group of equal spans, where it comes from, and the numbers that weigh it.

    ``margin``: of the best span. ``margin_over_next``: what it is more than that of the best other
    group, at most 10 either way; 10 without another. ``similarity``: cosine of the question and the
    best span's sentence. The rest are the best span's own features. How many sources agree is not
    among them: equal words may state different facts. ``named``: words of the names around the best
    span, which tell two events apart.
    """

    group: SpanGroup
    origins: Origins
    values: dict[str, float]
    told: Told = UNTOLD


def evidence_of(
    groups: Sequence[SpanGroup],
    source: SourceOf,
    similarities: Sequence[float],
    told: Callable[[Span], Told] = lambda span: UNTOLD,
) -> list[Evidence]:
    """The evidence for each group, in the given order; ``similarities`` are by group."""
    margins = [group.best.margin for group in groups]
    result = []
    for at, (group, similarity) in enumerate(zip(groups, similarities, strict=True)):
        rivals = margins[:at] + margins[at + 1 :]
        over = group.best.margin - max(rivals) if rivals else _FAR
        values = {feature.name: feature.value for feature in group.best.features}
        values |= {
            "margin": group.best.margin,
            "margin_over_next": max(-_FAR, min(_FAR, over)),
            "similarity": similarity,
        }
        result.append(Evidence(group, _origins(group, source), values, told(group.best)))
    return result


def _origins(group: SpanGroup, source: SourceOf) -> Origins:
    """Where it comes from. Days that each article counts from its own date confirm nothing: four
    articles that say "Wednesday" may mean four days.
    """
    found = origins_of([source(span) for span in group.spans])
    if group.best.answer_type is AnswerType.DATE and group.meaning.key[0] == "words":
        return Origins(1, found.publishers)
    return found


def total_first(ranked: Sequence[Evidence]) -> list[Evidence]:
    """The same order, but where the leader counts a part, what it is a part of comes before it: a
    figure of the same kind in the same sentence.
    """
    if not ranked or not ranked[0].told.is_part:
        return list(ranked)
    part = ranked[0].group.best
    for at, other in enumerate(ranked[1:], start=1):
        best = other.group.best
        is_there = (best.article_id, best.sentence) == (part.article_id, part.sentence)
        if is_there and best.answer_type is part.answer_type and not other.told.is_part:
            return [other, *ranked[:at], *ranked[at + 1 :]]
    return list(ranked)


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
