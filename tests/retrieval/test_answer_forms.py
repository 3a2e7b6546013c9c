"""How much of a sentence answers: which form a question asks for, and which range is quoted."""

from __future__ import annotations

import pytest

from retrieval.datatypes import AnswerType as Kind
from retrieval.datatypes import Article, Noise, NoiseKind, TextRange
from retrieval.english.answer_forms import AnswerForm, form_of
from retrieval.english.measures import before_day, whole_measure
from retrieval.english.question_types import expectation_of
from retrieval.reader.answer_range import AskedFor, InSentence, answer_range

from .test_lists_and_kinds import bracketed

FORMS = {
    AnswerForm.SENTENCE: (
        "Was the meeting longer than expected?",
        "What happened to the ship?",
        "what's happening in Ghent?",
        "What became of him?",
        "Did he say what happened?",
    ),
    AnswerForm.CLAUSE: (
        "Why did he leave?",
        "What caused the fire?",
        "How did he die?",
        "how does it work?",
        "How was it made?",
        "Who is Ned Price?",
        "What is a pangolin?",
    ),
    AnswerForm.PHRASE: (
        "Who left?",
        "When did it happen?",
        "How many died?",
        "How long did it last?",
        "How far did he go?",
        "Which city is it?",
        "Tell me about it.",
        "",
    ),
}


@pytest.mark.parametrize(("form", "question"), [(f, q) for f, all_ in FORMS.items() for q in all_])
def test_the_form_that_a_question_asks_for(form: AnswerForm, question: str) -> None:
    assert form_of(question, expectation_of(question)) is form


MEASURES = [
    ("[at least {14}] people died", False),
    ("[At most {14}] died", False),
    ("[no fewer than {14}] died", False),
    ("[an estimated\xa0{14}]", False),
    ("[between 10 and {14}] died", False),
    ("[from 10 to {14}] died", False),
    ("[between {10} and 14] died", False),
    ("[from {1,000} to 1,400 acres] burned", True),
    ("from Ghent to [{14}] places", False),
    ("between the [{10}] and 14 others", False),
    ("the handover [{14}] died", False),  # "over" is part of a word
    ("at least a few, [{14}] died", False),
    ("at least\n[{14}] died", False),
    ("[{fourteen}] acres", True),
    ("[{7,600} acres] burned", True),
    ("[{7,600}] acres burned", False),
    ("[about {30}\xa0feet tall]", True),
    ("[{45} square miles]", True),
    ("[{20}-foot] wall", True),
    ("[{120}km/h] wind", True),
    ("[{5} per cent]", True),
    ("[{3}] million people", True),
    ("[{30}] footballs", True),
    ("[{50} percentage points]", True),
    ("[{30} degrees Celsius]", True),
    ("[{30 miles}] wide", True),
]


@pytest.mark.parametrize(("marked", "unit"), MEASURES)
def test_a_number_keeps_its_hedge_and_its_unit(marked: str, unit: bool) -> None:
    inner, (whole,) = bracketed(marked)
    text, (number,) = bracketed(inner.replace("{", "[").replace("}", "]"))
    whole = TextRange(whole.start, whole.end - 2)
    assert whole_measure(text, number, unit=unit) == whole


TEXT = (
    "GHENT - The mayor left on Wednesday night (May 19) because the river had risen by at least "
    "7,600 acres, she said. Canada, Iceland and Norway sent help."
)
FIRST = TextRange(0, TEXT.index(" Canada"))
SECOND = TextRange(TEXT.index("Canada"), len(TEXT))


def quoted(
    question: str, words: str, kind: Kind, *others: str, noise: str = "", window: str = TEXT
) -> str:
    """What is quoted for a span of these words."""
    holes = tuple(
        Noise(TextRange(TEXT.index(n), TEXT.index(n) + len(n)), NoiseKind.CAPTION)
        for n in [noise] if n
    )  # fmt: skip
    known = Article("a.txt", TEXT, noise=holes, sentences=(FIRST, SECOND))
    expectation = expectation_of(question)
    place, *rest = (TextRange(TEXT.index(w), TEXT.index(w) + len(w)) for w in (words, *others))
    sentence = FIRST if FIRST.holds(place) else SECOND
    shown = TextRange(TEXT.index(window), TEXT.index(window) + len(window))
    asked = AskedFor(expectation, form_of(question, expectation), frozenset())
    found = answer_range(known, InSentence(place, kind, sentence, shown), asked, rest)
    assert sentence.holds(found)
    assert found.holds(place)
    return TEXT[found.start : found.end]


WHOLE = TEXT[FIRST.start + len("GHENT - ") : FIRST.end]


@pytest.mark.parametrize(
    ("question", "words", "kind", "expected"),
    [
        ("Who left?", "mayor", Kind.PERSON, "mayor"),
        ("Did the mayor leave?", "mayor left", Kind.CLAUSE, WHOLE),
        ("What happened?", "mayor left", Kind.CLAUSE, WHOLE),
        ("Why did she leave?", "river", Kind.CLAUSE, WHOLE),
        ("Why did she leave?", "because the river had risen", Kind.CLAUSE,
         "because the river had risen"),
        ("Why did she leave?", "the river", Kind.REASON, "the river"),
        ("Did the mayor leave?", "GHENT", Kind.PLACE, TEXT[: FIRST.end]),
        ("When did she leave?", "Wednesday", Kind.DATE, "Wednesday night (May 19)"),
        ("Who left?", "Wednesday", Kind.DATE, "Wednesday night (May 19)"),
        ("How large was it?", "7,600", Kind.NUMBER, "at least 7,600 acres"),
        ("How many acres was it?", "7,600", Kind.NUMBER, "at least 7,600"),
        ("Which countries helped?", "Iceland", Kind.PLACE, "Canada, Iceland and Norway"),
        ("Which country helped?", "Iceland", Kind.PLACE, "Iceland"),
    ],
)  # fmt: skip
def test_the_range_that_is_quoted(question: str, words: str, kind: Kind, expected: str) -> None:
    assert quoted(question, words, kind, "Canada", "Norway") == expected


@pytest.mark.parametrize(
    ("question", "words", "kind", "noise", "expected"),
    [
        ("What happened?", "mayor left", Kind.CLAUSE, "she said.", WHOLE[: -len(" she said.")]),
        ("How large was it?", "7,600", Kind.NUMBER, "least", "7,600"),
        ("When did she leave?", "Wednesday", Kind.DATE, "May 19", "Wednesday"),
        ("Which countries helped?", "Canada", Kind.PLACE, "Iceland", "Canada"),
    ],
)
def test_no_range_is_wider_than_the_noise_allows(
    question: str, words: str, kind: Kind, noise: str, expected: str
) -> None:
    assert quoted(question, words, kind, "Norway", noise=noise) == expected


def test_no_range_leaves_its_passage() -> None:
    cut = TEXT[: TEXT.index(" acres")]
    assert quoted("How large was it?", "7,600", Kind.NUMBER, window=cut) == "7,600"


@pytest.mark.parametrize(
    ("text", "kind", "figure"),
    [
        ("57 on Saturday", Kind.NUMBER, "57"),
        ("at least 57 as of Saturday", Kind.NUMBER, "at least 57"),
        ("$5 million in 2021", Kind.MONEY, "$5 million"),
        ("57 people", Kind.NUMBER, "57 people"),
        ("Saturday", Kind.NUMBER, "Saturday"),
        ("57 dead on Saturday", Kind.NUMBER, "57 dead on Saturday"),
        ("", Kind.NUMBER, ""),
    ],
)
def test_a_figure_ends_before_its_day(text: str, kind: Kind, figure: str) -> None:
    assert text[: before_day(text, kind)] == figure
