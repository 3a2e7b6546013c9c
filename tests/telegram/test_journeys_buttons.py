"""Journeys over the buttons below answers: views, choices, ratings, and all of that later."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from bot.ratings import read_ratings
from tests.bot.conftest import COMMAND, environment
from tests.bot_api import BotApi
from tests.bot_api.folk import ANN, BEN
from tests.telegram.conftest import Launch
from tests.telegram.harness import BotProcess
from tests.telegram.test_journeys import ANSWER, HOW_LONG

pytestmark = pytest.mark.timeout(120)

VIEWS = {
    "More context": "On Thursday TASS quoted Lavrov",
    "Other answers": "",
    "Sources": "004_talks_in_reykjavik.txt",
    "Explain": "004_talks_in_reykjavik",
}


def ratings_of(bot: BotProcess) -> Path:
    (file,) = bot.state.rglob("ratings.sqlite")
    return file


def test_every_view_and_back(api: BotApi, bot: BotProcess) -> None:
    answer = api.wait_for_answer(api.ask(ANN, HOW_LONG))
    assert set(VIEWS) <= set(answer.labels)
    for label, words in VIEWS.items():
        now = api.message(answer)
        query = api.press(answer, label)
        shown = api.wait_for_edit(now)
        assert words in shown.text
        assert api.wait_for_callback(query).answers == [{"text": "", "show_alert": False}]
        assert shown.labels[-1] == "↩ Back to the answer"
        api.press(shown, "Back")
        back = api.wait_for_edit(shown)
        assert (back.text, back.labels, back.entities) == (
            answer.text,
            answer.labels,
            answer.entities,
        )


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
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    lines = (tmp_path / "run" / "predictions.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["question"] for line in lines] == [HOW_LONG]


def test_which_one(api: BotApi, watched: Launch, meetings_index: Path) -> None:
    watched(index=meetings_index)
    question = api.ask(ANN, HOW_LONG)
    choice = api.wait_for_answer(question)
    assert choice.text.startswith("Which one do you mean?")
    assert len(choice.buttons) == 2
    reykjavik = next(label for label in choice.labels if "Reykjavik" in label)
    api.press(choice, reykjavik)
    answer = api.wait_for_answer(question, count=2)
    assert ANSWER in answer.marked("bold")
    assert api.message(choice).buttons == []
    late = api.press(choice, choice.buttons[0]["callback_data"], forged=True)
    assert api.wait_for_callback(late).answers[0]["show_alert"] is True
    api.wait_quiet()
    assert len(api.answers(question)) == 2
    follow_up = api.wait_for_answer(api.ask(ANN, "Who met there?"))
    assert "Lavrov" in follow_up.text


def test_which_one_answered_by_typing(api: BotApi, watched: Launch, meetings_index: Path) -> None:
    watched(index=meetings_index)
    choice = api.wait_for_answer(api.ask(ANN, HOW_LONG))
    assert ANSWER in api.wait_for_answer(api.ask(ANN, "Reykjavik")).text
    late = api.press(choice, choice.labels[0])
    api.wait_for_callback(late)
    assert "no longer open" in api.wait_for_edit(choice).text


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


def test_buttons_of_others_and_of_nobody(api: BotApi, bot: BotProcess) -> None:
    answer = api.wait_for_answer(api.ask(ANN, HOW_LONG))
    other = api.wait_for_answer(api.ask(BEN, "hallo"))
    data = answer.buttons[0]["callback_data"]
    for forged in (data, "nonsense", data.replace(":", ";"), "x" * 64, "a" * 12 + ":a999"):
        query = api.press(other, forged, forged=True)
        assert api.wait_for_callback(query).answers[0]["show_alert"] is True
    assert api.message(other) == other
    assert api.message(answer) == answer


def test_a_question_too_old_to_be_answered_does_no_harm(api: BotApi, bot: BotProcess) -> None:
    bot.expected.append("query is too old")
    answer = api.wait_for_answer(api.ask(ANN, HOW_LONG))
    bot.kill()
    api.press(answer, "Sources")
    api.expire_queries()
    bot.start()
    assert "004_talks_in_reykjavik.txt" in api.wait_for_edit(answer).text
