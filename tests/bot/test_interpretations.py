"""Several readings of one message: which one the evidence makes the answer."""

from __future__ import annotations

import pytest

from bot.dialogue.assistant import Assistant
from bot.dialogue.conversation import Answered, Conversation, Turn
from bot.dialogue.interpretations import (
    DOUBTED,
    MIN_SUPPORT_RATIO,
    SUPPORT,
    Interpretation,
    best_interpretation,
    interpretations_of,
)
from bot.dialogue.rewriting import Edit, Rewrite
from retrieval.datatypes import (
    Answer,
    AnswerGroup,
    AnswerType,
    Article,
    Citation,
    Query,
    TextRange,
    Trace,
)

THRESHOLD = 0.35


def answer(probability: float, question: str = "q?") -> Answer:
    abstained = probability < THRESHOLD
    cited = Citation(1, "z", None, None, None, None, 0, 1, "x", "x.", TextRange(0, 2))
    groups = (AnswerGroup("x", probability, 1, (cited,)),)
    trace = Trace(AnswerType.CLAUSE)
    return Answer(question, groups, probability, abstained, "why" if abstained else None, trace)


def reading(question: str, probability: float) -> Interpretation:
    return Interpretation(Rewrite(question), answer(probability, question))


@pytest.mark.parametrize(
    ("probabilities", "best"),
    [
        ((0.6,), 0),
        ((0.1,), 0),
        ((0.6, 0.7), 0),  # not clearly better
        ((0.7, 0.99), 0),
        ((0.6, 0.9), 1),
        ((0.5, 0.9), 1),
        ((0.1, 0.6), 1),  # the first is not answered, the other is
        ((0.0, 0.35), 1),
        ((0.34, 0.36), 0),  # no evidence for the other
        ((0.1, 0.34), 0),  # both abstain
        ((0.2, 0.1), 0),
        ((0.1, 0.6, 0.9), 2),
        ((0.1, 0.9, 0.6), 1),
        ((0.1, 0.9, 0.9), 1),  # equals: the rewriter's order
    ],
)
def test_the_first_unless_another_is_clearly_better_supported(
    probabilities: tuple[float, ...], best: int
) -> None:
    readings = [reading(f"q{i}?", p) for i, p in enumerate(probabilities)]
    assert best_interpretation(readings).rewritten is readings[best].rewritten


@pytest.mark.parametrize(
    ("other", "shown"),
    [
        (SUPPORT, 0.9),
        (SUPPORT / 2, DOUBTED),
    ],
)
def test_an_answer_that_no_other_reading_supports_is_likelier_wrong(
    other: float, shown: float
) -> None:
    best = best_interpretation([reading("a?", 0.9), reading("b?", other)]).answer
    assert (best.probability, best.groups[0].probability) == (shown, shown)
    assert not best.abstained
    alone = best_interpretation([reading("a?", 0.9)]).answer
    assert alone.probability == 0.9


def test_what_repeats_what_it_was_asked_beside_is_likelier_wrong() -> None:
    first = reading("why (How long is it: x)?", 0.9)
    best = best_interpretation([first, reading("why?", 0.5)]).answer
    assert best.probability == DOUBTED
    apart = best_interpretation([reading("why (How long is it: y)?", 0.9), reading("b?", 0.5)])
    assert apart.answer.probability == 0.9


def test_a_doubted_answer_below_the_threshold_is_none() -> None:
    readings = [reading("a?", 0.9), reading("b?", 0.0)]
    best = best_interpretation(readings, DOUBTED + 0.01).answer
    assert best.abstained
    assert "in one reading of it alone" in str(best.reason)
    assert not best_interpretation(readings, DOUBTED).answer.abstained


def test_clearly_is_a_ratio() -> None:
    first, other = reading("a?", 0.4), reading("b?", 0.4 * MIN_SUPPORT_RATIO)
    assert best_interpretation([first, other]) is other


def test_each_reading_once_with_edits_of_its_own() -> None:
    own = Rewrite("A?", (Edit("it", "A"),), ("it?", "A?", "B?", "B?"))
    assert interpretations_of("it?", own) == (
        own,
        Rewrite("it?"),
        Rewrite("B?", (Edit("it?", "B?", "another reading"),)),
    )
    assert interpretations_of("A?", Rewrite("A?")) == (Rewrite("A?"),)


class Scripted:
    """Implements ``AnswersQuestions``: a probability for each question."""

    def __init__(self, probabilities: dict[str, float]) -> None:
        self._probabilities = probabilities
        self.favoured: dict[str, frozenset[str]] = {}

    def answer(self, query: Query) -> Answer:
        self.favoured[query.text] = query.favoured
        return answer(self._probabilities[query.text], query.text)


class Unsure:
    """Implements ``Rewriter``: always the same."""

    def __init__(self, rewritten: Rewrite) -> None:
        self._rewritten = rewritten

    def rewrite(self, conversation: Conversation, text: str) -> Rewrite:
        return self._rewritten


def no_article(article_id: str) -> Article:
    raise KeyError(article_id)


def told(article_id: str | None) -> Turn:
    return Turn("x?", "x?", Answered("x", "x.", article_id=article_id) if article_id else None)


SURE = Rewrite("What did A say?", (Edit("he", "A"),), ("What did he say?", "What did B say?"))


@pytest.mark.parametrize(
    ("probabilities", "asked", "edits"),
    [
        ((0.6, 0.6, 0.6), "What did A say?", ["A"]),
        ((0.1, 0.8, 0.2), "What did he say?", []),
        ((0.1, 0.2, 0.8), "What did B say?", ["What did B say?"]),
    ],
)
def test_reply_and_turn_tell_the_reading_that_won(
    probabilities: tuple[float, ...], asked: str, edits: list[str]
) -> None:
    scripted = Scripted(dict(zip((SURE.question, *SURE.others), probabilities, strict=True)))
    assistant = Assistant(scripted, no_article, rewriter=Unsure(SURE))
    reply, after = assistant.reply(Conversation(), "What did he say?")
    assert reply.standalone_question == asked == after.turns[-1].standalone_question
    assert reply.answer.question == asked
    assert after.turns[-1].question == "What did he say?"
    assert [edit.meant for edit in reply.rewritten.edits] == edits


@pytest.mark.parametrize(
    ("turns", "favoured"),
    [
        ((), None),
        ((told("a"),), "a"),
        ((told("a"), told("b")), "b"),
        ((told("a"), told(None), told(None)), "a"),
        ((told("a"), told(None), told(None), told(None)), None),  # too long ago
        ((told(None),), None),
    ],
)
def test_a_follow_up_favours_the_article_of_the_last_answer(
    turns: tuple[Turn, ...], favoured: str | None
) -> None:
    conversation = Conversation()
    for turn in turns:
        conversation = conversation.with_turn(turn)
    scripted = Scripted(dict.fromkeys((SURE.question, *SURE.others), 0.1))
    Assistant(scripted, no_article, rewriter=Unsure(SURE)).reply(conversation, "What did he say?")
    told_last = frozenset({favoured} if favoured else ())
    assert scripted.favoured == {
        "What did A say?": told_last,
        "What did he say?": frozenset(),  # as typed it follows nothing
        "What did B say?": told_last,
    }


def test_a_question_that_stands_alone_favours_nothing() -> None:
    scripted = Scripted({"Who sang?": 0.1})
    conversation = Conversation().with_turn(told("a"))
    Assistant(scripted, no_article).reply(conversation, "Who sang?")
    assert scripted.favoured == {"Who sang?": frozenset()}
