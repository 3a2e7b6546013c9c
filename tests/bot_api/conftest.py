"""A server for each test of the double itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.bot_api import BotApi
from tests.bot_api.folk import server_and_people


@pytest.fixture
def api() -> Iterator[BotApi]:
    """The strict server, in a thread of this process, and people."""
    with closing(server_and_people()) as server:
        yield server
