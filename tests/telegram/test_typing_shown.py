from __future__ import annotations

import asyncio
from collections import Counter

from bot.telegram_bot.transport.typing_indicator import TypingShown


class Shows:
    """Notes where it is shown: how often it began, and where it runs."""

    def __init__(self) -> None:
        self.begun: Counter[tuple[int, int | None]] = Counter()
        self.running: Counter[tuple[int, int | None]] = Counter()

    async def __call__(self, chat: int, thread: int | None, answered: asyncio.Event) -> None:
        place = (chat, thread)
        self.begun[place] += 1
        self.running[place] += 1
        try:
            await answered.wait()
        finally:
            self.running[place] -= 1


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_it_is_shown_once_in_a_chat_and_anew_after_each_answer() -> None:
    async def run() -> None:
        shows = Shows()
        typing = TypingShown(shows)
        ends = [typing.begin(7, None) for _ in range(3)]
        await settle()
        assert (shows.begun[7, None], shows.running[7, None]) == (1, 1)
        for number, end in enumerate(ends[:2], start=2):
            end()
            await settle()
            assert (shows.begun[7, None], shows.running[7, None]) == (number, 1)
        ends[2]()
        await settle()
        assert (shows.begun[7, None], shows.running[7, None]) == (3, 0)
        typing.begin(7, None)
        await settle()
        assert shows.running[7, None] == 1
        await typing.close()

    asyncio.run(run())


def test_topics_and_chats_are_apart() -> None:
    async def run() -> None:
        shows = Shows()
        typing = TypingShown(shows)
        end = typing.begin(7, 1)
        typing.begin(7, 2)
        typing.begin(8, None)
        end()
        await settle()
        assert +shows.running == Counter({(7, 2): 1, (8, None): 1})
        await typing.close()
        assert not +shows.running

    asyncio.run(run())
