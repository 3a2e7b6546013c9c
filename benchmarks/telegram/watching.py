"""A process looked at again and again: what it holds, and what it leaves on disk."""

from __future__ import annotations

import csv
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from benchmarks.telegram.figures import slope, smoothed, spread
from benchmarks.telegram.processes import (
    Memory,
    cpu_seconds,
    folder_sizes,
    memory,
    open_files,
    threads,
)

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Sample:
    """One look; ``at`` is in seconds from the first."""

    at: float
    memory: Memory
    files: int
    threads: int
    cpu: float
    sizes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Flatness:
    """How a series moves once it has settled.

    ``spread`` is highest less lowest as a share of the mean, of running medians over ``width``
    looks; ``rise`` is what it gains in an hour, in its own unit.
    """

    lowest: float
    highest: float
    spread: float
    rise: float


class Watcher:
    """Looks at a process every ``seconds``, from a thread of its own, while entered."""

    def __init__(self, pid: int, folder: Path, seconds: float) -> None:
        self.samples: list[Sample] = []
        self._pid = pid
        self._folder = folder
        self._seconds = seconds
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watcher", daemon=True)

    def __enter__(self) -> Watcher:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        began = monotonic()
        looks = 0
        while True:
            try:
                self.samples.append(self._look(monotonic() - began))
            except (FileNotFoundError, ProcessLookupError):
                return  # the process has ended; whoever started it will say so
            looks += 1
            if self._ended.wait(max(0.0, began + looks * self._seconds - monotonic())):
                return

    def _look(self, at: float) -> Sample:
        pid = self._pid
        return Sample(
            at, memory(pid), open_files(pid), threads(pid), cpu_seconds(pid),
            folder_sizes(self._folder),
        )  # fmt: skip


def flatness(times: Sequence[float], values: Sequence[float], width: int) -> Flatness:
    """Of a settled series with its times in seconds."""
    even = smoothed(values, width)
    return Flatness(min(even), max(even), spread(even), 3600 * slope(times, values))


def write_csv(samples: Sequence[Sample], path: Path) -> None:
    """One row for each look, sizes in bytes."""
    files = sorted({name for sample in samples for name in sample.sizes})
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["seconds", "rss", "pss", "uss", "descriptors", "threads", "cpu_seconds", *files]
        )
        for s in samples:
            held = (s.memory.rss, s.memory.pss, s.memory.uss)
            sizes = [s.sizes.get(name, 0) for name in files]
            writer.writerow([f"{s.at:.1f}", *held, s.files, s.threads, f"{s.cpu:.2f}", *sizes])


def draw(
    samples: Sequence[Sample], waited: Sequence[tuple[float, float]], settled: float, path: Path
) -> None:
    """Memory over the minutes, and below it what each answer took, as a PNG."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, (above, below) = pyplot.subplots(2, 1, figsize=(8, 5), sharex=True)
    minutes = [sample.at / 60 for sample in samples]
    for name in ("rss", "pss", "uss"):
        held = [getattr(sample.memory, name) / MEGABYTE for sample in samples]
        above.plot(minutes, held, label=name.upper())
    above.axvline(settled / 60, color="grey", linewidth=0.8, linestyle=":")
    above.set_ylim(bottom=0)
    above.set_ylabel("megabytes")
    above.legend(loc="lower right", frameon=False)
    below.plot([at / 60 for at, _ in waited], [seconds for _, seconds in waited], ".", ms=3)
    below.set_ylim(bottom=0)
    below.set_ylabel("seconds to the answer")
    below.set_xlabel("minutes")
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
