"""A training that is stopped, at any step, ends like one that is not: bit for bit."""

from __future__ import annotations

import argparse
import itertools
import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from retrieval.errors import UsageError
from tests.training.builders import example
from training import checkpoint, squad
from training.batches import collate
from training.features import Features, Unit, featurise, load_tokenizer
from training.model import SpanReader
from training.train import Trainer, arguments, settings_of, train

pytestmark = pytest.mark.slow

STEPS = 8


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, tiny_encoder: Path) -> Path:
    """Two rounds of four small batches each. Copied, not trained on."""
    folder = tmp_path_factory.mktemp("prepared")
    tokenizer = load_tokenizer(tiny_encoder, 128, 32)
    twin = replace(example(), golds=())
    for number in (1, 2):
        answers = random.Random(number).choices(["Reykjavik", "noon", "the next day"], k=20)
        # Groups of two windows, a question alone, a minimal pair.
        units: list[Unit] = [((example(answer), twin),) for answer in answers[:10]]
        units += [((example(answer),),) for answer in answers[10:]]
        units += [((example(),), (twin,)) for _ in range(5)]
        featurise(units, tokenizer, seed=number).save(folder / f"round-{number}.npz")
    squad.write(folder / "dev.json", [example(), example("105 minutes")])
    (folder / "recipe.json").write_text("{}")
    return folder


def copied(prepared: Path, target: Path) -> Path:
    target.mkdir()
    for path in prepared.iterdir():
        (target / path.name).write_bytes(path.read_bytes())
    return target


def options(out: Path, encoder: Path, *more: str) -> argparse.Namespace:
    given = f"--out {out} --encoder {encoder} --batch-tokens 560 --save-minutes 0"
    return arguments().parse_args([*given.split(), "--average-every", "2", *more])


def stop_at(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on, training stops as if killed when it comes to that step of its process."""
    original, calls = Trainer._step, itertools.count(1)

    def dying(self: Trainer, batch: object, progress: float) -> float:
        if next(calls) == step:
            raise KeyboardInterrupt
        return original(self, batch, progress)  # type: ignore[arg-type]

    monkeypatch.setattr(Trainer, "_step", dying)


def weights(folder: Path, name: str) -> dict[str, torch.Tensor]:
    return dict(torch.load(folder / name, weights_only=True))


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[key], other[key]) for key in one)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, prepared: Path, tiny_encoder: Path) -> Path:
    """A training that nothing stopped."""
    folder = copied(prepared, tmp_path_factory.mktemp("training") / "whole")
    train(options(folder, tiny_encoder))
    return folder


@pytest.mark.parametrize("stops", [(1,), (3,), (5,), (3, 2, 3)])
def test_a_stopped_training_ends_like_a_whole_one(
    stops: tuple[int, ...],
    tmp_path: Path,
    prepared: Path,
    whole: Path,
    tiny_encoder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = copied(prepared, tmp_path / "stopped")
    for step in stops:
        with monkeypatch.context() as patch:
            stop_at(step, patch)
            with pytest.raises(KeyboardInterrupt):
                train(options(folder, tiny_encoder))
        assert not (folder / "reader.pt").exists()
    train(options(folder, tiny_encoder))
    position = json.loads((folder / "finished.json").read_text())["position"]
    assert position["step"] == STEPS
    for name in ("reader.pt", "reader-raw.pt"):
        assert same(weights(folder, name), weights(whole, name))
    assert not same(weights(folder, "reader.pt"), weights(folder, "reader-raw.pt"))


def test_training_lowers_the_loss(whole: Path, tiny_encoder: Path) -> None:
    features = Features.load(whole / "round-1.npz")
    batch = collate(features, np.arange(20))

    def loss(state: dict[str, torch.Tensor]) -> float:
        model = SpanReader(tiny_encoder)
        model.load_state_dict(state)
        return float(model.loss(batch).detach())

    torch.manual_seed(13)
    untrained = dict(SpanReader(tiny_encoder).state_dict())
    assert loss(weights(whole, "reader-raw.pt")) < loss(untrained) - 0.005


def test_the_average_forgets_its_start_soon_and_then_moves_slowly() -> None:
    model = torch.nn.Linear(1, 1, bias=False)
    with torch.no_grad():
        model.weight.fill_(0)
        average = checkpoint.Average(model, decay=0.9)
        model.weight.fill_(1)
    average.update(model, step=0)
    assert average.weights["weight"].item() == pytest.approx(0.9)  # 1 - (1 + 0) / (10 + 0)
    with torch.no_grad():
        model.weight.fill_(0)
    average.update(model, step=1000)
    assert average.weights["weight"].item() == pytest.approx(0.81)


def test_a_finished_training_is_not_done_again(
    whole: Path, tiny_encoder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_at(1, monkeypatch)
    before = (whole / "reader.pt").stat().st_mtime_ns
    train(options(whole, tiny_encoder))
    assert (whole / "reader.pt").stat().st_mtime_ns == before


@pytest.mark.parametrize("change", [("--rate", "1e-3"), ("--seed", "1"), ("--batch-windows", "3")])
def test_a_result_of_other_settings_is_refused(
    change: tuple[str, str], whole: Path, tiny_encoder: Path
) -> None:
    name = change[0].strip("-").replace("-", "_")
    with pytest.raises(UsageError, match=rf"other settings \({name}\)"):
        train(options(whole, tiny_encoder, *change))


def test_a_checkpoint_on_other_rounds_is_refused(
    tmp_path: Path, prepared: Path, tiny_encoder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copied(prepared, tmp_path / "stopped")
    stop_at(3, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        train(options(folder, tiny_encoder))
    (folder / "round-2.npz").write_bytes((folder / "round-1.npz").read_bytes())
    with pytest.raises(UsageError, match=r"last\.pt.*\(rounds\)"):
        train(options(folder, tiny_encoder))


def test_a_training_starts_from_given_weights(
    tmp_path: Path, prepared: Path, whole: Path, tiny_encoder: Path
) -> None:
    folder = copied(prepared, tmp_path / "second")
    args = options(folder, tiny_encoder, "--start-from", str(whole / "reader.pt"))
    trainer = Trainer(args, settings_of(args))
    assert same(dict(trainer.model.state_dict()), weights(whole, "reader.pt"))


def test_a_training_of_so_many_tokens_ends_there_and_decayed(
    prepared: Path, tmp_path: Path, tiny_encoder: Path
) -> None:
    folder = copied(prepared, tmp_path / "some")
    tokens = sum(int(Features.load(path).bounds[-1]) for path in folder.glob("round-*.npz"))
    train(options(folder, tiny_encoder, "--tokens", str(tokens // 3)))
    position = json.loads((folder / "finished.json").read_text())["position"]
    assert tokens // 3 <= position["tokens"] < tokens // 2
    with pytest.raises(UsageError, match="tokens"):
        train(options(folder, tiny_encoder, "--tokens", str(tokens // 2)))


def test_when_the_time_is_over_it_ends_with_weights(
    tmp_path: Path, prepared: Path, tiny_encoder: Path
) -> None:
    folder = copied(prepared, tmp_path / "short")
    train(options(folder, tiny_encoder, "--minutes", "0.000001"))
    assert json.loads((folder / "finished.json").read_text())["position"]["step"] < STEPS
    assert (folder / "reader.pt").exists()


def test_without_rounds_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"run python -m training\.prepare first"):
        train(options(tmp_path, tmp_path))
