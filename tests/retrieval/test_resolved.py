"""Texts as they are read: what is resolved, what stays, and the way back to what is stored."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.datatypes import Article, Noise, NoiseKind, TextRange
from retrieval.text.readable import readable_article
from retrieval.text.resolved import Resolved, readable, resolve

PIECES = (
    "AT&amp;T", "Jos&eacute;", "&#8217;", "&#x2019;", "&nbsp;", "&amp;eacute;", "&nope;", "&", ";",
    "&lt", "copy=2", "res-\ncued", "soft\u00adly", "\u200b", "\u200d", "\ufeff", "می\u200cخواهم",
    "👩‍👩‍👧", "&NotEqualTilde;", "&shy;\n", "&zwj;", "&#10;", "&#0;",
    "&#55296;", "\r\n", "\n", " ", "a", "B.",
)  # fmt: skip
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=20).map("".join)


def wholly(text: str) -> list[TextRange]:
    return [TextRange(0, len(text))] if text else []


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("AT&amp;T and Jos&eacute;", "AT&T and José"),
        (
            "O&#8217;Hara, O&#x2019;Hara, O&rsquo;Hara, O&#146;Hara",
            "O’Hara, O’Hara, O’Hara, O’Hara",
        ),
        ("two&nbsp;words", "two\u00a0words"),
        ("escaped twice: &amp;eacute; &amp;amp;", "escaped twice: é &"),
        ("a&#10;line &NewLine; &Tab;", "a line    "),
        # Without its ";" nothing is a reference, and what names nothing is none.
        ("?a=1&copy=2&lt;3 &nope; AT&T; R&D", "?a=1&copy=2<3 &nope; AT&T; R&D"),
        ("Lan\u00addes\u00adbank, Lan&shy;des", "Landesbank, Landes"),
        ("zero\u200bwidth \ufeffmark Wort\u200czeichen", "zerowidth mark Wortzeichen"),
        # Part of a character, and of a word, in pictures and in other scripts.
        ("👩\u200d👧 می\u200cخواهم", "👩\u200d👧 می\u200cخواهم"),
    ],
)
def test_what_is_read(stored: str, read: str) -> None:
    assert readable(stored) == read


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("All were res-\ncued by\n  boats, they said.", "All were rescued by boats, they said."),
        ("All were res-\r\ncued.", "All were rescued."),
        ("The Lan\u00ad\ndesbank, the Lan&shy;\ndesbank.", "The Landesbank, the Landesbank."),
        # A hyphen of the word's own: before a capital or a figure, or as the other words show.
        ("The Anglo-\nSaxon of Covid-\n19.", "The Anglo-Saxon of Covid-19."),
        ("Well-known is the well-\nknown one.", "Well-known is the well-known one."),
        ("A long-\nterm plan has a term.", "A long-term plan has a term."),
        ("Be they rescued, the res-\ncued.", "Be they rescued, the rescued."),
        ("It rose -\nthey said.", "It rose - they said."),
        ("M\u00fcll-\n&uuml;bel.", "M\u00fcll\u00fcbel."),
    ],
)
def test_lines_are_joined_inside_sentences(stored: str, read: str) -> None:
    assert resolve(stored, wholly(stored)).text == read


def test_lines_end_paragraphs_outside_of_sentences() -> None:
    text = "A headline\nOne sentence,\nin two lines.\nAnother."
    sentences = [TextRange(11, 38), TextRange(39, 47)]
    assert resolve(text, sentences).text == "A headline\nOne sentence, in two lines.\nAnother."


@given(
    st.text(st.characters(exclude_characters="&\u00ad\u200b\u2060\ufeff\u200c\u200d\u200e\u200f"))
)
def test_any_other_text_is_read_as_it_is(text: str) -> None:
    assert resolve(text) == Resolved(text)
    article = Article("a", text, sentences=(TextRange(0, text.find("\n")),) if "\n" in text else ())
    assert readable_article(article).article is article


@given(texts, st.booleans())
@example("&shy;", True)
def test_each_stretch_lies_behind_what_is_read_of_it(text: str, joined: bool) -> None:
    found = resolve(text, wholly(text) if joined else ())
    assert len(found.stored) == len(found.shown)
    assert all(a.end <= b.start for a, b in pairwise(found.stored))
    assert all(len(stretch) for stretch in found.stored)
    position = length = 0
    for stored, shown in zip(found.stored, found.shown, strict=True):
        # What is between two stretches is the same in both texts.
        assert text[position : stored.start] == found.text[length : shown.start]
        position, length = stored.end, shown.end
    assert text[position:] == found.text[length:]


@given(texts, st.booleans(), st.data())
def test_ranges_go_there_and_back(text: str, joined: bool, data: st.DataObject) -> None:
    found = resolve(text, wholly(text) if joined else ())
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(found.text))] * 2)))
    stored = found.in_stored(TextRange(start, end))
    back = found.in_shown(stored)
    inside = {at for r in found.shown for at in range(r.start + 1, r.end)}
    assert back.holds(TextRange(start, end)) if start < end else len(back) == 0 or start in inside
    if not {start, end} & inside:
        assert len(back) == end - start
    for stretch in found.stored:  # neither end is inside of what is read otherwise
        assert not stretch.start < stored.start < stretch.end
        assert not stretch.start < stored.end < stretch.end


@given(texts, st.data())
def test_both_ways_rise(text: str, data: st.DataObject) -> None:
    found = resolve(text, wholly(text))
    ends = sorted(data.draw(st.lists(st.integers(0, len(found.text)), min_size=4, max_size=4)))
    one, other = found.in_stored(TextRange(*ends[:2])), found.in_stored(TextRange(*ends[2:]))
    assert one.start <= other.start or not len(other)
    assert one.end <= other.end
    ends = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=4, max_size=4)))
    one, other = found.in_shown(TextRange(*ends[:2])), found.in_shown(TextRange(*ends[2:]))
    assert one.start <= other.start
    assert one.end <= other.end


@given(texts, st.data())
def test_an_article_that_is_read_has_its_ranges_in_order(text: str, data: st.DataObject) -> None:
    marks = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    ranges = [TextRange(a, b) for a, b in pairwise(marks)]
    noise = tuple(Noise(r, NoiseKind.CAPTION) for r in ranges[::2])
    read = readable_article(Article("a", text, noise=noise, sentences=tuple(ranges))).article
    for found in ([n.range for n in read.noise], list(read.sentences)):
        assert all(0 <= r.start < r.end <= len(read.text) for r in found)
        assert all(a.end <= b.start for a, b in pairwise(found))
