"""Records by the names that people use."""

from __future__ import annotations

from datetime import date

import pytest

from retrieval.ingest.document import ReadSettings, document_of
from retrieval.ingest.formats.records import NAMES, Records, article_of, details_of
from retrieval.ingest.formats.values import people
from retrieval.ingest.raw import RawArticle

DAY = date(2024, 10, 7)


def raw_of(
    record: dict[str, object], fields: dict[str, str] | None = None, *, has_markup: bool = False
) -> RawArticle:
    settings = ReadSettings(fields=fields or {})
    records = Records.of(document_of(b"", "a.json"), settings, has_markup=has_markup)
    (raw,) = (f for f in article_of(record, records, 1, "item 1") if isinstance(f, RawArticle))
    return raw


@pytest.mark.parametrize(
    "key",
    [
        *("text", "content", "Body", "article", "articleBody", "story", "fulltext", "full_text"),
        *("Full Text", "maintext", "description"),
    ],
)
def test_names_of_the_text(key: str) -> None:
    assert raw_of({key: "Some words."}).text == "Some words."


@pytest.mark.parametrize("key", ["title", "HEADLINE", "heading", "name", "subject"])
def test_names_of_the_title(key: str) -> None:
    assert raw_of({"text": "x", key: "Ferry strike"}).title == "Ferry strike"


@pytest.mark.parametrize(
    "key",
    [
        *("published", "date", "datePublished", "publish_date", "published_at", "publishedAt"),
        *("pubDate", "timestamp", "created_at", "time", "day"),
    ],
)
@pytest.mark.parametrize(
    "value",
    [
        *("2024-10-07", "Mon, 07 Oct 2024 10:15:00 +0200", 1728296100, 1728296100000),
        *({"$date": "2024-10-07T08:15:00Z"}, {"$date": {"$numberLong": "1728296100000"}}),
        ["7 October 2024"],
    ],
)
def test_names_and_forms_of_the_day(key: str, value: object) -> None:
    assert raw_of({"text": "x", key: value}).published == DAY


@pytest.mark.parametrize("key", ["url", "link", "permalink", "canonical", "source_url", "guid"])
def test_names_of_the_address(key: str) -> None:
    raw = raw_of({"text": "x", key: "https://e.org/a"})
    assert (raw.url, raw.id) == ("https://e.org/a", "https://e.org/a")


def test_a_guid_that_is_no_address_is_an_id() -> None:
    raw = raw_of({"text": "x", "guid": "f81d4fae"})
    assert (raw.url, raw.id) == (None, "f81d4fae")


@pytest.mark.parametrize(
    "key", ["publisher", "source", "site", "outlet", "newspaper", "domain", "siteName"]
)
@pytest.mark.parametrize("value", ["Northwire", {"id": None, "name": "Northwire"}])
def test_names_of_the_publisher(key: str, value: object) -> None:
    assert raw_of({"text": "x", key: value}).publisher == "Northwire"


def test_a_source_may_be_an_address() -> None:
    page = raw_of({"text": "x", "source": "https://northwire.example/a"})
    assert (page.url, page.publisher) == ("https://northwire.example/a", None)
    site = raw_of({"text": "x", "source": "https://www.northwire.example/"})
    assert (site.url, site.publisher) == (None, "northwire.example")


@pytest.mark.parametrize("key", ["author", "authors", "byline", "creator", "writer"])
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("By Ann Berg", "Ann Berg"),
        (["Ann Berg", "Bo Lind"], "Ann Berg, Bo Lind"),
        ([{"name": "Ann Berg"}, {"name": "Bo Lind"}], "Ann Berg, Bo Lind"),
        ([{"firstName": "Ann", "lastName": "Berg"}], "Ann Berg"),
        ("['Ann Berg', 'Bo Lind']", "Ann Berg, Bo Lind"),
        ("ann@northwire.example (Ann Berg)", "Ann Berg"),
        ("Ann Berg <ann@northwire.example>", "Ann Berg"),
    ],
)
def test_names_and_forms_of_the_author(key: str, value: object, expected: str) -> None:
    assert raw_of({"text": "x", key: value}).author == expected


def test_what_looks_like_a_list_of_authors_and_is_none_is_a_text() -> None:
    assert people("[Ann Berg]") == "[Ann Berg]"
    assert people("[" * 1000 + "]" * 1000) is not None


def test_nested_values_are_looked_into_one_level() -> None:
    guardian = {"webTitle": "T", "fields": {"bodyText": "Words.", "byline": "Ann Berg"}}
    raw = raw_of(guardian)
    assert (raw.title, raw.text, raw.author) == ("T", "Words.", "Ann Berg")
    elastic = {"_id": "7", "_source": {"title": "T", "body": "Words."}}
    raw = raw_of(elastic)
    assert (raw.id, raw.title, raw.text) == ("7", "T", "Words.")
    assert raw_of({"article": {"headline": "T", "text": "Words."}}).title == "T"


def test_the_users_own_names_win() -> None:
    record = {"abstract": "Mine.", "text": "Other.", "source": "Ann Berg", "name": "T"}
    raw = raw_of(record, {"Abstract": "text", "source": "author"})
    assert (raw.text, raw.author, raw.publisher, raw.title) == ("Mine.", "Ann Berg", None, "T")


def test_html_is_read_in_exports_and_kept_in_files_of_texts() -> None:
    record: dict[str, object] = {
        "title": {"rendered": "Caf&#233; <em>closed</em>"},
        "content": {"rendered": "<p>One &amp; <b>two</b>.</p><ul><li>a<li>b</ul>"},
    }
    raw = raw_of(record, has_markup=True)
    assert (raw.title, raw.text) == ("Café closed", "One & two.\n\na\nb")
    raw = raw_of(record)
    assert raw.text == "<p>One &amp; <b>two</b>.</p><ul><li>a<li>b</ul>"


def test_text_in_paragraphs_is_one_text() -> None:
    assert raw_of({"text": ["One.", "Two."]}).text == "One.\n\nTwo."
    assert raw_of({"content": [{"type": "text/plain", "value": "One."}]}).text == "One."


def test_a_day_in_figures_is_left_to_be_decided() -> None:
    raw = raw_of({"text": "x", "date": "03/04/2023"})
    assert (raw.published, raw.numeric) == (None, "03/04/2023")


def test_every_name_is_normalised_and_means_one_thing() -> None:
    names = [name for aliases in NAMES.values() for name in aliases if name != "guid"]
    assert len(set(names)) == len(names)
    assert all(name == "".join(filter(str.isalnum, name)).casefold() for name in names)


def test_nothing_given_is_nothing_known() -> None:
    details = details_of({}, Records.of(document_of(b""), ReadSettings()), "front matter")
    assert (details.title, details.url, details.published, details.notes) == (None, None, None, ())
