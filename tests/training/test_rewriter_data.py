"""What the edit model learns from: edits read off rewrites, dialogues, pairs made of questions."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import pytest

from retrieval.errors import UsageError
from training.rewriter import canard, corpus, qasrl, shortening, synthetic
from training.rewriter.alignment import GoldEdit, gold_edits
from training.rewriter.canard import Example, Exchange


@pytest.mark.parametrize(
    ("question", "rewrite", "edit"),
    [
        ("When was he born ?", "When was Nikola Tesla born ?", GoldEdit(2, 3, "Nikola Tesla")),
        (
            "What is his best song ?",
            "What is Prince 's best song ?",
            GoldEdit(2, 3, "Prince", owns=True),
        ),
        (
            "Was their song long ?",
            "Was the Beatles ' song long ?",
            GoldEdit(1, 2, "the Beatles", owns=True),
        ),
        (
            "Are there any other facts ?",
            "Are there any other facts besides the early life of Tesla ?",
            GoldEdit(5, 5, "the early life of Tesla", "besides"),
        ),
        (
            "Are there any other facts ?",
            "Other than the tour , are there any other facts ?",
            GoldEdit(0, 0, "the tour", "besides"),
        ),
        (
            "What was the reason ?",
            "What was the reason for the strike ?",
            GoldEdit(4, 4, "the strike", "for"),
        ),
        (
            "Did that film do well ?",
            "Did the film adaptation do well ?",
            GoldEdit(1, 3, "the film adaptation"),
        ),
        (
            "Who directed that film ?",
            "Who directed the film adaptation of Double Dragon ?",
            GoldEdit(2, 4, "the film adaptation of Double Dragon"),
        ),
    ],
)
def test_an_edit_is_read_off_a_rewrite(question: str, rewrite: str, edit: GoldEdit) -> None:
    assert gold_edits(question.split(), rewrite.split()) == [edit]


def test_edits_far_apart_stay_two() -> None:
    found = gold_edits("What did they win ?".split(), "What did the Who win in 1965 ?".split())
    assert found == [GoldEdit(2, 3, "the Who"), GoldEdit(4, 4, "1965", "in")]


@pytest.mark.parametrize("rewrite", ["When was she born ?", "when was she Born", "When was she ?"])
def test_what_adds_no_words_is_no_edit(rewrite: str) -> None:
    assert gold_edits("When was she born ?".split(), rewrite.split()) == []


def record(number: int, history: list[str], question: str, rewrite: str) -> dict[str, object]:
    return {
        "QuAC_dialog_id": "C_1",
        "Question_no": number,
        "History": ["Frank Zappa", "Disbandment", *history],
        "Question": question,
        "Rewrite": rewrite,
    }


def test_a_dialogue_is_read_turn_by_turn(tmp_path: Path) -> None:
    first = ["What group disbanded?", "The Mothers of Invention"]
    second = ["When did they disband?", "I don't know."]
    rows = [
        record(3, [*first, *second], "Why?", "Why did the Mothers of Invention disband?"),
        record(1, [], first[0], first[0]),
        record(2, first, second[0], "When did the Mothers of Invention disband?"),
    ]
    path = tmp_path / "canard.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    examples = canard.load(path)
    assert [example.number for example in examples] == [1, 2, 3]
    assert [len(example.history) for example in examples] == [0, 1, 2]
    last = examples[-1]
    assert (last.dialogue, last.topic, last.subtopic) == ("C_1", "Frank Zappa", "Disbandment")
    assert (last.question, last.rewrite) == ("Why?", "Why did the Mothers of Invention disband?")
    assert last.history == (
        Exchange(first[0], first[0], first[1]),
        Exchange(second[0], "When did the Mothers of Invention disband?", ""),
    )


def test_the_newest_text_comes_first_and_what_is_empty_is_left_out() -> None:
    history = [Exchange("a?", "A?", "one"), Exchange("b?", "B?", "")]
    assert corpus.texts_of(history, "topic", "") == ["topic", "B?", "one", "A?"]


def pairs(tmp_path: Path, text: str, *questions: tuple[str, str]) -> list[synthetic.Pair]:
    """The pairs made of one paragraph, of questions with their answers."""
    asked = [
        {"question": question, "answers": [{"text": said, "answer_start": text.index(said)}]}
        for question, said in questions
    ]
    document = {"data": [{"paragraphs": [{"context": text, "qas": asked}]}]}
    path = tmp_path / "set.json.gz"
    path.write_bytes(gzip.compress(json.dumps(document).encode(), mtime=0))
    return [pair for seed in range(8) for pair in synthetic.load([path], seed)]


def test_a_name_that_was_said_before_becomes_a_pronoun(tmp_path: Path) -> None:
    text = "Marie Curie was born in Warsaw. She found radium in 1898, and she won a prize."
    asked = ("Where was Marie Curie born?", "When did Marie Curie find radium?")
    made = pairs(tmp_path, text, (asked[0], "Warsaw"), (asked[1], "1898"))
    assert len(made) == 8
    # Some go on with a word as people do: "And when did she find radium?"
    ends = {(pair.question.split(" ", 1)[1].lower(), pair.rewrite) for pair in made}
    assert {(end.removeprefix("where ").removeprefix("when "), asked) for end, asked in ends} == {
        ("was she born?", asked[0]),
        ("did she find radium?", asked[1]),
    }
    for pair in made:
        (before,) = pair.history
        assert before.standalone in asked
        assert before.standalone != pair.rewrite
        assert before.answer in text


def test_a_name_that_was_not_said_stays(tmp_path: Path) -> None:
    text = "Marie Curie was born in Warsaw. Henri Becquerel died in 1908."
    made = pairs(
        tmp_path,
        text,
        ("Where was Marie Curie born?", "Warsaw"),
        ("When did Henri Becquerel die?", "1908"),
    )
    # A citation may hold its sentence, never the other's name.
    assert len(made) == 8
    assert all(pair.question == pair.rewrite for pair in made)


@pytest.mark.parametrize(
    "question",
    [
        "Where is the Berlin Wall Museum?",  # the longer name was not said
        "Who led the Berlin Wall delegation?",  # half of a noun phrase
        "Who painted an Anti-Berlin Wall sign?",
        "Where is the old Berlin Wall?",
        "Who saw “Berlin Wall” in a cinema?",
        "When did it divide Berlin Wall streets?",  # a pronoun is there already
    ],
)
def test_half_of_a_longer_name_is_left_alone(question: str) -> None:
    for seed in range(8):
        said = shortening.Said("Berlin Wall", "")
        assert shortening.shortened(question, said, random.Random(seed)) is None


def test_a_name_may_give_way_to_its_last_noun() -> None:
    asked = "When was the Royal Academy Museum opened?"
    said = shortening.Said("the Royal Academy Museum", "")
    found = {shortening.shortened(asked, said, random.Random(seed)) for seed in range(60)}
    plain = [question for question in found if question and question.startswith("When")]
    assert set(plain) == {
        f"When was {words} opened?" for words in ("it", "the museum", "this museum", "that museum")
    }
    # Some go on with a word as people do: "And when was it opened?"
    assert {str(question).split()[-1] for question in found} == {"opened?"}


def shortenings(question: str, said: str, text: str = "") -> set[str | None]:
    """All that a question may become, without a word of going on before it."""
    made = {
        shortening.shortened(question, shortening.Said(said, text), random.Random(seed))
        for seed in range(60)
    }
    return {found for found in made if found is None or found[0].isupper()} - {
        found for found in made if found and found.startswith(("And ", "But "))
    }


def test_what_has_no_name_is_pointed_to_as_well() -> None:
    asked = "How long did the spring flood last?"
    assert shortenings(asked, "What caused the spring flood? rain") == {
        "How long did it last?", "How long did the flood last?",
    }  # fmt: skip
    assert shortenings(asked, "What caused the fire?") == {None}


def test_a_phrase_at_the_end_is_dropped() -> None:
    found = shortenings("Who was the referee of the Nordic Cup?", "Who won the Nordic Cup?")
    assert found == {"Who was the referee?", "Who was the referee of it?",
                     "Who was the referee of the cup?", "Who was the referee of this cup?",
                     "Who was the referee of that cup?"}  # fmt: skip


@pytest.mark.parametrize(
    ("question", "said", "made"),
    [
        ("What did Holm's mother sell?", "Who is Holm?", "What did her mother sell?"),
        ("Who phoned Holm?", "Who is Holm?", "Who phoned her?"),
        ("When did Holm resign?", "Who is Holm?", "When did she resign?"),
        ("When did Holm workers strike?", "Who is Holm?", None),
    ],
)
def test_the_pronoun_fits_its_place(question: str, said: str, made: str | None) -> None:
    assert shortenings(question, said, "Then she said that she was ill.") == {made}


def follow_up(tmp_path: Path, question: str, before: tuple[str, str], answer: str) -> list[str]:
    """The rewrites made of one follow-up of an event."""
    text = "Holm sold the mill on Monday. She was glad."
    asked = {
        "question": question,
        "answers": [{"text": answer, "answer_start": 0}],
        "history": [{"question": before[0], "answer": before[1]}],
    }
    document = {"data": [{"paragraphs": [{"context": text, "qas": [asked]}]}]}
    path = tmp_path / "followed.json.gz"
    path.write_bytes(gzip.compress(json.dumps(document).encode(), mtime=0))
    return [pair.rewrite for pair in qasrl.load(path)]


def test_a_pronoun_of_an_event_is_put_back(tmp_path: Path) -> None:
    sold = ("What did Holm sell?", "the mill")
    assert follow_up(tmp_path, "When did she sell the mill?", sold, "Monday") == [
        "When did Holm sell the mill?"
    ]
    # The name is what is asked for: the pronoun is the answer.
    assert follow_up(tmp_path, "Who sold it?", sold, "Holm") == ["Who sold the mill?"]
    assert follow_up(tmp_path, "What was being sold by her?", sold, "the mill") == []
    assert follow_up(tmp_path, "When?", sold, "Monday") == []


def dialogues(count: int) -> list[Example]:
    return [
        Example(f"C_{number}", turn, "t", "s", (), "Why?", "Why so?")
        for number in range(count)
        for turn in (1, 2, 3)
    ]


def test_dialogues_are_split_as_wholes_and_alike_in_any_order() -> None:
    examples = dialogues(100)
    parts = corpus.split(examples)
    held = [{example.dialogue for example in part} for part in (parts.train, parts.dev, parts.test)]
    assert [len(names) for names in held] == [12, corpus.HELD_OUT, corpus.HELD_OUT]
    assert len(set.union(*held)) == 100
    assert len(parts.train) + len(parts.dev) + len(parts.test) == len(examples)
    shuffled = random.Random(3).sample(examples, len(examples))
    other = corpus.split(shuffled)
    assert set(other.train) == set(parts.train)
    assert set(other.dev) == set(parts.dev)
    assert set(other.test) == set(parts.test)


@pytest.mark.parametrize("lost", [str(corpus.CANARD), *corpus.MADE_OF])
def test_missing_data_is_named(tmp_path: Path, lost: str) -> None:
    for name in {str(corpus.CANARD), *corpus.MADE_OF} - {lost}:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    with pytest.raises(UsageError, match=r"is missing; .* make rewriter DATA=") as raised:
        corpus.check_data(tmp_path)
    assert str(raised.value).startswith(str(tmp_path / lost))
