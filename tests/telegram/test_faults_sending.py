"""What goes wrong while the bot sends: nothing is lost, nothing is doubled, nobody else waits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot_api import ChatKind, FaultKind, Posted
from tests.deadlines import HANGS
from tests.telegram.crowds import ANSWER, HOW_LONG, QUESTIONS, Crowd, end, make_crowd

_BROKEN = (
    FaultKind.BAD_GATEWAY,
    FaultKind.SERVER_ERROR,
    FaultKind.DROP_BEFORE,
    FaultKind.DROP_AFTER,
    FaultKind.TRUNCATED,
)


pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory, seed_index: Path) -> Iterator[Crowd]:
    """One bot for all tests here; it must outlive them all."""
    made = make_crowd(tmp_path_factory.mktemp("sending"), seed_index)
    made.bot.start()
    yield made
    end(made)


@pytest.fixture(scope="module", autouse=True)
def slow(
    tmp_path_factory: pytest.TempPathFactory, seed_index: Path
) -> Iterator[tuple[Crowd, list[Posted]]]:
    """Questions whose answers arrive, but whose responses come after the bot has given up on them:
    in half a minute, which goes by beside the other tests.
    """
    made = make_crowd(tmp_path_factory.mktemp("slow"), seed_index)
    made.bot.start()
    ann, ben = made.person(), made.person()
    chat = made.group(ChatKind.SUPERGROUP, ben)
    for one in (ann, chat):
        made.api.fault(FaultKind.DELAY_AFTER, "sendMessage", chat=one, seconds=32)
    asked = [made.api.ask(ann, HOW_LONG), made.api.say(chat, ben, f"/ask {HOW_LONG}")]
    asked += [made.api.ask(ben, text) for text in QUESTIONS]
    asked += [made.api.ask(ann, QUESTIONS[1]), made.api.say(chat, ben, f"/ask {QUESTIONS[1]}")]
    yield made, asked
    end(made)


@pytest.mark.parametrize("kind", _BROKEN)
def test_a_send_that_breaks(crowd: Crowd, kind: FaultKind) -> None:
    ann, ben = crowd.person(), crowd.person()
    crowd.api.fault(kind, "sendMessage", chat=ann, count=2)
    asked = [crowd.api.ask(user, text) for text in QUESTIONS[:3] for user in (ann, ben)]
    crowd.once(asked)
    assert crowd.api.faults() == []
    crowd.check()


@pytest.mark.parametrize("group", [ChatKind.GROUP, ChatKind.SUPERGROUP])
@pytest.mark.parametrize("kind", [FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER])
def test_a_send_to_a_group_in_doubt_while_others_write(
    crowd: Crowd, group: ChatKind, kind: FaultKind
) -> None:
    people = [crowd.person() for _ in range(4)]
    chat = crowd.group(group, *people)
    crowd.api.fault(kind, "sendMessage", chat=chat)
    asked = [crowd.api.say(chat, people[0], f"/ask {HOW_LONG}")]
    asked += [crowd.api.ask(person, text) for text in QUESTIONS[1:3] for person in people]
    asked += [crowd.api.say(chat, person, f"/ask {QUESTIONS[1]}") for person in people[:2]]
    first, *_ = crowd.once(asked)
    assert ANSWER in first.text
    assert crowd.api.faults() == []
    crowd.check()


def test_looking_for_messages_takes_nothing_from_what_a_group_may_get(crowd: Crowd) -> None:
    """20 a minute; each of these looks for 12 that are not there."""
    ann = crowd.person()
    group = crowd.group(ChatKind.SUPERGROUP, ann)
    for text in QUESTIONS[:2]:
        crowd.api.fault(FaultKind.DROP_BEFORE, "sendMessage", chat=group, count=2)
        crowd.once([crowd.api.say(group, ann, f"/ask {text}")])
    crowd.check()


@pytest.mark.parametrize("kind", [FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER])
def test_a_send_in_doubt_leaves_other_messages_of_its_chat_alone(
    crowd: Crowd, kind: FaultKind
) -> None:
    ann = crowd.person()
    crowd.api.fault(kind, "sendMessage", chat=ann, count=3)
    asked = []
    for text in QUESTIONS[:3]:  # notices do not wait for answers, and are sent between them
        asked += [crowd.api.ask(ann, text), crowd.api.sticker(ann, ann)]
    answers = asked[::2]
    for message in asked:
        crowd.api.wait_for_answer(message)
    crowd.once(answers)
    notices = [crowd.api.answers(sticker) for sticker in asked[1::2]]
    assert [[len(m.versions) for m in found] for found in notices] == [[1]] * 3
    crowd.check()


def test_too_many_messages_hold_up_one_chat_only(crowd: Crowd) -> None:
    ann, ben = crowd.person(), crowd.person()
    crowd.api.fault(FaultKind.TOO_MANY, "sendMessage", chat=ann, count=1000)
    asked = [crowd.api.ask(ann, text) for text in QUESTIONS[:2]]
    others = [crowd.api.ask(ben, text) for text in QUESTIONS[:2]]
    for question in others:
        crowd.api.wait_for_answer(question)
    crowd.api.wait_until(lambda: crowd.api.faults()[0].met > 1, what="a second try")
    assert crowd.api.messages(ann) == []
    crowd.api.clear_faults()
    crowd.once([*asked, *others])
    crowd.check()


@pytest.mark.parametrize(
    "kind", [FaultKind.TOO_MANY, FaultKind.BAD_GATEWAY, FaultKind.DROP_AFTER, FaultKind.TRUNCATED]
)
def test_an_edit_that_breaks(crowd: Crowd, kind: FaultKind) -> None:
    ann = crowd.person()
    (answer,) = crowd.once([crowd.api.ask(ann, HOW_LONG)])
    crowd.api.fault(kind, "editMessageText", chat=ann)
    crowd.api.fault(kind, "answerCallbackQuery")
    query = crowd.api.press(answer, "Sources")
    shown = crowd.api.wait_for_edit(answer)
    assert shown.labels == ["↩ Back to the answer"]
    crowd.api.wait_for_callback(query)
    crowd.settle()
    assert crowd.api.faults() == []
    assert len(crowd.api.message(answer).versions) == 2
    assert len(crowd.api.messages(ann)) == 1
    crowd.check()


def test_an_edited_question_whose_answer_breaks(crowd: Crowd) -> None:
    ann = crowd.person()
    question = crowd.api.ask(ann, QUESTIONS[-1])
    (answer,) = crowd.once([question])
    crowd.api.fault(FaultKind.DROP_AFTER, "editMessageText", chat=ann, count=2)
    crowd.api.edit(question, HOW_LONG)
    assert ANSWER in crowd.api.wait_for_edit(answer).text
    crowd.settle()
    assert len(crowd.api.messages(ann)) == 1
    crowd.check()


def test_refused_html_goes_plain(crowd: Crowd) -> None:
    ann, ben = crowd.person(), crowd.person()
    crowd.api.fault(FaultKind.REFUSE_HTML, "sendMessage", chat=ann)
    refused = crowd.api.ask(ann, HOW_LONG)
    usual = crowd.api.ask(ben, HOW_LONG)
    plain, formatted = crowd.once([refused, usual])
    assert plain.html is None
    assert formatted.html is not None
    assert plain.text == formatted.text
    assert plain.labels == formatted.labels
    assert "Telegram refused our HTML" in crowd.bot.log()
    crowd.check()


def test_refused_html_in_doubt(crowd: Crowd) -> None:
    """The HTML is refused, the plain text arrives, and the connection breaks."""
    ann = crowd.person()
    crowd.api.fault(FaultKind.REFUSE_HTML, "sendMessage", chat=ann)
    crowd.api.fault(FaultKind.REFUSE_HTML, "editMessageText", chat=ann)
    crowd.api.fault(FaultKind.DROP_AFTER, "sendMessage", chat=ann)
    (plain,) = crowd.once([crowd.api.ask(ann, HOW_LONG)])
    assert plain.html is None
    assert crowd.api.faults() == []
    crowd.check()


def test_whoever_blocks_the_bot_gets_nothing_more(crowd: Crowd) -> None:
    ann, ben = crowd.person(), crowd.person()
    crowd.api.ask(ann, HOW_LONG)
    crowd.api.block(ann)
    crowd.once([crowd.api.ask(ben, text) for text in QUESTIONS[:3]])
    crowd.api.unblock(ann)
    crowd.once([crowd.api.ask(ann, QUESTIONS[1])])
    crowd.check()


def test_a_block_in_the_middle_of_an_answer(crowd: Crowd) -> None:
    ann, ben = crowd.person(), crowd.person()
    crowd.api.fault(FaultKind.BLOCKED, "sendMessage", chat=ann)
    lost, kept, other = (
        crowd.api.ask(ann, HOW_LONG),
        crowd.api.ask(ann, QUESTIONS[1]),
        crowd.api.ask(ben, HOW_LONG),
    )
    crowd.once([kept, other])
    assert crowd.api.answers(lost) == []
    assert "bot was blocked by the user" in crowd.bot.log()
    crowd.check()


@pytest.mark.parametrize("kind", [FaultKind.DELAY_BEFORE, FaultKind.DELAY_AFTER])
def test_a_slow_reply_holds_up_one_chat_only(crowd: Crowd, kind: FaultKind) -> None:
    ann, ben = crowd.person(), crowd.person()
    crowd.api.fault(kind, "sendMessage", chat=ann, seconds=HANGS)
    slow = [crowd.api.ask(ann, text) for text in QUESTIONS[:2]]
    others = [crowd.api.ask(ben, text) for text in QUESTIONS[:2]]
    for question in others:
        crowd.api.wait_for_answer(question)
    crowd.api.wait_until(lambda: not crowd.api.faults(), what="the slow reply")
    assert crowd.api.answers(slow[1]) == []
    crowd.api.clear_faults()
    crowd.once([*slow, *others])
    crowd.check()


def test_a_reply_slower_than_the_bot_waits(slow: tuple[Crowd, list[Posted]]) -> None:
    crowd, asked = slow
    crowd.once(asked)
    assert crowd.bot.log().count("a message in doubt had arrived") == 2
    crowd.check()
