"""A real ``OnnxSpanModel`` of a few kilobytes: random weights; letters are tokens."""

from __future__ import annotations

import string
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from retrieval.reader.span_model import (
    GRAPH_FILE,
    INPUTS,
    OUTPUTS,
    TOKENIZER_FILE,
    OnnxSpanModel,
    SpanModelSettings,
)

MAX_TOKENS = 48
STRIDE = 12
_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
_LETTERS = list(string.ascii_lowercase + string.digits + string.punctuation + "’“”")
VOCABULARY = [*_SPECIAL, *_LETTERS, *(f"##{letter}" for letter in _LETTERS)]
CLS, SEP = VOCABULARY.index("[CLS]"), VOCABULARY.index("[SEP]")


WIDTH = 16
POSITIONS = 64
_RANDOM = np.random.default_rng(0)
WEIGHTS = {
    name: _RANDOM.normal(scale=0.5, size=(rows, columns)).astype(np.float32)
    for name, rows, columns in [
        ("words", len(VOCABULARY), WIDTH),
        ("types", 2, WIDTH),
        ("positions", POSITIONS, WIDTH),
        ("queries", WIDTH, WIDTH),
        ("keys", WIDTH, WIDTH),
        ("values", WIDTH, WIDTH),
        ("start", WIDTH, 1),
        ("end", WIDTH, 1),
    ]
}


@dataclass(frozen=True)
class TinyReader:
    """The exported folder. What its graph should say of one input is worked out in NumPy."""

    folder: Path
    with_types: bool

    def open(self) -> OnnxSpanModel:
        return OnnxSpanModel(self.folder, threads=1)

    def pieces(self, text: str) -> list[tuple[int, tuple[int, int]]]:
        """Every token of a text with its offsets, not cut to any length."""
        encoding = tokenizer(self.with_types).encode(text, add_special_tokens=False)
        return list(zip(encoding.ids, encoding.offsets, strict=True))

    def input(self, question: list[int], text: list[int]) -> tuple[list[int], list[int]]:
        """Ids and types of one window, joined by hand."""
        between = [SEP] if self.with_types else [SEP, SEP]
        ids = [CLS, *question, *between, *text, SEP]
        first = 1 + len(question) + len(between)
        second = len(ids) - first
        return ids, [0] * first + [1 if self.with_types else 0] * second

    def logits(self, ids: list[int], types: list[int]) -> tuple[np.ndarray, np.ndarray]:
        """What is to come of one input, alone and unpadded."""
        of = WEIGHTS
        tokens = of["words"][ids] + of["types"][types] + of["positions"][: len(ids)]
        weights = np.exp(tokens @ of["queries"] @ (tokens @ of["keys"]).T)
        weights /= weights.sum(axis=1, keepdims=True)
        seen = np.tanh(tokens + weights @ (tokens @ of["values"]))
        return (seen @ of["start"])[:, 0], (seen @ of["end"])[:, 0]


def tiny_reader(folder: Path, *, with_types: bool = True) -> TinyReader:
    """Files such as those of the trained one; ``with_types=False`` as of RoBERTa's family."""
    onnx.save(_graph(with_types), str(folder / GRAPH_FILE))
    tokenizer(with_types).save(str(folder / TOKENIZER_FILE))
    save_settings(folder)
    return TinyReader(folder, with_types)


def save_settings(folder: Path, **changed: object) -> None:
    """Writes ``reader.json`` for the files as they are now."""
    checksums = {
        name: sha256((folder / name).read_bytes()).hexdigest()
        for name in (GRAPH_FILE, TOKENIZER_FILE)
    }
    fields: dict[str, object] = {"max_tokens": MAX_TOKENS, "stride": STRIDE}
    SpanModelSettings("tiny", checksums, **(fields | changed)).save(folder)  # type: ignore[arg-type]


def tokenizer(with_types: bool = True) -> Tokenizer:
    vocabulary = {token: i for i, token in enumerate(VOCABULARY)}
    made = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1" if with_types else "[CLS] $A [SEP] [SEP] $B [SEP]",
        special_tokens=[("[CLS]", CLS), ("[SEP]", SEP)],
    )
    return made


def _graph(with_types: bool) -> onnx.ModelProto:
    """One layer of attention over all tokens that are no padding, as ``TinyReader.logits``."""
    inputs = INPUTS if with_types else INPUTS[:2]
    of_types = ["Gather types token_type_ids -> t"] if with_types else ["Gather types zero -> t"]
    steps = [
        "Gather words input_ids -> w",
        *of_types,
        "Shape input_ids -> shape",
        "Gather shape one -> length",
        "Slice positions zero length -> p",
        "Add w t -> wt",
        "Add wt p -> tokens",
        "MatMul tokens queries -> q",
        "MatMul tokens keys -> k",
        "MatMul tokens values -> v",
        "Transpose k -> turned",
        "MatMul q turned -> scores",
        "Cast attention_mask -> mask",
        "Sub mask unit -> hidden",
        "Mul hidden huge -> away",
        "Unsqueeze away one -> wide",
        "Add scores wide -> masked",
        "Softmax masked -> weights",
        "MatMul weights v -> found",
        "Add tokens found -> both",
        "Tanh both -> seen",
        "MatMul seen start -> starts",
        "MatMul seen end -> ends",
        "Squeeze starts last -> start_logits",
        "Squeeze ends last -> end_logits",
    ]
    options = {"Transpose": {"perm": [0, 2, 1]}, "Cast": {"to": TensorProto.FLOAT}}
    nodes = []
    for step in steps:
        kind, *taken, _, made = step.split()
        nodes.append(helper.make_node(kind, taken, [made], **options.get(kind, {})))
    numbers = {
        "zero": np.array([0]),
        "one": np.array([1]),
        "last": np.array([-1]),
        "unit": np.array(1, np.float32),
        "huge": np.array(1e9, np.float32),
    }
    axes = ["windows", "tokens"]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(name, TensorProto.INT64, axes) for name in inputs],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, axes) for name in OUTPUTS],
        [numpy_helper.from_array(v, name) for name, v in (WEIGHTS | numbers).items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
