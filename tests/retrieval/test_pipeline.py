"""The way of a question with doubles at every seam: only the joining is under test."""

from __future__ import annotations

from datetime import date
from math import exp, isclose

import pytest

from retrieval.datatypes import AnswerType, Article, Query
from retrieval.doubles import (
    ArticlesInMemory,
    QuotingReader,
    ScriptedRetriever,
    no_similarity,
)
from retrieval.errors import QuestionError
from retrieval.index.tokenization import tokenize_with_offsets
from retrieval.ingest.passages import passages_of
from retrieval.pipeline import (
    LONGEST_QUESTION,
    AnswerSettings,
    QuestionAnswerer,
    checked_question,
)
from tests.bot.worlds import (
    PLAIN_CALIBRATION,
    SMALL_WINDOW,
    EveryPassage,
    answerer_over,
    article,
    scored,
)

QUESTION = "how long did the meeting last?"
FIRST = article("The meeting lasted one hour and 45 minutes.", "first.txt", title="First")
SECOND = article("Reporters waited outside for 105 minutes, they wrote.", "second.txt")
OTHER = article("According to the hosts the two needed just two hours.", "other.txt")
COPY = article("The meeting lasted one hour and 45 minutes.", "copy.txt")
DURATIONS = ("one hour and 45 minutes", "105 minutes", "two hours")
ACCEPT_ALL = AnswerSettings(threshold=0.0)


def durations(*articles: Article, settings: AnswerSettings = ACCEPT_ALL) -> QuestionAnswerer:
    reader = QuotingReader(DURATIONS, AnswerType.DURATION)
    return answerer_over(*articles, reader=reader, settings=settings)


def test_equal_answers_of_two_articles_are_one_group_with_both_citations() -> None:
    answer = durations(FIRST, SECOND).answer(Query(QUESTION))
    assert [group.answer for group in answer.groups] == ["one hour and 45 minutes"]
    (group,) = answer.groups
    assert [(c.number, c.article_id, c.quote) for c in group.citations] == [
        (1, "first.txt", "one hour and 45 minutes"),
        (2, "second.txt", "105 minutes"),
    ]
    assert group.origins == 2


def test_the_probability_follows_from_the_best_margin_however_many_say_it() -> None:
    best_margin = 4.0
    for articles in ((FIRST,), (FIRST, SECOND)):
        answer = durations(*articles).answer(Query(QUESTION))
        assert isclose(answer.probability, 1 / (1 + exp(-best_margin)))
        assert answer.probability == answer.groups[0].probability


def test_a_wire_copy_is_cited_and_counts_once() -> None:
    (group,) = durations(FIRST, COPY).answer(Query(QUESTION)).groups
    assert {c.article_id for c in group.citations} == {"first.txt", "copy.txt"}
    assert group.origins == 1


def test_a_contradiction_is_shown_as_a_rival() -> None:
    answer = durations(FIRST, OTHER).answer(Query(QUESTION))
    assert answer.disputed
    assert [rival.answer for rival in answer.rivals] == ["two hours"]


def test_an_abstention_has_no_rivals_but_keeps_the_rejected_groups() -> None:
    never = AnswerSettings(threshold=1.0)
    answer = durations(FIRST, OTHER, settings=never).answer(Query(QUESTION))
    assert answer.abstained
    assert answer.chosen is None
    assert answer.rivals == ()
    assert [group.answer for group in answer.groups] == ["one hour and 45 minutes", "two hours"]
    assert answer.reason


def test_an_answer_has_no_reason() -> None:
    assert durations(FIRST).answer(Query(QUESTION)).reason is None


def test_a_probability_at_the_threshold_answers() -> None:
    probability = durations(FIRST).answer(Query(QUESTION)).probability
    assert (
        not durations(FIRST, settings=AnswerSettings(threshold=probability))
        .answer(Query(QUESTION))
        .abstained
    )


def test_nothing_found_is_an_abstention_even_at_threshold_zero() -> None:
    answer = durations().answer(Query("Who won the Eurovision Song Contest?"))
    assert answer.abstained
    assert answer.probability == 0.0
    assert answer.groups == ()
    assert "Eurovision" in (answer.reason or "")


def test_an_abstention_names_the_word_that_is_nowhere() -> None:
    never = AnswerSettings(threshold=1.0)
    reason = durations(FIRST, settings=never).answer(Query("How long did the regatta last?")).reason
    assert '"regatta"' in (reason or "")
    assert '"First"' in (reason or "")


def test_citations_are_numbered_through_all_groups_in_the_order_shown() -> None:
    answer = durations(FIRST, SECOND, OTHER, COPY).answer(Query(QUESTION))
    numbers = [c.number for group in answer.groups for c in group.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) == len([FIRST, SECOND, OTHER, COPY])


def test_one_citation_an_article_and_no_more_than_the_settings_say() -> None:
    twice = article("It took two hours. Yes, two hours, he said.", "twice.txt")
    settings = AnswerSettings(threshold=0.0, citations=1)
    (group,) = durations(OTHER, twice, settings=settings).answer(Query(QUESTION)).groups
    assert len(group.citations) == 1
    assert len(group.spans) == 3


def test_no_more_groups_than_the_settings_say() -> None:
    settings = AnswerSettings(threshold=0.0, groups=1)
    assert len(durations(FIRST, OTHER, settings=settings).answer(Query(QUESTION)).groups) == 1


def test_the_reader_sees_no_more_passages_than_the_settings_say() -> None:
    settings = AnswerSettings(passages=1)
    answer = durations(FIRST, SECOND, OTHER, settings=settings).answer(Query(QUESTION))
    assert len(answer.trace.passages) == 1


def test_the_retriever_is_asked_the_trimmed_question_and_the_day() -> None:
    retriever = EveryPassage([FIRST])
    answerer = QuestionAnswerer(
        ArticlesInMemory({"first.txt": FIRST}),
        retriever,
        QuotingReader(DURATIONS),
        tokenize_with_offsets,
        PLAIN_CALIBRATION,
        no_similarity,
    )
    answer = answerer.answer(Query(f" \n{QUESTION}\t", date(2021, 5, 20)))
    assert retriever.queries == [Query(QUESTION, date(2021, 5, 20), date(2021, 5, 20))]
    assert answer.question == QUESTION


def test_without_a_day_it_is_asked_today_and_nothing_is_left_out() -> None:
    retriever = EveryPassage([FIRST])
    answerer = QuestionAnswerer(
        ArticlesInMemory({"first.txt": FIRST}),
        retriever,
        QuotingReader(DURATIONS),
        tokenize_with_offsets,
        PLAIN_CALIBRATION,
        no_similarity,
        today=lambda: date(2026, 11, 22),
    )
    answerer.answer(Query(QUESTION))
    assert retriever.queries == [Query(QUESTION, None, date(2026, 11, 22))]


def test_articles_of_a_later_day_answer_nothing() -> None:
    late = article(FIRST.text, "late.txt", published=date(2021, 5, 21))
    answer = durations(late).answer(Query(QUESTION, date(2021, 5, 20)))
    assert answer.abstained
    assert durations(late).answer(Query(QUESTION, date(2021, 5, 21))).chosen is not None


def test_only_what_was_retrieved_is_quoted() -> None:
    (passage,) = passages_of(SECOND, SMALL_WINDOW)
    answerer = QuestionAnswerer(
        ArticlesInMemory({a.id: a for a in (FIRST, SECOND)}),
        ScriptedRetriever({QUESTION: scored([passage])}),
        QuotingReader(DURATIONS, AnswerType.DURATION),
        tokenize_with_offsets,
        PLAIN_CALIBRATION,
        no_similarity,
        settings=ACCEPT_ALL,
    )
    cited = [c.article_id for g in answerer.answer(Query(QUESTION)).groups for c in g.citations]
    assert cited == ["second.txt"]


def test_what_a_story_says_again_is_found_in_its_own_words() -> None:
    toll = "How many lives were lost in Kelm?"
    told = "The flood in Kelm killed 14 people."
    early = article(told, "early.txt", published=date(2025, 9, 4))
    late = article("The flood killed 21 people.", "late.txt", published=date(2025, 9, 9))
    (first,), (last,) = passages_of(early, SMALL_WINDOW), passages_of(late, SMALL_WINDOW)
    # The question alone finds the early article; with its sentence, the late one too.
    retriever = ScriptedRetriever({toll: scored([first]), f"{toll} {told}": scored([first, last])})
    answerer = QuestionAnswerer(
        ArticlesInMemory({a.id: a for a in (early, late)}),
        retriever,
        QuotingReader(("14", "21"), AnswerType.NUMBER),
        tokenize_with_offsets,
        PLAIN_CALIBRATION,
        no_similarity,
        settings=ACCEPT_ALL,
    )
    answer = answerer.answer(Query(toll))
    assert [point.answer for point in answer.groups[0].series] == ["14", "21"]
    assert answer.groups[0].answer == "21"
    assert [p.passage for p in answer.trace.passages] == [first, last]


def test_the_trace_keeps_every_stage() -> None:
    trace = durations(FIRST, OTHER).answer(Query(QUESTION)).trace
    assert trace.expected_type is AnswerType.DURATION
    assert [s.passage.article_id for s in trace.passages] == ["first.txt", "other.txt"]
    assert len(trace.spans) == 2
    assert all(time.milliseconds >= 0 for time in trace.times)
    assert [time.stage for time in trace.times] == ["retrieve", "read", "decide"]


@pytest.mark.parametrize("blank", ["", " ", "\n\t ", "\u00a0", "\u3000"])
def test_a_blank_question_is_refused(blank: str) -> None:
    with pytest.raises(QuestionError, match="empty"):
        checked_question(blank)


def test_the_longest_question_is_taken_and_one_character_more_refused() -> None:
    assert checked_question("x" * LONGEST_QUESTION)
    with pytest.raises(QuestionError, match="2,001"):
        checked_question("x" * (LONGEST_QUESTION + 1))


@pytest.mark.parametrize("odd", ["?", "🙂", "the of and", "\u200b", "(.*[+", "\x00", "%s {0}"])
def test_a_question_without_words_is_answered_or_not_but_never_breaks(odd: str) -> None:
    for answer in (durations(FIRST).answer(Query(odd)), answerer_over(FIRST).answer(Query(odd))):
        assert answer.abstained == (answer.chosen is None)


def test_opposite_statements_of_yes_and_no_stand_side_by_side() -> None:
    said, denied = "Norland signed the treaty.", "Norland has not signed the treaty."
    told = article(said, "told.txt"), article(denied, "denied.txt")
    reader = QuotingReader((said, denied), AnswerType.CLAUSE)
    pipeline = answerer_over(*told, reader=reader, settings=ACCEPT_ALL)
    answer = pipeline.answer(Query("Did Norland sign the treaty?"))
    assert [answer.groups[0].answer, *(r.answer for r in answer.rivals)] == [said, denied]
    # Both are no contradiction where nobody asks for yes or no.
    assert not pipeline.answer(Query("What did Norland sign?")).disputed


def test_of_what_is_to_be_the_last_word_counts() -> None:
    said, dropped = "The two banks will merge.", "The banks gave up the merger."
    told = (
        article(said, "early.txt", published=date(2025, 10, 6)),
        article(dropped, "late.txt", published=date(2025, 11, 6)),
    )
    reader = QuotingReader((said, dropped), AnswerType.CLAUSE)
    pipeline = answerer_over(*told, reader=reader, settings=ACCEPT_ALL)
    answer = pipeline.answer(Query("Will the two banks merge?"))
    assert [answer.groups[0].answer, *(r.answer for r in answer.rivals)] == [dropped, said]
    # What was said before speaks for it too: it is between its own probability and the other's.
    alone = answerer_over(told[1], reader=reader, settings=ACCEPT_ALL)
    least = alone.answer(Query("Will the two banks merge?")).probability
    assert least < answer.probability
    # What was, was: a later article only differs.
    past = pipeline.answer(Query("Did the two banks merge?"))
    assert past.groups[0].answer == said


def test_a_total_comes_before_its_part() -> None:
    text = "A ferry sank; at least 106 people died, 12 of them children."
    reader = QuotingReader(("12", "106"), AnswerType.NUMBER)
    pipeline = answerer_over(article(text, "a.txt"), reader=reader, settings=ACCEPT_ALL)
    assert pipeline.answer(Query("How many people died?")).groups[0].answer == "106"
    assert pipeline.answer(Query("How many children died?")).groups[0].answer == "12"
