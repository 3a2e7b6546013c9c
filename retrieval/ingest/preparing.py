"""Raw article to Article: metadata detected, noise masked, sentences found."""

from __future__ import annotations

import re
from dataclasses import replace

from retrieval.datatypes import Article, Noise, NoiseKind, TextRange
from retrieval.ingest.author_notes import author_notes
from retrieval.ingest.front_matter import front_matter
from retrieval.ingest.metadata import (
    find_byline,
    find_published,
    find_publisher,
    find_title,
)
from retrieval.ingest.noise import find_noise
from retrieval.ingest.page_date import date_doubt
from retrieval.ingest.raw import RawArticle
from retrieval.ingest.sentences import is_hard_wrapped, lines_of, sentences_of
from retrieval.text.language import language_of
from retrieval.text.resolved import readable, resolve

_INLINE_KINDS = frozenset({NoiseKind.RELATED_LINKS})

_SURE = 0.95
"""Probability from which an article is taken to be in another language than English."""
_EDITORS_NOTE = re.compile(r"^\W*editor(?:['’]?s|s['’]) note\b", re.I)


def prepare(raw: RawArticle) -> Article:
    """What is known of an article before it is cut into passages. ``text`` is taken unchanged, and
    all is found in it as it is read (see ``text.resolved``).
    """
    resolved = resolve(raw.text)
    found = _prepared(
        replace(
            raw,
            text=resolved.text,
            title=raw.title and readable(raw.title),
            publisher=raw.publisher and readable(raw.publisher),
            author=raw.author and readable(raw.author),
        )
    )
    if resolved.is_same:
        return found
    return replace(
        found,
        text=raw.text,
        noise=tuple(replace(n, range=resolved.in_stored(n.range)) for n in found.noise),
        sentences=tuple(resolved.in_stored(sentence) for sentence in found.sentences),
    )


def _prepared(raw: RawArticle) -> Article:
    matter = front_matter(raw.text)
    begin = matter.end if matter else 0
    lines = tuple(line for line in lines_of(raw.text) if line.start >= begin)
    title = raw.title or _title(raw.text, lines) or raw.named_title
    noise = find_noise(raw.text, title)
    contents = [raw.text[line.start : line.end] for line in lines]
    published = raw.published or find_published(contents)
    author = raw.author or find_byline(contents)
    masked = {item.range for item in noise}
    read = [line for line in lines if line not in masked]
    noise = tuple(sorted((*noise, *author_notes(raw.text, read, author)), key=_start))
    return Article(
        id=raw.id,
        text=raw.text,
        title=title,
        publisher=raw.publisher or find_publisher(contents, raw.url),
        author=author,
        url=raw.url,
        published=published,
        noise=noise,
        sentences=sentences_of(
            raw.text, [item.range for item in noise], language_of(raw.text[begin:], _SURE)
        ),
        date_doubt=date_doubt(raw.text, published, noise),
        places=raw.places,
    )


def _title(text: str, lines: tuple[TextRange, ...]) -> str | None:
    """The headline among the lines that are neither noise, a byline nor a note of the editors,
    before a title is known.

    In hand-wrapped text a first line that runs on is the beginning of a paragraph.
    """
    masked = {item.range for item in find_noise(text, title=None) if item.kind not in _INLINE_KINDS}
    clean = [line for line in lines if line not in masked]
    contents = [text[line.start : line.end] for line in clean]
    noted = False
    while contents and (find_byline(contents[:1]) or _EDITORS_NOTE.match(contents[0])):
        noted = noted or _EDITORS_NOTE.match(contents[0]) is not None
        clean, contents = clean[1:], contents[1:]
    if noted and contents and contents[0].endswith(("—", "–")):  # the dateline of the story
        return None
    runs_on = len(clean) > 1 and text[clean[0].end : clean[1].start].strip("\r ") == "\n"
    if runs_on and is_hard_wrapped(text, lines):
        return None
    return find_title(contents)


def _start(noise: Noise) -> int:
    return noise.range.start
