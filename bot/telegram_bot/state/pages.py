"""What passes between the parts of the bot: frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Page:
    """The text of one message: as Telegram's HTML, and the same visible text without markup.

    The visible text has 1 to 4,096 UTF-16 units.
    """

    html: str
    plain: str


class ViewName(StrEnum):
    """What an answer's message can show. Values are short: they travel in callback ids."""

    ANSWER = "a"
    CONTEXT = "c"
    OTHERS = "o"
    SERIES = "t"
    SOURCES = "s"
    EXPLAIN = "e"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A reply made ready for Telegram.

    ``views`` has ``ANSWER`` always, the others where there is something to show; each is one page
    or more. ``preview`` is the address that the answer's message may preview: there is one source,
    and it has an address. ``choices`` are labels for buttons, where the reply asks which of several
    things is meant.
    """

    views: Mapping[ViewName, tuple[Page, ...]] = field(repr=False)
    preview: str | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InlineAnswer:
    """One result of an inline question: ``title`` and ``description`` in the list, ``page`` as the
    message that is sent when it is chosen. ``preview`` as in ``Rendered``.
    """

    title: str
    description: str
    page: Page
    preview: str | None = None
