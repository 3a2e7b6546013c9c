"""What a source file gives before anything is detected in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class RawArticle:
    """An article as read; ``root`` is the path the user named, ``file`` stands relative to it."""

    id: str
    text: str = field(repr=False)
    root: str
    file: str
    title: str | None = None
    publisher: str | None = None
    url: str | None = None
    published: date | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file, folder or article that was left out. ``name`` is relative to ``root``."""

    root: str
    name: str
    reason: str
