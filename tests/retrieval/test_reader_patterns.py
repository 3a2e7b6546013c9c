"""What the patterns of English find in a sentence, and what they leave alone."""

from __future__ import annotations

import pytest

from retrieval.datatypes import AnswerType as Kind
from retrieval.datatypes import TextRange
from retrieval.english.clauses import clauses, cores, descriptions, quoted, reasons
from retrieval.english.names import names
from retrieval.english.quantities import quantities
from tests import deadlines


@pytest.mark.parametrize(
    ("sentence", "kind", "expected"),
    [
        ("It lasted one hour and 45 minutes.", Kind.DURATION, "one hour and 45 minutes"),
        ("It took two and a half years.", Kind.DURATION, "two and a half years"),
        ("A nine-year term.", Kind.DURATION, "nine-year"),
        ("Presidency for 2021-2023.", Kind.DURATION, "2021-2023"),
        ("It took half an hour.", Kind.DURATION, "half an hour"),
        ("They met on May 19, once.", Kind.DATE, "May 19"),
        ("They met on 20 May 2021.", Kind.DATE, "20 May 2021"),
        ("Dated 2021-05-19.", Kind.DATE, "2021-05-19"),
        ("On the 3rd of June it ended.", Kind.DATE, "3rd of June"),
        ("It cost $5 million.", Kind.MONEY, "$5 million"),
        ("It cost US$3.5bn.", Kind.MONEY, "US$3.5bn"),
        ("It cost five million dollars.", Kind.MONEY, "five million dollars"),
        ("£3,000,000 were paid.", Kind.MONEY, "£3,000,000"),
        ("It rose 5.5 percent.", Kind.PERCENT, "5.5 percent"),
        ("fifty-five per cent agreed", Kind.PERCENT, "fifty-five per cent"),
        ("It rose by 50%.", Kind.PERCENT, "50%"),
        ("Over 300,000 people came.", Kind.NUMBER, "300,000"),
        ("Another 12 countries.", Kind.NUMBER, "12"),
        ("One hundred and five came.", Kind.NUMBER, "One hundred and five"),
    ],
)
def test_quantities(sentence: str, kind: Kind, expected: str) -> None:
    assert expected in [
        sentence[place.start : place.end] for place, found in quantities(sentence) if found is kind
    ]


@pytest.mark.parametrize(
    "sentence",
    ["H1N1 virus", "B52 bomber", "Sevenoaks is fine", "a tenth", "100mph", "Someone hourly"],
)
def test_what_only_looks_like_a_number(sentence: str) -> None:
    assert list(quantities(sentence)) == []


def test_a_number_with_a_scale_is_not_also_a_smaller_number() -> None:
    sentence = "It cost $5 million."
    assert [sentence[p.start : p.end] for p, _ in quantities(sentence)] == ["$5 million"]


def found_names(sentence: str) -> list[str]:
    return [sentence[name.range.start : name.range.end] for name in names(sentence)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Antony Blinken met Sergei Lavrov.", ["Antony Blinken", "Sergei Lavrov"]),
        ("U.S. Secretary of State Antony Blinken said", ["Antony Blinken"]),
        ("Russian Foreign Minister Sergei Lavrov and", ["Sergei Lavrov"]),
        ("Paul Whelan and Trevor Reed", ["Paul Whelan", "Paul Whelan and Trevor Reed"]),
        ("Nord Stream 2, a gas pipeline", ["Nord Stream 2"]),
        ("Yesterday Biden left", ["Biden"]),
        ("He met O’Brien’s wife", ["O’Brien"]),
        ("J.K. Rowling wrote", ["J.K. Rowling"]),
        ("Élodie Muñoz came", ["Élodie Muñoz"]),
        ("Łukasz Żak came", ["Łukasz Żak"]),
        ("The Arctic Council met", ["Arctic Council"]),
    ],
)
def test_names(sentence: str, expected: list[str]) -> None:
    assert set(expected) <= set(found_names(sentence))


@pytest.mark.parametrize(
    "sentence",
    [
        "The talks went on.",
        "On Wednesday it ended.",
        "While nothing happened.",
        "и сказал что",
        "želva běží",
    ],
)
def test_sentences_without_a_name(sentence: str) -> None:
    assert found_names(sentence) == []


def test_a_name_never_begins_inside_a_word() -> None:
    assert "Phone" not in found_names("The iPhone and the eBay site")


def test_countries_are_places() -> None:
    kinds = {name.weight(Kind.PLACE) for name in names("Iceland, Norway")}
    assert max(kinds) == 1.0


def cut(sentence: str, places: object) -> list[str]:
    return [sentence[place.start : place.end] for place in places]  # type: ignore[attr-defined]


def test_clauses_end_at_commas_dashes_and_relative_words() -> None:
    sentence = "He left, tired — but the man who came stayed."
    assert cut(sentence, clauses(sentence)) == [
        "He left",
        "tired",
        "but the man",
        "who came stayed.",
    ]


@pytest.mark.parametrize(
    ("stretch", "found"),
    [
        ("Lavrov called the talks useful.", ["Lavrov called the talks useful"]),
        (" that it was useful for ", ["useful for", "useful"]),
        ("Lavrov spoke of the", ["Lavrov spoke"]),
        ("of the", ["of"]),
        (" ", []),
        ("", []),
    ],
)
def test_cores_are_without_function_words_at_the_edges(stretch: str, found: list[str]) -> None:
    sentence = f"On Friday{stretch}he left"
    start = len("On Friday")
    assert cut(sentence, cores(sentence, TextRange(start, start + len(stretch)))) == found


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("He left because of the rain, and it was late.", "the rain"),
        ("Owing to fog the flight was late", "fog the flight was late"),
        ("They fled after the attack", "the attack"),
    ],
)
def test_reasons(sentence: str, reason: str) -> None:
    assert any(
        found.startswith(reason)
        for found in cut(sentence, (place for place, _ in reasons(sentence)))
    )


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("He said “killer” twice.", ["killer"]),
        ('He said "killer" twice.', ["killer"]),
        ("An “unclosed quote", []),
        ("”“", []),
    ],
)
def test_quoted_words(sentence: str, words: list[str]) -> None:
    assert cut(sentence, quoted(sentence)) == words


@pytest.mark.parametrize(
    ("sentence", "name", "description"),
    [
        ("Trevor Reed, a former U.S. Marine, was held.", "Trevor Reed", "a former U.S. Marine"),
        ("State Department spokesman Ned Price said", "Ned Price", "State Department spokesman"),
        ("Xi is the president of China.", "Xi", "the president of China"),
    ],
)
def test_descriptions(sentence: str, name: str, description: str) -> None:
    assert description in cut(sentence, descriptions(sentence, name))


@pytest.mark.parametrize(
    ("sentence", "name"),
    [("Ned Pricely, a man of letters, came.", "Ned Price"), ("Xiao is the president.", "Xi")],
)
def test_a_longer_name_is_another_name(sentence: str, name: str) -> None:
    assert cut(sentence, descriptions(sentence, name)) == []


@pytest.mark.parametrize("name", ["a+b (c", "[", "\\", "Mr. *"])
def test_a_name_is_never_taken_as_a_pattern(name: str) -> None:
    assert cut("Nobody, a man, came.", descriptions("Nobody, a man, came.", name)) == []


@pytest.mark.timeout(deadlines.HANGS)
@pytest.mark.parametrize(
    "piece", ["A ", "a, ", "one ", "1 ", "“", "the of ", "for being ", "A.", "A-"]
)
def test_the_longest_passage_takes_no_time_to_speak_of(piece: str) -> None:
    """A passage has at most 1,000 words, but a word may be a picture pasted as letters."""
    sentence = (piece * 1000)[:5000]
    for find in (quantities, names, clauses, reasons, quoted):
        for _ in find(sentence):
            pass


def test_two_places_side_by_side_are_two_names() -> None:
    sentence = "It borders Russia and the U.S. Iceland has the chair, said U.S. Senator Roe."
    found = cut(sentence, (name.range for name in names(sentence)))
    assert {"U.S.", "Iceland", "U.S. Senator Roe"} <= set(found)
    assert "U.S. Iceland" not in found
