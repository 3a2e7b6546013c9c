"""Sentence boundaries, as ranges into the article's text.

``sentencex`` (Wikimedia) decides within a paragraph; this module decides what a paragraph is,
because scraped pages lose full stops, blank lines and the space after a stop.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median

import sentencex

from retrieval.datatypes import TextRange
from retrieval.text.language import ENGLISH
from retrieval.text.masking import subtract, trimmed

_LINE = re.compile(r"[^\n\r\v\f\x85\u2028\u2029]+")
_PARAGRAPH_END = re.compile(r"[.!?…:;][\"'”’»)\]]*\s*$")
_TAIL = 12
"""How much of a paragraph's end is looked at; looking at all of it would be quadratic."""
_LONGEST = 2000
"""Code points of a sentence. No prose has longer ones; base64 and tables have, and all that is done
with an answer's sentence would take its length.
"""
_ATTACHED = frozenset(("Mn", "Mc", "Me", "Cf", "Sk"))
"""Unicode categories of what belongs to the character before it: marks, joiners, skin tones."""
_ITEM_NUMBER = re.compile(r"^\s*\(?\d{1,3}[.)]\s*$")
"""The number of a list item alone: it belongs to the sentence after it."""
_LINE_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028]")
_PARAGRAPH_BREAK = re.compile(r"[\v\f\u2029]")
_WRAP_WIDTHS = range(40, 120)
# A stop glued to the next sentence: "worked together.Blinken said". Two lower-case letters before
# and a capital with a lower-case letter after keep "U.S.Army", "e.g.Foo" and file names out of it.
_GLUED_STOP = re.compile(r"(?<=[^\W\d_A-Z]{2})[.!?][”\"’]?(?=[A-Z“][^\W\d_A-Z])")


def lines_of(text: str) -> tuple[TextRange, ...]:
    """Every line that holds more than white space, without its line end, trimmed."""
    ranges = (trimmed(text, TextRange(*match.span())) for match in _LINE.finditer(text))
    return tuple(line for line in ranges if len(line))


def paragraphs_of(text: str, lines: Sequence[TextRange]) -> tuple[TextRange, ...]:
    """Lines joined where the text was wrapped by hand, else each line a paragraph of its own.

    A line continues on the next when it does not end like a sentence and either the next one
    starts in lower case, or the article as a whole is wrapped at a steady width.
    """
    wrapped = is_hard_wrapped(text, lines)
    paragraphs: list[TextRange] = []
    for line in lines:
        if paragraphs and _continues(text, paragraphs[-1], line, wrapped):
            paragraphs[-1] = TextRange(paragraphs[-1].start, line.end)
        else:
            paragraphs.append(line)
    return tuple(paragraphs)


def sentences_of(
    text: str, noise: Iterable[TextRange], language: str = ENGLISH
) -> tuple[TextRange, ...]:
    """Sentences in order, trimmed, never overlapping; lines that are wholly noise are left out.

    ``language`` (ISO 639-1) says what ends one: in German "am 1. März" does not. Noise inside a
    line stays inside its sentence: a pasted run must not cut a sentence in two.
    """
    holes = sorted(noise)
    clean_lines = [line for line, own in _with_holes(lines_of(text), holes) if subtract(line, own)]
    sentences: list[TextRange] = []
    for paragraph, inner in _with_holes(paragraphs_of(text, clean_lines), holes):
        sentences += (
            sentence
            for sentence in _split(text, paragraph, inner, language)
            if any(len(trimmed(text, part)) for part in subtract(sentence, inner))
        )
    return tuple(sentences)


def _with_holes(
    ranges: Iterable[TextRange], holes: Sequence[TextRange]
) -> Iterator[tuple[TextRange, list[TextRange]]]:
    """Each range with the holes that touch it; both come in order, so one pass is enough."""
    first = 0
    for outer in ranges:
        while first < len(holes) and holes[first].end <= outer.start:
            first += 1
        last = first
        while last < len(holes) and holes[last].start < outer.end:
            last += 1
        yield outer, list(holes[first:last])


def _split(
    text: str, paragraph: TextRange, holes: Sequence[TextRange], language: str
) -> Iterable[TextRange]:
    """Splits one paragraph, with masked stretches blanked so that they hold no boundary."""
    masked = list(text[paragraph.start : paragraph.end])
    for hole in holes:
        for at in range(max(hole.start, paragraph.start), min(hole.end, paragraph.end)):
            masked[at - paragraph.start] = " "
    visible = "".join(masked)
    cuts = {0, len(visible)}
    for boundary in sentencex.get_sentence_boundaries(language, visible):
        start = min(boundary["start_index"], len(visible))
        if not _ITEM_NUMBER.search(visible, max(0, start - _TAIL), start):
            cuts.add(start)
    cuts.update(match.end() for match in _GLUED_STOP.finditer(visible))
    for start, end in pairwise(_with_cuts(visible, sorted(cuts))):
        sentence = trimmed(visible, TextRange(start, end))
        if len(sentence):
            yield TextRange(paragraph.start + sentence.start, paragraph.start + sentence.end)


def _with_cuts(text: str, cuts: Sequence[int]) -> list[int]:
    """The cuts, and further ones where two of them are further apart than sentences are long.

    They are behind the last blank before that, or where a character begins.
    """
    all_cuts = [cuts[0]]
    for cut in cuts[1:]:
        while cut - all_cuts[-1] > _LONGEST:
            least, most = all_cuts[-1] + _LONGEST // 2, all_cuts[-1] + _LONGEST
            blank = next((i for i in range(most, least, -1) if text[i - 1].isspace()), None)
            begun = (i for i in range(most, min(cut, most + _TAIL)) if _may_begin(text, i))
            all_cuts.append(blank or next(begun, most))
        if cut > all_cuts[-1]:
            all_cuts.append(cut)
    return all_cuts


def _may_begin(text: str, at: int) -> bool:
    """Whether a new character may begin at ``at``: no mark or joiner, and not behind a joiner."""
    before, after = (unicodedata.category(char) for char in text[at - 1 : at + 1])
    return after not in _ATTACHED and before != "Cf"


def _continues(text: str, before: TextRange, line: TextRange, wrapped: bool) -> bool:
    gap = text[before.end : line.start]
    if len(_LINE_BREAK.findall(gap)) > 1 or _PARAGRAPH_BREAK.search(gap):
        return False
    tail = max(before.start, before.end - _TAIL)
    if _PARAGRAPH_END.search(text, tail, before.end) and not wrapped:
        return False
    return wrapped or text[line.start].islower()


def is_hard_wrapped(text: str, lines: Sequence[TextRange]) -> bool:
    """Whether most lines directly followed by another are of one typical wrapping width."""
    followed = [
        len(line)
        for line, after in pairwise(lines)
        if text[line.end : after.start].strip("\r ") == "\n"
    ]
    if len(followed) < 3:
        return False
    longest = max(followed)
    steady = sum(longest - length <= 15 for length in followed)
    return median(followed) in _WRAP_WIDTHS and steady > 0.7 * len(followed)
