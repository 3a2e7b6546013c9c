"""The whole comparison: index and export what is missing, measure everything, write table and plot.

    python -m benchmarks.peers --peers .venv-peers/bin/python

Articles are those of ``--articles``; where that file is not there, the five seed articles stand in,
to see that it works. Everything lies under ``--out``: ``results.md`` and ``peers.png``, and what
they were made from. Index and exported folders are taken as they are when they are there;
measurements are made anew, unless ``--resume``. Allow some hours for a newspaper; run nothing else.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.peers.exchange import PASSAGES

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"
NEWS = ROOT.parent / "shared" / "data" / "news-dev"
Command = list[str]


def commands(args: argparse.Namespace) -> Iterator[Command]:
    """What to run, in order. Each is a command line that can also be run by hand."""
    out: Path = args.out
    has_news = args.articles.is_file()
    news = args.articles if has_news else SEEDS
    asked = ["--questions", str(args.questions), "--year", str(args.year)]
    asked = asked if has_news else ["--questions", str(SEEDS / "questions.jsonl")]
    index = args.index or out / "index"
    yield from _index(index, news)
    yield from _index(out / "seeds-index", SEEDS)
    vectors = ["--vectors", args.vectors]
    yield from _export(out / "news", index, [*asked, *vectors])
    small = ["--passages", str(args.small), "--vectors", "none"]
    yield from _export(out / "small", index, [*asked, *small])
    seeds = ["--questions", str(SEEDS / "questions.jsonl"), "--vectors", "none"]
    yield from _export(out / "seeds", out / "seeds-index", seeds)
    shared = ["--peers", str(args.peers), *(["--resume"] if args.resume else [])]
    timed = ["--timed", str(args.timed)]
    yield _run("cold", out / "seeds", out / "cold", shared)
    yield _run("timing", out / "small", out / "timing", [*shared, *timed])
    given = ["--index", str(index), *shared, *timed]
    yield _run("quality", out / "news", out / "quality", given)
    runs = [f"--{kind}={out / kind}" for kind in ("quality", "timing", "cold")]
    written = [f"--out={out / 'results.md'}", f"--plot={args.plot or out / 'peers.png'}"]
    yield _module("benchmarks.peers.report", *runs, f"--data={out / 'news'}", *written)


def _index(index: Path, articles: Path) -> Iterator[Command]:
    # An index that was stopped half way has no CURRENT, and goes on where it was.
    if not (index / "CURRENT").is_file():
        yield _module("bot.cli.main", "index", str(articles), "--index", str(index))


def _export(folder: Path, index: Path, options: list[str]) -> Iterator[Command]:
    if not (folder / PASSAGES).is_file():
        yield _module(
            "benchmarks.peers.export", "--index", str(index), "--out", str(folder), *options
        )


def _run(kind: str, data: Path, out: Path, options: list[str]) -> Command:
    return _module("benchmarks.peers.run", kind, "--data", str(data), "--out", str(out), *options)


def _module(name: str, *options: str) -> Command:
    return [sys.executable, "-m", name, *options]


def main() -> int:
    """Run the commands; the first that fails ends it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=Path, default=NEWS / "articles.jsonl.gz")
    parser.add_argument("--questions", type=Path, default=NEWS / "questions.jsonl")
    parser.add_argument("--year", type=int, default=2023, help="of the questions")
    parser.add_argument("--index", type=Path, help="of the articles, if there is one already")
    parser.add_argument("--vectors", choices=("index", "model"), default="index")
    parser.add_argument("--small", type=int, default=2000, help="passages of the timing run")
    parser.add_argument("--timed", type=int, default=100, help="questions whose times are taken")
    parser.add_argument("--peers", type=Path, default=ROOT / ".venv-peers" / "bin" / "python")
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "peers")
    parser.add_argument("--plot", type=Path, help="default: peers.png beside the results")
    parser.add_argument("--resume", action="store_true")
    args = parser.parse_args()
    for name in ("articles", "questions", "index", "peers", "out", "plot"):
        value = getattr(args, name)
        setattr(args, name, value.absolute() if value is not None else None)
    for command in commands(args):
        print("+", " ".join(command[1:]), file=sys.stderr, flush=True)
        done = subprocess.run(command, cwd=ROOT, check=False)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
