"""Bad input at the command line: one sentence, the right exit status, the index untouched."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from retrieval.index.store import IndexStore
from tests import deadlines
from tests.bot.conftest import COMMAND, Run, environment
from tests.bot.worlds import contents_of

GOOD = '{"id": "a%d", "text": "It rained in Reykjavik on May %d."}\n'
ASKED = "how long did the meeting last?"


def test_a_process_of_its_own_refuses_in_the_same_words(
    pullquote: Run, pullquote_process: Run, seed_index: Path, tmp_path: Path
) -> None:
    """Everything else here is asked in the process of the tests, where a call costs nothing."""
    for arguments in (("ask", "", "--index", seed_index), ("index", tmp_path), ("frobnicate",)):
        here, there = pullquote(*arguments), pullquote_process(*arguments)
        assert there.returncode == here.returncode != 0
        assert (there.stdout, there.stderr) == (here.stdout, here.stderr)


def check_refusal(
    done: subprocess.CompletedProcess[str], status: int, *named: str, prefix: str = "pullquote: "
) -> None:
    assert done.stderr.startswith(prefix), done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stderr
    assert [name for name in named if name not in done.stderr] == [], done.stderr
    assert done.stdout == ""
    assert done.returncode == status


def _missing(folder: Path) -> Path:
    return folder / "missing"


def _empty_folder(folder: Path) -> Path:
    return folder


def _empty_file(folder: Path) -> Path:
    path = folder / "empty.txt"
    path.touch()
    return path


def _binary(folder: Path) -> Path:
    path = folder / "picture.txt"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    return path


def _nul(folder: Path) -> Path:
    path = folder / "nul.txt"
    path.write_bytes(b"plain words\0and more")
    return path


def _questions(folder: Path) -> Path:
    path = folder / "questions.jsonl"
    path.write_text('{"id": "q1", "question": "Who?", "answers": []}\n')
    return path


def _odd_name(folder: Path) -> Path:
    return folder / "no\nsuch\x1b[31mfile.txt"


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (_missing, ("missing",)),
        (_empty_folder, ("no articles",)),
        (_empty_file, ("empty.txt", "empty")),
        (_binary, ("picture.txt", "byte 0")),
        (_nul, ("nul.txt", "byte 11")),
        (_questions, ("questions.jsonl", "evaluate")),
        (_odd_name, ("such", "no such file")),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_cannot_be_indexed(
    pullquote: Run,
    seed_index: Path,
    tmp_path: Path,
    make: Callable[[Path], Path],
    named: tuple[str, ...],
) -> None:
    before = contents_of(seed_index)
    done = pullquote("index", make(tmp_path), "--index", seed_index)
    check_refusal(done, 2, *named)
    assert contents_of(seed_index) == before


def test_one_bad_path_spoils_the_whole_call(
    pullquote: Run, seed_index: Path, tmp_path: Path
) -> None:
    good = tmp_path / "good.txt"
    good.write_text("It rained in Reykjavik.")
    before = contents_of(seed_index)
    check_refusal(pullquote("index", good, tmp_path / "missing", "--index", seed_index), 2)
    assert contents_of(seed_index) == before


def test_a_refused_first_index_leaves_nothing_behind(pullquote: Run, tmp_path: Path) -> None:
    check_refusal(pullquote("index", "missing", cwd=tmp_path), 2, "missing")
    assert list(tmp_path.iterdir()) == []


def test_a_refused_first_file_leaves_nothing_behind(pullquote: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"\0")
    check_refusal(pullquote("index", "bad.txt", cwd=tmp_path), 2, "bad.txt", "binary")
    assert [path.name for path in tmp_path.iterdir()] == ["bad.txt"]


def test_bad_lines_and_ids_that_are_taken_cost_no_other_article(
    pullquote: Run, tmp_path: Path
) -> None:
    hostile = json.dumps({"id": "a\n\x1b[31mb", "text": "It rained."}) + "\n"
    lines = [GOOD % (1, 1), "{broken\n", GOOD % (2, 2), GOOD % (1, 3), GOOD % (2, 2), hostile]
    (tmp_path / "mixed.jsonl").write_text("".join(lines) + hostile)
    done = pullquote("index", "mixed.jsonl", "--verbose", cwd=tmp_path)
    assert done.returncode == 0
    assert "added 4, changed 0, unchanged 0, removed 0, skipped 3\n" in done.stdout
    assert "mixed.jsonl line 2" in done.stdout
    assert 'note: two articles have the id "a1": the second is kept as "a1~2"' in done.stdout
    assert "\x1b" not in done.stdout
    log = (tmp_path / ".pullquote" / "skipped.log").read_text()
    assert len(log.splitlines()) == 4


def without_root_rights(*command: str | Path) -> list[str]:
    """Root may read everything, unless it gives up the two capabilities that say so."""
    if os.geteuid() != 0:
        return [*map(str, command)]
    if shutil.which("setpriv") is None:
        pytest.skip("root may read everything, and setpriv is not here to change that")
    return ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", *map(str, command)]


@pytest.mark.parametrize("what", ["folder", "file"])
def test_a_path_without_read_permission(seed_index: Path, tmp_path: Path, what: str) -> None:
    shut = tmp_path / "shut"
    if what == "folder":
        shut.mkdir(mode=0)
    else:
        shut = shut.with_suffix(".txt")
        shut.write_text("It rained in Reykjavik.")
        shut.chmod(0)
    before = contents_of(seed_index)
    command = without_root_rights(COMMAND, "index", shut, "--index", seed_index)
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", timeout=deadlines.HANGS, check=False
    )
    check_refusal(done, 2, "shut", "ermission")
    assert contents_of(seed_index) == before


def test_a_full_disk_while_indexing(index_copy: Path, tmp_path: Path) -> None:
    """A limit on the size of files stands in for the disk: the kernel refuses the same writes."""
    words = tmp_path / "more.jsonl"
    words.write_text("".join(GOOD % (n, n) for n in range(60)))
    before = contents_of(index_copy)

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    done = subprocess.run(
        [str(COMMAND), "index", str(words), "--index", str(index_copy)],
        env=environment(tmp_path),
        preexec_fn=small_files,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=deadlines.HANGS,
        check=False,
    )
    check_refusal(done, 1, "free some space")
    after = contents_of(index_copy)
    assert {name: after[name] for name in before} == before
    assert [
        name for name in after if not name.startswith("unfinished/") and name not in before
    ] == []


@pytest.mark.parametrize("question", ["", "\u00a0\n"])
def test_an_empty_question(pullquote: Run, seed_index: Path, question: str) -> None:
    check_refusal(pullquote("ask", question, "--index", seed_index), 2, "empty")


def test_an_endless_question(pullquote: Run, seed_index: Path) -> None:
    done = pullquote("ask", "why " * 25_000, "--index", seed_index)
    check_refusal(done, 2, "99,999", "2,000")
    assert len(done.stderr) < 300


@pytest.mark.parametrize("day", ["2021-02-30", ""])
def test_a_day_that_is_none(pullquote: Run, seed_index: Path, day: str) -> None:
    check_refusal(pullquote("ask", ASKED, "--as-of", day, "--index", seed_index), 2, "date")


@pytest.mark.parametrize(
    "command", [("ask", ASKED), ("index", "."), ("evaluate", "questions.jsonl")]
)
def test_a_misspelt_key_in_the_config(
    pullquote: Run, seed_index: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    config = tmp_path / "mine.toml"
    config.write_text("[answer]\ntreshold = 0.5\n")
    before = contents_of(seed_index)
    done = pullquote(*command, "--config", config, "--index", seed_index, cwd=tmp_path)
    check_refusal(done, 2, "mine.toml", "answer.treshold", 'did you mean "threshold"?')
    assert contents_of(seed_index) == before


@pytest.mark.parametrize("command", [("ask", ASKED), ("chat",)])
def test_no_index_yet(pullquote: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    done = pullquote(*command, "--index", tmp_path / "none")
    check_refusal(done, 1, "none", "no index yet", "pullquote index")
    assert not (tmp_path / "none").exists()


def damage_by_format(index: Path) -> str:
    version = IndexStore(index).current()
    assert version is not None
    manifest = version / "manifest.json"
    record = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps({**record, "format": record["format"] + 1}), encoding="utf-8")
    return "newer"


def damage_by_truncation(index: Path) -> str:
    version = IndexStore(index).current()
    assert version is not None
    vectors = version / "vectors.npy"
    vectors.write_bytes(vectors.read_bytes()[:-1])
    return "truncated"


def damage_by_altering(index: Path) -> str:
    version = IndexStore(index).current()
    assert version is not None
    vectors = version / "vectors.npy"
    data = vectors.read_bytes()
    vectors.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    return "checksum"


def damage_by_losing_a_file(index: Path) -> str:
    version = IndexStore(index).current()
    assert version is not None
    (version / "articles.sqlite").unlink()
    return "missing"


@pytest.mark.parametrize(
    "damage",
    [damage_by_format, damage_by_truncation, damage_by_altering, damage_by_losing_a_file],
    ids=lambda damage: damage.__name__,
)
def test_an_index_that_cannot_be_used(
    pullquote: Run, index_copy: Path, damage: Callable[[Path], str]
) -> None:
    fault = damage(index_copy)
    before = contents_of(index_copy)
    check_refusal(pullquote("ask", ASKED, "--index", index_copy), 1, fault)
    doctor = pullquote("doctor", "--index", index_copy)
    assert doctor.returncode == 1
    assert [fault in line for line in doctor.stdout.splitlines() if "FAULT" in line] == [True]
    assert contents_of(index_copy) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("frobnicate",),
        ("ask",),
        ("ask", ASKED, "--frobnicate"),
        ("index",),
        ("evaluate",),
        ("evaluate", "x.jsonl", "--task", "frobnicate"),
    ],
)
def test_a_wrong_call_is_status_2_without_a_traceback(
    pullquote: Run, arguments: tuple[str, ...]
) -> None:
    done = pullquote(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr
    assert "Traceback" not in done.stderr


def test_a_faulty_question_set_writes_nothing(
    pullquote: Run, seed_index: Path, tmp_path: Path
) -> None:
    faulty = tmp_path / "faulty.jsonl"
    faulty.write_text('{"id": "q1", "question": "Who?", "answers": []}\n{"id": "q2"\n')
    done = pullquote("evaluate", faulty, "--index", seed_index, cwd=tmp_path)
    check_refusal(done, 2, "faulty.jsonl", "line 2")
    assert [path.name for path in tmp_path.iterdir()] == ["faulty.jsonl"]


def test_reading_a_set_without_paragraphs_writes_nothing(
    pullquote: Run, seed_index: Path, tmp_path: Path
) -> None:
    bare = tmp_path / "bare.jsonl"
    bare.write_text('{"id": "q1", "question": "Who?", "answers": []}\n')
    done = pullquote("evaluate", bare, "--task", "read", "--index", seed_index, cwd=tmp_path)
    check_refusal(done, 2, "bare.jsonl", "paragraph")
    assert [path.name for path in tmp_path.iterdir()] == ["bare.jsonl"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize(
    "command",
    [
        ["doctor"],
        pytest.param(["ask", ASKED], marks=pytest.mark.slow),
        pytest.param(["ask", ASKED, "--json"], marks=pytest.mark.slow),
    ],
)
def test_a_full_disk_below_the_results(seed_index: Path, command: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [str(COMMAND), *command, "--index", str(seed_index)],
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            timeout=deadlines.HANGS,
            check=False,
        )
    assert done.stderr.startswith("pullquote: the result cannot be written"), done.stderr
    assert done.stderr.count("\n") == 1
    assert done.returncode == 1
