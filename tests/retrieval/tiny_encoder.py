"""A real ``OnnxEncoder`` of a few kilobytes: letters are its tokens, their mean its embedding."""

from __future__ import annotations

import string
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from retrieval.index.onnx_encoder import (
    GRAPH_FILE,
    TOKENIZER_FILE,
    EncoderSettings,
    OnnxEncoder,
)
from retrieval.indexing.build import IndexSettings
from retrieval.ingest.passages import WindowSize

DIMENSION = 256
LETTERS = string.ascii_lowercase + string.digits
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", *LETTERS, *(f"##{letter}" for letter in LETTERS)]


def tiny_settings(folder: Path, words: int = 30, overlap: int = 0) -> IndexSettings:
    """Settings whose model is a small folder, so that its fingerprint costs nothing."""
    model = folder / "tiny-model"
    model.mkdir(exist_ok=True)
    (model / "weights").write_text("tiny", encoding="utf-8")
    return IndexSettings(WindowSize(words, overlap), str(model))


def tiny_export(model: str, folder: Path, quantize: bool = True) -> OnnxEncoder:
    """Stands in for ``export_encoder``: writes the same files in milliseconds."""
    onnx.save(_graph(), str(folder / GRAPH_FILE))
    _tokenizer().save(str(folder / TOKENIZER_FILE))
    EncoderSettings(model, f"tiny@{Path(model).name}", DIMENSION, "float32").save(folder)
    return OnnxEncoder(folder)


def _tokenizer() -> Tokenizer:
    vocabulary = {token: i for i, token in enumerate(VOCABULARY)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A", special_tokens=[("[CLS]", VOCABULARY.index("[CLS]"))]
    )
    tokenizer.enable_truncation(256)
    tokenizer.enable_padding(pad_id=0, pad_token="[PAD]")
    return tokenizer


def _graph() -> onnx.ModelProto:
    generator = np.random.default_rng(0)
    table = generator.standard_normal((len(VOCABULARY), DIMENSION)).astype(np.float32)
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["tokens"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["wide_mask"]),
        helper.make_node("Mul", ["tokens", "wide_mask"], ["visible"]),
        helper.make_node("ReduceSum", ["visible", "middle"], ["sum"], keepdims=0),
        helper.make_node("LpNormalization", ["sum"], ["embedding"], axis=1, p=2),
    ]
    ids = ["batch", "sequence"]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [
            helper.make_tensor_value_info("input_ids", TensorProto.INT64, ids),
            helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ids),
        ],
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", DIMENSION])],
        [
            numpy_helper.from_array(table, "table"),
            numpy_helper.from_array(np.array([-1]), "last"),
            numpy_helper.from_array(np.array([1]), "middle"),
        ],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
