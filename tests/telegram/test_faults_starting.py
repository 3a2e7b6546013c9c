"""What is wrong with the machine, the state or the token: one sentence, or patience."""

from __future__ import annotations

import resource
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.bot_api import ChatKind, FaultKind
from tests.bot_api.values import Call
from tests.deadlines import HANGS
from tests.telegram.crowds import ANSWER, HOW_LONG, QUESTIONS, Crowd, end, make_crowd
from tests.telegram.harness import BotProcess, free_port

pytestmark = pytest.mark.slow


@pytest.fixture
def crowd(tmp_path: Path, seed_index: Path) -> Iterator[Crowd]:
    """A bot that is not started yet."""
    made = make_crowd(tmp_path / "bot", seed_index)
    yield made
    try:
        made.check()
    finally:
        end(made)


def _refused(bot: BotProcess, status: int, *parts: str) -> None:
    """The bot ends at once, and says why in one sentence that holds ``parts``."""
    bot.start(ready=False)
    assert bot.wait() == status, bot.log()
    said = [line for line in bot.log().splitlines() if line.startswith("pullquote: ")]
    assert len(said) == 1, bot.log()
    for part in parts:
        assert part in said[0], said[0]
    assert not [line for line in bot.log().splitlines() if " ERROR " in line or "CRITICAL" in line]


@pytest.mark.parametrize(
    ("token", "says"),
    [
        ("", "PULLQUOTE_TELEGRAM_TOKEN is not set"),
        ("not-a-token", "holds no token of a bot"),
        ("5550123:AA-strict-test-server_nobody", "Telegram does not know this token"),
    ],
)
def test_tokens_that_are_none(crowd: Crowd, token: str, says: str) -> None:
    crowd.bot.token = token
    _refused(crowd.bot, 2, says)
    if token:
        assert token not in crowd.bot.log()
    crowd.bot.token = crowd.api.token


def test_a_token_that_is_revoked_while_the_bot_runs(crowd: Crowd) -> None:
    crowd.bot.start(stall_seconds=4)
    ann = crowd.person()
    crowd.once([crowd.api.ask(ann, HOW_LONG)])
    with crowd.api.world.lock:
        crowd.api.world.token = "5550123:AA-another-one-of-the-same-bot"
    assert crowd.bot.wait() == 2
    assert "stopped" in crowd.bot.log()
    said = crowd.bot.log().splitlines()[-1]
    assert said.startswith("pullquote: Telegram does not know this token"), said


def test_no_index(crowd: Crowd, tmp_path: Path) -> None:
    crowd.bot.index = tmp_path / "nothing"
    _refused(crowd.bot, 1, "pullquote index")


def test_damaged_files_of_the_bots_state(crowd: Crowd) -> None:
    crowd.bot.start()
    ann = crowd.person()
    question = crowd.api.ask(ann, HOW_LONG)
    (answer,) = crowd.once([question])
    crowd.api.wait_for_callback(crowd.api.press(answer, "👍"))
    assert crowd.bot.stop() == 0
    for name in ("bot.sqlite", "conversations.sqlite", "ratings.sqlite"):
        file = crowd.bot.database.with_name(name)
        kept = file.read_bytes()
        file.write_bytes(b"no database at all\n" * 1000)
        _refused(crowd.bot, 1, str(file))
        assert file.read_bytes().startswith(b"no database"), "what is not ours is left as it is"
        file.write_bytes(kept)
    crowd.bot.start()
    crowd.once([question, crowd.api.ask(ann, QUESTIONS[1])])


def test_state_that_cannot_be_written(crowd: Crowd) -> None:
    crowd.bot.state.parent.mkdir(parents=True)
    crowd.bot.state.write_text("a file where the folder should be")
    _refused(crowd.bot, 1, str(crowd.bot.state), "XDG_STATE_HOME")


def test_a_taken_port(crowd: Crowd) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        crowd.bot.settings["monitoring_port"] = port
        _refused(crowd.bot, 1, f"the port {port} for monitoring")
        crowd.bot.settings["monitoring_port"] = 0
        hook = {"webhook": "https://bot.example/hook", "port": port}
        crowd.bot.settings |= hook
        _refused(crowd.bot, 1, f"127.0.0.1:{port}", "telegram.port")


def test_nobody_listens_at_first_and_for_a_while_later(crowd: Crowd) -> None:
    """A connection that is refused is no answer in doubt; presses are made good, too."""
    ann = crowd.person()
    crowd.api.refuse_connections(HANGS)
    asked = [crowd.api.ask(ann, text) for text in QUESTIONS[:2]]
    crowd.bot.start(ready=False)
    crowd.bot.wait_for_log("Telegram cannot be reached")
    crowd.api.accept_connections()
    answer = crowd.once(asked)[0]
    crowd.api.fault(FaultKind.BAD_GATEWAY, "answerCallbackQuery")
    query = crowd.api.press(answer, "Sources")
    asked += [crowd.api.ask(ann, text) for text in QUESTIONS[2:]]
    crowd.api.wait_until(lambda: crowd.api.calls("answerCallbackQuery"))
    crowd.api.refuse_connections(3)
    shown = crowd.api.wait_for_edit(answer)
    assert shown.labels == ["↩ Back to the answer"]
    assert crowd.api.callback(query).answered_at is not None
    for question in asked[2:]:
        crowd.api.wait_for_answer(question)
    crowd.settle()
    assert [len(crowd.api.answers(question)) for question in asked] == [1] * len(asked)


def test_an_idle_bot_is_not_silent(crowd: Crowd) -> None:
    port = free_port()
    crowd.bot.start(stall_seconds=6, monitoring_port=port)
    before = len(_polls(crowd))
    # Each is held open for half of the time that silence may last.
    crowd.api.wait_until(lambda: len(_polls(crowd)) > before + 4, what="polls without an update")
    assert "Telegram is silent" not in crowd.bot.log()
    assert httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200
    crowd.once([crowd.api.ask(crowd.person(), HOW_LONG)])


def _polls(crowd: Crowd) -> list[Call]:
    return crowd.api.calls("getUpdates")


def test_updates_that_come_again_after_a_restart(crowd: Crowd) -> None:
    crowd.bot.start()
    ann = crowd.person()
    update = crowd.api.wait_until(lambda: _asked(crowd, ann))
    (question,) = [m for m in crowd.api.everything(ann) if m.sender == ann]
    crowd.once([question])
    for hard in (True, False):
        if hard:
            crowd.bot.kill()
        else:
            assert crowd.bot.stop() == 0
        with crowd.api.world.lock:
            crowd.api.world.queue.waiting.insert(0, update)
        crowd.bot.start()
        crowd.once([question, crowd.api.ask(ann, QUESTIONS[1])])


def _asked(crowd: Crowd, user: int) -> object:
    """Asks and keeps the update."""
    with crowd.api.world.lock:
        crowd.api.ask(user, HOW_LONG)
        return crowd.api.world.queue.waiting[-1]


def test_a_group_that_becomes_a_supergroup(crowd: Crowd) -> None:
    crowd.bot.expected.append("group chat was upgraded to a supergroup chat")
    crowd.bot.start()
    ann = crowd.person()
    group = crowd.group(ChatKind.GROUP, ann)
    (answer,) = crowd.once([crowd.api.say(group, ann, f"/ask {HOW_LONG}")])
    crowd.api.fault(FaultKind.BAD_GATEWAY, "editMessageText", chat=group, count=1000)
    crowd.api.press(answer, "Sources", user=ann)
    crowd.api.wait_until(lambda: crowd.api.faults()[0].met, what="the fault")
    crowd.api.say(group, ann, f"/ask {HOW_LONG}")
    moved = crowd.api.migrate(group, ann)
    crowd.api.clear_faults()  # before this, the edit has not been carried out
    found = crowd.api.wait_for_message(moved)
    assert ANSWER in found.text
    crowd.settle()
    assert len(crowd.api.messages(moved)) == 1
    assert f"old={group} new={moved}" in crowd.bot.log()
    strangers = crowd.api.say(moved, ann, f"/ask {HOW_LONG}")
    assert str(moved) in crowd.api.wait_for_answer(strangers).text


def test_a_full_disk(crowd: Crowd) -> None:
    crowd.bot.start()
    ann, ben = crowd.person(), crowd.person()
    first = crowd.once([crowd.api.ask(ann, HOW_LONG)])
    grown = max(file.stat().st_size for file in crowd.bot.state.rglob("*") if file.is_file())
    everything = resource.RLIM_INFINITY
    resource.prlimit(crowd.bot.pid, resource.RLIMIT_FSIZE, (grown, everything))
    asked = [crowd.api.ask(person, text) for text in QUESTIONS for person in (ann, ben)]
    crowd.api.wait_until(lambda: _any(crowd, "cannot be written down", "waiting for the disk"))
    resource.prlimit(crowd.bot.pid, resource.RLIMIT_FSIZE, (everything, everything))
    crowd.once(asked)
    assert [crowd.api.message(answer) for answer in first] == first


def _any(crowd: Crowd, *texts: str) -> bool:
    log = crowd.bot.log()
    return any(text in log for text in texts)
