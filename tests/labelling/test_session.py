"""A labelling session as transcripts: keys in, what is kept and shown out. No terminal."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.evaluation.labelling.labels import Place, Quote
from bot.evaluation.labelling.session import Do, Keep, Session, begin, marked, press
from bot.evaluation.sets.questions import EvalQuestion

QUESTIONS = tuple(EvalQuestion(name, f"What is {name}?", ()) for name in ("a", "b", "c"))
FIRST, SECOND, THIRD = (
    Quote(Place("x.txt", start, start + 3), text)
    for start, text in ((0, "one"), (4, "two"), (9, "six"))
)
OFFERED = (FIRST, SECOND)


def transcript(keys: Sequence[str], labelled: Sequence[str] = ()) -> tuple[Session, list[object]]:
    """The session after the keys, and what was kept or done meanwhile."""
    session, effects = begin(QUESTIONS, labelled), []
    for key in keys:
        session, effect = press(session, key, OFFERED)
        if isinstance(effect, Keep):
            effects.append((effect.question.id, effect.quotes))
        elif effect is not None:
            effects.append(effect)
    return session, effects


def test_one_key_accepts_and_the_next_question_comes() -> None:
    session, kept = transcript(["1", "2", "n"])
    assert kept == [("a", (FIRST,)), ("b", (SECOND,)), ("c", ())]
    assert session.current is None
    assert (session.done, session.to_do) == (3, 0)


@pytest.mark.parametrize("key", ["enter", "a", "1"])
def test_the_first_span_has_three_keys(key: str) -> None:
    assert transcript([key])[1] == [("a", (FIRST,))]


def test_several_spans_are_chosen_by_number_and_accepted_together() -> None:
    assert transcript(["+", "2", "1", "enter"])[1] == [("a", (SECOND, FIRST))]


def test_a_number_typed_twice_is_not_chosen() -> None:
    session, kept = transcript(["+", "1", "2", "1"])
    assert kept == []
    assert session.chosen == (SECOND,)
    assert "“two”" in session.note
    assert "“one”" not in session.note


def test_nothing_chosen_is_not_accepted() -> None:
    session, kept = transcript(["+", "enter"])
    assert kept == []
    assert "Nothing is chosen" in session.note
    assert session.current == QUESTIONS[0]


def test_escape_leaves_choosing_several() -> None:
    session, kept = transcript(["+", "2", "escape", "1"])
    assert kept == [("a", (FIRST,))]
    assert session.chosen == ()


def test_what_was_chosen_goes_with_its_question() -> None:
    """Skipped while choosing: the next question begins with nothing chosen."""
    session, kept = transcript(["+", "2", "s", "enter"])
    assert kept == [("b", (FIRST,))]
    assert session.skipped == {"a"}


def test_a_number_without_a_span_labels_nothing() -> None:
    session, kept = transcript(["3"])
    assert kept == []
    assert session.note == "There is no span 3."
    assert transcript(["0"])[1] == []


def test_without_spans_there_is_nothing_to_accept() -> None:
    session, effect = press(begin(QUESTIONS, ()), "enter", ())
    assert effect is None
    assert "no span to accept" in session.note


def test_an_unknown_key_says_so_and_the_next_key_clears_it() -> None:
    session, kept = transcript(["x"])
    assert kept == []
    assert "does nothing" in session.note
    assert transcript(["x", "1"])[0].note == ""


def test_labelling_goes_on_with_the_first_question_without_a_label() -> None:
    session = begin(QUESTIONS, ["b", "a"])
    assert session.current == QUESTIONS[2]
    assert (session.done, session.to_do, session.number) == (2, 1, 3)


def test_a_skipped_question_is_not_asked_again_until_the_next_start() -> None:
    session, kept = transcript(["s", "1", "1"])
    assert [name for name, _ in kept] == ["b", "c"]
    assert session.current is None
    assert session.to_do == 1
    assert begin(QUESTIONS, session.labelled).current == QUESTIONS[0]


def test_undo_takes_back_the_last_label_and_asks_its_question_again() -> None:
    session, kept = transcript(["1", "n", "u", "2"])
    assert kept == [("a", (FIRST,)), ("b", ()), Do.TAKE_BACK, ("b", (SECOND,))]
    assert session.labelled == ("a", "b")


def test_undo_reaches_back_to_an_earlier_start_and_past_the_end() -> None:
    session, kept = transcript(["u", "u"], labelled=["a", "b", "c"])
    assert kept == [Do.TAKE_BACK, Do.TAKE_BACK]
    assert session.current == QUESTIONS[1]
    assert session.labelled == ("a",)


def test_there_may_be_nothing_to_undo() -> None:
    session, kept = transcript(["u"])
    assert kept == []
    assert session.note == "There is no label to undo."


def test_a_label_of_another_set_is_not_undone() -> None:
    session, kept = transcript(["u"], labelled=["elsewhere"])
    assert kept == []
    assert "“elsewhere”" in session.note
    assert session.labelled == ("elsewhere",)
    assert session.to_do == len(QUESTIONS)


@pytest.mark.parametrize("labelled", [(), ("a", "b", "c")])
def test_q_leaves(labelled: Sequence[str]) -> None:
    assert transcript(["q"], labelled)[0].left


def test_at_the_end_no_key_labels_anything() -> None:
    session, kept = transcript(["1", "n", "s", "m", "+"], labelled=["a", "b", "c"])
    assert kept == []
    assert not session.left
    assert press(session, "enter", ())[0].left


def test_m_opens_the_article_and_the_mark_is_the_label() -> None:
    session, kept = transcript(["m"])
    assert kept == [Do.OPEN_ARTICLE]
    session, effect = marked(session, THIRD, more=False)
    assert effect == Keep(QUESTIONS[0], (THIRD,))
    assert session.current == QUESTIONS[1]


def test_marks_join_what_is_chosen() -> None:
    session, _ = transcript(["+", "1", "m"])
    session, effect = marked(session, THIRD, more=True)
    assert effect is None
    assert marked(session, THIRD, more=False)[1] == Keep(QUESTIONS[0], (FIRST, THIRD))
    assert press(session, "enter", OFFERED)[1] == Keep(QUESTIONS[0], (FIRST, THIRD))
