"""What a file's name says of the article in it: a day, a headline."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_DATED = re.compile(
    r"(?P<year>(?:19|20)\d\d)(?P<mark>[-_.]?)(?P<month>\d\d)(?P=mark)(?P<day>\d\d)(?!\d)"
    r"(?:[T_ -]\d\d[-_:.h]?\d\d(?:[-_:.]?\d\d)?(?!\d))?[\s_.,–-]*"
)
"""At the beginning: ``2024-10-07 Title``, ``20241007_title``, with or without a time."""
_NUMBERED = re.compile(r"^\d{1,6}[\s_.)–-]+")
"""At the beginning of files that are kept in an order."""
_ENDING = re.compile(r"(?:\.[A-Za-z][A-Za-z0-9]{0,9}){1,2}$")
_WORD = re.compile(r"\W*[^\W\d_]{2,}(?:['’-][^\W\d_]+)*\W*")
_LEAST_WORDS = 2
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class NameSays:
    """``published`` and ``title`` as the name has them, None where it has not."""

    published: date | None = None
    title: str | None = None


def said_by(name: str) -> NameSays:
    """What a file's name says, without its folders."""
    stem = _ENDING.sub("", name.rpartition("/")[2])
    dated = _DATED.match(stem)
    published = None
    if dated:
        try:
            published = date(*(int(dated[part]) for part in ("year", "month", "day")))
        except ValueError:  # no day of the calendar
            dated = None
    return NameSays(
        published, _title(stem[dated.end() :] if dated else _NUMBERED.sub("", stem, count=1))
    )


def title_in(name: str) -> str | None:
    """The headline in a file's name; None where it names no two words."""
    return said_by(name).title


def _title(stem: str) -> str | None:
    """``harbour-strike-ends`` as "Harbour strike ends"; a name that has blanks is taken as it is.
    What has fewer than two words of letters (``article-17``, ``4567dd7c1f32``) is no headline.
    """
    words = stem if " " in stem.strip() else re.sub(r"[-_+.]+", " ", stem)
    words = " ".join(words.replace("_", " ").split())
    parts = words.split()
    named = [part for part in parts if _WORD.fullmatch(part)]
    # Most parts are words: a checksum or a number of a series has letters, too.
    if not _LEAST_WORDS <= len(named) >= len(parts) / 2 or len(words) > _LONGEST:
        return None
    return words if words != words.lower() else words[:1].upper() + words[1:]
