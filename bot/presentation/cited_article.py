"""An article around a citation, as people read it: for front ends that show it."""

from __future__ import annotations

from dataclasses import replace

from retrieval.datatypes import Article, Citation, TextRange
from retrieval.text.readable import readable_article


def as_read(article: Article, citation: Citation) -> tuple[Article, Citation]:
    """Both with the text, and the places in it, as it is read; its lines stay as they are."""
    read = readable_article(article, joined=False)
    if read.is_same or citation.in_title:
        return read.article, citation
    place = read.in_shown(TextRange(citation.start, citation.end))
    sentence = read.in_shown(citation.sentence_range)
    return read.article, replace(
        citation, start=place.start, end=place.end, sentence_range=sentence
    )
