"""What a conversation is about, read off its turns."""

from __future__ import annotations

from bot.dialogue.conversation import Answered, Conversation, Turn
from bot.dialogue.spoken_of import SpokenOf, spoken_of
from retrieval.datatypes import AnswerType


def test_people_places_days_and_events_newest_first() -> None:
    born = Answered("Sweden", "Berg was born in Sweden.", kind=AnswerType.PLACE)
    turns = (
        Turn("Who called the strike in Norway in 2021?", "Who called the strike in Norway in 2021?",
             Answered("Anna Holm", "Anna Holm called it.", kind=AnswerType.PERSON)),
        Turn("Was Lars Berg born there?", "Was Lars Berg born in Norway?", born),
    )  # fmt: skip
    conversation = Conversation()
    for turn in turns:
        conversation = conversation.with_turn(turn)
    assert spoken_of(conversation) == SpokenOf(
        events=("the strike",),
        people=("Lars Berg", "Anna Holm"),
        places=("Sweden", "Norway"),
        days=("2021",),
    )


def test_a_refused_question_says_as_much() -> None:
    refused = Turn("Where does Anna Holm live?", "Where does Anna Holm live?")
    assert spoken_of(Conversation().with_turn(refused)) == SpokenOf(people=("Anna Holm",))
    assert spoken_of(Conversation()) == SpokenOf()


def test_what_was_set_beside_a_question_is_not_spoken_of_again() -> None:
    turn = Turn("and why?", "and why (Who met Lars Berg)?")
    assert spoken_of(Conversation().with_turn(turn)) == SpokenOf()
