"""Order within a lane, lanes side by side, and a stop that finishes what is begun."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from hypothesis import given
from hypothesis import strategies as st

from bot.telegram_bot.state.chat_queues import ChatQueues
from tests.deadlines import HANGS


def ignore(error: BaseException) -> None:
    raise AssertionError("nothing fails here") from error


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3)), max_size=30))
def test_each_lane_keeps_its_order(jobs: list[tuple[str, int]]) -> None:
    done: list[tuple[str, int]] = []

    def job(lane: str, number: int, steps: int) -> Callable[[], Awaitable[None]]:
        async def run() -> None:
            for _ in range(steps):
                await asyncio.sleep(0)
            done.append((lane, number))

        return run

    async def run_all() -> None:
        lanes = ChatQueues(ignore)
        for number, (lane, steps) in enumerate(jobs):
            lanes.submit(lane, job(lane, number, steps))
        while lanes.running or lanes.waiting:
            await asyncio.sleep(0)

    asyncio.run(run_all())
    assert len(done) == len(jobs)
    for lane in "abc":
        numbers = [number for name, number in done if name == lane]
        assert numbers == sorted(numbers)


def test_a_lane_that_waits_holds_up_no_other() -> None:
    async def run() -> list[str]:
        lanes, go, done = ChatQueues(ignore), asyncio.Event(), list[str]()

        async def slow() -> None:
            await go.wait()
            done.append("slow")

        async def quick() -> None:
            done.append("quick")

        lanes.submit("a", slow)
        lanes.submit("b", quick)
        while lanes.running > 1:
            await asyncio.sleep(0)
        assert (done, lanes.waiting) == (["quick"], 0)
        go.set()
        assert await lanes.close(HANGS)
        return done

    assert asyncio.run(run()) == ["quick", "slow"]


def test_a_job_that_fails_is_told_and_the_lane_goes_on() -> None:
    async def run() -> tuple[list[str], list[str]]:
        told: list[str] = []
        done: list[str] = []
        lanes = ChatQueues(lambda error: told.append(str(error)))

        async def fails() -> None:
            raise ValueError("no")

        async def works() -> None:
            done.append("yes")

        lanes.submit("a", fails)
        lanes.submit("a", works)
        while lanes.running:
            await asyncio.sleep(0)
        return told, done

    assert asyncio.run(run()) == (["no"], ["yes"])


def test_closing_finishes_what_is_begun_and_begins_nothing() -> None:
    async def run() -> tuple[bool, list[str]]:
        done: list[str] = []
        lanes = ChatQueues(ignore)

        def job(name: str, seconds: float) -> Callable[[], Awaitable[None]]:
            async def run() -> None:
                await asyncio.sleep(seconds)
                done.append(name)

            return run

        lanes.submit("a", job("begun", 0.01))
        lanes.submit("a", job("waiting", 0))
        await asyncio.sleep(0)
        closed = await lanes.close(HANGS)
        lanes.submit("b", job("late", 0))
        await asyncio.sleep(0.01)
        return closed, done

    assert asyncio.run(run()) == (True, ["begun"])


def test_closing_waits_no_longer_than_it_may() -> None:
    async def run() -> bool:
        lanes = ChatQueues(ignore)

        async def endless() -> None:
            await asyncio.Event().wait()

        lanes.submit("a", endless)
        await asyncio.sleep(0)
        return await lanes.close(0.01)

    assert asyncio.run(run()) is False
