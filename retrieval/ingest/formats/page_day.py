"""The day on which a saved page says that it was published."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any

from retrieval.ingest.formats.markup import Element, shown, tag_of
from retrieval.ingest.formats.page_record import text_in
from retrieval.ingest.metadata import numeric_date_line, parse_date, parse_date_line

_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_URL_DAY = re.compile(r"/(?P<day>(?:19|20)\d\d/(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01]))(?:/|$)")
_DAYS = (
    *("article:published_time", "og:article:published_time", "og:published_time", "datepublished"),
    *("parsely-pub-date", "sailthru.date", "publish-date", "publishdate", "publish_date"),
    *("pubdate", "publication_date", "article.published", "cxenseparse:recs:publishtime"),
    *("dc.date.issued", "dcterms.issued", "dc.date", "dcterms.created", "date"),
    *("citation_publication_date",),
)
"""Names that sites give it, the most trusted first."""
_MOMENT = re.compile(r"(?=.*\b(?:19|20)\d\d\b).{8,25} \d\d?:\d\d.{0,20}")
_MOST_TIMES = 50
_ASIDE_TAGS = frozenset({"aside", "li", "nav", "footer"})
_ASIDE_CLASSES = re.compile(r"comment|related|sidebar|widget", re.I)


def day_of(
    root: Element,
    record: Mapping[str, Any],
    meta: Mapping[str, str],
    lines: Sequence[str],
    url: str | None,
) -> tuple[date | None, str | None]:
    """The day, and one in figures alone where nothing better is there. ``lines`` are short ones
    around the title, as a person sees them.
    """
    stated = (text_in(record.get(name)) for name in ("datePublished", "dateCreated"))
    for value in (*stated, *(meta.get(name) for name in _DAYS), *_times(root)):
        if value and (day := _parsed(value)):
            return day, None
    seen = (parse_date_line(line) or _moment(line) for line in lines)
    in_url = (parse_date(match["day"]) for match in _URL_DAY.finditer(url or ""))
    for day in (*in_url, *seen):
        if day:
            return day, None
    numeric = next((found for line in lines if (found := numeric_date_line(line))), None)
    return (None, numeric) if numeric else (_guessed(root, url), None)


def _parsed(value: str) -> date | None:
    """The calendar day as written: the page shows that one, not the day in another zone."""
    if numeric_date_line(value):
        return None
    match = _ISO_DAY.match(value)
    return parse_date(match.group() if match else value)


def _moment(line: str) -> date | None:
    """The day of a line that is a day and a clock time, as programs write them:
    "Thu Jun 3 10:00:00 CET 2021".
    """
    return parse_date(line) if _MOMENT.fullmatch(line) else None


def _times(root: Element) -> Iterator[str]:
    """The moments that the page marks as its own: the first that says so, else the first.

    Times within lists and asides belong to other articles, those behind the text to comments.
    """
    elements = [found for found in islice(root.iter("time"), _MOST_TIMES) if not _is_aside(found)]
    own = [found for found in elements if "publish" in str(dict(found.attrib)).lower()]
    for element in own or elements[:1]:
        yield element.get("datetime") or shown("".join(element.itertext()))


def _is_aside(element: Element) -> bool:
    return any(
        tag_of(above) in _ASIDE_TAGS
        or _ASIDE_CLASSES.search(f"{above.get('class')} {above.get('id')}")
        for above in element.iterancestors()
    )


def _guessed(root: Element, url: str | None) -> date | None:
    """What htmldate makes of the rest of the page, without guessing from any figures in it."""
    from htmldate import find_date

    try:
        found = find_date(root, original_date=True, extensive_search=False, url=url)
    except Exception:  # it fails in many ways on pages that are broken in as many
        return None
    return date.fromisoformat(found) if found else None
