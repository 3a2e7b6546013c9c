"""What a source file gives before anything is detected in it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class RawArticle:
    """An article as read. ``root`` is the path the user named, ``path`` the file; both absolute.

    ``numeric`` is a date in figures as its source gives it, whose day and month are told apart when
    all is read.
    """

    id: str
    text: str = field(repr=False)
    root: str
    path: str
    title: str | None = None
    publisher: str | None = None
    url: str | None = None
    published: date | None = None
    numeric: str | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file, a folder (``path`` ends in a slash) or one line of a file that was left out."""

    root: str
    path: str
    reason: str
    line: int | None = None

    @property
    def name(self) -> str:
        """What to call it: relative to the folder that was named."""
        name = os.path.basename(self.path)
        if self.path != self.root:
            name = os.path.relpath(self.path, self.root) + ("/" if self.path.endswith("/") else "")
        return name if self.line is None else f"{name} line {self.line}"

    def covers(self, path: str) -> bool:
        """Whether articles of the file ``path`` may have been left out with this."""
        if self.line is not None:  # the rest of the file was read
            return False
        return path == self.path or (self.path.endswith("/") and path.startswith(self.path))
