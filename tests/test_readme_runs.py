"""Every `pullquote` line of the README runs, in the order in which a reader meets them.

Slow: some twenty processes. That each line parses, ``test_docs`` shows.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import deadlines
from tests.test_docs import FENCE, README, ROOT


def lines() -> list[str]:
    blocks = FENCE.findall(README.read_text(encoding="utf-8"))
    shown = [line for block in blocks for line in block.splitlines()]
    return [line for line in shown if line.startswith(("pullquote ", "echo "))]


@pytest.fixture
def reader(tmp_path: Path) -> Path:
    """The folder of somebody who follows the README: the seeds, clippings and conversations."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    (tmp_path / "clippings").mkdir()
    (tmp_path / "clippings" / "ferry.txt").write_text("The ferry strike ended on Monday.\n")
    (tmp_path / "more").mkdir()
    record = {"id": "harbour", "text": "The harbour master retired after forty years."}
    with gzip.open(tmp_path / "more" / "articles.jsonl.gz", "wt", encoding="utf-8") as stream:
        stream.write(json.dumps(record) + "\n")
    turn = {"utterance": "Who won?", "rewrite": "Who won?", "response": "Ann won the race."}
    conversation = {"id": "race", "turns": [turn]}
    (tmp_path / "conversations.jsonl").write_text(json.dumps(conversation) + "\n")
    (tmp_path / "questions.txt").write_text("Who announced the meeting?\n")
    for name, answers in (("ann", ["on Monday"]), ("ben", [])):
        label = {"id": "1", "question": "When did the strike end?", "answers": answers}
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(label) + "\n")
    return tmp_path


@pytest.mark.slow
def test_every_pullquote_line_of_the_readme_runs(reader: Path) -> None:
    commands = str(Path(sys.executable).parent)
    environment = {
        **os.environ, "PATH": f"{commands}:{os.environ['PATH']}", "XDG_DATA_HOME": str(reader),
    }  # fmt: skip
    printed: dict[str, str] = {}
    for line in lines():
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", line],
            cwd=reader,
            env=environment,
            input="how long did the meeting last?\n",  # what a reader would type into the chat
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=deadlines.HANGS,
        )
        if line.startswith("pullquote label"):
            assert "labelling needs a terminal" in done.stderr  # its own tests give it one
            continue
        assert done.returncode == 0, f"{line}\n{done.stderr}"
        printed[line] = done.stdout
    assert len(printed) >= len(("index", "ask", "chat", "evaluate", "doctor"))
    for line, output in printed.items():
        assert output.strip(), line
        if "how long did the meeting last?" in line:
            assert "one hour and 45 minutes" in output, line
    second = next(output for line, output in printed.items() if "more/" in line)
    assert second.startswith("added 2, changed 0, unchanged 0, removed 0")
