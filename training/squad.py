"""Question sets in SQuAD format: reading, writing, and holding articles out by title."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Gold:
    """One annotator's answer: half-open character offsets into the context."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Example:
    """A question with the text to read; no golds means that the text does not answer it.

    ``title`` names the document that the text comes from: texts of one title belong together.
    ``heading`` is what is read before the text, empty where the set gives it none; ``kind`` what
    the set says of the row.
    """

    id: str
    source: str
    title: str
    question: str
    context: str
    golds: tuple[Gold, ...]
    heading: str = ""
    kind: str = ""

    def answers(self) -> list[str]:
        """The text of every gold, in the annotators' order."""
        return [self.context[gold.start : gold.end] for gold in self.golds]


def read(path: Path, source: str) -> Iterator[Example]:
    """Yield the examples of one SQuAD 1.1 or 2.0 file, gzipped or not.

    A gold whose offset does not point at its text is dropped: a reader trained on wrong offsets
    learns to be off by a word.
    """
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        articles = json.load(file)["data"]
    for article in articles:
        for paragraph in article["paragraphs"]:
            context = paragraph["context"]
            for qa in paragraph["qas"]:
                golds = tuple(
                    Gold(start, start + len(answer["text"]))
                    for answer in qa["answers"]
                    if context.startswith(answer["text"], start := answer["answer_start"])
                    and answer["text"].strip()
                )
                if golds or qa.get("is_impossible"):
                    yield Example(
                        qa["id"],
                        source,
                        article["title"],
                        qa["question"].strip(),
                        context,
                        golds,
                        kind=qa.get("kind", ""),
                    )


def split_by_title(
    examples: Iterable[Example], share: float, seed: int
) -> tuple[list[Example], list[Example], list[str]]:
    """Hold whole articles out, about ``share`` of them: (training, held out, held-out titles).

    By title, never by question: two questions on one paragraph share its text, and a reader that
    trained on one of them would be tested on what it has read.
    """
    pool = list(examples)
    titles = sorted({example.title for example in pool})
    random.Random(seed).shuffle(titles)
    held = sorted(titles[: max(1, round(share * len(titles)))])
    inside = set(held)
    train = [example for example in pool if example.title not in inside]
    return train, [example for example in pool if example.title in inside], held


def write(path: Path, examples: Iterable[Example]) -> None:
    """Write examples as SQuAD 2.0, one paragraph for each context, so that other tools read it."""
    articles: dict[str, dict[str, list[dict[str, object]]]] = {}
    for example in examples:
        paragraph = articles.setdefault(example.title, {}).setdefault(example.context, [])
        paragraph.append(
            {
                "id": example.id,
                "question": example.question,
                "is_impossible": not example.golds,
                "answers": [
                    {"text": text, "answer_start": gold.start}
                    for text, gold in zip(example.answers(), example.golds, strict=True)
                ],
            }
        )
    data = [
        {
            "title": title,
            "paragraphs": [{"context": text, "qas": qas} for text, qas in paragraphs.items()],
        }
        for title, paragraphs in articles.items()
    ]
    path.write_text(json.dumps({"version": "v2.0", "data": data}, ensure_ascii=False), "utf-8")
