"""Named paths to articles: what is refused, what is skipped, and why."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.errors import ArticleFileError
from retrieval.ingest.raw import Skipped
from tests import deadlines

from .builders import Reading, assert_one_sentence, read_paths, write_jsonl

PROJECT = Path(__file__).parents[2]


def ids(reading: Reading) -> list[str]:
    return [raw.id for raw in reading.articles]


def skipped(reading: Reading) -> dict[str, str]:
    return {item.name: item.reason for item in reading.skipped}


def refused(*paths: Path) -> str:
    with pytest.raises(ArticleFileError) as caught:
        read_paths(*paths)
    assert_one_sentence(caught.value)
    return str(caught.value)


def write(path: Path, text: str = "Some words.") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_ids_are_paths_relative_to_the_named_folder(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "sub/deep/C.TXT", "wörld 😀.txt"):
        write(tmp_path / name)
    assert ids(read_paths(tmp_path)) == ["a.md", "b.txt", "wörld 😀.txt", "sub/deep/C.TXT"]


def test_text_is_kept_exactly(tmp_path: Path) -> None:
    text = "\n  One\r\ntwo\rthree\u2028 \ufeff four \x00".rstrip("\x00")
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert read_paths(tmp_path).articles[0].text == text


def test_files_folders_and_jsonl_together(tmp_path: Path) -> None:
    one = write(tmp_path / "one.txt")
    write(tmp_path / "folder" / "two.txt")
    lines = write_jsonl(tmp_path / "three.jsonl", {"id": "3", "text": "Three."})
    assert ids(read_paths(one, tmp_path / "folder", lines)) == ["one.txt", "two.txt", "3"]


def test_the_same_path_twice_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "a.txt")
    monkeypatch.chdir(tmp_path)
    assert ids(read_paths(tmp_path, Path(), tmp_path / "sub" / "..")) == ["a.txt"]


@pytest.mark.parametrize("named", [["sub/a.txt", "."], [".", "sub"], ["sub", "."]])
def test_a_file_under_two_named_paths_is_one_article(tmp_path: Path, named: list[str]) -> None:
    # Was: it gets one id for each named path, so that its copy counts as a second article; the
    # second run then reports one "removed".
    write(tmp_path / "sub" / "a.txt")
    assert len(read_paths(*(tmp_path / name for name in named)).articles) == 1


def test_a_missing_path(tmp_path: Path) -> None:
    assert "no such file or folder" in refused(tmp_path / "missing")
    assert "missing" in refused(write(tmp_path / "a.txt"), tmp_path / "missing")


def test_an_empty_folder_holds_nothing(tmp_path: Path) -> None:
    assert read_paths(tmp_path) == Reading((), (), ())


@pytest.mark.parametrize("text", ["", " \n\t\r\n", "\u00a0"])
def test_an_empty_file_is_refused_by_name_and_skipped_in_a_folder(
    tmp_path: Path, text: str
) -> None:
    file = write(tmp_path / "a.txt", text)
    assert "the file is empty" in refused(file)
    assert "the file is empty" in skipped(read_paths(tmp_path))["a.txt"]


BAD_FILES: dict[str, bytes] = {
    "image.txt": b"\x89PNG\r\n\x1a\n\0\0",
    "nul.txt": b"abc\0def",
    "latin1.txt": b"caf\xe9",
    "cut.jsonl.gz": gzip.compress(b'{"id": "a", "text": "b"}' * 9, mtime=0)[:20],
    "questions.jsonl": json.dumps({"id": "q", "question": "Why?"}).encode(),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_one_bad_file_is_refused_by_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(BAD_FILES[name])
    assert refused(tmp_path / name).startswith(str(tmp_path / name))


def test_bad_files_in_a_folder_are_skipped_with_their_reasons(tmp_path: Path) -> None:
    for name, data in BAD_FILES.items():
        (tmp_path / name).write_bytes(data)
    write(tmp_path / "good.txt")
    reading = read_paths(tmp_path)
    assert ids(reading) == ["good.txt"]
    assert set(skipped(reading)) == set(BAD_FILES)
    assert all(str(tmp_path) not in reason for reason in skipped(reading).values())


def test_a_bad_line_is_left_out_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "a", "text": "b"}\n{broken\n{"id": "c", "text": "d"}', encoding="utf-8")
    reading = read_paths(path)
    assert ids(reading) == ["a", "c"]
    assert [item.name for item in reading.skipped] == ["a.jsonl line 2"]


def test_an_unknown_ending_is_refused_by_name_and_skipped_in_a_folder(tmp_path: Path) -> None:
    file = write(tmp_path / "a.exe")
    write(tmp_path / "b.txt")
    assert ".jsonl" in refused(file)
    assert "not an article file" in skipped(read_paths(tmp_path))["a.exe"]


def test_hidden_files_and_folders_are_left_out_and_said_so(tmp_path: Path) -> None:
    write(tmp_path / ".hidden.txt")
    write(tmp_path / ".git" / "a.txt")
    write(tmp_path / "b.txt")
    reading = read_paths(tmp_path)
    assert ids(reading) == ["b.txt"]
    assert skipped(reading) == {".hidden.txt": "hidden file", ".git/": "hidden folder"}


def test_a_hidden_file_that_is_named_is_read(tmp_path: Path) -> None:
    assert ids(read_paths(write(tmp_path / ".a.txt"))) == [".a.txt"]


@pytest.mark.parametrize("name", [".pullquote", "index"])
def test_the_index_itself_is_not_read_and_not_mentioned(tmp_path: Path, name: str) -> None:
    write(tmp_path / name / "a.txt")
    write(tmp_path / "b.txt")
    reading = read_paths(tmp_path, exclude=(tmp_path / name,))
    assert (ids(reading), reading.skipped) == (["b.txt"], ())


def test_symbolic_links(tmp_path: Path) -> None:
    write(tmp_path / "real" / "a.txt")
    (tmp_path / "real" / "link.txt").symlink_to("a.txt")
    (tmp_path / "real" / "loop.txt").symlink_to("loop.txt")
    (tmp_path / "real" / "gone.txt").symlink_to("nowhere.txt")
    (tmp_path / "real" / "around").symlink_to("..")
    reading = read_paths(tmp_path)
    assert ids(reading) == ["real/a.txt", "real/link.txt"]
    assert skipped(reading)["real/loop.txt"] == "not a regular file"
    assert skipped(reading)["real/gone.txt"] == "not a regular file"
    assert "loop.txt" in refused(tmp_path / "real" / "loop.txt")


def test_a_linked_folder_is_read_or_said_to_be_left_out(tmp_path: Path) -> None:
    # Was: it is left out in silence; the user sees neither its articles nor a reason.
    write(tmp_path / "elsewhere" / "a.txt")
    (tmp_path / "named").mkdir()
    (tmp_path / "named" / "link").symlink_to(tmp_path / "elsewhere")
    reading = read_paths(tmp_path / "named")
    assert ids(reading) == ["link/a.txt"] or "link/" in skipped(reading)


def test_a_link_that_leaves_the_folder_is_left_out_and_said_so(tmp_path: Path) -> None:
    secret = write(tmp_path / "elsewhere" / "secret.txt")
    (tmp_path / "named").mkdir()
    (tmp_path / "named" / "link.txt").symlink_to(secret)
    reading = read_paths(tmp_path / "named")
    assert reading.articles == ()
    assert "outside the folder" in skipped(reading)["link.txt"]
    assert ids(read_paths(tmp_path / "named" / "link.txt")) == ["link.txt"], "named, it is read"


def test_pipes_and_folders_named_like_articles(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    write(tmp_path / "folder.txt" / "a.txt")
    reading = read_paths(tmp_path)
    assert ids(reading) == ["folder.txt/a.txt"]
    assert skipped(reading) == {"pipe.txt": "not a regular file"}
    assert "neither a file nor a folder" in refused(tmp_path / "pipe.txt")


def test_a_path_below_a_file_is_refused(tmp_path: Path) -> None:
    refused(write(tmp_path / "a.txt") / "b.txt")


@pytest.mark.parametrize("name", ["x" * 300 + ".txt", "new\nline", "-"])
def test_odd_names_that_do_not_exist_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ArticleFileError):
        read_paths(tmp_path / name)


def test_a_file_whose_name_is_no_unicode_is_skipped_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"bad\xff.txt")).write_text("words", encoding="utf-8")
    reading = read_paths(tmp_path)
    assert list(skipped(reading).values()) == ["file name is not valid Unicode"]
    assert all(item.name.encode("utf-8") for item in reading.skipped)


def test_a_file_whose_name_is_no_unicode_is_refused_by_name(tmp_path: Path) -> None:
    # Was: scan() looks at the name only in folders; named, the surrogates reach SQLite and end the
    # run with a UnicodeEncodeError.
    file = tmp_path / os.fsdecode(b"bad\xff.txt")
    file.write_text("words", encoding="utf-8")
    refused(file)


def test_duplicate_ids_across_files(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_jsonl(tmp_path / f"{name}.jsonl", {"id": "same", "text": name})
    reading = read_paths(tmp_path)
    assert [(raw.id, raw.text) for raw in reading.articles] == [("same", "a"), ("same~2", "b")]
    (note,) = reading.notes
    assert note.startswith('two articles have the id "same": the second from ')
    assert note.endswith('b.jsonl is kept as "same~2"')


def test_the_same_article_twice_is_one(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_jsonl(tmp_path / f"{name}.jsonl", {"id": "same", "text": "Words."})
    reading = read_paths(tmp_path)
    assert ids(reading) == ["same"]
    (left,) = reading.skipped
    assert left.name == 'b.jsonl "same"'
    assert left.reason == f"the same article is there already, from {tmp_path / 'a.jsonl'}"


def test_the_same_name_in_two_named_folders(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(tmp_path / name / "a.txt", name)
    reading = read_paths(tmp_path / "one", tmp_path / "two")
    assert [(raw.id, raw.text) for raw in reading.articles] == [
        ("a.txt", "one"),
        ("a.txt~2", "two"),
    ]
    assert ids(read_paths(tmp_path)) == ["one/a.txt", "two/a.txt"]


def test_what_a_skipped_folder_covers() -> None:
    folder = Skipped("/x", "/x/sub/", "why")
    assert folder.covers("/x/sub/deep/a.txt")
    assert not folder.covers("/x/subway.txt")
    assert folder.name == "sub/"
    assert Skipped("/x/a.txt", "/x/a.txt", "why").name == "a.txt"


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that any user may enter."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        for path in folder.rglob("*"):
            path.chmod(0o755)


def as_nobody(path: Path) -> str:
    """Reads a path as a user without rights: ids and skipped names, or the error."""
    program = f"""
import os, sys
sys.path.insert(0, {str(PROJECT)!r})
from pathlib import Path
from retrieval.errors import ArticleFileError
from retrieval.ingest.document import ReadSettings
from retrieval.ingest.raw import RawArticle, Skipped
from retrieval.ingest.sources import read, scan
if os.geteuid() == 0:
    os.setegid(65534), os.seteuid(65534)
try:
    found = list(read(scan([Path(sys.argv[1])]), ReadSettings()))
    ids = [item.id for item in found if isinstance(item, RawArticle)]
    print(ids, [item.name for item in found if isinstance(item, Skipped)])
except ArticleFileError as error:
    print(error)
"""
    command = [sys.executable, "-c", program, str(path)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=deadlines.HANGS
    )
    assert done.returncode == 0, done.stderr.splitlines()[-1]
    return done.stdout.strip()


def test_what_may_not_be_read(shared: Path) -> None:
    write(shared / "a.txt")
    write(shared / "locked" / "b.txt")
    write(shared / "private.txt").chmod(0o000)
    (shared / "locked").chmod(0o000)
    assert "folder cannot be read (Permission denied)" in as_nobody(shared / "locked")
    assert "cannot be read (Permission denied)" in as_nobody(shared / "private.txt")
    assert as_nobody(shared) == "['a.txt'] ['locked/', 'private.txt']"


def test_a_folder_that_may_be_listed_but_not_entered(shared: Path) -> None:
    # Was: Path.is_file() raises PermissionError (Python 3.11), which nothing turns into a reason;
    # one such folder ends the whole run with a traceback.
    write(shared / "a.txt")
    write(shared / "listed" / "b.txt")
    (shared / "listed").chmod(0o744)
    assert as_nobody(shared).startswith("['a.txt'] [")
