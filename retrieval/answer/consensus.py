"""How many independent sources stand behind an answer."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.answer.normalisation import meaning_of
from retrieval.datatypes import AnswerGroup, AnswerType

COPY_OVERLAP = 0.6
"""Share of the shorter sentence's word triples at which two sentences are one story's copies."""


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


def origin_numbers(sentences: Sequence[tuple[str, Sequence[str]]]) -> list[int]:
    """For each ``(article id, words of the sentence)`` the number of its independent source.

    Sentences of one article, and near-copies across articles (a wire story printed twice), are one
    origin: a connected component under "same article or copy".
    """
    parent = list(range(len(sentences)))

    def root(i: int) -> int:
        while parent[i] != i:
            i = parent[i]
        return i

    prints = [_triples(words) for _, words in sentences]
    for i, (article, _) in enumerate(sentences):
        for j in range(i):
            if article == sentences[j][0] or _copies(prints[i], prints[j]):
                parent[root(i)] = root(j)
    return [root(i) for i in range(len(sentences))]


def _triples(words: Sequence[str]) -> frozenset[tuple[str, ...]]:
    if len(words) < 3:
        return frozenset()
    return frozenset(tuple(words[i : i + 3]) for i in range(len(words) - 2))


def _copies(a: frozenset[tuple[str, ...]], b: frozenset[tuple[str, ...]]) -> bool:
    smaller = min(len(a), len(b))
    return smaller >= 3 and len(a & b) >= COPY_OVERLAP * smaller


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
