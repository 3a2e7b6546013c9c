"""Servers and bots for the journeys. Each test has its own, and each is checked at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.telegram.api import BotApi
from tests.telegram.emulator import Emulator, start_emulator
from tests.telegram.harness import BotProcess

Launch = Callable[..., BotProcess]
ANN, BEN, OWNER = 700_000_101, 700_000_102, 700_000_103
"""People who may ask in a bot made by the ``bot`` fixture; the last is an owner."""
# An owner's menu can only be set once they have written to the bot.
_EXPECTED = ["chat not found"]
_QUICK: dict[str, dict[str, object]] = {"reader": {"model": "model-free"}}


@pytest.fixture
def api() -> Iterator[BotApi]:
    """The strict server, in a thread of this process, with Ann, Ben and an owner."""
    server = BotApi()
    server.user("Ann", user_id=ANN)
    server.user("Ben", user_id=BEN, language="de", username="ben_reads")
    server.user("Olga", user_id=OWNER)
    yield server
    server.close()


@pytest.fixture
def launch(tmp_path: Path, seed_index: Path) -> Iterator[Launch]:
    """Starts bots over the index of ``seeds/``, with the model-free reader unless ``quick=False``;
    stops them at the end and looks through their logs.
    """
    started: list[BotProcess] = []

    def start(
        url: str, *, quick: bool = True, ready: bool = True, **settings: object
    ) -> BotProcess:
        folder = tmp_path / f"bot-{len(started)}"
        sections = dict(_QUICK) if quick else {}
        known: dict[str, object] = {"api": url, **settings}
        bot = BotProcess(folder, seed_index, known, sections, expected=list(_EXPECTED))
        started.append(bot)
        return bot.start(ready=ready)

    yield start
    for bot in started:
        if bot.running:
            assert bot.stop() == 0, bot.log()
    for bot in started:
        bot.check_logs()


@pytest.fixture
def bot(api: BotApi, launch: Launch) -> Iterator[BotProcess]:
    """A bot that Ann, Ben and the owner may ask, checked for what must always hold."""
    started = launch(api.url, users=[ANN, BEN], owners=[OWNER])
    yield started
    if started.running:
        assert started.stop() == 0, started.log()
    api.assert_sound(expected=tuple(started.expected), notices=tuple(started.notices))


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[Emulator]:
    """The emulator from PyPI."""
    started = start_emulator(tmp_path / "emulator")
    yield started
    started.close()
