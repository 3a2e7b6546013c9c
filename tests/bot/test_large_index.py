"""The seeds in an index with the parts of a large one: the same answers, and settings that bind."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from bot.assembly.application import Application, build_index, open_application
from bot.config import Config, IndexConfig, RetrievalConfig
from bot.dialogue.conversation import Conversation
from retrieval.datatypes import Query
from retrieval.errors import ConfigError
from retrieval.index.bm25_sparse import SparseBM25Retriever
from tests import deadlines
from tests.bot.remembered import reading_remembered

SEEDS = Path(__file__).parents[2] / "seeds"
LARGE = IndexConfig(bm25s_from=1, usearch_from=1)
QUESTIONS = (
    "how long did the meeting last?",
    "Who met Blinken in Reykjavik?",
    "What did Biden say he considered Putin?",
)


@pytest.fixture
def large(seed_index: Path, tmp_path: Path) -> Path:
    index = tmp_path / "index"
    shutil.copytree(seed_index, index)
    report = build_index(Config(index=LARGE), index, [SEEDS], lambda *_: None)
    assert (report.unchanged, report.embedded) == (5, 0)
    return index


def answers(application: Application, as_of: date | None = None) -> list[str]:
    replies = [application.assistant.reply(Conversation(), q, as_of)[0] for q in QUESTIONS]
    return [reply.answer.groups[0].answer for reply in replies]


@pytest.mark.slow
def test_the_answers_are_those_of_the_small_index(seed_index: Path, large: Path) -> None:
    small = open_application(Config(), seed_index)
    big = open_application(Config(index=LARGE), large)
    assert big.index.sparse_folder is not None
    assert big.index.graph_path is not None
    with reading_remembered():
        assert answers(big) == answers(small)
        assert answers(big, date(2021, 6, 1)) == answers(small, date(2021, 6, 1))
    for question in QUESTIONS:
        found = [s.passage for s in big.retrieve(Query(question), 3)]
        assert found == [s.passage for s in small.retrieve(Query(question), 3)]


def test_a_process_of_its_own_answers_from_a_large_index(large: Path) -> None:
    """Was: usearch loaded before onnxruntime kills the process without a word."""
    command = [sys.executable, "-m", "bot.cli.main", "ask", QUESTIONS[0], "--index", str(large)]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=SEEDS.parent,
        timeout=deadlines.HANGS,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("one hour and 45 minutes")


def test_a_large_index_does_not_need_the_settings_it_was_made_with(large: Path) -> None:
    """Which parts there are is seen from the index; the config only says when to make them."""
    application = open_application(Config(), large)
    assert any(isinstance(r, SparseBM25Retriever) for r in application.retriever._retrievers)  # type: ignore[attr-defined]  # to see which was taken


def test_constants_of_bm25_are_part_of_a_large_index(large: Path) -> None:
    other = Config(index=LARGE, retrieval=RetrievalConfig(bm25_k1=0.9))
    with pytest.raises(ConfigError, match=r"bm25_k1 = 1\.5 .* the config says 0\.9") as caught:
        open_application(other, large)
    assert "index the articles again" in str(caught.value)
    report = build_index(other, large, [SEEDS], lambda *_: None)
    assert (report.unchanged, report.embedded) == (5, 0)
    assert answers(open_application(other, large))[0] == "one hour and 45 minutes"


def test_an_index_that_shrinks_or_is_set_back_loses_the_parts_again(large: Path) -> None:
    build_index(Config(), large, [SEEDS], lambda *_: None)
    index = open_application(Config(), large).index
    assert index.sparse_folder is None
    assert index.graph_path is None
