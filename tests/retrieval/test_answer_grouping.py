"""From spans to groups, citations and reasons."""

from __future__ import annotations

import pytest

from retrieval.answer.abstention import abstention_reason, missing_words
from retrieval.answer.citing import cite
from retrieval.answer.grouping import group_spans
from retrieval.datatypes import (
    AnswerGroup,
    Article,
    Noise,
    NoiseKind,
    Span,
    TextRange,
)
from retrieval.datatypes import AnswerType as Kind
from retrieval.index.tokenization import tokenize_with_offsets


def span(
    start: int, end: int, margin: float = 1.0, kind: Kind = Kind.CLAUSE, article_id: str = "a.txt"
) -> Span:
    return Span(article_id, start, end, TextRange(start, end), margin, 0.0, kind)


def grouped(kind: Kind, *answers: str, limit: int = 8) -> list[list[str]]:
    """The answers, best first, as they are grouped."""
    spans = {span(i, i + 1, -float(i), kind): answer for i, answer in enumerate(answers)}
    return [
        [spans[member] for member in group.spans]
        for group in group_spans(list(spans), spans.__getitem__, limit=limit)
    ]


def test_equal_answers_are_one_group_under_the_best_wording() -> None:
    assert grouped(Kind.DURATION, "one hour and 45 minutes", "one hour", "105 minutes") == [
        ["one hour and 45 minutes", "105 minutes"],
        ["one hour"],
    ]


@pytest.mark.parametrize(
    "answers",
    [
        ("John Blinken", "Blinken", "Antony Blinken"),
        ("Antony Blinken", "John Blinken", "Blinken"),
    ],
)
def test_a_surname_cannot_tie_two_people_together(answers: tuple[str, ...]) -> None:
    groups = grouped(Kind.PERSON, *answers)
    together = [group for group in groups if {"John Blinken", "Antony Blinken"} <= set(group)]
    assert together == []


def test_a_surname_first_does_not_tie_two_people_together_either() -> None:
    groups = grouped(Kind.PERSON, "Blinken", "John Blinken", "Antony Blinken")
    assert not any({"John Blinken", "Antony Blinken"} <= set(group) for group in groups)


def test_the_order_is_by_margin_whatever_the_order_given() -> None:
    worse, better = span(0, 1, margin=1.0), span(2, 3, margin=2.0)
    texts = {worse: "a", better: "b"}
    groups = group_spans([worse, better], texts.__getitem__)
    assert [group.best for group in groups] == [better, worse]


def test_late_spans_still_join_when_the_groups_are_full() -> None:
    assert grouped(Kind.NUMBER, "1", "2", "3", "one", limit=2) == [["1", "one"], ["2"]]


def test_nothing_gives_no_groups() -> None:
    assert group_spans([], str) == ()


TEXT = "Top story. Share. It lasted 105 minutes."
NOISE = Noise(TextRange(TEXT.index("Share"), TEXT.index(" It")), NoiseKind.SHARE_BUTTONS)
ARTICLE = Article(
    "a.txt", TEXT, title="Talks", noise=(NOISE,), sentences=(TextRange(0, len(TEXT)),)
)


def test_a_citation_is_cut_from_the_text_and_masks_noise_around_it() -> None:
    start = TEXT.index("105")
    found = Span(
        "a.txt", start, start + 3, TextRange(0, len(TEXT)), 1.0, 0.0, answer_type=Kind.NUMBER
    )
    citation = cite(ARTICLE, found, 7)
    assert citation.number == 7
    assert citation.quote == TEXT[citation.start : citation.end] == "105"
    assert citation.sentence == "Top story. […] It lasted 105 minutes."
    assert citation.title == "Talks"


@pytest.mark.parametrize(
    ("why", "faulty"),
    [
        ("empty", span(3, 3)),
        ("beyond the end", span(len(TEXT) - 1, len(TEXT) + 1)),
        ("another article", span(0, 3, article_id="b.txt")),
        ("inside noise", span(NOISE.range.start + 1, NOISE.range.start + 2)),
        ("across the noise's start", span(NOISE.range.start - 2, NOISE.range.start + 1)),
        ("across the noise's end", span(NOISE.range.end - 1, NOISE.range.end + 2)),
        ("around the noise", span(0, len(TEXT))),
    ],
)
def test_what_may_never_be_shown_is_not_cited(why: str, faulty: Span) -> None:
    with pytest.raises(ValueError, match=r"noise|stand"):
        cite(ARTICLE, faulty, 1)


def test_a_span_that_touches_noise_only_at_its_border_is_clean() -> None:
    before, after = span(0, NOISE.range.start), span(NOISE.range.end, len(TEXT))
    assert cite(ARTICLE, before, 1).quote + cite(ARTICLE, after, 2).quote == TEXT.replace(
        TEXT[NOISE.range.start : NOISE.range.end], ""
    )


def test_missing_words_are_named_as_they_were_asked() -> None:
    texts = ["The hotels were full."]
    asked = "Which Hotel did Lavrov and lavrov's men stay at?"
    assert missing_words(asked, texts, tokenize_with_offsets) == (
        "Lavrov",
        "lavrov's",
        "men",
        "stay",
    )


def nearby(sentence: str, title: str | None = None) -> AnswerGroup:
    article = Article("a.txt", sentence, title=title, sentences=(TextRange(0, len(sentence)),))
    found = Span("a.txt", 0, 1, TextRange(0, len(sentence)), 0.0, 0.0, Kind.CLAUSE)
    return AnswerGroup(sentence[0], 0.1, 1, (cite(article, found, 1),), (found,))


def test_a_reason_without_anything_nearby_names_what_no_passage_holds() -> None:
    reason = abstention_reason(Kind.PERSON, (), ("Eurovision", "1994"), ())
    assert '"Eurovision"' in reason
    assert '"1994"' in reason


def test_a_reason_quotes_the_nearest_sentence_and_names_its_article() -> None:
    reason = abstention_reason(Kind.NAME, [nearby("He stayed.", "Talks")], (), ("hotel",))
    assert "“He stayed.”" in reason
    assert '"Talks"' in reason
    assert '"hotel"' in reason


def test_a_question_in_another_language_is_told_which_one_is_read() -> None:
    told = "Questions and articles are read in English."
    groups = [nearby("Er blieb.", "Gespräche")]
    reason = abstention_reason(Kind.NAME, groups, ("Wer",), (), is_other_language=True)
    assert reason == f'Nearby in "Gespräche": “Er blieb.” {told}'
    assert abstention_reason(Kind.NAME, (), ("Wer",), (), is_other_language=True) == told


def test_a_reason_prefers_the_word_that_no_passage_holds() -> None:
    reason = abstention_reason(Kind.NAME, [nearby("He stayed.")], ("hotel",), ("hotel", "Lavrov"))
    assert '"hotel"' in reason
    assert '"Lavrov"' not in reason
    assert "a.txt" in reason


@pytest.mark.parametrize("kind", list(Kind))
def test_when_no_word_is_missing_the_reason_names_the_kind_of_answer(kind: Kind) -> None:
    reason = abstention_reason(kind, [nearby("He stayed.")], (), ())
    wanted = {Kind.CLAUSE: "answer", Kind.YES_NO: "answer", Kind.QUOTATION: "quoted words"}
    assert wanted.get(kind, kind.value) in reason


def test_a_long_sentence_is_shortened_and_stays_one_line() -> None:
    reason = abstention_reason(Kind.NAME, [nearby("He\r\nstayed on " * 200)], (), ())
    assert len(reason) < 400
    assert "\n" not in reason


def test_a_sentence_of_one_endless_word_is_shortened_too() -> None:
    reason = abstention_reason(Kind.NAME, [nearby("x" * 10_000)], (), ())
    assert len(reason) < 400


def test_a_reason_never_says_nothing() -> None:
    assert abstention_reason(Kind.CLAUSE, (), (), ()).strip()
