"""Which answers contradict the best one."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.answer.normalisation import meaning_of
from retrieval.datatypes import AnswerGroup, AnswerType

_RIVAL_SHARE = 0.7
_RIVAL_DATE_SHARE = 0.25
_RIVAL_DAY_SHARE = 0.07
"""Lower for dates, and lowest for days of a month: an event has one day, and a second one is worth
showing even if it is much less likely. Two calendar days never differ by wording alone."""
_SINGLE_VALUED = frozenset(
    {
        AnswerType.DURATION,
        AnswerType.DATE,
        AnswerType.MONEY,
        AnswerType.PERCENT,
        AnswerType.NUMBER,
    }
)


def find_rivals(groups: Sequence[AnswerGroup]) -> tuple[AnswerGroup, ...]:
    """The groups that contradict the first: another value of the same kind, about as likely, and
    from an article that does not also give the first.

    Only kinds that have one right value can be disputed: two names or two clauses may both be true.
    """
    if not groups or not groups[0].spans:
        return ()
    best = groups[0]
    kind = best.spans[0].answer_type
    meaning = meaning_of(best.answer, kind)
    share = _RIVAL_SHARE
    if kind is AnswerType.DATE:
        share = _RIVAL_DAY_SHARE if meaning.is_day else _RIVAL_DATE_SHARE
    articles = {citation.article_id for citation in best.citations}
    return tuple(
        other
        for other in groups[1:]
        if kind in _SINGLE_VALUED
        and other.spans[0].answer_type is kind
        and meaning.contradicts(meaning_of(other.answer, kind))
        and other.probability >= share * best.probability
        and any(citation.article_id not in articles for citation in other.citations)
    )
