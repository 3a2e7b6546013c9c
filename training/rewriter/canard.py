"""Reading the CANARD question rewrites (Elgohary et al., 2019) as examples of conversations."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

_NO_ANSWER = frozenset({"", "I don't know.", "CANNOTANSWER"})


@dataclass(frozen=True, slots=True)
class Exchange:
    """An earlier question in its standalone form, its answer (empty when there was none), and the
    answer's sentence where that says more.
    """

    question: str
    standalone: str
    answer: str
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """One question with all that stands before it, oldest first, and its human rewrite."""

    dialogue: str
    number: int
    topic: str
    subtopic: str
    history: tuple[Exchange, ...]
    question: str
    rewrite: str


def load(path: Path) -> list[Example]:
    """The examples of a file, dialogue by dialogue, their turns rising."""
    records = json.loads(path.read_text(encoding="utf-8"))
    by_dialogue: dict[str, list[dict[str, object]]] = defaultdict(list)
    for record in records:
        by_dialogue[str(record["QuAC_dialog_id"])].append(record)
    return [
        example
        for dialogue, rows in by_dialogue.items()
        for example in _examples(
            dialogue, sorted(rows, key=lambda row: int(str(row["Question_no"])))
        )
    ]


def _examples(dialogue: str, rows: list[dict[str, object]]) -> list[Example]:
    rewrites = {str(row["Question"]): str(row["Rewrite"]) for row in rows}
    found = []
    for row in rows:
        history = [str(text) for text in row["History"]]  # type: ignore[attr-defined]  # from JSON
        topic, subtopic, *rest = history
        exchanges = tuple(
            Exchange(question, rewrites.get(question, question), _answer(answer))
            for question, answer in zip(rest[::2], rest[1::2], strict=False)
        )
        found.append(
            Example(
                dialogue,
                int(str(row["Question_no"])),
                topic,
                subtopic,
                exchanges,
                str(row["Question"]),
                str(row["Rewrite"]),
            )
        )
    return found


def _answer(text: str) -> str:
    return "" if text.strip() in _NO_ANSWER else text
