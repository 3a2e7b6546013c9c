"""Where the index and the config lie when a command is not told, or told by a name."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from bot.cli import locations
from bot.cli.locations import DEFAULT_INDEX, located_config, located_index
from bot.cli.merging import merging_note, related, saying
from retrieval.errors import UsageError
from tests.bot.conftest import Run
from tests.bot.test_cli_refusals import check_refusal


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory below a home folder: ``home/work/today``."""
    folder = tmp_path / "home" / "work" / "today"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return folder


def make_index(folder: Path) -> Path:
    """Something that looks like an index from outside."""
    folder.mkdir(parents=True)
    (folder / "CURRENT").write_text("000001\n")
    return folder


def test_the_default_lies_in_the_working_directory(here: Path) -> None:
    assert located_index(None, None) == DEFAULT_INDEX == Path(".pullquote")


def test_the_nearest_one_above_is_found(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = here.parents[1]
    make_index(home.parent / ".pullquote")
    assert located_index(None, None) == DEFAULT_INDEX, "above the home folder nothing is looked for"
    found = make_index(home / ".pullquote")
    assert located_index(None, None) == found
    nearer = make_index(here.parent / ".pullquote")
    assert located_index(None, None) == nearer
    assert capsys.readouterr().err == ""
    assert located_index(None, None, writing=True) == nearer
    told = capsys.readouterr().err
    assert str(nearer) in told
    assert told.count("\n") == 1
    (here / ".pullquote").mkdir()
    assert located_index(None, None, writing=True) == DEFAULT_INDEX
    assert capsys.readouterr().err == ""


def test_a_folder_without_an_index_is_passed_over(here: Path) -> None:
    (here.parent / ".pullquote").mkdir()
    found = make_index(here.parents[1] / ".pullquote")
    assert located_index(None, None) == found


def test_one_that_somebody_else_made_is_passed_over(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = make_index(here.parent / ".pullquote")
    owner = found.stat().st_uid
    monkeypatch.setattr(os, "getuid", lambda: owner + 1)
    expected = found if owner == 0 else DEFAULT_INDEX  # root's is taken
    assert located_index(None, None) == expected


def test_what_is_nearer_to_the_call_goes_first(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_index(here.parent / ".pullquote")
    monkeypatch.setenv("PULLQUOTE_INDEX", "/from/the/environment")
    assert located_index(None, None) == Path("/from/the/environment")
    named = make_index(locations.collections_folder() / "news")
    assert located_index(None, "news") == named
    assert located_index(Path("mine"), None) == Path("mine")
    monkeypatch.setenv("PULLQUOTE_INDEX", "")
    assert located_index(None, None) == here.parent / ".pullquote"


def test_a_folder_and_a_name_are_refused_together(here: Path) -> None:
    with pytest.raises(UsageError, match="give one"):
        located_index(Path("mine"), "news")


@pytest.mark.parametrize("name", ["", ".", "..", ".hidden", "News", "a/b", "ä", "a b", "x" * 101])
def test_names_of_collections_are_plain(here: Path, name: str) -> None:
    for writing in (False, True):
        with pytest.raises(UsageError, match="no name of a collection"):
            located_index(None, name, writing=writing)


def test_a_collection_that_is_not_there_may_be_made_and_not_asked(here: Path) -> None:
    with pytest.raises(UsageError, match="--collection news"):
        located_index(None, "news")
    folder = located_index(None, "news", writing=True)
    assert folder == here.parents[2] / "data" / "pullquote" / "collections" / "news"
    make_index(folder)
    assert located_index(None, "news") == folder
    with pytest.raises(UsageError, match='did you mean "news"'):
        located_index(None, "new")


def test_the_users_own_config_is_read_where_none_is_named(here: Path) -> None:
    named = Path("named.toml")
    assert located_config(None) is None
    own = here.parents[2] / "config" / "pullquote" / "config.toml"
    own.parent.mkdir(parents=True)
    own.write_text("[answer]\ncitations = 2\n")
    assert located_config(None) == own
    assert located_config(named) == named


def test_commands_read_the_users_own_config_and_name_it(
    pullquote: Run, seed_index: Path, tmp_path: Path
) -> None:
    own = tmp_path / "pullquote" / "config.toml"
    own.parent.mkdir()
    own.write_text("[answer]\ncitation = 2\n")
    env = {"XDG_CONFIG_HOME": str(tmp_path)}
    for command in (("ask", "Who?"), ("list",), ("remove", "a"), ("verify", "-")):
        done = pullquote(*command, "--index", seed_index, env=env)
        check_refusal(done, 2, str(own), 'did you mean "citations"')
    done = pullquote("doctor", "--index", seed_index, env=env)
    assert f"FAULT  config: {own}" in done.stdout


def test_a_collection_is_used_by_its_name(pullquote: Run, index_copy: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    folder = data / "pullquote" / "collections" / "news"
    shutil.copytree(index_copy, folder)
    (folder.parent / "empty").mkdir()
    env = {"XDG_DATA_HOME": str(data)}
    listed = pullquote("list", "--collection", "news", env=env)
    assert listed.stdout == pullquote("list", "--index", folder, env=env).stdout
    found = json.loads(pullquote("collections", "--json", env=env).stdout)
    assert [(one["name"], one["articles"], one["folder"]) for one in found] == [
        ("empty", 0, str(folder.parent / "empty")),
        ("news", 5, str(folder)),
    ]
    lines = pullquote("collections", env=env).stdout.splitlines()
    assert [line.split()[:2] for line in lines] == [["empty", "0"], ["news", "5"]]
    assert lines[1].endswith(str(folder))
    refused = pullquote("ask", "Who?", "--collection", "new", env=env)
    check_refusal(refused, 2, 'no collection "new"', 'did you mean "news"')
    both = pullquote("ask", "Who?", "--collection", "news", "--index", folder, env=env)
    check_refusal(both, 2, "--index and --collection")


def test_where_there_are_no_collections_it_is_said_how_to_make_one(pullquote: Run) -> None:
    done = pullquote("collections")
    assert (done.returncode, done.stdout) == (0, "")
    assert "--collection NAME" in done.stderr
    assert pullquote("collections", "--json").stdout == "[]\n"


def test_an_index_is_found_from_below_and_by_the_variable(
    pullquote: Run, seed_index: Path, tmp_path: Path
) -> None:
    expected = pullquote("list", "--index", seed_index).stdout
    below = tmp_path / "some" / "where"
    below.mkdir(parents=True)
    named = pullquote("list", cwd=below, env={"PULLQUOTE_INDEX": str(seed_index)})
    assert named.stdout == expected
    shutil.copytree(seed_index, tmp_path / ".pullquote")
    assert pullquote("list", cwd=below).stdout == expected


def test_which_places_belong_together() -> None:
    assert related("/a/b", "/a/b")
    assert related("/a", "/a/b")
    assert related("/a/b", "/a")
    assert not related("/a/b", "/a/bc")
    assert related("https://a.b/c", "https://a.b/c")
    assert not related("https://a.b/c", "https://a.b")


def test_adding_to_other_articles_is_said_once_the_reading_is_done(
    seed_index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert merging_note(tmp_path / "no index", [tmp_path]) is None
    note = merging_note(seed_index, [tmp_path, "https://example.org/feed"])
    assert note is not None
    assert note.endswith(f"those of {tmp_path} and https://example.org/feed are added to them")
    shown: list[tuple[str, int, int]] = []
    show = saying(note, lambda *stage: shown.append(stage))
    stages = [
        ("Reading files", 0, 0),
        ("Reading files", 1, 0),
        ("Writing", 0, 1),
        ("Writing", 1, 1),
    ]
    for stage in stages[:2]:
        show(*stage)
    assert capsys.readouterr().err == ""
    for stage in stages[2:]:
        show(*stage)
    assert capsys.readouterr().err == note + "\n"
    assert shown == stages
