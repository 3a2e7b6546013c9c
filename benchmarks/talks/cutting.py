"""The collections of conversations, cut out of the articles that they are about."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

PREFIX = "talk-"
"""How the names of collections of conversations begin."""


def cut(data: Path, out: Path, only: str = "") -> Iterator[tuple[str, Path, Path]]:
    """The name, the articles and the questions of each collection whose name has ``only`` in it,
    written below ``out``. ``data`` holds ``newsroom-dev`` and ``news-dev``.
    """
    folder = data / "newsroom-dev"
    known = json.loads((folder / "collections.json").read_text("utf-8"))
    names = [name for name in known if name.startswith(PREFIX) and only in name]
    wanted = {i for name in names for i in known[name]["article_ids"]}
    with gzip.open(data / "news-dev" / "articles.jsonl.gz", "rt", encoding="utf-8") as stream:
        articles = {row["id"]: row for row in map(json.loads, stream) if row["id"] in wanted}
    for name in names:
        asked = [row for row in _rows(folder / known[name]["questions"]) if _is_of(row, name)]
        told = [articles[i] for i in known[name]["article_ids"]]
        yield (
            name,
            _written(out / f"{name}.jsonl", told),
            _written(out / f"{name}-asked.jsonl", asked),
        )


def _is_of(row: Mapping[str, Any], collection: str) -> bool:
    return bool(row["collection"] == collection)


def _rows(path: Path) -> list[Mapping[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip()]


def _written(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text(text, "utf-8")
    return path
