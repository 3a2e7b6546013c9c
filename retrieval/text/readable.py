"""An article as it is read (see ``resolved``), with the way back to the one that is stored.

From retriever to decision all places are of this one; a citation's are of the stored one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from retrieval.datatypes import Article, TextRange
from retrieval.text.resolved import Resolved, resolve


@dataclass(frozen=True, slots=True)
class ReadableArticle:
    """``article`` has the text as it is read, and all places in it; it is ``stored`` itself where
    nothing is read otherwise.
    """

    stored: Article
    article: Article
    resolved: Resolved

    @property
    def is_same(self) -> bool:
        return self.article is self.stored

    def in_stored(self, place: TextRange) -> TextRange:
        """The place in the stored text of a place in the readable one."""
        return place if self.is_same else self.resolved.in_stored(place)

    def in_shown(self, place: TextRange) -> TextRange:
        """The place in the readable text of a place in the stored one."""
        return place if self.is_same else self.resolved.in_shown(place)


def readable_article(stored: Article, *, joined: bool = True) -> ReadableArticle:
    """The article as it is read; unless ``joined``, with its lines as they are. Its title is read
    as it is stored: it was resolved before.
    """
    resolved = resolve(stored.text, stored.sentences if joined else ())
    if resolved.is_same:
        return ReadableArticle(stored, stored, resolved)
    noise = zip(stored.noise, _shown_apart((n.range for n in stored.noise), resolved), strict=True)
    article = replace(
        stored,
        text=resolved.text,
        noise=tuple(replace(item, range=place) for item, place in noise if len(place)),
        sentences=tuple(place for place in _shown_apart(stored.sentences, resolved) if len(place)),
        places=tuple(
            replace(place, start=resolved.in_shown(TextRange(place.start, place.start)).start)
            for place in stored.places
        ),
    )
    return ReadableArticle(stored, article, resolved)


def _shown_apart(ranges: Iterable[TextRange], resolved: Resolved) -> Iterator[TextRange]:
    """What is read of ranges that come in order: none reaches into the next."""
    position = 0
    for found in ranges:
        place = resolved.in_shown(found)
        place = TextRange(max(position, place.start), max(position, place.end))
        position = place.end
        yield place
