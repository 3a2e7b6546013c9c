"""A quantised reader learns on: its graph gives up its weights, and takes updates beside them."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from tokenizers import Tokenizer

from retrieval.errors import UsageError
from retrieval.reader.span_model import GRAPH_FILE, SETTINGS_FILE, OnnxSpanModel, SpanModelSettings
from tests.training.builders import CONTEXT, example, write_mpnet
from tests.training.test_training import options, weights
from training import export, parts, squad
from training.adapter.__main__ import export as export_adapted
from training.adapter.low_rank import adapt
from training.adapter.unpacking import unpacked
from training.features import featurise, load_tokenizer
from training.model import SpanReader
from training.train import Trainer, settings_of

pytestmark = pytest.mark.slow

QUESTION = "Where did the meeting begin?"
NOISE = 0.15
"""How far int8 may be from float32 here; the logits spread over some ten times as much."""


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_mpnet(tmp_path_factory.mktemp("mpnet"), words=2000)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory, encoder: Path) -> Path:
    """A quantised reader as it is shipped: smoothed, split, large constants beside the graph."""
    folder = tmp_path_factory.mktemp("shipped")
    torch.manual_seed(3)
    model = SpanReader(encoder, attention="eager")
    with torch.no_grad():
        for value in model.parameters():
            value.add_(torch.randn_like(value) * 0.2)
    torch.save(model.state_dict(), folder / "reader.pt")
    full = folder / "full.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter warns of itself
        export.to_onnx(model, folder / "traced.onnx")
    export.fuse(folder / "traced.onnx", full, heads=2, hidden=16)
    feeds = [
        {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
        }
        for ids in (np.arange(5, 45).reshape(1, -1), np.arange(60, 20, -1).reshape(1, -1))
    ]
    export.quantise(full, folder / GRAPH_FILE, feeds)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "_LARGE", 1000)
        files = parts.in_parts(folder / GRAPH_FILE, most=20_000)
    assert files, "the large constants lie beside the graph"
    (folder / "tokenizer.json").write_bytes((encoder / "tokenizer.json").read_bytes())
    names = [GRAPH_FILE, "tokenizer.json", *(file.name for file in files)]
    sums = {name: export.checksum(folder / name) for name in names}
    SpanModelSettings("tiny", sums, 64, 16, reads_titles=True).save(folder)
    return folder


def logits_of_module(state: dict[str, torch.Tensor], encoder: Path, rank: int = 0) -> np.ndarray:
    model = SpanReader(encoder).eval()
    if rank:
        adapt(model, rank)
    model.load_state_dict(state)
    encoded = Tokenizer.from_file(str(encoder / "tokenizer.json")).encode(QUESTION, CONTEXT)
    columns = (encoded.ids, encoded.attention_mask, encoded.type_ids)
    with torch.no_grad():
        start, end = model(*(torch.tensor([column[:64]]) for column in columns))
    own = [part == 1 for part in encoded.sequence_ids[:64]]
    return torch.stack([start[0], end[0]]).numpy()[:, own]


def logits_of_folder(folder: Path) -> np.ndarray:
    ((window, *_),) = OnnxSpanModel(folder).windows(QUESTION, [CONTEXT])
    return np.stack([window.start_logits, window.end_logits])


def compared(one: np.ndarray, other: np.ndarray) -> float:
    """The largest difference, where both have tokens."""
    size = min(one.shape[1], other.shape[1]) - 2
    return float(np.abs(one[:, :size] - other[:, :size]).max())


def test_a_graph_gives_up_the_weights_that_it_was_made_of(shipped: Path, encoder: Path) -> None:
    state = unpacked(shipped / GRAPH_FILE)
    made_of = torch.load(shipped / "reader.pt", weights_only=True)
    assert set(state) == set(made_of)
    assert compared(logits_of_module(state, encoder), logits_of_folder(shipped)) < NOISE
    assert compared(logits_of_module(state, encoder), logits_of_module(made_of, encoder)) < NOISE


def adapted(shipped: Path, encoder: Path, change: float, target: Path) -> dict[str, torch.Tensor]:
    """What a training might have learnt, packed into ``target``."""
    model = SpanReader(encoder)
    model.load_state_dict(unpacked(shipped / GRAPH_FILE))
    torch.manual_seed(1)
    adapt(model, rank=4)
    with torch.no_grad():
        for value in model.parameters():
            if value.requires_grad:
                value.add_(torch.randn_like(value) * change)
    torch.save(model.state_dict(), target.with_suffix(".pt"))
    export_adapted(target.with_suffix(".pt"), shipped, target)
    return model.state_dict()


def test_before_it_learns_it_says_the_same(shipped: Path, encoder: Path, tmp_path: Path) -> None:
    adapted(shipped, encoder, 0.0, tmp_path / "out")
    assert compared(logits_of_folder(tmp_path / "out"), logits_of_folder(shipped)) < 1e-4


def test_what_it_learnt_is_in_the_graph(shipped: Path, encoder: Path, tmp_path: Path) -> None:
    state = adapted(shipped, encoder, 0.1, tmp_path / "out")
    learnt = logits_of_folder(tmp_path / "out")
    assert compared(learnt, logits_of_folder(shipped)) > 3 * NOISE, "it has changed"
    assert compared(learnt, logits_of_module(state, encoder, rank=4)) < NOISE


def test_the_large_constants_stay_as_they_are(shipped: Path, encoder: Path, tmp_path: Path) -> None:
    adapted(shipped, encoder, 0.1, tmp_path / "out")
    settings = [json.loads((f / SETTINGS_FILE).read_text()) for f in (shipped, tmp_path / "out")]
    differ = {n for n, s in settings[0]["sha256"].items() if settings[1]["sha256"][n] != s}
    assert differ == {GRAPH_FILE}
    onnx.checker.check_model(str(tmp_path / "out" / GRAPH_FILE))


def test_it_is_not_written_over_its_start(shipped: Path, encoder: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="name another"):
        export_adapted(tmp_path / "reader.pt", shipped, shipped)
    with pytest.raises(UsageError, match="without --rank"):
        export_adapted(shipped / "reader.pt", shipped, tmp_path / "out")


def test_updates_are_not_put_upon_updates(shipped: Path, encoder: Path, tmp_path: Path) -> None:
    adapted(shipped, encoder, 0.1, tmp_path / "first")
    with pytest.raises(UsageError, match="from before them"):
        export_adapted(tmp_path / "first.pt", tmp_path / "first", tmp_path / "second")
    with pytest.raises(UsageError, match="holds updates already"):
        unpacked(tmp_path / "first" / GRAPH_FILE)


def test_a_graph_of_another_make_is_refused(shipped: Path, tmp_path: Path) -> None:
    graph = onnx.load(shipped / GRAPH_FILE)
    for node in graph.graph.node:
        if node.op_type == "MatMulInteger":
            node.input[1] = graph.graph.initializer[0].name
    onnx.save(graph, tmp_path / "other.onnx")
    with pytest.raises(UsageError, match="not as quantising leaves it"):
        unpacked(tmp_path / "other.onnx")


def test_only_the_updates_are_trained(shipped: Path, encoder: Path, tmp_path: Path) -> None:
    out = tmp_path
    rows = featurise([((example(),),)] * 12, load_tokenizer(encoder, 64, 16), seed=1)
    rows.save(out / "round-1.npz")
    squad.write(out / "dev.json", [example()])
    (out / "recipe.json").write_text("{}")
    args = options(out, encoder, "--start-from-graph", str(shipped / GRAPH_FILE), "--rank", "2")
    Trainer(args, settings_of(args)).run()
    before, after = unpacked(shipped / GRAPH_FILE), weights(out, "reader.pt")
    for name, value in after.items():
        whole = before.get(name.replace(".base.", "."))
        if whole is not None and value.ndim > 1 and not name.startswith("head."):
            trained = "relative_attention_bias" in name
            assert torch.equal(value, whole) != trained, name
    assert any(value.abs().max() > 0 for name, value in after.items() if ".out." in name)


def test_a_further_training_goes_on_from_the_updates(
    shipped: Path, encoder: Path, tmp_path: Path
) -> None:
    learnt = adapted(shipped, encoder, 0.1, tmp_path / "first")
    out = tmp_path / "second"
    out.mkdir()
    rows = featurise([((example(),),)] * 12, load_tokenizer(encoder, 64, 16), seed=1)
    rows.save(out / "round-1.npz")
    squad.write(out / "dev.json", [example()])
    start = str(tmp_path / "first.pt")
    args = options(out, encoder, "--start-from", start, "--rank", "4")
    begun = Trainer(args, settings_of(args)).model.state_dict()
    assert all(torch.equal(begun[name], value) for name, value in learnt.items())
    with pytest.raises(UsageError, match="give their --rank"):
        Trainer(plain := options(out, encoder, "--start-from", start), settings_of(plain))
