"""Servers and bots for the journeys. Each test has its own, and each is checked at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from retrieval.indexing.build import Export
from tests.bot_api import BotApi
from tests.bot_api.folk import ANN, BEN, OWNER, server_and_people
from tests.telegram.emulator import Emulator, start_emulator
from tests.telegram.harness import BotProcess
from tests.telegram.worlds import index_of, meetings, reports

Launch = Callable[..., BotProcess]
# An owner's menu can only be set once they have written to the bot.
_EXPECTED = ("chat not found",)


@pytest.fixture
def api() -> Iterator[BotApi]:
    """The strict server, in a thread of this process, and people."""
    with closing(server_and_people()) as server:
        yield server


@pytest.fixture(scope="session")
def meetings_index(tmp_path_factory: pytest.TempPathFactory, export: Export) -> Path:
    """Two events that one question may mean."""
    return index_of(meetings(), tmp_path_factory.mktemp("meetings"), export)


@pytest.fixture(scope="session")
def reports_index(tmp_path_factory: pytest.TempPathFactory, export: Export) -> Path:
    """One answer, told at length by many."""
    return index_of(reports(), tmp_path_factory.mktemp("reports"), export)


@pytest.fixture
def launch(tmp_path: Path, seed_index: Path) -> Iterator[Launch]:
    """Starts bots, over the index of ``seeds/`` unless told otherwise; stops them at the end and
    looks through their logs.
    """
    started: list[BotProcess] = []

    def start(
        url: str,
        *,
        index: Path = seed_index,
        sections: Mapping[str, Mapping[str, object]] | None = None,
        ready: bool = True,
        **settings: object,
    ) -> BotProcess:
        folder = tmp_path / f"bot-{len(started)}"
        known: dict[str, object] = {"api": url, **settings}
        kept = {name: dict(values) for name, values in (sections or {}).items()}
        bot = BotProcess(folder, index, known, kept, expected=list(_EXPECTED))
        started.append(bot)
        return bot.start(ready=ready)

    yield start
    for bot in started:
        if bot.running:
            assert bot.stop() == 0, bot.log()
    for bot in started:
        bot.check_logs()


@pytest.fixture
def watched(api: BotApi, launch: Launch) -> Iterator[Launch]:
    """As ``launch``, against the strict server and for Ann, Ben and the owner; what must always
    hold is checked when all has been answered.
    """
    started: list[BotProcess] = []

    def start(**settings: object) -> BotProcess:
        people: dict[str, object] = {"users": [ANN, BEN], "owners": [OWNER]}
        started.append(launch(api.url, **(people | settings)))
        return started[-1]

    yield start
    for bot in started:
        if bot.running:
            assert bot.stop() == 0, bot.log()
        if not bot.unsound:
            api.assert_sound(expected=tuple(bot.expected), notices=tuple(bot.notices))


@pytest.fixture
def bot(watched: Launch) -> BotProcess:
    """A bot over the seeds with all defaults."""
    return watched()


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[Emulator]:
    """The emulator from PyPI."""
    started = start_emulator(tmp_path / "emulator")
    yield started
    started.close()
