"""Title, publisher, byline and date of an article, found where they stand in its text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
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
_MONTHS_ELSEWHERE = (
    ("januar", "janvier", "jänner"),
    ("februar", "février"),
    ("märz", "mars"),
    ("april", "avril"),
    ("mai",),
    ("juni", "juin"),
    ("juli", "juillet"),
    ("august", "août"),
    ("september", "septembre"),
    ("oktober", "octobre"),
    ("november", "novembre"),
    ("dezember", "décembre"),
)
"""German and French."""
_DAYS_ELSEWHERE = (
    ("montag", "lundi"),
    ("dienstag", "mardi"),
    ("mittwoch", "mercredi"),
    ("donnerstag", "jeudi"),
    ("freitag", "vendredi"),
    ("samstag", "samedi", "sonnabend"),
    ("sonntag", "dimanche"),
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|"
    rf"{'|'.join(name for names in _MONTHS_ELSEWHERE for name in names)})"
)
_NAME = r"[A-Z][\w.'’-]+(?:(?:\s+|,\s*|\s+and\s+)[A-Z][\w.'’-]+){1,7}?"
_DATE_LINE = re.compile(
    rf"^(?:(?:(?:first |last )?(?:published|updated|posted|modified)|date)\s*(?:on|at|:)?\s*"
    rf"|by\s+(?-i:(?P<name>{_NAME}))\s*[,|•·–-]\s*)?"
    rf"(?:(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
    rf"|{'|'.join(name for names in _DAYS_ELSEWHERE for name in names)}),?\s+)?"
    rf"(?P<date>{_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|er|\.)?\s+{_MONTH}\.?,?\s+\d{{4}}"
    rf"|\d{{4}}[-/]\d{{1,2}}[-/]\d{{1,2}}"
    rf"|(?P<dotted>\d{{1,2}}\.\d{{1,2}}\.\d{{4}})"
    rf"|(?P<slashed>\d{{1,2}}/\d{{1,2}}/\d{{4}}))"
    rf"(?:[\s,T|•·-]+(?:at\s+)?\d{{1,2}}[:.]\d{{2}}.{{0,20}})?"
    rf"(?:\s*[|•·]\s*\d+ min(?:ute)?s?(?: read)?)?$",
    re.I,
)
_LONGEST_DATE = 100
_EPOCH = re.compile(r"\d{9,10}(?:\.\d+)?|\d{12,13}|\d{15,16}")
_ISO = re.compile(r"(?P<day>\d{4}-\d\d-\d\d)(?:[T ]\d\d:\d\d.*)?", re.ASCII)
_DIGITS_OF_SECONDS = 10
_DATE_LABEL = re.compile(
    r"^(?:first |last )?(?:published|updated|posted|modified|created|date|dated)\s*(?:on|at|:)*\s+",
    re.I,
)
_SPELT_DAY = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_CLOCK = re.compile(r"[\s,T|•·-]+(?:at\s+)?\d{1,2}[:.h]\d{2}(?![.\d]*\d{4}).*$")
"""From a time of day on, in whatever form."""
_TITLE_WORDS = 30
_NOT_AGENCIES = frozenset({"AP Photo", "Photo", "Video", "Image", "Updated", "Opinion"})


class _Names(dateutil_parser.parserinfo):
    """How days and months are called, here and elsewhere."""

    # Lists, as they stand in the base.
    MONTHS = [  # noqa: RUF012
        (*names, *more)
        for names, more in zip(dateutil_parser.parserinfo.MONTHS, _MONTHS_ELSEWHERE, strict=True)
    ]
    WEEKDAYS = [  # noqa: RUF012
        (*names, *more)  # type: ignore[misc]
        for names, more in zip(dateutil_parser.parserinfo.WEEKDAYS, _DAYS_ELSEWHERE, strict=True)
    ]
    JUMP = [*dateutil_parser.parserinfo.JUMP, "uhr", "um", "den", "le", "à", "er"]  # noqa: RUF012


_DATES = dateutil_parser.parser(_Names())


def parse_date(value: str) -> date | None:
    """The calendar date that ``value`` names (ISO, ``2022/06/17``, RFC 2822, ...), or None."""
    try:
        # Two defaults that differ in every field expose a value that does not name a whole date.
        first = _DATES.parse(value, default=datetime(1996, 1, 1), ignoretz=True)
        second = _DATES.parse(value, default=datetime(2004, 2, 2), ignoretz=True)
    except (ValueError, OverflowError):
        return None
    return first.date() if first.date() == second.date() else None


def parse_published(written: str) -> date | None:
    """The day that a source gives for its article: a date in any usual form, with or without a
    label and a time, or the seconds, milliseconds or microseconds since 1970 (their day in UTC).
    A time zone moves no date: it is taken as written there.
    """
    written = " ".join(written.split())
    if not written or len(written) > _LONGEST_DATE:
        return None
    if _EPOCH.fullmatch(written):
        whole = written.partition(".")[0]
        seconds = int(whole) / 1000 ** ((len(whole) - _DIGITS_OF_SECONDS + 2) // 3)
        return datetime.fromtimestamp(seconds, UTC).date()
    iso = _ISO.fullmatch(written)
    if iso:
        try:
            return date.fromisoformat(iso["day"])  # most are written so, and this is quick
        except ValueError:  # no day of the calendar
            return None
    line = parse_date_line(written)
    if line is not None:
        return line
    plain = _SPELT_DAY.sub(r"\1-\2-\3", _DATE_LABEL.sub("", written))
    return parse_date(plain) or parse_date(_CLOCK.sub("", plain))


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
