"""When a question may mean several events or people: asking back, and what was chosen. Pure."""

from __future__ import annotations

from bot.conversation import Choice, Conversation, OpenChoice
from retrieval.datatypes import Answer


def which_one(conversation: Conversation, asked: str, answer: Answer) -> OpenChoice | None:
    """The choices, where the best passages tell of different events or people and the answers
    differ; None where the question means one thing.
    """
    return None


def chosen_from(waiting: OpenChoice | None, text: str) -> Choice | None:
    """The choice that ``text`` names by its number or its words; None when it names none."""
    return None
