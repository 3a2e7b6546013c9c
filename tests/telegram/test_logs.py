from __future__ import annotations

import asyncio
import gc
import io
import json
import logging
import re
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram_bot.operations.log_lines import FIELDS, LineFormatter, Redactor, described
from bot.telegram_bot.operations.logs import log_event, set_up_logging, watch_loop
from retrieval.errors import WorkError

TOKEN = "123456789:AAF-abcdefghijklmnopqrstuvwxyz_0123"
TYPED = "my very private question"
OWN = logging.getLogger("bot.telegram_bot.tests")
ROOT = Path(__file__).parent.parent.parent


class Log(io.StringIO):
    @property
    def lines(self) -> list[str]:
        assert self.getvalue() == "" or self.getvalue().endswith("\n")
        return self.getvalue().split("\n")[:-1]

    @property
    def entries(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]

    @property
    def entry(self) -> dict[str, Any]:
        (entry,) = self.entries
        return entry


@pytest.fixture
def start() -> Iterator[Callable[..., Log]]:
    undone: list[Callable[[], None]] = []

    def set_up(style: Any = "json", *secrets: str) -> Log:
        log = Log()
        undone.append(set_up_logging(style, secrets or (TOKEN,), log))
        return log

    yield set_up
    for undo in reversed(undone):
        undo()


@pytest.fixture
def log(start: Callable[..., Log]) -> Log:
    return start()


def raised(error: BaseException) -> BaseException:
    try:
        raise error
    except BaseException as caught:
        return caught


def test_an_event_is_one_json_object_with_its_keys(log: Log) -> None:
    log_event(OWN, logging.INFO, "answered", chat=-100, ms=12.5, day=date(2025, 1, 2), ok=True)
    entry = log.entry
    assert datetime.fromisoformat(entry.pop("time")).tzinfo == UTC
    assert entry == {
        "level": "INFO",
        "logger": OWN.name,
        "event": "answered",
        "chat": -100,
        "ms": 12.5,
        "day": "2025-01-02",
        "ok": True,
    }


def test_text_is_key_and_value_on_one_line(start: Callable[..., Log]) -> None:
    log = start("text")
    log_event(OWN, logging.WARNING, "100 % late", chat=7, why="two words\nand a line", path="a/b")
    (line,) = log.lines
    assert re.match(r"^\d{4}-\d\d-\d\dT[\d:.]+\+00:00 WARNING  bot\.telegram_bot\.tests: ", line)
    assert line.endswith(r'100 % late chat=7 why="two words\nand a line" path=a/b')


def test_keys_cannot_take_the_place_of_the_records_own(log: Log) -> None:
    log_event(OWN, logging.INFO, "true", **{"time": 1, "event": "forged", 'a" b': 2, "level": 3})
    assert log.entry | {"event_": "forged", "time_": 1, "level_": 3, "a__b": 2} == log.entry
    assert log.entry["event"] == "true"


@pytest.mark.parametrize("style", ["text", "json"])
def test_no_value_can_forge_a_line_or_drive_a_terminal(
    start: Callable[..., Log], style: str
) -> None:
    log = start(style)
    nasty = '\r\n{"level":"INFO"}\n\x1b[2J\x7f\x85\u2028\u202e\x00\ud800'
    log_event(OWN, logging.INFO, nasty, value=nasty, inner={nasty: [nasty]}, **{nasty: nasty})
    logging.getLogger(nasty).warning(nasty)
    assert len(log.lines) == 2
    assert all(line.isascii() and line.isprintable() for line in log.lines)


@pytest.mark.parametrize("style", ["text", "json"])
def test_no_secret_passes_wherever_it_stands(start: Callable[..., Log], style: str) -> None:
    secret = 'web"hook\\sécret'
    log = start(style, TOKEN, secret)
    url = f"https://api.telegram.org/bot{TOKEN}/getMe"
    error = raised(WorkError(f"{url} does not answer; wait."))
    log_event(OWN, logging.ERROR, url, error=error, url=url, deep={url: [url, (secret,)]})
    logging.getLogger("httpx").warning("HTTP Request: %s", url)
    logging.getLogger("httpcore.connection").error(url)
    logging.getLogger("tornado.access").warning("403 POST /%s", secret)
    logging.getLogger("telegram").error("Invalid token %r", TOKEN.encode())
    OWN.warning("%s and %r", url, secret)
    OWN.warning("%(url)s", {"url": url})
    other = "1:abcdefghijklmnopqrstuvwxyzABCDEFGHIJ"
    OWN.warning(f"bot{other}/ bot{other.replace(':', '%3A')}/ {TOKEN.split(':')[1]}")
    assert len(log.lines) == 8
    for hidden in (TOKEN, TOKEN.split(":")[1], "hook", "cret", "abcdefghijklmnop"):
        assert hidden not in log.getvalue()
    assert "***/getMe" in log.getvalue()


def test_requests_are_not_logged(log: Log) -> None:
    logging.getLogger("httpx").info("HTTP Request: POST %s", "https://x")
    logging.getLogger("httpcore.http11").info("receive_response_body")
    assert log.lines == []


def test_debug_records_are_never_written(log: Log) -> None:
    library = logging.getLogger("telegram.ext.ExtBot")
    library.setLevel(logging.DEBUG)
    try:
        library.debug("Processing update %s", TYPED)
    finally:
        library.setLevel(logging.NOTSET)
    assert log.lines == []


def test_an_error_is_its_class_and_frames_without_its_message(log: Log) -> None:
    try:
        try:
            raise ValueError(TYPED)
        except ValueError as error:
            raise OSError(28, TYPED) from error
    except OSError as error:
        log_event(OWN, logging.ERROR, "it failed", error=error, chat=1)
    told = log.entry["error"]
    assert told["class"] == "builtins.OSError"
    assert told["errno"] == "ENOSPC"
    assert re.fullmatch(r"tests/telegram/test_logs\.py:\d+ test_an_error_is.*", told["frames"][0])
    assert told["because"]["class"] == "builtins.ValueError"
    assert "private" not in log.getvalue()


def test_an_error_for_people_says_its_sentence(log: Log) -> None:
    error = raised(WorkError("the port is taken; choose another."))
    log_event(OWN, logging.ERROR, "it failed", error=error)
    OWN.warning("the index has changed, but: %s", error)
    assert log.entries[0]["error"]["says"] == "the port is taken; choose another."
    assert log.entries[1]["event"].endswith("the port is taken; choose another.")


def test_long_chains_and_groups_of_errors_are_bounded() -> None:
    error: BaseException = ExceptionGroup("x", [ValueError(n) for n in range(100)])
    for _ in range(100):
        outer = RuntimeError()
        outer.__cause__ = error
        error = outer
    assert json.dumps(described(error)).count("RuntimeError") == 6
    assert len(described(ExceptionGroup("x", [ValueError(n) for n in range(9)]))["group"]) == 5  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("telegram.Bot", ("Error while parsing updates! Received data was %r", [{"text": TYPED}])),
        ("telegram.request", ('Can not load invalid JSON data: "%s"', TYPED)),
        ("telegram.ext", ("Failed: %s", ValueError(TYPED))),
        ("tornado.application", ("Uncaught exception\n" + TYPED,)),
        ("asyncio", (f"Task exception was never retrieved\nfuture: <Task {TYPED}>",)),
        ("asyncio", (f"Exception in callback ask('{TYPED}') at x.py:1",)),
        ("telegram.ext", (ValueError(TYPED),)),
    ],
)
def test_what_libraries_say_of_updates_is_left_out(
    log: Log, name: str, arguments: tuple[Any, ...]
) -> None:
    logging.getLogger(name).error(*arguments)
    assert "private" not in log.getvalue()
    assert log.entry["event"]


def test_numbers_of_libraries_stay(log: Log) -> None:
    logging.getLogger("telegram.ext").warning("Retrying after %f seconds, %d of %s", 1.5, 2, 3)
    assert log.entry["event"] == "Retrying after 1.500000 seconds, 2 of 3"


def test_a_record_that_cannot_be_formatted_is_told_without_its_arguments(
    start: Callable[..., Log], capsys: pytest.CaptureFixture[str]
) -> None:
    log = start()  # here, where the handlers of pytest are there to be replaced
    OWN.warning("%d of %d", TYPED)
    assert log.entry["event"] == "%d of %d"
    assert capsys.readouterr() == ("", "")


def test_a_stranger_is_only_its_class(log: Log) -> None:
    class Message:
        def __repr__(self) -> str:
            return TYPED

    class Liar(str):
        def __str__(self) -> str:
            raise ValueError(TYPED)

    circle: list[Any] = []
    circle.append(circle)
    log_event(
        OWN, logging.INFO, "x", a=Message(), b=Liar("x"), c=circle, d=10**5000, e=float("nan")
    )
    assert log.entry["a"].endswith("Message>")
    assert log.entry["b"].endswith("Liar>")
    assert log.entry["d"] == "<builtins.int>"
    assert log.entry["e"] == "nan"
    assert "private" not in log.getvalue()


def test_long_values_are_cut(log: Log) -> None:
    log_event(OWN, logging.INFO, "x" * 10**6, value="y" * 10**6, many=list(range(10**5)))
    assert len(log.getvalue()) < 6000


def test_a_stream_that_is_gone_stops_nobody(
    start: Callable[..., Log], capsys: pytest.CaptureFixture[str]
) -> None:
    start().close()
    OWN.warning("%s", TYPED)
    assert capsys.readouterr() == ("", "")


def test_handlers_that_were_there_are_replaced_and_come_back() -> None:
    elsewhere, log = Log(), Log()
    library = logging.getLogger("telegram.some.library")
    handler = logging.StreamHandler(elsewhere)
    library.addHandler(handler)
    library.propagate = False
    before = logging.getLogger().handlers[:]
    undo = set_up_logging("json", [TOKEN], log)
    try:
        library.error("once")
        assert (elsewhere.getvalue(), len(log.entries)) == ("", 1)
    finally:
        undo()
    assert library.handlers == [handler]
    assert not library.propagate
    assert logging.getLogger().handlers == before
    library.handlers.clear()
    library.propagate = True


def test_warnings_are_one_line(log: Log) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning(UserWarning(f"old\n{TOKEN}"), UserWarning, "a.py", 3)
    assert log.entry["says"] == "old\n***"
    assert log.entry["category"] == "UserWarning"


def test_what_nobody_catches_is_logged_like_all_else(log: Log) -> None:
    def fail() -> None:
        raise ValueError(TYPED)

    class Dying:
        def __del__(self) -> None:
            fail()

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    error = raised(ValueError(TYPED))
    sys.excepthook(ValueError, error, error.__traceback__)
    Dying()
    gc.collect()
    assert [entry["level"] for entry in log.entries] == ["ERROR", "CRITICAL", "ERROR"]
    assert {entry["error"]["class"] for entry in log.entries} == {"builtins.ValueError"}
    assert "private" not in log.getvalue()


def test_what_fails_in_the_loop_is_logged_without_texts(log: Log) -> None:
    def fail(text: str) -> None:
        raise ValueError(text)

    async def forgotten() -> None:
        fail(TYPED)

    async def work() -> None:
        watch_loop(asyncio.get_running_loop())
        asyncio.get_running_loop().call_soon(fail, TYPED)
        task = asyncio.create_task(forgotten())
        await asyncio.wait([task])
        del task
        gc.collect()

    asyncio.run(work())
    assert {entry["what"].split(" ")[0] for entry in log.entries} == {"Exception", "Task"}
    assert {entry["error"]["class"] for entry in log.entries} == {"builtins.ValueError"}
    assert "private" not in log.getvalue()


def test_a_process_that_fails_says_one_line_without_the_secret() -> None:
    code = (
        "from bot.telegram_bot.operations.logs import set_up_logging\n"
        f"set_up_logging('text', [{TOKEN!r}])\n"
        f"raise ValueError('https://x/bot{TOKEN}/getMe {TYPED}')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "error.class=builtins.ValueError" in done.stderr
    assert TOKEN not in done.stderr
    assert "private" not in done.stderr


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
SECRETS = st.lists(
    st.text(st.sampled_from("QXZ:-_/ 07\"\\'é\n%"), min_size=6, max_size=12).filter(
        # A secret of digits and signs alone may be the time of day, in front of every line.
        lambda text: re.search("[QXZ]", text)
    ),
    min_size=1,
    max_size=3,
)


@given(secrets=SECRETS, before=st.text(), after=st.text(), value=VALUES, data=st.data())
def test_no_secret_survives_and_every_record_is_one_line(
    secrets: list[str], before: str, after: str, value: Any, data: st.DataObject
) -> None:
    secret = data.draw(st.sampled_from([*secrets, TOKEN]))
    said = f"{before}{secret}{after}"
    name = data.draw(st.sampled_from(["bot.x", "httpx", "telegram", said]))
    template, arguments = data.draw(
        st.sampled_from([(said, ()), ("%s", (said,)), ("%r", (said,)), (said + "%s", (value,))])
    )
    error = data.draw(st.sampled_from([None, WorkError(said), ValueError(said)]))
    info = (type(error), error, None) if error else None
    record = logging.LogRecord(name, logging.ERROR, "f.py", 1, template, arguments, info)
    setattr(record, FIELDS, {"a": said, "b": {said: [value, said]}, said: value})
    line = LineFormatter("json", secrets).format(record)
    assert line.isascii()
    assert line.isprintable()
    for text in strings(json.loads(line)):
        assert [one for one in [*secrets, TOKEN] if one in text] == []
    line = LineFormatter("text", secrets).format(record)
    assert line.isascii()
    assert line.isprintable()
    assert TOKEN not in line
    assert [one for one in secrets if re.fullmatch(r"[\w/: -]+", one) and one in line] == []


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from (key, *strings(inner))
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
    else:
        yield str(value)


@given(st.text(), st.text(), st.from_regex(r"[0-9]{1,12}:[A-Za-z0-9_-]{30,50}", fullmatch=True))
def test_whatever_looks_like_a_token_is_hidden(before: str, after: str, token: str) -> None:
    assert token not in Redactor([])(f"{before}{token}{after}")


def test_many_digits_are_read_in_no_time() -> None:
    digits = "1" * 10**6
    assert Redactor([])(digits) == digits
