"""Journeys of people through the real bot in private chats, against the strict server."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from tests.bot_api import BotApi
from tests.bot_api.folk import ANN, BEN, OWNER
from tests.telegram.conftest import Launch
from tests.telegram.harness import BotProcess

pytestmark = pytest.mark.timeout(120)

HOW_LONG = "how long did the meeting last?"
ANSWER = "one hour and 45 minutes"


def test_a_question_is_answered_with_its_source(api: BotApi, bot: BotProcess) -> None:
    question = api.ask(ANN, HOW_LONG)
    answer = api.wait_for_answer(question)
    assert answer.marked("bold")[0] == ANSWER
    (source,) = answer.marked("expandable_blockquote")
    assert source.startswith("[1] Lavrov finds Reykjavik talks with Blinken")
    assert ANSWER in source
    assert answer.labels[-2:] == ["👍", "👎"]
    assert api.actions(ANN)[0].action == "typing"
    assert api.actions(ANN)[0].at < answer.at


def test_a_follow_up_and_a_new_conversation(api: BotApi, bot: BotProcess) -> None:
    api.ask(ANN, HOW_LONG)
    follow_up = api.wait_for_answer(api.ask(ANN, "Was it longer than expected?"))
    assert follow_up.marked("italic")[0].startswith("Understood as: Was one hour and 45 minutes")
    assert api.wait_for_answer(api.ask(ANN, "/new")).text == "A new conversation."
    alone = api.wait_for_answer(api.ask(ANN, "Was it longer than expected?"))
    assert "Understood as" not in alone.text


def test_an_answer_that_the_articles_do_not_have(api: BotApi, bot: BotProcess) -> None:
    answer = api.wait_for_answer(api.ask(ANN, "Who won the 1994 Eurovision Song Contest?"))
    assert answer.text.startswith("The articles do not say.")


def test_a_source_with_an_address_is_linked_to_the_passage(
    api: BotApi, watched: Launch, meetings_index: Path
) -> None:
    watched(index=meetings_index)
    answer = api.wait_for_answer(api.ask(ANN, "Who met in Geneva?"))
    (address,) = set(answer.links)
    assert address.startswith("https://news.example/geneva.txt#:~:text=Joe%20Biden")
    assert answer.preview is not None
    assert answer.preview["url"] == address


def test_an_edited_question_changes_its_answer(api: BotApi, bot: BotProcess) -> None:
    question = api.ask(ANN, HOW_LONG)
    before = api.wait_for_answer(question)
    other = api.wait_for_answer(api.ask(ANN, "Who won the 1994 Eurovision Song Contest?"))
    api.edit(question, "In which city did Lavrov and Blinken hold their talks?")
    after = api.wait_for_edit(before)
    assert "Reykjavik" in after.marked("bold")
    assert api.message(other) == other
    assert len(api.messages(ANN)) == 2
    api.edit(question, HOW_LONG)
    assert ANSWER in api.wait_for_edit(after).text


def test_the_commands(api: BotApi, bot: BotProcess) -> None:
    assert "/help" in api.wait_for_answer(api.start(ANN)).text
    assert f"@{api.bot_name} QUESTION" in api.wait_for_answer(api.ask(ANN, "/help")).text
    assert "no answer yet" in api.wait_for_answer(api.ask(ANN, "/sources")).text
    api.wait_for_answer(api.ask(ANN, f"/ask {HOW_LONG}"))
    for command in ("/sources", "/explain"):
        shown = api.wait_for_message(ANN, api.ask(ANN, command))
        assert "004_talks_in_reykjavik.txt" in shown.text, shown.text
    assert "no command /stats" in api.wait_for_answer(api.ask(ANN, "/stats")).text
    assert "5 articles" in api.wait_for_answer(api.ask(OWNER, "/stats")).text
    assert "no command /nonsense" in api.wait_for_answer(api.ask(ANN, "/nonsense x")).text


def test_menus_in_each_language(api: BotApi, watched: Launch) -> None:
    api.ask(OWNER, "/start")
    watched()
    api.wait_until(lambda: len(api.menus()) == 6, 20, "six menus")
    english = {c["command"]: c["description"] for c in api.commands()}
    german = {c["command"]: c["description"] for c in api.commands("default", "de")}
    assert english.keys() == german.keys() >= {"help", "new", "sources", "explain"}
    assert all(english[name] != german[name] for name in english)
    assert "ask" in {c["command"] for c in api.commands("all_group_chats")}
    assert "stats" in {c["command"] for c in api.commands(f"chat:{OWNER}")}


def test_the_interface_speaks_the_askers_language(api: BotApi, bot: BotProcess) -> None:
    refusal = api.wait_for_answer(api.ask(BEN, "Who won the 1994 Eurovision Song Contest?"))
    assert refusal.text.startswith("Die Artikel")
    answer = api.wait_for_answer(api.ask(BEN, HOW_LONG))
    assert ANSWER in answer.marked("bold")


def test_a_deep_link_asks_its_question(api: BotApi, bot: BotProcess) -> None:
    coded = base64.urlsafe_b64encode(HOW_LONG.encode()).decode().rstrip("=")
    assert ANSWER in api.wait_for_answer(api.start(ANN, f"q_{coded}")).text
    for payload in ("inline", "q_%%%", "q_", "q_//8="):
        assert "/help" in api.wait_for_answer(api.start(ANN, payload)).text


def test_a_long_answer_is_split(api: BotApi, watched: Launch, reports_index: Path) -> None:
    watched(index=reports_index, sections={"answer": {"citations": 8}})
    question = api.ask(ANN, "how long did the negotiations last?")
    api.wait_for_answer(question, count=2)
    api.wait_quiet()
    parts = api.answers(question)
    assert len(parts) >= 2
    assert [bool(part.buttons) for part in parts] == [False] * (len(parts) - 1) + [True]
    sources = [quote for part in parts for quote in part.marked("expandable_blockquote")]
    heads = [source for source in sources if source.startswith("[")]  # one may run on overleaf
    assert [head[:3] for head in heads] == [f"[{n}]" for n in range(1, 9)]
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


def test_messages_without_text(api: BotApi, bot: BotProcess) -> None:
    assert "Only text is read here" in api.wait_for_answer(api.sticker(ANN, ANN)).text
    assert "Only text" in api.wait_for_answer(api.photo(ANN, ANN, "what is this?")).text


def test_inline_questions(api: BotApi, bot: BotProcess) -> None:
    query = api.inline(ANN, HOW_LONG)
    answer = api.wait_for_inline(query)
    assert 1 <= len(answer.results) <= 5
    assert answer.options["is_personal"] is True
    sent = api.choose(query, answer.results[0]["id"], ANN)
    assert ANSWER in sent.marked("bold")
    assert api.wait_for_inline(api.inline(ANN, "")).results == []
    nothing = api.wait_for_inline(api.inline(ANN, "Who won the 1994 Eurovision Song Contest?"))
    assert nothing.results == []
    assert nothing.options["button"]["text"] == "The articles do not say"
    api.wait_quiet()
    assert api.messages(ANN) == []  # its own answer, sent through somebody, is no question


def test_what_was_asked_while_nobody_listened(api: BotApi, watched: Launch) -> None:
    questions = [api.ask(user, HOW_LONG) for user in (ANN, BEN)]
    watched()
    for question in questions:
        assert ANSWER in api.wait_for_answer(question).text
