"""Articles that a remark names, as lines and as JSON. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.dialogue.small_talk.replies import Listed


def listed_lines(articles: Iterable[Listed]) -> list[str]:
    """One line each: title, publisher and date, as far as they are known."""
    return [f"  {_line(listed)}" for listed in articles]


def listed_json(articles: Iterable[Listed]) -> dict[str, Any]:
    """``articles`` as a member of the reply's object; none where none is named."""
    found = [
        {
            "article_id": listed.article_id,
            "title": listed.title,
            "publisher": listed.publisher,
            "published": listed.published.isoformat() if listed.published else None,
            "url": listed.url,
        }
        for listed in articles
    ]
    return {"articles": found} if found else {}


def _line(listed: Listed) -> str:
    title = " ".join((listed.title or "").split()) or f"without a title ({listed.article_id})"
    day = listed.published
    shown = f"{day.day} {day:%B} {day.year}" if day else None
    return " · ".join(part for part in (title, listed.publisher, shown) if part)
