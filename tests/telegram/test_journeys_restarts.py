"""Journeys with bots of their own, which end and begin again, or know other articles."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from bot.storage.ratings import read_ratings
from retrieval.reader.second.looks import FIRST_LOOKS, MORE_LOOKS
from tests.bot.conftest import COMMAND, environment
from tests.bot_api import BotApi
from tests.bot_api.folk import ANN, BEN
from tests.deadlines import HANGS
from tests.telegram.conftest import Launch
from tests.telegram.crowds import ANSWER, HOW_LONG
from tests.telegram.harness import BotProcess, settle

pytestmark = pytest.mark.slow


def test_a_long_answer_is_split(api: BotApi, watched: Launch, reports_index: Path) -> None:
    bot = watched(index=reports_index, sections={"answer": {"citations": 8}})
    question = api.ask(ANN, "how long did the negotiations last?")
    api.wait_for_answer(question, count=2)
    settle(api, bot)
    parts = api.answers(question)
    assert len(parts) >= 2
    assert [bool(part.buttons) for part in parts] == [False] * (len(parts) - 1) + [True]
    sources = [quote for part in parts for quote in part.marked("expandable_blockquote")]
    heads = [source for source in sources if source.startswith("[")]  # one may run on overleaf
    # Eight are allowed, and eight say it: the second reader reads six sentences.
    read = FIRST_LOOKS + MORE_LOOKS
    assert [head[:3] for head in heads] == [f"[{n}]" for n in range(1, read + 1)]
    assert all("Report" in head and "<&>" in head for head in heads)
    query = api.press(parts[-1], "Sources")
    api.wait_for_callback(query)
    shown = api.wait_for_edit(parts[-1])
    while following := [label for label in shown.labels if label.endswith("▶")]:
        api.press(shown, following[0])
        shown = api.wait_for_edit(shown)
    api.press(shown, "Back to the answer")
    back = api.wait_for_edit(shown)
    assert (back.text, back.labels) == (parts[-1].text, parts[-1].labels)


def test_what_was_asked_while_nobody_listened(api: BotApi, watched: Launch) -> None:
    questions = [api.ask(user, HOW_LONG) for user in (ANN, BEN)]
    watched()
    for question in questions:
        assert ANSWER in api.wait_for_answer(question).text


def ratings_of(bot: BotProcess) -> Path:
    (file,) = bot.state.rglob("ratings.sqlite")
    return file


def test_ratings_become_a_question_set(api: BotApi, bot: BotProcess, tmp_path: Path) -> None:
    answer = api.wait_for_answer(api.ask(ANN, HOW_LONG))
    for label in ("👎", "👍"):
        given = api.wait_for_callback(api.press(answer, label)).answers
        assert label in given[0]["text"]
    assert api.message(answer) == answer
    assert bot.stop() == 0
    file = ratings_of(bot)
    (rating,) = read_ratings(file)  # the second of one person replaces the first
    assert (rating.question, rating.answer, rating.good) == (HOW_LONG, ANSWER, True)
    run = subprocess.run(
        [COMMAND, "evaluate", file, "--index", bot.index, "--out", tmp_path / "run"],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=HANGS,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    lines = (tmp_path / "run" / "predictions.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["question"] for line in lines] == [HOW_LONG]


@pytest.mark.parametrize("hard", [False, True])
def test_buttons_work_after_a_restart(
    api: BotApi, watched: Launch, meetings_index: Path, hard: bool
) -> None:
    bot = watched(index=meetings_index)
    geneva = api.wait_for_answer(api.ask(BEN, "Who met in Geneva?"))
    question = api.ask(ANN, HOW_LONG)
    choice = api.wait_for_answer(question)
    bot.restart(hard=hard)
    shown = api.press(geneva, geneva.labels[0])
    chosen = api.press(choice, next(label for label in choice.labels if "Reykjavik" in label))
    api.wait_for_callback(shown)
    assert "villa" in api.wait_for_edit(geneva).text
    api.wait_for_callback(chosen)
    assert ANSWER in api.wait_for_answer(question, count=2).text


def test_presses_during_a_restart(api: BotApi, bot: BotProcess) -> None:
    answer = api.wait_for_answer(api.ask(ANN, HOW_LONG))
    bot.kill()
    shown, rated = api.press(answer, "Sources"), api.press(answer, "👍")
    bot.start()
    api.wait_for_callback(shown)
    api.wait_for_callback(rated)
    assert api.wait_for_edit(answer).labels[-1] == "↩ Back to the answer"


def test_a_question_too_old_to_be_answered_does_no_harm(api: BotApi, bot: BotProcess) -> None:
    bot.expected.append("query is too old")
    answer = api.wait_for_answer(api.ask(ANN, HOW_LONG))
    bot.kill()
    api.press(answer, "Sources")
    api.expire_queries()
    bot.start()
    assert "004_talks_in_reykjavik.txt" in api.wait_for_edit(answer).text
