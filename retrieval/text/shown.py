"""What a reader is shown of a passage: its text without noise, and where each stretch came from.

Pure; knows nothing about models or questions.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from retrieval.datatypes import Article, TextRange
from retrieval.text.masking import visible_parts

_GLUE = " "


@dataclass(frozen=True, slots=True)
class ShownText:
    """A passage's clean stretches joined by one blank each, so that no stretch runs into the next.

    ``starts[i]`` is where the stretch ``parts[i]`` of the article begins in ``text``; rising.
    """

    text: str
    starts: tuple[int, ...]
    parts: tuple[TextRange, ...]

    def part_at(self, offset: int) -> int:
        """Which stretch the code point at ``offset`` of ``text`` is in; -1 when there is none.

        The glue counts to the left.
        """
        return bisect_right(self.starts, offset) - 1

    def in_article(self, start: int, end: int) -> TextRange | None:
        """The range of the article behind ``text[start:end]``.

        None when it is empty or does not lie in one stretch: then noise stands in between.
        """
        part = self.part_at(start)
        if part < 0 or start >= end:
            return None
        shift = self.parts[part].start - self.starts[part]
        if end + shift > self.parts[part].end:
            return None
        return TextRange(start + shift, end + shift)

    def from_article(self, start: int, end: int) -> TextRange | None:
        """The range of ``text`` that shows the article's ``[start, end)``; None when none does."""
        for begin, part in zip(self.starts, self.parts, strict=True):
            if part.start <= start <= end <= part.end:
                return TextRange(start - part.start + begin, end - part.start + begin)
        return None


def shown_text(article: Article, place: TextRange) -> ShownText:
    """The clean text of ``place``, with the way back."""
    pieces: list[str] = []
    starts: list[int] = []
    parts: list[TextRange] = []
    position = 0
    for part in visible_parts(article, place):
        pieces.append(article.text[part.start : part.end])
        starts.append(position)
        parts.append(part)
        position += len(part) + len(_GLUE)
    return ShownText(_GLUE.join(pieces), tuple(starts), tuple(parts))
