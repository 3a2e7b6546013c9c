"""Predictions from logits, and the figures on them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from tests.training.builders import CONTEXT, example
from training import checkpoint
from training.evaluate import figures, module_scorer, sample, torch_scorer
from training.features import load_tokenizer
from training.metrics import roc_area
from training.model import SpanReader
from training.predict import Ids, Logits, Prediction, Scorer, predict
from training.squad import Example

pytestmark = pytest.mark.slow


def pointing_at(tokenizer_folder: Path, answer: str, height: float, null: float) -> Scorer:
    """Scores an answer's first and last token with ``height``, "no answer" with ``null``."""
    wanted = load_tokenizer(tokenizer_folder, 128, 32).encode(answer, add_special_tokens=False).ids

    def score(ids: Ids, mask: Ids, types: Ids) -> tuple[Logits, Logits]:
        starts = np.zeros(ids.shape, dtype=np.float32)
        ends = np.zeros(ids.shape, dtype=np.float32)
        starts[:, 0] = ends[:, 0] = null / 2
        for row, column in np.ndindex(ids.shape):
            if ids[row, column : column + len(wanted)].tolist() == wanted:
                starts[row, column] = height
                ends[row, column + len(wanted) - 1] = height
        return starts, ends

    return score


@pytest.mark.parametrize("max_tokens", [40, 128])
def test_the_best_span_of_all_windows_is_found(tiny_encoder: Path, max_tokens: int) -> None:
    tokenizer = load_tokenizer(tiny_encoder, max_tokens, 12)
    asked = [example(), replace(example(), context=CONTEXT[::-1], golds=()), example("noon")]
    scorer = pointing_at(tiny_encoder, "the next day", height=4, null=3)
    found = predict(scorer, tokenizer, asked, batch_windows=2)
    assert [prediction.text for prediction in found][::2] == ["the next day"] * 2
    assert found[0].margin == pytest.approx(5)
    assert CONTEXT[found[0].start : found[0].end] == "the next day"
    assert found[1].margin == pytest.approx(-3)


def test_the_question_is_no_answer(tiny_encoder: Path) -> None:
    tokenizer = load_tokenizer(tiny_encoder, 128, 12)
    asked = replace(example(), question="In Reykjavik?", context="It began at noon.", golds=())
    (found,) = predict(pointing_at(tiny_encoder, "Reykjavik", 9, 0), tokenizer, [asked])
    assert found.margin == pytest.approx(0)


def test_a_text_without_words_has_no_span(tiny_encoder: Path) -> None:
    tokenizer = load_tokenizer(tiny_encoder, 128, 12)
    blank = replace(example(), context=" ", golds=())
    (found,) = predict(pointing_at(tiny_encoder, "noon", 1, 0), tokenizer, [blank])
    assert found == Prediction("", 0, 0, -np.inf)


def test_contexts_are_read_under_their_titles_and_cited_without(tiny_encoder: Path) -> None:
    """The title is part of the input; no span is taken from it, and offsets are the context's."""
    read: list[str] = []

    def watched(tokenizer: Tokenizer, scorer: Scorer) -> Scorer:
        def score(ids: Ids, mask: Ids, types: Ids) -> tuple[Logits, Logits]:
            read.extend(tokenizer.decode(row.tolist()) for row in ids)
            return scorer(ids, mask, types)

        return score

    tokenizer = load_tokenizer(tiny_encoder, 128, 12)
    both = replace(example("noon"), title="noon_in  Oslo")
    elsewhere = replace(both, context="It began in Reykjavik.", golds=())
    headed = replace(both, heading="noon. ")
    scorer = watched(tokenizer, pointing_at(tiny_encoder, "noon", height=4, null=3))
    found = predict(scorer, tokenizer, [both, elsewhere, headed])
    at = CONTEXT.index("noon")
    assert [(p.text, p.start, p.end) for p in found][::2] == [("noon", at, at + 4)] * 2
    assert found[0].margin == pytest.approx(5)
    assert found[1].margin < 0, "what only the title says is no answer"
    assert sum("noon in oslo | " in text for text in read) == 2
    assert sum("noon. | " in text for text in read) == 1
    read.clear()
    found = predict(scorer, tokenizer, [both], titles=False)
    assert [(p.text, p.start, p.end) for p in found] == [("noon", at, at + 4)]
    assert not any("|" in text for text in read)


@pytest.mark.parametrize("max_tokens", [40, 128])
def test_a_span_of_any_window_has_its_place_in_the_context(
    max_tokens: int, tiny_encoder: Path
) -> None:
    tokenizer = load_tokenizer(tiny_encoder, max_tokens, 12)
    scorer = pointing_at(tiny_encoder, "the next day", height=4, null=3)
    (found,) = predict(scorer, tokenizer, [replace(example(), title="The talks in Reykjavik")])
    assert CONTEXT[found.start : found.end] == found.text == "the next day"


def test_figures_agree_with_hand_counts() -> None:
    unanswerable = replace(example(), golds=())
    pairs: list[tuple[Example, Prediction]] = [
        (example("105 minutes"), Prediction("The 105 minutes.", 0, 0, 3.0)),  # right
        (example("noon"), Prediction("at noon", 0, 0, 2.0)),  # two words, one right
        (example(), Prediction("dark", 0, 0, 1.0)),  # wrong
        (unanswerable, Prediction("dark", 0, 0, 2.0)),
        (unanswerable, Prediction("dark", 0, 0, -1.0)),
    ]
    result = figures(*map(list, zip(*pairs, strict=True)))
    assert result["questions"] == 3
    assert result["unanswerable"] == 2
    assert result["exact"] == pytest.approx(100 / 3, abs=0.01)
    assert result["f1"] == pytest.approx(100 * (1 + 2 / 3) / 3, abs=0.01)
    assert result["area"] == pytest.approx(100 * 4.5 / 6, abs=0.01)
    assert result["best_accuracy"] == pytest.approx(80)
    assert result["best_threshold"] == 1.0


def test_the_area_counts_ties_half() -> None:
    assert roc_area([2, 3], [1, 2]) == pytest.approx(0.875)
    assert roc_area([2, 3], [-np.inf, 1]) == 1
    assert np.isnan(roc_area([], [1]))


def test_a_sample_is_the_same_in_every_run() -> None:
    pool = [replace(example(), id=str(number)) for number in range(50)]
    assert sample(pool, 10) == sample(pool, 10)
    assert len({made.id for made in sample(pool, 10)}) == 10
    assert sample(pool, 0) == pool


def test_weights_are_read_from_the_result_and_from_a_checkpoint(
    tmp_path: Path, tiny_encoder: Path
) -> None:
    """Of a checkpoint the averaged weights count, as they do for the result."""
    model = SpanReader(tiny_encoder).eval()
    average = {name: value + 0.5 for name, value in model.state_dict().items()}
    torch.save(average, tmp_path / "reader.pt")
    checkpoint.save_atomically(
        tmp_path / "last.pt", {"average": average, "model": model.state_dict()}
    )
    ids = np.arange(12).reshape(2, 6)
    inputs = (ids, np.ones_like(ids), np.zeros_like(ids))
    one, other = (
        torch_scorer(tmp_path / name, tiny_encoder, threads=1)(*inputs)[0]
        for name in ("reader.pt", "last.pt")
    )
    assert np.array_equal(one, other)
    assert not np.allclose(one, module_scorer(model)(*inputs)[0])
