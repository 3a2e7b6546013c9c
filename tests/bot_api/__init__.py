"""A strict Bot API server for tests and benchmarks, and the hands that play Telegram's users.

``BotApi`` runs it in a thread of this process, ``python -m tests.bot_api`` in one of its own,
controlled with ``RemoteControl``. It is written from the Bot API's documentation and from what
Telegram is seen to answer; it knows text messages, keyboards, topics and inline articles, no media.
"""

from __future__ import annotations

from tests.bot_api.control import Control
from tests.bot_api.faults import FaultKind
from tests.bot_api.hosting import HOST, HostThread
from tests.bot_api.remote import RemoteControl
from tests.bot_api.values import ChatKind
from tests.bot_api.views import Posted, Ref
from tests.bot_api.world import World

TOKEN = "5550123:AA-strict-test-server_token"


class BotApi(Control):
    """The server in a thread, and its control in one."""

    def __init__(self, token: str = TOKEN, port: int = 0) -> None:
        world = World(token)
        self.thread = HostThread(world, port)
        super().__init__(world, self.thread.refuse_connections)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.thread.host.port}"

    @property
    def token(self) -> str:
        return self.world.token

    def accept_connections(self) -> None:
        """Ends what ``refuse_connections`` began."""
        self.thread.accept_connections()

    def close(self) -> None:
        self.thread.close()


__all__ = [
    "TOKEN",
    "BotApi",
    "ChatKind",
    "Control",
    "FaultKind",
    "Posted",
    "Ref",
    "RemoteControl",
]
