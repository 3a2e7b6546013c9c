"""Runs every system in child processes, one after another, and collects what they measured.

    python -m benchmarks.peers.run quality --data runs/peers/news --index runs/peers/index \
        --peers .venv-peers/bin/python --out runs/peers/quality
    python -m benchmarks.peers.run timing --data runs/peers/small --out runs/peers/timing ...
    python -m benchmarks.peers.run cold --data runs/peers/seeds --out runs/peers/cold ...

``quality``: the vectors of the exported folder are given to every peer, so that a large collection
is indexed in minutes and all rank with the same numbers. All questions are ranked with given
vectors; then the index is opened once more and the first ``--timed`` questions are asked with the
model, for the times. ``timing``: everybody embeds for itself. ``cold``: from nothing to the first
answer, without saving. Nothing else should run meanwhile: while other work takes the cores,
torch may need fifty times as long for one question.

With ``--resume`` a system whose results are all there is not measured again.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, time

from benchmarks.peers.exchange import Measurement
from benchmarks.peers.systems import SYSTEMS

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Step:
    """One child: ``name`` is that of its result, ``phase`` what the child does."""

    name: str
    phase: str
    given_vectors: bool = False
    questions: int | None = None


def steps(kind: str, timed: int | None) -> list[Step]:
    """What is measured of each system, in order."""
    if kind == "cold":
        return [Step("cold", "cold")]
    if kind == "timing":
        return [Step("build", "build"), Step("ask", "ask", questions=timed)]
    return [
        Step("build", "build", given_vectors=True),
        Step("rank", "ask", given_vectors=True),
        Step("ask", "ask", questions=timed),
    ]


def wanted_steps(system: str, kind: str, timed: int | None, *, has_index: bool) -> list[Step]:
    """The steps of one system: an index that is there, or another's, is not built."""
    entry = SYSTEMS[system]
    if entry.shares is not None and kind != "quality":
        return []
    is_made = entry.shares is not None or (has_index and entry.is_product)
    return [step for step in steps(kind, timed) if not (is_made and step.phase == "build")]


def result_file(out: Path, system: str, step: str) -> Path:
    return out / f"{system}-{step}.json"


def run_step(system: str, step: Step, index: Path, args: argparse.Namespace) -> Measurement:
    """Runs one child. A child that fails or takes too long leaves a ``fault``."""
    out = result_file(args.out, system, step.name)
    out.unlink(missing_ok=True)
    if step.phase != "ask":
        shutil.rmtree(index, ignore_errors=True)
    interpreter = sys.executable if SYSTEMS[system].is_product else str(args.peers)
    command = [interpreter, "-m", "benchmarks.peers.child", system, step.phase]
    command += ["--data", str(args.data), "--index", str(index), "--out", str(out)]
    command += ["--given-vectors"] if step.given_vectors else []
    command += ["--questions", str(step.questions)] if step.questions else []
    log = out.with_suffix(".log")
    with log.open("wb") as stream:
        command += ["--started", repr(time())]
        try:
            done = subprocess.run(
                command, cwd=ROOT, stdout=stream, stderr=stream, timeout=args.timeout, check=False
            )
        except subprocess.TimeoutExpired:
            fault = f"took longer than {args.timeout:.0f} s"
        else:
            if done.returncode == 0 and out.is_file():
                return Measurement.read(out)
            fault = f"{_last_line(log)} (exit status {done.returncode})"
    measured = Measurement(system, step.phase, fault=fault)
    measured.write(out)
    return measured


def run_system(system: str, args: argparse.Namespace) -> None:
    """All steps of one system; after a fault the later ones are left out."""
    has_index = args.index is not None
    for step in wanted_steps(system, args.kind, args.timed, has_index=has_index):
        entry = SYSTEMS[system]
        index = args.out / (entry.shares or system)
        if entry.is_product and has_index and step.phase == "ask":
            index = args.index
        started = perf_counter()
        measured = run_step(system, step, index, args)
        seconds = perf_counter() - started
        _say(f"{system} {step.name}: {measured.fault or 'done'} ({seconds:.0f} s)")
        if measured.fault:
            return


def is_measured(system: str, args: argparse.Namespace) -> bool:
    """Whether every result of the system is there and sound."""
    has_index = args.index is not None
    files = [
        result_file(args.out, system, step.name)
        for step in wanted_steps(system, args.kind, args.timed, has_index=has_index)
    ]
    return all(file.is_file() and Measurement.read(file).fault is None for file in files)


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "no output")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    """Measure all systems that were named."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("kind", choices=("quality", "timing", "cold"))
    parser.add_argument("--data", type=Path, required=True, help="the exported folder")
    parser.add_argument("--index", type=Path, help="Pullquote's index of it, if there is one")
    parser.add_argument("--peers", type=Path, default=Path(".venv-peers/bin/python"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=list(SYSTEMS))
    parser.add_argument("--timed", type=int, help="questions whose times are taken (default: all)")
    parser.add_argument("--timeout", type=float, help="seconds for one child")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--keep", action="store_true", help="leave the saved indexes there")
    args = parser.parse_args()
    for name in ("data", "out", "index"):
        value = getattr(args, name)
        setattr(args, name, value.absolute() if value is not None else None)
    # Made absolute, not resolved: a link to the interpreter is what makes an environment.
    args.peers = args.peers.absolute()
    if not args.peers.is_file() and any(not SYSTEMS[name].is_product for name in args.systems):
        parser.error(f"{args.peers} is not there; `make bench-peers` makes that environment")
    args.out.mkdir(parents=True, exist_ok=True)
    for system in args.systems:
        if not (args.resume and is_measured(system, args)):
            run_system(system, args)
    if not args.keep:
        for system in SYSTEMS:
            shutil.rmtree(args.out / system, ignore_errors=True)


if __name__ == "__main__":
    main()
