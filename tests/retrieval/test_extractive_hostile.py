"""The reader with a trained model over any text: quotes are clean, whole and verbatim."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.datatypes import (
    Article,
    Context,
    Noise,
    NoiseKind,
    Passage,
    ScoredPassage,
    Span,
    TextRange,
)
from retrieval.index.tokenization import tokenize_with_offsets
from retrieval.protocols import Reader
from retrieval.reader.boundaries import is_boundary
from retrieval.reader.extractive import ExtractiveReader
from retrieval.reader.passage_spans import FIT_WEIGHT
from retrieval.reader.spans import Window
from tests.bot.worlds import (
    BY_LETTER,
    BY_WORD,
    RandomScorer,
    contexts,
    hostile_questions,
    hostile_texts,
)

from .builders import edges_inside_words
from .test_reader_contract import faults


def quotes(spans: Sequence[Span], *articles: Article) -> list[str]:
    texts = {known.id: known.text for known in articles}
    return [texts[span.article_id][span.start : span.end] for span in spans]


def read(reader: Reader, question: str, *articles: Article) -> list[str]:
    return quotes(reader.read(question, contexts(*articles)), *articles)


def whole(known: Article) -> Context:
    return Context(known, ScoredPassage(Passage(known.id, 0, len(known.text)), 1.0))


def masked(text: str, *holes: tuple[int, int]) -> Article:
    """An article of one sentence with noise in it."""
    noise = tuple(Noise(TextRange(*hole), NoiseKind.CAPTION) for hole in holes)
    return Article("a.txt", text, noise=noise, sentences=(TextRange(0, len(text)),))


@st.composite
def noisy_contexts(draw: st.DrawFn) -> list[Context]:
    """Passages over hostile text with random noise and sentences, some overlapping."""
    text = draw(hostile_texts)[:300]
    edges = st.integers(0, len(text))
    cuts = sorted(draw(st.sets(edges, max_size=8)))
    noise = tuple(
        Noise(TextRange(a, b), NoiseKind.CAPTION)
        for a, b in zip(cuts[::2], cuts[1::2], strict=False)
    )
    between_words = [at for at in range(len(text) + 1) if is_boundary(text, at)]
    stops = sorted(draw(st.sets(st.sampled_from(between_words), max_size=5)) | {0, len(text)})
    sentences = tuple(TextRange(a, b) for a, b in pairwise(stops) if text[a:b].strip())
    known = Article("a.txt", text, noise=noise, sentences=sentences)
    places = draw(st.lists(st.tuples(edges, edges).map(sorted), min_size=1, max_size=3))
    return [
        Context(known, ScoredPassage(Passage("a.txt", *place), 1.0 / rank))
        for rank, place in enumerate(places, 1)
    ]


@given(noisy_contexts(), hostile_questions, st.integers(0, 10**6), st.booleans())
@settings(max_examples=200)
def test_whatever_the_model_says_quotes_are_clean_whole_words_of_one_passage(
    found: list[Context], question: str, seed: int, by_letter: bool
) -> None:
    scorer = RandomScorer(seed, pattern=BY_LETTER if by_letter else BY_WORD)
    reader = ExtractiveReader(scorer, tokenize_with_offsets)
    for context in found:
        spans = reader.read(question, [context])
        assert faults(spans, context) == []
        for span in spans:
            quote = context.article.text[span.start : span.end]
            assert not edges_inside_words(span, context), quote
            assert quote in context.article.text[context.passage.start : context.passage.end]
            for measure in span.features:
                assert 0.0 <= measure.value <= 1.0, measure
            assert np.isfinite(span.margin)
    together = reader.read(question, found)
    places = [span.range for span in together]
    assert not any(a.overlaps(b) for i, a in enumerate(places) for b in places[:i])
    margins = [span.margin for span in together]
    assert margins == sorted(margins, reverse=True)


@given(hostile_texts, st.data())
@settings(max_examples=150)
def test_an_answer_drawn_from_the_text_is_quoted_verbatim(text: str, data: st.DataObject) -> None:
    """Whatever clean words the model picks: the quote holds them, and nothing but marks is shed."""
    known = masked(text)
    tokens = [match.span() for match in re.finditer(r"\w+|[^\w\s]", text)]
    if not tokens:
        return
    first = data.draw(st.integers(0, len(tokens) - 1))
    last = data.draw(st.integers(first, min(len(tokens) - 1, first + 9)))
    start, end = tokens[first][0], tokens[last][1]
    if not (is_boundary(text, start) and is_boundary(text, end)):
        return
    starts, ends = (np.full(len(tokens), -20, dtype=np.float32) for _ in range(2))
    starts[first], ends[last] = 9, 9

    class Scorer:
        identity = "scripted"
        reads_titles = False

        def windows(self, question: str, texts: Sequence[str]) -> list[tuple[Window, ...]]:
            assert texts == [text]
            return [(Window(np.array(tokens, dtype=np.int64), starts, ends, 0.0),)]

    spans = ExtractiveReader(Scorer(), tokenize_with_offsets).read("Tell me.", [whole(known)])
    words = [
        char for char in text[start:end] if char.isalnum() and not "\u1160" <= char <= "\u11ff"
    ]
    if len(words) > 2 and spans:
        best = spans[0]
        quote = text[best.start : best.end]
        assert 18.0 <= best.score <= 18.0 + FIT_WEIGHT
        assert start - 1 <= best.start < best.end <= end + 1
        assert quote == quote.strip()
        shed = len(words) - sum(char.isalnum() for char in quote)
        assert shed <= 1 + text[start:end].count("'") + text[start:end].count("’")
    assert spans or len(words) <= 2
