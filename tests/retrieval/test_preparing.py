"""Whatever the text: it is kept, and every range that is found in it is true."""

from __future__ import annotations

import re
import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.datatypes import TextRange
from retrieval.index.database import ArticleDatabase, ArticleWriter, StoredArticle
from retrieval.ingest.passages import WindowSize, indexed_text, passages_of
from retrieval.ingest.preparing import prepare
from retrieval.ingest.raw import RawArticle
from retrieval.text.masking import visible_text
from retrieval.text.resolved import readable

from .builders import prepared

PIECES = [
    "The U.S. sent 2,000 troops on May 19, 2021. ",
    "“It lasted one hour,” he said.Blinken left. ",
    "Antony BlinkenAntony BlinkenUS calls on 'them' MORE met him. ",
    "Share\n",
    "© Getty Images\n",
    "Jane Roe | Pool via AP\n",
    "Copyright 2021 Reuters\n",
    "March 4, 2024\n",
    "Read more: five things\n",
    "(Reuters) - Talks began\n",
    "By Jane Roe\n",
    "A headline without a stop\n",
    "MORE",
    "AT&amp;T ",
    "Jos&eacute; ",
    "&nbsp;",
    "&#8217;",
    "soft\u00adly ",
    "res-\ncued ",
    "\r\n",
    "\n\n",
    "\r",
    "\u2028",
    "\x85",
    "\f",
    "\x1c",
    "\u00a0",
    "\u200b",
    "\u200d",
    "\ufeff",
    "\u202e",
    "\u0301",
    "😀",
    "👩‍👩‍👧‍👦. ",
    "שלום עולם. ",
    "مرحبا بالعالم؟ ",
    "これは文です。",
    "हिन्दी। ",
    "İ",
    "ß",
    "…",
    "!?",
    '."”) ',
    "\0",
]
hostile_texts = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=25).map("".join),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=200),
    st.lists(
        st.one_of(st.sampled_from(PIECES), st.text(st.characters(exclude_categories=["Cs"]))),
        max_size=15,
    ).map("".join),
)
WINDOW = WindowSize(8, 3)
patient = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])


UNSEEN = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff\u2010-]+")


def seen(text: str) -> str:
    """As it is read, without blanks, hyphens and what has no width."""
    return UNSEEN.sub("", readable(text))


def in_order(ranges: list[TextRange], text: str) -> None:
    assert all(0 <= r.start < r.end <= len(text) for r in ranges)
    assert all(a.end <= b.start for a, b in pairwise(ranges))


@patient
@given(hostile_texts)
def test_ranges_are_true(text: str) -> None:
    article = prepared(text)
    assert article.text == text
    in_order([noise.range for noise in article.noise], text)
    in_order(list(article.sentences), text)
    for sentence in article.sentences:
        quote = text[sentence.start : sentence.end]
        assert quote == quote.strip() != ""
        assert visible_text(article, sentence).strip()


@patient
@given(hostile_texts)
def test_every_character_is_in_a_sentence_or_masked_or_blank(text: str) -> None:
    article = prepared(text)
    held = {at for s in article.sentences for at in range(s.start, s.end)}
    masked = {at for n in article.noise for at in range(n.range.start, n.range.end)}
    lost = [at for at, c in enumerate(text) if at not in held | masked and not c.isspace()]
    assert seen("".join(text[at] for at in lost)) == ""


@patient
@given(hostile_texts)
def test_passages_lie_in_the_text_and_hold_nothing_masked(text: str) -> None:
    article = prepared(text)
    passages = passages_of(article, WINDOW)
    assert bool(passages) == bool(article.sentences)
    masked = {at for n in article.noise for at in range(n.range.start, n.range.end)}
    for passage in passages:
        assert 0 <= passage.start < passage.end <= len(text)
        clean = "".join(text[at] for at in range(passage.start, passage.end) if at not in masked)
        shown = visible_text(article, passage.range)
        assert seen(shown) == seen(clean)
        assert seen(indexed_text(article, passage)).endswith(seen(shown))


@patient
@given(hostile_texts)
def test_preparing_is_repeatable(text: str) -> None:
    assert prepared(text) == prepared(text)


ids = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10)


@settings(max_examples=40)
@given(st.dictionaries(ids, hostile_texts, max_size=4))
def test_the_database_gives_back_what_was_stored(texts: dict[str, str]) -> None:
    articles = [prepare(RawArticle(id_, texts[id_], "/r", f"/r/{id_}")) for id_ in sorted(texts)]
    stored = [StoredArticle(a, "/r", f"/r/{a.id}", "digest") for a in articles]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a?b#c%.sqlite"
        with ArticleWriter(path) as writer:
            for one in stored:
                writer.add(one)
        database = ArticleDatabase(path)
        assert list(database.stored_articles()) == stored
        assert [database.article(a.id) for a in articles] == articles
        assert [header[0] for header in database.headers()] == sorted(texts)
        database.close()


def test_an_unknown_article_is_a_key_error(tmp_path: Path) -> None:
    with ArticleWriter(tmp_path / "a.sqlite"):
        pass
    database = ArticleDatabase(tmp_path / "a.sqlite")
    with pytest.raises(KeyError):
        database.article("x")
    database.close()


def test_what_is_given_wins_over_what_is_detected() -> None:
    text = "A headline of the page\nBy Jane Roe\nMay 19, 2021\n(Reuters) -- Ministers met today."
    found = prepared(text)
    assert (found.title, found.author, found.publisher) == (
        "A headline of the page",
        "Jane Roe",
        "Reuters",
    )
    assert found.published is not None
    given = prepared(text, title="Given", publisher="Given Press")
    assert (given.title, given.publisher) == ("Given", "Given Press")
    assert given.author == found.author


LONG = "Ministers of eight states met on Monday."


def test_a_detected_title_is_a_clean_line_of_the_text() -> None:
    assert prepared(f"Share\nTalks begin in Iceland\n{LONG}").title == "Talks begin in Iceland"
    assert prepared(f"March 4, 2024\nTalks begin\n{LONG}").title == "Talks begin"


@pytest.mark.parametrize(
    "text",
    [
        # Was: find_title takes a date or byline below a button, and the first line of hand-wrapped
        # text; that a headline is followed by something longer is said there, but not looked at.
        f"Share\nMarch 4, 2024\nTalks begin\n{LONG}",
        f"By Jane Roe\nTalks begin\n{LONG}",
        "The ministers of the eight states met on Wednesday in the\ncapital of Iceland, where they "
        "spoke about fish, ships and\nthe ice, and about their plans for the next two years in\n"
        "the council.",
    ],
)
def test_dates_bylines_and_wrapped_lines_are_no_titles(text: str) -> None:
    assert prepared(text).title in (None, "Talks begin")
