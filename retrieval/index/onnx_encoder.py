"""Sentence embeddings from an exported graph, with onnxruntime and tokenizers alone."""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from retrieval.errors import ModelError
from retrieval.protocols import Role, Vectors

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

GRAPH_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
SETTINGS_FILE = "encoder.json"


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
        """``threads``: how many texts are encoded at once; 0 for as many as there are cores."""
        self._folder = folder
        self._threads = threads or os.cpu_count() or 1
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
        """One text a run, one run a core: nothing is padded, and no text's vector depends on its
        neighbours. Long texts first, so that no core is left with the longest at the end.
        """
        is_question = role == "question"
        prompt = self._settings.question_prompt if is_question else self._settings.passage_prompt
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        if not texts:
            return vectors
        encodings = self._tokenizer.encode_batch([prompt + text for text in texts])
        order = sorted(range(len(texts)), key=lambda i: -len(encodings[i].ids))

        def encode_one(position: int) -> None:
            vectors[position] = self._run(encodings[position])

        if len(texts) == 1:
            encode_one(0)
        else:
            with ThreadPoolExecutor(self._threads) as pool:
                deque(pool.map(encode_one, order), maxlen=0)
        return vectors

    def _run(self, encoding: Encoding) -> Vectors:
        columns = {
            "input_ids": encoding.ids,
            "attention_mask": encoding.attention_mask,
            "token_type_ids": encoding.type_ids,
        }
        feeds = {
            name: np.array([columns[name]], dtype=np.int64)
            for name in (node.name for node in self._session.get_inputs())
        }
        return np.asarray(self._session.run(None, feeds)[0][0], dtype=np.float32)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        try:
            tokenizer = Tokenizer.from_file(str(self._folder / TOKENIZER_FILE))
        except Exception as error:  # tokenizers raises bare Exception
            raise ModelError(
                f"{self._folder / TOKENIZER_FILE}: cannot be loaded ({error}); "
                "index the articles again."
            ) from error
        tokenizer.no_padding()
        return tokenizer

    @cached_property
    def _session(self) -> InferenceSession:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
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
