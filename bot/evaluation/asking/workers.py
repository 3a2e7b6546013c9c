"""Whole question sets asked, in this process or in several side by side.

What is asked together is a *unit*: the questions of one conversation in turn order, or those of one
paragraph. A unit is asked by one worker from its first question to its last, and nothing passes
between units, so the predictions are the same whatever the number of workers.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, ExitStack

from bot.evaluation.measuring.predictions import Prediction
from bot.evaluation.sets.questions import EvalQuestion
from retrieval.errors import WorkError

Unit = tuple[EvalQuestion, ...]
Ask = Callable[[Unit], list[Prediction]]
"""Asks a unit's questions in order: one prediction each."""
OpenAsk = Callable[[], AbstractContextManager[Ask]]
"""Makes ready to ask. Called once in each worker process, so it must be picklable."""
_WAITING = 4
"""Units handed to each worker ahead: it never idles, and a stop loses little."""

_ask: Ask | None = None
"""In a worker process: what it asks with. A pool's workers can keep something in no other place."""


def units_of(questions: Sequence[EvalQuestion]) -> tuple[Unit, ...]:
    """Questions that follow each other in one conversation, or one paragraph, belong together."""
    units: list[list[EvalQuestion]] = []
    for question in questions:
        if units and _together(units[-1][-1], question):
            units[-1].append(question)
        else:
            units.append([question])
    return tuple(tuple(unit) for unit in units)


def ask_units(units: Sequence[Unit], open_ask: OpenAsk, workers: int) -> Iterator[list[Prediction]]:
    """The predictions of each unit, as they come: with several workers in no certain order.

    Raises what asking raises, and ``WorkError`` when a worker process dies.
    """
    if workers <= 1 or len(units) <= 1:
        with open_ask() as ask:
            for unit in units:
                yield ask(unit)
        return
    yield from _side_by_side(units, open_ask, min(workers, len(units)))


def _together(before: EvalQuestion, question: EvalQuestion) -> bool:
    if before.context is not None or question.context is not None:
        return before.context == question.context
    return question.conversation is not None and before.conversation == question.conversation


def _side_by_side(
    units: Sequence[Unit], open_ask: OpenAsk, workers: int
) -> Iterator[list[Prediction]]:
    # Processes start from scratch: a fork of one that runs threads (as the models do) can hang.
    pool = ProcessPoolExecutor(
        workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start_worker,
        initargs=(open_ask,),
    )
    try:
        ahead = _WAITING * workers
        running = {pool.submit(_ask_unit, unit) for unit in units[:ahead]}
        coming = iter(units[ahead:])
        while running:
            done = next(as_completed(running))
            running.discard(done)
            yield done.result()
            unit = next(coming, None)
            if unit is not None:
                running.add(pool.submit(_ask_unit, unit))
    except BrokenProcessPool as error:
        raise WorkError(
            "a worker process ended before its time (too little memory?); run the same command "
            "again to go on, with --workers 1."
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _start_worker(open_ask: OpenAsk) -> None:
    global _ask  # noqa: PLW0603  # a worker process of a pool has no other place for its models
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the parent decides
    threading.Thread(target=_end_with_parent, daemon=True).start()
    stack = ExitStack()
    _ask = stack.enter_context(open_ask())


def _end_with_parent() -> None:
    """A killed parent leaves no workers behind, which would wait for units for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _ask_unit(unit: Unit) -> list[Prediction]:
    assert _ask is not None
    return _ask(unit)
