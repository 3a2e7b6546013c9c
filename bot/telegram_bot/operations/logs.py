"""Where log records go: every one through one handler that knows the secrets.

It does not see what a library writes to standard error itself, past ``logging``, nor a handler that
a library adds to its own logger later.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, TextIO

from bot.telegram_bot.operations.log_lines import FIELDS, LineFormatter, Style

_QUIET = ("httpx", "httpcore", "hpack", "apscheduler")
"""Libraries whose everyday lines say nothing, or hold the token: each request's address does."""
_LOG = logging.getLogger("pullquote.process")


def log_event(
    logger: logging.Logger,
    level: int,
    event: str,
    /,
    *,
    error: BaseException | None = None,
    **fields: object,
) -> None:
    """Logs that ``event`` happened: a fixed phrase, with what differs as ``fields``.

    Of ``error`` the class and the frames are logged, its message only where it is a
    ``PullquoteError``. Never give a field what somebody typed: texts are shown as they are.
    """
    # A per cent sign in the phrase stays one: without arguments nothing is formatted.
    logger.log(level, event, exc_info=error, extra={FIELDS: fields}, stacklevel=2)


def set_up_logging(
    style: Style, secrets: Sequence[str], stream: TextIO | None = None
) -> Callable[[], None]:
    """From now on every record of every logger is one line on ``stream`` (default: standard error).

    Takes the place of all other handlers, of the hooks for what nobody catches, and of how warnings
    are shown. Gives what undoes it all, for tests.
    """
    handler = _LineHandler(sys.stderr if stream is None else stream)
    handler.setLevel(logging.INFO)  # whatever level a library gives itself: below are whole updates
    handler.setFormatter(LineFormatter(style, secrets))
    undo = [_replace_handlers(handler), *map(_quieten, _QUIET), _replace_hooks()]

    def undo_all() -> None:
        for step in reversed(undo):
            step()

    return undo_all


def watch_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Has what fails inside ``loop`` without anybody waiting for it logged like everything else."""
    loop.set_exception_handler(_report_loop)


class _LineHandler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # the library's name
        """Says nothing: the stream is gone, and the usual complaint prints a record's arguments."""


def _replace_handlers(handler: logging.Handler) -> Callable[[], None]:
    root = logging.getLogger()
    known = [one for one in root.manager.loggerDict.values() if isinstance(one, logging.Logger)]
    before = [(one, one.handlers[:], one.level, one.propagate) for one in [root, *known]]
    for logger, *_ in before:
        logger.handlers[:] = []
        logger.propagate = True
    root.addHandler(handler)
    root.setLevel(logging.INFO)

    def undo() -> None:
        for logger, handlers, level, propagate in before:
            logger.handlers[:] = handlers
            logger.setLevel(level)
            logger.propagate = propagate

    return undo


def _quieten(name: str) -> Callable[[], None]:
    logger = logging.getLogger(name)
    level = logger.level
    logger.setLevel(max(level, logging.WARNING))
    return lambda: logger.setLevel(level)


def _replace_hooks() -> Callable[[], None]:
    before = sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning
    sys.excepthook = _report_uncaught
    threading.excepthook = _report_thread
    sys.unraisablehook = _report_unraisable
    warnings.showwarning = _report_warning

    def undo() -> None:
        sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning = before

    return undo


def _report_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    log_event(_LOG, logging.CRITICAL, "the process ends: an error nobody caught", error=error)


def _report_thread(given: threading.ExceptHookArgs) -> None:
    if given.exc_type is not SystemExit:
        name = given.thread.name if given.thread else None
        log_event(_LOG, logging.ERROR, "a thread has ended", error=given.exc_value, thread=name)


def _report_unraisable(given: Any) -> None:
    log_event(_LOG, logging.ERROR, "an error that cannot be raised", error=given.exc_value)


def _report_loop(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    # The message, and what else the context holds, may show the arguments of a callback.
    message = str(context.get("message", "")).split("(")[0].split("<")[0].strip()
    error = context.get("exception")
    log_event(_LOG, logging.ERROR, "an error in the event loop", error=error, what=message)


def _report_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    log_event(
        logging.getLogger("py.warnings"),
        logging.WARNING,
        "a library warns",
        category=category.__name__,
        says=str(message),
        at=f"{filename}:{lineno}",
    )
