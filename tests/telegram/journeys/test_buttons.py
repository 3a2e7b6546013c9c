"""Journeys over the buttons below answers: views and choices."""

from __future__ import annotations

from tests.bot_api import BotApi
from tests.telegram.crowds import ANSWER, HOW_LONG, Crowd

VIEWS = {
    "More context": "On Thursday TASS quoted Lavrov",
    "Other answers": "",
    "Sources": "004_talks_in_reykjavik.txt",
    "Explain": "004_talks_in_reykjavik",
}


def test_every_view_and_back(api: BotApi, ann: int) -> None:
    answer = api.wait_for_answer(api.ask(ann, HOW_LONG))
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


def test_buttons_of_others_and_of_nobody(api: BotApi, ann: int, ben: int) -> None:
    answer = api.wait_for_answer(api.ask(ann, HOW_LONG))
    other = api.wait_for_answer(api.ask(ben, "hallo"))
    data = answer.buttons[0]["callback_data"]
    for forged in (data, "nonsense", data.replace(":", ";"), "x" * 64, "a" * 12 + ":a999"):
        query = api.press(other, forged, forged=True)
        assert api.wait_for_callback(query).answers[0]["show_alert"] is True
    assert api.message(other) == other
    assert api.message(answer) == answer


def test_which_one(meeting_readers: Crowd, meetings: BotApi) -> None:
    ann = meeting_readers.person()
    question = meetings.ask(ann, HOW_LONG)
    choice = meetings.wait_for_answer(question)
    assert choice.text.startswith("Which one do you mean?")
    assert len(choice.buttons) == 2
    reykjavik = next(label for label in choice.labels if "Reykjavik" in label)
    meetings.press(choice, reykjavik)
    answer = meetings.wait_for_answer(question, count=2)
    assert ANSWER in answer.marked("bold")
    assert meetings.message(choice).buttons == []
    late = meetings.press(choice, choice.buttons[0]["callback_data"], forged=True)
    assert meetings.wait_for_callback(late).answers[0]["show_alert"] is True
    meeting_readers.settle()
    assert len(meetings.answers(question)) == 2
    follow_up = meetings.wait_for_answer(meetings.ask(ann, "Who met in Reykjavik?"))
    assert "Lavrov" in follow_up.text


def test_which_one_answered_by_typing(meeting_readers: Crowd, meetings: BotApi) -> None:
    ann = meeting_readers.person()
    choice = meetings.wait_for_answer(meetings.ask(ann, HOW_LONG))
    assert ANSWER in meetings.wait_for_answer(meetings.ask(ann, "Reykjavik")).text
    late = meetings.press(choice, choice.labels[0])
    meetings.wait_for_callback(late)
    assert "no longer open" in meetings.wait_for_edit(choice).text
