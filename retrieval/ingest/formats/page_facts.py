"""What a saved page says of itself: title, author, publisher, address and day.

The page's own record for machines (JSON-LD) is believed first, then its meta elements, then what
a person sees, then the day that htmldate finds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urljoin, urlsplit

from retrieval.ingest.formats.markup import Element, blocks_of, shown
from retrieval.ingest.formats.page_day import day_of
from retrieval.ingest.formats.page_record import first_of, meta_of, name_in, record_of, text_in
from retrieval.ingest.metadata import find_byline

_SAVED_FROM = re.compile(r"saved from url=\(\d+\)(?P<url>https?://\S+)")
_SEPARATOR = re.compile(r"\s+[-–—|·•»«:~]+\s+|\s*\|\s*")
_NOT_LETTERS = re.compile(r"[\W_]+")
_BYLINE = re.compile(r"^(?:[Bb]y|BY)\s*:?\s+")
_NAME = r"[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){1,3}"
_SIGNED = re.compile(rf"(?:^|[\s,|·•–-])[Bb]y (?P<name>{_NAME})(?= on\b| at\b| ?[,|·•–-]|$)")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_TITLES = ("og:title", "twitter:title", "dc.title", "citation_title", "parsely-title", "title")
_AUTHORS = (
    *("author", "article:author", "byl", "dc.creator", "dcterms.creator", "parsely-author"),
    *("sailthru.author", "citation_author"),
)
"""Names that sites give these fields, the most trusted first."""
_LONGEST_NAME = 80
_NAME_WORDS = 5
_LONGEST_LINE = 120
_MOST_LINES, _MOST_PARAGRAPHS = 100, 3
"""How far into a page its own author and day are looked for: beyond are those of comments."""


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What was found; ``numeric`` is a day in figures whose order is open."""

    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    url: str | None = None
    published: date | None = None
    numeric: str | None = None


def facts_of(root: Element, address: str | None = None) -> PageFacts:
    """The facts of a whole page; ``address`` is where it was fetched, if it was."""
    record, meta = record_of(root), meta_of(root)
    lines = _short_lines(root)
    url = _url(root, meta, record, address)
    publisher = name_in(record.get("publisher")) or first_of(meta, ("og:site_name",))
    unsigned = [_SIGNED.sub("", line).strip(" ,|·•–-") for line in lines]
    published, numeric = day_of(root, record, meta, unsigned, url)
    return PageFacts(
        title=_title(root, record, meta, publisher, url),
        author=_author(root, record, meta, publisher, lines),
        publisher=publisher,
        url=url,
        published=published,
        numeric=numeric,
    )


def _short_lines(root: Element) -> list[str]:
    """Short lines of the page up to some paragraphs of its text."""
    found: list[str] = []
    paragraphs = 0
    body = next(root.iter("body"), root)
    for block in blocks_of(body, frozenset({"nav", "aside", "footer"})):
        for line in block.split("\n"):
            if len(line) <= _LONGEST_LINE:
                found.append(line)
            else:
                paragraphs += 1
        if len(found) >= _MOST_LINES or paragraphs >= _MOST_PARAGRAPHS:
            break
    return found


def _url(
    root: Element, meta: Mapping[str, str], record: Mapping[str, Any], address: str | None
) -> str | None:
    """The page's address: what it names as its own, else where it was saved from or fetched."""
    saved = next(_saved_from(root), None) or address
    base = next((element.get("href") for element in root.iter("base")), None)
    canonical = next(
        (
            link.get("href")
            for link in root.iter("link")
            if (link.get("rel") or "").strip().lower() == "canonical"
        ),
        None,
    )
    main = record.get("mainEntityOfPage")
    main = main.get("@id") if isinstance(main, dict) else main
    named = (canonical, meta.get("og:url"), main, record.get("url"))
    found = [url for item in named if (url := _absolute(item, saved or base))]
    specific = [url for url in found if urlsplit(url).path.strip("/")]
    # A page of its own that names the site's front page as its address is mistaken.
    return next(iter(specific or [saved] if saved else specific or found), None) or _absolute(base)


def _saved_from(root: Element) -> Iterator[str]:
    from lxml import etree

    tree = root.getroottree().getroot()
    before = list(tree.itersiblings(preceding=True))
    for comment in (*before, *tree.iter(etree.Comment)):
        match = _SAVED_FROM.search(comment.text or "")
        if match:
            yield match["url"]


def _absolute(address: Any, base: str | None = None) -> str | None:
    """The address where it is one of the web, in full."""
    if not isinstance(address, str) or not address.strip():
        return None
    try:
        url = urljoin(base or "", address.strip())
        parts = urlsplit(url)
    except ValueError:  # brackets that hold no address
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


def _title(
    root: Element,
    record: Mapping[str, Any],
    meta: Mapping[str, str],
    publisher: str | None,
    url: str | None,
) -> str | None:
    page = next((shown("".join(found.itertext())) for found in root.iter("title")), "")
    named = text_in(record.get("headline")) or first_of(meta, _TITLES)
    sites = _site_names(publisher, url)
    clean = [head for head in _headings(root, "h1") if _letters(head) not in sites]
    matching = [head for head in clean if _letters(head) in _letters(named or page)]
    whole = (*clean, *_headings(root, "h2"), *_SEPARATOR.split(page))
    longer = [text for text in whole if named and _is_cut(named, text)]
    if longer and named not in whole:
        return longer[0]
    # The site's name is often a heading of the first rank; the article's is in the title, too.
    parts = [_letters(part) for part in _SEPARATOR.split(page)]
    if matching and not named and parts[-1] == _letters(matching[0]):
        lower = (head for head in _headings(root, "h2", "h3") if _letters(head) in parts[:-1])
        matching = [head for head in lower if _letters(head) not in sites][:1] or matching
    title = named or next(iter(matching), None) or (clean[0] if len(clean) == 1 else None) or page
    return without_site(title, matching, sites) or None


def _headings(root: Element, *ranks: str) -> list[str]:
    texts = (shown("".join(found.itertext())) for found in root.iter(*ranks))
    return [text for text in texts if text]


def _is_cut(title: str, heading: str) -> bool:
    """Whether a title is the beginning of a heading, with dots where the rest was cut."""
    bare = title.removesuffix("...").removesuffix("…").rstrip()
    return bare != title and heading != title and heading.startswith(bare)


def without_site(title: str, headings: Sequence[str], sites: frozenset[str] = frozenset()) -> str:
    """The title without the site's name, where a heading or the site's known name shows it."""
    for heading in headings:
        if title.startswith(heading) and _SEPARATOR.match(title[len(heading) :]):
            return heading
    for match in reversed(list(_SEPARATOR.finditer(title))):
        if _letters(title[match.end() :]) in sites:
            return title[: match.start()].rstrip()
        if match.start() and _letters(title[: match.start()]) in sites:
            return title[match.end() :]
    return title


def _site_names(publisher: str | None, url: str | None) -> frozenset[str]:
    host = (urlsplit(url).hostname or "") if url else ""
    return frozenset({_letters(publisher or ""), *map(_letters, _host_names(host))} - {""})


def _host_names(host: str) -> Iterator[str]:
    """What a site may be called by its host: ``www.the-times.co.uk`` is "The Times" or "Times"."""
    host = host.removeprefix("www.")
    yield host
    for label in host.split(".")[:-1]:
        yield label
        yield label.removeprefix("the")
        yield f"the{label}"


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", text).casefold()


def _author(
    root: Element,
    record: Mapping[str, Any],
    meta: Mapping[str, str],
    publisher: str | None,
    lines: Sequence[str],
) -> str | None:
    named = (name_in(record.get("author")), *(meta.get(name) for name in _AUTHORS))
    for name in (*named, *_seen_authors(root, lines)):
        name = _BYLINE.sub("", name or "")
        usable = name and "://" not in name and len(name) <= _LONGEST_NAME and "@" not in name
        if usable and _letters(name) != _letters(publisher or ""):
            return name
    return None


def _seen_authors(root: Element, lines: Sequence[str]) -> Iterator[str | None]:
    """Names that a person sees: marked as the author's, or behind "By" on a line of their own."""
    classes = ("author-name", "byline", "author")
    marked = root.xpath(
        "//a[@rel='author'] | //*[@itemprop='author'] | "
        + " | ".join(f"//*[contains(concat(' ', @class, ' '), ' {name} ')]" for name in classes)
    )
    for element in marked[:_NAME_WORDS]:
        text = shown(" ".join(element.itertext()))
        inner = element.xpath(".//*[@itemprop='name'] | .//a[@rel='author']")
        name = shown(" ".join(inner[0].itertext())) if inner else text
        yield name if len(name.split()) <= _NAME_WORDS else find_byline([text])
    for line in lines:
        yield find_byline([line])
    # Within a line that says the day, too: "Submitted by Ada Quill on Tue, 06/03/2021 - 10:12".
    signed = (_SIGNED.search(line) for line in lines if _YEAR.search(line))
    yield next((match["name"] for match in signed if match), None)
