"""The processes of a run, and what Linux knows of them: processor time, memory, open files."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bot_api import TOKEN, RemoteControl

PROJECT = Path(__file__).parent.parent.parent
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes: ``rss`` resident, ``pss`` with what is shared divided among its users, ``uss`` of this
    process alone.
    """

    rss: int
    pss: int
    uss: int


def cpu_seconds(pid: int) -> float:
    """Processor time of a process so far, all its threads together."""
    return _spent(Path(f"/proc/{pid}/stat"))


def main_thread_seconds(pid: int) -> float:
    """Processor time of a process's first thread so far; the bot's event loop runs in it."""
    return _spent(Path(f"/proc/{pid}/task/{pid}/stat"))


def _spent(stat: Path) -> float:
    fields = stat.read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def memory(pid: int) -> Memory:
    """What a process holds now."""
    sizes: dict[str, int] = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]:
        name, _, size = line.partition(":")
        sizes[name] = int(size.split()[0]) * 1024
    return Memory(sizes["Rss"], sizes["Pss"], sizes["Private_Clean"] + sizes["Private_Dirty"])


def open_files(pid: int) -> int:
    """Descriptors, sockets included."""
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


def threads(pid: int) -> int:
    """Threads of a process."""
    return sum(1 for _ in Path(f"/proc/{pid}/task").iterdir())


def folder_sizes(folder: Path) -> dict[str, int]:
    """Bytes of each file below a folder, by its path there."""
    found = {}
    for file in sorted(folder.rglob("*")):
        try:
            if file.is_file():
                found[str(file.relative_to(folder))] = file.stat().st_size
        except FileNotFoundError:  # SQLite's own files come and go
            continue
    return found


@dataclass(frozen=True, slots=True)
class Telegram:
    """The strict server in a process of its own, and the hand that plays its users."""

    pid: int
    control: RemoteControl


@contextmanager
def telegram_server() -> Iterator[Telegram]:
    """Runs the server while entered."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bot_api", "--token", TOKEN],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().split()[0]
        control = RemoteControl(url)
        yield Telegram(process.pid, control)
        control.close()
    finally:
        process.terminate()
        process.communicate()
