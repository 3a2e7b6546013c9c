"""Lines of a PDF's pages to paragraphs: what a page prints beside its text is dropped, lines of a
paragraph are joined, and words that were parted at a line's end are made whole.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from retrieval.ingest.formats.markup import shown
from retrieval.ingest.metadata import find_byline, numeric_date_line, parse_date_line

_FIGURES = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_PARTED = re.compile(r"(?P<first>[^\W\d_]+)[-\u2010]$")
_PAGE_NUMBER = re.compile(
    r"(?:\w+ )?[-–—|]? ?(?P<number>[\divxlc]+)(?: ?(?:/|of) ?\d+)? ?[-–—|]?", re.I
)
_SOFT_END = re.compile(r"\u00ad\s*$")
_ITEM = re.compile(r"^(?:[•◦▪‣*–—-]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s")
_SENTENCE_END = re.compile(r"[.!?…:][\"'”’»)\]]*$")
_MARGIN = 2
"""Lines at the top and the bottom of a page among which its running ones stand."""
_LEAST_PAGES, _LEAST_WORDS = 3, 3
_NARROWEST = 25
"""Code points of a full line in the narrowest columns."""
_FULL = 0.75
"""Share of a column's width from which on a line was broken because it was full."""


def page_lines(text: str) -> list[str]:
    """The lines of a page that hold something; a soft hyphen at a line's end becomes one
    that is seen.
    """
    lines = (shown(_SOFT_END.sub("-", line)) for line in text.split("\n"))
    return [line for line in lines if line]


def without_running_lines(pages: Sequence[list[str]], labels: Sequence[str]) -> list[list[str]]:
    """The pages without the headers and footers that repeat on several, figures apart, and without
    page numbers that stand alone. A header that first stands at the top of a page may be a title:
    it stays there.
    """
    counts = Counter(kind for lines in pages for kind in {_kind(line) for line in _margin(lines)})
    running = {kind for kind, count in counts.items() if _is_running(kind, count, len(pages))}
    titles = {kind for kind in running if "#" not in kind}
    bodies: list[list[str]] = []
    for number, (lines, label) in enumerate(zip(pages, labels, strict=True), start=1):
        kept = {_kind(line) for line in lines[:_MARGIN]} & titles
        titles -= kept
        bodies.append(list(_body(lines, running - kept, {label.casefold(), str(number)})))
    return bodies


def _margin(lines: list[str]) -> list[str]:
    return [*lines[:_MARGIN], *lines[-_MARGIN:]]


def _kind(line: str) -> str:
    return _FIGURES.sub("#", line).casefold()


def _is_running(kind: str, count: int, pages: int) -> bool:
    """Whether a line at the margin of ``count`` pages is none of their text: rows of figures and
    captions ("Table 3") are.
    """
    if count < _LEAST_PAGES:
        return False
    words = len(_WORD.findall(kind))
    return words >= _LEAST_WORDS or (count > pages / 2 and (words > 0 or kind == "#"))


def _body(lines: list[str], running: set[str], numbers: set[str]) -> Iterator[str]:
    for at, line in enumerate(lines):
        if at < _MARGIN or at >= len(lines) - _MARGIN:
            number = _PAGE_NUMBER.fullmatch(line)
            if _kind(line) in running or (number and number["number"].lower() in numbers):
                continue
        yield line


@dataclass(frozen=True, slots=True)
class Words:
    """How often words stand unparted in a document: they tell how a parted one is written."""

    counts: Counter[str]

    @classmethod
    def of(cls, pages: Iterable[list[str]]) -> Words:
        counts: Counter[str] = Counter()
        for lines in pages:
            for line in lines:
                whole = _PARTED.sub("", line)
                counts.update(word.casefold() for word in _WORD.findall(whole))
        return cls(counts)

    def joined(self, before: str, after: str) -> str | None:
        """Two lines as one where a word is parted between them; None where none is."""
        parted, rest = _PARTED.search(before), _WORD.match(after)
        if parted is None or rest is None or not rest.group()[0].islower():
            return None
        first, second = parted["first"].casefold(), rest.group().casefold()
        whole, hyphened = self.counts[first + second], self.counts[f"{first}-{second}"]
        # A compound is made of words that stand alone elsewhere; syllables hardly ever do.
        is_compound = self.counts[first] and self.counts[second]
        keeps = hyphened > whole or (not whole and is_compound)
        return f"{before[:-1]}{'-' if keeps else ''}{after}"


def paragraphs(lines: Sequence[str], words: Words) -> list[str]:
    """The lines of one page joined to paragraphs."""
    width = _width(lines)
    found: list[str] = []
    last = ""
    for line in lines:
        if found and (parted := words.joined(found[-1], line)):
            found[-1] = parted
        elif found and _continues(last, line, width):
            found[-1] += f" {line}"
        else:
            found.append(line)
        last = line
    return found


def _width(lines: Sequence[str]) -> float:
    """Code points of a full line: headings and last lines of paragraphs are shorter."""
    lengths = sorted(map(len, lines), reverse=True)
    return median(lengths[: max(1, len(lengths) // 2)]) if lengths else 0


def _continues(before: str, line: str, width: float) -> bool:
    if _ITEM.match(line) or any(map(_stands_alone, (before, line))):
        return False
    if line[0].islower():
        return True
    is_full = len(before) >= max(_FULL * width, _NARROWEST)
    return is_full and not (_SENTENCE_END.search(before) and len(before) < 0.9 * width)


def _stands_alone(line: str) -> bool:
    """Whether a line is nothing but a day or an author."""
    found = (parse_date_line(line), numeric_date_line(line), find_byline([line]))
    return any(found)


def runs_on(before: str, after: str) -> bool:
    """Whether a paragraph goes on on the next page."""
    return not _SENTENCE_END.search(before) and after[:1].islower()
