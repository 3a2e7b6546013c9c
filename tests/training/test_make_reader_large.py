"""``make reader-large``: the second reader learns from the first one's mistakes."""

from __future__ import annotations

import json
import shutil
import sys
import types
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.training.builders import write_mpnet
from tests.training.test_training import same, stop_at, weights
from training import large, mistakes, prepare, recipe, sets
from training.evaluate import torch_scorer
from training.features import Features
from training.model import SpanReader
from training.predict import Scorer

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def first_reader(tmp_path: Path, tiny_data: Path, tiny_encoder: Path) -> Path:
    """What ``make reader`` leaves, as far as it is needed: every row was hard."""
    graph = tmp_path / "reader-hard" / "export" / "reader.onnx"
    graph.parent.mkdir(parents=True)
    (tmp_path / "reader").mkdir()
    torch.save(SpanReader(tiny_encoder).state_dict(), tmp_path / "first.pt")
    graph.write_text(str(tmp_path / "first.pt"))
    (graph.parent / "reader.json").write_text("{}")
    shutil.copy(tiny_encoder / "tokenizer.json", graph.parent)
    (tmp_path / "reader-hard" / "dev.json").touch()
    rows, _, _ = sets.training_rows(tiny_data, 0.1, 13)
    lines = [json.dumps([example.id, 1.0]) for own in rows.values() for example in own]
    (tmp_path / "reader" / "losses.jsonl").write_text("\n".join(lines))
    return tmp_path


def result_folder() -> Path:
    return Path(sys.argv[sys.argv.index("--out") + 1])


def no_export() -> None:
    result_folder().mkdir(exist_ok=True)
    (result_folder() / "reader.json").write_text("{}")


def no_calibration() -> None:
    (Path(sys.argv[1]) / "calibration-large.json").write_text("{}")


@pytest.fixture(scope="module")
def mpnet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once: word pieces of equal frequency are learnt in any order."""
    return write_mpnet(tmp_path_factory.mktemp("tiny-mpnet"))


@pytest.fixture(autouse=True)
def stand_ins(tiny_encoder: Path, mpnet: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Instead of download, export and calibration, which have tests of their own; the names of
    those that were called.
    """
    calls: list[str] = []

    def replaced(name: str, write: Callable[[], object]) -> None:
        def main() -> None:
            calls.append(name)
            write()

        module = types.ModuleType(f"training.{name}")
        module.main = main  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, f"training.{name}", module)

    def scorer(graph: Path, threads: int) -> Scorer:
        return torch_scorer(Path(graph.read_text()), tiny_encoder, threads)

    replaced("encoders", lambda: shutil.copytree(mpnet, result_folder(), dirs_exist_ok=True))
    replaced("export", no_export)
    replaced("calibrate", no_calibration)
    monkeypatch.setattr(prepare, "onnx_scorer", scorer)
    return calls


def call(data: Path, out: Path) -> list[str]:
    return f"--data {data} --out {out} --save-minutes 0".split()


def test_stopped_and_started_again_it_ends_the_same(
    first_reader: Path,
    tmp_path_factory: pytest.TempPathFactory,
    tiny_data: Path,
    stand_ins: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = tmp_path_factory.mktemp("whole")
    shutil.copytree(first_reader, whole, dirs_exist_ok=True)
    large.main(call(tiny_data, whole))
    stand_ins.clear()
    given = call(tiny_data, first_reader)
    with monkeypatch.context() as patch:
        stop_at(2, patch)
        with pytest.raises(SystemExit) as stopped:
            large.main(given)
    assert stopped.value.code == recipe.STOPPED
    large.main(given)
    found, wanted = (weights(folder, "reader-large/reader.pt") for folder in (first_reader, whole))
    assert same(found, wanted)
    assert stand_ins == ["encoders", "encoders", "export", "calibrate"]
    stand_ins.clear()
    large.main(given)
    assert stand_ins == ["encoders"], "the rest is done"


def test_frozen_layers_come_out_as_they_went_in(first_reader: Path, tiny_data: Path) -> None:
    large.main(call(tiny_data, first_reader))
    after = weights(first_reader, "reader-large/reader-raw.pt")
    before = SpanReader(first_reader / "encoders" / "mpnet-10").state_dict()
    moved = {name for name, value in after.items() if not torch.equal(value, before[name])}
    assert not any("embeddings" in name or "layer.0." in name for name in moved)
    assert any("layer.2." in name for name in moved)


def test_groups_hold_the_negatives_that_the_first_reader_is_surest_of(
    first_reader: Path, tiny_data: Path
) -> None:
    large.main(call(tiny_data, first_reader))
    features = Features.load(first_reader / "reader-large" / "round-1.npz")
    sizes = np.bincount(features.groups)
    assert 1 < sizes.max() <= 1 + mistakes.KEPT[1]
    answered = features.starts[:, 0] > 0
    for group in np.flatnonzero(sizes > 1):
        assert answered[features.groups == group].tolist() == [True] + [False] * (sizes[group] - 1)


def test_the_recipe_is_that_of_the_readme() -> None:
    made = large.steps(large.arguments().parse_args(["--out", "build", "--data", "D"]))
    text = (ROOT / "training" / "README.md").read_text("utf-8")
    shown = " ".join(text.replace("\\\n", " ").replace("../shared/data", "D").split())
    for step in made:
        line = f"python -m training.{step.name} {' '.join(step.arguments)}"
        assert line.replace(" --save-minutes 5", "") in shown


def test_without_a_first_reader_it_says_so(
    tmp_path: Path, tiny_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        large.main(call(tiny_data, tmp_path / "build"))
    assert ended.value.code == 2
    missing = tmp_path / "build" / "reader" / "losses.jsonl"
    said = capsys.readouterr().err
    assert said == f"pullquote: {missing} is missing; run make reader first.\n"
