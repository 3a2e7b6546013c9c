"""``list``, ``remove`` and ``verify`` as a user has them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import pytest

from tests.bot.conftest import COMMAND, Run, environment
from tests.bot.test_cli_refusals import check_refusal
from tests.bot.worlds import contents_of
from tests.conftest import SEEDS

ARTICLES = sorted(path.name for path in SEEDS.glob("*.txt"))
TALKS = "004_talks_in_reykjavik.txt"


def records(done: subprocess.CompletedProcess[str]) -> list[dict[str, object]]:
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_jsonl_has_the_stored_texts(pullquote: Run, seed_index: Path) -> None:
    found = records(pullquote("list", "--jsonl", "--text", "--index", seed_index))
    assert sorted(record["id"] for record in found) == ARTICLES
    for record in found:
        path = SEEDS / str(record["id"])
        text = path.read_text(encoding="utf-8")
        assert record["text"] == text
        assert record["characters"] == len(text)
        assert record["path"] == str(path)
    keys = ["id", "title", "publisher", "author", "published", "url", "path", "characters", "text"]
    assert list(found[0]) == keys
    plain = records(pullquote("list", "--jsonl", "--index", seed_index))
    assert [{**record, "text": ""} for record in plain] == [{**r, "text": ""} for r in found]


def test_plain_lines_are_aligned_newest_first(pullquote: Run, seed_index: Path) -> None:
    done = pullquote("list", "--index", seed_index)
    lines = done.stdout.splitlines()
    dated = next(line for line in lines if line.startswith("2024-03-04"))
    assert lines[0] == dated, "the others have no date"
    assert [line.split()[3] for line in lines] == ["002_meeting_confirmed.txt", *(
        name for name in ARTICLES if not name.startswith("002")
    )]  # fmt: skip
    assert len({line.index(line.split()[3]) for line in lines}) == 1
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--publisher", "NORTH"), ["003_summit_in_view.txt"]),
        (("--where", "TALKS"), [TALKS]),
        (("--since", "2024-03-04", "--until", "2024/03/04"), ["002_meeting_confirmed.txt"]),
        (("--since", "2024-03-05"), []),
        (("--author", "nobody of that name"), []),
        (("--sort", "id"), ARTICLES),
    ],
)
def test_what_is_listed(
    pullquote: Run, seed_index: Path, options: tuple[str, ...], expected: list[str]
) -> None:
    done = pullquote("list", *options, "--index", seed_index)
    assert [line.split()[3] for line in done.stdout.splitlines()] == expected
    assert done.stderr == ("" if expected else "no article of the index is like that\n")
    assert done.returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("--jsonl", "--text")])
def test_a_reader_who_leaves_is_not_complained_to(
    seed_index: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    words = " ".join([str(COMMAND), "list", *options, "--index", str(seed_index)])
    done = subprocess.run(
        ["/bin/sh", "-c", f"{words} | true"],
        env=environment(tmp_path), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("list", "--text"), ("--jsonl",)),
        (("list", "--since", "yesterday"), ("yesterday", "2021-05-19")),
        (("remove",), ("--missing",)),
        (("remove", TALKS, "--missing"), ("--missing",)),
        (("remove", "004_talks.txt", "--yes"), ("004_talks.txt", TALKS)),
        (("remove", TALKS, "no such thing at all", "--yes"), ("no such thing", "pullquote list")),
        (("remove", TALKS), ("1 article", TALKS, "--yes")),
        (("remove", SEEDS, "--yes"), ("5 articles", "delete that folder")),
        (("verify", "missing.json"), ("missing.json", "no such file")),
        (("verify", SEEDS / "questions.jsonl"), ("questions.jsonl: line 1", "no answer")),
    ],
)
def test_refusals_leave_the_index_as_it_is(
    pullquote: Run, seed_index: Path, arguments: tuple[str, ...], named: tuple[str, ...]
) -> None:
    before = contents_of(seed_index)
    check_refusal(pullquote(*arguments, "--index", seed_index), 2, *named)
    assert contents_of(seed_index) == before


@pytest.mark.parametrize("command", [("list",), ("remove", "a"), ("verify", "-")])
def test_where_there_is_no_index(pullquote: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    check_refusal(pullquote(*command, cwd=tmp_path), 1, "there is no index yet")
    assert list(tmp_path.iterdir()) == []


def test_what_is_removed_is_said_and_answers_no_more(pullquote: Run, index_copy: Path) -> None:
    done = pullquote("remove", TALKS, "--yes", "--index", index_copy)
    assert done.returncode == 0
    assert done.stdout.startswith("removed 1 article; the index holds 4 articles in ")
    first, named = done.stderr.splitlines()
    assert first == f"1 article will be removed from {index_copy}:"
    assert named.endswith(f"({TALKS})")
    listed = pullquote("list", "--sort", "id", "--index", index_copy).stdout
    assert [line.split()[3] for line in listed.splitlines()] == ARTICLES[:4]
    again = pullquote("remove", TALKS, "--yes", "--index", index_copy)
    check_refusal(again, 2, TALKS)


def test_a_folder_that_is_gone_is_offered_and_removed(
    pullquote: Run, index_copy: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other notes"
    other.mkdir()
    (other / "ferry.txt").write_text("A ferry to Kiel was late. Many passengers waited.")
    at = ("--index", index_copy)
    done = pullquote("index", other, *at)
    assert done.stderr == (
        f"the index holds 5 articles of {SEEDS}; those of {other} are added to them\n"
    )
    assert pullquote("index", other, *at).stderr == ""
    assert pullquote("remove", "--missing", *at).stdout.startswith("no article's file is missing")
    (other / "ferry.txt").unlink()
    other.rmdir()
    check_refusal(
        pullquote("index", other, *at), 2, "no such file or folder", "1 article from it is in the",
        f"`pullquote remove '{other}' --index {index_copy}`",
    )  # fmt: skip
    check_refusal(pullquote("remove", "--missing", *at), 2, "1 article would", "--yes")
    done = pullquote("remove", other, "--yes", *at)
    assert done.stdout.startswith("removed 1 article; the index holds 5 articles")
    check_refusal(pullquote("index", other, *at), 2, "check the path")


def test_citations_are_proved(pullquote: Run, index_copy: Path, tmp_path: Path) -> None:
    at = ("--index", index_copy)
    asked = pullquote("ask", "how long did the meeting last?", "--json", *at)
    answer = tmp_path / "answer.json"
    answer.write_text(asked.stdout)
    cited = [
        citation["article_id"]
        for group in json.loads(asked.stdout)["groups"]
        for citation in group["citations"]
    ]
    assert TALKS in cited
    done = pullquote("verify", answer, *at)
    counts = [line.split() for line in done.stdout.splitlines()]
    assert counts == [
        ["same", str(len(cited))], ["moved", "0"], ["changed", "0"], ["gone", "0"]
    ]  # fmt: skip
    assert done.returncode == 0
    assert pullquote("verify", "-", *at, typed=asked.stdout).stdout == done.stdout
    pullquote("remove", TALKS, "--yes", *at)
    done = pullquote("verify", answer, "--json", *at)
    found = json.loads(done.stdout)
    gone = cited.count(TALKS)
    assert (found["same"], found["gone"]) == (len(cited) - gone, gone)
    assert {citation["article_id"] for citation in found["citations"]} == {TALKS}
    assert done.returncode == 1


@pytest.fixture
def in_terminal(tmp_path: Path) -> Iterator[Callable[..., pexpect.spawn]]:
    running = []

    def spawn(*arguments: str | Path) -> pexpect.spawn:
        child = pexpect.spawn(
            str(COMMAND),
            [str(argument) for argument in arguments],
            env=environment(tmp_path / "state", TERM="xterm"),
            encoding="utf-8",
            dimensions=(40, 120),
            timeout=180,
        )
        running.append(child)
        return child

    yield spawn
    for child in running:
        child.close(force=True)


@pytest.mark.slow
@pytest.mark.parametrize(("typed", "status"), [("y", 0), ("n", 1), ("", 1), ("\x03", 1)])
def test_a_terminal_is_asked(
    in_terminal: Callable[..., pexpect.spawn], index_copy: Path, typed: str, status: int
) -> None:
    before = contents_of(index_copy)
    child = in_terminal("remove", TALKS, "--index", index_copy)
    child.expect_exact("Remove? [y/N] ")
    if typed == "\x03":
        child.sendintr()
    else:
        child.sendline(typed)
    told = {"y": "removed 1 article", "\x03": "stopped; the index is as it was"}
    child.expect_exact(told.get(typed, "nothing was removed"))
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == status
    assert (contents_of(index_copy) == before) == (typed != "y")


@pytest.mark.slow
def test_a_terminal_gets_a_table(
    in_terminal: Callable[..., pexpect.spawn], seed_index: Path
) -> None:
    child = in_terminal("list", "--index", seed_index)
    child.expect_exact("Published")
    for title in ("Northwire", "Lavrov finds Reykjavik talks", "5 articles"):
        child.expect_exact(title)
    child.expect(pexpect.EOF)
