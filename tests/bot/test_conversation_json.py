"""A conversation as JSON: nothing is lost, and what is no conversation is refused."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.conversation import Answered, Choice, Conversation, OpenChoice, Turn
from bot.dialogue.conversation_json import VERSION, from_json, to_json
from retrieval.datatypes import AnswerType

texts = st.text(st.characters(), max_size=20)
maybe = st.none() | texts
kinds = st.none() | st.sampled_from(AnswerType)
several = st.lists(texts, max_size=3).map(tuple)
turns = st.builds(
    Turn,
    texts,
    texts,
    st.none() | st.builds(Answered, texts, texts, maybe, maybe, kinds, several),
    kinds,
    st.integers(0, 10**9),
)
choices = st.lists(st.builds(Choice, texts, texts, several), max_size=3).map(tuple)
conversations = st.builds(
    Conversation,
    st.lists(turns, max_size=4).map(tuple),
    st.none() | st.builds(OpenChoice, texts, choices),
    maybe,
    maybe,
    st.integers(0, 10**9),
)


@given(conversation=conversations)
def test_nothing_is_lost(conversation: Conversation) -> None:
    assert from_json(to_json(conversation)) == conversation


def test_every_field_is_written() -> None:
    """A field that is added to a value must be added to its JSON too."""
    turn = Turn("q", "s", Answered("t", "s"))
    waiting = OpenChoice("q", (Choice("l", "q"),))
    record = json.loads(to_json(Conversation((turn,), waiting)))
    written = (
        (Conversation, {key: record[key] for key in record if key != "version"}),
        (Turn, record["turns"][0]),
        (Answered, record["turns"][0]["answered"]),
        (OpenChoice, record["open_choice"]),
        (Choice, record["open_choice"]["choices"][0]),
    )
    for value, found in written:
        assert set(found) == {field.name for field in fields(value)}


def test_the_text_says_its_version() -> None:
    record = json.loads(to_json(Conversation()))
    assert record["version"] == VERSION == 1
    with pytest.raises(ValueError, match="version 2 is not known"):
        from_json(json.dumps({**record, "version": 2}))


def test_an_answer_of_an_unknown_kind_is_refused() -> None:
    text = to_json(Conversation((Turn("q", "s", expected=AnswerType.PERSON),)))
    with pytest.raises(ValueError, match="hue"):
        from_json(text.replace('"person"', '"hue"'))
