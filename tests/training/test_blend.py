"""The mean of two trainings, tensor by tensor, and its place in the recipe."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
import torch

from training import blend as command
from training import recipe
from training.blend import State, blend

pytestmark = pytest.mark.slow


def state(value: float, **more: torch.Tensor) -> State:
    return {
        "weight": torch.full((2, 3), value),
        "bias": torch.tensor([value, -value]),
        "scale": torch.tensor(value),
        "position_ids": torch.tensor([int(value)]),
        **more,
    }


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_every_tensor_is_the_weighted_mean(share: float) -> None:
    torch.manual_seed(0)
    first = {"a": torch.randn(3, 4), "b": torch.randn(5)}
    second = {"a": torch.randn(3, 4), "b": torch.randn(5)}
    kept = {name: (first[name].clone(), second[name].clone()) for name in first}
    mean = blend(first, second, share)
    assert list(mean) == list(first)
    for name, (one, other) in kept.items():
        torch.testing.assert_close(mean[name], (1 - share) * one + share * other)
        assert torch.equal(first[name], one), "the ones given stay as they are"
        assert torch.equal(second[name], other)


def test_whole_numbers_are_those_of_the_first() -> None:
    mean = blend(state(1.0), state(4.0), 0.5)
    assert mean["position_ids"].tolist() == [1]
    assert mean["position_ids"].dtype == torch.int64
    assert mean["scale"].item() == 2.5


def test_the_order_of_the_names_does_not_matter() -> None:
    second = dict(reversed(state(3.0).items()))
    assert blend(state(1.0), second, 0.5)["weight"].tolist() == [[2.0] * 3] * 2


@pytest.mark.parametrize(
    "other",
    [
        state(2.0, weight=torch.zeros(3, 2)),
        state(2.0, weight=torch.zeros(1, 3)),  # would be broadcast
        state(2.0, more=torch.zeros(1)),
        {name: value for name, value in state(2.0).items() if name != "bias"},
        {},
    ],
    ids=["turned", "broadcast", "one more", "one less", "none"],
)
def test_other_architectures_are_refused(other: State) -> None:
    for pair in ((state(1.0), other), (other, state(1.0))):
        with pytest.raises(ValueError, match="not of one architecture"):
            blend(*pair, 0.5)


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.save(state(1.0), tmp_path / "a.pt")
    torch.save(state(3.0), tmp_path / "b.pt")
    out = tmp_path / "new" / "c.pt"
    given = ["blend", str(tmp_path / "a.pt"), str(tmp_path / "b.pt"), "--out", str(out)]
    for more, expected in (([], 2.0), (["--share", "0.25"], 1.5)):
        monkeypatch.setattr(sys, "argv", [*given, *more])
        command.main()
        assert torch.load(out, weights_only=True)["scale"].item() == expected
    assert [path.name for path in out.parent.iterdir()] == ["c.pt"]


def steps(out: Path) -> list[recipe.Step]:
    return recipe.steps(recipe.arguments().parse_args(["--out", str(out), "--data", "D"]))


def test_the_recipe_blends_both_trainings_and_exports_the_blend(tmp_path: Path) -> None:
    made = steps(tmp_path)
    names = [step.name for step in made]
    assert names == ["prepare", "train", "prepare", "train", "blend", "export", "calibrate"]
    first, second = tmp_path / "reader", tmp_path / "reader-news"
    blended, exported = made[4], made[5]
    assert blended.arguments[:2] == (str(first / "reader.pt"), str(second / "reader.pt"))
    assert blended.arguments[-2:] == ("--out", str(blended.result))
    assert exported.arguments[0] == str(blended.result)
    assert exported.inputs == (blended.result,)


def test_the_blend_is_made_anew_when_a_training_is_newer(tmp_path: Path) -> None:
    step = steps(tmp_path)[4]
    for name in ("reader", "reader-news"):
        (tmp_path / name).mkdir()
        torch.save(state(1.0 if name == "reader" else 3.0), tmp_path / name / "reader.pt")
    assert not step.is_done()
    step.run()
    assert step.result is not None
    assert torch.load(step.result, weights_only=True)["scale"].item() == 2.0
    assert step.is_done()
    os.utime(step.result, (1, 1))
    assert not step.is_done()
