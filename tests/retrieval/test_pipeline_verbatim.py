"""The promise of the whole program, over text and questions at their worst:

article.text[citation.start:citation.end] == citation.quote, for every citation, always.
"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from retrieval.answer.calibration import Calibration
from retrieval.datatypes import Answer, Article, Query, TextRange
from retrieval.doubles import QuotingReader
from retrieval.pipeline import AnswerSettings
from retrieval.reader.model_store import bundled_folder
from retrieval.text.headline import headline_of
from retrieval.text.masking import ELLIPSIS, noise_within
from tests.bot.worlds import (
    PLAIN_CALIBRATION,
    answerer_over,
    article,
    hostile_questions,
    hostile_texts,
)

PUBLISHED = date(2021, 5, 20)
CALIBRATIONS = (PLAIN_CALIBRATION, Calibration.load(bundled_folder()))
SEED_LIKE = (
    "Top diplomats to meet\r\nTop diplomats to meet\r\nJane Roe | Reuters\r\n\r\n"
    "President BidenJoe BidenPoll: voters split MORE hopes for peace.\r\n"
    "The meeting\u00a0lasted one hour\u00a0and 45 minutes 🙂, he “said”.\r\n© 2021 Northwire L.P."
)


def check(answer: Answer, articles: dict[str, Article]) -> None:
    citations = [citation for group in answer.groups for citation in group.citations]
    for citation in citations:
        home = articles[citation.article_id]
        source = headline_of(home) if citation.in_title else home
        assert source is not None
        if citation.in_title:
            assert home.title is not None
            assert home.title[citation.start : citation.end] == citation.quote
        place = TextRange(citation.start, citation.end)
        assert source.text[citation.start : citation.end] == citation.quote
        assert citation.quote.strip()
        assert noise_within(source, place) == ()
        assert citation.sentence_range.holds(place)
        assert citation.shown in citation.sentence
        for days in citation.inferred:
            assert source.text[days.range.start : days.range.end] == days.text
            assert noise_within(source, days.range) == ()
            assert citation.sentence_range.holds(days.range)
        for noise in noise_within(source, citation.sentence_range):
            assert ELLIPSIS in citation.sentence, noise
    assert [c.number for c in citations] == list(range(1, len(citations) + 1))
    probabilities = [group.probability for group in answer.groups]
    assert all(0 <= p <= 1 for p in probabilities)
    assert probabilities == sorted(probabilities, reverse=True)
    assert 0 <= answer.probability <= 1
    assert all(group.answer == group.citations[0].shown for group in answer.groups)
    assert all(1 <= group.origins <= len(articles) for group in answer.groups)
    assert answer.abstained == (answer.chosen is None) == (answer.reason is not None)


@pytest.mark.parametrize("threshold", [0.0, 1.0])
@given(
    st.lists(hostile_texts, min_size=1, max_size=3),
    hostile_questions,
    st.none() | hostile_texts,
)
@settings(max_examples=70)
@example([SEED_LIKE], "how long did the meeting last?", None)
@example([SEED_LIKE, SEED_LIKE], "Who hopes for peace?", "Poll: voters split")
@example(["It rained."], "How long did they meet on Tuesday?", "Talks last 45 minutes on Tuesday")
def test_every_citation_is_verbatim_and_clean(
    threshold: float, texts: list[str], question: str, title: str | None
) -> None:
    articles = {
        f"{n}.txt": article(text, f"{n}.txt", published=PUBLISHED, title=title)
        for n, text in enumerate(texts)
    }
    decision = AnswerSettings(threshold=threshold)
    for calibration in CALIBRATIONS:
        answerer = answerer_over(*articles.values(), settings=decision, calibration=calibration)
        check(answerer.answer(Query(question)), articles)


@given(hostile_texts, st.data())
@settings(max_examples=100)
def test_any_quote_that_a_reader_finds_is_cited_verbatim(text: str, data: st.DataObject) -> None:
    source = article(text, published=PUBLISHED)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    reader = QuotingReader([text[start:end], "Reykjavik"])
    check(answerer_over(source, reader=reader).answer(Query("?")), {source.id: source})
