"""A chat that stays open while its index gets new versions."""

from __future__ import annotations

import logging
import shutil
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier, Thread

import pytest

from bot.assembly.application import build_index, open_application, reloading_assistant
from bot.config import Config
from bot.dialogue.assistant import Assistant
from bot.dialogue.conversation import Conversation
from bot.dialogue.reloading import ReloadingAssistant
from bot.presentation.text import to_text
from bot.terminal.chat_session import ChatSession
from retrieval.errors import DamagedIndexError
from retrieval.index.store import IndexStore

from .worlds import article, assistant_quoting


@dataclass
class Version:
    """One opened version of an index that may have been replaced."""

    assistant: Assistant
    replaced: bool = False

    def is_current(self) -> bool:
        return not self.replaced


FIRST = article("The ferry strike lasted three days.\nIt ended on Monday.", "a.txt")
SECOND = article("Update: The ferry strike lasted five days.", "a.txt")
QUESTION = "how long did the ferry strike last?"


def quoting(quote: str, source: object) -> Assistant:
    return assistant_quoting(quote, articles=[source])  # type: ignore[list-item]


def answer_of(assistant: ReloadingAssistant) -> str:
    reply, _ = assistant.reply(Conversation(), QUESTION)
    return reply.answer.groups[0].answer


def test_the_next_question_sees_the_new_version() -> None:
    old, new = (Version(quoting("three days", FIRST)), Version(quoting("five days", SECOND)))
    live = ReloadingAssistant(old, lambda: new)
    assert answer_of(live) == "three days"
    old.replaced = True
    assert answer_of(live) == "five days"


def test_a_reply_keeps_the_articles_it_was_made_from() -> None:
    old, new = (Version(quoting("three days", FIRST)), Version(quoting("five days", SECOND)))
    session = ChatSession(ReloadingAssistant(old, lambda: new))
    session.handle(QUESTION)
    old.replaced = True
    session.handle("/open 1")
    session.handle("/explain")
    reply, _ = ReloadingAssistant(old, lambda: new).reply(Conversation(), QUESTION)
    cited = reply.answer.groups[0].citations[0]
    assert (
        reply.article(cited.article_id).text[cited.start : cited.end] == cited.quote == "five days"
    )


def test_a_version_that_cannot_be_opened_leaves_the_old_one_answering(
    caplog: pytest.LogCaptureFixture,
) -> None:
    old = Version(quoting("three days", FIRST), replaced=True)

    def reopen() -> Version:
        raise DamagedIndexError("vectors.npy: is truncated; index again.")

    live = ReloadingAssistant(old, reopen)
    with caplog.at_level(logging.WARNING):
        assert answer_of(live) == answer_of(live) == "three days"
    assert [record.getMessage() for record in caplog.records] == [
        "the index has changed, but: vectors.npy: is truncated; index again."
    ]


def test_many_threads_open_a_new_version_once() -> None:
    old = Version(quoting("three days", FIRST), replaced=True)
    opened: list[Version] = []

    def reopen() -> Version:
        opened.append(Version(quoting("five days", SECOND)))
        return opened[-1]

    live, together = ReloadingAssistant(old, reopen), Barrier(8)
    answers: list[str] = []

    def ask() -> None:
        together.wait()
        answers.append(answer_of(live))

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == ["five days"] * 8
    assert len(opened) == 1


def test_an_open_chat_sees_articles_that_are_indexed_meanwhile(
    seed_index: Path, tmp_path: Path, encoder_folder: Path
) -> None:
    index, news = tmp_path / "index", tmp_path / "news"
    shutil.copytree(seed_index, index)
    news.mkdir()
    (news / "bridge.txt").write_text("Bridge opens\n\nThe Oslo bridge cost 40 million crowns.")
    application = open_application(Config(), index)
    assistant = reloading_assistant(application, Config(), index)
    before, conversation = assistant.reply(Conversation(), "What did the Oslo bridge cost?")
    assert "40 million crowns" not in to_text(before)
    build_index(Config(), index, [news], lambda *_: None)
    after, _ = assistant.reply(conversation, "What did the Oslo bridge cost?")
    assert after.answer.groups[0].answer == "40 million crowns"
    assert IndexStore(index).open().manifest.articles == 6
