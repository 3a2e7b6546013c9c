"""What every reader keeps: the words of ``protocols.Reader``, one test a promise."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings

from retrieval.datatypes import Context, Span, TextRange
from retrieval.doubles import QuotingReader
from retrieval.index.tokenization import tokenize_with_offsets
from retrieval.ingest.passages import WindowSize
from retrieval.protocols import Reader
from retrieval.reader.extractive import ExtractiveReader
from retrieval.reader.span_scorer import KeywordSpanScorer
from retrieval.text.headline import home_of, is_headline, with_headlines
from retrieval.text.masking import noise_within
from tests.bot.worlds import (
    BY_LETTER,
    BY_WORD,
    RandomScorer,
    article,
    contexts,
    hostile_questions,
    hostile_texts,
    random_reader,
)

READERS: dict[str, Reader] = {
    "quoting": QuotingReader(["one hour and 45 minutes", "Biden", "in", " Reykjavik ", "", " "]),
    "extractive": ExtractiveReader(
        KeywordSpanScorer(["one hour and 45 minutes", "Biden", "in", " Reykjavik ", "", " "]),
        tokenize_with_offsets,
    ),
    "extractive, under titles": ExtractiveReader(
        KeywordSpanScorer(["one hour and 45 minutes", "Biden", "Talks"], reads_titles=True),
        tokenize_with_offsets,
    ),
    "extractive, by chance": random_reader(),
    "extractive, read again": ExtractiveReader(
        KeywordSpanScorer(["one hour and 45 minutes", "Biden", "Talks"], reads_titles=True),
        tokenize_with_offsets,
        KeywordSpanScorer(["Reykjavik", "longer", "Talks"], reads_titles=True),
    ),
    "extractive, read again by chance": ExtractiveReader(
        RandomScorer(1, pattern=BY_WORD), tokenize_with_offsets, RandomScorer(2, pattern=BY_WORD)
    ),
}
NOISY = article(
    "Top diplomats to meet in Reykjavik\n"
    "Top diplomats to meet in Reykjavik\n"
    "Jane Roe | Reuters\n\n"
    "President BidenJoe BidenReykjavik braces for 45 minutes of rain MORE hopes for peace.\n"
    "Sergei Lavrov met Antony Blinken in Reykjavik on May 19. The meeting lasted one hour and 45 "
    "minutes, longer than both had expected. Lavrov called it “constructive” because it was long.\n"
    "Share on Facebook Tweet Email\n"
    "© 2021 Northwire L.P.",
    "noisy.txt",
)
PLAIN = article(
    "It rained in Reykjavik. The rain lasted one hour and 45 minutes.",
    "plain.txt",
    title="Talks lasted one hour and 45 minutes",
)
QUESTIONS = (
    "how long did the meeting last?",
    "Who met Blinken in Reykjavik?",
    "Where did Lavrov meet Blinken?",
    "On what date did they meet?",
    "What did Lavrov call it?",
    "Why was it constructive?",
    "Was it longer than expected?",
    "Tell me about the meeting.",
    "Who is Antony Blinken?",
)
WITHOUT_TERMS = ("", " ", "?", "…", "the of and", "who was it?", "🙂", "\u200b", "“”")


@pytest.fixture(params=READERS)
def reader(request: pytest.FixtureRequest) -> Reader:
    return READERS[request.param]


def faults(spans: Sequence[Span], context: Context) -> list[str]:
    """Which promises the spans of one context break."""
    article_of = with_headlines({context.article.id: context.article}.__getitem__)
    found = []
    for span in spans:
        if home_of(span.article_id) != context.article.id:
            found.append(f"another article: {span.article_id}")
            continue
        known = article_of(span.article_id)
        text = known.text
        quote = text[span.start : span.end]
        inside = known.sentences[0] if is_headline(known.id) else context.passage.range
        broken = {
            "outside the passage or title": not inside.holds(span.range),
            "in noise": bool(noise_within(known, span.range)),
            "empty": span.start == span.end,
            "white space at an edge": quote != quote.strip(),
            "not in its sentence": not span.sentence.holds(span.range),
            "sentence beyond the text": span.sentence.end > len(text),
            "across a sentence's end": any(
                sentence.overlaps(span.range) and not sentence.holds(span.range)
                for sentence in known.sentences
            ),
        }
        found += [f"{name}: {quote!r}" for name, is_broken in broken.items() if is_broken]
    margins = [span.margin for span in spans]
    return found + ["not best first"] * (margins != sorted(margins, reverse=True))


def test_is_a_reader(reader: Reader) -> None:
    assert isinstance(reader, Reader)


@pytest.mark.parametrize("question", QUESTIONS)
def test_spans_are_inside_their_passage_clean_trimmed_and_ordered(
    reader: Reader, question: str
) -> None:
    for context in contexts(NOISY, PLAIN):
        assert faults(reader.read(question, [context]), context) == []


@pytest.mark.parametrize("question", QUESTIONS)
def test_spans_of_several_articles_come_best_margin_first(reader: Reader, question: str) -> None:
    margins = [span.margin for span in reader.read(question, contexts(NOISY, PLAIN))]
    assert margins == sorted(margins, reverse=True)
    assert margins


def test_overlapping_passages_give_a_span_once(reader: Reader) -> None:
    overlapping = contexts(NOISY, window=WindowSize(words=40, overlap=39))
    assert any(a.passage.range.overlaps(b.passage.range) for a, b in pairwise(overlapping))
    spans = reader.read("how long did the meeting last?", [*overlapping, *overlapping])
    places = [(span.article_id, span.start, span.end) for span in spans]
    assert len(places) == len(set(places))
    assert places


def test_no_contexts_give_no_spans(reader: Reader) -> None:
    assert reader.read("how long did the meeting last?", []) == ()


@pytest.mark.parametrize("question", WITHOUT_TERMS)
def test_a_question_without_terms_breaks_nothing(reader: Reader, question: str) -> None:
    reader.expected_type(question)
    for context in contexts(NOISY):
        assert faults(reader.read(question, [context]), context) == []


def test_reading_twice_gives_the_same(reader: Reader) -> None:
    asked = ("Who met Blinken in Reykjavik?", contexts(NOISY, PLAIN))
    assert reader.read(*asked) == reader.read(*asked)


def test_reading_does_not_depend_on_what_was_read_before(reader: Reader) -> None:
    first = reader.read("Who met Blinken?", contexts(NOISY))
    reader.read("how long did the meeting last?", contexts(PLAIN))
    assert reader.read("Who met Blinken?", contexts(NOISY)) == first


def test_a_passage_that_cuts_a_sentence_is_not_left(reader: Reader) -> None:
    long = article("In Reykjavik " + "the talks of the two went on and on " * 12 + "in peace.")
    pieces = contexts(long, window=WindowSize(words=20, overlap=0))
    assert len(pieces) > 2
    for context in pieces:
        assert faults(reader.read("Where did the talks go on?", [context]), context) == []


@given(hostile_texts, hostile_questions)
@settings(max_examples=120)
def test_hostile_text_breaks_no_promise(text: str, question: str) -> None:
    for reader in READERS.values():
        for context in contexts(article(text)):
            assert faults(reader.read(question, [context]), context) == []


LETTERS_JOINED = pytest.mark.parametrize(
    ("text", "question"),
    [
        ("The iPhone maker Apple sold the company.", "Which company sold it?"),
        ("The eBay founder left the company in May.", "Who left the company?"),
        ("Prices rose 1,2345 times over in the 1990sish era.", "How many times did prices rise?"),
        ("Someone hourly wage rose 5.5percent in town.", "What percentage did the wage rise?"),
        ("Mun\u0303oz met Jose\u0301 at noon in the city.", "Who met Mun\u0303oz at noon?"),
        ("Their 12th meeting lasted a halfhour.", "How many meetings were there?"),
        ("O’Brien’s wife met McDonald’s chief.", "Who met the chief?"),
        ("Řehoř Šťastný met Łukasz Żółty in Łódź.", "Who met Šťastný?"),
    ],
)


@LETTERS_JOINED
def test_no_span_begins_or_ends_inside_a_word(text: str, question: str) -> None:
    readers = [random_reader(seed, by) for seed in range(10) for by in (BY_WORD, BY_LETTER)]
    assert any(reader.read(question, contexts(article(text))) for reader in readers)
    for reader in readers:
        assert cut_words(reader, text, question) == []


def cut_words(reader: Reader, text: str, question: str) -> list[str]:
    """The quotes that a reader finds in ``text`` and that begin or end inside a word."""
    spans = reader.read(question, contexts(article(text)))
    return [
        text[span.start : span.end]
        for span in spans
        if joins_letters(text, span.start) or joins_letters(text, span.end)
    ]


def joins_letters(text: str, at: int) -> bool:
    """Whether a cut at ``at`` would part two letters, or a letter from its accent."""
    return 0 < at < len(text) and (
        (text[at - 1].isalnum() and text[at].isalnum()) or at_mark(text, at)
    )


def at_mark(text: str, at: int) -> bool:
    return "\u0300" <= text[at] <= "\u036f"


def test_a_span_holds_where_it_stands() -> None:
    spans = READERS["extractive"].read("how long did the meeting last?", contexts(NOISY))
    best = spans[0]
    assert NOISY.text[best.start : best.end] == "one hour and 45 minutes"
    assert best.range == TextRange(best.start, best.end)
    assert best.margin == best.score - best.null_score
