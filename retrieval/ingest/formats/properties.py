"""What a document's properties say of it, where programs and templates did not fill them in."""

from __future__ import annotations

import re

from retrieval.ingest.formats.markup import shown
from retrieval.ingest.metadata import find_published, numeric_date_line
from retrieval.ingest.sentences import lines_of

_FILE_NAME = re.compile(
    r"\.(?:docx?|odt|rtf|pdf|txt|html?|indd|qxd|pptx?|xlsx?|tex|dvi|pages)$", re.I
)
_PRINTED = re.compile(
    r"^(?:Microsoft (?:Word|PowerPoint) - |(?:untitled|document|doc|title)\W*\d*$)", re.I
)
_NO_AUTHORS = frozenset(
    ("python-docx", "administrator", "admin", "user", "owner", "unknown", "anonymous", "author")
)
"""Names that programs and new machines fill in."""
_LONGEST_TITLE = 300
_LONGEST_AUTHOR = 100
_TOP = 12


def title_in_properties(title: str | None, name: str) -> str | None:
    """The title, unless it is what a program made of a file's ``name``."""
    title = shown(title or "")
    if not title or len(title) > _LONGEST_TITLE or not any(map(str.isalpha, title)):
        return None
    if _PRINTED.search(title) or _FILE_NAME.search(title) or title == name:
        return None
    return title


def author_in_properties(author: str | None) -> str | None:
    """The author, unless it is a machine's user or an address."""
    author = shown(author or "")
    named = author.casefold() not in _NO_AUTHORS and len(author) <= _LONGEST_AUTHOR
    return author if named and any(map(str.isalpha, author)) and "@" not in author else None


def has_own_day(text: str) -> bool:
    """Whether the text's first lines say the day: it goes before the day of the file."""
    top = text[:2000]
    lines = [top[line.start : line.end] for line in lines_of(top)][:_TOP]
    return find_published(lines) is not None or any(map(numeric_date_line, lines))
