"""Topics and the qrels that belong to them, joined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from bot.evaluation.sets.fields import short
from bot.evaluation.sets.questions import QuestionSet
from bot.evaluation.sets.trec import TrecQrels
from retrieval.errors import QuestionSetError

UNJUDGED = "topics that the relevance judgements say nothing about"


def attach(loaded: Sequence[QuestionSet | TrecQrels]) -> tuple[QuestionSet, ...]:
    """The sets in their order, each set of topics with its qrels; other sets as they are.

    Topics and qrels that stand next to each other belong together: topics with the qrels after
    them or, where qrels come first, with those before them. The only qrels serve all topics.
    Raises ``QuestionSetError`` where either is missing or no question id of theirs is the same.
    """
    trec = [item for item in loaded if isinstance(item, TrecQrels) or not item.answered]
    runs = [list(run) for _, run in groupby(trec, type)]
    topics = [some for run in runs if (some := _topics(run))]
    qrels = [judging for run in runs if (judging := _qrels(run))]
    if topics and not qrels:
        raise QuestionSetError(
            f"{topics[0][0].name}: holds TREC topics, which have no answers; name the file with "
            "their relevance judgements (qrels) too."
        )
    if qrels and not topics:
        raise QuestionSetError(
            f"{qrels[0][0].name}: holds relevance judgements (qrels) without questions; name the "
            "file with their topics too."
        )
    # The runs take turns, so that at most one is left over: it joins the last pair.
    joined: dict[int, QuestionSet] = {}  # by identity: one file may be named twice
    for index in range(max(len(topics), len(qrels))):
        asked, by = topics[min(index, len(topics) - 1)], qrels[min(index, len(qrels) - 1)]
        if index >= len(topics):  # qrels at the end: the last topics take them as well
            by = [*qrels[index - 1], *by]
        joined |= {id(topic_set): _judged(topic_set, by) for topic_set in asked}
        _must_serve(by, asked)
    return tuple(joined.get(id(item), item) for item in _topics(loaded))


def _topics(items: Sequence[QuestionSet | TrecQrels]) -> list[QuestionSet]:
    return [item for item in items if isinstance(item, QuestionSet)]


def _qrels(items: Sequence[QuestionSet | TrecQrels]) -> list[TrecQrels]:
    return [item for item in items if isinstance(item, TrecQrels)]


def _must_serve(judging: Sequence[TrecQrels], some: Sequence[QuestionSet]) -> None:
    known = {key for topic_set in some for q in topic_set.questions for key in _keys(q.id)}
    for one in judging:
        if known.isdisjoint(one.grades):
            raise _strangers(one, some[0])


def _judged(topics: QuestionSet, judging: Sequence[TrecQrels]) -> QuestionSet:
    """The topics that have judgements, with them; the others are counted as left out."""
    grades: dict[str, Mapping[str, int]] = {}
    for question in topics.questions:
        key = next((k for k in _keys(question.id) for one in judging if k in one.grades), None)
        if key is not None:
            grades[question.id] = _together(key, judging)
    if not grades:
        raise _strangers(judging[0], topics)
    asked = tuple(question for question in topics.questions if question.id in grades)
    left_out = len(topics.questions) - len(asked)
    return replace(
        topics,
        questions=asked,
        left_out=left_out,
        left_out_reason=UNJUDGED if left_out else None,
        qrels=grades,
    )


def _keys(topic_id: str) -> tuple[str, ...]:
    """What qrels may call a topic: early topics are numbered 051, their qrels say 51."""
    bare = topic_id.lstrip("0")
    return (topic_id, bare) if bare and bare != topic_id else (topic_id,)


def _together(question_id: str, judging: Sequence[TrecQrels]) -> Mapping[str, int]:
    merged: dict[str, int] = {}
    for one in judging:
        for docno, grade in one.grades.get(question_id, {}).items():
            if merged.setdefault(docno, grade) != grade:
                raise QuestionSetError(
                    f"{one.name}: grades {short(docno)} for question {short(question_id)} "
                    "otherwise than the qrels before it; name one of the two files."
                )
    return merged


def _strangers(qrels: TrecQrels, topics: QuestionSet) -> QuestionSetError:
    return QuestionSetError(
        f"{qrels.name}: no question id in it, such as {short(next(iter(qrels.grades)))}, is one of "
        f"the topics in {topics.name}, such as {short(topics.questions[0].id)}; name the qrels "
        "that belong to these topics."
    )
