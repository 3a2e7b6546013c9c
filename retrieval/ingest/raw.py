"""What a source gives before anything is detected in it: articles, and what is not one."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import date

from retrieval.datatypes import Place


@dataclass(frozen=True, slots=True)
class RawArticle:
    """An article as read. ``root`` is the path or address that the user named, ``path`` the file
    (an archive's own, for what lies in it) or address; paths are absolute.

    ``text`` is *the* text: quoted verbatim, offsets count in it. Of formats with markup it is what
    was extracted, once. ``places`` say where its parts stand in the source (pages, rows).
    ``numeric`` is a date in figures as its source gives it, whose day and month are told apart when
    all is read. ``named_title`` is what to call it where its text has no title: its file's name.
    ``within`` tells the articles of one file apart, always in the same way: a record's own id, an
    archive's member; empty for a file that is one article.
    """

    id: str
    text: str = field(repr=False)
    root: str
    path: str
    title: str | None = None
    publisher: str | None = None
    author: str | None = None
    url: str | None = None
    published: date | None = None
    numeric: str | None = None
    places: tuple[Place, ...] = field(default=(), repr=False)
    named_title: str | None = None
    within: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file, a folder (``path`` ends in a slash), or one ``part`` of a file that was left out: a
    line ("line 3"), a page, a member of an archive, a message. ``broken``: the part cannot be read,
    so nobody knows which of the articles that were there before it is.
    """

    root: str
    path: str
    reason: str
    part: str = ""
    broken: bool = False

    @property
    def name(self) -> str:
        """What to call it: relative to the folder that was named."""
        name = os.path.basename(self.path)
        if self.path != self.root and "://" not in self.path:
            name = os.path.relpath(self.path, self.root) + ("/" if self.path.endswith("/") else "")
        return f"{name} {self.part}" if self.part else name

    def covers(self, path: str) -> bool:
        """Whether articles of the file ``path`` may have been left out with this."""
        if self.part and not self.broken:  # the rest of the file was read
            return False
        return path == self.path or (self.path.endswith("/") and path.startswith(self.path))


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a person should know of what was read: one sentence, its source named."""

    text: str


Found = RawArticle | Skipped | Note
"""What reading a document gives, in its order."""
