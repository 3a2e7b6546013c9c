"""Sentence embeddings from an exported graph, with onnxruntime and tokenizers alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from retrieval.errors import ModelError
from retrieval.protocols import Role, Vectors

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

GRAPH_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
SETTINGS_FILE = "encoder.json"
FILES = (GRAPH_FILE, TOKENIZER_FILE, SETTINGS_FILE)
_BATCH = 16


@dataclass(frozen=True, slots=True)
class EncoderSettings:
    """What must be known to use an exported graph. ``model`` is the name in the config."""

    model: str
    identity: str
    dimension: int
    precision: str
    question_prompt: str = ""
    passage_prompt: str = ""

    def save(self, folder: Path) -> None:
        text = json.dumps(asdict(self), ensure_ascii=False, indent=2)
        (folder / SETTINGS_FILE).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> EncoderSettings:
        """Raises ``ModelError`` when the file is missing or not what ``save`` wrote."""
        try:
            return cls(**json.loads((folder / SETTINGS_FILE).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise ModelError(
                f"{folder / SETTINGS_FILE}: cannot be read ({error}); index the articles again."
            ) from error


class OnnxEncoder:
    """The exported model. Cheap to construct; graph and tokenizer load at the first ``encode``."""

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        """``threads``: how many the graph may use; 0 leaves the choice to onnxruntime."""
        self._folder = folder
        self._threads = threads
        self._settings = EncoderSettings.load(folder)

    def load(self) -> None:
        """Loads graph and tokenizer now, so that later updates of the index cannot remove them."""
        _ = self._tokenizer, self._session

    @property
    def settings(self) -> EncoderSettings:
        return self._settings

    @property
    def identity(self) -> str:
        return f"{self._settings.identity}/{self._settings.precision}"

    @property
    def dimension(self) -> int:
        return self._settings.dimension

    def encode(self, texts: Sequence[str], role: Role = "passage") -> Vectors:
        """Texts of like length share a batch, so that little is spent on padding."""
        is_question = role == "question"
        prompt = self._settings.question_prompt if is_question else self._settings.passage_prompt
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for first in range(0, len(order), _BATCH):
            batch = order[first : first + _BATCH]
            vectors[batch] = self._run([prompt + texts[i] for i in batch])
        return vectors

    def _run(self, texts: list[str]) -> Vectors:
        encodings = self._tokenizer.encode_batch(texts)
        feeds = {
            "input_ids": np.array([e.ids for e in encodings], dtype=np.int64),
            "attention_mask": np.array([e.attention_mask for e in encodings], dtype=np.int64),
            "token_type_ids": np.array([e.type_ids for e in encodings], dtype=np.int64),
        }
        wanted = {node.name for node in self._session.get_inputs()}
        output = self._session.run(None, {k: v for k, v in feeds.items() if k in wanted})[0]
        return np.asarray(output, dtype=np.float32)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        try:
            return Tokenizer.from_file(str(self._folder / TOKENIZER_FILE))
        except Exception as error:  # tokenizers raises bare Exception
            raise ModelError(
                f"{self._folder / TOKENIZER_FILE}: cannot be loaded ({error}); "
                "index the articles again."
            ) from error

    @cached_property
    def _session(self) -> InferenceSession:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.log_severity_level = 3
        # Threads that wait by spinning take the other core from whoever shares the laptop.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        path = self._folder / GRAPH_FILE
        try:
            return onnxruntime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime's exceptions share no public base class
            first_line = str(error).splitlines()[0]
            raise ModelError(
                f"{path}: cannot be loaded ({first_line}); index the articles again."
            ) from error
