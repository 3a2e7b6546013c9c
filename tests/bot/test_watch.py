"""``pullquote watch``: what is read when, what is said of it, and how it is stopped."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pytest

from bot.assembly import watching
from bot.assembly.sources import asked_for, parted
from bot.assembly.watching import Round, Watched
from bot.cli import watch
from bot.cli.watch import Watch, file_events, news_line
from bot.config import Config
from retrieval.errors import ArticleFileError, IndexLockedError
from retrieval.fetch import limits
from retrieval.fetch.limits import Limits
from retrieval.index.store import IndexStore
from retrieval.indexing.build import (
    Asked,
    Export,
    IndexReport,
    IndexSettings,
    build,
    build_from,
    no_progress,
)
from retrieval.ingest.document import ReadSettings
from retrieval.ingest.raw import Skipped
from tests import deadlines
from tests.bot.conftest import Run, environment
from tests.retrieval.test_feeds import rss
from tests.retrieval.tiny_encoder import tiny_export, tiny_settings
from tests.retrieval.web import Web, page, serving

EVERY = 900.0
NEWS = Skipped("http://a.example/", "http://a.example/x", "is not there (status 404); check it.")
HIDDEN = Skipped("/f", "/f/.x", "hidden file")


def report(added: int = 0, changed: int = 0, removed: int = 0, *skipped: Skipped) -> IndexReport:
    return IndexReport(added, changed, 0, removed, skipped, (), 9, 9, 0)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Scripted:
    """Plays what is to happen in each round."""

    def __init__(self, folder: Path, *rounds: Round | Exception) -> None:
        self.index_folder = folder
        self.paths, self.addresses = [folder], ["http://a.example/feed"]
        self.asked: list[str] = []
        self._rounds = list(rounds)

    def files(self) -> Round:
        return self._played("files")

    def everything_fetched(self) -> Round:
        return self._played("everything")

    def news_fetched(self) -> Round:
        return self._played("news")

    def _played(self, kind: str) -> Round:
        self.asked.append(kind)
        came = self._rounds.pop(0) if self._rounds else Round(None)
        if isinstance(came, Exception):
            raise came
        return came


class Played:
    """A watch over a script, with a clock set by hand and what was said."""

    def __init__(self, folder: Path, *rounds: Round | Exception) -> None:
        self.clock, self.said = Clock(), list[str]()
        self.watched = Scripted(folder, *rounds)
        say = self.said.append
        self.watch = Watch(self.watched, EVERY, clock=self.clock, say=say, warn=say)

    def at(self, second: float, *, changed: bool = False) -> list[str]:
        """What was done in a step at that second."""
        self.watched.asked.clear()
        self.clock.now = second
        self.watch.step(changed)
        return self.watched.asked


def test_files_at_once_and_everything_every_so_often(tmp_path: Path) -> None:
    played = Played(tmp_path)
    assert played.at(0) == ["files", "everything"]
    assert played.at(1) == []
    assert played.at(2, changed=True) == ["files"]
    assert played.at(EVERY) == ["news"]
    assert played.at(EVERY + 1) == []
    assert played.at(EVERY + 2) == ["files"], "not every disk tells of its changes"
    assert played.at(2 * EVERY) == ["news"]


def test_what_came_is_one_line(tmp_path: Path) -> None:
    four = ("Tides", "Ships", "Ports", "Ropes")
    played = Played(tmp_path, Round(report(2, 1), four[:3]), Round(report(4), four))
    played.at(0)
    assert played.said == [
        "added 2, changed 1: Tides; Ships; Ports",
        "added 4: Tides; Ships; Ports; …",
    ]
    assert news_line(Round(report(removed=2))) == "removed 2"
    assert news_line(Round(report())) == news_line(Round(None)) == ""


def test_a_fault_is_said_once_and_the_next_round_goes_on(tmp_path: Path) -> None:
    fault = ArticleFileError("/f: there is no such folder; check the path.")
    played = Played(tmp_path, fault, Round(report()), fault, fault, Round(report(1), ("Tides",)))
    for second in range(5):
        played.at(second, changed=True)
    assert played.said == [str(fault), "added 1: Tides"]


def test_what_is_left_out_is_said_when_it_is_new(tmp_path: Path) -> None:
    missing, hidden = (
        Round(None, skipped=(NEWS,)),
        Round(report(0, 0, 0, HIDDEN), skipped=(HIDDEN,)),
    )
    played = Played(tmp_path, hidden, missing, hidden, missing)
    played.at(0)
    played.at(EVERY)
    assert played.said == [
        "left out 1: http://a.example/x: is not there (status 404); check it",
    ]


def test_a_locked_index_is_waited_for(tmp_path: Path) -> None:
    locked = IndexLockedError("/i: another `pullquote index` is writing this index; wait for it.")
    played = Played(tmp_path, locked, locked, locked, locked)
    assert played.at(0) == ["files", "everything"]
    assert played.at(1) == []
    assert played.at(6) == ["files", "everything"], "whatever was fetched is not in the index yet"
    assert played.at(12) == ["files", "everything"]
    assert played.at(EVERY + 12) == ["files", "news"]
    assert played.said == [f"waiting: {locked}"] * 2, "once for files and once for addresses"


def test_a_failed_round_is_made_up_for(tmp_path: Path) -> None:
    """What was fetched in it is no news to the next one, and still not in the index."""
    played = Played(tmp_path, Round(None), Round(None), ArticleFileError("full; mend."))
    played.at(0)
    assert played.at(EVERY - 1) == []
    played.watched.paths = []
    assert played.at(EVERY) == ["news"]
    assert played.at(2 * EVERY) == ["everything"]
    assert played.at(3 * EVERY) == ["news"]


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    monkeypatch.setattr(limits, "Limits", lambda size: Limits(size=size, pause=0.0))
    with serving() as served:
        yield served


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "articles"
    made.mkdir()
    (made / "a.txt").write_text("The mill opened at six.")
    return made


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Indexes are built with the tiny model."""

    def built(config: Config, index: Path, asked: Asked, progress: object) -> IndexReport:
        settings = tiny_settings(tmp_path)
        return build_from(IndexStore(index), asked, settings, export=tiny_export)

    monkeypatch.setattr(watching, "build_asked", built)


def feed_of(*links: str) -> bytes:
    items = (
        f"<title>Tide {n}</title><link>{link}</link><description>Brief.</description>"
        for n, link in enumerate(links)
    )
    return rss(*items)


def test_paths_and_addresses_are_told_apart() -> None:
    named = ["a/b.txt", "https://a.example/x", Path("feeds.OPML"), "c", "https://a.example/x"]
    assert parted(named) == ([Path("a/b.txt"), Path("c")], ["https://a.example/x", "feeds.OPML"])


def test_paths_and_addresses_in_one_index(web: Web, folder: Path, tmp_path: Path) -> None:
    web.pages |= {
        "/feed": page(feed_of(web.at("/t"), web.at("/gone")), "application/rss+xml"),
        "/t": page("The tide rose."),
        "/p": page("The port closed."),
    }
    store, settings = IndexStore(tmp_path / "index"), tiny_settings(tmp_path)

    def index(*named: str | Path) -> IndexReport:
        asked = asked_for(named, store, no_progress, ReadSettings())
        return build_from(store, asked, settings, export=tiny_export)

    first = index(folder, web.at("/feed"), web.at("/p"))
    assert (first.added, [skip.path for skip in first.skipped]) == (3, [web.at("/gone")])
    # What has left its feed or its site stays; what is gone from a named folder goes.
    web.pages = {"/feed": page(feed_of(web.at("/gone")), "application/rss+xml")}
    (folder / "a.txt").rename(folder / "b.txt")
    second = index(folder, web.at("/feed"), web.at("/p"))
    assert (second.added, second.changed, second.removed, second.articles) == (1, 0, 1, 3)
    assert [skip.path for skip in second.skipped] == [web.at("/gone"), web.at("/p")]
    with pytest.raises(ArticleFileError, match=r"is not there \(status 404\)"):
        index(web.at("/p"))
    assert index(folder).articles == 3


@pytest.mark.parametrize(
    ("named", "words"),
    [
        (["ftp://a.example/"], "only http:// and https://"),
        (["no/such.opml"], "there is no such file"),
        (["https://a.example/", "no/such"], "there is no such file"),
    ],
)
def test_wrong_names_are_refused_before_anything_is_fetched(
    named: list[str], words: str, tmp_path: Path
) -> None:
    with pytest.raises(ArticleFileError, match=words):
        asked_for(named, IndexStore(tmp_path / "index"), no_progress, ReadSettings())
    with pytest.raises(ArticleFileError, match=words):
        Watched(Config(), tmp_path / "index", named)


@pytest.mark.usefixtures("tiny")
def test_rounds_bring_what_is_new(web: Web, folder: Path, tmp_path: Path) -> None:
    web.pages["/p"] = page("The port closed.", ETag='"1"')
    watched = Watched(Config(), tmp_path / "index", [str(folder), web.at("/p")])
    files = watched.files()
    assert files.titles == ("a.txt",)
    assert watched.everything_fetched().titles == (web.at("/p"),)
    version = IndexStore(tmp_path / "index").current()
    assert watched.news_fetched() == Round(None)
    web.pages["/p"] = page("The port opened.", ETag='"2"')
    news = watched.news_fetched()
    assert news.report is not None
    assert (news.report.changed, news.titles) == (1, (web.at("/p"),))
    assert IndexStore(tmp_path / "index").current() != version
    web.pages["/p"] = page(b"\x00\x01", ETag='"3"')
    (unreadable,) = watched.news_fetched().skipped
    assert (unreadable.path, "binary" in unreadable.reason) == (web.at("/p"), True)
    web.pages.clear()
    gone = watched.news_fetched()
    assert [(skip.path, skip.reason) for skip in gone.skipped] == [
        (web.at("/p"), "is not there (status 404); check the address.")
    ]


def test_changes_of_a_folder_are_seen(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seconds in ("_TICK", "_SETTLED"):
        monkeypatch.setattr(watch, seconds, 0.2)
    index = folder / "index"
    events = file_events([folder], index)
    assert next(events) is False
    index.mkdir()
    (index / "inside.txt").write_text("x")
    (folder / ".hidden").write_text("x")
    assert next(events) is False, "what belongs to the index is none of the articles"
    (folder / "b.txt").write_text("The mill closed.")
    assert next(changed for changed in events if changed)
    folder.rename(tmp_path / "elsewhere")
    while folder.exists() or next(events):
        pass
    (tmp_path / "elsewhere").rename(folder)
    assert next(changed for changed in events if changed), "it is read again when it is back"
    events.close()


COMMAND = [sys.executable, "-m", "bot.cli.main"]


def started(home: Path, *named: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, "watch", *named, "--index", str(home / "index")],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=Path(__file__).parents[2],
        env=environment(home),
    )


def line_with(stream: TextIO | None, words: str) -> str:
    assert stream is not None
    for line in stream:
        if words in line:
            return line.rstrip("\n")
    raise AssertionError(f"it ended without {words!r}")


@pytest.fixture
def indexed(folder: Path, tmp_path: Path, export: Export) -> IndexStore:
    """The folder is in an index of the default model: its next version needs no torch."""
    store = IndexStore(tmp_path / "index")
    build(store, [folder], IndexSettings(), export=export)
    return store


@pytest.mark.slow
@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly_also_while_a_page_hangs(
    number: signal.Signals, folder: Path, tmp_path: Path
) -> None:
    (folder / "b.txt").write_text("The mill closed at ten.")
    with serving() as web:
        web.pages["/p"] = lambda request: (web.given_up.wait(deadlines.HANGS), None)[1]
        process = started(tmp_path, str(folder), web.at("/p"))
        assert re.fullmatch(r"\d\d:\d\d added 1: b.txt", line_with(process.stdout, "added"))
        while "/p" not in web.asked:
            time.sleep(0.05)
        process.send_signal(number)
        out, _ = process.communicate(timeout=deadlines.HANGS)
        assert process.returncode == 0
        assert re.fullmatch(r"\d\d:\d\d stopped; the index is whole\n", out)


@pytest.mark.slow
def test_kill_9_loses_nothing(
    indexed: IndexStore, folder: Path, tmp_path: Path, pullquote: Run
) -> None:
    """It is killed at many moments of fetching and building; the index opens after each, and in
    the end it holds all that ever came.
    """
    with serving() as web:
        for kill in range(6):
            web.pages[f"/{kill}"] = page(f"The tide of day {kill} rose {kill} metres.")
            links = [web.at(f"/{n}") for n in range(kill + 1)]
            web.pages["/feed"] = page(feed_of(*links), "application/rss+xml")
            (folder / f"{kill}.txt").write_text(f"The mill of day {kill} opened.")
            process = started(tmp_path, str(folder), web.at("/feed"))
            line_with(process.stdout, "watching")
            time.sleep(0.7 * kill)
            process.send_signal(signal.SIGKILL)
            process.communicate(timeout=deadlines.HANGS)
            indexed.open(thoroughly=True).articles.close()
        done = pullquote("index", folder, web.at("/feed"), "--index", tmp_path / "index")
        assert done.returncode == 0
    index = indexed.open(thoroughly=True)
    assert index.manifest.articles == 1 + 6 + 6
    index.articles.close()
