"""The edit model exported to ONNX: a folder with graph, tokenizer and settings.

Follow-ups as edits of the question with phrases of the texts around it, after Liu et al.,
"Incomplete Utterance Rewriting as Semantic Segmentation" (EMNLP 2020). Loads at the first use.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from importlib.resources import files as package_files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.edits.applying import text_edit
from retrieval.edits.decoding import EditScores, Proposal, apart, proposals
from retrieval.edits.layout import Layout, lay_out
from retrieval.edits.values import CONNECTORS, TextEdit
from retrieval.errors import ModelError
from retrieval.onnx.model_folder import check_file, first_line, load_session, usable_cores

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

GRAPH_FILE = "completion.onnx"
TOKENIZER_FILE = "tokenizer.json"
SETTINGS_FILE = "completion.json"
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OUTPUTS = ("tags", "adds", "connectors", "pointers")
CURE = "install pullquote again"
_MOST_THREADS = 4
MOST_READ = 224
"""Tokens of an input: fewer than in training, for the time; BLEU is the same."""


def bundled_folder() -> Path:
    """Where the model lies that comes with the package."""
    return Path(str(package_files("retrieval"))) / "edits" / "bundled"


class OnnxEditModel:
    """Implements ``EditModel``. Cheap to construct."""

    def __init__(
        self,
        folder: Path,
        *,
        least_replaced: float = 0.6,
        least_added: float = 0.3,
        least_certainty: float = 0.0,
    ) -> None:
        """``least_replaced`` and ``least_added``: probability, 0..1, from which an edit of that
        sort is given; ``least_certainty``: that of its phrase.
        """
        self._folder = folder
        self._replaced = least_replaced
        self._added = least_added
        self._certainty = least_certainty

    def load(self) -> None:
        """Checks and loads everything now. Raises ``ModelError``."""
        _ = self._tokenizer, self._session

    @property
    def identity(self) -> str:
        return f"{self._settings['model']}@{self._sums[GRAPH_FILE][:16]}"

    def edits(self, question: str, texts: Sequence[str]) -> tuple[TextEdit, ...]:
        layout = lay_out(self._tokenizer, question, texts, MOST_READ)
        if not layout.question or not layout.context:
            return ()
        least = min(self._replaced, self._added)
        found = proposals(question, texts, layout, self._scores(layout), least)
        return tuple(
            text_edit(question, texts, layout, proposal, CONNECTORS[proposal.connector])
            for proposal in apart([proposal for proposal in found if self._is_given(proposal)])
        )

    def _is_given(self, proposal: Proposal) -> bool:
        adds = proposal.first == proposal.last
        enough = proposal.probability >= (self._added if adds else self._replaced)
        return enough and proposal.certainty >= self._certainty

    def _scores(self, layout: Layout) -> EditScores:
        columns = (layout.ids, (1,) * len(layout.ids), layout.types)
        feeds = {
            name: np.array([column], dtype=np.int64)
            for name, column in zip(INPUTS, columns, strict=True)
        }
        try:
            outputs = self._session.run(list(OUTPUTS), feeds)
        except Exception as error:  # onnxruntime's exceptions share no public base class
            path = self._folder / GRAPH_FILE
            raise ModelError(f"{path}: cannot be run ({first_line(error)}); {CURE}.") from error
        return EditScores(*(np.asarray(output[0], dtype=np.float32) for output in outputs))

    @cached_property
    def _settings(self) -> dict[str, Any]:
        path = self._folder / SETTINGS_FILE
        try:
            settings = json.loads(path.read_text(encoding="utf-8"))
            if not isinstance(settings, dict) or not isinstance(settings.get("sha256"), dict):
                raise ValueError("it names no checksums")
            return {"model": "unnamed", **settings}
        except (OSError, ValueError) as error:
            raise ModelError(f"{path}: cannot be read ({first_line(error)}); {CURE}.") from error

    @property
    def _sums(self) -> dict[str, str]:
        return {str(name): str(value) for name, value in self._settings["sha256"].items()}

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        path = self._checked(TOKENIZER_FILE)
        try:
            tokenizer = Tokenizer.from_file(str(path))
            tokenizer.no_padding()
            tokenizer.no_truncation()
        except Exception as error:  # tokenizers raises bare Exception
            raise ModelError(f"{path}: cannot be loaded ({first_line(error)}); {CURE}.") from error
        return tokenizer

    @cached_property
    def _session(self) -> InferenceSession:
        # One input a turn: nothing else wants the cores meanwhile.
        path = self._checked(GRAPH_FILE)
        return load_session(path, CURE, threads=min(_MOST_THREADS, usable_cores()))

    def _checked(self, name: str) -> Path:
        path = self._folder / name
        check_file(path, self._sums.get(name), CURE)
        return path
