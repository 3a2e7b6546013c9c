"""Text files: front matter, the address, what the name says; the text stays the file's own."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.datatypes import Article, NoiseKind, TextRange
from retrieval.ingest.file_names import said_by
from retrieval.ingest.formats.plain import read_plain
from retrieval.ingest.front_matter import front_matter
from retrieval.ingest.preparing import prepare
from retrieval.text.masking import visible_text

from .reading import finds, refusal

BODY = "Dockers in Holm stopped work on Monday, their union said.\n"
DAY = date(2024, 10, 7)
YAML = """---
title: "Harbour strike: day two"   # as printed
date: 2024-10-07T10:00:00Z
authors:
  - Ann Berg
  - name: Bo Lind
    role: editor
source: Northwire
url: https://northwire.example/strike
tags: [harbours, "strikes"]
summary: >
  One line
  and another.
---

"""
TOML = """+++
title = "Harbour strike: day two"
date = 2024-10-07
author = ["Ann Berg", "Bo Lind"]
publisher = "Northwire"
url = "https://northwire.example/strike"
+++
"""
JSON = """{
  "title": "Harbour strike: day two", "date": "7 Oct 2024", "author": "Ann Berg, Bo Lind",
  "publisher": "Northwire", "link": "https://northwire.example/strike"
}

"""


def article_of(text: str, name: str = "a.md") -> Article:
    raw = finds(read_plain, text, name).one
    assert raw.text == text
    return prepare(raw)


@pytest.mark.parametrize("matter", [YAML, TOML, JSON, YAML.replace("\n", "\r\n")])
def test_front_matter_tells_of_the_article_and_is_not_answered_from(matter: str) -> None:
    article = article_of(matter + BODY)
    assert (article.title, article.published) == ("Harbour strike: day two", DAY)
    assert (article.author, article.publisher) == ("Ann Berg, Bo Lind", "Northwire")
    assert article.url == "https://northwire.example/strike"
    assert [article.text[s.start : s.end] for s in article.sentences] == [BODY.strip()]
    masked = [noise.range for noise in article.noise if noise.kind is NoiseKind.FRONT_MATTER]
    assert {line for line in matter.split() if line} == {
        word for place in masked for word in article.text[place.start : place.end].split()
    }


@pytest.mark.parametrize(
    "text",
    [
        f"---\n\nA story between rules.\n\n---\n{BODY}",
        f"---\nMonday: rain\nTuesday: sun\n---\n{BODY}",
        f"---\ntitle: never closed\n{BODY}",
        f"+++\ntitle = \n+++\n{BODY}",
        f'{{"title": "T"}} and more\n{BODY}',
        '{"title": "T"}\n',
        f"{{\n{BODY}}}\n",
        BODY,
        "",
    ],
)
def test_what_only_looks_like_front_matter_is_text(text: str) -> None:
    assert front_matter(text) is None


def test_small_things_of_yaml() -> None:
    found = front_matter(
        "---\ntitle: it's 'fine' # so\nauthor: 'O''Neil'\nheadline: \"a \\\"b\\\"\"\n"
        "draft: ~\n# a comment\ntags:\n- one\n- two\nby:\n  name: Ann\n...\nText"
    )
    assert found is not None
    assert dict(found.fields) == {
        "title": "it's 'fine'",
        "author": "O'Neil",
        "headline": 'a "b"',
        "draft": "",
        "tags": ["one", "two"],
        "by": "Ann",
    }


@given(st.text(st.sampled_from("-+{}:\n\"'[], a|>#~.="), max_size=60))
def test_any_beginning_is_front_matter_or_none(text: str) -> None:
    found = front_matter(text)
    assert found is None or 0 < found.end <= len(text)


@pytest.mark.parametrize(
    "line",
    [
        "https://northwire.example/strike",
        "Source: https://northwire.example/strike",
        "URL: <https://northwire.example/strike>.",
        "**Source:** [Northwire](https://northwire.example/strike)",
        "Original article: https://northwire.example/strike",
        "Source: Northwire, https://northwire.example/strike",
    ],
)
@pytest.mark.parametrize(
    "form", ["{line}\n\nHarbour strike\n\n{body}", "Harbour strike\n\n{body}\n{line}\n"]
)
def test_a_line_with_the_address_gives_it_and_is_furniture(line: str, form: str) -> None:
    article = article_of(form.format(line=line, body=BODY), "a.txt")
    assert article.url == "https://northwire.example/strike"
    assert article.title == "Harbour strike"
    assert "northwire" not in visible_text(article, TextRange(0, len(article.text)))
    assert [n.kind for n in article.noise] == [NoiseKind.PAGE_FURNITURE]


def test_an_address_within_a_sentence_is_none_of_the_page() -> None:
    article = article_of(f"{BODY}More stands at https://northwire.example/more today.\n")
    assert (article.url, article.noise) == (None, ())


@pytest.mark.parametrize(
    ("name", "day", "title"),
    [
        ("2024-10-07 Harbour strike ends.txt", DAY, "Harbour strike ends"),
        ("2024-10-07-harbour-strike-ends.md", DAY, "Harbour strike ends"),
        ("20241007_harbour_strike.txt", DAY, "Harbour strike"),
        ("2024_10_07.txt", DAY, None),
        ("2024-10-07T10-15 The Strike.txt", DAY, "The Strike"),
        ("old/2024-10-07 title.txt", DAY, None),
        ("2024-13-07 bad.txt", None, None),
        ("003_harbour_strike.txt", None, "Harbour strike"),
        ("Talks with U.S. envoy.txt", None, "Talks with U.S. envoy"),
        ("article-17.txt", None, None),
        ("IMG_0001.txt", None, None),
        # Was: letters between the digits of a checksum counted as words.
        ("002_b41fe9c07da3.txt", None, None),
        ("9f1c2ab4-77de-4c1a-b0de-12ab34cd56ef.txt", None, None),
        ("Women's 4x100 final - report.txt", None, "Women's 4x100 final - report"),
        ("towns.csv.gz", None, None),
    ],
)
def test_what_a_name_says(name: str, day: date | None, title: str | None) -> None:
    says = said_by(name)
    assert (says.published, says.title) == (day, title)


def test_front_matter_is_believed_before_the_text_and_the_text_before_the_name() -> None:
    name = "2024-10-09 Other words here.txt"
    text = f"Harbour strike\nOctober 8, 2024\n\n{BODY}"
    assert article_of(f"---\ndate: 2024-10-07\n---\n{text}", name).published == DAY
    assert article_of(text, name).published == date(2024, 10, 8)
    named = article_of(BODY * 2, name)
    assert (named.published, named.title) == (date(2024, 10, 9), "Other words here")
    assert article_of(text, name).title == "Harbour strike"
    in_figures = finds(read_plain, f"Harbour strike\n03/04/2024\n\n{BODY}", name).one
    assert in_figures.published is None


@pytest.mark.parametrize(
    "note",
    [
        "(This story was updated at 5 p.m.)",
        "(Updates with quotes, detail)",
        "EDITOR’S NOTE: names were changed",
        "Editor's note: see below.",
    ],
)
def test_a_note_of_the_editors_is_no_title(note: str) -> None:
    assert article_of(f"{note}\nHarbour strike ends\n\n{BODY}").title == "Harbour strike ends"
    assert article_of(f"{note}\n\nHOLM —\n\n{BODY}").title != note


def test_other_encodings_are_read_and_said() -> None:
    found = finds(read_plain, "Café strike\n\nThe café’s owner left.\n".encode("cp1252"), "a.txt")
    assert found.one.text == "Café strike\n\nThe café’s owner left.\n"
    assert found.notes == ["/clips/a.txt: read as Windows-1252; save it as UTF-8 to be sure"]


def test_what_cannot_be_read_is_refused_in_one_sentence() -> None:
    assert refusal(read_plain, " \n", "a.txt").startswith("the file is empty")
    assert "is larger than" in refusal(read_plain, "x" * 1001, "a.txt", text_bound=1000)
    assert "binary" in refusal(read_plain, b"a\0b", "a.txt")
