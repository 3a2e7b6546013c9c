"""What is searched: articles, their noise, and the passages that they are cut into."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from urllib.parse import quote


@dataclass(frozen=True, slots=True, order=True)
class TextRange:
    """A half-open range of code points in one article's text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a text range: [{self.start}, {self.end})")

    def __len__(self) -> int:
        return self.end - self.start

    def overlaps(self, other: TextRange) -> bool:
        """Whether the two ranges share at least one code point."""
        return self.start < other.end and other.start < self.end

    def holds(self, other: TextRange) -> bool:
        """Whether ``other`` lies wholly inside this range."""
        return self.start <= other.start and other.end <= self.end


class NoiseKind(StrEnum):
    """Why a range of an article is masked."""

    PHOTO_CREDIT = "photo credit"
    CAPTION = "caption"
    COPYRIGHT = "copyright line"
    AGENCY_CREDIT = "agency credit"
    REPEATED_HEADLINE = "repeated headline"
    RELATED_LINKS = "related links"
    SHARE_BUTTONS = "share buttons"
    PAGE_FURNITURE = "page furniture"
    PAGE_DATE = "page date"
    NON_PROSE = "not prose"
    FRONT_MATTER = "front matter"


@dataclass(frozen=True, slots=True)
class Noise:
    """A masked range: it stays in the text, but no answer, quote or index term comes from it."""

    range: TextRange
    kind: NoiseKind


@dataclass(frozen=True, slots=True)
class DateDoubt:
    """The text of an article contradicts its date: ``words`` are the text's own that show it."""

    words: str


@dataclass(frozen=True, slots=True)
class Place:
    """From ``start`` of an article's text on, up to the next place, its source says it at
    ``label``: "p. 3", "row 12".
    """

    start: int
    label: str


@dataclass(frozen=True, slots=True)
class Article:
    """One ingested document.

    ``text`` is exactly what was read. ``published`` is the date the source gives for itself, which
    can be wrong; ``date_doubt`` says why, where the text contradicts it. ``sentences`` are in
    order, do not overlap and leave out lines that are wholly noise; noise *inside* a sentence stays
    inside its range and is listed in ``noise``, which is in order and does not overlap either.
    ``places`` rise; there are none where the source has no pages or rows.
    """

    id: str
    text: str = field(repr=False)
    title: str | None = None
    publisher: str | None = None
    author: str | None = None
    url: str | None = None
    published: date | None = None
    noise: tuple[Noise, ...] = field(default=(), repr=False)
    sentences: tuple[TextRange, ...] = field(default=(), repr=False)
    date_doubt: DateDoubt | None = None
    places: tuple[Place, ...] = field(default=(), repr=False)

    def place_at(self, offset: int) -> str:
        """Where in its source the code point at ``offset`` stands; empty where nobody knows."""
        at = bisect_right(self.places, offset, key=lambda place: place.start) - 1
        return self.places[at].label if at >= 0 else ""

    @property
    def trusted_date(self) -> date | None:
        """The date to reckon with: None when there is none, or the text contradicts it."""
        return None if self.date_doubt else self.published


@dataclass(frozen=True, slots=True, order=True)
class Passage:
    """A sentence-aligned window of one article."""

    article_id: str
    start: int
    end: int

    @property
    def id(self) -> str:
        """Identifier as used in TREC runs: ``article:start-end``, blanks percent-encoded."""
        return f"{quote(self.article_id, safe='/-_.~')}:{self.start}-{self.end}"

    @property
    def range(self) -> TextRange:
        return TextRange(self.start, self.end)
