"""Records what every command prints and writes over a folder of articles, seen from outside.

    python -m tests.transcripts.recording ARTICLES OUT [--predictions]

It knows commands and files, and no module of the product, so that it says the same before and after
the product's own modules move. ``ARTICLES`` holds the articles and their ``questions.jsonl``; the
texts are written below ``OUT``. Times are masked, since they are all that differs between two runs.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.transcripts.talks import ARTICLES, ON_ARTICLES, ON_SEEDS
from tests.transcripts.telegram import pages

COMMAND = Path(sys.executable).parent / "pullquote"
COMMANDS = (
    "index", "watch", "ask", "chat", "list", "remove", "collections", "verify", "evaluate",
    "compare", "calibrate", "label", "agreement", "telegram", "doctor",
)  # fmt: skip
CHAT = (
    "hello",
    "Who did Blinken meet in Iceland?",
    "How long did it last?",
    "/sources",
    "/why",
    "/open 1",
    "Was that longer than expected?",
    "On what date did Blinken and Lavrov meet?",
    "/explain",
    "Who won the 1994 Eurovision Song Contest?",
    "/why",
    "/edit 2 How long did the talks between Blinken and Lavrov last?",
    "/history",
    "What articles do you have about the Arctic Council?",
    "how many articles are there?",
    "thanks",
    "/new",
    "How many members does the Arctic Council have?",
    "When was it founded?",
    "/open 9",
    "/nonsense",
    "/help",
    "/quit",
)
ASKED = (
    "how long did the meeting last?",
    "Was the meeting longer than expected?",
    "Who is Paul Whelan?",
    "Who won the 1994 Eurovision Song Contest?",
)
_TIMES = (
    (re.compile(r'("elapsed_ms": )[\d.]+'), r"\g<1>0"),
    (re.compile(r'("stages": )\{[^}]*\}'), r"\1{}"),
    (re.compile(r'("index": )"\w+@\w+"'), r'\1"INDEX"'),
    (re.compile(r"\b(retrieve|read|decide) \d+"), r"\1 N"),
    (re.compile(r"^.*, [\d.]+/s, .* left\n", re.M), ""),
    (re.compile(r"\b[\d.,]+ (?:ms|s)\b"), "N s"),
    (re.compile(r" +$", re.M), ""),
)


def masked(text: str, places: Mapping[str, str]) -> str:
    """``text`` without times, and with the names of temporary folders replaced."""
    for place, name in places.items():
        text = text.replace(place, name)
    for pattern, shown in _TIMES:
        text = pattern.sub(shown, text)
    return text


def untimed(value: Any) -> Any:
    """``value`` without the figures that are milliseconds."""
    if isinstance(value, list):
        return [untimed(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: untimed(item)
        for name, item in value.items()
        if not ("ms" in name.split("_") or name in ("latency", "stages", "times"))
        and not (isinstance(item, dict) and item.get("unit") == "ms")
    }


class Recorder:
    """Runs commands in a folder of its own, over an index of ``articles``."""

    predictions = False
    """Whether to keep what was predicted, too: a quarter of a megabyte for the seeds."""

    def __init__(self, articles: Path, work: Path, index: Path | None = None) -> None:
        self.articles = articles
        self.work = work
        self.index = index or work / "index"
        self._places = {
            str(self.index): "INDEX", str(work): "WORK", str(articles): "ARTICLES",
        }  # fmt: skip

    def run(self, *arguments: str | Path, typed: str = "") -> str:
        """Exit status, then standard output, then standard error."""
        environment = {
            **os.environ, "XDG_STATE_HOME": str(self.work / "state"), "COLUMNS": "100",
        }  # fmt: skip
        done = subprocess.run(
            [str(COMMAND), *map(str, arguments)],
            cwd=self.work,
            input=typed,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        parts = [f"exit status {done.returncode}", done.stdout, done.stderr]
        return masked("\n".join(part.rstrip() for part in parts).rstrip() + "\n", self._places)

    def written(self, file: Path) -> str:
        return masked(file.read_text(encoding="utf-8"), self._places)

    def help(self) -> Iterator[tuple[str, str]]:
        yield "help/pullquote.txt", self.run("--help")
        for name in COMMANDS:
            yield f"help/{name}.txt", self.run(name, "--help")

    def chat(self) -> Iterator[tuple[str, str]]:
        typed = "\n".join(CHAT) + "\n"
        yield "chat.txt", self.run("chat", "--index", self.index, typed=typed)

    def talks(self) -> Iterator[tuple[str, str]]:
        """Whole conversations, on the seeds and on articles of their own."""
        other = self.work / "index-of-articles"
        self.run("index", ARTICLES, "--index", other)
        for index, conversations in ((self.index, ON_SEEDS), (other, ON_ARTICLES)):
            for name, lines in conversations.items():
                typed = "\n".join(lines) + "\n"
                yield f"talks/{name}.txt", self.run("chat", "--index", index, typed=typed)

    def questions(self) -> Iterator[tuple[str, str]]:
        """Single ones, explained; and one as JSON."""
        at = ("--index", self.index)
        for number, question in enumerate(ASKED, start=1):
            yield f"ask-{number}.txt", self.run("ask", question, *at, "--explain")
        yield "ask.json", self.run("ask", ASKED[0], *at, "--json", "--as-of", "2021-06-01")

    def evaluation(self) -> Iterator[tuple[str, str]]:
        out = self.work / "run"
        asked = self.articles / "questions.jsonl"
        printed = self.run("evaluate", asked, "--index", self.index, "--out", out)
        yield "evaluate.txt", printed
        if self.predictions:
            for name in ("predictions.jsonl", "judgements.jsonl"):
                yield name, self.written(out / name)
        figures = untimed(json.loads((out / "metrics.json").read_text(encoding="utf-8")))
        yield "metrics.json", masked(json.dumps(figures, indent=1) + "\n", self._places)


def record(articles: Path, work: Path, *, predictions: bool) -> Iterator[tuple[str, str]]:
    """All transcripts by name, over an index that is made for them."""
    recorder = Recorder(articles, work)
    recorder.predictions = predictions
    files = sorted(articles.glob("*.txt"))
    yield "index.txt", recorder.run("index", *files, "--index", recorder.index)
    parts: tuple[Callable[[], Iterator[tuple[str, str]]], ...] = (
        recorder.help, recorder.chat, recorder.talks, recorder.questions, recorder.evaluation,
    )  # fmt: skip
    for part in parts:
        yield from part()
    yield from pages(recorder.index, work / "telegram")


def main(articles: str, out: str, *options: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        places = Path(articles).resolve(), Path(folder).resolve()
        for name, text in record(*places, predictions="--predictions" in options):
            file = Path(out) / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
