"""Where quotes begin and end: whole words, whole numbers, whole characters, no stray marks."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.reader.boundaries import characters_end, is_boundary, tidied
from tests.bot.worlds import hostile_texts

WHOLE = [
    "Reykjavik",
    "1.5",
    "10,000",
    "10,000.50",
    "7:30",
    "don't",
    "don’t",
    "o'clock",
    "O’Brien",
    "rock’n’roll",
    "amazon.com",
    "2nd",
    "Jose\u0301",
    "Mun\u0303oz",
    "a\u0301\u0323b",
    "שָׁלוֹם",
    "צה״ל",
    "نَص",
    "١٫٥",
    "٣٬٠٠٠",
    "می\u200cخواهم",
    "क्\u200dष",
    "नमस्ते",
    "Rey\xadkjavik",
    "Rey\u2060kjavik",
    "👍🏽",
    "👩\u200d👩\u200d👧",
    "👩🏽\u200d🚀",
    "🙂\u200d↔\ufe0f",
    "❤\ufe0f",
    "❤\ufe0f\u200d🔥",
    "1\ufe0f\u20e3",
    "*\ufe0f\u20e3",
    "🇮🇸",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "\u1112\u1161\u11ab",
    "가\u11a8",
]
"""No quote may end inside any of these."""

CUT = [
    "Lavrov|’s",
    "Lavrov|'s| |talks",
    "José|’s",
    "LAVROV|’S",
    "the| |boss|'s| |car",
    "1990|'s",
    "the| |workers|’| |day",
    "45|-|minute",
    "2020|-|21",
    "$|5",
    "5|%",
    "U.S|.",
    "7| |p.m|.| |on",
    "in| |the| |U.S|.",
    "ended|.|The",
    "rate| |5|.|The",
    "I|,|we",
    "9|:| |30",
    "fell| |-5| |degrees",
    "fell| |−5",
    "(|-5|)",
    "up| |.5| |percent",
    "$|.50",
    "1|-|5",
    "-|5| |apples",
    "list|\n|-|5| |apples",
    "🇮🇸|🇫🇮",
    "🇮🇸|🇫🇮|🇳🇴",
    "👍🏽|👍🏽",
    "❤\ufe0f|love",
    "1\ufe0f\u20e3|First",
    "🙂|🙂",
    "東|京|で|会|談",
    "5|月|3|日",
    "ภ|า|ษ|า",
    "서|울",
    "c\u200d| |d",
    "c| \xad|d",
    "c| \u200d|🙂",
    "c\u200d|🙂",
    "c\u200c|.",
    "a|\u200b|b",
    "\ufeff|The",
    "a|\r|\n|b",
    "a|\xa0|b",
    "(|a|)",
    "“|a|”",
    "@|name",
]
"""All places inside where a quote may begin or end are marked."""


def cuts(text: str) -> str:
    """The text with a bar at every boundary inside it."""
    return "".join(
        ("|" if at and is_boundary(text, at) else "") + char for at, char in enumerate(text)
    )


@pytest.mark.parametrize("text", WHOLE)
def test_whole_things_stay_whole(text: str) -> None:
    assert cuts(text) == text


@pytest.mark.parametrize("marked", CUT)
def test_boundaries(marked: str) -> None:
    assert cuts(marked.replace("|", "")) == marked


@pytest.mark.parametrize("text", ["", "a", "\u0301", "'s", "🇮", "\u200d"])
def test_the_ends_of_a_text_are_boundaries(text: str) -> None:
    assert is_boundary(text, 0)
    assert is_boundary(text, len(text))


words = st.sampled_from(WHOLE) | st.text("abcxyzÄßéПя", min_size=1, max_size=8)
gaps = st.sampled_from(
    [" ", "  ", "\n", "\r\n", "\xa0", "\u2028", "\t", " – ", " (", ") ", "“", ";"]
)


@given(st.lists(st.tuples(words, gaps), min_size=1, max_size=8))
def test_boundaries_are_the_edges_of_words_wherever_they_stand(
    parts: list[tuple[str, str]],
) -> None:
    text = ""
    for word, gap in parts:
        start = len(text)
        text += word
        end = len(text)
        text += gap
        assert is_boundary(text, start)
        assert is_boundary(text, end)
    position = 0
    for word, gap in parts:
        for at in range(position + 1, position + len(word)):
            assert not is_boundary(text, at), (text, at)
        position += len(word) + len(gap)


@given(hostile_texts)
def test_no_boundary_parts_a_mark_from_its_letter(text: str) -> None:
    for at in range(1, len(text)):
        before, after = text[at - 1], text[at]
        if unicodedata.category(after)[0] == "M" or "🏻" <= after <= "🏿" or after == "\u200d":
            assert not is_boundary(text, at)
        if before.isalpha() and after.isalpha() and before.isascii() and after.isascii():
            assert not is_boundary(text, at)
        if before.isdigit() and after.isdigit():
            assert not is_boundary(text, at)
        if before.isspace() and after.isalnum():
            assert is_boundary(text, at) or "\u1160" <= after <= "\u11ff"


TIDIED = [
    # white space and outer punctuation
    ("|  in May, |", "in May"),
    ("|\xa0May\u2028|", "May"),
    ("|\ufeffMay\u200b|", "May"),
    ("|— in May —|", "in May"),
    ("|… in May…|", "in May"),
    ("|...in May...|", "in May"),
    ("|. In May|", "In May"),
    ("|• one|", "one"),
    ("|, and|", "and"),
    ("|?! why|", "why"),
    # ends of sentences, and of abbreviations
    ("It rained |in May.|", "in May"),
    ("It rained |in May!|", "in May"),
    ("It rained |in May?!|", "in May"),
    ("It rose |by 1.5.| Then", "by 1.5"),
    ("It costs |$10.50.|", "$10.50"),
    ("They own |Amazon.com.|", "Amazon.com"),
    ("They are in |the U.S.|", "the U.S."),
    ("They met |at 7 p.m.| and left", "at 7 p.m."),
    ("She has |a Ph.D.|", "a Ph.D."),
    ("They met |in Washington, D.C.| on", "in Washington, D.C."),
    ("He joined |Apple Inc.| in May", "Apple Inc."),
    ("He joined |Apple Inc.|", "Apple Inc"),
    ("It was |Jan.| of last year", "Jan."),
    ("That was |it.| and more", "it"),
    ("It is |.NET|", ".NET"),
    # quotation marks and brackets
    ("called it |“constructive”|", "constructive"),
    ('called it |"constructive"|', "constructive"),
    ("called it |'constructive'|", "constructive"),
    ("called it |‘constructive’|", "constructive"),
    ("called it |„constructive“|", "constructive"),
    ("called it |«constructive»|", "constructive"),
    ("called it |“constructive.”|", "constructive"),
    ("called it |“constructive”.|", "constructive"),
    ("said |“constructive| and useful”", "constructive"),
    ("“useful and |constructive”|", "constructive"),
    ('said |"constructive| and useful"', "constructive"),
    ('"useful and |constructive"|', "constructive"),
    ("‘useful and |constructive’|", "constructive"),
    ("'useful and |constructive'|", "constructive"),
    ("he |called it “|so”", "called it"),
    ("he |called it (|so)", "called it"),
    ("|“A” and “B”|", "“A” and “B”"),
    ('|"A" and "B"|', '"A" and "B"'),
    ("|the “A”|", "the “A”"),
    ("|the 'A'|", "the 'A'"),
    ("|the „A“|", "the „A“"),
    ("|the »A«|", "the »A«"),
    ("|the group (EU)|", "the group (EU)"),
    ("(the |group)|", "group"),
    ("|(the| group)", "the"),
    ("[the |group]| met", "group"),
    ("|)|", None),
    ("|”, he said|", "he said"),
    # apostrophes
    ("|the workers’|", "the workers’"),
    ("|the workers'|", "the workers'"),
    ("|the ’90s|", "the ’90s"),
    ("|’90s|", "’90s"),
    ("|'90s|", "'90s"),
    ("|‘don’t’|", "don’t"),
    ("Lavrov|’s meeting|", "meeting"),
    ("Lavrov|'s meeting|", "meeting"),
    ("Lavrov|’s|", None),
    ("|Lavrov|’s meeting", "Lavrov"),
    ("|Lavrov’s|", "Lavrov’s"),
    # numbers
    ("cost $|5| in May", "$5"),
    ("cost |$5| in May", "$5"),
    ("cost €|5 million|", "€5 million"),
    ("rose |12|% in May", "12%"),
    ("rose |12%| in May", "12%"),
    ("rose $|12|%", "$12%"),
    ("at |21|°C", "21°"),
    ("at |-5| degrees", "-5"),
    ("at |−5| degrees", "−5"),
    ("up |.5| percent", ".5"),
    ("one\n|- 5 apples|", "5 apples"),
    ("one\n|-5 apples|", "5 apples"),
    ("about |#5|", "#5"),
    ("won $|the| prize", "the"),
    ("by \u200d$|5|", "$5"),
    ("by |5|%\u0301", "5"),
    # characters of several code points
    ("|“\u0301May|", "May"),
    ("| \u0301May|", "May"),
    ("|*\ufe0f\u20e3 May|", "May"),
    ("|👩\u200d👩\u200d👧|", "👩\u200d👩\u200d👧"),
    ("|“👍🏽”|", "👍🏽"),
    # nothing
    ("||", None),
    ("a| |b", None),
    ("|“”|", None),
    ('|"|', None),
    ("|'|", None),
    ("|’|", None),
    ("|.|", None),
    ("|...|", None),
    ("|\u200b|", None),
]


@pytest.mark.parametrize(("marked", "expected"), TIDIED)
def test_tidied(marked: str, expected: str | None) -> None:
    start, end = marked.index("|"), marked.rindex("|") - 1
    text = marked.replace("|", "")
    place = tidied(text, start, end)
    assert (place and text[slice(*place)]) == expected


@st.composite
def ranges(draw: st.DrawFn) -> tuple[str, int, int]:
    """A range that begins and ends between words of a text, as those of ``best_spans`` do."""
    marks = st.text(
        "“”\"'’‘„«»()[]{}.,;:-–—…!?•*_|$€%° \n\xa0\u200b\u0301\ufe0f\u200d5as", max_size=24
    )
    text = draw(hostile_texts | marks)
    places = [at for at in range(len(text) + 1) if is_boundary(text, at)]
    start, end = sorted((draw(st.sampled_from(places)), draw(st.sampled_from(places))))
    return text, start, end


@given(ranges())
@settings(max_examples=200)
def test_tidied_stays_inside_but_for_the_signs_of_a_number(found: tuple[str, int, int]) -> None:
    text, start, end = found
    place = tidied(text, start, end)
    if place is None:
        return
    assert start - 1 <= place[0] < place[1] <= end + 1
    if place[0] < start:
        assert unicodedata.category(text[place[0]]) == "Sc"
        assert text[start].isdigit()
    if place[1] > end:
        assert text[end] in "%°"
        assert text[end - 1].isdigit()


@given(ranges())
@settings(max_examples=200)
def test_tidied_ends_between_words_without_blanks(found: tuple[str, int, int]) -> None:
    text, start, end = found
    place = tidied(text, start, end)
    if place is None:
        return
    quote = text[slice(*place)]
    assert quote == quote.strip()
    assert quote == quote.strip("\u200b\ufeff,;")
    assert is_boundary(text, place[0])
    assert is_boundary(text, place[1])


@given(ranges())
@settings(max_examples=200)
def test_tidying_twice_changes_nothing(found: tuple[str, int, int]) -> None:
    text = found[0]
    once = tidied(*found)
    assert once is None or tidied(text, *once) == once


@given(ranges())
@settings(max_examples=200)
def test_tidying_sheds_marks_only(found: tuple[str, int, int]) -> None:
    text, start, end = found
    place = tidied(text, start, end) or (end, end)
    shed = text[start : place[0]] + text[place[1] : end]
    letters = [char for char in shed if char.isalnum() and not "\u1160" <= char <= "\u11ff"]
    assert len(letters) <= shed.count("'") + shed.count("’")
    assert set(letters) <= {"s", "S"}


@pytest.mark.parametrize(
    ("text", "end", "expected"),
    [
        ("Jose\u0301 x", 4, 5),
        ("abc\u200c def", 3, 4),
        ("👍🏽", 1, 2),
        ("👩\u200d👩", 1, 2),
        ("abc def", 3, 3),
        ("abc", 3, 3),
        ("\u0301", 0, 0),
    ],
)
def test_a_character_ends_behind_its_marks(text: str, end: int, expected: int) -> None:
    assert characters_end(text, end) == expected
