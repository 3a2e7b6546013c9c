"""The text of a message as a call gives it: parsed, checked, ready to be kept."""

from __future__ import annotations

from dataclasses import dataclass

from tests.bot_api.errors import bad_request
from tests.bot_api.html import parse
from tests.bot_api.text import MOST_UNITS, cleaned, is_empty, trimmed, units, with_found
from tests.bot_api.values import Entity


@dataclass(frozen=True, slots=True)
class Content:
    """Visible text, its entities, and the HTML that it was read from."""

    text: str
    entities: list[Entity]
    html: str | None


def content(text: str, parse_mode: str, *, too_long: str = "message is too long") -> Content:
    """What a message with ``text`` shows; raises for what Telegram does not send."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise bad_request("text must be encoded in UTF-8") from None
    if parse_mode.lower() not in ("", "html"):
        raise bad_request("unsupported parse_mode (the test server knows HTML only)")
    html = text if parse_mode else None
    visible, entities = parse(text) if parse_mode else (text, [])
    visible, entities = cleaned(visible, entities)
    if is_empty(visible):
        raise bad_request("message text is empty")
    visible, entities = trimmed(visible, entities)
    if units(visible) > MOST_UNITS:
        raise bad_request(too_long)
    return Content(visible, with_found(visible, entities), html)
