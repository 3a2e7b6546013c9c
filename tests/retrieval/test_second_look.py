"""A second look: the spans in their sentences, the readers that judge them, and what it weighs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.answer.calibration import Calibration
from retrieval.answer.second_look import sentence_candidate
from retrieval.answer.weighing import LOOKS, UNSEEN, Weighing
from retrieval.datatypes import (
    AnswerType,
    Article,
    DateDoubt,
    Noise,
    NoiseKind,
    Query,
    SentenceCandidate,
    Span,
    TextRange,
)
from retrieval.doubles import HashingEncoder, QuotingReader, ScriptedSecondReader, no_similarity
from retrieval.index.sentence_similarity import SentenceSimilarity
from retrieval.index.tokenization import tokenize, tokenize_with_offsets
from retrieval.pipeline import AnswerSettings
from retrieval.protocols import SecondReader, Similarity
from retrieval.reader.extractive import ExtractiveReader
from retrieval.reader.model_store import bundled_folder
from retrieval.reader.second.span_reader import SpanSecondReader
from retrieval.reader.span_scorer import KeywordSpanScorer
from retrieval.reader.spans import Window
from retrieval.text.masking import sentence_around
from tests.bot.worlds import (
    BY_LETTER,
    PLAIN_CALIBRATION,
    RandomScorer,
    answerer_over,
    article,
    contexts,
    hostile_texts,
)

LONGEST_AROUND = 1300
"""Code points of a candidate beside its span, at most."""
FOUR = "It rained. Lavrov came early. He left in the evening. Nobody saw him go."


def span_of(known: Article, words: str, margin: float = 1.0) -> Span:
    start = known.text.index(words)
    place = TextRange(start, start + len(words))
    sentence = sentence_around(known, place)
    return Span(known.id, place.start, place.end, sentence, margin, 0.0, AnswerType.CLAUSE)


def test_a_candidate_is_the_span_in_its_sentence_with_its_neighbours() -> None:
    day = date(2021, 5, 20)
    known = article(FOUR, title="Talks", published=day)
    found = sentence_candidate(known, span_of(known, "Lavrov"))
    assert found is not None
    assert found.text == "It rained. Lavrov came early. He left in the evening."
    assert found.text[found.start : found.end] == "Lavrov"
    assert (found.title, found.day) == ("Talks", day)


def test_a_doubted_day_is_none() -> None:
    known = Article("a", FOUR, published=date(2024, 3, 4), date_doubt=DateDoubt("April 2021"))
    found = sentence_candidate(known, span_of(known, "Lavrov"))
    assert found is not None
    assert found.day is None


def test_noise_is_left_out_of_a_candidate_and_cuts_none() -> None:
    text = FOUR.replace("Lavrov", "Lavrov SHARE MORE")
    start = text.index("SHARE")
    noise = (Noise(TextRange(start, start + len("SHARE ")), NoiseKind.SHARE_BUTTONS),)
    known = Article("a", text, noise=noise, sentences=(TextRange(0, len(text)),))
    found = sentence_candidate(known, span_of(known, "Lavrov"))
    assert found is not None
    assert "SHARE" not in found.text
    assert found.text[found.start : found.end] == "Lavrov"
    assert sentence_candidate(known, span_of(known, "Lavrov SHARE MORE")) is None


@pytest.mark.parametrize("at", [0, 400, 799])
def test_a_long_line_is_shown_around_its_span_in_whole_words(at: int) -> None:
    words = [f"wd{n:04}" for n in range(800)]
    text = " ".join(words)
    known = Article("a", text, sentences=(TextRange(0, len(text)),))
    found = sentence_candidate(known, span_of(known, words[at]))
    assert found is not None
    assert found.text[found.start : found.end] == words[at]
    assert len(found.text) <= len(words[at]) + LONGEST_AROUND
    assert set(found.text.split()) <= set(words)


@given(hostile_texts, st.integers(0, 9), st.booleans())
@settings(max_examples=60)
def test_a_candidate_of_any_text_holds_its_span(text: str, seed: int, is_one_line: bool) -> None:
    known = article(text)
    if is_one_line:
        known = Article("a.txt", text * 9, sentences=(TextRange(0, 9 * len(text)),))
    reader = ExtractiveReader(RandomScorer(seed, pattern=BY_LETTER), tokenize_with_offsets)
    for span in reader.read("Who met Lavrov?", contexts(known)):
        found = sentence_candidate(known, span)
        assert found is not None, "no span of a reader touches noise"
        assert found.text[found.start : found.end] == known.text[span.start : span.end]
        assert len(found.text) <= span.end - span.start + LONGEST_AROUND


KEYWORDS = KeywordSpanScorer(["Lavrov", "the evening"])
SECOND: dict[str, SecondReader] = {
    "spans": SpanSecondReader(KEYWORDS),
    "spans by chance": SpanSecondReader(RandomScorer(3)),
    "scripted": ScriptedSecondReader("Lavrov", "the evening"),
}
JUDGED = pytest.mark.parametrize("reader", SECOND.values(), ids=list(SECOND))


def candidate(words: str, title: str | None = None, text: str = FOUR) -> SentenceCandidate:
    start = text.index(words)
    return SentenceCandidate(text, start, start + len(words), title)


CANDIDATES = (
    candidate("Lavrov"),
    candidate("the evening", "A title"),
    candidate("Nobody", "A title"),
    candidate("Lavrov", " "),
    candidate("🙂", text="Lavrov 🙂"),
    candidate("Lavrov", text="Lavrov"),
)


@JUDGED
def test_a_second_reader_gives_each_candidate_a_finite_score_in_order(
    reader: SecondReader,
) -> None:
    assert isinstance(reader, SecondReader)
    assert reader.identity
    scores = reader.judge("Who came?", CANDIDATES)
    assert len(scores) == len(CANDIDATES)
    assert all(math.isfinite(score) for score in scores)
    assert reader.judge("Who came?", CANDIDATES) == scores
    assert reader.judge("Who came?", CANDIDATES[::-1]) == scores[::-1]


@JUDGED
def test_a_second_reader_judges_each_candidate_by_itself(reader: SecondReader) -> None:
    together = reader.judge("Who came?", CANDIDATES)
    assert tuple(reader.judge("Who came?", [c])[0] for c in CANDIDATES) == together
    assert reader.judge("Who came?", []) == ()


@pytest.mark.parametrize("name", ["spans", "scripted"])
def test_a_second_reader_prefers_what_it_takes_for_an_answer(name: str) -> None:
    said, evening, nobody, *_ = SECOND[name].judge("Who came?", CANDIDATES)
    assert min(said, evening) > 0 > nobody


def test_candidates_of_one_text_are_read_once() -> None:
    read: list[Sequence[str]] = []

    class Noted(KeywordSpanScorer):
        def windows(self, question: str, texts: Sequence[str]) -> list[tuple[Window, ...]]:
            read.append(texts)
            return super().windows(question, texts)

    SpanSecondReader(Noted(["Lavrov"], reads_titles=True)).judge("Who came?", CANDIDATES)
    assert [len(texts) for texts in read] == [4]


def test_a_border_may_move_by_a_word_and_no_further() -> None:
    judge = SpanSecondReader(KeywordSpanScorer(["left in the evening"])).judge
    near, far = candidate("in the evening"), candidate("evening")
    assert judge("When?", [near]) == judge("When?", [candidate("left in the evening")])
    assert judge("When?", [far])[0] < judge("When?", [near])[0]


def weighing(
    known: Article, similarity: Similarity = no_similarity, second: SecondReader | None = None
) -> Weighing:
    return Weighing({known.id: known}.__getitem__, similarity, second)


def test_weighing_asks_the_second_reader_about_the_best_spans_alone() -> None:
    words = [f"Word{chr(97 + n)}" for n in range(LOOKS + 2)]
    known = article(". ".join(words) + ".")
    spans = QuotingReader(words).read("?", contexts(known))
    assert len(spans) == len(words)
    second = ScriptedSecondReader(words[1], words[-1])
    found = weighing(known, second=second).evidence("?", spans, len(words))
    assert [e.values["second_look"] for e in found] == [
        -5.0, 5.0, *[-5.0] * (LOOKS - 2), UNSEEN, UNSEEN,
    ]  # fmt: skip
    plain = weighing(known).evidence("?", spans, len(words))
    assert all("second_look" not in e.values for e in plain)
    assert [e.group.best.range for e in plain] == [e.group.best.range for e in found]


def test_a_span_that_cannot_be_shown_is_unseen_and_moves_no_score() -> None:
    text = "Lavrov came. Blinken SHARE left."
    start = text.index("SHARE")
    noise = (Noise(TextRange(start, start + 6), NoiseKind.SHARE_BUTTONS),)
    known = Article("a", text, noise=noise, sentences=(TextRange(0, 12), TextRange(13, len(text))))
    spans = [
        span_of(known, "Blinken SHARE left", 3.0), span_of(known, "Lavrov", 2.0),
    ]  # fmt: skip
    found = weighing(known, second=ScriptedSecondReader("Lavrov")).evidence("?", spans, 8)
    assert [e.values["second_look"] for e in found] == [UNSEEN, 5.0]


def test_without_spans_nobody_is_asked() -> None:
    def unasked(question: str, texts: Sequence[str]) -> Sequence[float]:
        raise AssertionError

    assert weighing(article(FOUR), unasked, SECOND["spans"]).evidence("?", [], 8) == []


def test_similarity_is_of_each_groups_sentence_without_noise_and_line_breaks() -> None:
    text = "It\nrained in SHARE Ghent. Lavrov came."
    start = text.index("SHARE")
    noise = (Noise(TextRange(start, start + 6), NoiseKind.SHARE_BUTTONS),)
    middle = text.index(" Lavrov")
    known = Article(
        "a", text, noise=noise, sentences=(TextRange(0, middle), TextRange(middle + 1, len(text)))
    )
    asked: list[tuple[str, list[str]]] = []

    def noted(question: str, texts: Sequence[str]) -> Sequence[float]:
        asked.append((question, list(texts)))
        return [0.25, 0.5]

    spans = [span_of(known, "Ghent", 2.0), span_of(known, "Lavrov", 1.0)]
    found = weighing(known, noted).evidence("Who came?", spans, 8)
    assert asked == [("Who came?", ["It rained in Ghent.", "Lavrov came."])]
    assert [e.values["similarity"] for e in found] == [0.25, 0.5]


def test_the_shipped_calibration_weighs_numbers_that_there_are() -> None:
    """What nothing says counts as 0 without a word: a renamed number would go unseen."""
    known = article(FOUR)
    reader = ExtractiveReader(KEYWORDS, tokenize_with_offsets)
    spans = reader.read("Who came?", contexts(known))
    shipped = Calibration.load(bundled_folder())
    # Whatever second reader comes with it.
    found = weighing(known, second=SECOND["spans"]).evidence("Who came?", spans, 8)
    assert found[0].values.keys() >= shipped.weights.keys() | shipped.ordering.keys()


def test_similarity_is_the_cosine_of_counts() -> None:
    similarity = SentenceSimilarity(HashingEncoder(tokenize, dimension=4096))
    texts = ["ghent talks", "ghent", "oslo snow", "ghent ghent talks"]
    found = similarity("talks ghent", texts)
    # Counts of terms: (1, 1) with (1, 1), (1, 0), nothing shared, (2, 1).
    expected = [1.0, 1 / math.sqrt(2), 0.0, 3 / math.sqrt(10)]
    assert list(found) == pytest.approx(expected, abs=1e-4)
    assert list(similarity("?", [])) == []


def test_a_long_sentence_is_embedded_as_far_as_the_encoder_reads() -> None:
    similarity = SentenceSimilarity(HashingEncoder(tokenize, dimension=4096))
    near, cut = "ghent " * 100, "ghent " * 100 + "oslo " * 100
    assert similarity("ghent", [cut]) == similarity("ghent", [near])


@pytest.mark.parametrize(
    ("approved", "given"),
    [(("Lavrov", "the evening"), "Lavrov"), (("the evening",), "the evening"), ((), None)],
)
def test_what_is_not_approved_is_no_answer_and_no_rival(
    approved: tuple[str, ...], given: str | None
) -> None:
    known = article("Lavrov came in the evening.", "plain.txt")
    calibration = replace(PLAIN_CALIBRATION, approval=0.0)
    answerer = answerer_over(
        known,
        reader=ExtractiveReader(KEYWORDS, tokenize_with_offsets),
        settings=AnswerSettings(threshold=0.0),
        calibration=calibration,
        second=ScriptedSecondReader(*approved),
    )
    answer = answerer.answer(Query("Who came?"))
    assert answer.abstained == (given is None)
    assert (answer.chosen.answer if answer.chosen else None) == given
    shown = {group.answer for group in answer.groups}
    assert shown == set(approved or ("Lavrov", "the evening")), "rejected ones are kept to judge"
