"""Thousands of hostile messages to the real bot: each gets one answer, and nothing is refused.

``PULLQUOTE_HOSTILE`` says how many; the 10,000 of the record take some minutes.
"""

from __future__ import annotations

import os
from random import Random

from tests.bot_api import BotApi
from tests.telegram.conftest import Launch
from tests.telegram.crowds import ANSWER, HOW_LONG
from tests.telegram.harness import QUICK
from tests.telegram.hostile import hostile_texts

COUNT = int(os.environ.get("PULLQUOTE_HOSTILE", "210"))
PEOPLE = range(730_000_000, 730_000_020)
AT_ONCE = 200


def test_hostile_messages(api: BotApi, launch: Launch) -> None:
    for person in PEOPLE:
        api.user("<b>&\u202e", user_id=person, language="x-\u202e")
    bot = launch(api.url, users=list(PEOPLE), waiting=1000, daily_budget=0, sections=QUICK)
    texts = list(hostile_texts(COUNT))
    for start in range(0, COUNT, AT_ONCE):
        people = [PEOPLE[n % len(PEOPLE)] for n in range(start, COUNT)]
        part = list(zip(people, texts[start : start + AT_ONCE], strict=False))
        asked = [api.ask(person, text) for person, text in part]
        for question in asked:
            api.wait_for_answer(question, 60 + AT_ONCE)
        assert bot.running
    api.wait_quiet(1.0)
    assert ANSWER in api.wait_for_answer(api.ask(PEOPLE[0], HOW_LONG)).text
    assert bot.stop() == 0
    api.assert_sound(expected=("chat not found",), notices=("What is the question?",))
    for trace in ("an update failed", "Telegram refused", "cannot be read", "was not taken"):
        assert trace not in bot.log(), bot.log()


def test_hostile_presses_inline_questions_and_edits(api: BotApi, launch: Launch) -> None:
    person = api.user("Mallory").id
    bot = launch(api.url, users=[person], waiting=1000, daily_budget=0, sections=QUICK)
    answer = api.wait_for_answer(api.ask(person, HOW_LONG))
    token = answer.buttons[0]["callback_data"].partition(":")[0]
    random = Random(7)
    queries = []
    for text in hostile_texts(60, seed=3):
        data = random.choice((text, f"{token}:{text}", f"{token}:c{random.randrange(10**6)}"))
        queries.append(api.press(answer, data[:16], forged=True))
    for query in queries:
        assert api.wait_for_callback(query).answers[0]["show_alert"] is True
    assert api.message(answer) == answer
    for text in hostile_texts(60, seed=4):
        latest = api.inline(person, text[:256])
    api.wait_for_inline(latest)
    question = api.ask(person, "Who met Blinken in Reykjavik?")
    api.wait_for_answer(question)
    for text in hostile_texts(40, seed=5):
        api.edit(question, text)
    api.edit(question, HOW_LONG)
    api.wait_until(lambda: any(ANSWER in m.text for m in api.answers(question)), what="the edit")
    assert bot.stop() == 0
    api.assert_sound(expected=("chat not found",))
    assert "an update failed" not in bot.log()
