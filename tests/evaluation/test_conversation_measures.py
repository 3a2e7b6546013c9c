"""A conversation asked in three histories, and what is measured of it: over doubles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from bot.dialogue.assistant import Assistant
from bot.dialogue.conversation import Answered, Conversation, Turn
from bot.dialogue.rewriting import Edit, Rewrite
from bot.evaluation.asking.histories import gold_turn, with_histories
from bot.evaluation.asking.jobs import ask_conversation
from bot.evaluation.judging.judge import judge_answers
from bot.evaluation.measuring.conversations import (
    MEASURES,
    conversation_block,
    conversation_measures,
)
from bot.evaluation.measuring.figures import quality_figures
from bot.evaluation.measuring.named_things import added, lost
from bot.evaluation.measuring.predictions import AFTER_GOLD, AS_TYPED, Prediction
from bot.evaluation.printing import conversation_lines
from bot.evaluation.report.answers import answers_report
from bot.evaluation.sets.questions import EvalQuestion
from retrieval.datatypes import Answer, AnswerType, Query
from retrieval.doubles import QuotingReader
from tests.bot.worlds import answerer_over, article

FERRY = article(
    "The end of a ferry\n\n"
    "The ferry Aurelia sank off Tarn Island on 3 May, in fog. Mara Lind, its captain, was rescued "
    "by a fishing boat. The owner, Olof Berg, paid 40,000 kroner to the crew. An inquiry begins in "
    "Velsund.",
    "ferry.txt",
)
TURNS: Sequence[tuple[str, str, tuple[str, ...]]] = (
    ("Who was the captain of the Aurelia?", "Who was the captain of the Aurelia?", ("Mara Lind",)),
    ("who rescued her?", "Who rescued Captain Mara Lind?", ("a fishing boat",)),
    ("Where did the Aurelia sink?", "Where did the Aurelia sink?", ("off Tarn Island",)),
    ("why was it fined?", "Why was the Aurelia fined?", ()),
    ("who owns it?", "Who owns the Aurelia?", ("Olof Berg",)),
    ("how much did they lose?", "How much did the owners of the Aurelia lose?", ()),
    ("Where does the inquiry begin?", "Where does the inquiry begin?", ("Velsund",)),
    ("and when did she sink?", "When did the ferry Aurelia sink?", ("3 May",)),
)
OWN = {
    "who rescued her?": "Who rescued Mara Lind?",
    "Where did the Aurelia sink?": "Where did the Aurelia sink with Mara Lind?",
    "why was it fined?": "Why was the Aurelia fined?",
    "who owns it?": "Who owns Tarn Island?",
    "how much did they lose?": "How much did Olof Berg lose?",
    "and when did she sink?": "When did the Aurelia sink?",
}
"""What the double makes of a follow-up after what it made of the ones before."""
GOLD = {"who rescued her?": "Who rescued Mara Lind?", "who owns it?": "Who owns the Aurelia?"}
"""What it makes of one after the gold turns: the others it leaves alone."""
SAID = {
    "Who was the captain of the Aurelia?": "Mara Lind",
    "Who rescued Mara Lind?": "a fishing boat",
    "Where did the Aurelia sink?": "off Tarn Island",
    "Where did the Aurelia sink with Mara Lind?": "Velsund",
    "Who owns Tarn Island?": "Mara Lind",
    "Who owns the Aurelia?": "Olof Berg",
    "How much did Olof Berg lose?": "40,000 kroner",
    "Where does the inquiry begin?": "Velsund",
    "When did the Aurelia sink?": "3 May",
}
"""What the articles say to a question; to any other, nothing."""


class Rewriter:
    """Knows whether the conversation so far is the gold one by what was understood last."""

    def rewrite(self, conversation: Conversation, text: str) -> Rewrite:
        if conversation.last is None:
            return Rewrite(text)
        golds = {typed: gold for typed, gold, _ in TURNS}
        is_gold = all(golds.get(t.question) == t.standalone_question for t in conversation.turns)
        # After the first turn both histories are the same, and so is what is made of them.
        meant = (GOLD if is_gold else OWN).get(text, text)
        return Rewrite(meant, (Edit(text, meant, "meant"),) if meant != text else ())


class Answerer:
    """Answers from the article what ``SAID`` says, by the real pipeline."""

    def answer(self, query: Query) -> Answer:
        quotes = [SAID[query.text]] if query.text in SAID else []
        return answerer_over(FERRY, reader=QuotingReader(quotes)).answer(query)


def questions() -> tuple[EvalQuestion, ...]:
    return tuple(
        EvalQuestion(
            f"t{number}",
            typed,
            answers,
            conversation="ferry",
            turn=number,
            evidence=("gone.txt", "ferry.txt") if answers else None,
            rewrite=gold,
            remarks=("Thanks!",) if number == 4 else (),
        )
        for number, (typed, gold, answers) in enumerate(TURNS, start=1)
    )


ARTICLES = {"ferry.txt": FERRY}


@pytest.fixture(scope="module")
def asked() -> tuple[tuple[EvalQuestion, Prediction], ...]:
    assistant = Assistant(Answerer(), ARTICLES.__getitem__, rewriter=Rewriter())
    unit = questions()
    own = ask_conversation(unit, assistant)
    return tuple(zip(unit, with_histories(unit, own, assistant, ARTICLES.__getitem__), strict=True))


Pairs = tuple[tuple[EvalQuestion, Prediction], ...]


def test_each_follow_up_is_asked_in_three_histories(asked: Pairs) -> None:
    first, *follow_ups = (prediction for _, prediction in asked)
    assert not {AS_TYPED, AFTER_GOLD} & first.keys()
    for (typed, _, _), found in zip(TURNS[1:], follow_ups, strict=True):
        assert found["standalone_question"] == OWN.get(typed, typed)
        assert found[AS_TYPED]["standalone_question"] == typed
        assert found[AFTER_GOLD]["standalone_question"] == GOLD.get(typed, typed)
        for said in (found, found[AS_TYPED], found[AFTER_GOLD]):
            assert said["answer"] == SAID.get(said["standalone_question"])


def test_the_measures_are_shares_of_the_follow_ups_they_say_something_of(asked: Pairs) -> None:
    measures = conversation_measures(asked)
    assert list(measures) == [f"t{number}" for number in range(2, 9)]
    follow_ups, answerable, refused = 7, 5, 2
    rewritten, standalone, after_refusal = 6, 2, 2
    expected = {
        "follow_up_right": (3, answerable),  # rescued, inquiry, when
        "follow_up_right_after_gold": (4, answerable),  # rescued, where, owns, inquiry
        "follow_up_right_as_typed": (2, answerable),  # where, inquiry
        "harm": (1, follow_ups),  # where
        "help": (2, follow_ups),  # rescued, when
        "names_lost": (2, rewritten),  # owns and lose: the Aurelia
        "names_added": (3, rewritten),  # where: Mara Lind; owns: Tarn Island; lose: Olof Berg
        "left_alone": (1, standalone),  # inquiry
        "follow_up_refused": (1, refused),  # fined
        "right_after_refusal": (1, after_refusal),  # inquiry
    }
    assert tuple(expected) == MEASURES
    for name, (right, of) in expected.items():
        values = [v for found in measures.values() if (v := found[name]) is not None]
        assert (sum(values), len(values)) == (right, of), name


def test_what_is_asked_alone_is_asked_once() -> None:
    assistant = Assistant(Answerer(), ARTICLES.__getitem__, rewriter=Rewriter())
    typed, gold, answers = TURNS[1]
    alone = EvalQuestion("a", typed, answers, rewrite=gold)
    without = [EvalQuestion(i, typed, answers, conversation="c") for i in ("b", "c")]
    for unit in ((alone,), without):
        own = ask_conversation(tuple(unit), assistant)
        assert with_histories(unit, own, assistant, ARTICLES.__getitem__) == own
        assert conversation_block(list(zip(unit, own, strict=True))) is None


def test_a_gold_turn_is_cited_as_the_product_cites() -> None:
    typed, gold, answers = TURNS[7]
    question = EvalQuestion("q", typed, ("May 3", *answers), evidence=("ferry.txt",), rewrite=gold)
    start = FERRY.text.index("The ferry")
    sentence = FERRY.text[start : FERRY.text.index("Mara Lind") - 1].strip()
    kind = AnswerType.DATE
    answered = Answered("3 May", sentence, FERRY.title, FERRY.id, kind)
    assert gold_turn(question, ARTICLES.__getitem__) == Turn(typed, gold, answered, kind)


@pytest.mark.parametrize(
    ("answers", "evidence", "answered"),
    [
        ((), ("ferry.txt",), None),
        (("9 June", "3 May"), None, Answered("9 June", "9 June", kind=AnswerType.DATE)),
        (
            ("9 June",),
            ("ferry.txt", "gone.txt"),
            Answered("9 June", "9 June", kind=AnswerType.DATE),
        ),
        # A part of a longer word or number is no answer.
        (("3 Ma",), ("ferry.txt",), Answered("3 Ma", "3 Ma", kind=AnswerType.DATE)),
    ],
)
def test_a_gold_answer_that_no_article_holds(
    answers: tuple[str, ...], evidence: tuple[str, ...] | None, answered: Answered | None
) -> None:
    typed, gold, _ = TURNS[7]
    question = EvalQuestion("q", typed, answers, evidence=evidence, rewrite=gold)
    assert gold_turn(question, ARTICLES.__getitem__).answered == answered


@pytest.mark.parametrize(
    ("typed", "shown", "gold", "gone", "new"),
    [
        # A longer or a shorter form of one name, with a title or another one.
        ("did she?", "Did Mara Lind?", "Did Captain Lind?", 0, 0),
        ("did she?", "Did the Queen?", "Did Queen Maud II?", 0, 0),
        ("Did Lind?", "Did Lind?", "Did Mara Lind?", 0, 0),
        ("did lind sail?", "did lind sail?", "Did Prince Lind sail?", 0, 0),
        # Another of the same title.
        ("did he?", "Did Prince Olof?", "Did Prince Maud?", 1, 1),
        # Only the place of the last question is there.
        ("and her?", "And Velsund?", "And Mara Lind in Velsund?", 1, 0),
        # What the user named is not added by the rewrite, and can be lost by it.
        ("And Berg?", "And Berg?", "And the owner?", 0, 0),
        ("And Berg?", "And Lind?", "And Olof Berg?", 1, 1),
        # Days and figures, however they are written.
        ("then?", "What on Sept. 8, 2022?", "What on 8 September 2022?", 0, 0),
        ("then?", "What in 2021?", "What in 2022?", 1, 1),
        ("so?", "Did they pay 40,000?", "Did they pay 40000?", 0, 0),
        ("so?", "Did they pay?", "Did they pay 40000?", 1, 0),
        # Names that are part of a list, or of a day.
        ("why?", "Why did Lind meet Berg?", "Why did Mara Lind and Olof Berg meet?", 0, 0),
        ("why?", "Why on 3 May?", "Why on May 3?", 0, 0),
    ],
)
def test_named_things_lost_and_added(
    typed: str, shown: str, gold: str, gone: int, new: int
) -> None:
    assert (len(lost(typed, shown, gold)), len(added(typed, shown, gold))) == (gone, new)


def test_the_figures_are_printed_and_shown(asked: Pairs) -> None:
    by_id = {question.id: prediction for question, prediction in asked}
    judged = judge_answers([question for question, _ in asked], by_id, NoArticles())
    figures = quality_figures(judged)
    assert figures["harm"]["value"] == pytest.approx(1 / 7)
    lower = [name for name in MEASURES if figures[name]["better"] == "lower"]
    assert lower == ["harm", "names_lost", "names_added"]
    block = conversation_block(asked)
    assert block is not None
    assert (block["follow_ups"], block["rewritten"]) == (7, 6)
    assert block["rewriting"]["kept_where_none_needed"]["value"] == 100 * 1 / 2
    assert block["rewriting_after_gold"]["kept_where_none_needed"]["value"] == 100
    metrics: dict[str, Any] = {"figures": figures, "conversations": block}
    right, harm, rewritten = conversation_lines(metrics)
    assert right == (
        "follow-ups right: in their conversation 0.600 of 5, after the gold turns 0.800, as typed "
        "without history 0.400"
    )
    assert harm == (
        "the history did harm to 0.143 of 7, helped 0.286; refused rightly 0.500 of 2, right after "
        "a question to be refused 0.500 of 2"
    )
    said = "rewritten 6 of 7: named things lost 0.333 of 6, added 0.500; standalone ones left alone"
    assert rewritten.startswith(f"{said} 0.500 of 2; BLEU ")
    judgements, predictions = [one.record() for one in judged], list(by_id.values())
    title, row = "In conversation", "harm: right as typed, not in the conversation"
    page = answers_report(predictions, judgements, metrics)
    assert title in page
    assert row in page
    assert list(conversation_lines({"figures": figures})) == []
    assert title not in answers_report(predictions, judgements, {"figures": figures})


class NoArticles:
    """Implements ``KnownArticles``: there are none."""

    def passage_text(self, article_id: str, start: int, end: int) -> None:
        return None

    def source(self, article_id: str) -> None:
        return None

    def published(self, article_id: str) -> None:
        return None

    def passages(self) -> Sequence[tuple[str, str, str]]:
        return ()

    def article_ids(self) -> Sequence[str]:
        return ()
