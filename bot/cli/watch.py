"""The ``watch`` command: an index kept current until it is stopped, a line for what came."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Protocol

from bot.assembly.watching import Round, Watched
from bot.cli.index import write_log
from bot.config import Config
from bot.terminal.progress import stopped_by_sigterm
from retrieval.errors import IndexLockedError, PullquoteError
from retrieval.text.characters import printable

_TICK = 1.0
"""Seconds between two looks at the clock."""
_SETTLED = 1.0
"""Seconds without a change after which a folder is read: files come in pieces."""
_UNSETTLED = 30.0
"""Seconds after which a folder is read that never settles."""
_AGAIN = 5.0
"""Seconds until a locked index is tried again."""
_NAMED = 3
"""Titles and left-out things named in a line; of the latter all are in the log."""


class Watching(Protocol):
    """What is watched; see ``Watched``."""

    index_folder: Path
    paths: list[Path]
    addresses: list[str]

    def files(self) -> Round: ...
    def everything_fetched(self) -> Round: ...
    def news_fetched(self) -> Round: ...


def run_watch(config: Config, index_folder: Path, named: Sequence[str], every: float) -> int:
    """Watches until Ctrl-C or SIGTERM; ``every`` in seconds. Gives the exit status, which is 0."""
    watched = Watched(config, index_folder, named)
    try:
        with stopped_by_sigterm():
            _say(f"watching {', '.join(named)}; Ctrl-C stops")
            watch = Watch(watched, every)
            for changed in file_events(watched.paths, index_folder):
                watch.step(changed)
    except KeyboardInterrupt:
        _say("stopped; the index is whole")
    return 0


def _say(line: str) -> None:
    print(f"{datetime.now():%H:%M} {printable(line)}", flush=True)


def _warn(line: str) -> None:
    print(f"{datetime.now():%H:%M} {printable(line)}", file=sys.stderr, flush=True)


class Watch:
    """Decides at each step what is due: files at once where they changed, and everything every so
    often, because not every disk tells of its changes.
    """

    def __init__(
        self,
        watched: Watching,
        every: float,
        *,
        clock: Callable[[], float] = monotonic,
        say: Callable[[str], None] = _say,
        warn: Callable[[str], None] = _warn,
    ) -> None:
        self._watched = watched
        self._every = every
        self._clock = clock
        self._say = say
        self._warn = warn
        self._files_due = self._fetching_due = clock()
        self._unfinished = True  # the first time all is read, whatever was fetched before
        self._said: dict[str, str] = {}

    def step(self, changed: bool) -> None:
        """One look; ``changed`` says that files did."""
        if self._watched.paths and (changed or self._clock() >= self._files_due):
            self._files_due = self._clock() + self._every
            if self._tried("files", self._watched.files) is None:
                self._files_due = self._clock() + _AGAIN
        if self._watched.addresses and self._clock() >= self._fetching_due:
            again = self._unfinished
            fetch = self._watched.everything_fetched if again else self._watched.news_fetched
            self._unfinished = True
            done = self._tried("fetching", fetch)
            self._unfinished = not done
            self._fetching_due = self._clock() + (_AGAIN if done is None else self._every)

    def _tried(self, kind: str, work: Callable[[], Round]) -> bool | None:
        """Whether a round was finished; None where another process holds the index."""
        try:
            came = work()
        except IndexLockedError as error:
            self._warn_once(kind, f"waiting: {error}")
            return None
        except (PullquoteError, OSError) as error:
            self._warn_once(kind, str(error))
            return False
        self._tell(kind, came)
        return True

    def _tell(self, kind: str, came: Round) -> None:
        if came.report is not None and (line := news_line(came)):
            self._say(line)
        log = write_log(came.report, self._watched.index_folder) if came.report else None
        self._warn_once(kind, _left_out_line(came, log))

    def _warn_once(self, kind: str, line: str) -> None:
        """What was said of these sources the last time is not said again."""
        if line and self._said.get(kind) != line:
            self._warn(line)
        self._said[kind] = line


def news_line(came: Round) -> str:
    """What came: "added 2, changed 1: Title; Title". Empty where nothing did."""
    report = came.report
    if report is None:
        return ""
    counts = (("added", report.added), ("changed", report.changed), ("removed", report.removed))
    told = ", ".join(f"{name} {count}" for name, count in counts if count)
    shown = "; ".join(came.titles[:_NAMED]) + "; …" * (len(came.titles) > _NAMED)
    return f"{told}: {shown}" if told and shown else told


def _left_out_line(came: Round, log: Path | None) -> str:
    # Hidden files and the like are no news.
    skipped = [item for item in came.skipped if "://" in item.path or item.part]
    if not skipped:
        return ""
    shown = "; ".join(f"{item.name}: {item.reason.rstrip('.')}" for item in skipped[:_NAMED])
    where = f"; all are in {log}" if len(skipped) > _NAMED and log else ""
    return f"left out {len(skipped)}: {shown}{where}"


def file_events(paths: Sequence[Path], index_folder: Path) -> Iterator[bool]:
    """Whether files changed, about once a second and when changes have settled. Goes on where a
    folder is gone for a while.
    """
    missed = False
    while True:
        if not paths or not _all_there(paths):
            missed = bool(paths)
            sleep(_TICK)
            yield False
            continue
        try:
            for changed in _changes(paths, index_folder):
                # What came while nobody watched is seen by reading once all is watched again.
                yield changed or missed
                missed = False
        except OSError as error:  # gone at this moment, or more folders than the system watches
            _warn(f"files are not watched just now ({error.strerror or error})")
            sleep(_TICK)
        missed = True


def _changes(paths: Sequence[Path], index_folder: Path) -> Iterator[bool]:
    """Until a path is gone, or a named file was perhaps replaced by another of its name."""
    import watchfiles

    index = str(index_folder.resolve())

    def matters(change: watchfiles.Change, path: str) -> bool:
        inside = path == index or path.startswith(f"{index}/")
        return not inside and not Path(path).name.startswith(".")

    for changes in watchfiles.watch(
        *paths,
        watch_filter=matters,
        step=int(_SETTLED * 1000),
        debounce=int(_UNSETTLED * 1000),
        rust_timeout=int(_TICK * 1000),
        yield_on_timeout=True,
    ):
        yield bool(changes)
        if not all(path.is_dir() for path in paths) and (changes or not _all_there(paths)):
            return


def _all_there(paths: Sequence[Path]) -> bool:
    return all(path.exists() for path in paths)
