"""The bot is stopped or killed in the middle: every question has one answer in the end."""

from __future__ import annotations

import random
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot_api import ChatKind, FaultKind, Posted
from tests.deadlines import HANGS
from tests.telegram.crowds import ANSWER, HOW_LONG, QUESTIONS, Crowd, end, make_crowd

_LONG = 4 * HANGS
_NOT_PROMPT = "some answers were not finished"
"""What the log says where a stop took as long as it may."""
pytestmark = pytest.mark.slow


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
        crowd.api.fault(FaultKind.DELAY_BEFORE, "sendMessage", chat=person, seconds=_LONG)
    asked = [crowd.api.ask(person, text) for text in QUESTIONS[:4] for person in (ann, ben)]
    _begun(crowd, count=2)
    crowd.bot.terminate()
    asked += [crowd.api.ask(person, QUESTIONS[4]) for person in (ann, ben)]
    crowd.bot.wait_for_log("stopping: answers in work are finished first")
    crowd.api.clear_faults()
    assert crowd.bot.wait() == 0
    for first in asked[:2]:
        assert len(crowd.api.answers(first)) == 1
    assert crowd.bot.unfinished() > 0
    assert _NOT_PROMPT not in crowd.bot.log()
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
    assert crowd.bot.wait() == 128 + signal.SIGTERM
    crowd.bot.start()
    crowd.once(asked)


def test_a_stop_while_telegram_is_away(crowd: Crowd) -> None:
    ann = crowd.person()
    crowd.once([crowd.api.ask(ann, HOW_LONG)])
    crowd.api.refuse_connections(_LONG)
    assert crowd.bot.stop() == 0
    assert _NOT_PROMPT not in crowd.bot.log()


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


def _some_calls(crowd: Crowd, count: int) -> None:
    """Until the bot has made so many more, or has nothing to do."""
    until = crowd.api.call_count() + count

    def look() -> bool:
        idle = not crowd.api.pending() and not crowd.bot.unfinished()
        return idle or crowd.api.call_count() >= until

    crowd.api.wait_until(look, what=f"{count} calls", every=0.001)


def test_kills_at_any_moment(crowd: Crowd) -> None:
    """Eight kills, each after some calls, while three chats ask ten questions each."""
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
        _some_calls(crowd, dice.randrange(40))
        crowd.bot.restart(hard=True)
        broken = dice.choice((FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER, FaultKind.BAD_GATEWAY))
        crowd.api.fault(broken, "sendMessage", skip=1)
    assert not waiting
    assert len(asked) == 30
    crowd.once(asked)
