"""What loads on the way to an answer, and what an import alone does: nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import deadlines

HEAVY = ("torch", "transformers", "sentence_transformers", "onnx", "scipy", "pandas")

REPORT = """
import json, sys
print("REPORT" + json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""
ASK = (
    """
import sys
from bot.cli.main import main
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
"""
    + REPORT
)
IMPORT = (
    """
import importlib, json, logging, os, signal, sys, threading, warnings
before = dict(os.environ), list(warnings.filters), signal.getsignal(signal.SIGINT), os.getcwd()
for name in sys.argv[1:]:
    importlib.import_module(name)
after = dict(os.environ), list(warnings.filters), signal.getsignal(signal.SIGINT), os.getcwd()
assert before[0] == after[0], set(before[0].items()) ^ set(after[0].items())
assert before[2:] == after[2:]
assert logging.root.handlers == []
assert logging.root.level == logging.WARNING
assert threading.active_count() == 1
"""
    + REPORT
)
ROOT = Path(__file__).parent.parent


def run(code: str, *arguments: str) -> tuple[set[str], str]:
    """Runs ``code``; the top-level packages loaded at its end, and what it printed before."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=deadlines.HANGS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    printed, _, report = done.stdout.rpartition("REPORT")
    return set(json.loads(report)), printed


def every_module(package: str) -> list[str]:
    files = sorted((ROOT / package).rglob("*.py"))
    names = [".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files]
    return [name.removesuffix(".__init__") for name in names]


@pytest.mark.parametrize(
    "options", [["--json"], pytest.param(["--explain"], marks=pytest.mark.slow)]
)
def test_an_answer_loads_no_training_library(seed_index: Path, options: list[str]) -> None:
    asked = ["ask", "how long did the meeting last?", *options, "--index", str(seed_index)]
    loaded, printed = run(ASK, *asked)
    assert [name for name in HEAVY if name in loaded] == []
    assert "onnxruntime" in loaded
    assert "one hour and 45 minutes" in printed


def test_the_command_line_loads_nothing_before_it_is_asked() -> None:
    loaded, printed = run(IMPORT, "bot.cli.main")
    assert [name for name in (*HEAVY, "numpy", "onnxruntime", "tokenizers") if name in loaded] == []
    assert printed == ""


def test_importing_every_module_does_nothing_and_loads_no_training_library() -> None:
    loaded, printed = run(IMPORT, *every_module("retrieval"), *every_module("bot"))
    assert [name for name in HEAVY if name in loaded] == []
    assert printed == ""


def test_help_is_there_at_once() -> None:
    """Measured by what it loads, since a clock would depend on the machine."""
    loaded, printed = run(ASK, "ask", "--help")
    assert "Example: pullquote ask" in printed
    assert [
        name for name in (*HEAVY, "numpy", "onnxruntime", "prompt_toolkit") if name in loaded
    ] == []


@pytest.mark.slow
def test_the_answer_is_the_same_in_another_process(seed_index: Path) -> None:
    asked = ["ask", "Who met Blinken in Reykjavik?", "--json", "--index", str(seed_index)]
    first, second = (stable(run(ASK, *asked)[1]) for _ in range(2))
    assert first == second


def stable(printed: str) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(printed)
    return {**record, "elapsed_ms": None, "stages": None}
