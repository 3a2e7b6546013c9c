"""Rows of the training sets whose documents no training saw, pooled as collections.

A row alone is easy: its text is short and about the question. Here all texts of several sets are
one collection, with texts of trained documents as decoys, and a search chooses what is read:

``rows``       an answerable question, asked of the collection
``rows-left``  the same without its document: real near misses, and no answer, for a question is
               left out when its answer still stands in what the search finds
``rows-own``   a question that its set says its text does not answer; left out when the set has the
               same question with an answer, and that stands in what the search finds: many such
               rows were made by asking a question of another passage

Titles count as part of what is found, because the reader reads them. Only questions that say whom
or what they are about can be asked of a collection: one of their words must be a name or a number.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from retrieval.datatypes import Context
from retrieval.ingest.preparing import prepare
from retrieval.ingest.raw import RawArticle
from retrieval.reader.titled import titled
from training import sets
from training.news import find
from training.shelf import Asked, Shelf
from training.squad import Example
from training.text import detokenise

COLLECTIONS = (
    ("qasrl", "qadiscourse", "who-is", "wikievents"),
    ("squad", "timeqa", "redocred", "qed", "definitions"),
)
DECOYS = 400
"""Texts of trained documents in a collection."""
_NAMED = re.compile(r"(?<!^)(?<![.?!:] )\b(?:[A-Z][\w’'-]+|\d[\d,.]*)")


def asked_rows(data: Path, per_set: int, seed: int) -> Iterator[Asked]:
    """Up to ``per_set`` questions of each set, answerable or not, and the answerable ones again
    without their document.
    """
    for names in COLLECTIONS:
        yield from _collection(data, names, per_set, random.Random(seed))


def _collection(
    data: Path, names: Sequence[str], per_set: int, rng: random.Random
) -> Iterator[Asked]:
    held: dict[str, list[Example]] = {}
    trained: list[Example] = []
    for chosen in (s for s in sets.SETS if s.name in names):
        held[chosen.name] = []
        for example in sets.rows(data, chosen):
            home = held[chosen.name] if sets.is_held_out(chosen, example) else trained
            home.append(detokenise(example))
    decoys = rng.sample(trained, min(DECOYS, len(trained)))
    texts: dict[str, str] = {}
    for example in [*(e for rows in held.values() for e in rows), *decoys]:
        texts.setdefault(example.context, example.heading)
    numbers = {text: f"text-{at}" for at, text in enumerate(texts)}
    shelf = Shelf(
        prepare(RawArticle(numbers[text], text, root="", path="", title=heading or None))
        for text, heading in texts.items()
    )
    answers = _answers([*(e for rows in held.values() for e in rows), *decoys])
    for name, rows in held.items():
        documents = _documents(rows, numbers)
        asked = [row for row in rows if _NAMED.search(row.question)]
        for row in rng.sample(asked, min(per_set, len(asked))):
            known = answers.get(row.question.casefold(), frozenset())
            yield from _asked(name, row, known, shelf, documents[row.title])


def _answers(rows: Sequence[Example]) -> dict[str, frozenset[str]]:
    """For each question that the collection answers its answers, wherever they stand."""
    result: dict[str, set[str]] = {}
    for row in rows:
        result.setdefault(row.question.casefold(), set()).update(row.answers())
    return {question: frozenset(texts) for question, texts in result.items()}


def _documents(rows: Sequence[Example], numbers: dict[str, str]) -> dict[str, frozenset[str]]:
    """For each title the ids of its texts."""
    result: dict[str, set[str]] = {}
    for row in rows:
        result.setdefault(row.title, set()).add(numbers[row.context])
    return {title: frozenset(ids) for title, ids in result.items()}


def _asked(
    name: str, row: Example, known: frozenset[str], shelf: Shelf, document: frozenset[str]
) -> Iterator[Asked]:
    found = shelf.contexts(row.question)
    if not row.golds:
        if not _holds(found, known):
            yield Asked(row.id, f"rows-own {name}", row.question, (), found)
        return
    answers = tuple(row.answers())
    yield Asked(row.id, f"rows {name}", row.question, answers, found)
    left = shelf.contexts(row.question, without=document)
    # Where nothing is found there is nothing to learn: nobody reads, and nobody answers.
    if left and not _holds(left, answers):
        yield Asked(f"{row.id}-left", f"rows-left {name}", row.question, (), left)


def _holds(contexts: Sequence[Context], answers: Iterable[str]) -> bool:
    """Whether an answer stands in an article or in its title."""
    texts = [titled(c.article.title, c.article.text)[0] for c in contexts]
    return any(find(text, answer) for answer in answers for text in texts)
