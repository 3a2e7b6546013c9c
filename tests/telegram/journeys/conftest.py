"""Bots that stay for many journeys. Each journey has people and groups of its own, and what must
always hold is checked at its end.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.bot_api import BotApi
from tests.bot_api.folk import OWNER
from tests.telegram.crowds import PEOPLE, SMALL_GROUPS, SUPERGROUPS, Crowd, end
from tests.telegram.harness import BotProcess

_STRANGERS = itertools.count(990_000_001)


def _open(folder: Path, index: Path) -> Crowd:
    """A bot with all defaults, which has been written to by its owner before it began."""
    api = BotApi()
    api.user("Olga", user_id=OWNER)
    api.ask(OWNER, "/start")
    settings: Mapping[str, object] = {
        "api": api.url,
        "users": list(PEOPLE),
        "owners": [OWNER],
        "chats": [*SMALL_GROUPS, *SUPERGROUPS],
    }
    crowd = Crowd(api, BotProcess(folder, index, dict(settings)))
    crowd.bot.start()
    return crowd


@pytest.fixture(scope="session")
def readers(tmp_path_factory: pytest.TempPathFactory, seed_index: Path) -> Iterator[Crowd]:
    """A bot over the seeds."""
    crowd = _open(tmp_path_factory.mktemp("readers"), seed_index)
    yield crowd
    end(crowd)


@pytest.fixture(scope="session")
def meeting_readers(
    tmp_path_factory: pytest.TempPathFactory, meetings_index: Path
) -> Iterator[Crowd]:
    """A bot over two events that one question may mean."""
    crowd = _open(tmp_path_factory.mktemp("meeting-readers"), meetings_index)
    yield crowd
    end(crowd)


def _checked(crowd: Crowd) -> Iterator[BotApi]:
    yield crowd.api
    crowd.api.configure(privacy=True)
    crowd.api.clear_faults()
    crowd.settle()
    crowd.check()


@pytest.fixture
def api(readers: Crowd) -> Iterator[BotApi]:
    """The strict server of the bot over the seeds."""
    yield from _checked(readers)


@pytest.fixture
def meetings(meeting_readers: Crowd) -> Iterator[BotApi]:
    """The strict server of the other bot."""
    yield from _checked(meeting_readers)


@pytest.fixture
def ann(readers: Crowd) -> int:
    """One who may ask, in English."""
    return readers.person("Ann")


@pytest.fixture
def ben(readers: Crowd) -> int:
    """One who may ask, in German."""
    return readers.person("Ben", language="de")


@pytest.fixture
def eve(readers: Crowd) -> int:
    """One who may not ask."""
    return readers.api.user("Eve", user_id=next(_STRANGERS)).id
