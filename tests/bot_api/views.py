"""What tests see of a message: a frozen copy, which stays what it was when it was looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.bot_api.text import cut
from tests.bot_api.values import Message, Version


@dataclass(frozen=True, slots=True)
class Ref:
    """Names a message."""

    chat: int
    id: int


@dataclass(frozen=True, slots=True)
class Posted:
    """A message as it was. ``html`` is what the bot sent, ``text`` what the user sees of it."""

    chat: int
    id: int
    sender: int
    at: float
    text: str
    html: str | None
    entities: tuple[dict[str, Any], ...]
    markup: dict[str, Any] | None
    reply_to: int | None
    quote: str | None
    thread: int | None
    silent: bool
    preview: dict[str, Any] | None
    edited_at: float | None
    deleted: bool
    inline_id: str | None
    versions: tuple[Version, ...]

    @property
    def ref(self) -> Ref:
        return Ref(self.chat, self.id)

    @property
    def buttons(self) -> list[dict[str, Any]]:
        """All buttons, row by row."""
        rows = (self.markup or {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]

    @property
    def labels(self) -> list[str]:
        return [button["text"] for button in self.buttons]

    def button(self, wanted: str) -> dict[str, Any]:
        """The button with this label, or with this callback data, or with this in its label."""
        for test in (
            lambda b: wanted == b["text"],
            lambda b: wanted == b.get("callback_data"),
            lambda b: wanted.lower() in b["text"].lower(),
        ):
            for button in self.buttons:
                if test(button):
                    return button
        raise LookupError(f"no button {wanted!r} among {self.labels}")

    def marked(self, kind: str) -> list[str]:
        """The parts of the text under entities of this kind: ``marked("bold")``."""
        return [
            cut(self.text, e["offset"], e["length"]) for e in self.entities if e["type"] == kind
        ]

    @property
    def links(self) -> list[str]:
        return [entity["url"] for entity in self.entities if entity["type"] == "text_link"]


def view(message: Message) -> Posted:
    return Posted(
        message.chat,
        message.id,
        message.sender,
        message.at,
        message.text,
        message.html,
        tuple(message.entities),
        message.markup,
        message.reply_to,
        message.quote,
        message.thread,
        message.silent,
        message.preview,
        message.edited_at,
        message.deleted,
        message.inline_id,
        tuple(message.versions),
    )
