"""Whatever people have: a folder with two files of each kind, and a bad one of each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bot.conftest import Run
from tests.retrieval.every_format import KINDS, PLANTINGS, Planting, write_folder

pytestmark = pytest.mark.slow

LEAST_RIGHT = 0.9
"""The readers' part is not shown here: that each article is there, whole, and can be asked is."""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Planting]]:
    folder = tmp_path_factory.mktemp("whatever")
    (folder / "articles").mkdir()
    return folder, dict(write_folder(folder / "articles"))


def test_all_is_indexed_asked_cited_and_verified(
    pullquote: Run, filled: tuple[Path, dict[str, Planting]]
) -> None:
    folder, told = filled
    done = pullquote("index", "articles", "--verbose", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert f"added {len(told) + 1}, " in done.stdout, done.stdout
    assert all(f"bad.{kind}" in done.stdout for kind in KINDS), done.stdout
    listed = pullquote("list", "--jsonl", "--text", cwd=folder).stdout.splitlines()
    texts = {record["id"]: record for record in map(json.loads, listed)}
    for planting in told.values():
        assert any(planting.paragraphs[0] in record["text"] for record in texts.values()), planting
    answers, right = [], 0
    for name, planting in told.items():
        asked = pullquote("ask", planting.question, "--json", cwd=folder)
        reply = json.loads(asked.stdout)
        answers.append(reply)
        if reply["answer"] and str(planting.trees) in reply["answer"]:
            right += 1
            citation = reply["groups"][0]["citations"][0]
            text = texts[citation["article_id"]]["text"]
            assert text[citation["start"] : citation["end"]] == citation["quote"]
            assert name.endswith(".pdf") == (citation.get("place") == "p. 2"), citation
    assert right >= LEAST_RIGHT * len(PLANTINGS), [reply["answer"] for reply in answers]
    (folder / "answers.json").write_text(json.dumps(answers))
    proved = pullquote("verify", "answers.json", cwd=folder)
    assert proved.returncode == 0, proved.stdout
