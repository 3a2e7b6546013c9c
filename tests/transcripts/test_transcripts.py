"""What the product prints and writes, whole. ``make transcripts`` writes what is expected anew."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import SEEDS
from tests.transcripts.recording import Recorder
from tests.transcripts.talks import ON_ARTICLES, ON_SEEDS
from tests.transcripts.telegram import pages

EXPECTED = Path(__file__).parent / "expected"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?: ?%)?")
Transcripts = Iterator[tuple[str, str]]


def without_probabilities(text: str) -> str:
    """Int8 models give other last digits on other processors; offsets and counts are whole."""
    return _NUMBER.sub(lambda m: m[0] if m[0].isdigit() else "N", text)


def assert_as_expected(transcripts: Transcripts) -> None:
    for name, text in transcripts:
        expected = (EXPECTED / name).read_text(encoding="utf-8")
        lines = [without_probabilities(t).splitlines() for t in (expected, text)]
        difference = difflib.unified_diff(*lines, "expected", "recorded", lineterm="", n=1)
        shown = "\n".join(difference)
        assert not shown, f"{name}\n{shown}"


@pytest.fixture
def recorder(tmp_path: Path, seed_index: Path) -> Recorder:
    return Recorder(SEEDS, tmp_path, seed_index)


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(Recorder.help, id="help", marks=pytest.mark.slow),  # eleven processes
        pytest.param(Recorder.chat, id="chat"),
    ],
)
def test_commands(recorder: Recorder, part: Callable[[Recorder], Transcripts]) -> None:
    assert_as_expected(part(recorder))


@pytest.mark.slow
@pytest.mark.parametrize("part", [Recorder.questions, Recorder.evaluation])
def test_questions(recorder: Recorder, part: Callable[[Recorder], Transcripts]) -> None:
    assert_as_expected(part(recorder))


@pytest.mark.parametrize("language", ["en", pytest.param("de", marks=pytest.mark.slow)])
def test_a_conversation_on_telegram(tmp_path: Path, seed_index: Path, language: str) -> None:
    assert_as_expected(pages(seed_index, tmp_path, [language]))


@pytest.mark.slow
def test_whole_conversations(recorder: Recorder) -> None:
    assert_as_expected(recorder.talks())


def test_conversations_have_at_least_six_turns() -> None:
    assert len(ON_SEEDS) + len(ON_ARTICLES) == 10
    assert min(map(len, (*ON_SEEDS.values(), *ON_ARTICLES.values()))) == 6


def test_every_expected_file_is_compared() -> None:
    """What nobody records any more is not kept."""
    recorded = {"chat.txt", "ask.json", "evaluate.txt", "metrics.json", "index.txt"}
    recorded |= {f"ask-{n}.txt" for n in range(1, 5)} | {f"telegram-{c}.txt" for c in ("en", "de")}
    recorded |= {f"talks/{name}.txt" for name in (*ON_SEEDS, *ON_ARTICLES)}
    kept = {str(file.relative_to(EXPECTED)) for file in EXPECTED.rglob("*") if file.is_file()}
    assert kept - {name for name in kept if name.startswith("help/")} == recorded
