"""Journeys of people through the real bot in private chats, against the strict server."""

from __future__ import annotations

import base64

from tests.bot_api import BotApi
from tests.bot_api.folk import OWNER
from tests.telegram.crowds import ANSWER, HOW_LONG, Crowd

ELSEWHERE = "Who won the 1994 Eurovision Song Contest?"


def test_a_question_is_answered_with_its_source(api: BotApi, ann: int) -> None:
    question = api.ask(ann, HOW_LONG)
    answer = api.wait_for_answer(question)
    assert answer.marked("bold")[0] == ANSWER
    (source,) = answer.marked("expandable_blockquote")
    assert source.startswith("[1] Lavrov finds Reykjavik talks with Blinken")
    assert ANSWER in source
    assert answer.labels[-2:] == ["👍", "👎"]
    assert api.actions(ann)[0].action == "typing"
    assert api.actions(ann)[0].at < answer.at


def test_a_follow_up_and_a_new_conversation(api: BotApi, ann: int) -> None:
    api.ask(ann, HOW_LONG)
    follow_up = api.wait_for_answer(api.ask(ann, "Was it longer than expected?"))
    assert follow_up.marked("italic")[0].startswith("Understood as: Was one hour and 45 minutes")
    assert api.wait_for_answer(api.ask(ann, "/new")).text == "A new conversation."
    alone = api.wait_for_answer(api.ask(ann, "Was it longer than expected?"))
    assert "Understood as" not in alone.text


def test_an_answer_that_the_articles_do_not_have(api: BotApi, ann: int) -> None:
    answer = api.wait_for_answer(api.ask(ann, ELSEWHERE))
    assert answer.text.startswith("The articles do not say.")


def test_a_source_with_an_address_is_linked_to_the_passage(
    meeting_readers: Crowd, meetings: BotApi
) -> None:
    ann = meeting_readers.person()
    answer = meetings.wait_for_answer(meetings.ask(ann, "Who met in Geneva?"))
    (address,) = set(answer.links)
    assert address.startswith("https://news.example/geneva.txt#:~:text=Joe%20Biden")
    assert answer.preview is not None
    assert answer.preview["url"] == address


def test_an_edited_question_changes_its_answer(api: BotApi, ann: int) -> None:
    question = api.ask(ann, HOW_LONG)
    before = api.wait_for_answer(question)
    other = api.wait_for_answer(api.ask(ann, ELSEWHERE))
    api.edit(question, "In which city did Lavrov and Blinken hold their talks?")
    after = api.wait_for_edit(before)
    assert "Reykjavik" in after.marked("bold")
    assert api.message(other) == other
    assert len(api.messages(ann)) == 2
    api.edit(question, HOW_LONG)
    assert ANSWER in api.wait_for_edit(after).text


def test_the_commands(api: BotApi, ann: int) -> None:
    assert "/help" in api.wait_for_answer(api.start(ann)).text
    assert f"@{api.bot_name} QUESTION" in api.wait_for_answer(api.ask(ann, "/help")).text
    assert "no answer yet" in api.wait_for_answer(api.ask(ann, "/sources")).text
    api.wait_for_answer(api.ask(ann, f"/ask {HOW_LONG}"))
    for command in ("/sources", "/explain"):
        shown = api.wait_for_message(ann, api.ask(ann, command))
        assert "004_talks_in_reykjavik.txt" in shown.text, shown.text
    assert "no command /stats" in api.wait_for_answer(api.ask(ann, "/stats")).text
    assert "5 articles" in api.wait_for_answer(api.ask(OWNER, "/stats")).text
    assert "no command /nonsense" in api.wait_for_answer(api.ask(ann, "/nonsense x")).text


def test_menus_in_each_language(api: BotApi) -> None:
    api.wait_until(lambda: len(api.menus()) == 6, what="six menus")
    english = {c["command"]: c["description"] for c in api.commands()}
    german = {c["command"]: c["description"] for c in api.commands("default", "de")}
    assert english.keys() == german.keys() >= {"help", "new", "sources", "explain"}
    assert all(english[name] != german[name] for name in english)
    assert "ask" in {c["command"] for c in api.commands("all_group_chats")}
    assert "stats" in {c["command"] for c in api.commands(f"chat:{OWNER}")}


def test_the_interface_speaks_the_askers_language(api: BotApi, ben: int) -> None:
    refusal = api.wait_for_answer(api.ask(ben, ELSEWHERE))
    assert refusal.text.startswith("Die Artikel")
    answer = api.wait_for_answer(api.ask(ben, HOW_LONG))
    assert ANSWER in answer.marked("bold")


def test_a_deep_link_asks_its_question(api: BotApi, ann: int) -> None:
    coded = base64.urlsafe_b64encode(HOW_LONG.encode()).decode().rstrip("=")
    assert ANSWER in api.wait_for_answer(api.start(ann, f"q_{coded}")).text
    for payload in ("inline", "q_%%%", "q_", "q_//8="):
        assert "/help" in api.wait_for_answer(api.start(ann, payload)).text


def test_messages_without_text(api: BotApi, ann: int) -> None:
    assert "Only text is read here" in api.wait_for_answer(api.sticker(ann, ann)).text
    assert "Only text" in api.wait_for_answer(api.photo(ann, ann, "what is this?")).text


def test_inline_questions(readers: Crowd, api: BotApi, ann: int) -> None:
    query = api.inline(ann, HOW_LONG)
    answer = api.wait_for_inline(query)
    assert 1 <= len(answer.results) <= 5
    assert answer.options["is_personal"] is True
    sent = api.choose(query, answer.results[0]["id"], ann)
    assert ANSWER in sent.marked("bold")
    assert api.wait_for_inline(api.inline(ann, "")).results == []
    nothing = api.wait_for_inline(api.inline(ann, ELSEWHERE))
    assert nothing.results == []
    assert nothing.options["button"]["text"] == "The articles do not say"
    readers.settle()
    assert api.messages(ann) == []  # its own answer, sent through somebody, is no question
