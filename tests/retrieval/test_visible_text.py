"""What a reader is shown: every clean code point once, each with the way back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.datatypes import Article, Noise, NoiseKind, TextRange
from retrieval.text.masking import shown_text
from tests.bot.worlds import hostile_texts


def article_with(text: str, *noise: tuple[int, int]) -> Article:
    ranges = (Noise(TextRange(*place), NoiseKind.CAPTION) for place in noise)
    return Article("a", text, noise=tuple(ranges))


def whole(article: Article) -> TextRange:
    return TextRange(0, len(article.text))


@st.composite
def noisy(draw: st.DrawFn) -> tuple[Article, TextRange]:
    """An article with random noise, touching and empty-handed too, and a place in it."""
    text = draw(hostile_texts)[:160]
    edges = sorted(draw(st.lists(st.integers(0, len(text)), max_size=10)))
    noise = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False) if a < b]
    place = sorted(draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    return article_with(text, *noise), TextRange(*place)


def visible(article: Article, place: TextRange) -> list[int]:
    """Offsets of the code points of ``place`` that are not noise, one by one."""
    return [
        at
        for at in range(place.start, place.end)
        if not any(noise.range.start <= at < noise.range.end for noise in article.noise)
    ]


@given(noisy())
@settings(max_examples=200)
def test_every_clean_code_point_is_shown_once_and_leads_back(
    found: tuple[Article, TextRange],
) -> None:
    article, place = found
    shown = shown_text(article, place)
    back = [shown.in_article(at, at + 1) for at in range(len(shown.text))]
    assert [p.start for p in back if p] == visible(article, place)
    for char, where in zip(shown.text, back, strict=True):
        if where is None:
            assert char == " "
        else:
            assert article.text[where.start : where.end] == char
    holes = sum(1 for where in back if where is None)
    assert holes == max(0, len(shown.parts) - 1)


@given(noisy(), st.data())
@settings(max_examples=200)
def test_a_range_leads_back_whole_or_not_at_all(
    found: tuple[Article, TextRange], data: st.DataObject
) -> None:
    article, place = found
    shown = shown_text(article, place)
    start, end = (data.draw(st.integers(0, len(shown.text))) for _ in range(2))
    where = shown.in_article(start, end)
    one_by_one = [shown.in_article(at, at + 1) for at in range(start, end)]
    if start >= end or None in one_by_one:
        assert where is None
    else:
        assert where is not None
        assert article.text[where.start : where.end] == shown.text[start:end]
        assert list(range(where.start, where.end)) == [p.start for p in one_by_one if p]
        assert not any(noise.range.overlaps(where) for noise in article.noise)
        assert place.holds(where)


@given(noisy(), st.data())
@settings(max_examples=200)
def test_from_article_is_the_way_there(
    found: tuple[Article, TextRange], data: st.DataObject
) -> None:
    article, place = found
    shown = shown_text(article, place)
    start, end = sorted(data.draw(st.integers(0, len(article.text))) for _ in range(2))
    if start == end:
        return
    there = shown.from_article(start, end)
    if visible(article, TextRange(start, end)) == list(range(start, end)) and place.holds(
        TextRange(start, end)
    ):
        assert there is not None
        assert shown.in_article(there.start, there.end) == TextRange(start, end)
    else:
        assert there is None


@given(noisy())
@settings(max_examples=100)
def test_parts_are_numbered_as_they_stand(found: tuple[Article, TextRange]) -> None:
    shown = shown_text(*found)
    for at in range(len(shown.text)):
        where = shown.in_article(at, at + 1)
        if where:
            assert shown.parts[shown.part_at(at)].holds(where)


def test_stretches_are_joined_by_one_blank() -> None:
    article = article_with("Talks MORE end.Share", (6, 10), (15, 20))
    shown = shown_text(article, whole(article))
    assert shown.text == "Talks   end."
    assert shown.starts == (0, 7)
    assert shown.parts == (TextRange(0, 6), TextRange(10, 15))


def test_nothing_leads_back_across_noise() -> None:
    article = article_with("one TWO three", (4, 8))
    shown = shown_text(article, whole(article))
    assert shown.text == "one  three"
    assert shown.in_article(0, 3) == TextRange(0, 3)
    assert shown.in_article(5, 10) == TextRange(8, 13)
    assert shown.in_article(0, 10) is None
    assert shown.in_article(4, 10) is None  # from the glue on
    assert shown.in_article(0, 5) is None  # up to and with the glue
    assert shown.from_article(0, 13) is None
    assert shown.from_article(4, 8) is None
    assert shown.from_article(8, 13) == TextRange(5, 10)


@pytest.mark.parametrize("place", [(0, 0), (3, 3), (2, 1), (0, 99), (-1, 2)])
def test_no_range_leads_nowhere(place: tuple[int, int]) -> None:
    article = article_with("one two")
    assert shown_text(article, whole(article)).in_article(*place) is None


def test_all_noise_shows_nothing() -> None:
    article = article_with("Share", (0, 5))
    shown = shown_text(article, whole(article))
    assert (shown.text, shown.parts) == ("", ())
    assert shown.part_at(0) == -1
    assert shown.in_article(0, 1) is None
    assert shown.from_article(0, 1) is None


def test_only_the_place_is_shown() -> None:
    article = article_with("one two three")
    shown = shown_text(article, TextRange(4, 7))
    assert shown.text == "two"
    assert shown.in_article(0, 3) == TextRange(4, 7)
    assert shown.from_article(0, 3) is None
