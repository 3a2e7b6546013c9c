"""Rewrites that are fit to be shown, and those that are worse than none."""

from __future__ import annotations

import pytest

from bot.dialogue.conversation import Answered, Conversation, Turn
from bot.dialogue.rewriting.soundness import is_sound
from bot.dialogue.rewriting.values import Edit, Rewrite
from retrieval.datatypes import AnswerType

OPENED = Turn(
    "Who opened the Bergen ferry terminal?",
    "Who opened the Bergen ferry terminal?",
    Answered("Anna Holm", "Anna Holm opened it on Monday.", kind=AnswerType.PERSON),
    AnswerType.PERSON,
)
REFUSED = Turn("Who stole the boats?", "Who stole the boats?", None, AnswerType.PERSON)
BOUGHT = Turn(
    "What did the town buy?",
    "What did the town buy?",
    Answered("ether and salt", "It bought ether and salt."),
    AnswerType.CLAUSE,
)


def sound(turn: Turn, typed: str, question: str, *edits: tuple[str, str]) -> bool:
    rewrite = Rewrite(question, tuple(Edit(said, meant) for said, meant in edits))
    return is_sound(Conversation().with_turn(turn), typed, rewrite)


def test_a_name_for_a_pronoun_is_sound() -> None:
    assert sound(OPENED, "Where was she born?", "Where was Anna Holm born?", ("she", "Anna Holm"))


@pytest.mark.parametrize(
    ("typed", "question", "edit"),
    [
        # a pronoun is left
        ("Did she like it?", "Did Anna Holm like it?", ("she", "Anna Holm")),
        # a clause was put in
        ("Why that?", "Why Holm, who opened it?", ("that", "Holm, who opened it")),
        # one person for many
        ("When did they go?", "When did Anna Holm go?", ("they", "Anna Holm")),
        # two determiners
        ("What of the one in Oslo?", "What of the the Bergen ferry?", ("one in Oslo", "the ferry")),
        # a name hangs in the air, or as an owner of nothing
        ("Who was her host?", "Who was her host Holm?", ("", "Holm")),
        ("and who pays?", "and who pays in Bergen's?", ("", "in Bergen's")),
        # a name that was typed is lost
        ("And Oslo?", "Who opened the Bergen ferry terminal?", ("And", "Who")),
    ],
)
def test_broken_rewrites(typed: str, question: str, edit: tuple[str, str]) -> None:
    assert not sound(OPENED, typed, question, edit)


@pytest.mark.parametrize(
    ("typed", "question", "edit"),
    [
        ("who did it?", "who did the fire?", ("it", "the fire")),
        ("Where is she?", "Where is Norway?", ("she", "Norway")),
        ("Where does she live?", "Where does Lars Berg live?", ("she", "Lars Berg")),
        ("Where does she live?", "Where does Bergen live?", ("she", "Bergen")),
    ],
)
def test_what_cannot_be_meant(typed: str, question: str, edit: tuple[str, str]) -> None:
    asked = "What did Eva Lund say in Bergen?"
    turn = Turn(asked, asked, Answered("no", "Eva Lund said no."))
    assert not sound(turn, typed, question, edit)


def test_the_person_of_the_last_turn_may_be_meant() -> None:
    asked = "What did Eva Lund say in Bergen?"
    turn = Turn(asked, asked, Answered("no", "Eva Lund said no to Lars Berg."))
    for name in ("Eva Lund", "Lars Berg"):
        assert sound(turn, "Where is she?", f"Where is {name}?", ("she", name))


@pytest.mark.parametrize(
    ("typed", "question", "edits"),
    [
        # a place without its preposition, a town of a date line, a day for a person
        ("who works there?", "who works Norway?", [("there", "Norway")]),
        ("who did they beat?", "who did BERGEN beat?", [("they", "BERGEN")]),
        ("how many came to hers?", "how many came to May 6's?", [("hers", "May 6's")]),
        # something added to next to nothing, and two guesses at once
        ("for how long?", "for how long in Bergen?", [("", "in Bergen")]),
        ("who saw it come by?", "who saw the boat come by in Bergen?",
         [("it", "the boat"), ("", "in Bergen")]),
    ],
)  # fmt: skip
def test_guesses(typed: str, question: str, edits: list[tuple[str, str]]) -> None:
    assert not sound(OPENED, typed, question, *edits)


def test_a_paper_is_no_person() -> None:
    asked = "Whom did Eva Lund tell?"
    turn = Turn(asked, asked, Answered("Nordposten", "She told Nordposten.", kind=AnswerType.NAME))
    edit = ("she", "Nordposten")
    assert not sound(turn, "is she married?", "is Nordposten married?", edit)


def test_whoever_was_answered_last_is_meant_before_others() -> None:
    prize = "and the best actor?"
    salo = Answered("Ove Salo", "Ove Salo won it.", kind=AnswerType.PERSON)
    turn = Turn(prize, prize, salo)
    assert not sound(turn, "How old is he?", "How old is Lars Berg?", ("he", "Lars Berg"))
    assert sound(turn, "How old is he?", "How old is Ove Salo?", ("he", "Ove Salo"))


def test_a_day_is_no_thing() -> None:
    day = Answered("on Monday", "It burned on Monday.", kind=AnswerType.DATE)
    turn = Turn("When did the mill burn?", "When did the mill burn?", day)
    assert not sound(turn, "Who saw it?", "Who saw Monday?", ("it", "Monday"))
    assert sound(turn, "Who saw it?", "Who saw the mill?", ("it", "the mill"))
    asked = "Was Monday later than planned?"
    assert sound(turn, "Was it later than planned?", asked, ("it", "Monday"))


def test_who_asks_is_no_name() -> None:
    asked = "How many towns did Holm see?"
    assert sound(OPENED, "no I meant towns", asked, ("no I meant towns", asked))


def test_words_added_with_their_preposition_are_sound() -> None:
    asked = "and who paid for dinner in Bergen?"
    assert sound(OPENED, "and who paid for dinner?", asked, ("", "in Bergen"))


def test_whom_nobody_named_is_nobody() -> None:
    edit = ("he", "Anna Holm")
    assert not sound(REFUSED, "Where does he live?", "Where does Anna Holm live?", edit)
    thing = ("it", "the boats")
    assert sound(REFUSED, "How much did it cost?", "How much did the boats cost?", thing)


def test_an_answer_that_is_no_name_becomes_no_subject() -> None:
    whole = "Why is ether and salt not likely to last?"
    assert not sound(BOUGHT, "why?", whole, ("why?", whole))
    asked = "Why did the town buy it?"
    assert not sound(BOUGHT, "why?", asked, ("why?", asked))
    assert sound(BOUGHT, "why?", "Why did the town pay?", ("why?", "Why did the town pay?"))
