"""A thousand conversations at once: nothing of one is ever seen in another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue.assistant import Assistant
from bot.dialogue.conversation import Conversation, Turn
from bot.dialogue.conversation_json import to_json
from bot.storage.conversations import (
    ConversationsInMemory,
    ConversationsInSqlite,
    ConversationStore,
)
from retrieval.datatypes import AnswerType, Context, Span
from retrieval.doubles import QuotingReader
from retrieval.errors import QuestionError

from .worlds import answerer_over, article, assistant_quoting, hostile_questions

CHATS = 1_000
NAMES = ("Anna Keller", "Boris Ivanov", "Carla Rossi", "Dimitri Dupont", "Edith Smith")
ARRIVALS = article(" ".join(f"{name} came to Reykjavik by ship." for name in NAMES), "ships.txt")
FOLLOW_UPS = (
    "Where was he born?",
    "When did she leave?",
    "Why?",
    "How long did it last?",
    "Did they meet?",
    "And where?",
    "Was it longer than expected?",
    "thanks!",
    "2",
    "the second one",
)
hostile_lines = hostile_questions.filter(lambda line: len(line) < 80)


class NamesakeReader:
    """Implements ``Reader``: quotes the person whom the question names, else the first."""

    def expected_type(self, question: str) -> AnswerType:
        return AnswerType.PERSON

    def read(self, question: str, contexts: Sequence[Context]) -> tuple[Span, ...]:
        named = [name for name in NAMES if name in question] or NAMES[:1]
        return QuotingReader(named, AnswerType.PERSON).read(question, contexts)


def naming_assistant() -> Assistant:
    """An assistant that answers different chats differently."""
    answerer = answerer_over(ARRIVALS, reader=NamesakeReader())
    return Assistant(answerer, {ARRIVALS.id: ARRIVALS}.__getitem__)


def scripts_of(random: Random, follow_ups: Sequence[list[str]], chats: int) -> dict[str, list[str]]:
    """What is typed in each chat; every first question names its chat."""
    return {
        f"chat {number}": [
            f"Did {random.choice(NAMES)} come with ticket <{number}>?",
            *random.choice(follow_ups),
        ]
        for number in range(chats)
    }


def shuffled(random: Random, scripts: dict[str, list[str]]) -> list[tuple[str, str]]:
    """All lines of all chats, those of each in their order."""
    order = [chat for chat, lines in scripts.items() for _ in lines]
    random.shuffle(order)
    waiting = {chat: iter(lines) for chat, lines in scripts.items()}
    return [(chat, next(waiting[chat])) for chat in order]


def asked_next(assistant: Assistant, before: Conversation, line: str) -> Conversation:
    try:
        return assistant.reply(before, line, asks_back=True)[1]
    except QuestionError:
        return before


def alone(assistant: Assistant, lines: list[str]) -> Conversation:
    conversation = Conversation()
    for line in lines:
        conversation = asked_next(assistant, conversation, line)
    return conversation


def interleave(
    assistant: Assistant,
    store: ConversationStore,
    random: Random,
    follow_ups: Sequence[list[str]],
    chats: int = CHATS,
) -> None:
    scripts = scripts_of(random, follow_ups, chats)
    for chat, line in shuffled(random, scripts):
        store.save(chat, asked_next(assistant, store.load(chat), line))
    for chat, lines in scripts.items():
        kept = store.load(chat)
        assert kept == alone(assistant, lines)
        assert kept.turns[0].question == lines[0]
        seen = set(re.findall(r"ticket <(\d+)>", to_json(kept)))
        assert seen == {chat.removeprefix("chat ")}


@pytest.mark.slow
@settings(max_examples=2)
@given(
    seed=st.integers(0, 2**32),
    follow_ups=st.lists(
        st.lists(st.sampled_from(FOLLOW_UPS) | hostile_lines, max_size=3), min_size=1, max_size=20
    ),
)
def test_a_thousand_conversations_through_the_assistant(
    seed: int, follow_ups: list[list[str]]
) -> None:
    """Each is what it would have been alone."""
    interleave(naming_assistant(), ConversationsInMemory(), Random(seed), follow_ups)


@pytest.mark.parametrize("chats", [CHATS // 5, pytest.param(CHATS, marks=pytest.mark.slow)])
def test_many_conversations_in_one_file(tmp_path: Path, chats: int) -> None:
    random = Random(7)
    follow_ups = [random.choices(FOLLOW_UPS, k=count) for count in range(4) for _ in range(20)]
    assistant = assistant_quoting("by ship", articles=[ARRIVALS])
    with closing(ConversationsInSqlite(tmp_path / "conversations.sqlite")) as store:
        interleave(assistant, store, random, follow_ups, chats)


def conversation_of(questions: list[str]) -> Conversation:
    conversation = Conversation()
    for question in questions:
        conversation = conversation.with_turn(Turn(question, question[::-1]))
    return conversation


texts = st.text(st.characters(), max_size=20)
conversations = st.lists(texts, max_size=4).map(conversation_of)
steps = st.lists(
    st.tuples(
        st.sampled_from("save save save forget load restart".split()),
        st.sampled_from(["a", "b", "", "a\x00", "\ud83d", "\ud83d\ude00", "😀"]) | texts,
        conversations,
    ),
    max_size=30,
)


@settings(max_examples=25)
@given(steps=steps)
def test_a_store_is_a_mapping(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, Conversation]]
) -> None:
    """Whatever is done to it, memory and SQLite hold what a dictionary would."""
    path = tmp_path_factory.mktemp("stores") / "conversations.sqlite"
    now = datetime(2026, 1, 1, tzinfo=UTC)
    expected: dict[str, Conversation] = {}
    memory = ConversationsInMemory(clock=lambda: now)
    with closing(ConversationsInSqlite(path, clock=lambda: now)) as sqlite:
        for action, chat, conversation in steps:
            if action == "restart":
                sqlite.close()
            elif action == "forget":
                expected.pop(chat, None)
                memory.forget(chat)
                sqlite.forget(chat)
            elif action == "save":
                expected[chat] = conversation
                memory.save(chat, conversation)
                sqlite.save(chat, conversation)
            wanted = expected.get(chat, Conversation())
            assert memory.load(chat) == sqlite.load(chat) == wanted
        for chat, conversation in expected.items():
            assert memory.load(chat) == sqlite.load(chat) == conversation
