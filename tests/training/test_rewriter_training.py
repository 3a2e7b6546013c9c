"""From examples to the exported edit model: features, a training that goes on, ONNX like torch."""

from __future__ import annotations

import argparse
import subprocess
import sys
import types
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from tokenizers import Tokenizer

from retrieval.edits.layout import lay_out
from retrieval.edits.model import INPUTS, OUTPUTS, SETTINGS_FILE
from retrieval.edits.values import CONNECTORS
from retrieval.errors import UsageError
from retrieval.onnx.quiet import quiet_libraries
from tests import deadlines
from training.model import SpanReader
from training.rewriter import __main__ as whole_way
from training.rewriter import train as training
from training.rewriter.canard import Example, Exchange
from training.rewriter.corpus import Corpus
from training.rewriter.export import to_onnx
from training.rewriter.features import BEGIN, IGNORED, INSIDE, KEEP, Features, Pointer, featurise
from training.rewriter.model import Batch, EditModel, collate
from training.rewriter.synthetic import Pair
from training.rewriter.train import CHECKPOINT, WEIGHTS, Trainer, arguments, tokenizer_of

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
ASKED = Exchange("Where was it?", "Where was the meeting?", "The meeting was in Reykjavik.")


@pytest.fixture(scope="module")
def tokenizer(tiny_encoder: Path) -> Tokenizer:
    return tokenizer_of(tiny_encoder)


def test_targets_point_to_the_tokens_of_the_phrase(tokenizer: Tokenizer) -> None:
    texts = ["The talks in Reykjavik began at noon.", "Was the mayor in Reykjavik?"]
    question = "When did that town sign?"
    features = featurise(tokenizer, question, texts, "When did Reykjavik sign?")
    layout = lay_out(tokenizer, question, texts)
    places = [
        (word.first, word.last - 1)
        for word in layout.context
        if texts[word.text - 1][word.start : word.end] == "Reykjavik"
    ]
    assert len(places) == 2
    that, town = layout.question[2], layout.question[3]
    assert features.pointers == (Pointer(that.first, False, tuple(places)),)
    learnt = {word.first: KEEP for word in layout.question}
    learnt |= {that.first: BEGIN, town.first: INSIDE}
    assert features.tags == tuple(learnt.get(at, IGNORED) for at in range(len(layout.ids)))
    assert set(features.connectors) == {IGNORED}


def test_an_added_phrase_is_learnt_where_it_is_added(tokenizer: Tokenizer) -> None:
    texts = ["The talks in Reykjavik began."]
    features = featurise(tokenizer, "When did they end?", texts, "When did they end in Reykjavik?")
    layout = lay_out(tokenizer, "When did they end?", texts)
    mark, name = layout.question[-1].first, layout.context[3]
    assert features.pointers == (Pointer(mark, True, ((name.first, name.last - 1),)),)
    assert [at for at, value in enumerate(features.adds) if value == 1] == [mark]
    assert features.connectors[mark] == CONNECTORS.index("in")
    assert set(features.tags) == {KEEP, IGNORED}


def test_where_nothing_changed_nothing_is_pointed_to(tokenizer: Tokenizer) -> None:
    question = "When did the talks end?"
    features = featurise(tokenizer, question, ["The mayor left."], question)
    layout = lay_out(tokenizer, question, ["The mayor left."])
    firsts = {word.first for word in layout.question}
    ends = {*firsts, layout.question_end}
    size = range(len(layout.ids))
    assert features.pointers == ()
    assert features.tags == tuple(KEEP if at in firsts else IGNORED for at in size)
    assert features.adds == tuple(0 if at in ends else IGNORED for at in size)
    assert features.connectors == (IGNORED,) * len(layout.ids)


def test_a_phrase_that_stands_nowhere_has_no_pointer(tokenizer: Tokenizer) -> None:
    features = featurise(tokenizer, "When was it?", ["The mayor left."], "When was Oslo?")
    assert features.pointers == ()
    assert BEGIN in features.tags


def test_a_batch_without_pointers_has_a_loss(tokenizer: Tokenizer, tiny_encoder: Path) -> None:
    features = featurise(tokenizer, "When was it?", ["The mayor left."], "When was it?")
    assert torch.isfinite(EditModel(tiny_encoder).loss(collate([features])))


def tiny_corpus() -> Corpus:
    train = tuple(
        Example(
            f"C_{number}",
            2,
            "Talks",
            "Reykjavik",
            (ASKED,),
            f"When did {thing} end?",
            f"When did the {town} meeting end?",
        )
        for number, (thing, town) in enumerate(
            [("it", "Oslo"), ("this", "Reykjavik"), ("that", "Reykjavik"), ("it", "Reykjavik")]
        )
    )
    made = (
        Pair((ASKED,), "Who left it?", "Who left the meeting?"),
        Pair((ASKED,), "Who signed in Lima?", "Who signed in Lima?"),
    )
    return Corpus(train, (), (), made)


def options(out: Path, encoder: Path, *more: str) -> argparse.Namespace:
    out.mkdir(exist_ok=True)
    given = f"--out {out} --encoder {encoder} --epochs 2 --batch 2 --rate 1e-2"
    return arguments().parse_args([*given.split(), *more])


def weights(path: Path) -> dict[str, torch.Tensor]:
    return dict(torch.load(path, weights_only=True))


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[key], other[key]) for key in one)


def stopped(args: argparse.Namespace, patch: pytest.MonkeyPatch) -> None:
    """Train as if killed in the middle of the second epoch."""

    def dying(chosen: list[Features]) -> Batch:
        nonlocal batches
        batches += 1
        if batches == 4:  # an epoch has two
            raise KeyboardInterrupt
        return collate(chosen)

    batches = 0
    with patch.context() as here:
        here.setattr(training, "collate", dying)
        with pytest.raises(KeyboardInterrupt):
            Trainer(args, tiny_corpus()).run()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, tiny_encoder: Path) -> Path:
    """A training that nothing stopped. Not trained on."""
    folder = tmp_path_factory.mktemp("rewriter") / "whole"
    Trainer(options(folder, tiny_encoder), tiny_corpus()).run()
    return folder


def test_a_stopped_training_ends_like_a_whole_one(
    tmp_path: Path, whole: Path, tiny_encoder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    args = options(tmp_path / "stopped", tiny_encoder)
    stopped(args, monkeypatch)
    assert not (args.out / WEIGHTS).exists()
    resumed = Trainer(args, tiny_corpus())
    assert resumed.done == 1
    assert not same(dict(resumed.model.state_dict()), weights(whole / WEIGHTS))
    resumed.run()
    assert same(weights(args.out / WEIGHTS), weights(whole / WEIGHTS))


def test_a_finished_training_is_not_done_again(
    tmp_path: Path, whole: Path, tiny_encoder: Path
) -> None:
    for name in (CHECKPOINT, WEIGHTS):
        (tmp_path / name).write_bytes((whole / name).read_bytes())
    before = (tmp_path / WEIGHTS).stat().st_mtime_ns
    Trainer(options(tmp_path, tiny_encoder), tiny_corpus()).run()
    assert (tmp_path / WEIGHTS).stat().st_mtime_ns == before
    (tmp_path / WEIGHTS).unlink()
    Trainer(options(tmp_path, tiny_encoder), tiny_corpus()).run()
    assert same(weights(tmp_path / WEIGHTS), weights(whole / WEIGHTS))


@pytest.mark.parametrize(
    "change", [("--rate", "1e-3"), ("--seed", "5"), ("--batch", "3"), ("--epochs", "3")]
)
def test_a_checkpoint_of_other_settings_is_refused(
    change: tuple[str, str], whole: Path, tiny_encoder: Path
) -> None:
    with pytest.raises(UsageError, match=rf"last\.pt .*other settings \({change[0][2:]}\)"):
        Trainer(options(whole, tiny_encoder, *change), tiny_corpus())


def test_a_checkpoint_of_another_start_is_refused(whole: Path, tiny_encoder: Path) -> None:
    more = ("--start-from", str(whole / WEIGHTS))
    with pytest.raises(UsageError, match=r"other settings \(start_from\)"):
        Trainer(options(whole, tiny_encoder, *more), tiny_corpus())


def test_a_checkpoint_without_settings_is_refused(
    tmp_path: Path, whole: Path, tiny_encoder: Path
) -> None:
    state = torch.load(whole / CHECKPOINT, weights_only=True)
    del state["settings"]
    torch.save(state, tmp_path / CHECKPOINT)
    with pytest.raises(UsageError, match="other settings"):
        Trainer(options(tmp_path, tiny_encoder), tiny_corpus())


def test_a_training_starts_from_a_readers_encoder(tmp_path: Path, tiny_encoder: Path) -> None:
    reader = SpanReader(tiny_encoder)
    with torch.no_grad():
        for value in reader.parameters():
            value.add_(0.5)
    torch.save(reader.state_dict(), tmp_path / "reader.pt")
    args = options(tmp_path / "out", tiny_encoder, "--start-from", str(tmp_path / "reader.pt"))
    found = Trainer(args, tiny_corpus()).model.encoder.state_dict()
    assert same(dict(found), dict(reader.encoder.state_dict()))


def test_the_graph_says_what_the_model_says(tmp_path: Path, tiny_encoder: Path) -> None:
    model = EditModel(tiny_encoder)
    model.eval()
    path = tmp_path / "completion.onnx"
    with quiet_libraries():
        to_onnx(model, path)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    rng = np.random.default_rng(1)
    for tokens in (9, 50):
        ids = rng.integers(5, model.encoder.config.vocab_size, (1, tokens))
        kinds = (np.arange(tokens)[None] >= 6).astype(np.int64)
        columns = (ids, np.ones_like(ids), kinds)
        given = session.run(list(OUTPUTS), dict(zip(INPUTS, columns, strict=True)))
        with torch.no_grad():
            wanted = model(*(torch.from_numpy(column) for column in columns))
        assert given[-1].shape == (1, 4, tokens, tokens)
        for one, other in zip(given, wanted, strict=True):
            np.testing.assert_allclose(one, other.numpy(), atol=1e-5)


def test_it_starts_from_the_readers_weights_where_they_are(tmp_path: Path) -> None:
    args = whole_way.arguments().parse_args(["--out", str(tmp_path)])
    train, export = whole_way.steps(args)
    assert "--start-from" not in train.arguments
    assert export.inputs == (tmp_path / "rewriter" / WEIGHTS,)
    assert export.result == tmp_path / "rewriter" / "export" / SETTINGS_FILE
    reader = tmp_path / "reader-hard" / "reader.pt"
    reader.parent.mkdir()
    reader.touch()
    train, _ = whole_way.steps(args)
    assert train.arguments[-2:] == ("--start-from", str(reader))


@pytest.mark.parametrize("has_reader", [False, True])
def test_make_rewriter_trains_and_exports_once(
    has_reader: bool, tmp_path: Path, tiny_encoder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a stand-in for the export, whose quantisation has tests of its own."""
    calls = []

    def export() -> None:
        calls.append(sys.argv)
        (tmp_path / "rewriter" / "export").mkdir()
        (tmp_path / "rewriter" / "export" / SETTINGS_FILE).write_text("{}")

    module = types.ModuleType("training.rewriter.export")
    module.main = export  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "training.rewriter.export", module)
    monkeypatch.setattr(training, "gather", lambda *_, **__: tiny_corpus())
    for where in (whole_way, training):
        monkeypatch.setattr(where, "check_data", lambda data: None)
    if has_reader:
        (tmp_path / "reader-hard").mkdir()
        reader = SpanReader(tiny_encoder).state_dict()
        torch.save(reader, tmp_path / "reader-hard" / "reader.pt")
    for _ in range(2):
        whole_way.main(["--out", str(tmp_path), "--encoder", str(tiny_encoder)])
    assert len(calls) == 1
    said = (tmp_path / "rewriter.log").read_text()
    assert ("from the reader's weights" in said) == has_reader
    assert ("from the plain encoder" in said) != has_reader
    assert said.count("already trained") == said.count("already there") == 1


def test_make_rewriter_without_data_says_so(tmp_path: Path) -> None:
    """The target itself, with this interpreter as its environment."""
    (tmp_path / "bin").mkdir()
    script = f'#!/bin/sh\nexec "{sys.executable}" "$@"\n'
    (tmp_path / "bin" / "python").write_text(script)
    (tmp_path / "bin" / "python").chmod(0o755)
    (tmp_path / ".ready").touch()
    data = tmp_path / "no where"
    done = subprocess.run(
        ["make", "-C", str(ROOT), "rewriter", f"VENV={tmp_path}", f"DATA={data}"],
        capture_output=True,
        text=True,
        check=False,
        timeout=deadlines.HANGS,
    )
    assert done.returncode == 2
    (sentence,) = [line for line in done.stderr.splitlines() if line.startswith("pullquote: ")]
    assert f"{data}/rewrite/" in sentence
    assert "make rewriter DATA=" in sentence
    assert "Traceback" not in done.stderr


def test_training_without_data_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = f"train --data {tmp_path} --out {tmp_path / 'out'}"
    monkeypatch.setattr(sys, "argv", given.split())
    with pytest.raises(SystemExit) as ended:
        training.main()
    assert ended.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "out").exists()
