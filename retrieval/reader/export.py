"""Any extractive question answering model to an ONNX graph. Used when an index is built, never to
answer.

With the encoder's export the only importer of ``torch`` and ``transformers`` in the product; both
load inside the functions.
"""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.errors import ModelError
from retrieval.onnx.quiet import quiet_libraries
from retrieval.reader.span_model import (
    GRAPH_FILE,
    MIN_TOKENS,
    OUTPUTS,
    SETTINGS_FILE,
    TOKENIZER_FILE,
    OnnxSpanModel,
    SpanModelSettings,
)
from retrieval.reader.spans import Window

MIN_INT8_COSINE = 0.98
"""The least cosine between int8 and original logits at which the int8 graph is kept."""

_OPSET = 17
_LONGEST_INPUT = 384
_SAMPLE = (
    (
        "How long did the meeting last?",
        "The talks in the old town hall lasted two hours and ten minutes, officials said.",
    ),
    (
        "Who announced the new chairmanship of the council?",
        "Anna Berg, a spokeswoman, announced on Tuesday that Norway would chair the council.",
    ),
    (
        "Why was the vote delayed?",
        "Shares fell 3.2 percent after the company cut its forecast. The vote was delayed because "
        "two members were ill, the chairman wrote in a letter to shareholders.",
    ),
)


def export_reader(model: str, folder: Path) -> None:
    """Writes graph, tokenizer and settings of ``model`` into ``folder``.

    The graph is int8 where its logits stay within ``MIN_INT8_COSINE`` of the original's, else
    float32. ``model`` is a local folder or a hub id. Raises ``ModelError`` when it cannot be
    loaded or exported, has no span head, no fast tokenizer or too short an input; ``OSError`` when
    the folder cannot be written.
    """
    with quiet_libraries():
        network, tokenizer = _load(model)
        longest = _longest_input(network, tokenizer)
        if longest < MIN_TOKENS:
            raise ModelError(
                f'the reader "{model}" takes only {longest} tokens at once, and {MIN_TOKENS} are '
                "needed; choose a model that takes more."
            )
        backend = getattr(tokenizer, "backend_tokenizer", None)
        if backend is None:
            raise ModelError(
                f'the reader "{model}" has no fast tokenizer; choose a model that ships '
                "tokenizer.json."
            )
        (folder / TOKENIZER_FILE).write_text(backend.to_str(), encoding="utf-8")
        full = folder / "float32.onnx"
        try:
            _save_graph(network, tokenizer, full, longest)
            reference = _logits(full, folder, model, longest)
            _quantize(full, folder / "int8.onnx")
            reduced = _logits(folder / "int8.onnx", folder, model, longest)
        except OSError:
            raise
        except Exception as error:  # torch, onnx and onnxruntime each raise their own
            raise _refusal(f'the reader "{model}" cannot be exported', error) from error
        finally:
            (folder / SETTINGS_FILE).unlink(missing_ok=True)
    if _cosine(reference, reduced) >= MIN_INT8_COSINE:
        (folder / "int8.onnx").replace(folder / GRAPH_FILE)
        full.unlink()
    else:
        logging.getLogger(__name__).warning(
            "the int8 form of %s strays too far from the original; float32 is used", model
        )
        full.replace(folder / GRAPH_FILE)
        (folder / "int8.onnx").unlink()
    _settings(model, folder, longest).save(folder)


def _load(model: str) -> tuple[Any, Any]:
    """The network with its span head and its tokenizer. A folder never asks the network."""
    local = Path(model).expanduser()
    source, is_local = (str(local), True) if local.is_dir() else (model, False)
    try:
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        network, report = AutoModelForQuestionAnswering.from_pretrained(
            source, output_loading_info=True, local_files_only=is_local, attn_implementation="eager"
        )
        tokenizer = AutoTokenizer.from_pretrained(source, local_files_only=is_local)
    except Exception as error:  # the hub client, torch and transformers each raise their own
        raise _refusal(f'the reader "{model}" cannot be loaded', error) from error
    if any("qa_outputs" in name for name in report["missing_keys"]):
        raise ModelError(
            f'the model "{model}" has no span head, so it cannot read; name one in the '
            "config that was trained for extractive question answering."
        )
    return network.eval(), tokenizer


def _refusal(what: str, error: Exception) -> ModelError:
    first_line = (str(error).strip() or type(error).__name__).splitlines()[0]
    return ModelError(
        f'{what} ({first_line}); name another model in the config: "pullquote", a folder, or a hub '
        "id that can be reached."
    )


def _longest_input(network: Any, tokenizer: Any) -> int:
    """In tokens. RoBERTa's positions begin after the padding index, so two of them are no use."""
    positions = int(getattr(network.config, "max_position_embeddings", _LONGEST_INPUT))
    if network.config.model_type in ("roberta", "xlm-roberta", "camembert"):
        positions -= 2
    return min(_LONGEST_INPUT, positions, int(tokenizer.model_max_length))


def _save_graph(network: Any, tokenizer: Any, path: Path, longest: int) -> None:
    """Exports with free numbers of windows and tokens."""
    import torch

    questions, texts = zip(*_SAMPLE, strict=True)
    cut: dict[str, Any] = {"truncation": "only_second", "max_length": longest}
    example = dict(
        tokenizer(list(questions), list(texts), padding=True, return_tensors="pt", **cut)
    )
    names = [name for name in ("input_ids", "attention_mask", "token_type_ids") if name in example]

    class SpanHead(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = network

        def forward(self, *inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            found = self.model(**dict(zip(names, inputs, strict=True)))
            return found.start_logits, found.end_logits

    with torch.no_grad():
        torch.onnx.export(
            SpanHead().eval(),
            tuple(example[name] for name in names),
            str(path),
            # The TorchScript exporter: the newer one needs a further package and has no gain here.
            dynamo=False,
            input_names=names,
            output_names=list(OUTPUTS),
            dynamic_axes={name: {0: "windows", 1: "tokens"} for name in (*names, *OUTPUTS)},
            opset_version=_OPSET,
        )


def _quantize(source: Path, target: Path) -> None:
    """Int8 weights, one scale a column. The head stays: it is small and every logit needs it."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    products = [n.name for n in onnx.load(source).graph.node if n.op_type == "MatMul"]
    head = [name for name in products if "qa_outputs" in name]
    quantize_dynamic(
        source, target, nodes_to_exclude=head, weight_type=QuantType.QInt8, per_channel=True
    )


def _settings(model: str, folder: Path, longest: int) -> SpanModelSettings:
    sums = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in (GRAPH_FILE, TOKENIZER_FILE)
    }
    return SpanModelSettings(model, sums, max_tokens=longest, stride=longest // 3)


def _logits(graph: Path, folder: Path, model: str, longest: int) -> np.ndarray:
    """All logits of the sample, through the same code that will answer."""
    target = folder / GRAPH_FILE
    graph.replace(target)
    try:
        _settings(model, folder, longest).save(folder)
        scorer = OnnxSpanModel(folder)
        windows: list[Window] = [
            window for question, text in _SAMPLE for window in scorer.windows(question, [text])[0]
        ]
    finally:
        target.replace(graph)
    return np.concatenate(
        [np.concatenate([w.start_logits, w.end_logits, [w.null_score]]) for w in windows]
    )


def _cosine(a: np.ndarray, b: np.ndarray) -> float:
    return float(a @ b / max(1e-9, float(np.linalg.norm(a) * np.linalg.norm(b))))
