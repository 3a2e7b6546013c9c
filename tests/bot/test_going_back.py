"""Going back to an earlier matter of a conversation."""

from __future__ import annotations

import pytest

from bot.dialogue.conversation import Answered, Conversation, Turn
from bot.dialogue.rewriting.returning import returned

TALK = (
    Conversation()
    .with_turn(Turn("Who called the strike?", "Who called the strike?", Answered("Holm", "Holm.")))
    .with_turn(Turn("Who is the mayor?", "Who is the mayor?"))
    .with_turn(Turn("How old is he?", "How old is the mayor?"))
)


@pytest.mark.parametrize(
    ("typed", "kept", "asked"),
    [
        ("back to the strike, why?", 1, "why?"),
        ("ok, let's go back to the strike: how long was it?", 1, "how long was it?"),
        ("Back to Holm - where does he live?", 1, "where does he live?"),
        ("returning to the mayor, who elected him?", 3, "who elected him?"),
        ("back to the ferry, who owns it?", 3, "back to the ferry, who owns it?"),
        ("back to the, why?", 3, "back to the, why?"),
        ("When does it go back to Oslo, and why?", 3, "When does it go back to Oslo, and why?"),
    ],
)
def test_the_newest_turn_of_the_matter(typed: str, kept: int, asked: str) -> None:
    since, rest = returned(TALK, typed)
    assert (since.turns, rest) == (TALK.turns[:kept], asked)
