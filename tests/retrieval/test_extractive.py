"""The reader with a trained model, over scorers that need none: what it may never do, and lists."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pytest

from retrieval.datatypes import (
    AnswerType,
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
from retrieval.ingest.passages import WindowSize
from retrieval.protocols import Reader
from retrieval.reader.extractive import ExtractiveReader
from retrieval.reader.passage_spans import FIT_WEIGHT
from retrieval.reader.span_scorer import KeywordSpanScorer, SpanScorer
from retrieval.reader.spans import Window
from tests.bot.worlds import (
    RandomScorer,
    article,
    contexts,
)
from tests.retrieval.builders import edges_inside_words

from .test_reader_contract import faults

TALKS = article(
    "Sergei Lavrov met Antony Blinken in Reykjavik on May 19. "
    "The meeting lasted one hour and 45 minutes.",
    "talks.txt",
)
COUNCIL = article(
    "Canada, Iceland and Norway have seats on the council. Sweden has none of them.", "council.txt"
)


def reader_of(*answers: str, size: int = 40, stride: int = 10) -> ExtractiveReader:
    scorer = KeywordSpanScorer(answers, size=size, stride=stride)
    return ExtractiveReader(scorer, tokenize_with_offsets)


def quotes(spans: Sequence[Span], *articles: Article) -> list[str]:
    texts = {known.id: known.text for known in articles}
    return [texts[span.article_id][span.start : span.end] for span in spans]


def read(reader: Reader, question: str, *articles: Article) -> list[str]:
    return quotes(reader.read(question, contexts(*articles)), *articles)


def feature(span: Span, name: str) -> float:
    return {f.name: f.value for f in span.features}[name]


def whole(known: Article) -> Context:
    return Context(known, ScoredPassage(Passage(known.id, 0, len(known.text)), 1.0))


def masked(text: str, *holes: tuple[int, int]) -> Article:
    """An article of one sentence with noise in it."""
    noise = tuple(Noise(TextRange(*hole), NoiseKind.CAPTION) for hole in holes)
    return Article("a.txt", text, noise=noise, sentences=(TextRange(0, len(text)),))


def test_the_double_is_a_scorer() -> None:
    assert isinstance(RandomScorer(0), SpanScorer)


def test_the_best_span_is_the_answer() -> None:
    reader = reader_of("one hour and 45 minutes")
    assert read(reader, "how long did the meeting last?", TALKS)[0] == "one hour and 45 minutes"


def test_scores_are_the_models_plus_what_the_kind_is_worth() -> None:
    (span, *_) = reader_of("Antony Blinken").read("Whom did he meet?", contexts(TALKS))
    assert span.score == 5.0 + 5.0 + FIT_WEIGHT * feature(span, "type_match")
    assert (span.null_score, span.margin) == (0.0, span.score)
    assert span.answer_type is AnswerType.PERSON
    assert TALKS.text[span.sentence.start : span.sentence.end].startswith("Sergei")


def test_a_span_of_another_kind_comes_when_the_model_is_sure() -> None:
    """The expected kind orders what the model finds equal; it forbids nothing."""
    reader = reader_of("in Reykjavik")
    assert reader.expected_type("When did Lavrov meet him?") is AnswerType.DATE
    assert read(reader, "When did Lavrov meet him?", TALKS)[0] == "in Reykjavik"


def test_a_span_of_the_expected_kind_stands_beside_a_surer_one() -> None:
    spans = reader_of("Reykjavik").read("When did Lavrov meet him?", contexts(TALKS))
    found = dict(zip(quotes(spans, TALKS), spans, strict=True))
    assert next(iter(found)) == "Reykjavik"
    assert found["May 19"].answer_type is AnswerType.DATE
    assert feature(found["May 19"], "type_match") > 0.0
    assert feature(found["Reykjavik"], "type_match") == 0.0


def test_of_nearly_equal_spans_that_overlap_the_one_of_the_expected_kind_is_given() -> None:
    text = "They met on May 19 in rain."
    tokens = [match.span() for match in re.finditer(r"\w+", text)]
    starts, ends = (np.full(len(tokens), -9, dtype=np.float32) for _ in range(2))
    starts[tokens.index((9, 11))], starts[tokens.index((12, 15))] = 5.2, 5.0  # "on", "May"
    ends[tokens.index((16, 18))] = 5.0  # "19"

    class Scorer:
        identity = "scripted"
        reads_titles = False

        def windows(self, question: str, texts: Sequence[str]) -> list[tuple[Window, ...]]:
            return [(Window(np.array(tokens, dtype=np.int64), starts, ends, 0.0),)]

    reader = ExtractiveReader(Scorer(), tokenize_with_offsets)
    known = masked(text)
    assert quotes(reader.read("When did they meet?", [whole(known)]), known)[0] == "May 19"
    assert quotes(reader.read("Tell me.", [whole(known)]), known)[0] == "on May 19"


@pytest.mark.parametrize("member", ["Canada", "Iceland", "Norway"])
def test_a_list_is_kept_whole_when_several_things_are_asked_for(member: str) -> None:
    found = read(reader_of(member), "Which countries have seats on the council?", COUNCIL)
    assert found[0] == "Canada, Iceland and Norway"


def test_who_asks_for_all_of_them() -> None:
    known = article("Antony Blinken, Sergei Lavrov and Jane Roe met the press there.", "who.txt")
    assert read(reader_of("Antony Blinken"), "Who met the press?", known)[0] == (
        "Antony Blinken, Sergei Lavrov and Jane Roe"
    )


@pytest.mark.parametrize(
    "question", ["Which country has a seat?", "Where is the council?", "What about Iceland?"]
)
def test_a_question_for_one_thing_gets_one_thing(question: str) -> None:
    assert read(reader_of("Iceland"), question, COUNCIL)[0] == "Iceland"


def test_a_list_is_not_kept_across_noise() -> None:
    text = "Canada, Iceland and MORE Norway have seats."
    known = masked(text, (text.index("MORE"), text.index("MORE") + 5))
    found = reader_of("Iceland").read("Which countries have seats?", [whole(known)])
    assert quotes(found, known)[0] == "Canada, Iceland"
    assert faults(found, whole(known)) == []


def test_a_list_ends_with_its_sentence() -> None:
    known = article("Seats went to Canada and Iceland. Norway and Sweden got none.", "a.txt")
    found = read(reader_of("Iceland"), "Which countries got seats?", known)
    assert found[0] == "Canada and Iceland"


def test_no_span_crosses_noise() -> None:
    text = "The meeting lasted one hour SHARE and 45 minutes there."
    hole = (text.index("SHARE"), text.index("SHARE") + 6)
    known = masked(text, hole)
    spans = reader_of("one hour and 45 minutes").read("how long did it last?", [whole(known)])
    assert faults(spans, whole(known)) == []
    assert not any("hour" in quote and "minutes" in quote for quote in quotes(spans, known))
    (unbroken, *_) = reader_of("one hour and 45 minutes").read(
        "how long did it last?", [whole(masked(text.replace("SHARE ", "")))]
    )
    assert (
        10.0 <= unbroken.margin <= 10.0 + FIT_WEIGHT
    )  # the same words without noise between them are an answer


def test_spans_across_noise_take_no_places_from_others() -> None:
    text = "a b c d e f SHARE g h i j k l"
    hole = (text.index("SHARE"), text.index("SHARE") + 6)
    known = masked(text, hole)
    tokens = [match.span() for match in re.finditer(r"\w", text.replace("SHARE ", " "))]
    starts = np.array([5] * 6 + [-5] * 6, dtype=np.float32)

    class Scorer:
        identity = "scripted"
        reads_titles = False

        def windows(self, question: str, texts: Sequence[str]) -> list[tuple[Window, ...]]:
            assert texts == [text.replace("SHARE ", " ")]
            return [(Window(np.array(tokens, dtype=np.int64), starts, -starts, 0.0),)]

    spans = ExtractiveReader(Scorer(), tokenize_with_offsets).read("Tell me.", [whole(known)])
    assert spans[0].score == 0.0  # the 36 spans from the first half to the second would have 10
    assert faults(spans, whole(known)) == []


def test_no_span_leaves_its_passage() -> None:
    text = "The meeting lasted one hour and 45 minutes there."
    known = masked(text)
    cut = Passage(known.id, 0, text.index(" and"))
    context = Context(known, ScoredPassage(cut, 1.0))
    spans = reader_of("one hour and 45 minutes").read("how long did it last?", [context])
    assert faults(spans, context) == []
    assert spans


def test_overlapping_passages_and_windows_give_a_span_once() -> None:
    overlapping = contexts(TALKS, window=WindowSize(words=14, overlap=13))
    assert len(overlapping) > 1
    for size, stride in ((40, 10), (6, 4), (12, 11)):
        reader = reader_of("45 minutes", size=size, stride=stride)
        spans = reader.read("how long did it last?", [*overlapping, *overlapping])
        places = [span.range for span in spans]
        assert quotes(spans, TALKS).count("45 minutes") == 1
        assert not any(a.overlaps(b) for i, a in enumerate(places) for b in places[:i])


def test_margins_of_several_articles_are_on_one_scale() -> None:
    reader = reader_of("one hour and 45 minutes", "Iceland")
    spans = reader.read("how long did it last?", contexts(COUNCIL, TALKS))
    found = dict(zip(quotes(spans, COUNCIL, TALKS), spans, strict=True))
    assert next(iter(found)) == "one hour and 45 minutes"
    assert found["Iceland"].margin == 8.0  # one place later: a logit less at either end
    margins = [span.margin for span in spans]
    assert margins == sorted(margins, reverse=True)


def test_an_article_does_not_change_what_is_found_in_another() -> None:
    reader = reader_of("one hour and 45 minutes", "Iceland")
    alone = reader.read("how long did it last?", contexts(TALKS))
    beside = reader.read("how long did it last?", contexts(TALKS, COUNCIL))
    kept = [span for span in beside if span.article_id == TALKS.id]
    assert [(s.range, s.score, s.null_score) for s in kept] == [
        (s.range, s.score, s.null_score) for s in alone
    ]


def test_the_share_says_how_sure_the_model_is_among_its_own_spans() -> None:
    (sure, *_) = reader_of("Reykjavik").read("Where?", contexts(TALKS))
    (torn, *_) = reader_of("Reykjavik", "Reykjavik").read(
        "Where?", [whole(masked("In Reykjavik, and in Reykjavik again."))]
    )
    assert feature(sure, "span_probability") > 0.99
    assert feature(torn, "span_probability") < 0.51


class OneRange:
    """Implements ``SpanScorer``: letters are tokens, and one range of the text scores high."""

    identity = "one range"
    reads_titles = False

    def __init__(self, start: int, end: int) -> None:
        self._start, self._end = start, end

    def windows(self, question: str, texts: Sequence[str]) -> list[tuple[Window, ...]]:
        (text,) = texts
        tokens = np.array([match.span() for match in re.finditer(r"\S", text)], dtype=np.int64)
        starts = np.where(tokens[:, 0] == self._start, 9, -9).astype(np.float32)
        ends = np.where(tokens[:, 1] == self._end, 9, -9).astype(np.float32)
        return [(Window(tokens, starts, ends, 0.0),)]


@pytest.mark.parametrize(
    ("question", "marked"),
    [
        ("Tell me about it.", "It was quiet, |\u200b|"),
        ("Tell me about it.", "He called it |‘fine|"),
        ("Which country signed?", "The |U.S.|Iceland deal is signed."),
    ],
)
def test_what_the_rules_find_keeps_what_the_models_spans_keep(question: str, marked: str) -> None:
    start, end = marked.index("|"), marked.rindex("|") - 1
    known = masked(marked.replace("|", ""))
    reader = ExtractiveReader(OneRange(start, end), tokenize_with_offsets)
    spans = reader.read(question, [whole(known)])
    assert TextRange(start, end) not in [span.range for span in spans]
    assert not any(edges_inside_words(span, whole(known)) for span in spans)


def test_a_share_is_one_at_most_for_a_clause_longer_than_any_of_the_models_spans() -> None:
    known = masked("Lavrov talked on and on " * 8 + "there")
    reader = ExtractiveReader(OneRange(0, len(known.text)), tokenize_with_offsets)
    (best, *_) = reader.read("Tell me about it.", [whole(known)])
    assert best.range == TextRange(0, len(known.text))
    assert 18.0 <= best.score <= 18.0 + FIT_WEIGHT
    assert feature(best, "span_probability") == 1.0
