"""Losses by row are those of the training, kept over a stop, and of one reader only."""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.training.builders import CONTEXT, example, talks
from training import losses, sets
from training.batches import collate
from training.evaluate import module_scorer
from training.features import featurise, load_tokenizer
from training.model import SpanReader

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def reader(tiny_encoder: Path) -> SpanReader:
    torch.manual_seed(3)
    reader = SpanReader(tiny_encoder).eval()
    with torch.no_grad():
        reader.head.weight.mul_(50)
    return reader


def test_they_are_those_of_the_training(reader: SpanReader, tiny_encoder: Path) -> None:
    """On the very same windows, of different lengths, answerable and not."""
    rows = [*talks(), example(), example("105 minutes"), replace(example("noon"), golds=())]
    features = featurise([((e,),) for e in rows], load_tokenizer(tiny_encoder, 128, 32), seed=0)
    chosen = [0, 11, 12, 3, 10]
    with torch.no_grad():
        expected = reader.group_losses(collate(features, np.array(chosen)))
    found = list(losses.losses(module_scorer(reader), features, chosen))
    # The batch numbers its groups by their place in the features.
    order = np.argsort(np.argsort(chosen))
    assert found == pytest.approx(expected[order.tolist()].tolist(), abs=1e-4)


@pytest.fixture
def command(
    tmp_path: Path,
    tiny_data: Path,
    tiny_encoder: Path,
    reader: SpanReader,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """The whole command, with a torch reader in the graph's place; where it writes."""
    graph, out = tmp_path / "reader.onnx", tmp_path / "losses.jsonl"
    graph.write_bytes(b"the first reader")
    given = f"losses {graph} --data {tiny_data} --out {out} --encoder {tiny_encoder}"
    monkeypatch.setattr(sys, "argv", given.split())
    monkeypatch.setattr(losses, "onnx_scorer", lambda path, threads: module_scorer(reader))
    return out


def wanted(data: Path) -> set[str]:
    return {e.id for own in sets.training_rows(data, 0.1, 13)[0].values() for e in own}


def test_every_row_has_a_loss(command: Path, tiny_data: Path) -> None:
    losses.main()
    found = losses.read(command)
    assert set(found) == wanted(tiny_data)
    assert all(loss >= 0 for loss in found.values())
    before = command.read_bytes()
    losses.main()
    assert command.read_bytes() == before, "what is whole is left alone"


def test_it_goes_on_after_a_stop_and_forgives_a_cut_line(
    command: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    losses.main()
    whole = losses.read(command)
    command.unlink()
    (command.parent / "losses-recipe.json").unlink()
    scored, calls = losses._scored, itertools.count(1)

    def dying(*given: Any) -> Iterator[tuple[str, float]]:
        if next(calls) == 3:
            raise KeyboardInterrupt
        return scored(*given)

    with monkeypatch.context() as patch:
        patch.setattr(losses, "_AT_ONCE", 10)
        patch.setattr(losses, "_scored", dying)
        with pytest.raises(KeyboardInterrupt):
            losses.main()
    command.write_bytes(command.read_bytes()[:-4])  # as if killed in the middle of a line
    done = losses.read(command)
    assert len(done) == 19
    losses.main()
    assert losses.read(command) == pytest.approx(whole, abs=1e-3)
    rest = command.read_text().splitlines()[20:]
    assert len(rest) == len(whole) - len(done), "no row is scored twice"


def test_rows_that_no_window_answers_are_no_obstacle(
    command: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Was: where only such rows were left after a stop, there was nothing to join, and a crash."""
    lost = example(CONTEXT)
    monkeypatch.setattr(sets, "training_rows", lambda *_: ({"new_wiki": [lost]}, [], []))
    monkeypatch.setattr(sys, "argv", [*sys.argv, "--max-tokens", "32"])
    losses.main()
    assert losses.read(command) == {}


@pytest.mark.parametrize("change", ["reader", "seed", "no record"])
def test_losses_of_another_reader_are_refused(
    change: str,
    command: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    losses.main()
    before = command.read_bytes()
    if change == "reader":
        (command.parent / "reader.onnx").write_bytes(b"another reader")
    elif change == "seed":
        monkeypatch.setattr(sys, "argv", [*sys.argv, "--seed", "14"])
    else:
        (command.parent / "losses-recipe.json").unlink()
    with pytest.raises(SystemExit) as ended:
        losses.main()
    assert ended.value.code == 2
    assert "holds the losses of another reader or of other rows" in capsys.readouterr().err
    assert command.read_bytes() == before


@pytest.mark.parametrize("lost", ["reader", "data"])
def test_what_is_missing_is_said(
    lost: str,
    command: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if lost == "reader":
        (command.parent / "reader.onnx").unlink()
    else:
        monkeypatch.setattr(sys, "argv", [*sys.argv, "--data", str(tmp_path / "no where")])
    with pytest.raises(SystemExit) as ended:
        losses.main()
    assert ended.value.code == 2
    said = {"reader": "export a reader first", "data": "name the folder that holds it with --data"}
    assert said[lost] in capsys.readouterr().err
    assert not command.exists()


def test_reading_losses_of_nothing(tmp_path: Path) -> None:
    assert losses.read(tmp_path / "losses.jsonl") == {}
    (tmp_path / "losses.jsonl").write_text(json.dumps(["a", 0.5]) + '\n["b", 0.')
    assert losses.read(tmp_path / "losses.jsonl") == {"a": 0.5}
