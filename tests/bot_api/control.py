"""The control of the server: everything that tests and benchmarks do beside being the bot."""

from __future__ import annotations

import copy
from collections.abc import Callable

from tests.bot_api.faults import Fault, FaultKind
from tests.bot_api.waiting import Waiting
from tests.bot_api.world import World


class Control(Waiting):
    """People, talk, reading and waiting (see the classes that it is made of), faults and settings.

    ``refuse`` closes the server's port for some seconds.
    """

    def __init__(self, world: World, refuse: Callable[[float], None] | None = None) -> None:
        super().__init__(world)
        self._refuse = refuse

    @property
    def bot_id(self) -> int:
        return self.world.me.id

    @property
    def bot_name(self) -> str:
        return str(self.world.me.username)

    def fault(
        self,
        kind: FaultKind,
        method: str = "*",
        *,
        count: int = 1,
        seconds: float = 1.0,
        chat: int | None = None,
        skip: int = 0,
        text: str = "",
    ) -> None:
        """Lets the next ``count`` calls of ``method`` go wrong, after ``skip`` that do not.

        "*" is any method but getUpdates. ``seconds`` is the delay, or retry_after.
        """
        with self.world.lock:
            fault = Fault(kind, method, count, seconds, chat, skip, text)
            self.world.faults.waiting.append(fault)

    def faults(self) -> list[Fault]:
        """The faults that still wait for calls."""
        with self.world.lock:
            return [copy.copy(fault) for fault in self.world.faults.waiting]

    def clear_faults(self) -> None:
        """No further call goes wrong; those that are held up go on."""
        with self.world.lock:
            self.world.faults.clear()

    def refuse_connections(self, seconds: float) -> None:
        """Breaks all connections, and takes none for ``seconds``. Returns at once."""
        if self._refuse is None:
            raise RuntimeError("this control has no server to close")
        self._refuse(seconds)

    def configure(
        self,
        *,
        privacy: bool | None = None,
        strict: bool | None = None,
        plain_webhooks: bool | None = None,
    ) -> None:
        """``privacy``: in groups the bot sees what is meant for it. ``strict``: what Telegram
        ignores is refused. ``plain_webhooks``: webhooks may be http.
        """
        with self.world.lock:
            self.world.privacy = self.world.privacy if privacy is None else privacy
            self.world.strict = self.world.strict if strict is None else strict
            if plain_webhooks is not None:
                self.world.plain_webhooks = plain_webhooks

    def proxy(self, origin: str, target: str) -> None:
        """Plays the reverse proxy before a webhook: ``https://bot.example`` to a local address."""
        with self.world.lock:
            self.world.proxies[origin] = target

    def expire_queries(self) -> None:
        """All callback and inline queries so far are too old to be answered."""
        with self.world.lock:
            for callback in self.world.callbacks.values():
                callback.expired = True
            for inline in self.world.inlines.values():
                inline.expired = True

    def assert_sound(
        self,
        *,
        expected: tuple[str, ...] = (),
        notices: tuple[str, ...] = (),
        unanswered: tuple[str, ...] = (),
    ) -> None:
        """Fails with all ``problems``."""
        found = self.problems(expected=expected, notices=notices, unanswered=unanswered)
        assert not found, "\n".join(found)
