"""The text that a span model reads of an article: its title before the passage.

Trainings and the product share this form: a model reads what it was taught to read.
"""

from __future__ import annotations

SEPARATOR = " | "
"""Between title and text. A token of its own, and rare in prose."""


def titled(title: str | None, text: str) -> tuple[str, int]:
    """The text under its title, and where the text begins in it, in code points."""
    head = " ".join(title.split()) + SEPARATOR if title and title.strip() else ""
    return head + text, len(head)
