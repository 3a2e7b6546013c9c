"""Hostile messages, a few hundred of them; ``make hostile`` sends ten thousand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.bot_api import ChatKind
from tests.telegram.crowds import ANSWER, HOW_LONG, Crowd, end, make_crowd
from tests.telegram.harness import free_port
from tests.telegram.hostility import Hostility
from tests.telegram.siege import Siege

pytestmark = pytest.mark.slow


@pytest.fixture
def crowd(tmp_path: Path, seed_index: Path) -> Iterator[Crowd]:
    made = make_crowd(tmp_path / "bot", seed_index, waiting=1000, daily_budget=0)
    yield made
    end(made)


def test_hostile_messages(crowd: Crowd) -> None:
    crowd.bot.start()
    siege = Siege(crowd, seed=5, people=25, groups=8)
    figures = siege.run(300)
    found = siege.problems()
    assert not found, "\n".join(found)
    assert figures.replies > 200
    assert len(figures.kinds) == 9
    assert crowd.bot.stop() == 0


def test_hostile_edits_of_one_question(crowd: Crowd) -> None:
    crowd.bot.start()
    hostile = Hostility(5)
    question = crowd.api.ask(crowd.person(), "Who met Blinken in Reykjavik?")
    crowd.api.wait_for_answer(question)
    for _ in range(40):
        crowd.api.edit(question, hostile.text())
    crowd.api.edit(question, HOW_LONG)
    crowd.api.wait_until(lambda: any(ANSWER in m.text for m in crowd.api.answers(question)))
    crowd.settle()
    assert "an update failed" not in crowd.bot.log()
    crowd.check()


_UNREADABLE = (
    ("message", {}),
    ("message", {"message_id": 5, "date": "soon", "chat": 7}),
    ("message", {"message_id": 5, "date": 1, "chat": {"id": 7}}),
    ("callback_query", {"id": "5", "from": 7}),
    ("inline_query", {"query": None}),
    ("edited_message", {"entities": 7}),
)


def test_updates_that_nobody_can_read_hold_up_nobody(crowd: Crowd) -> None:
    crowd.bot.start()
    ann = crowd.person()
    asked = []
    for kind, body in _UNREADABLE:
        crowd.api.raw(kind, body, ann)
        asked.append(crowd.api.ask(ann, HOW_LONG))
    crowd.once(asked)
    crowd.api.wait_for_poll()
    assert crowd.bot.log().count("an update cannot be read") == len(_UNREADABLE)
    crowd.check()


def test_a_webhook_refuses_what_nobody_can_read(crowd: Crowd) -> None:
    port = free_port()
    crowd.api.proxy("https://bot.example", f"http://127.0.0.1:{port}")
    crowd.bot.start(webhook="https://bot.example/hook", port=port)
    ann = crowd.person()
    headers = {"X-Telegram-Bot-Api-Secret-Token": str(crowd.api.webhook().secret)}
    bodies = [{"update_id": 7 + n, kind: body} for n, (kind, body) in enumerate(_UNREADABLE)]
    for body in (b"", b"{", b"[]", b"7", b"\xff\xfe", *map(json.dumps, bodies)):
        answer = httpx.post(f"http://127.0.0.1:{port}/hook", content=body, headers=headers)
        assert 400 <= answer.status_code <= 500, body
    crowd.once([crowd.api.ask(ann, HOW_LONG)])
    assert len(crowd.api.messages(ann)) == 1
    crowd.check()


def test_a_press_below_a_message_that_is_gone(crowd: Crowd) -> None:
    """Telegram then tells of the message what the library can read, and cannot write."""
    crowd.bot.start()
    ann = crowd.person()
    (answer,) = crowd.once([crowd.api.ask(ann, HOW_LONG)])
    crowd.api.remove(answer)
    crowd.api.raw("message", _pinned(ann), ann)
    first = crowd.api.press(answer, "Sources")
    assert crowd.api.wait_for_callback(first).answers
    crowd.bot.kill()
    second = crowd.api.press(answer, "👍")
    crowd.bot.start()
    assert "Noted" in crowd.api.wait_for_callback(second).answers[0]["text"]
    crowd.once([crowd.api.ask(ann, HOW_LONG)])
    crowd.bot.expected.append("message to edit not found")
    crowd.check()


def test_half_characters_beside_the_bots_name(crowd: Crowd) -> None:
    crowd.bot.start()
    ann = crowd.person()
    group = crowd.group(ChatKind.SUPERGROUP, ann)
    name = f"@{crowd.api.bot_name}"
    texts = (f"\udc00 {name} \U0001f600 {HOW_LONG}", f"{name} {HOW_LONG} \ud83d")
    asked = [crowd.api.say(chat, ann, text) for chat in (ann, group) for text in texts]
    for answer in crowd.once(asked):
        assert ANSWER in answer.text
    crowd.check()


def _pinned(user: int) -> dict[str, Any]:
    """A message that says that another was pinned, which is gone."""
    chat = {"id": user, "type": "private", "first_name": "Ann"}
    sender = {"id": user, "is_bot": False, "first_name": "Ann"}
    gone = {"chat": chat, "message_id": 1, "date": 0}
    return {"message_id": 900, "date": 1, "chat": chat, "from": sender, "pinned_message": gone}
