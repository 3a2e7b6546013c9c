"""``ask`` and ``--help`` as a user runs them."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from retrieval.index.store import IndexStore
from retrieval.indexing.build import Export, IndexSettings, build
from tests import deadlines
from tests.bot.conftest import COMMAND, Run, environment
from tests.bot.test_render import check_contract
from tests.bot.worlds import contents_of

SEEDS = Path(__file__).parents[2] / "seeds"
ASKED = "how long did the meeting last?"
ANSWER = "one hour and 45 minutes"
COMMANDS = ("index", "ask", "chat", "evaluate", "doctor")
ESCAPE = "\x1b[31m"


def seed_texts() -> dict[str, str]:
    return {p.name: p.read_bytes().decode("utf-8-sig") for p in SEEDS.glob("*.txt")}


def test_the_answer_with_its_source(
    pullquote: Run, pullquote_process: Run, seed_index: Path
) -> None:
    done = pullquote_process("ask", ASKED, "--index", seed_index)
    assert done.returncode == 0
    assert done.stderr == ""
    first, sentence, *_ = done.stdout.splitlines()
    assert first.startswith(f"{ANSWER}  (")
    assert f"the meeting lasted for «{ANSWER}», which was longer" in sentence
    assert "004_talks_in_reykjavik.txt" in done.stdout
    assert pullquote("ask", ASKED, "--index", seed_index).stdout == done.stdout


def test_json_and_explanation_keep_to_their_own_streams(pullquote: Run, seed_index: Path) -> None:
    before = contents_of(seed_index)
    done = pullquote("ask", ASKED, "--json", "--explain", "--index", seed_index)
    assert done.returncode == 0
    record = json.loads(done.stdout)
    assert done.stdout.count("\n") == 1
    check_contract(record, seed_texts())
    assert record["answer"] == ANSWER
    assert record["question"] == record["standalone_question"] == ASKED
    for part in (
        "expects",
        "duration",
        "Passages",
        "Best span of each window",
        "Answers",
        "bm25",
        "dense",
    ):
        assert part in done.stderr
    assert contents_of(seed_index) == before


def test_an_abstention_is_a_result(pullquote: Run, seed_index: Path) -> None:
    asked = "Who won the 1994 Eurovision Song Contest?"
    done = pullquote("ask", asked, "--json", "--index", seed_index)
    assert (done.returncode, done.stderr) == (0, "")
    record = json.loads(done.stdout)
    check_contract(record, seed_texts())
    assert record["abstained"]
    assert "Eurovision" in record["reason"]


def test_a_relative_index_from_another_folder(
    pullquote: Run, seed_index: Path, tmp_path: Path
) -> None:
    relative = os.path.relpath(seed_index, tmp_path)
    done = pullquote("ask", ASKED, "--index", relative, cwd=tmp_path)
    assert done.stdout.startswith(ANSWER)
    assert list(tmp_path.iterdir()) == []


def test_the_default_index_is_in_the_working_directory(
    pullquote: Run, seed_index: Path, tmp_path: Path
) -> None:
    (tmp_path / ".pullquote").symlink_to(seed_index)
    assert pullquote("ask", ASKED, cwd=tmp_path).stdout.startswith(ANSWER)


def test_an_early_day_leaves_nothing_to_quote_from_later_articles(
    pullquote: Run, seed_index: Path
) -> None:
    done = pullquote("ask", ASKED, "--json", "--as-of", "1990-01-01", "--index", seed_index)
    assert done.returncode == 0
    citations = [c for g in json.loads(done.stdout)["groups"] for c in g["citations"]]
    assert all(not c["published"] or c["published"] <= "1990-01-01" for c in citations)


@pytest.mark.parametrize(
    "locale",
    [
        pytest.param({"LANG": "C", "LC_ALL": "C"}, id="C", marks=pytest.mark.slow),
        pytest.param(
            {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, id="C without UTF-8"
        ),
        pytest.param({"PYTHONIOENCODING": "latin-1"}, id="latin-1", marks=pytest.mark.slow),
    ],
)
def test_a_poor_locale_spoils_no_quote(
    pullquote_process: Run, seed_index: Path, locale: dict[str, str]
) -> None:
    asked = "What did Biden say he considered Putin?"
    done = pullquote_process("ask", asked, "--json", "--index", seed_index, env=locale)
    assert (done.returncode, done.stderr) == (0, "")
    record = json.loads(done.stdout)
    check_contract(record, seed_texts())
    texts = seed_texts()
    sentences = [(c["article_id"], c["sentence"]) for g in record["groups"] for c in g["citations"]]
    assert all(s in texts[i] or "[…]" in s for i, s in sentences)


@pytest.mark.parametrize(
    "options",
    [
        (),
        pytest.param(("--json",), marks=pytest.mark.slow),
        pytest.param(("--explain",), marks=pytest.mark.slow),
    ],
)
def test_a_reader_who_leaves_early_hears_no_complaint(
    seed_index: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    process = subprocess.Popen(
        [str(COMMAND), "ask", ASKED, *options, "--index", str(seed_index)],
        env=environment(tmp_path),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    with process.stderr:
        complaint = process.stderr.read()
    process.wait(deadlines.HANGS)
    assert complaint == ""


@pytest.fixture(scope="module")
def hostile_index(tmp_path_factory: pytest.TempPathFactory, export: Export) -> Path:
    """One article whose every field tries to drive the terminal."""
    folder = tmp_path_factory.mktemp("hostile")
    record = {
        "id": f"bad{ESCAPE}id",
        "title": f"Bad {ESCAPE}title",
        "publisher": f"Bad {ESCAPE}publisher",
        "url": f"https://x/{ESCAPE}",
        "text": f"The {ESCAPE}meeting lasted one{ESCAPE} hour and \x07\x9b45 minutes, he said.",
    }
    (folder / "bad.jsonl").write_text(json.dumps(record) + "\n")
    build(IndexStore(folder / "index"), [folder / "bad.jsonl"], IndexSettings(), export=export)
    return folder / "index"


def test_escape_sequences_in_articles_are_not_printed(pullquote: Run, hostile_index: Path) -> None:
    asked = pullquote("ask", ASKED, "--explain", "--index", hostile_index)
    chatted = pullquote(
        "chat",
        "--index",
        hostile_index,
        typed=f"{ASKED}\n/sources\n/open 1\n/why\n/explain\nAnd {ESCAPE}?\n/{ESCAPE}\n",
    )
    for done in (asked, chatted):
        shown = done.stdout + done.stderr
        assert "45" in shown
        assert [c for c in shown if c in "\x1b\x07\x9b"] == []


def test_json_carries_escape_sequences_escaped(pullquote: Run, hostile_index: Path) -> None:
    done = pullquote("ask", ASKED, "--json", "--index", hostile_index)
    assert [c for c in done.stdout if c != "\n" and (c < " " or "\x7f" <= c <= "\x9f")] == []
    groups = json.loads(done.stdout)["groups"]
    assert groups[0]["citations"][0]["article_id"] == f"bad{ESCAPE}id"


def test_help_lists_every_command(pullquote: Run) -> None:
    done = pullquote("--help")
    assert done.returncode == 0
    assert [command for command in COMMANDS if f"\n  {command} " not in done.stdout] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_every_command_shows_an_example(pullquote: Run, command: str) -> None:
    done = pullquote(command, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"Example: pullquote {command}" in done.stdout
    assert "--config FILE" in done.stdout
    assert "--index DIR" in done.stdout


def test_doctor_finds_nothing_wrong_with_a_good_index(pullquote: Run, seed_index: Path) -> None:
    done = pullquote("doctor", "--index", seed_index)
    assert done.returncode == 0, done.stdout + done.stderr
    *checks, page_dates, later_days = done.stdout.splitlines()
    assert later_days == "ok     later days: no article tells of days after its own"
    assert all(line.startswith("ok ") for line in checks)
    assert page_dates == (
        "note   page dates: not trusted: 002_meeting_confirmed.txt "
        "(2024-03-04: the text speaks of April 14, 2021)"
    )
    assert len(done.stdout.splitlines()) >= 5
