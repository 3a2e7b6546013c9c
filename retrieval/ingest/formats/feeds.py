"""RSS, Atom and JSON feeds: entries to articles, where the feed holds them whole.

The XML goes through libxml2 first: entities that a file declares are never expanded, nothing is
loaded, and what is not well-formed is read as far as it makes sense.
"""

from __future__ import annotations

import codecs
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from html.entities import name2codepoint
from typing import Any
from urllib.parse import urljoin

from retrieval.errors import ArticleFileError
from retrieval.ingest.document import Document, ReadSettings
from retrieval.ingest.formats.feed_text import text_of_html
from retrieval.ingest.metadata import parse_date, parse_date_line
from retrieval.ingest.numeric_dates import is_numeric_date
from retrieval.ingest.raw import Found, Note, RawArticle, Skipped

ONLY_A_SUMMARY = "only a summary; index the feed by its address to fetch the article"
_FULL_SUMMARY = 150
"""Words from which on a summary is the article: many feeds have no other place for it."""
_CUT_OFF = re.compile(r"(?:…|\.{3}|\[(?:…|\.{3}|&hellip;|\+)\])\s*$|\bread (?:more|on)\W*$", re.I)
_BEGINS_A_FEED = re.compile(rb"<(?:\w{1,20}:)?(?:rss|feed|rdf)[\s>]", re.I)
_DECLARATIONS = re.compile(rb"<!DOCTYPE[^\[>]{0,500}(?:\[[^\]]*\]\s*)?>")
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,8});")
_ENCODING = re.compile(r"""\sencoding\s*=\s*["'][^"']*["']""")
_OF_XML = frozenset((b"amp", b"lt", b"gt", b"quot", b"apos"))
_JSON_FEED = "jsonfeed.org/version/"
_DECLARED = 2**14
"""Bytes within which declarations are looked for."""
_ENDING = 200
"""Characters at its end in which a text shows that it goes on elsewhere."""
_SHOWN = 80
"""Characters of a title."""
_LOOKED_AT = 2000
"""Bytes within which a feed shows that it is one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. ``text`` is its whole article, empty where the feed holds a summary only; ``id``
    is the feed's own for it, or its link. ``stamp`` changes when the entry does.
    """

    id: str
    link: str
    title: str
    author: str
    publisher: str
    published: date | None
    numeric: str | None
    text: str = field(repr=False)
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """``is_broken``: it was not well-formed, and there may have been more."""

    title: str
    entries: tuple[Entry, ...]
    is_broken: bool = False


def read_feed(document: Document, settings: ReadSettings) -> Iterator[Found]:
    """The articles of a saved feed. An entry that is only a summary is left out alone. Raises
    ``ArticleFileError`` for a file that is no feed.
    """
    feed = parse_feed(document.read(settings.bounds.text), document.label)
    if feed.is_broken:
        yield broken_note(document.label)
    for number, entry in enumerate(feed.entries, start=1):
        id_ = entry.id or f"{document.name}#{number}"
        if not entry.text:
            part = f'"{shortened(entry.title)}"' if entry.title else f"entry {number}"
            yield Skipped(document.root, document.path, ONLY_A_SUMMARY, part)
        else:
            yield article_of(entry, document, id_, document.path, id_)


def article_of(entry: Entry, document: Document, id_: str, path: str, within: str) -> RawArticle:
    """The article that an entry holds."""
    return RawArticle(
        id=id_,
        text=entry.text,
        root=document.root,
        path=path,
        title=entry.title or None,
        publisher=entry.publisher or None,
        author=entry.author or None,
        url=entry.link or None,
        published=entry.published,
        numeric=entry.numeric,
        within=within,
    )


def shortened(title: str) -> str:
    """A title as a part is named by it."""
    return title if len(title) <= _SHOWN else title[: _SHOWN - 1] + "…"


def broken_note(label: str) -> Note:
    """What is said of a feed that was not well-formed."""
    return Note(f"{label}: the feed is not well-formed and was read as far as it makes sense")


def is_feed(data: bytes) -> bool:
    """Whether bytes begin like a feed."""
    head = data[:_LOOKED_AT].replace(b"\0", b"")  # two bytes a letter
    return bool(_BEGINS_A_FEED.search(head)) or _is_json_feed(head)


def parse_feed(data: bytes, label: str, base: str = "") -> Feed:
    """A feed's entries in its order; their links are relative to ``base``, where it came from.
    Raises ``ArticleFileError``, beginning with ``label``, for
    what is none, is empty or holds no entry.
    """
    if not data.strip():
        raise ArticleFileError(f"{label}: the feed is empty; save or fetch it again.")
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        feed = _json_feed(data, label, base)
    else:
        feed = _xml_feed(data, label, base)
    if not feed.entries:
        cause = "is broken and has no entry that can be read" if feed.is_broken else "has no entry"
        raise ArticleFileError(f"{label}: the feed {cause}; save or fetch it again.")
    return feed


def _xml_feed(data: bytes, label: str, base: str) -> Feed:
    import feedparser

    mended, is_broken = _well_formed(data, label)
    # A stream, not bytes: those could be taken for an address or a file's name.
    parsed = feedparser.parse(io.BytesIO(mended), sanitize_html=False, resolve_relative_uris=False)
    if not parsed.get("version"):
        raise ArticleFileError(f"{label}: is XML, but no RSS or Atom feed; leave it out.")
    title = _plain(parsed.feed.get("title_detail"))
    return Feed(title, tuple(_entry(e, title, base) for e in parsed.entries), is_broken)


def _well_formed(data: bytes, label: str) -> tuple[bytes, bool]:
    """The same feed as XML that any parser reads, without declarations; whether it was mended."""
    from lxml import etree

    parser = etree.XMLParser(
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = _ENCODING.sub("", data.decode("utf-16", "replace"), count=1).encode()
    data = data.lstrip()
    head = _DECLARATIONS.sub(b"", data[:_DECLARED], count=1)
    data = _ENTITY.sub(_in_figures, head + data[_DECLARED:])
    try:
        root = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError):
        root = None
    if root is None:
        raise ArticleFileError(f"{label}: is no XML and no feed; save or fetch it again.")
    etree.strip_elements(root, etree.Entity, with_tail=False)
    is_broken = any(error.level_name != "WARNING" for error in parser.error_log)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True), is_broken


def _in_figures(match: re.Match[bytes]) -> bytes:
    """HTML's named characters, which XML does not know and feeds use all the same."""
    name = match[1]
    code = None if name in _OF_XML else name2codepoint.get(name.decode("ascii"))
    return match[0] if code is None else b"&#%d;" % code


def _entry(entry: Mapping[str, Any], feed_title: str, base: str) -> Entry:
    # Plain dictionaries: feedparser's own answer for a missing date with another, and warn.
    have = dict(entry)
    written = str(have.get("published") or have.get("updated") or "")
    numeric = written if is_numeric_date(written) else None
    author = (have.get("author_detail") or {}).get("name") or have.get("author") or ""
    source = dict(have.get("source") or {}).get("title") or feed_title
    title, link = _plain(have.get("title_detail")), _address(have.get("link"), base)
    return Entry(
        id=str(have.get("id") or link).strip(),
        link=link,
        title=title,
        author=_one_line(text_of_html(str(author))),
        publisher=_one_line(str(source)),
        published=None if numeric else _day(written, have),
        numeric=numeric,
        text=_whole_text(have),
        stamp=f"{have.get('updated', '')}|{have.get('published', '')}|{title}",
    )


def _address(link: object, base: str) -> str:
    """An entry's address; empty where it has none that can be fetched."""
    try:
        joined = urljoin(base, str(link or "").strip()) if link else ""
    except ValueError:  # brackets that hold no address
        return ""
    return joined if joined.startswith(("http://", "https://")) else ""


def _day(written: str, have: Mapping[str, Any]) -> date | None:
    """As written, where it stands: the day is that of the writer's clock."""
    if written and (day := parse_date_line(written) or parse_date(written)):
        return day
    parsed = have.get("published_parsed") or have.get("updated_parsed")
    return date(*parsed[:3]) if parsed else None


def _whole_text(have: Mapping[str, Any]) -> str:
    contents = [_text_of(part) for part in have.get("content") or ()]
    content = max(contents, key=len, default="")
    if not _is_cut_off(content):
        return content
    summary = _text_of(have.get("summary_detail") or {})
    is_whole = len(summary.split()) >= _FULL_SUMMARY and not _is_cut_off(summary)
    return summary if is_whole else ""


def _is_cut_off(text: str) -> bool:
    return not text or bool(_CUT_OFF.search(text[-_ENDING:]))


def _text_of(part: Mapping[str, Any]) -> str:
    value = str(part.get("value") or "")
    return value.strip() if part.get("type") == "text/plain" else text_of_html(value)


def _plain(detail: Mapping[str, Any] | None) -> str:
    return _one_line(_text_of(detail or {}))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _is_json_feed(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and (
        _JSON_FEED.encode() in head.replace(b"\\/", b"/")
    )


def _json_feed(data: bytes, label: str, base: str) -> Feed:
    try:
        found = json.loads(data.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise ArticleFileError(
            f"{label}: is no valid JSON and no feed; save or fetch it again."
        ) from error
    items = found.get("items") if _JSON_FEED in str(found.get("version")) else None
    if not isinstance(items, list):
        raise ArticleFileError(f"{label}: is JSON, but no feed; leave it out.")
    title = _one_line(_string(found.get("title")))
    return Feed(title, tuple(_json_entry(i, title, base) for i in items if isinstance(i, dict)))


def _json_entry(item: Mapping[str, Any], feed_title: str, base: str) -> Entry:
    link = _address(item.get("url") or item.get("external_url"), base)
    published, modified = (_string(item.get(f"date_{name}")) for name in ("published", "modified"))
    text = _string(item.get("content_text")).strip() or text_of_html(
        _string(item.get("content_html"))
    )
    title = _one_line(_string(item.get("title")))
    authors = item.get("authors") or [item.get("author")]
    names = [_string(a.get("name")) for a in authors if isinstance(a, dict)]
    written = published or modified
    return Entry(
        id=str(item.get("id") or link).strip(),
        link=link,
        title=title,
        author=_one_line(", ".join(filter(None, names))),
        publisher=feed_title,
        published=parse_date(written) if written else None,
        numeric=None,
        text="" if _is_cut_off(text) else text,
        stamp=f"{modified}|{published}|{title}",
    )


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""
