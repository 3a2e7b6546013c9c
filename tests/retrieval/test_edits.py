"""Completing questions: layout, decoding, spelling, and one sentence for every broken file."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from retrieval.doubles import ScriptedEditModel
from retrieval.edits.applying import fullest_name, text_edit
from retrieval.edits.decoding import BEGIN, INSIDE, EditScores, Proposal, apart, proposals
from retrieval.edits.layout import MOST_TOKENS, Layout, lay_out
from retrieval.edits.model import (
    GRAPH_FILE,
    SETTINGS_FILE,
    TOKENIZER_FILE,
    OnnxEditModel,
    bundled_folder,
)
from retrieval.edits.values import CONNECTORS, EditModel, TextEdit
from retrieval.errors import ModelError

from .builders import assert_one_sentence

PIECES = [
    "his",
    " it ",
    "the ",
    "? ",
    " Lavrov’s",
    "\r\n",
    "\t",
    "\u00a0",
    "\u200b",
    "\u202e",
    "🙂",
    "e\u0301",
]
HOSTILE = st.lists(
    st.one_of(st.characters(codec="utf-8"), st.sampled_from(PIECES)), max_size=60
).map("".join)


def applied(question: str, edits: Sequence[TextEdit]) -> str:
    for edit in reversed(edits):
        question = question[: edit.start] + edit.text + question[edit.end :]
    return question


@cache
def opened_tokenizer() -> Tokenizer:
    found = Tokenizer.from_file(str(bundled_folder() / TOKENIZER_FILE))
    found.no_padding()
    found.no_truncation()
    return found


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return opened_tokenizer()


@pytest.fixture(scope="module")
def bundled() -> OnnxEditModel:
    return OnnxEditModel(bundled_folder())


def words(layout: Layout, text: str) -> list[str]:
    return [text[word.start : word.end] for word in layout.question]


def test_every_word_knows_its_place_in_its_text_and_its_tokens(tokenizer: Tokenizer) -> None:
    question, texts = "How long did it last?", ["Reykjavik talks", "Lavrov’s yacht"]
    layout = lay_out(tokenizer, question, texts)
    assert words(layout, question) == ["How", "long", "did", "it", "last", "?"]
    around = [(w.text, texts[w.text - 1][w.start : w.end]) for w in layout.context]
    assert around[:2] == [(1, "Reykjavik"), (1, "talks")]
    assert around[2][0] == 2
    assert len(layout.ids) == len(layout.types)
    assert layout.types[layout.question_end] == 0
    assert layout.types[layout.question_end + 1] == 1
    tokens = [w.last - w.first for w in (*layout.question, *layout.context)]
    assert sum(tokens) + 2 + len(texts) == len(layout.ids)


def test_what_does_not_fit_is_left_out_the_least_important_first(tokenizer: Tokenizer) -> None:
    layout = lay_out(tokenizer, "Why?", ["first " * 100, "second " * 300, "third"])
    assert len(layout.ids) <= MOST_TOKENS
    assert {word.text for word in layout.context} == {1, 2}
    assert sum(word.text == 1 for word in layout.context) == 100


@given(HOSTILE, st.lists(HOSTILE, max_size=3))
@settings(max_examples=60)
def test_no_text_breaks_the_layout(question: str, texts: list[str]) -> None:
    layout = lay_out(opened_tokenizer(), question, texts)
    for word in layout.context:
        assert 0 <= word.start <= word.end <= len(texts[word.text - 1])
        assert 0 < word.first < word.last < len(layout.ids)


def scores_for(layout: Layout, **at: object) -> EditScores:
    """Scores that edit nothing, for a test to change."""
    size = len(layout.ids)
    tags = np.zeros((size, 3), np.float32)
    tags[:, 0] = 9.0
    return EditScores(
        tags,
        np.full(size, -9.0, np.float32),
        np.zeros((size, 15), np.float32),
        np.full((4, size, size), -9.0, np.float32),
    )


def test_a_replaced_phrase_and_its_meaning_are_read_off_the_scores(tokenizer: Tokenizer) -> None:
    question, texts = "Did that film do well?", ["He made Double Dragon."]
    layout = lay_out(tokenizer, question, texts)
    scores = scores_for(layout)
    that, film = layout.question[1].first, layout.question[2].first
    scores.tags[that, BEGIN] = scores.tags[film, INSIDE] = 18.0
    scores.pointers[0, that, layout.context[2].first] = 9.0
    scores.pointers[1, that, layout.context[3].last - 1] = 9.0
    (found,) = proposals(question, texts, layout, scores)
    assert (found.first, found.last, found.start, found.end) == (1, 3, 2, 4)
    assert found.probability > 0.99
    assert found.certainty > 0.99
    edit = text_edit(question, texts, layout, found, "")
    assert applied(question, [edit]) == "Did Double Dragon do well?"


def test_a_pronoun_is_replaced_alone_whatever_the_scores_say(tokenizer: Tokenizer) -> None:
    question, texts = "When did he retire?", ["Lavrov retired."]
    layout = lay_out(tokenizer, question, texts)
    scores = scores_for(layout)
    scores.tags[layout.question[2].first, BEGIN] = 18.0
    scores.tags[layout.question[3].first, INSIDE] = 18.0
    (found,) = proposals(question, texts, layout, scores)
    assert (found.first, found.last) == (2, 3)


def test_the_verb_that_did_asks_for_stays(tokenizer: Tokenizer) -> None:
    question, texts = "What did this cause?", ["The flood came."]
    layout = lay_out(tokenizer, question, texts)
    scores = scores_for(layout)
    scores.tags[layout.question[2].first, BEGIN] = 18.0
    scores.tags[layout.question[3].first, INSIDE] = 18.0
    (found,) = proposals(question, texts, layout, scores)
    assert (found.first, found.last) == (2, 3)


def test_places_of_equal_words_are_taken_together(tokenizer: Tokenizer) -> None:
    question, texts = "When did he retire?", ["Reed sang", "Lavrov spoke", "Lavrov left"]
    layout = lay_out(tokenizer, question, texts)
    scores = scores_for(layout)
    at = layout.question[2].first
    scores.tags[at, BEGIN] = 18.0
    spoken = [w for w in layout.context if texts[w.text - 1][w.start : w.end] == "Lavrov"]
    reed = layout.context[0]
    for row, place in ((0, "first"), (1, "last")):
        shift = -1 if place == "last" else 0
        scores.pointers[row, at, getattr(reed, place) + shift] = 1.2
        for word in spoken:
            scores.pointers[row, at, getattr(word, place) + shift] = 1.0
    (found,) = proposals(question, texts, layout, scores)
    edit = text_edit(question, texts, layout, found, "")
    assert edit.text == "Lavrov"


def test_nothing_is_proposed_without_texts(tokenizer: Tokenizer) -> None:
    layout = lay_out(tokenizer, "Why?", [])
    assert proposals("Why?", [], layout, scores_for(layout)) == ()


def test_nothing_is_added_in_the_midst_of_words_that_give_way() -> None:
    gives_way, within = Proposal(1, 3, 0, 1, 1, 1), Proposal(2, 2, 0, 1, 1, 1)
    before, after = Proposal(1, 1, 0, 1, 1, 1), Proposal(3, 3, 0, 1, 1, 1)
    assert apart([before, gives_way, within, after]) == [before, gives_way, after]
    assert apart([before, within, after]) == [before, within, after]


@pytest.mark.parametrize(
    ("question", "place", "connector", "becomes"),
    [
        ("Who was his wife?", (2, 3), "", "Who was Lavrov's wife?"),
        ("Who met her in Oslo?", (2, 3), "", "Who met Lavrov in Oslo?"),
        ("What was her name?", (2, 3), "", "What was Lavrov's name?"),
        ("Did it end?", (1, 2), "", "Did Lavrov end?"),
        ("Anything else?", (2, 2), "besides", "Anything else besides Lavrov?"),
        ("Who else came", (3, 3), "with", "Who else came with Lavrov"),
        ("Why were there problems?", (4, 4), "with", "Why were there problems with Lavrov?"),
        ("Who else?", (0, 0), "besides", "besides Lavrov Who else?"),
        ("Which minister came?", (2, 2), "of", "Which minister of Lavrov came?"),
    ],
)
def test_a_phrase_is_spelled_so_that_it_fits(
    tokenizer: Tokenizer, question: str, place: tuple[int, int], connector: str, becomes: str
) -> None:
    texts = ["Yes, Lavrov came."]
    layout = lay_out(tokenizer, question, texts)
    at = next(i for i, w in enumerate(layout.context) if texts[0][w.start : w.end] == "Lavrov")
    edit = text_edit(question, texts, layout, Proposal(*place, at, at + 1, 1, 1), connector)
    assert applied(question, [edit]) == becomes


@pytest.mark.parametrize(
    ("phrase", "texts", "name"),
    [
        ("Wilson", ["Brian Wilson"], "Brian Wilson"),
        ("Wilson", ["He met Brian Wilson’s band."], "Brian Wilson"),
        ("Paul Whelan", ["former U.S. Marines Paul Whelan and Trevor Reed"], "Paul Whelan"),
        ("Pinhead", ["Pinhead (Hellraiser)"], "Pinhead"),
        ("Council", ["The Arctic Council"], "The Arctic Council"),
        ("the meeting", ["the meeting in Oslo"], "the meeting"),
        ("Reed", ["Reed", "Trevor Reed"], "Reed"),
        ("Reed", [], "Reed"),
        ("Lavrov", [" Lavrov’s"], "Lavrov"),
        ("Lavrov", ["Sergei  Lavrov\r\n"], "Sergei Lavrov"),
        ("Lavrov", ["\u00a0Sergei\u00a0Lavrov (minister)\t"], "Sergei Lavrov"),
        ("Lavrov", ["Sergei Lavrov ."], "Sergei Lavrov"),
    ],
)
def test_a_short_name_becomes_the_full_one(phrase: str, texts: list[str], name: str) -> None:
    assert fullest_name(phrase, texts) == name


CONTEXT = ["Sergei Lavrov", "Sergei Lavrov met Blinken in Reykjavik.", "Who met Blinken?"]


@pytest.fixture(params=["bundled", "scripted"])
def completer(request: pytest.FixtureRequest, bundled: OnnxEditModel) -> EditModel:
    return bundled if request.param == "bundled" else ScriptedEditModel({"he": "Sergei Lavrov"})


def test_every_completer_puts_in_what_stands_in_the_texts(completer: EditModel) -> None:
    question = "When did he arrive?"
    edits = completer.edits(question, CONTEXT)
    assert applied(question, edits) == "When did Sergei Lavrov arrive?"
    for edit in edits:
        assert any(edit.phrase in text for text in CONTEXT)
        assert edit.phrase in edit.text
        assert 0 <= edit.probability <= 1
        assert 0 <= edit.certainty <= 1
    assert completer.edits(question, CONTEXT) == edits


def test_every_completer_leaves_a_question_without_texts_alone(completer: EditModel) -> None:
    assert completer.edits("When did he arrive?", []) == ()
    assert completer.edits("", CONTEXT) == ()


def assert_it_puts_in_what_stands_in_a_text(
    edit: TextEdit, question: str, texts: Sequence[str]
) -> None:
    assert 0 <= edit.start <= edit.end <= len(question)
    assert edit.phrase
    assert edit.phrase == edit.phrase.strip()
    assert edit.phrase in edit.text
    assert any(edit.phrase in " ".join(text.split()) for text in texts)


@given(HOSTILE, st.lists(HOSTILE, max_size=3))
@settings(max_examples=40)
@example("00 it ", [" Lavrov’s"])
@example("How did the band get started?", ["Travis (band)", "Formation and early years"])
def test_no_text_breaks_the_bundled_model(question: str, texts: list[str]) -> None:
    edits = _BUNDLED.edits(question, texts)
    for edit in edits:
        assert_it_puts_in_what_stands_in_a_text(edit, question, texts)
    assert all(one.end <= other.start for one, other in pairwise(edits))


NAMES = ["Sergei ", "Lavrov’s ", "of ", "the ", "a ", "In ", "Oslo. ", "(minister) ", "film "]
TOLD = st.lists(
    st.one_of(st.sampled_from(NAMES), st.sampled_from(PIECES), st.characters(codec="utf-8")),
    max_size=12,
).map("".join)


@given(TOLD, st.lists(TOLD, min_size=1, max_size=3), st.data())
@settings(max_examples=200)
def test_whatever_is_proposed_what_is_put_in_stands_in_a_text(
    question: str, texts: list[str], data: st.DataObject
) -> None:
    layout = lay_out(opened_tokenizer(), question, texts)
    assume(layout.context)
    first = data.draw(st.integers(0, len(layout.question)), "first")
    last = data.draw(st.integers(first, len(layout.question)), "last")
    start = data.draw(st.integers(0, len(layout.context) - 1), "start")
    of_one_text = sum(w.text == layout.context[start].text for w in layout.context[start:])
    end = start + data.draw(st.integers(1, of_one_text), "words")
    connector = data.draw(st.sampled_from(CONNECTORS), "connector")
    edit = text_edit(question, texts, layout, Proposal(first, last, start, end, 1, 1), connector)
    assert_it_puts_in_what_stands_in_a_text(edit, question, texts)


@pytest.mark.parametrize(
    ("question", "text", "phrase", "becomes"),
    [
        ("Which actors came?", "It was a film.", "film", "Which of the film actors came?"),
        ("Which Angle came?", "It was about Kurt Angle.", "Kurt", "Which of Kurt Angle came?"),
    ],
)
def test_an_article_stands_beside_the_phrase_not_in_it(
    tokenizer: Tokenizer, question: str, text: str, phrase: str, becomes: str
) -> None:
    layout = lay_out(tokenizer, question, [text])
    at = next(i for i, w in enumerate(layout.context) if text[w.start : w.end] == phrase)
    edit = text_edit(question, [text], layout, Proposal(1, 1, at, at + 1, 1, 1), "of")
    assert edit.phrase == phrase
    assert applied(question, [edit]) == becomes


_BUNDLED = OnnxEditModel(bundled_folder())


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / GRAPH_FILE).unlink(),
        lambda folder: (folder / TOKENIZER_FILE).unlink(),
        lambda folder: (folder / SETTINGS_FILE).unlink(),
        lambda folder: (folder / SETTINGS_FILE).write_text("[]"),
        lambda folder: (folder / SETTINGS_FILE).write_text('{"sha256": 1}'),
        lambda folder: (folder / GRAPH_FILE).write_bytes(b"no graph"),
        lambda folder: (folder / TOKENIZER_FILE).write_text("{}"),
    ],
)
def test_a_broken_file_is_one_sentence(spoil: Callable[[Path], object], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(bundled_folder(), tmp_path / "model"))
    spoil(folder)
    with pytest.raises(ModelError) as caught:
        OnnxEditModel(folder).load()
    assert_one_sentence(str(caught.value))
    assert "install pullquote again" in str(caught.value)


def test_a_tokenizer_that_cannot_be_loaded_is_one_sentence(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(bundled_folder(), tmp_path / "model"))
    (folder / TOKENIZER_FILE).write_text("{}")
    record = json.loads((folder / SETTINGS_FILE).read_text())
    record["sha256"][TOKENIZER_FILE] = (
        "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    )
    (folder / SETTINGS_FILE).write_text(json.dumps(record))
    with pytest.raises(ModelError, match="cannot be loaded"):
        OnnxEditModel(folder).load()
