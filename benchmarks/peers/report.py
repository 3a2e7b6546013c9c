"""Table and plot of what ``run`` has measured.

    python -m benchmarks.peers.report --quality runs/peers/quality --data runs/peers/news \
        --timing runs/peers/timing --cold runs/peers/cold \
        --out runs/peers/results.md --plot runs/peers/peers.png

Each of the three folders may be left out.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from benchmarks.peers.exchange import Measurement, read_passages, read_questions
from benchmarks.peers.measures import CUT_OFFS, Ranks, first_ranks, percentile, quality, recall_lead
from benchmarks.peers.plot import Point, draw
from benchmarks.peers.run import result_file
from benchmarks.peers.systems import SYSTEMS

NOTHING = "—"
LEAD_AT = 5
REFERENCE = "pullquote"


@dataclass(frozen=True, slots=True)
class Runs:
    """The measurements of one folder: by system, then by the step's name."""

    steps: Mapping[str, Mapping[str, Measurement]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path | None) -> Runs:
        if folder is None:
            return cls()
        found: dict[str, dict[str, Measurement]] = {}
        for system in SYSTEMS:
            for step in ("build", "rank", "ask", "cold"):
                file = result_file(folder, system, step)
                if file.is_file():
                    found.setdefault(system, {})[step] = Measurement.read(file)
        return cls(found)

    def get(self, system: str, step: str) -> Measurement:
        """An empty measurement where there is none."""
        return self.steps.get(system, {}).get(step) or Measurement(system, step)


def seconds(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.1f} s" if value < 100 else f"{value:,.0f} s"


def milliseconds(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.1f} ms" if value < 10 else f"{value:,.0f} ms"


def megabytes(value: int | None) -> str:
    if value is None:
        return NOTHING
    return f"{value / 1e6:,.1f} MB" if value < 1e7 else f"{value / 1e6:,.0f} MB"


def percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def times(measured: Measurement) -> list[str]:
    return [milliseconds(percentile(measured.milliseconds, share)) for share in (50, 95)]


def quality_table(runs: Runs, ranks: Mapping[str, Ranks]) -> str:
    """Recall with times, memory and disk: all systems at the size of the large collection."""
    head = ["system", *(f"recall@{k}" for k in CUT_OFFS), "MRR", "query p50", "p95"]
    head += ["reopened to first answer", "peak memory, answering", "indexing*", "on disk"]
    rows = []
    for system in runs.steps:
        asked, built = runs.get(system, "ask"), runs.get(system, "build")
        cells = [NOTHING] * (len(CUT_OFFS) + 1)
        if system in ranks:
            found = quality(ranks[system])
            cells = [*(percent(found.recall[k]) for k in CUT_OFFS), f"{found.mrr:.3f}"]
        rows.append(
            [
                SYSTEMS[system].title,
                *cells,
                *times(asked),
                seconds(asked.to_answer),
                megabytes(asked.peak_bytes),
                seconds(built.to_index),
                megabytes(asked.disk_bytes or built.disk_bytes),
            ]
        )
    return table(head, rows)


def lead_table(ranks: Mapping[str, Ranks]) -> str:
    """How far Pullquote is ahead in recall, each question asked of both."""
    ours = ranks[REFERENCE]
    head = [f"Pullquote minus ..., recall@{LEAD_AT}", "points (95 % interval)"]
    return table(
        head,
        [
            [SYSTEMS[system].title, recall_lead(ours, theirs, LEAD_AT).as_text()]
            for system, theirs in ranks.items()
            if system != REFERENCE
        ],
    )


def timing_table(timing: Runs, cold: Runs) -> str:
    """Everybody embeds for itself: throughput, disk, memory, first answer, times."""
    head = ["system", "passages a second", "process start to saved index", "on disk"]
    head += ["peak memory, indexing", "answering", "reopened to first answer"]
    head += ["seeds, nothing to first answer", "query p50", "p95"]
    rows = []
    for system in SYSTEMS:
        if system not in timing.steps and system not in cold.steps:
            continue
        built, asked = timing.get(system, "build"), timing.get(system, "ask")
        rate = f"{built.passages / built.to_index:,.0f}" if built.to_index else NOTHING
        rows.append(
            [
                SYSTEMS[system].title,
                rate,
                seconds(built.to_index),
                megabytes(built.disk_bytes),
                megabytes(built.peak_bytes),
                megabytes(asked.peak_bytes),
                seconds(asked.to_answer),
                seconds(cold.get(system, "cold").to_answer),
                *times(asked),
            ]
        )
    return table(head, rows)


def notes(systems: Sequence[str], *runs: Runs) -> str:
    """Settings, how each is saved, versions and faults, one line a system."""
    lines = []
    for system in systems:
        entry = SYSTEMS[system]
        measured = [m for run in runs for m in run.steps.get(system, {}).values()]
        found = {name: value for m in measured for name, value in m.versions.items()}
        shown = ", ".join(f"{name} {value}" for name, value in found.items() if name != "python")
        faults = "".join(f" **{m.phase} failed: {m.fault}.**" for m in measured if m.fault)
        lines.append(f"- {entry.title}: {entry.settings}. On disk: {entry.kept}. ({shown}){faults}")
    return "\n".join(lines)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def points(runs: Runs, ranks: Mapping[str, Ranks]) -> list[Point]:
    """What the plot shows: systems with both a ranking and times."""
    found = []
    for system, of_system in ranks.items():
        asked = runs.get(system, "ask")
        median = percentile(asked.milliseconds, 50)
        if median is None or asked.to_answer is None or asked.peak_bytes is None:
            continue
        recall = quality(of_system).recall[LEAD_AT]
        found.append(
            Point(
                SYSTEMS[system].title,
                SYSTEMS[system].is_product,
                100 * recall,
                median,
                asked.to_answer,
                asked.peak_bytes / 1e6,
            )
        )
    return found


def _ranks(runs: Runs, data: Path) -> dict[str, Ranks]:
    bodies = {passage.docno: passage.text[passage.body :] for passage in read_passages(data)}
    questions = read_questions(data)
    return {
        system: first_ranks(steps["rank"].rankings, questions, bodies)
        for system, steps in runs.steps.items()
        if "rank" in steps and not steps["rank"].fault
    }


def main() -> None:
    """Write the report, draw the plot."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quality", type=Path)
    parser.add_argument("--data", type=Path, help="the exported folder of the quality run")
    parser.add_argument("--timing", type=Path)
    parser.add_argument("--cold", type=Path)
    parser.add_argument("--out", type=Path, help="also written there")
    parser.add_argument("--plot", type=Path, metavar="PNG")
    args = parser.parse_args()
    if args.quality is not None and args.data is None:
        parser.error("--quality needs --data")
    large, small, cold = (Runs.read(f) for f in (args.quality, args.timing, args.cold))
    parts = [
        f"Measured on {date.today().isoformat()}, {os.cpu_count()} cores, {platform.system()} "
        f"{platform.machine()}, Python {platform.python_version()}."
    ]
    if args.quality is not None:
        ranks = _ranks(large, args.data)
        count, asked = len(read_passages(args.data)), len(read_questions(args.data))
        parts += [f"{count:,} passages, {asked} questions:", quality_table(large, ranks)]
        parts.append(
            "\\* From process start to the saved index; the peers were given the vectors. A dash: "
            "the index was there already."
        )
        if REFERENCE in ranks:
            parts.append(lead_table(ranks))
        if args.plot:
            draw(points(large, ranks), f"recall@{LEAD_AT} (%)", args.plot)
    if small.steps or cold.steps:
        size = max((m.passages for s in small.steps.values() for m in s.values()), default=0)
        parts += [f"{size:,} passages, everybody embeds for itself:", timing_table(small, cold)]
    shown = [s for s in SYSTEMS if any(s in run.steps for run in (large, small, cold))]
    parts.append(notes(shown, large, small, cold))
    text = "\n\n".join(parts) + "\n"
    print(text)
    if args.out:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        args.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
