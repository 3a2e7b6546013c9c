"""A second model reads again the sentences where the first one found its best spans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.datatypes import AnswerType, Article, Context, Span, TextRange
from retrieval.index.tokenization import tokenize_with_offsets
from retrieval.reader.extractive import ExtractiveReader
from retrieval.reader.passage_spans import FIT_WEIGHT
from retrieval.reader.second.looks import (
    CLEAR,
    FIRST,
    FIRST_LOOKS,
    MORE_LOOKS,
    OTHER_ARTICLES,
    SURE,
    UNSEEN,
    sentence_with_neighbours,
)
from retrieval.reader.span_scorer import KeywordSpanScorer
from retrieval.reader.spans import Window
from retrieval.text.headline import with_headlines
from retrieval.text.masking import sentence_around
from tests.bot.worlds import BY_LETTER, RandomScorer, article, contexts, hostile_texts

FOUR = "It rained. Lavrov came early. He left in the evening. Nobody saw him go."
LONGEST_AROUND = 900
"""Code points beside a span that are read, at most."""


class Noted(KeywordSpanScorer):
    """Keeps the texts that it was asked to read."""

    def __init__(self, answers: Sequence[str], *, reads_titles: bool = False) -> None:
        super().__init__(answers, reads_titles=reads_titles)
        self.read: list[list[str]] = []

    def windows(self, question: str, texts: Sequence[str]) -> list[tuple[Window, ...]]:
        self.read.append(list(texts))
        return super().windows(question, texts)


def span_of(known: Article, words: str) -> Span:
    start = known.text.index(words)
    place = TextRange(start, start + len(words))
    sentence = sentence_around(known, place)
    return Span(known.id, place.start, place.end, sentence, 1.0, 0.0, AnswerType.CLAUSE)


def read(
    first: Sequence[str], second: KeywordSpanScorer, *given: Context, titles: bool = False
) -> tuple[Span, ...]:
    scorer = KeywordSpanScorer(first, reads_titles=titles)
    return ExtractiveReader(scorer, tokenize_with_offsets, second).read("Who came?", given)


def words_of(spans: Sequence[Span], *articles: Article) -> list[str]:
    known = with_headlines({a.id: a for a in articles}.__getitem__)
    return [known(s.article_id).text[s.start : s.end] for s in spans]


def first_margin(span: Span) -> float:
    (value,) = (f.value for f in span.features if f.name == FIRST)
    return value


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("rained", "It rained. Lavrov came early."),
        ("Lavrov", "It rained. Lavrov came early. He left in the evening."),
        ("Nobody", "He left in the evening. Nobody saw him go."),
    ],
)
def test_a_sentence_is_read_with_its_neighbours(words: str, shown: str) -> None:
    known = article(FOUR)
    place = sentence_with_neighbours(known, span_of(known, words))
    assert known.text[place.start : place.end] == shown


@pytest.mark.parametrize("at", [0, 400, 799])
def test_a_long_line_is_read_around_its_span_in_whole_words(at: int) -> None:
    words = [f"wd{n:04}" for n in range(800)]
    text = " ".join(words)
    known = Article("a", text, sentences=(TextRange(0, len(text)),))
    place = sentence_with_neighbours(known, span_of(known, words[at]))
    shown = known.text[place.start : place.end]
    assert words[at] in shown
    assert len(shown) <= len(words[at]) + LONGEST_AROUND
    assert set(shown.split()) <= set(words)


def test_the_spans_are_the_second_models_where_the_first_found_some() -> None:
    known = article(FOUR)
    second = Noted(["early", "Nobody"])
    spans = read(["Lavrov"], second, *contexts(known))
    assert second.read == [["It rained. Lavrov came early. He left in the evening."]]
    assert words_of(spans, known)[0] == "early"
    assert "Nobody" not in words_of(spans, known)


def test_each_span_tells_what_the_first_model_gave_it() -> None:
    known = article(FOUR)
    alone = ExtractiveReader(KeywordSpanScorer(["Lavrov"]), tokenize_with_offsets)
    known_margin = {s.range: s.margin for s in alone.read("Who came?", contexts(known))}
    spans = read(["Lavrov"], Noted(["Lavrov", "the evening"]), *contexts(known))
    by_words = dict(zip(words_of(spans, known), spans, strict=True))
    assert first_margin(by_words["Lavrov"]) == known_margin[by_words["Lavrov"].range] > 0
    assert first_margin(by_words["the evening"]) < 0


def test_words_that_the_first_model_did_not_mark_are_unseen() -> None:
    names = [f"Nam{chr(97 + n)}" for n in range(9)]
    known = article(" ".join(f"{name} came, and then {name} went." for name in names))
    spans = read(names[:1], Noted(["then"]), *contexts(known))
    assert {first_margin(s) for s in spans if words_of([s], known) == ["then"]} == {UNSEEN}


def test_so_many_stretches_are_read_and_no_more() -> None:
    names = [f"Nam{chr(97 + n)}" for n in range(12)]
    articles = [article(f"{name} came at {name[::-1]}.", f"{name}.txt") for name in names]
    second = Rated(dict.fromkeys(names, 1.0))
    given = [context for known in articles for context in contexts(known)]
    spans = read(names, second, *given)
    assert [len(texts) for texts in second.read] == [FIRST_LOOKS, MORE_LOOKS]
    assert [text.split()[0] for texts in second.read for text in texts] == names[:6]
    assert {span.article_id for span in spans} == {known.id for known in articles[:6]}


class Rated(KeywordSpanScorer):
    """Gives names their margins; keeps the texts that it was asked to read."""

    def __init__(self, margins: Mapping[str, float]) -> None:
        super().__init__(list(margins))
        self.margins = margins
        self.read: list[list[str]] = []

    def windows(self, question: str, texts: Sequence[str]) -> list[tuple[Window, ...]]:
        self.read.append(list(texts))
        return [tuple(self._rated(w, t) for w in self._windows(t)) for t in texts]

    def _rated(self, window: Window, text: str) -> Window:
        logits = np.full(len(window.offsets), -20.0, dtype=np.float32)
        for at, (start, end) in enumerate(window.offsets):
            logits[at] = self.margins.get(text[start:end], -40.0) / 2
        return replace(window, start_logits=logits, end_logits=logits)


# What the kind of a span is worth is in its margin too.
LOW, HIGH = SURE - FIT_WEIGHT - 0.1, SURE + 0.1


@pytest.mark.parametrize(
    ("one", "other", "is_settled"),
    [
        (HIGH, HIGH - CLEAR - FIT_WEIGHT - 0.1, True),
        (HIGH, -9.0, True),
        (HIGH, HIGH - CLEAR + FIT_WEIGHT + 0.1, False),
        (LOW, -9.0, False),
    ],
)
def test_more_is_read_until_one_answer_is_sure_and_clear(
    one: float, other: float, is_settled: bool
) -> None:
    names = [f"Nam{chr(97 + n)}" for n in range(9)]
    articles = [article(f"{name} came at noon.", f"{name}.txt") for name in names]
    second = Rated({names[0]: one, names[1]: other, **dict.fromkeys(names[2:], -9.0)})
    read(names, second, *(context for known in articles for context in contexts(known)))
    more = [] if is_settled else [MORE_LOOKS]
    assert [len(texts) for texts in second.read] == [FIRST_LOOKS, *more]


def test_the_same_words_twice_are_no_rivals() -> None:
    articles = [article(f"Nam came at {n}.", f"{n}.txt") for n in range(9)]
    articles[3] = article("Other came at 3.", "3.txt")
    second = Rated({"Nam": HIGH, "Other": -9.0})
    given = [context for known in articles for context in contexts(known)]
    spans = read(["Nam", "Other"], second, *given)
    # What may say the same is read too; nothing else is.
    assert [len(texts) for texts in second.read] == [FIRST_LOOKS, MORE_LOOKS]
    assert {words_of([s], *articles)[0] for s in spans if s.margin > 0} == {"Nam"}
    assert not any("Other" in text for texts in second.read for text in texts)


def test_where_a_figure_is_asked_for_other_articles_are_read_too() -> None:
    """What was so on other days, also where two sentences settle what is so."""
    count = FIRST_LOOKS + MORE_LOOKS + OTHER_ARTICLES + 2
    articles = [article(f"In all {n} fell in May.", f"{n}.txt") for n in range(30, 30 + count)]
    given = [context for known in articles for context in contexts(known)]
    first = Rated(dict.fromkeys((str(n) for n in range(30, 30 + count)), 5.0))

    def texts_read(question: str, margins: Mapping[str, float]) -> list[int]:
        second = Rated(margins)
        ExtractiveReader(first, tokenize_with_offsets, second).read(question, given)
        return [len(texts) for texts in second.read]

    settles = {"30": HIGH, "31": -9.0}
    assert texts_read("How many fell?", settles) == [FIRST_LOOKS, OTHER_ARTICLES]
    unsure = {"30": LOW, "31": LOW}
    assert texts_read("How many fell?", unsure) == [FIRST_LOOKS, MORE_LOOKS + OTHER_ARTICLES]
    assert texts_read("When did they fall?", unsure) == [FIRST_LOOKS, MORE_LOOKS]


def test_a_stretch_is_read_once_however_many_spans_it_has() -> None:
    second = Noted(["Lavrov"])
    read(["Lavrov", "rained", "evening"], second, *contexts(article(FOUR)))
    texts = [text for part in second.read for text in part]
    assert len(texts) == len(set(texts)) > 1


def test_titles_are_read_again_as_titles_and_above_their_text() -> None:
    known = article("It rained at noon. Nobody came.", title="Lavrov meets Blinken")
    second = Noted(["Blinken"], reads_titles=True)
    spans = read(["Lavrov"], second, *contexts(known), titles=True)
    assert words_of(spans, known)[0] == "Blinken"
    assert all(
        text == known.title or text.startswith(f"{known.title} | ")
        for part in second.read
        for text in part
    )


def test_without_spans_nothing_is_read_again() -> None:
    second = Noted(["Lavrov"])
    assert read(["Lavrov"], second) == ()
    assert second.read == []


@given(hostile_texts, hostile_texts, st.integers(0, 9), st.booleans())
@settings(max_examples=40)
def test_every_span_of_any_text_stands_inside_its_passage_and_sentence(
    text: str, title: str, seed: int, is_one_line: bool
) -> None:
    known = article(text, title=title)
    if is_one_line:
        known = Article("a.txt", text * 9, sentences=(TextRange(0, 9 * len(text)),))
    scorers = (RandomScorer(number, pattern=BY_LETTER) for number in (seed, seed + 1))
    first, second = scorers
    given_contexts = contexts(known)
    spans = ExtractiveReader(first, tokenize_with_offsets, second).read("Who?", given_contexts)
    for span in spans:
        home = with_headlines({known.id: known}.__getitem__)(span.article_id)
        assert 0 <= span.start < span.end <= len(home.text)
        assert span.sentence.holds(span.range)
        assert span.window is not None
        assert span.window.holds(span.range)
