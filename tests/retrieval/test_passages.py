"""Windows over sentences: every sentence is covered, no window is too long."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.datatypes import Article, Noise, NoiseKind, Passage, TextRange
from retrieval.ingest.passages import WindowSize, indexed_text, passages_of
from retrieval.text.masking import (
    ELLIPSIS,
    is_clean,
    sentence_around,
    subtract,
    trimmed,
    visible_text,
)


def article_of(*lengths: int) -> Article:
    """One sentence for each length, that many words long."""
    sentences, text = [], ""
    for length in lengths:
        start = len(text)
        text += " ".join(["word"] * length)
        sentences.append(TextRange(start, len(text)))
        text += " "
    return Article("a", text, sentences=tuple(sentences))


def words(article: Article, size: WindowSize) -> list[int]:
    return [
        len(article.text[passage.start : passage.end].split())
        for passage in passages_of(article, size)
    ]


@pytest.mark.parametrize(
    ("lengths", "size", "expected"),
    [
        ((), WindowSize(10, 3), []),
        ((4,), WindowSize(10, 3), [4]),
        ((4, 6), WindowSize(10, 3), [4 + 6]),
        ((4, 6, 1), WindowSize(10, 3), [4 + 6, 1]),
        ((4, 3, 3, 5), WindowSize(10, 3), [4 + 3 + 3, 3 + 5]),
        ((5, 5, 5), WindowSize(10, 5), [5 + 5, 5 + 5]),
        ((5, 5, 5), WindowSize(10, 0), [5 + 5, 5]),
        ((10, 10), WindowSize(10, 9), [10, 10]),
        ((25,), WindowSize(10, 3), [10, 10, 5]),
        ((2, 25, 2), WindowSize(10, 3), [2, 10, 10, 5 + 2]),
        ((1, 1, 1), WindowSize(1, 0), [1, 1, 1]),
    ],
)
def test_windows(lengths: tuple[int, ...], size: WindowSize, expected: list[int]) -> None:
    assert words(article_of(*lengths), size) == expected


@pytest.mark.parametrize(("window", "overlap"), [(0, 0), (10, 10), (10, 11), (10, -1), (-1, -2)])
def test_impossible_windows_are_refused(window: int, overlap: int) -> None:
    with pytest.raises(ValueError, match="overlap"):
        WindowSize(window, overlap)


@given(st.lists(st.integers(1, 30), max_size=15), st.integers(1, 25), st.integers(0, 24))
def test_windows_cover_every_sentence_in_order_and_keep_the_size(
    lengths: list[int], window: int, overlap: int
) -> None:
    size = WindowSize(window, min(overlap, window - 1))
    article = article_of(*lengths)
    passages = passages_of(article, size)
    assert all(n <= size.words for n in words(article, size))
    assert list(passages) == sorted(set(passages))
    uncovered = [
        rest
        for sentence in article.sentences
        for part in subtract(sentence, [p.range for p in passages])
        if len(rest := trimmed(article.text, part))
    ]
    assert uncovered == []
    for sentence in article.sentences:
        if len(article.text[sentence.start : sentence.end].split()) <= size.words:
            assert any(passage.range.holds(sentence) for passage in passages)
    for before, after in pairwise(passages):
        shared = article.text[after.start : max(after.start, before.end)]
        assert len(shared.split()) <= size.overlap


@pytest.mark.parametrize(
    ("lengths", "size"),
    [((1, 1, 2), WindowSize(2, 1)), ((80, 40, 90, 10), WindowSize(120, 40))],
)
def test_no_window_stands_wholly_in_the_one_before(
    lengths: tuple[int, ...], size: WindowSize
) -> None:
    # Was: when the shared sentences and the next one do not fit together, the shared ones become a
    # passage of their own: it is embedded, takes a place among `depth` and says nothing new.
    passages = passages_of(article_of(*lengths), size)
    for before, after in pairwise(passages):
        assert not before.range.holds(after.range)


def test_masked_words_do_not_count() -> None:
    article = article_of(12)
    noise = Noise(TextRange(0, len("word ") * 4), NoiseKind.RELATED_LINKS)
    masked = Article("a", article.text, noise=(noise,), sentences=article.sentences)
    assert len(passages_of(article, WindowSize(8, 0))) == 2
    assert len(passages_of(masked, WindowSize(8, 0))) == 1


def test_a_sentence_without_blanks_is_cut_too() -> None:
    # Was: a window counts words between blanks, so that a Chinese article is one "word"
    # long: one passage of any length, of which the encoder sees the first 256 tokens.
    text = "部長們在冰島會面" * 500
    article = Article("a", text, sentences=(TextRange(0, len(text)),))
    assert len(passages_of(article, WindowSize(120, 40))) > 1


@pytest.mark.parametrize("unit", ["|---|", "(", "“", "12345", "x", "aB3x", "é(", "1,", ".., "])
def test_text_of_many_tokens_is_cut_before_it_has_its_words(unit: str) -> None:
    # Was: windows counted words alone, and 120 runs of 50 marks were 6,000 tokens in one passage.
    text = unit * 2000
    article = Article("a", text, sentences=(TextRange(0, len(text)),))
    passages = passages_of(article, WindowSize())
    assert max(len(passage.range) for passage in passages) <= 960
    for before, after in pairwise(passages):
        assert not text[before.end : after.start].strip()
    assert (passages[0].start, passages[-1].end) == (0, len(text))


def test_dense_windows_share_no_more_than_others() -> None:
    # Was: rows without blanks are one word each, so that windows shared all of them but one.
    row = "12345,2021-05-19,0.123456,harbour,17"
    text = "\n".join([row] * 200)
    sentences = tuple(TextRange(at, at + len(row)) for at in range(0, len(text), len(row) + 1))
    assert len(passages_of(Article("a", text, sentences=sentences), WindowSize())) <= 70


def test_indexed_text_is_the_title_and_what_is_not_masked() -> None:
    text = "Blinken JUNK met him."
    noise = (Noise(TextRange(8, 12), NoiseKind.RELATED_LINKS),)
    article = Article("a", text, title="Talks", noise=noise)
    passage = Passage("a", 0, len(text))
    assert indexed_text(article, passage).split() == ["Talks", "Blinken", "met", "him."]
    assert visible_text(article, passage.range, ELLIPSIS) == "Blinken […] met him."
    assert not is_clean(article, TextRange(0, 9))
    assert is_clean(article, TextRange(0, 8))


def test_a_span_across_two_sentences_has_both_around_it() -> None:
    article = article_of(2, 2, 2)
    first, second, _ = article.sentences
    assert sentence_around(article, TextRange(5, second.start + 1)) == TextRange(
        first.start, second.end
    )


def test_passage_ids_have_no_blanks() -> None:
    assert Passage("a b/ü:\n.txt", 3, 7).id == "a%20b/%C3%BC%3A%0A.txt:3-7"


ranges = st.tuples(st.integers(0, 20), st.integers(0, 20)).map(lambda p: TextRange(*sorted(p)))


@given(ranges, st.lists(ranges, max_size=6))
def test_subtract_leaves_exactly_what_no_hole_covers(
    outer: TextRange, holes: list[TextRange]
) -> None:
    left = {at for part in subtract(outer, holes) for at in range(part.start, part.end)}
    covered = {at for hole in holes for at in range(hole.start, hole.end)}
    assert left == set(range(outer.start, outer.end)) - covered
