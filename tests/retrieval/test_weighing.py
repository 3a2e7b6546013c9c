"""What is known of each answer, and who may be one: similarity, approval, shipped calibrations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest

from retrieval.answer.calibration import FILE, FILE_WITH_SECOND, Calibration
from retrieval.answer.weighing import Weighing
from retrieval.datatypes import AnswerType, Article, Noise, NoiseKind, Query, Span, TextRange
from retrieval.doubles import HashingEncoder, QuotingReader, no_similarity
from retrieval.index.sentence_similarity import SentenceSimilarity
from retrieval.index.tokenization import tokenize, tokenize_with_offsets
from retrieval.pipeline import AnswerSettings
from retrieval.protocols import Similarity
from retrieval.reader.extractive import ExtractiveReader
from retrieval.reader.model_store import bundled_folder
from retrieval.reader.span_scorer import KeywordSpanScorer
from retrieval.text.masking import sentence_around
from tests.bot.worlds import PLAIN_CALIBRATION, answerer_over, article, contexts

FOUR = "It rained. Lavrov came early. He left in the evening. Nobody saw him go."
KEYWORDS = KeywordSpanScorer(["Lavrov", "the evening"])


def span_of(known: Article, words: str, margin: float = 1.0) -> Span:
    start = known.text.index(words)
    place = TextRange(start, start + len(words))
    sentence = sentence_around(known, place)
    return Span(known.id, place.start, place.end, sentence, margin, 0.0, AnswerType.CLAUSE)


def weighing(known: Article, similarity: Similarity = no_similarity) -> Weighing:
    return Weighing({known.id: known}.__getitem__, similarity)


def test_without_spans_nobody_is_asked() -> None:
    def unasked(question: str, texts: Sequence[str]) -> Sequence[float]:
        raise AssertionError

    assert weighing(article(FOUR), unasked).evidence("?", [], 8) == []


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


@pytest.mark.parametrize("second", ["off", "small"])
def test_the_shipped_calibrations_weigh_numbers_that_there_are(second: str) -> None:
    """What nothing says counts as 0 without a word: a renamed number would go unseen."""
    known = article(FOUR)
    again = KEYWORDS if second != "off" else None
    spans = ExtractiveReader(KEYWORDS, tokenize_with_offsets, again).read("Who?", contexts(known))
    file = FILE if second == "off" else FILE_WITH_SECOND.format(second=second)
    shipped = Calibration.load(bundled_folder(), file=file)
    found = weighing(known).evidence("Who came?", spans, 8)
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
    ("approval", "given", "shown"),
    [
        (-math.inf, "Lavrov", {"Lavrov", "the evening"}),
        (3.5, "Lavrov", {"Lavrov"}),
        (4.5, None, {"Lavrov", "the evening"}),
    ],
)
def test_what_is_not_approved_is_no_answer_and_no_rival(
    approval: float, given: str | None, shown: set[str]
) -> None:
    """Margins are 4 and 3. Where all are rejected they are kept to judge."""
    answerer = answerer_over(
        article("Lavrov came in the evening.", "plain.txt"),
        reader=QuotingReader(["Lavrov", "the evening"]),
        settings=AnswerSettings(threshold=0.0),
        calibration=replace(PLAIN_CALIBRATION, approval=approval),
    )
    answer = answerer.answer(Query("Who came?"))
    assert answer.abstained == (given is None)
    assert (answer.chosen.answer if answer.chosen else None) == given
    assert {group.answer for group in answer.groups} == shown
