"""A sentence-transformers model, made here and exported: what comes out is what went in."""

from __future__ import annotations

import shutil
import string
from pathlib import Path

import numpy as np
import pytest

from retrieval.errors import ModelError
from retrieval.index.encoder import (
    DEFAULT_MODEL,
    MIN_INT8_COSINE,
    export_encoder,
    model_fingerprint,
)
from retrieval.index.onnx_encoder import GRAPH_FILE, SETTINGS_FILE, TOKENIZER_FILE

from .builders import assert_one_sentence

TEXTS = ["How long did it last?", "One hour.", "", "word " * 400, "Größe 😀"]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT with random weights and an alphabet for a vocabulary."""
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("model")
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    letters = list(string.ascii_lowercase + string.digits + string.punctuation)
    tokens = special + letters + [f"##{letter}" for letter in letters]
    (folder / "vocab.txt").write_text("\n".join(tokens), encoding="utf-8")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(tokens),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=128,
    )
    plain = folder / "plain"
    BertModel(config).save_pretrained(plain)
    BertTokenizerFast(vocab_file=str(folder / "vocab.txt")).save_pretrained(plain)
    transformer = SentenceTransformer(str(plain), device="cpu", local_files_only=True)
    transformer.max_seq_length = 64
    transformer.save(str(folder / "tiny"))
    return folder / "tiny"


def original(model: Path, texts: list[str]) -> np.ndarray:
    from sentence_transformers import SentenceTransformer

    transformer = SentenceTransformer(str(model), device="cpu", local_files_only=True)
    return np.asarray(transformer.encode(texts, normalize_embeddings=True))


@pytest.mark.slow
@pytest.mark.parametrize(("quantize", "least"), [(False, 0.9999), (True, MIN_INT8_COSINE - 0.02)])
def test_embeddings_stay_close_to_the_originals(
    model: Path, tmp_path: Path, quantize: bool, least: float
) -> None:
    encoder = export_encoder(str(model), tmp_path, quantize)
    cosines = (encoder.encode(TEXTS) * original(model, TEXTS)).sum(axis=1)
    assert cosines.min() > least
    assert encoder.dimension == 32
    assert encoder.settings.precision == ("float32" if not quantize else encoder.settings.precision)
    assert {path.name for path in tmp_path.iterdir()} == {GRAPH_FILE, SETTINGS_FILE, TOKENIZER_FILE}


def test_the_default_model_is_exported_as_int8_close_to_the_original(encoder_folder: Path) -> None:
    from retrieval.index.onnx_encoder import OnnxEncoder

    encoder = OnnxEncoder(encoder_folder)
    assert encoder.settings.precision == "int8"
    assert encoder.dimension == 384
    meeting, same, other = encoder.encode(
        ["How long was the meeting?", "What was the length of the talks?", "Cats eat fish."]
    )
    assert meeting @ same > meeting @ other


@pytest.mark.slow
def test_the_fingerprint_changes_with_the_files(model: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(model, copy)
    before = model_fingerprint(str(copy))
    assert before == model_fingerprint(str(copy))
    (copy / "README.md").write_text("changed")
    assert model_fingerprint(str(copy)) != before
    assert len(model_fingerprint(DEFAULT_MODEL)) == 16


def breakage(model: Path, folder: Path, name: str, contents: bytes | None) -> str:
    broken = folder / "broken"
    shutil.copytree(model, broken)
    (file,) = list(broken.rglob(name))[:1]
    file.unlink() if contents is None else file.write_bytes(contents)
    return str(broken)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "contents"),
    [
        ("config.json", b"{"),
        ("config.json", None),
        ("model.safetensors", b"\xff" * 100),
        ("model.safetensors", None),
        ("modules.json", b"[{}]"),
        ("tokenizer.json", b"{"),
    ],
    ids=["config", "no config", "weights", "no weights", "modules", "tokenizer"],
)
def test_a_broken_model_is_one_clear_sentence(
    model: Path, tmp_path: Path, name: str, contents: bytes | None
) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(ModelError) as caught:
        export_encoder(breakage(model, tmp_path, name, contents), tmp_path / "out")
    assert_one_sentence(caught.value)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["", "missing", "file"])
def test_a_folder_without_a_model_is_one_clear_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "out").mkdir()
    with pytest.raises(ModelError) as caught:
        export_encoder(str(tmp_path / name), tmp_path / "out")
    assert_one_sentence(caught.value)


@pytest.mark.slow
def test_a_folder_that_cannot_be_written_is_an_os_error(model: Path, tmp_path: Path) -> None:
    # Was: the docstring promises OSError, but tokenizers raises a bare Exception ("No such file or
    # directory", and on a full disk "No space left on device"), which nobody catches.
    with pytest.raises((OSError, ModelError)):
        export_encoder(str(model), tmp_path / "missing" / "folder")


def test_attention_is_one_node_and_reads_only_the_text_itself(encoder_folder: Path) -> None:
    """A text's embedding is the same whoever is encoded beside it: nothing is padded."""
    import onnx

    from retrieval.index.onnx_encoder import GRAPH_FILE, OnnxEncoder

    kinds = [node.op_type for node in onnx.load(encoder_folder / GRAPH_FILE).graph.node]
    assert kinds.count("MultiHeadAttention") == 6
    assert "Softmax" not in kinds
    encoder = OnnxEncoder(encoder_folder)
    together = encoder.encode(TEXTS)
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    assert np.array_equal(together, alone)
