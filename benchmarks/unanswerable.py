"""Writes question sets that the articles at hand do not answer: all of them must be refused.

    python -m benchmarks.unanswerable --out runs/unanswerable --index DIR

``other-year.jsonl``    quiz questions of ``--asked-in`` for an index of another year's articles,
                        without dates: on those days none of these articles was there yet. With
                        ``--index`` a question is left out when an accepted answer stands among its
                        first ``--depth`` passages, since those articles may well answer it.
``swapped.jsonl``       questions of half of the new-wiki articles, to be asked of the other half,
``swapped-articles.jsonl``  which stands here for ``pullquote index``.
``swapped-squad.json``  SQuAD 2.0 format for ``--task read``: each question with the paragraph of
                        *another* article that shares most of its words, weighed by rarity.
``off-topic.jsonl``     questions written by hand on fields that news articles do not touch.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Any

from benchmarks.news.passages import QUESTIONS, holds, retrieve
from benchmarks.news.questions import quiz_questions
from benchmarks.news.records import write_rows
from bot.assembly.application import open_application
from bot.config import Config
from retrieval.index.tokenization import tokenize

WIKI = Path("../shared/data/reader-train/squadshifts-new_wiki.json.gz")
OFF_TOPIC = Path(__file__).with_name("off_topic.txt")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on an article of Wikipedia."""

    id: str
    title: str
    question: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of an article of Wikipedia."""

    id: str
    title: str
    text: str


def other_year(questions: Path, asked_in: int, index: Path | None, depth: int) -> list[Row]:
    """The extractive quiz questions of a year, without those that ``index`` may answer."""
    asked = quiz_questions(questions, asked_in)
    if index is not None:
        application = open_application(Config(), index)
        asked = [
            question
            for question in asked
            if not holds(
                [p.text for p in retrieve(application, question, depth, None).passages],
                question.answers,
            )
        ]
    return [refused(question.id, question.question) for question in asked]


def refused(identifier: str, question: str) -> Row:
    """A row of a question set that must be refused."""
    return {"id": identifier, "question": question, "answers": []}


def read_wiki(path: Path, titles: Sequence[str] | None) -> tuple[list[Asked], list[Paragraph]]:
    """Questions and paragraphs of a SQuAD file; of ``titles`` alone when they are given."""
    entries = json.loads(gzip.decompress(path.read_bytes()))["data"]
    asked: list[Asked] = []
    paragraphs: list[Paragraph] = []
    for entry in entries:
        title = entry["title"]
        if titles is not None and title not in titles:
            continue
        for number, paragraph in enumerate(entry["paragraphs"]):
            paragraphs.append(Paragraph(f"{title}-{number}", title, paragraph["context"]))
            asked += [Asked(qa["id"], title, qa["question"].strip()) for qa in paragraph["qas"]]
    return asked, paragraphs


def halves(titles: Iterable[str], rng: random.Random) -> tuple[set[str], set[str]]:
    """The titles in two halves, by chance."""
    ordered = sorted(set(titles))
    rng.shuffle(ordered)
    middle = len(ordered) // 2
    return set(ordered[:middle]), set(ordered[middle:])


def nearest_elsewhere(
    questions: Sequence[Asked], paragraphs: Sequence[Paragraph]
) -> Iterator[tuple[Asked, Paragraph]]:
    """Each question with the paragraph of another article that shares most of its words."""
    terms = [frozenset(tokenize(paragraph.text)) for paragraph in paragraphs]
    holding = Counter(term for own in terms for term in own)
    rarity = {term: log(1 + len(terms) / count) for term, count in holding.items()}
    for question in questions:
        asked = frozenset(tokenize(question.question))
        others = [n for n, p in enumerate(paragraphs) if p.title != question.title]
        best = max(others, key=lambda n: sum(rarity[t] for t in sorted(asked & terms[n])))
        yield question, paragraphs[best]


def as_squad(pairs: Iterable[tuple[Asked, Paragraph]]) -> Row:
    """SQuAD 2.0, every question impossible."""
    data: dict[str, list[Row]] = {}
    for question, paragraph in pairs:
        qa = {"id": question.id, "question": question.question, "answers": []}
        entry = {"context": paragraph.text, "qas": [{**qa, "is_impossible": True}]}
        data.setdefault(paragraph.title, []).append(entry)
    entries = [{"title": title, "paragraphs": entries} for title, entries in data.items()]
    return {"version": "v2.0", "data": entries}


def off_topic() -> list[Row]:
    """The questions written by hand."""
    lines = OFF_TOPIC.read_text(encoding="utf-8").splitlines()
    questions = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return [refused(f"off-topic-{number}", q) for number, q in enumerate(questions, start=1)]


def write_swapped(folder: Path, wiki: Path, titles: Sequence[str] | None, count: int) -> int:
    """The two swapped sets and the articles; how many questions each has."""
    rng = random.Random(2023)
    asked, paragraphs = read_wiki(wiki, titles)
    here, there = halves((p.title for p in paragraphs), rng)
    own = [question for question in asked if question.title in here]
    chosen = rng.sample(own, min(count, len(own)))
    write_rows(folder / "swapped.jsonl", [refused(q.id, q.question) for q in chosen])
    write_rows(
        folder / "swapped-articles.jsonl",
        [{"id": p.id, "title": p.title, "text": p.text} for p in paragraphs if p.title in there],
    )
    squad = as_squad(nearest_elsewhere(chosen, paragraphs))
    text = json.dumps(squad, ensure_ascii=False)
    (folder / "swapped-squad.json").write_text(text + "\n", encoding="utf-8")
    return len(chosen)


def main() -> None:
    """Write all sets into one folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, help="a folder")
    parser.add_argument("--questions", type=Path, default=QUESTIONS)
    parser.add_argument("--asked-in", type=int, default=2022)
    parser.add_argument("--index", type=Path, help="the other year's articles; see above")
    parser.add_argument("--depth", type=int, default=20)
    parser.add_argument("--wiki", type=Path, default=WIKI)
    parser.add_argument("--titles", type=Path, help="JSON list: these articles alone")
    parser.add_argument("--swapped", type=int, default=400, help="how many at most")
    args = parser.parse_args()
    titles = json.loads(args.titles.read_text(encoding="utf-8")) if args.titles else None
    rows = other_year(args.questions, args.asked_in, args.index, args.depth)
    write_rows(args.out / "other-year.jsonl", rows)
    swapped = write_swapped(args.out, args.wiki, titles, args.swapped)
    by_hand = off_topic()
    write_rows(args.out / "off-topic.jsonl", by_hand)
    print(f"{args.out}: other-year {len(rows)}, swapped {swapped}, off-topic {len(by_hand)}")


if __name__ == "__main__":
    main()
