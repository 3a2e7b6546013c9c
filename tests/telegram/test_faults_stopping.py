"""The bot is stopped or killed in the middle: every question has one answer in the end."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot_api import ChatKind, FaultKind, Posted
from tests.telegram.crowds import ANSWER, HOW_LONG, QUESTIONS, Crowd, end, make_crowd

pytestmark = pytest.mark.timeout(240)
_LONG = 600.0
_PROMPT = 20.0
"""Seconds after which a stop no longer counts as one: answers get 30 to be finished."""


@pytest.fixture
def crowd(tmp_path: Path, seed_index: Path) -> Iterator[Crowd]:
    made = make_crowd(tmp_path / "bot", seed_index, workers=1)
    made.bot.start()
    yield made
    try:
        made.check()
    finally:
        end(made)


def _begun(crowd: Crowd, method: str = "sendMessage", count: int = 1) -> None:
    """Until the bot has called ``method`` so often."""
    crowd.api.wait_until(lambda: len(crowd.api.calls(method)) >= count, what=method)


def test_a_stop_finishes_what_is_in_work(crowd: Crowd) -> None:
    ann, ben = crowd.person(), crowd.person()
    for person in (ann, ben):
        crowd.api.fault(FaultKind.DELAY_BEFORE, "sendMessage", chat=person, seconds=2)
    asked = [crowd.api.ask(person, text) for text in QUESTIONS[:4] for person in (ann, ben)]
    _begun(crowd, count=2)
    crowd.bot.terminate()
    asked += [crowd.api.ask(person, QUESTIONS[4]) for person in (ann, ben)]
    began = time.monotonic()
    assert crowd.bot.wait() == 0
    assert time.monotonic() - began < _PROMPT
    for first in asked[:2]:
        assert len(crowd.api.answers(first)) == 1
    assert crowd.unfinished() > 0
    assert "some answers were not finished" not in crowd.bot.log()
    crowd.bot.start()
    crowd.once(asked)


def test_a_second_signal_stops_at_once(crowd: Crowd) -> None:
    """An answer that cannot be sent would hold up the stop for half a minute."""
    ann = crowd.person()
    crowd.api.fault(FaultKind.DELAY_AFTER, "sendMessage", seconds=_LONG)
    asked = [crowd.api.ask(ann, text) for text in QUESTIONS[:3]]
    crowd.api.wait_for_answer(asked[0])
    crowd.bot.terminate()
    crowd.bot.wait_for_log("stopping: answers in work are finished first")
    crowd.bot.terminate()
    assert crowd.bot.wait(_PROMPT) == 128 + signal.SIGTERM
    crowd.bot.start()
    crowd.once(asked)


def test_a_stop_while_telegram_is_away(crowd: Crowd) -> None:
    ann = crowd.person()
    crowd.once([crowd.api.ask(ann, HOW_LONG)])
    crowd.api.refuse_connections(_LONG)
    began = time.monotonic()
    assert crowd.bot.stop() == 0
    assert time.monotonic() - began < _PROMPT


@pytest.mark.parametrize("place", ["private", ChatKind.GROUP, ChatKind.SUPERGROUP])
def test_a_kill_between_carried_out_and_seen(crowd: Crowd, place: str | ChatKind) -> None:
    people = [crowd.person() for _ in range(3)]
    ann = people[0]
    chat = crowd.group(place, *people) if isinstance(place, ChatKind) else ann
    before = [crowd.api.say(chat, ann, f"/ask {text}") for text in QUESTIONS[:2]]
    crowd.once(before)
    crowd.api.fault(FaultKind.DELAY_AFTER, "sendMessage", chat=chat, seconds=_LONG)
    doubted = crowd.api.say(chat, ann, f"/ask {HOW_LONG}")
    crowd.api.wait_for_answer(doubted)
    asked = [doubted, crowd.api.say(chat, ann, f"/ask {QUESTIONS[3]}")]
    asked += [crowd.api.ask(person, text) for text in QUESTIONS[:2] for person in people[1:]]
    crowd.bot.restart(hard=True)
    assert ANSWER in crowd.once([*before, *asked])[2].text
    assert "a message in doubt had arrived" in crowd.bot.log()


def test_a_kill_before_it_is_carried_out(crowd: Crowd) -> None:
    ann = crowd.person()
    crowd.api.fault(FaultKind.DROP_BEFORE, "sendMessage", count=100)
    asked = [crowd.api.ask(ann, text) for text in QUESTIONS[:3]]
    _begun(crowd, count=2)
    crowd.bot.kill()
    crowd.api.clear_faults()
    crowd.bot.start()
    crowd.once(asked)


def test_a_fault_after_a_restart_leaves_earlier_messages_alone(crowd: Crowd) -> None:
    """What an earlier process sent must not be taken for what is in doubt now."""
    ann, *others = [crowd.person() for _ in range(5)]
    first = crowd.api.ask(ann, "/help")
    later = [crowd.api.ask(ann, text) for text in QUESTIONS[:3]]
    more = [crowd.api.ask(person, QUESTIONS[1]) for person in others]  # before Ann's second
    crowd.api.wait_for_answer(later[0])
    crowd.api.wait_until(lambda: crowd.finished(1), every=0.001)
    crowd.bot.kill()
    assert not crowd.api.answers(later[1])
    crowd.api.fault(FaultKind.DROP_BEFORE, "sendMessage", chat=ann)
    crowd.bot.start()
    crowd.once([first, *later, *more])


def test_a_kill_after_many_messages_of_others(crowd: Crowd) -> None:
    """A group's message waits for its turn while others take many ids; then the kill comes."""
    ann, *others = [crowd.person() for _ in range(9)]
    group = crowd.group(ChatKind.GROUP, ann)
    asked = [crowd.api.say(group, ann, "/ask") for _ in range(20)]
    crowd.api.wait_for_answer(asked[-1])  # as many as may be sent to a group at once
    crowd.api.fault(FaultKind.DELAY_AFTER, "sendMessage", chat=group, seconds=_LONG)
    asked.append(crowd.api.say(group, ann, "/help"))
    crowd.api.wait_until(lambda: crowd.decided(20), what="the help")
    more = [crowd.api.ask(person, "/help") for person in others for _ in range(3)]
    crowd.api.wait_for_answer(asked[20])
    crowd.bot.restart(hard=True)
    crowd.once([*asked, *more])


def test_a_press_in_a_kill(crowd: Crowd) -> None:
    ann = crowd.person()
    (answer,) = crowd.once([crowd.api.ask(ann, HOW_LONG)])
    crowd.api.fault(FaultKind.DELAY_AFTER, "editMessageText", seconds=_LONG)
    query = crowd.api.press(answer, "Sources")
    shown = crowd.api.wait_for_edit(answer)
    crowd.bot.kill()
    again = crowd.api.press(shown, "Back to the answer")
    crowd.bot.start()
    crowd.api.wait_until(lambda: crowd.api.message(answer).text == answer.text)
    crowd.settle()
    for one in (query, again):
        crowd.api.wait_for_callback(one)
    assert len(crowd.api.messages(ann)) == 1


def test_kills_at_any_moment(crowd: Crowd) -> None:
    """Eight kills while three chats ask ten questions each."""
    dice = random.Random(5)
    ann, ben = crowd.person(), crowd.person()
    group = crowd.group(ChatKind.SUPERGROUP, ann, ben)
    texts = [QUESTIONS[number % len(QUESTIONS)] for number in range(10)]
    waiting = [(chat, text) for text in texts for chat in (ann, ben, group)]
    asked: list[Posted] = []
    crowd.api.fault(FaultKind.DELAY_AFTER, "sendMessage", count=15, seconds=0.3)
    for kill in range(8):
        while waiting and len(asked) < 4 * (kill + 1):
            chat, text = waiting.pop(0)
            user = chat if chat != group else ann
            asked.append(crowd.api.say(chat, user, text if chat != group else f"/ask {text}"))
        time.sleep(dice.uniform(0.0, 1.2))
        crowd.bot.restart(hard=True)
        broken = dice.choice((FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER, FaultKind.BAD_GATEWAY))
        crowd.api.fault(broken, "sendMessage", skip=1)
    assert not waiting
    assert len(asked) == 30
    crowd.once(asked, timeout=90)
