"""The names, numbers and dates that a question turns on, and where they stand around a sentence."""

from __future__ import annotations

from datetime import date

import pytest

from retrieval.datatypes import Article
from retrieval.index.tokenization import tokenize_with_offsets
from retrieval.ingest.passages import WindowSize
from retrieval.reader.anchors import AnchorOverlap, anchors_of, overlaps
from retrieval.reader.question_overlap import shared_words
from tests.bot.worlds import article, contexts

PIPELINE = article(
    "Prices rose again. On Friday hackers stopped the Colonial Pipeline with a trick. "
    "The 2021 attack was the work of DarkSide, said the owners of the pipeline.",
    "a.txt",
)


def anchored(question: str, *articles: Article) -> tuple[dict[str, float], list[AnchorOverlap]]:
    """The anchors of a question over whole articles, and what each sentence shares with them."""
    found = contexts(*articles, window=WindowSize(words=400, overlap=0))
    groups = shared_words(question, question, found, tokenize_with_offsets)
    sentences = [sentence for group in groups for sentence in group]
    anchors = anchors_of(question, sentences, tokenize_with_offsets)
    return anchors, [o for group in groups for o in overlaps(anchors, group, tokenize_with_offsets)]


def terms(*words: str) -> set[str]:
    return {term for word in words for _, _, term in tokenize_with_offsets(word)}


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("who stopped colonial?", ("colonial",)),  # as the passages spell it
        ("WHO STOPPED COLONIAL?", ("colonial",)),
        ("was it darkside that took the prices?", ("darkside",)),
        ("Which Attack was it?", ()),  # the passages spell it small
        ("which reykjavik attack?", ()),  # nothing spells it as a name
        ("Which Reykjavik attack?", ("Reykjavik",)),  # the question does
        ("Reykjavik?", ()),  # a first word has a capital anyway
        ("What happened in 2021?", ("2021",)),
        ("what happened in 1999?", ("1999",)),
        ("", ()),
    ],
)
def test_which_words_are_anchors(question: str, names: tuple[str, ...]) -> None:
    anchors, _ = anchored(question, PIPELINE)
    assert anchors.keys() == terms(*names)
    assert not anchors or sum(anchors.values()) == pytest.approx(1)


def test_a_rarer_anchor_weighs_more() -> None:
    text = (
        "In Ghent it rained. In Ghent it snowed. In Ghent it hailed. The storm of Oslo came late."
    )
    anchors, _ = anchored("Did it rain in Ghent and Oslo?", article(text))
    (ghent,), (oslo,) = terms("Ghent"), terms("Oslo")
    assert anchors[oslo] > anchors[ghent] > 0


@pytest.mark.parametrize("question", ["why did prices rise?", "", "who was it?"])
def test_without_anchors_nothing_is_missing(question: str) -> None:
    anchors, found = anchored(question, PIPELINE)
    assert anchors == {}
    assert len(found) == 3
    assert set(found) == {AnchorOverlap(inside=1.0, around=0.0, missing=0.0)}


def test_an_anchor_stands_in_the_sentence_beside_it_or_nowhere() -> None:
    _, found = anchored("Who attacked Colonial?", PIPELINE)
    shares = [(o.inside, o.around, o.missing) for o in found]
    assert shares == [(0.0, 1.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)]


@pytest.mark.parametrize(
    "question", ["Was the pipeline attacked in 1999?", "Did Lavrov attack it?"]
)
def test_a_year_or_a_name_that_the_passage_lacks_is_missing(question: str) -> None:
    _, found = anchored(question, PIPELINE)
    assert [(o.inside, o.around) for o in found] == [(0.0, 0.0)] * 3
    assert all(o.missing == pytest.approx(1.0) for o in found)


def test_part_of_the_anchors_may_be_missing() -> None:
    anchors, found = anchored("Did Colonial pay in 1999?", PIPELINE)
    (year,), (name,) = terms("1999"), terms("Colonial")
    assert found[1].inside == pytest.approx(anchors[name])
    assert found[1].missing == pytest.approx(anchors[year])


@pytest.mark.parametrize(
    ("question", "known"),
    [
        ("What did the Northwire say?", {"publisher": "Northwire"}),
        ("What was said of the Arctic?", {"title": "An Arctic council"}),
        ("What happened in 2021?", {"published": date(2021, 5, 20)}),
        ("What did they say in May?", {"published": date(2021, 5, 20)}),
    ],
)
def test_publisher_title_and_day_of_the_article_are_near(
    question: str, known: dict[str, object]
) -> None:
    text = "It rained for hours. The talks went on."
    _, alone = anchored(question, article(text))
    assert all(o == AnchorOverlap(0.0, 0.0, 1.0) for o in alone)
    _, found = anchored(question, article(text, **known))
    assert all(o == AnchorOverlap(0.0, 1.0, 0.0) for o in found)


def test_a_passage_without_sentences_shares_nothing() -> None:
    assert overlaps({"ghent": 1.0}, [], tokenize_with_offsets) == []
