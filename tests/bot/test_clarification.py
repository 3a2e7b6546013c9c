"""When a question is asked back, when not, and which choice a message names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.dialogue.clarification import chosen_from, may_ask_back, settled, which_one
from bot.dialogue.conversation import Answered, Choice, Conversation, OpenChoice, Turn
from bot.dialogue.rewriting import Edit, Rewrite
from retrieval.datatypes import AnswerType, Article, Query
from retrieval.doubles import QuotingReader
from retrieval.errors import UsageError
from retrieval.pipeline import AnswerSettings
from tests.bot.meetings import (
    ANTONY,
    CHILE,
    GENEVA,
    HOW_LONG,
    JOHN,
    LOU,
    NORWAY,
    ONE,
    REYKJAVIK,
    REYKJAVIK_AGAIN,
    THREE,
    TREVOR,
)
from tests.bot.worlds import answerer_over

MEETINGS = (REYKJAVIK, GENEVA)


def asked_back(
    question: str,
    articles: Sequence[Article],
    quotes: Sequence[str],
    kind: AnswerType = AnswerType.DURATION,
    drop: float = 0.4,
) -> OpenChoice | None:
    """What is asked back when ``quotes`` are the answers, each ``drop`` logits below the last."""
    reader = QuotingReader(quotes, kind, lambda place: 1.0 - drop * place)
    answer = answerer_over(*articles, reader=reader).answer(Query(question))
    return which_one(question, Rewrite(question), answer, {a.id: a for a in articles}.__getitem__)


def questions(found: OpenChoice | None) -> list[str]:
    assert found is not None
    return [choice.question for choice in found.choices]


def test_two_meetings() -> None:
    found = asked_back(HOW_LONG, MEETINGS, (THREE, ONE))
    assert found == OpenChoice(
        HOW_LONG,
        (
            Choice(
                "the meeting of Biden and Putin in Geneva, 16 June 2021 — “Biden and Putin part in "
                "Geneva without a breakthrough” (Northwire)",
                "How long did the meeting of Biden and Putin last?",
                ("geneva.txt",),
                ("Biden", "Putin", "Geneva"),
            ),
            Choice(
                "the meeting of Lavrov and Blinken in Reykjavik, 20 May 2021 — “Lavrov finds talks "
                "with Blinken in Reykjavik constructive” (Northwire)",
                "How long did the meeting of Lavrov and Blinken last?",
                ("reykjavik.txt",),
                ("Lavrov", "Blinken", "Reykjavik"),
            ),
        ),
    )


def test_articles_that_tell_of_the_same_event_belong_to_its_choice() -> None:
    found = asked_back(HOW_LONG, (*MEETINGS, REYKJAVIK_AGAIN), (THREE, ONE, "105 minutes"))
    assert found is not None
    assert [set(choice.article_ids) for choice in found.choices] == [
        {"geneva.txt"},
        {"reykjavik.txt", "again.txt"},
    ]


def test_two_ministers() -> None:
    found = asked_back("How old is the minister?", (NORWAY, CHILE), ("55 years", "36 years"))
    assert questions(found) == [
        "How old is the minister Bjornar Skjaeran?",
        "How old is the minister Izkia Siches?",
    ]


def test_two_people_of_one_surname() -> None:
    quotes = ("71 years old", "30 years old")
    found = asked_back("How old is Reed?", (LOU, TREVOR), quotes)
    assert questions(found) == ["How old is Lou Reed?", "How old is Trevor Reed?"]
    assert found is not None
    assert found.choices[0].label == "Lou Reed, 2 March 2019 — “A plaque for Lou Reed”"


def test_a_rejected_answer_that_is_not_hopeless() -> None:
    """Both at about 0.2, below the threshold: told which one is meant, it may find an answer."""
    reader = QuotingReader((THREE, ONE), AnswerType.DURATION, lambda place: -1.3 - 0.1 * place)
    decision = AnswerSettings(threshold=0.25)
    answer = answerer_over(*MEETINGS, reader=reader, settings=decision).answer(Query(HOW_LONG))
    assert answer.abstained
    known = {a.id: a for a in MEETINGS}
    assert which_one(HOW_LONG, Rewrite(HOW_LONG), answer, known.__getitem__) is not None


@pytest.mark.parametrize(
    ("question", "articles", "quotes", "kind"),
    [
        # The question says which one.
        ("How long did the meeting of Biden and Putin last?", MEETINGS, (THREE, ONE), "duration"),
        ("Where did Lou Reed play?", (LOU, TREVOR), ("Cafe Bizarre", "Mordovia"), "place"),
        # One event told twice: 19 or 20 May, John or Antony.
        (
            "When did the meeting take place?",
            (REYKJAVIK, REYKJAVIK_AGAIN),
            ("May 19", "May 20"),
            "date",
        ),
        (HOW_LONG, (REYKJAVIK, REYKJAVIK_AGAIN), (ONE, "two hours"), "duration"),
        ("What is Blinken's first name?", (JOHN, ANTONY), ("John", "Antony"), "person"),
        ("How long did Blinken stay?", (JOHN, ANTONY), ("two days", "three days"), "duration"),
        # Copies of one story.
        (HOW_LONG, (GENEVA, replace(GENEVA, id="copy.txt")), (THREE, "five hours"), "duration"),
        # One answer alone, or one that both give.
        (HOW_LONG, MEETINGS, (THREE,), "duration"),
        (HOW_LONG, (GENEVA,), (THREE, "five hours"), "duration"),
        ("What did the ministers do?", MEETINGS, ("met in",), "clause"),
        # Nothing vague in it.
        ("Who met?", MEETINGS, ("Joe Biden", "Sergei Lavrov"), "person"),
    ],
)
def test_not_asked_back(
    question: str, articles: Sequence[Article], quotes: Sequence[str], kind: str
) -> None:
    assert asked_back(question, articles, quotes, AnswerType(kind)) is None


def test_a_much_better_answer_is_given() -> None:
    assert asked_back(HOW_LONG, MEETINGS, (THREE, ONE), drop=3.0) is None


def test_contradictions_about_one_event_stay_side_by_side() -> None:
    articles = (REYKJAVIK, REYKJAVIK_AGAIN)
    reader = QuotingReader(("May 19", "May 20"), AnswerType.DATE)
    answer = answerer_over(*articles, reader=reader).answer(
        Query("When did the meeting take place?")
    )
    assert [group.answer for group in answer.rivals] == ["May 20"]


WAITING = OpenChoice(
    HOW_LONG,
    (
        Choice("Biden and Putin in Geneva — “They part” (Northwire, 16 June 2021)", "A?", ("a",)),
        Choice("Blinken and Lavrov in Reykjavik — “Biden waits” (20 May 2021)", "B?", ("b",)),
        Choice("Smith and Jones — “No place” (2019)", "C?", ("c",)),
    ),
)
PAIR = replace(WAITING, choices=WAITING.choices[:2])


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        *((text, "A?") for text in ("1", "1.", "(1)", "1)", "[1]", " 1 ", "#1", "number 1")),
        *((text, "A?") for text in ("first", "The first one", "the first.", "1st", "one")),
        *((text, "A?") for text in ("Biden", "putin", "the Geneva one", "Geneva!", "in Geneva")),
        *((text, "A?") for text in ("the meeting in Geneva", "Biden and Putin", "Putin’s", "June")),
        *((text, "A?") for text in ("I mean the one in Geneva", "Geneva, please", "Geneva?")),
        *((text, "B?") for text in ("2", "2.", "(2)", "the second one", "second", "SECOND ONE")),
        *((text, "B?") for text in ("Reykjavik", "Lavrov", "the Blinken meeting", "Biden waits")),
        *((text, "C?") for text in ("3", "the last", "last one", "the third", "2019", "smith")),
    ],
)
def test_a_choice_by_number_or_words(text: str, chosen: str) -> None:
    found = chosen_from(WAITING, text)
    assert found is not None
    assert found.question == chosen


@pytest.mark.parametrize(
    "text",
    [
        "Who met Biden in Geneva?",
        "And who is Putin?",
        "How long did the talks in Geneva go on?",
        HOW_LONG,
        "Tell me about Geneva",
        "and",  # in several labels
        "the meeting",
        "the one",
        "Paris",
        "Geneva and Reykjavik",
        "both",
        "neither",
        "the former",
        "²",
        "?",
        "",
        "thanks",
        "Geneva is a city on a lake in the west of Switzerland",
    ],
)
def test_no_choice(text: str) -> None:
    assert chosen_from(WAITING, text) is None


def test_former_and_latter_are_of_two() -> None:
    assert [chosen_from(PAIR, text) for text in ("the former", "latter")] == list(PAIR.choices)


@pytest.mark.parametrize(
    "text", ["0", "4", "the fourth one", "1986", "9" * 5000, "(7)", "-1", "1.5"]
)
def test_a_number_that_no_choice_has(text: str) -> None:
    with pytest.raises(UsageError) as error:
        chosen_from(WAITING, text)
    assert str(error.value) == (
        "there are 3 choices; type a number from 1 to 3, or ask something else."
    )


@pytest.mark.parametrize("text", ["1", "the first", "Geneva", "7"])
def test_nothing_is_chosen_where_nothing_waits(text: str) -> None:
    assert chosen_from(None, text) is None


def turn(question: str, article_id: str | None = None) -> Turn:
    answered = Answered("x", "x.", article_id=article_id) if article_id else None
    return Turn(question, question, answered)


def after(*turns: Turn) -> Conversation:
    conversation = Conversation()
    for each in turns:
        conversation = conversation.with_turn(each)
    return conversation


@pytest.mark.parametrize(
    ("turns", "chosen"),
    [
        ((), None),
        ((turn("Who met?", "b"),), "B?"),
        ((turn("Who met?", "elsewhere"),), None),
        ((turn("Who met?", "a"), turn("Who met?", "b")), "B?"),
        ((turn("Who met?", "a"), turn("Who sang?", "elsewhere")), "A?"),
        ((turn("Who met?", "a"), *(turn("Who sang?", "z") for _ in range(3))), None),
        # The same question once more means the same, however long ago.
        ((turn(HOW_LONG.lower(), "a"), *(turn("Who sang?", "b") for _ in range(9))), "A?"),
        ((turn("Who is Putin?"),), "A?"),
        ((turn("Who is in the kitchen?"),), None),
        ((turn("Did Biden call Lavrov?"),), None),
    ],
)
def test_what_the_conversation_is_about_needs_no_choice(
    turns: tuple[Turn, ...], chosen: str | None
) -> None:
    found = settled(after(*turns), WAITING)
    assert (found.question if found else None) == chosen


def test_nobody_is_asked_twice_or_about_what_the_conversation_was_to_tell() -> None:
    plain = Rewrite(HOW_LONG)
    assert may_ask_back(Conversation(), HOW_LONG, plain)
    assert may_ask_back(after(turn("Who sang?")), HOW_LONG, plain)
    assert not may_ask_back(after(turn("how long did the meeting last")), HOW_LONG, plain)
    assert not may_ask_back(Conversation().with_open_choice(WAITING), HOW_LONG, plain)
    assert not may_ask_back(Conversation(), HOW_LONG, Rewrite(HOW_LONG, (Edit("it", "x"),)))
    they = "Where did they meet?"
    assert may_ask_back(Conversation(), they, Rewrite(they))
    assert not may_ask_back(after(turn("Who sang?")), they, Rewrite(they))
