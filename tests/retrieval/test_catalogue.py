"""What an index holds, listed without its texts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from retrieval.errors import DamagedIndexError
from retrieval.index.catalogue import Catalogue, Order, Wanted
from retrieval.index.database import FILE, ArticleWriter, StoredArticle
from retrieval.ingest.preparing import prepare
from retrieval.ingest.raw import RawArticle

ARTICLES = (
    RawArticle(
        "rain", "Rain fell on Bergen.\0 It fell for days.", "/a", "/a/Rain.jsonl",
        title="Nine days of rain", publisher="Bergen Post", author="Ola Nord",
        url="https://example.org/rain", published=date(2023, 4, 2), within="rain",
    ),
    RawArticle(
        "ferry.txt", "The ferry to Kiel was late.", "/a", "/a/ferry.txt",
        title="a late ferry", publisher="KIEL Courier", published=date(2023, 4, 5),
    ),
    RawArticle(
        "snow.txt", "Snow lay on Übersee.", "/b", "/b/snow.txt", title="Schnee in Übersee",
    ),
    RawArticle(
        "wind.txt", "Wind came from the west.", "/b", "/b/wind.txt", title="Wind",
        publisher="Bergen Post", published=date(2023, 4, 5),
    ),
)  # fmt: skip


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with ArticleWriter(tmp_path / FILE) as writer:
        for raw in ARTICLES:
            stored = StoredArticle(prepare(raw), raw.root, raw.path, "digest", within=raw.within)
            writer.add(stored)
    with closing(Catalogue(tmp_path / FILE)) as opened:
        yield opened


ALL = Wanted()


def ids(catalogue: Catalogue, wanted: Wanted = ALL, order: Order = Order.DATE) -> list[str]:
    return [entry.id for entry in catalogue.entries(wanted, order)]


def test_an_entry_has_what_is_known_of_its_article(catalogue: Catalogue) -> None:
    raw = ARTICLES[0]
    (entry,) = catalogue.entries(Wanted(where="rain.jsonl"))
    assert (entry.id, entry.title, entry.publisher) == (raw.id, raw.title, raw.publisher)
    assert (entry.author, entry.published, entry.url) == (raw.author, raw.published, raw.url)
    assert (entry.root, entry.path) == (raw.root, raw.path)
    assert entry.characters == len(raw.text), "a NUL ends no text"


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order.DATE, ["ferry.txt", "wind.txt", "rain", "snow.txt"]),
        (Order.ID, ["ferry.txt", "rain", "snow.txt", "wind.txt"]),
        (Order.TITLE, ["ferry.txt", "rain", "snow.txt", "wind.txt"]),
        (Order.PUBLISHER, ["wind.txt", "rain", "ferry.txt", "snow.txt"]),
    ],
)
def test_newest_first_or_by_the_alphabet(
    catalogue: Catalogue, order: Order, expected: list[str]
) -> None:
    assert ids(catalogue, order=order) == expected


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(publisher="kiel"), {"ferry.txt"}),
        (Wanted(publisher="POST"), {"rain", "wind.txt"}),
        (Wanted(author="nord"), {"rain"}),
        (Wanted(where="übersee"), {"snow.txt"}),
        (Wanted(where="ÜBERSEE"), {"snow.txt"}),
        (Wanted(where="EXAMPLE.org"), {"rain"}),
        (Wanted(where="/a/"), {"rain", "ferry.txt"}),
        (Wanted(where="bergen"), set()),
        (Wanted(since=date(2023, 4, 5)), {"ferry.txt", "wind.txt"}),
        (Wanted(until=date(2023, 4, 4)), {"rain"}),
        (Wanted(since=date(2023, 4, 2), until=date(2023, 4, 2)), {"rain"}),
        (Wanted(publisher="post", since=date(2023, 4, 3)), {"wind.txt"}),
    ],
)
def test_all_that_is_asked_for_must_hold(
    catalogue: Catalogue, wanted: Wanted, expected: set[str]
) -> None:
    assert set(ids(catalogue, wanted)) == expected


def test_texts_are_those_that_were_read(catalogue: Catalogue) -> None:
    assert dict(catalogue.texts()) == {raw.id: raw.text for raw in ARTICLES}
    assert catalogue.text("rain") == ARTICLES[0].text
    assert catalogue.text_and_title("wind.txt") == (ARTICLES[3].text, "Wind")
    with pytest.raises(KeyError):
        catalogue.text("nothing")


def test_who_stops_early_is_not_complained_to(catalogue: Catalogue) -> None:
    entries = catalogue.entries()
    next(entries)
    catalogue.close()
    entries.close()


def test_what_is_no_database_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("no database, but a text that is long enough to be looked at")
    with closing(Catalogue(tmp_path / FILE)) as opened, pytest.raises(DamagedIndexError):
        list(opened.sources())
