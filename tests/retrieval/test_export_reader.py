"""Question answering models, made here and exported: the logits stay those of torch."""

from __future__ import annotations

import logging
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from retrieval.errors import ModelError
from retrieval.reader import export
from retrieval.reader.export import MIN_INT8_COSINE, export_reader
from retrieval.reader.span_model import (
    GRAPH_FILE,
    SETTINGS_FILE,
    TOKENIZER_FILE,
    OnnxSpanModel,
    SpanModelSettings,
)

from . import tiny_hub
from .builders import assert_one_sentence

pytestmark = pytest.mark.slow

FILES = {GRAPH_FILE, TOKENIZER_FILE, SETTINGS_FILE}
QUESTION = "How long did the meeting last?"
SHORT = "The talks lasted one hour."
LONG = "The meeting in the town hall lasted 105 minutes, he said. " * 12


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_hub.bert(tmp_path_factory.mktemp("hub") / "bert")


@pytest.fixture(scope="module")
def roberta(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_hub.roberta(tmp_path_factory.mktemp("hub") / "roberta")


@pytest.fixture
def model(request: pytest.FixtureRequest) -> Path:
    """The model that a test names."""
    return Path(request.getfixturevalue(request.param))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Whoever asks the network is turned away and written down."""
    asked: list[object] = []

    def refuse(*arguments: object, **named: object) -> None:
        asked.append(arguments)
        raise OSError("no network in this test")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    return asked


def graph(folder: Path) -> object:
    import onnx

    return onnx.load(folder / GRAPH_FILE).graph


def is_int8(folder: Path) -> bool:
    return any(node.op_type == "MatMulInteger" for node in graph(folder).node)  # type: ignore[attr-defined]


def logits_of_torch(model: Path, text: str) -> tuple[np.ndarray, float]:
    """Start and end logits of the text's tokens, and of no answer, straight from transformers."""
    import torch
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    network = AutoModelForQuestionAnswering.from_pretrained(model, local_files_only=True).eval()
    tokenizer = AutoTokenizer.from_pretrained(model, local_files_only=True)
    encoded = tokenizer(QUESTION, text, return_tensors="pt")
    own = np.array([part == 1 for part in encoded.sequence_ids()])
    with torch.no_grad():
        found = network(**encoded)
    starts, ends = found.start_logits[0].numpy(), found.end_logits[0].numpy()
    return np.concatenate([starts[own], ends[own]]), float(starts[0] + ends[0])


def check_like_torch(model: Path, folder: Path, *, exactly: bool) -> None:
    for text in (SHORT, tiny_hub.TEXTS[1]):
        (windows,) = OnnxSpanModel(folder, threads=1).windows(QUESTION, [text])
        (window,) = windows
        ours = np.concatenate([window.start_logits, window.end_logits, [window.null_score]])
        expected, null = logits_of_torch(model, text)
        theirs = np.concatenate([expected, [null]])
        if exactly:
            np.testing.assert_allclose(ours, theirs, atol=1e-3)
        cosine = ours @ theirs / (np.linalg.norm(ours) * np.linalg.norm(theirs))
        # The exporter compares on texts of its own; on others it may be a little less.
        assert cosine >= (0.9999 if exactly else MIN_INT8_COSINE - 0.02)


BOTH = pytest.mark.parametrize("model", ["bert", "roberta"], indirect=True)


@BOTH
def test_the_exported_graph_says_what_torch_says(
    model: Path, out: Path, calls: list[object]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_OFFLINE", "0")
        export_reader(str(model), out)
    assert calls == [], "a local folder never asks the network"
    assert {path.name for path in out.iterdir()} == FILES
    check_like_torch(model, out, exactly=not is_int8(out))
    settings = SpanModelSettings.load(out, "cure")
    assert settings.model == str(model)
    assert settings.max_tokens == 128, "RoBERTa's first two positions are no use"
    assert settings.stride == 128 // 3


@BOTH
def test_a_text_longer_than_the_model_is_read_in_windows(model: Path, out: Path) -> None:
    export_reader(str(model), out)
    (windows,) = OnnxSpanModel(out, threads=1).windows(QUESTION, [LONG])
    assert len(windows) > 2
    covered = {
        at for window in windows for start, end in window.offsets for at in range(start, end)
    }
    assert {at for at, letter in enumerate(LONG) if not letter.isspace()} <= covered
    assert all(np.isfinite(window.start_logits).all() for window in windows)


@BOTH
def test_int8_that_strays_too_far_is_not_kept(
    model: Path, out: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(export, "MIN_INT8_COSINE", 1.01)
    with caplog.at_level(logging.WARNING):
        export_reader(str(model), out)
    assert [r.name for r in caplog.records if "float32 is used" in r.message] == [export.__name__]
    assert not is_int8(out)
    assert {path.name for path in out.iterdir()} == FILES
    check_like_torch(model, out, exactly=True)


def test_int8_that_is_close_is_kept_but_for_the_head(
    bert: Path, out: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(export, "MIN_INT8_COSINE", -1.0)
    with caplog.at_level(logging.WARNING):
        export_reader(str(bert), out)
    assert [r for r in caplog.records if "float32" in r.message] == []
    assert is_int8(out)
    assert {path.name for path in out.iterdir()} == FILES
    products = [n.name for n in graph(out).node if n.op_type == "MatMul"]  # type: ignore[attr-defined]
    assert [name for name in products if "qa_outputs" in name]
    OnnxSpanModel(out).load()


def test_token_types_go_in_only_where_the_model_takes_them(
    bert: Path, roberta: Path, tmp_path: Path
) -> None:
    taken = {}
    for model in (bert, roberta):
        folder = tmp_path / model.name
        folder.mkdir()
        export_reader(str(model), folder)
        taken[model.name] = [node.name for node in graph(folder).input]  # type: ignore[attr-defined]
    assert taken == {
        "bert": ["input_ids", "attention_mask", "token_type_ids"],
        "roberta": ["input_ids", "attention_mask"],
    }


def refusal(model: str, out: Path) -> str:
    with pytest.raises(ModelError) as caught:
        export_reader(model, out)
    assert_one_sentence(caught.value)
    assert not (out / SETTINGS_FILE).exists(), "nothing that could be taken for a whole export"
    return str(caught.value)


def test_a_model_without_a_span_head_cannot_read(tmp_path: Path, out: Path) -> None:
    plain = tiny_hub.bert(tmp_path / "plain", head=False)
    said = refusal(str(plain), out)
    assert f'"{plain}" has no span head' in said
    assert "trained for extractive question answering" in said


def no_files(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


def no_config(folder: Path) -> None:
    (folder / "config.json").unlink()


def broken_config(folder: Path) -> None:
    (folder / "config.json").write_text("{")


def broken_weights(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:500])


def no_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def other_shape(folder: Path) -> None:
    text = (folder / "config.json").read_text()
    (folder / "config.json").write_text(text.replace('"hidden_size": 32', '"hidden_size": 16'))


def broken_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").write_text("{")


@pytest.mark.parametrize(
    "damage",
    [
        no_files,
        no_config,
        broken_config,
        broken_weights,
        no_weights,
        other_shape,
        broken_tokenizer,
    ],
    ids=lambda damage: damage.__name__,
)
def test_what_is_no_model_cannot_be_loaded(
    bert: Path, tmp_path: Path, out: Path, damage: Callable[[Path], None], calls: list[object]
) -> None:
    broken = Path(shutil.copytree(bert, tmp_path / "broken"))
    damage(broken)
    said = refusal(str(broken), out)
    assert said.startswith(f'the reader "{broken}" cannot be loaded (')
    assert 'name another model in the config: "pullquote"' in said
    assert calls == []


@pytest.mark.parametrize("name", ["nobody/nothing", "not a name at all", "file.txt"])
def test_a_hub_id_that_cannot_be_reached_cannot_be_loaded(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.chdir(tmp_path)
    Path("file.txt").touch()
    assert refusal(name, out).startswith(f'the reader "{name}" cannot be loaded (')


def test_a_model_without_a_fast_tokenizer_is_refused(tmp_path: Path, out: Path) -> None:
    slow = tiny_hub.canine(tmp_path / "canine")
    said = refusal(str(slow), out)
    assert f'"{slow}" has no fast tokenizer' in said
    assert "tokenizer.json" in said


def test_a_model_that_loads_but_cannot_be_run_is_refused(tmp_path: Path, out: Path) -> None:
    # Was: a ValueError of the tokenizer's, which nobody catches: no padding token.
    odd = tiny_hub.gpt2(tmp_path / "gpt2")
    said = refusal(str(odd), out)
    assert f'"{odd}" cannot be exported (' in said


def test_more_tokens_than_the_network_knows_is_refused(
    bert: Path, tmp_path: Path, out: Path
) -> None:
    # Was: torch's IndexError with a traceback.
    from transformers import BertConfig, BertForQuestionAnswering

    odd = Path(shutil.copytree(bert, tmp_path / "odd"))
    config = BertConfig(vocab_size=5, max_position_embeddings=128, **tiny_hub.SIZE)
    BertForQuestionAnswering(config).save_pretrained(odd)
    assert f'"{odd}" cannot be exported (' in refusal(str(odd), out)


def test_a_model_that_takes_too_little_at_once_is_refused(tmp_path: Path, out: Path) -> None:
    # Was: "install pullquote again", which helps nobody.
    small = tiny_hub.bert(tmp_path / "small", positions=24)
    said = refusal(str(small), out)
    assert said.startswith(f'the reader "{small}" takes only 24 tokens at once')


def test_a_folder_that_cannot_be_written_is_an_os_error(bert: Path, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="missing"):
        export_reader(str(bert), tmp_path / "missing")
