"""The values that articles give for one fact: the answer's own, and those that take its place."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from retrieval.answer.evidence import Evidence
from retrieval.answer.facts.support import is_one_setting, shared
from retrieval.answer.grouping import SpanGroup
from retrieval.datatypes import AnswerType, Span
from retrieval.text.headline import home_of

NEAR = 6.0
"""Logits that the margin of a value may be behind the likeliest one's: both answer the question."""
_NAME_WORDS = 2
NEAR_DAY = 8.0
"""The same for a day of a month, which no wording turns into another one."""
_MOSTLY = 0.7
"""Of the leader's share of the question's names: a later report need not repeat all of them."""
MEASURED = frozenset(
    {
        AnswerType.DURATION,
        AnswerType.DATE,
        AnswerType.MONEY,
        AnswerType.PERCENT,
        AnswerType.NUMBER,
    }
)
"""Kinds of which one thing has one value."""


def values_of(rated: Sequence[Evidence], kinds: Collection[AnswerType]) -> list[Evidence]:
    """What may be the value of the first answer's fact, best first: the first answer, and others
    that answer as well, around which most of the question's names stand that stand around it, and
    that are what some article says best ("from 80 to 93" says 93). ``kinds`` are those among which
    another one takes the place of the first. ``rated`` is best first.
    """
    if not rated:
        return []
    leader = rated[0].group
    if leader.best.answer_type not in kinds:
        return list(rated[:1])
    own = [evidence for evidence in rated if evidence.group.best.answer_type in kinds]
    best = best_by_article([evidence.group for evidence in own])
    found: list[Evidence] = []
    for evidence in own:
        group = evidence.group
        may_stand = group is leader or (
            any(best[home_of(span.article_id)] is span for span in group.spans)
            and takes_its_place(group, leader)
            and is_one_setting(evidence.told.named, rated[0].told.named)
        )
        if may_stand and not any(_is_same(group, other.group) for other in found):
            found.append(evidence)
    return found


def _is_same(group: SpanGroup, other: SpanGroup) -> bool:
    """Whether two values are one in other words: "115" and "at least 115"; "McCarthy", "Kevin
    McCarthy".
    """
    if group.best.answer_type in MEASURED:
        return not group.meaning.contradicts(other.meaning)
    one, two = set(group.meaning.words), set(other.meaning.words)
    return one <= two or two <= one


def best_by_article(groups: Sequence[SpanGroup]) -> dict[str, Span]:
    """The span that each article says best, by article id."""
    best: dict[str, Span] = {}
    for span in sorted((s for g in groups for s in g.spans), key=lambda span: -span.margin):
        best.setdefault(home_of(span.article_id), span)
    return best


def takes_its_place(group: SpanGroup, leader: SpanGroup) -> bool:
    """Whether one value may stand in the place of the leader's: it is no better name of the same,
    is not far behind, and most of the leader's share of the question's names stand around it.
    """
    kind = leader.best.answer_type
    if kind in MEASURED and (
        group.best.answer_type is not kind or not leader.meaning.contradicts(group.meaning)
    ):
        return False
    behind = leader.best.margin - group.best.margin
    is_near = (
        behind <= NEAR_DAY if leader.meaning.is_day else behind <= min(NEAR, leader.best.margin)
    )
    return is_near and shared(group.best) >= _MOSTLY * shared(leader.best)


def are_namesakes(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two names of people share the surname alone: "John Blinken", "Antony Blinken"."""
    if len(one) != _NAME_WORDS or len(other) != _NAME_WORDS:
        return False  # where the surname begins is unsure
    return one[-1] == other[-1] and one[0] != other[0]
