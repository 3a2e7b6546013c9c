"""The labelled yes/no pairs, made from an invented sample in the format of the data."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest

from benchmarks.yes_no import twins
from benchmarks.yes_no.facts import FILES, Asked, Fact, find_facts, read_asked
from benchmarks.yes_no.natural import natural_pairs
from benchmarks.yes_no.pair import Pair
from benchmarks.yes_no.pairs import make_pairs, measure, read, write
from benchmarks.yes_no.verbs import forms_of

ARREST = "On Monday, the Aldford police arrested Paul Keller near the old bridge."
ASKED = [
    Asked("Who arrested Paul Keller?", ("police", "the Aldford police"), ARREST),
    Asked("Who did the Aldford police arrest?", ("Paul Keller",), ARREST),
    Asked(
        "What did Norvik plan?",
        ("a bridge",),
        "Norvik planned a bridge. Norvik plans to build a tunnel next year.",
    ),
    Asked("Who plans build a tunnel?", ("Norvik",), "Norvik plans to build a tunnel next year."),
    Asked("What might the tunnel replace?", ("the ferry",), "The tunnel will replace the ferry."),
    Asked(
        "What didn't the council sell?",
        ("the harbour",),
        "Last year the council did not sell the harbour.",
    ),
    Asked("Who refused sign the treaty?", ("Norvik",), "Norvik refused to sign the treaty."),
]


@pytest.fixture
def fact() -> Fact:
    [found] = [fact for fact in find_facts(ASKED) if fact.sentence == ARREST]
    return found


def put(folder: Path) -> Path:
    """The sample as the two files of the data."""
    rows: list[dict[str, Any]] = [
        {
            "context": one.context,
            "qas": [
                {
                    "id": f"q{number}",
                    "question": one.question,
                    "answers": [
                        {"text": text, "answer_start": one.context.find(text)}
                        for text in one.answers
                    ],
                    "is_impossible": False,
                    "kind": "srl-who",
                }
            ],
        }
        for number, one in enumerate(ASKED)
    ]
    rows.append({"context": ARREST, "qas": [{"id": "x", "question": "Who left?", "answers": []}]})
    home = folder / "reader-train-2"
    home.mkdir()
    for name, own in zip(FILES, (rows, []), strict=True):
        data = {"version": "2.0", "data": [{"title": "invented", "paragraphs": own}]}
        (home / name).write_bytes(gzip.compress(json.dumps(data).encode()))
    return home


def test_the_data_is_read_without_what_it_cannot_answer(tmp_path: Path) -> None:
    assert read_asked(put(tmp_path)) == ASKED


def test_a_sentence_is_cut_where_its_parts_stand_side_by_side(fact: Fact) -> None:
    assert (fact.before, fact.subject) == ("On Monday, ", "the Aldford police")
    assert (fact.verb.base, fact.object) == ("arrest", "Paul Keller")
    assert fact.after == " near the old bridge."


def test_a_passive_sentence_is_known() -> None:
    told = "Paul Keller was arrested by the Aldford police."
    asked = [*ASKED, Asked("Who arrested Paul Keller?", ("the Aldford police",), told)]
    [found] = [fact for fact in find_facts(asked) if fact.passive]
    assert (found.subject, found.object) == ("the Aldford police", "Paul Keller")
    assert found.sentence == told


def test_twins_of_a_statement(fact: Fact) -> None:
    rng = random.Random(1)
    asked = "Did the Aldford police arrest Paul Keller?"
    assert twins.plain(fact, rng) == Pair("plain", ARREST, asked, "yes")
    swapped = twins.swapped_passive(fact, rng)
    assert swapped is not None
    assert swapped.sentence == (
        "On Monday, Paul Keller was arrested by the Aldford police near the old bridge."
    )
    assert (swapped.question, swapped.label) == (
        "Did Paul Keller arrest the Aldford police?",
        "unclear",
    )
    labels = {}
    for kind in twins.PHRASES:
        pair = twins.phrase(kind)(fact, rng)
        assert pair is not None
        assert pair.sentence != ARREST
        assert pair.question == asked
        labels[kind] = pair.label
    assert {kind for kind, label in labels.items() if label == "no"} == {"negated", "failed"}
    assert "yes" not in labels.values()


def test_no_pair_is_made_of_what_is_only_said() -> None:
    said = ARREST.replace(".", ", a witness said.")
    asked = [*ASKED, Asked("Who arrested Paul Keller?", ("the Aldford police",), said)]
    [found] = [fact for fact in find_facts(asked) if fact.sentence == said]
    assert twins.plain(found, random.Random(1)) is None


def test_plans_possibilities_and_denials_stand_in_the_data() -> None:
    found = {pair.question: (pair.kind, pair.label) for pair in natural_pairs(ASKED)}
    assert found == {
        "Did Norvik build a tunnel?": ("planned, natural", "unclear"),
        "Did the tunnel replace the ferry?": ("possible, natural", "unclear"),
        "Did the council sell the harbour?": ("denied, natural", "no"),
        "Did Norvik sign the treaty?": ("refused", "no"),
    }


def test_the_same_seed_makes_the_same_pairs(tmp_path: Path) -> None:
    home = put(tmp_path)
    pairs = make_pairs(home, 12, seed=3)
    assert pairs == make_pairs(home, 12, seed=3)
    assert {pair.label for pair in pairs} == {"yes", "no", "unclear"}
    write(pairs, tmp_path / "pairs.jsonl")
    assert read(tmp_path / "pairs.jsonl") == pairs


def test_a_verdict_on_what_is_unclear_is_wrong() -> None:
    asked = "Did the Aldford police arrest Paul Keller?"
    told = "The Aldford police agreed to arrest Paul Keller."
    table = measure([Pair("plain", ARREST, asked, "yes"), Pair("planned", told, asked, "unclear")])
    assert table.splitlines()[-1] == "| all | 2 | 1 | 0 | 1 | 2 | 1 |"


@pytest.mark.parametrize(
    ("past", "forms"),
    [
        ("arrested", ("arrest", "arrested", "arresting")),
        ("stopped", ("stop", "stopped", "stopping")),
        ("issued", ("issue", "issued", "issuing")),
        ("carried", ("carry", "carried", "carrying")),
        ("took", ("take", "taken", "taking")),
        ("won", ("win", "won", "winning")),
    ],
)
def test_forms_of_verbs(past: str, forms: tuple[str, str, str]) -> None:
    found = forms_of(past, {"arrest", "stop", "issue", "carry"})
    assert found is not None
    assert (found.base, found.participle, found.gerund) == forms


def test_a_past_of_no_known_verb_has_no_forms() -> None:
    assert forms_of("hundred", {"arrest"}) is None
