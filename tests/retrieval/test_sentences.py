"""Sentence boundaries in clean and in mangled text; always ranges into the text as it was."""

from __future__ import annotations

import pytest

from retrieval.datatypes import TextRange
from retrieval.ingest.sentences import lines_of, sentences_of


def sentences(text: str, *noise: TextRange) -> list[str]:
    return [text[s.start : s.end] for s in sentences_of(text, noise)]


@pytest.mark.parametrize(
    "expected",
    [
        ["The U.S. sent troops.", "They left."],
        ["U.S. President Joe Biden spoke.", "He left."],
        ["He lives in the U.S.", "She lives in Iceland."],
        ["It was No. 2 on the list.", "No. 1 won."],
        ["Mr. Smith and Dr. Jones met Sen. Paul at 5 p.m. on Jan. 3.", "They ate."],
        ["He was born c. 1850 in St. Louis.", "He died."],
        ["It cost $3.5 million.", "It fell 0.5 percent."],
        ["“We won.”", "He smiled."],
        ['"We won!" he said.', "Then he left."],
        ['He said: "Go. Now."', "Then he left."],
        ["He (Mr. Smith) left.", '"Why?" she asked.'],
        ["Is it?", "Yes!", "Fine."],
        ["What?!", "Really.", "Yes"],
        ["😀 First one.", "👩‍👩‍👧 Second one.", "Third."],
        ["Cafe\u0301 is open.", "E\u0301mile came."],
        ["שלום עולם.", "זה מבחן."],
        ["Привет, мир.", "Это тест."],
    ],
    ids=lambda sentences: sentences[0][:20],
)
def test_sentences_of_one_paragraph(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


@pytest.mark.parametrize("space", ["  ", "\u00a0", "\u2009", "\u3000", "\t"])
def test_any_white_space_parts_sentences_and_belongs_to_none(space: str) -> None:
    assert sentences(f"{space}One is here.{space}Two is here.{space}") == [
        "One is here.",
        "Two is here.",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They worked together.Blinken said so.", ["They worked together.", "Blinken said so."]),
        ("“It ended.”Blinken left.", ["“It ended.”", "Blinken left."]),
        ("Prices rose!Sales fell?He left.", ["Prices rose!", "Sales fell?", "He left."]),
        ("The U.S.Army came.", ["The U.S.Army came."]),
        ("See example.com now.", ["See example.com now."]),
        ("Open file.Txt", ["Open file.", "Txt"]),
        ("Node.js and v2.0b are out.", ["Node.js and v2.0b are out."]),
    ],
)
def test_stops_glued_to_the_next_sentence(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n", "\u2028", "\u2029", "\x85", "\f"])
def test_a_line_without_a_full_stop_ends_its_sentence(end: str) -> None:
    assert sentences(f"Headline Here{end}The text begins here.{end}By Jane Roe") == [
        "Headline Here",
        "The text begins here.",
        "By Jane Roe",
    ]


WRAPPED = """The ministers of the eight states met on Wednesday in the
capital of Iceland, where they spoke about fish, ships and
the ice. Mr. Lavrov of Russia said that the talks had been
useful. They lasted for one hour and forty-five minutes in
all, which was longer than planned.

A second paragraph follows and it is wrapped by hand, too,
like the first one. It ends here."""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_hard_wrapped_text_is_joined(end: str) -> None:
    found = sentences(WRAPPED.replace("\n", end))
    assert [" ".join(s.split()) for s in found] == [
        "The ministers of the eight states met on Wednesday in the capital of Iceland, where they "
        "spoke about fish, ships and the ice.",
        "Mr. Lavrov of Russia said that the talks had been useful.",
        "They lasted for one hour and forty-five minutes in all, which was longer than planned.",
        "A second paragraph follows and it is wrapped by hand, too, like the first one.",
        "It ends here.",
    ]


def test_a_line_that_goes_on_in_lower_case_is_joined() -> None:
    assert sentences("It lasted one\nhour. It ended.") == ["It lasted one\nhour.", "It ended."]


def test_a_blank_line_always_parts() -> None:
    assert sentences("It lasted one\n\nhour.") == ["It lasted one", "hour."]
    assert sentences("It lasted one\r\n\r\nhour.") == ["It lasted one", "hour."]


@pytest.mark.parametrize("end", ["\u2029", "\u2028\u2028", "\x85\x85", "\f"])
def test_other_blank_lines_part_too(end: str) -> None:
    # Was: _continues counts \n and \r alone, so that a paragraph separator joins two paragraphs.
    assert sentences(f"It lasted one{end}hour.") == ["It lasted one", "hour."]


def test_masked_lines_are_no_sentences_and_join_nothing() -> None:
    text = "It lasted one\nShare\nhour. It ended."
    assert sentences(text, TextRange(14, 19)) == ["It lasted one", "hour.", "It ended."]


def test_masked_text_inside_a_sentence_holds_no_boundary() -> None:
    text = "Blinken JUNK. More junk! MORE met him. He left."
    junk = TextRange(text.index("JUNK"), text.index("MORE") + len("MORE"))
    assert sentences(text, junk) == [text[:-9], "He left."]


def test_a_text_that_is_all_noise_has_no_sentences() -> None:
    assert sentences("Share this.", TextRange(0, 11)) == []
    assert sentences("Share this. ", TextRange(0, 5), TextRange(5, 11)) == []


@pytest.mark.parametrize("text", ["", " ", "\n\r\n\u2028", "\u00a0\n"])
def test_nothing_has_no_lines_and_no_sentences(text: str) -> None:
    assert lines_of(text) == ()
    assert sentences(text) == []


def test_lines_are_trimmed() -> None:
    text = "  a b \r\n\t\u00a0c\u00a0\n\n"
    assert [text[line.start : line.end] for line in lines_of(text)] == ["a b", "c"]


def test_numbers_of_a_list_stay_with_their_items() -> None:
    # Was: "1." is a sentence of its own, and a citation of the item loses its number.
    assert sentences("1. First item\n2. Second item") == ["1. First item", "2. Second item"]


def test_what_ends_a_sentence_depends_on_the_language() -> None:
    text = "Der Zug fährt ab dem 1. März nicht mehr. Er war zu teuer."
    found = sentences_of(text, (), "de")
    assert [text[s.start : s.end] for s in found] == [
        "Der Zug fährt ab dem 1. März nicht mehr.",
        "Er war zu teuer.",
    ]


@pytest.mark.parametrize("unit", ["word ", "word", "e\u0301", "部", "\u200d", "(a) "])
def test_no_sentence_is_longer_than_2000_characters(unit: str) -> None:
    # Was: 60 KB of base64 were one sentence, which every answer in it carried through all stages.
    text = unit * (9000 // len(unit))
    found = sentences_of(text, ())
    assert max(map(len, found)) <= 2012
    assert "".join(text[s.start : s.end] for s in found).replace(" ", "") == text.replace(" ", "")
    assert not any(text[s.start] == "\u0301" for s in found)
