"""Title, publisher, byline and date of an article, found where they stand in its text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from urllib.parse import urlsplit

from dateutil import parser as dateutil_parser

_DATELINE_AGENCY = re.compile(
    r"^(?:[A-Z][\w .,'’-]{0,60}\s)?\((?P<dashed>[A-Z][\w.&' -]{1,30})\)\s*(?:--?|[–—])\s*(?=\S)"
    r"|^\((?P<leading>[A-Z][\w.&' -]{1,30})\)\s+(?=[A-Z\"“‘'])"
)
_COPYRIGHT_OWNER = re.compile(
    r"^(?:©|\(c\)|copyright)\s*(?:©\s*)?\d{4}[\s,]*(?P<owner>[A-Z][^.,;|]{1,40}?)"
    r"(?:\s+(?:L\.?P|LLC|Ltd|Inc|plc|GmbH|AG)\b\.?)?(?:[.,;|].*)?$",
    re.I,
)
_BYLINE = re.compile(
    r"^(?:[Bb]y|BY)\s+(?P<name>[A-Z][\w.'’-]+(?:(?:\s+|,\s*|\s+and\s+)[A-Z][\w.'’-]+){1,7})$"
)
_MARKDOWN_HEADING = re.compile(r"^#{1,6}\s+(?P<title>.+?)\s*#*$")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_NAME = r"[A-Z][\w.'’-]+(?:(?:\s+|,\s*|\s+and\s+)[A-Z][\w.'’-]+){1,7}?"
_DATE_LINE = re.compile(
    rf"^(?:(?:(?:first |last )?(?:published|updated|posted|modified)|date)\s*(?:on|at|:)?\s*"
    rf"|by\s+(?-i:(?P<name>{_NAME}))\s*[,|•·–-]\s*)?"
    rf"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)?"
    rf"(?P<date>{_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH}\.?,?\s+\d{{4}}"
    rf"|\d{{4}}[-/]\d{{1,2}}[-/]\d{{1,2}}"
    rf"|(?P<dotted>\d{{1,2}}\.\d{{1,2}}\.\d{{4}})"
    rf"|(?P<slashed>\d{{1,2}}/\d{{1,2}}/\d{{4}}))"
    rf"(?:[\s,T|•·-]+(?:at\s+)?\d{{1,2}}[:.]\d{{2}}.{{0,20}})?"
    rf"(?:\s*[|•·]\s*\d+ min(?:ute)?s?(?: read)?)?$",
    re.I,
)
_TITLE_WORDS = 30
_NOT_AGENCIES = frozenset({"AP Photo", "Photo", "Video", "Image", "Updated", "Opinion"})


def parse_date(value: str) -> date | None:
    """The calendar date that ``value`` names (ISO, ``2022/06/17``, RFC 2822, ...), or None."""
    try:
        # Two defaults that differ in every field expose a value that does not name a whole date.
        first = dateutil_parser.parse(value, default=datetime(1996, 1, 1), ignoretz=True)
        second = dateutil_parser.parse(value, default=datetime(2004, 2, 2), ignoretz=True)
    except (ValueError, OverflowError):
        return None
    return first.date() if first.date() == second.date() else None


def parse_date_line(line: str) -> date | None:
    """The date when the whole line is nothing but a date (and perhaps a time), else None; also
    where figures alone do not tell the day from the month.
    """
    match = _DATE_LINE.match(line.strip())
    if match is None or match["slashed"]:  # see ``numeric_dates``
        return None
    if match["dotted"]:  # the day first, wherever days are written so
        try:
            return datetime.strptime(match["dotted"], "%d.%m.%Y").date()
        except ValueError:  # no day of the calendar
            return None
    return parse_date(match["date"])


def numeric_date_line(line: str) -> str | None:
    """The date, when the whole line is one in figures such as 03/04/2023 (and perhaps a time)."""
    match = _DATE_LINE.match(line.strip())
    return match["slashed"] if match else None


def find_title(lines: Sequence[str]) -> str | None:
    """The first clean line if it is a headline: no sentence, not too long. None otherwise."""
    if not lines:
        return None
    line = lines[0]
    heading = _MARKDOWN_HEADING.match(line)
    if heading:
        return heading["title"]
    if _DATELINE_AGENCY.match(line) or not 2 <= len(line.split()) <= _TITLE_WORDS:
        return None
    # A headline may end in quotation marks, but not in a full stop before or after them.
    ends_a_sentence = line.rstrip("”\"’'» ").endswith((".", "!", "…"))
    return None if ends_a_sentence else line


def find_publisher(lines: Sequence[str], url: str | None) -> str | None:
    """The agency in the dateline, else the owner in the copyright line, else the site's name."""
    for line in lines[:8]:
        match = _DATELINE_AGENCY.match(line)
        agency = (match["dashed"] or match["leading"]) if match else None
        if agency and agency not in _NOT_AGENCIES:
            return agency
    for line in reversed(lines[-4:]):
        match = _COPYRIGHT_OWNER.match(line)
        if match:
            return match["owner"].strip()
    try:
        host = urlsplit(url).hostname if url else None
    except ValueError:  # brackets that hold no address
        host = None
    return host.removeprefix("www.") if host else None


def find_byline(lines: Sequence[str]) -> str | None:
    """Who wrote it, from a line such as ``By Jane Roe`` near the top, with or without a date."""
    for line in lines[:8]:
        match = _BYLINE.match(line) or _DATE_LINE.match(line)
        if match and match["name"]:
            return match["name"]
    return None


def find_published(lines: Sequence[str]) -> date | None:
    """The date that stands alone on one of the first lines."""
    for line in lines[:6]:
        found = parse_date_line(line)
        if found:
            return found
    return None
