"""One question's measures, and the cause of a miss."""

from __future__ import annotations

import pytest

from bot.evaluation.measuring.causes import Cause, cause_of
from bot.evaluation.measuring.judgements import answer_measures, cluster_of, judge_answer
from bot.evaluation.sets.questions import Paragraph
from tests.evaluation.examples import asked, group, prediction

PASSAGES = [{"article_id": "a.txt", "start": 0, "end": 42, "score": 1.0}]
TEXT = "The talks in Reykjavik lasted 105 minutes."


def text_of(article_id: str, start: int, end: int) -> str | None:
    return TEXT[start:end] if article_id == "a.txt" else None


def test_a_right_answer_scores_in_every_measure() -> None:
    question = asked("q", "105 minutes", evidence=("a.txt",))
    given = prediction("q", "105 minutes", passages=PASSAGES, probability=0.75)
    assert answer_measures(question, given, text_of) == {
        "exact_match": 1,
        "f1": 1,
        "correct": 1,
        "answered": 1,
        "best_span_right": 1,
        "brier": (0.75 - 1) ** 2,
        "has_answer_exact_match": 1,
        "has_answer_f1": 1,
        "span_right": 1,
        "sentence_right": 1,
        "answer_in_top_five": 1,
        "best_span_exact_match": 1,
        "best_span_f1": 1,
        "answer_in_passages": 1,
        "citation_precision": 1,
        "citation_recall": 1,
    }


def test_a_refusal_gives_no_answer_but_its_best_span_is_judged() -> None:
    question = asked("q", "105 minutes")
    given = prediction("q", None, groups=[group("105 minutes", TEXT)], passages=PASSAGES)
    found = answer_measures(question, given, text_of)
    assert (found["f1"], found["best_span_f1"], found["best_span_right"]) == (0, 1, 1)
    assert found["sentence_right"] == 0
    assert found["citation_precision"] is None


def test_refusing_what_has_no_answer_is_right_for_squad_too() -> None:
    found = answer_measures(asked("q"), prediction("q", None, probability=0.25), text_of)
    assert (found["exact_match"], found["f1"], found["correct"]) == (1, 1, 1)
    assert found["no_answer_refused"] == 1
    assert found["brier"] == 0.25**2
    assert "has_answer_f1" not in found


def test_answering_what_has_no_answer_is_wrong() -> None:
    found = answer_measures(asked("q"), prediction("q", "Paris"), text_of)
    assert (found["f1"], found["correct"], found["no_answer_refused"]) == (0, 0, 0)
    assert found["best_span_right"] == 0


def test_citations_count_only_where_the_article_is_known_to_answer() -> None:
    cited = group("105 minutes", TEXT)
    second = {**cited["citations"][0], "article_id": "b.txt"}
    third = {**cited["citations"][0], "article_id": "c.txt", "sentence": "Nothing of it."}
    given = prediction(
        "q", "105 minutes", groups=[{**cited, "citations": [*cited["citations"], second, third]}]
    )
    known = asked("q", "105 minutes", evidence=("a.txt", "d.txt"))
    found = answer_measures(known, given, text_of)
    assert found["citation_precision"] == pytest.approx(1 / 3)
    assert found["citation_recall"] == pytest.approx(1 / 2)
    unknown = answer_measures(asked("q", "105 minutes"), given, text_of)
    assert unknown["citation_precision"] == pytest.approx(2 / 3)
    assert unknown["citation_recall"] is None


def test_a_disputed_question_wants_every_side() -> None:
    question = asked("q", "19 May", disputed=(("19 May",), ("20 May",)))
    one = prediction("q", "19 May")
    both = prediction("q", "19 May", groups=[group("19 May", "x 19 May"), group("20 May", "y")])
    assert answer_measures(question, one, text_of)["all_sides_shown"] == 0
    assert answer_measures(question, both, text_of)["all_sides_shown"] == 1


def test_turns_of_a_conversation_are_one_cluster() -> None:
    first, second = (asked(i, "x", conversation="c") for i in "ab")
    assert cluster_of(first) == cluster_of(second)
    assert cluster_of(asked("c", "x")) != cluster_of(first)
    paragraph = Paragraph("p", "Title", "Text.")
    third, fourth = (asked(i, "x", context=paragraph) for i in "ef")
    assert cluster_of(third) == cluster_of(fourth) != cluster_of(first)


def test_a_judgement_becomes_a_line() -> None:
    judged = judge_answer(asked("q", "x"), prediction("q", "y"), text_of, cause=Cause.READER)
    record = judged.record()
    assert record["verdict"] == "wrong"
    assert record["cause"] == "reader"
    assert record["answers"] == ["x"]


def cause(given: str | None, *others: str, **known: bool | None) -> Cause | None:
    found = [group(answer, TEXT) for answer in ([given] if given else []) + list(others)]
    known = {"held_by_passages": True, "held_by_articles": True, **known}
    return cause_of(asked("q", "105 minutes"), prediction("q", given, groups=found), **known)  # type: ignore[arg-type]  # the defaults are bool


def test_the_first_stage_that_lost_the_answer_is_to_blame() -> None:
    assert cause("105 minutes") is None
    assert cause("two hours", held_by_passages=False, held_by_articles=False) is Cause.ABSENT
    assert cause("two hours", held_by_passages=False) is Cause.RETRIEVAL
    assert cause("two hours") is Cause.READER
    assert cause("two hours", "105 minutes") is Cause.GROUPING
    assert cause(None, "105 minutes") is Cause.DECISION
    assert cause(None, "two hours") is Cause.READER
    assert cause(None, "two hours", "105 minutes") is Cause.GROUPING
    assert cause("two hours", mended_by_rewrite=True) is Cause.REWRITING


def test_without_knowing_all_articles_a_miss_of_the_passages_is_retrievals() -> None:
    assert cause("two hours", held_by_passages=False, held_by_articles=None) is Cause.RETRIEVAL


def test_answering_what_must_be_refused_is_a_wrong_decision() -> None:
    given = prediction("q", "Paris")
    known = {"held_by_passages": False, "held_by_articles": False}
    assert cause_of(asked("q"), given, **known) is Cause.DECISION
