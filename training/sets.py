"""The question sets that the reader learns from, and how each is used.

The shares follow the advice that comes with the sets: backbone, arguments of events, relations,
clauses. Dialogues (``history``) are left out: the product hands its reader standalone questions.
"""

from __future__ import annotations

import hashlib
import logging
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from training import squad
from training.squad import Example

log = logging.getLogger(__name__)

_IDENTIFIER = re.compile(r"^(?:squad|kn|cnc|because|quac)-|^[\w-]*\d[\w-]*$|^[a-z0-9-]+$")
"""Titles that are no titles: row numbers, file names, slugs."""


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """One file of questions.

    ``first`` is the share of its rows in the first training, ``second`` that in the second, before
    the hard ones are chosen: sets far from news and from people's questions give fewer. ``kept``
    are shares of rows of one ``kind`` that are used at all, 1 for the others. ``grouped`` is the
    share of its answerable rows that are trained together with hard negatives under one softmax,
    ``alone`` the share that get an unanswerable twin of their own; ``negatives`` says which kinds
    (see ``NegativeMaker``).
    ``titles``: whether the set's titles are those of documents, not of collections or rows.
    """

    name: str
    file: str
    first: float
    second: float
    kept: Mapping[str, float] = field(default_factory=dict)
    grouped: float = 0.0
    alone: float = 0.0
    negatives: Mapping[str, float] = field(default_factory=dict)
    titles: bool = False


_NEAR = {"article": 0.4, "bm25": 0.3, "cut": 0.3}
_FAR = {"bm25": 0.6, "cut": 0.4}
_CUT = {"cut": 0.75, "bm25": 0.25}

SETS = (
    QuestionSet(
        "new_wiki", "reader-train/squadshifts-new_wiki.json.gz", 0.8, 1.0, {}, 0.3, 0.25, _NEAR,
        True,
    ),
    QuestionSet(
        "reddit", "reader-train/squadshifts-reddit.json.gz", 0.1, 0.15, {}, 0.0, 0.25, _CUT
    ),
    QuestionSet(
        "amazon", "reader-train/squadshifts-amazon_reviews.json.gz", 0.1, 0.15, {}, 0.0, 0.25, _CUT
    ),
    QuestionSet("qamr", "reader-train/qamr.json.gz", 0.1, 0.15),
    QuestionSet(
        "squad", "reader-train-2/squad-train-part.json.gz", 0.4, 1.0, {}, 0.3, 0.1, _NEAR, True
    ),
    QuestionSet("pairs", "reader-train-2/squad2-minimal-pairs.json.gz", 0.6, 1.0),
    QuestionSet(
        "qasrl", "reader-train-2/qasrl-news.json.gz", 0.35, 0.8,
        {
            "srl-what": 0.5, "nom-what": 0.5, "arg-swap": 0.5, "other-passage": 0.4,
            "missing-who": 0.5,
        },
        0.1, 0.0, {"bm25": 1.0}, True,
    ),
    QuestionSet("wikievents", "reader-train-2/wikievents-args.json.gz", 0.5, 1.0),
    QuestionSet(
        "muc", "reader-train-2/muc-terrorism.json.gz", 0.2, 0.4, {"PerpOrg": 0.5, "PerpInd": 0.5}
    ),
    QuestionSet("who-is", "reader-train-2/who-is-wikinews.json.gz", 0.7, 1.0, titles=True),
    QuestionSet("definitions", "reader-train-2/definitions.json.gz", 0.7, 1.0, titles=True),
    QuestionSet(
        "redocred", "reader-train-2/redocred-relations.json.gz", 0.25, 0.6, {}, 0.2, 0.0,
        {"bm25": 1.0}, True,
    ),
    QuestionSet("knowledgenet", "reader-train-2/knowledgenet.json.gz", 0.4, 0.6),
    QuestionSet(
        "timeqa", "reader-train-2/timeqa.json.gz", 0.5, 1.0, {}, 0.4, 0.0, {"article": 1.0}, True
    ),
    QuestionSet("qed", "reader-train-2/qed-nq.json.gz", 0.7, 1.0, {}, 0.4, 0.2, _FAR, True),
    QuestionSet("qadiscourse", "reader-train-2/qadiscourse.json.gz", 0.4, 0.6, titles=True),
    QuestionSet("causal", "reader-train-2/causal-why.json.gz", 0.5, 0.8),
    QuestionSet("fairytale", "reader-train-2/fairytaleqa.json.gz", 0.15, 0.3),
)  # fmt: skip


DEVELOPMENT = "new_wiki"
"""The set whose held-out articles measure a training."""
HELD_OUT = 20
"""One in so many documents of the second folder's sets is in no training: calibrations and trials
are measured on them."""


def rows(data: Path, chosen: QuestionSet) -> Iterator[Example]:
    """All rows of one set, with titles that are titles; ids are unique."""
    for number, example in enumerate(squad.read(data / chosen.file, chosen.name)):
        yield replace(example, id=f"{chosen.name}-{number}", heading=shown_title(example.title))


def shown_title(title: str) -> str:
    """The title as people write it; empty where it is none, but a row's number or a file's name."""
    written = title.replace("_", " ").strip()
    return "" if _IDENTIFIER.search(written) else written


def read(data: Path, chosen: QuestionSet, seed: int) -> Iterator[Example]:
    """The rows of one set that a training may use."""
    rng = random.Random(f"{seed} {chosen.name}")
    for example in rows(data, chosen):
        drawn = rng.random() < chosen.kept.get(example.kind, 1.0)
        if drawn and not is_held_out(chosen, example):
            yield example


def is_held_out(chosen: QuestionSet, example: Example) -> bool:
    """Whether the row's document is in no training: by its title, in whichever set it comes, or by
    its text where it has none.
    """
    if not chosen.file.startswith("reader-train-2/"):
        return False
    key = example.heading or " ".join(example.context.split())
    digest = hashlib.sha256(key.casefold().encode()).digest()
    return int.from_bytes(digest[:4]) % HELD_OUT == 0


def training_rows(
    data: Path, dev_share: float, seed: int
) -> tuple[dict[str, list[Example]], list[Example], list[str]]:
    """All rows by set but those of the held-out articles; these; and their titles."""
    rows: dict[str, list[Example]] = {}
    held: list[Example] = []
    titles: list[str] = []
    for chosen in SETS:
        examples = list(read(data, chosen, seed))
        if chosen.name == DEVELOPMENT:
            examples, held, titles = squad.split_by_title(examples, dev_share, seed)
            log.info("dev: %d articles, %d questions", len(titles), len(held))
        log.info("%s: %d rows", chosen.name, len(examples))
        rows[chosen.name] = examples
    return rows, held, titles
