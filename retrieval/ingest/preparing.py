"""Raw article to Article: metadata detected, noise masked, sentences found. Pure."""

from __future__ import annotations

from retrieval.datatypes import Article, NoiseKind, TextRange
from retrieval.ingest.metadata import (
    find_byline,
    find_published,
    find_publisher,
    find_title,
)
from retrieval.ingest.noise import find_noise
from retrieval.ingest.raw import RawArticle
from retrieval.ingest.sentences import lines_of, sentences_of

_INLINE_KINDS = frozenset({NoiseKind.RELATED_LINKS})


def prepare(raw: RawArticle) -> Article:
    """What is known of an article before it is cut into passages. ``text`` is taken unchanged."""
    lines = lines_of(raw.text)
    title = raw.title or _title(raw.text, lines)
    noise = find_noise(raw.text, title)
    contents = [raw.text[line.start : line.end] for line in lines]
    return Article(
        id=raw.id,
        text=raw.text,
        title=title,
        publisher=raw.publisher or find_publisher(contents, raw.url),
        byline=find_byline(contents),
        url=raw.url,
        published=raw.published or find_published(contents),
        noise=noise,
        sentences=sentences_of(raw.text, [item.range for item in noise]),
    )


def _title(text: str, lines: tuple[TextRange, ...]) -> str | None:
    """The headline among the lines that are not noise, judged before a title is known."""
    masked = {item.range for item in find_noise(text, title=None) if item.kind not in _INLINE_KINDS}
    clean = [text[line.start : line.end] for line in lines if line not in masked]
    return find_title(clean)
