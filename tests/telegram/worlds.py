"""Collections beside the seeds: two events that one question may mean, and an answer too long for
one message.
"""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

from retrieval.index.store import IndexStore
from retrieval.indexing.build import Export, IndexSettings, build
from tests.bot.meetings import GENEVA, REYKJAVIK

_THINGS = "harbour glacier lantern orchard meadow violin".split()
_PEOPLE = "captain teacher gardener printer baker sailor painter weaver miller poet".split()
REPORTS = 8


def meetings() -> list[dict[str, Any]]:
    """Two meetings, each with a length of its own, each with an address."""
    return [
        {
            "id": article.id,
            "text": article.text,
            "title": article.title,
            "publisher": article.publisher,
            "published": str(article.published),
            "url": f"https://news.example/{article.id}",
        }
        for article in (REYKJAVIK, GENEVA)
    ]


def reports() -> list[dict[str, Any]]:
    """One answer, told in a very long sentence by each of several articles unlike each other."""
    random = Random(4)
    found = []
    for number in range(REPORTS):
        pairs = (
            f"{random.choice(_THINGS)} and {random.choice(_PEOPLE)} number {random.randrange(99)}"
            for _ in range(45)
        )
        people = _PEOPLE[number : number + 2]
        text = (
            f"Report {number} from the summit of Oslo\n\n"
            f"The negotiations in Oslo lasted 105 minutes, {', '.join(pairs)} as the {people[0]} "
            f"said.\n\nThe {people[1]} left.\n"
        )
        found.append(
            {
                "id": f"report-{number}",
                "text": text,
                "title": f"Report {number} <&>",
                "publisher": people[0],
                "published": f"2021-05-{10 + number}",
                "url": f"https://long.example/{number}?a=1&b=2",
            }
        )
    return found


def index_of(articles: list[dict[str, Any]], folder: Path, export: Export) -> Path:
    """An index of these articles."""
    source = folder / "articles.jsonl"
    source.write_text("\n".join(map(json.dumps, articles)) + "\n", encoding="utf-8")
    build(IndexStore(folder / "index"), [source], IndexSettings(), export=export)
    return folder / "index"
