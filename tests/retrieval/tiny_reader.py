"""A real ``OnnxSpanModel`` of a few kilobytes: a BERT with random weights; letters are tokens."""

from __future__ import annotations

import string
import warnings
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from retrieval.reader.span_model import (
    GRAPH_FILE,
    OUTPUTS,
    TOKENIZER_FILE,
    OnnxSpanModel,
    SpanModelSettings,
)

if TYPE_CHECKING:
    from transformers import BertForQuestionAnswering

MAX_TOKENS = 48
STRIDE = 12
_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
_LETTERS = list(string.ascii_lowercase + string.digits + string.punctuation + "’“”")
VOCABULARY = [*_SPECIAL, *_LETTERS, *(f"##{letter}" for letter in _LETTERS)]
CLS, SEP = VOCABULARY.index("[CLS]"), VOCABULARY.index("[SEP]")


@dataclass(frozen=True)
class TinyReader:
    """The exported folder, and the model it was exported from."""

    folder: Path
    torch_model: BertForQuestionAnswering
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
        """What torch makes of one input, unpadded."""
        import torch

        with torch.no_grad():
            output = self.torch_model(
                input_ids=torch.tensor([ids]),
                attention_mask=torch.ones((1, len(ids)), dtype=torch.int64),
                token_type_ids=torch.tensor([types]),
            )
        return output.start_logits[0].numpy(), output.end_logits[0].numpy()


def tiny_reader(folder: Path, *, with_types: bool = True) -> TinyReader:
    """Exports a model as the trained one is; ``with_types=False`` as RoBERTa's family is."""
    import torch
    from transformers import BertConfig, BertForQuestionAnswering

    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(VOCABULARY),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        initializer_range=0.5,  # so that logits differ by more than noise
        attn_implementation="eager",
    )
    model = BertForQuestionAnswering(config).eval()
    _export(model, folder / GRAPH_FILE, with_types)
    tokenizer(with_types).save(str(folder / TOKENIZER_FILE))
    save_settings(folder)
    return TinyReader(folder, model, with_types)


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


def _export(model: BertForQuestionAnswering, path: Path, with_types: bool) -> None:
    import torch

    class Logits(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = model

        def forward(self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> object:
            output = self.inner(input_ids=ids, attention_mask=mask, token_type_ids=types)
            return output.start_logits, output.end_logits

    class WithoutTypes(Logits):
        def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> object:  # type: ignore[override]
            return super().forward(ids, mask, torch.zeros_like(ids))

    ids = torch.randint(4, len(VOCABULARY), (2, 16))
    inputs = ["input_ids", "attention_mask", "token_type_ids"][: 3 if with_types else 2]
    mask = torch.ones_like(ids)
    mask[1, 12:] = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer warns of shapes that it fixes
        torch.onnx.export(
            (Logits() if with_types else WithoutTypes()).eval(),
            (ids, mask, torch.zeros_like(ids))[: len(inputs)],
            str(path),
            dynamo=False,
            input_names=inputs,
            output_names=list(OUTPUTS),
            dynamic_axes={name: {0: "windows", 1: "tokens"} for name in (*inputs, *OUTPUTS)},
            opset_version=17,
        )
