"""Many people and groups that may ask one bot, and what must hold of all that they asked."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.bot_api import BotApi, ChatKind, Posted
from tests.telegram.harness import PROBES, QUICK, BotProcess, settle

HOW_LONG = "how long did the meeting last?"
ANSWER = "one hour and 45 minutes"
QUESTIONS = (
    HOW_LONG,
    "Who met Lavrov in Reykjavik?",
    "Where did the ministers meet?",
    "Who made the plan for the meeting public?",
    "Whom did Blinken ask Moscow to free?",
    "Who won the 1994 Eurovision Song Contest?",
)
PEOPLE = range(720_000_000, 720_000_400)
SMALL_GROUPS = range(-4_200_040, -4_200_000)
SUPERGROUPS = range(-1_001_200_000_040, -1_001_200_000_000)
NOTICES = ("Only text is read here",)
WAITING = 50
"""Questions of one person that may wait: none of these tests is about that bound."""


@dataclass
class Crowd:
    """One server and one bot; every test takes people of its own."""

    api: BotApi
    bot: BotProcess
    _people: itertools.count[int] = field(default_factory=lambda: itertools.count(PEOPLE[0]))
    _groups: dict[ChatKind, int] = field(default_factory=dict)

    def person(self, name: str = "Somebody", language: str = "en") -> int:
        """Somebody who has not asked before."""
        return self.api.user(name, user_id=next(self._people), language=language).id

    def group(self, kind: ChatKind, *members: int, forum: bool = False) -> int:
        """A group that has not been asked in before."""
        ids = SUPERGROUPS if kind is ChatKind.SUPERGROUP else SMALL_GROUPS
        taken = self._groups.get(kind, 0)
        self._groups[kind] = taken + 1
        return self.api.group("Readers", members, kind=kind, forum=forum, chat_id=ids[taken])

    def once(self, asked: Sequence[Posted]) -> list[Posted]:
        """The answers, once all are there; each question has exactly one, which nothing changed,
        and each chat's come in the order of its questions.
        """
        for question in asked:
            self.api.wait_for_answer(question)
        self.settle()
        answers = []
        for question in asked:
            found = self.api.answers(question)
            assert len(found) == 1, (question, found)
            assert len(found[0].versions) == 1, found[0].versions
            answers += found
        for chat in {question.chat for question in asked}:
            of_chat = [answer for answer in answers if answer.chat == chat]
            assert of_chat == sorted(of_chat, key=lambda answer: answer.id)
        return answers

    def settle(self) -> None:
        """Until the bot has finished all that it was sent."""
        settle(self.api, self.bot)

    def finished(self, number: int) -> bool:
        """Whether the bot has finished an update, counted from 0."""
        return self.bot.updates()[number]

    def decided(self, number: int) -> bool:
        """Whether it is written down what an update leads to, counted from 0."""
        known = self.bot.updates("outcome IS NOT NULL OR done")
        return len(known) > number and known[number]

    def check(self) -> None:
        """What must hold at any time, and the logs so far."""
        self.api.assert_sound(expected=(*PROBES, *self.bot.expected), notices=NOTICES)
        self.bot.check_logs()


def settings(url: str, **more: object) -> dict[str, object]:
    """Of a bot that everybody here may ask."""
    known: dict[str, object] = {
        "api": url,
        "users": list(PEOPLE),
        "chats": [*SMALL_GROUPS, *SUPERGROUPS],
        "waiting": WAITING,
    }
    return known | more


def make_crowd(folder: Path, index: Path, **more: object) -> Crowd:
    """A server, and a bot that is not started."""
    api = BotApi()
    sections = {name: dict(values) for name, values in QUICK.items()}
    return Crowd(api, BotProcess(folder, index, settings(api.url, **more), sections))


def end(crowd: Crowd) -> None:
    """Stops both; the bot must end in good order if it runs."""
    try:
        if crowd.bot.running:
            assert crowd.bot.stop() == 0, crowd.bot.log()
        crowd.bot.check_logs()
    finally:
        if crowd.bot.running:
            crowd.bot.kill()
        crowd.api.close()
