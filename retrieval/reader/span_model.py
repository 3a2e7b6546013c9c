"""A span model exported to ONNX: a folder with graph, tokenizer and settings, run by onnxruntime.

``reader.json`` names the files' checksums; they are compared before anything is loaded, because a
graph with a wrong byte answers wrongly in silence.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from retrieval.errors import ModelError
from retrieval.onnx.model_folder import check_file, first_line, load_session, usable_cores
from retrieval.reader.boundaries import characters_end
from retrieval.reader.spans import Window

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

GRAPH_FILE = "reader.onnx"
TOKENIZER_FILE = "tokenizer.json"
SETTINGS_FILE = "reader.json"
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OUTPUTS = ("start_logits", "end_logits")
MIN_TOKENS = 32
"""The shortest input with room for a question and a text."""


LEAST_WINDOWS = 32
"""However few the texts are, so many windows may be read."""
WINDOWS_PER_TEXT = 2
"""Passages are cut so that each takes one window: a question reaches this bound over an index that
was made before they were, or where the windows of the config are longer than 250 words.
"""
_Part = TypeVar("_Part")


@dataclass(frozen=True, slots=True)
class SpanModelSettings:
    """What must be known to use an exported graph.

    ``max_tokens``: longest input, question and special tokens included. ``stride``: tokens that
    windows over one text share. ``sha256``: checksum of each other file in the folder.
    ``reads_titles``: whether it was trained on texts under their titles (see ``titled``).
    """

    model: str
    sha256: dict[str, str]
    max_tokens: int = 384
    stride: int = 128
    no_answer_position: int = 0
    reads_titles: bool = False

    def save(self, folder: Path) -> None:
        text = json.dumps(asdict(self), ensure_ascii=False, indent=2)
        (folder / SETTINGS_FILE).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, cure: str) -> SpanModelSettings:
        """Raises ``ModelError`` when the file is missing or is not what ``save`` wrote."""
        path = folder / SETTINGS_FILE
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            if not isinstance(record, dict):
                raise ValueError("it is no JSON object")
            if lacking := [name for name in ("model", "sha256") if name not in record]:
                raise ValueError(f"it lacks {', '.join(lacking)}")
            settings = cls(**{name: record[name] for name in cls.__slots__ if name in record})
            if faulty := settings._faulty():
                raise ValueError(f"its {', '.join(faulty)} cannot be")
        except (OSError, ValueError) as error:
            raise ModelError(f"{path}: cannot be read ({error}); {cure}.") from error
        return settings

    def _faulty(self) -> list[str]:
        """Names of the settings with impossible values, as a file may hold them."""

        def is_whole(value: object, least: int, most: int) -> bool:
            return type(value) is int and least <= value <= most

        holds = {
            "model": isinstance(self.model, str),
            "sha256": isinstance(self.sha256, dict),
            "max_tokens": is_whole(self.max_tokens, MIN_TOKENS, 8192),
            # The shortest input has four tokens.
            "no_answer_position": is_whole(self.no_answer_position, 0, 3),
            "reads_titles": type(self.reads_titles) is bool,
        }
        # The question may take half of what the stride leaves, and tokenizers panics unless a
        # window holds more text than two windows share.
        most = self.max_tokens // 2 if holds["max_tokens"] else 4096
        holds["stride"] = is_whole(self.stride, 0, most)
        return [name for name, is_right in holds.items() if not is_right]


class OnnxSpanModel:
    """Implements ``SpanScorer``. Cheap to construct; everything loads at the first question."""

    def __init__(
        self,
        folder: Path,
        *,
        threads: int = 0,
        windows: tuple[int, int] = (LEAST_WINDOWS, WINDOWS_PER_TEXT),
        cure: str = "install pullquote again",
    ) -> None:
        """``threads``: how many windows are scored at once; 0 for as many as there are cores.
        ``windows`` bounds how many are read at all: see ``bounded``.

        ``cure`` ends the sentence of every error: what to do when the files are not whole.
        """
        self._folder = folder
        self._threads = threads
        self._most = windows
        self._cure = cure

    def load(self) -> None:
        """Checks and loads everything now. Raises ``ModelError``."""
        _ = self.settings, self._tokenizer, self._session

    @cached_property
    def settings(self) -> SpanModelSettings:
        """Loads at the first use; raises ``ModelError`` when a file differs from its checksum."""
        settings = SpanModelSettings.load(self._folder, self._cure)
        for name in sorted({GRAPH_FILE, TOKENIZER_FILE, *settings.sha256}):
            check_file(self._folder / name, settings.sha256.get(name), self._cure)
        return settings

    @property
    def identity(self) -> str:
        return f"{self.settings.model}@{self.settings.sha256[GRAPH_FILE][:16]}"

    @property
    def reads_titles(self) -> bool:
        return self.settings.reads_titles

    def windows(self, question: str, texts: Sequence[str]) -> list[tuple[Window, ...]]:
        """One window a run, unpadded, as many runs at once as there are threads.

        A run on one thread leaves the other cores to other windows, which beats sharing each
        product out to all of them, and int8 activations are scaled by run: so a window's logits do
        not depend on its neighbours. Of too many windows the last are left out: see ``bounded``.
        """
        asked = self._shortened(question)
        encodings = bounded([self._encode(asked, text) for text in texts], *self._most)
        _ = self._session  # loaded before the threads ask for it
        jobs = [(t, e) for t, parts in zip(texts, encodings, strict=True) for e in parts]
        scored = iter(self._pool.map(self._window, *zip(*jobs, strict=True)) if jobs else ())
        return [
            tuple(w for w in [next(scored) for _ in parts] if len(w.offsets)) for parts in encodings
        ]

    def _shortened(self, question: str) -> str:
        """The question's first tokens, if it has so many that too little room is left for text."""
        room = max(1, (self.settings.max_tokens - self.settings.stride) // 2)
        self._tokenizer.no_truncation()
        offsets = self._tokenizer.encode(question, add_special_tokens=False).offsets
        self._truncate(self._tokenizer)
        return question if len(offsets) <= room else question[: offsets[room - 1][1]]

    def _encode(self, question: str, text: str) -> list[Encoding]:
        """The text's windows under the question."""
        if not text.strip():
            return []
        first = self._tokenizer.encode(question, text)
        return [first, *first.overflowing]

    def _window(self, text: str, encoding: Encoding) -> Window:
        columns = (encoding.ids, encoding.attention_mask, encoding.type_ids)
        feeds = {
            name: np.array([column], dtype=np.int64)
            for name, column in zip(INPUTS, columns, strict=True)
            if name in self._inputs
        }
        try:
            starts, ends = (logits[0] for logits in self._session.run(list(OUTPUTS), feeds))
        except Exception as error:  # the graph may take less than the settings say
            path = self._folder / GRAPH_FILE
            raise ModelError(
                f"{path}: cannot be run ({first_line(error)}); {self._cure}."
            ) from error
        own = np.array([part == 1 for part in encoding.sequence_ids], dtype=bool)
        places = [
            _fitted(text, *place) if is_own else place
            for is_own, place in zip(own, encoding.offsets, strict=True)
        ]
        offsets = np.array(places, dtype=np.int64).reshape(-1, 2)
        null = self.settings.no_answer_position
        return Window(
            offsets[own],
            np.asarray(starts[own], dtype=np.float32),
            np.asarray(ends[own], dtype=np.float32),
            float(starts[null] + ends[null]),
        )

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._threads or usable_cores())

    @cached_property
    def _inputs(self) -> frozenset[str]:
        return frozenset(node.name for node in self._session.get_inputs())

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        path = self._folder / TOKENIZER_FILE
        _ = self.settings
        try:
            tokenizer = Tokenizer.from_file(str(path))
            tokenizer.no_padding()
            self._truncate(tokenizer)
        except Exception as error:  # tokenizers raises bare Exception
            raise ModelError(
                f"{path}: cannot be loaded ({first_line(error)}); {self._cure}."
            ) from error
        return tokenizer

    def _truncate(self, tokenizer: Tokenizer) -> None:
        tokenizer.enable_truncation(
            self.settings.max_tokens, stride=self.settings.stride, strategy="only_second"
        )

    @cached_property
    def _session(self) -> InferenceSession:
        path = self._folder / GRAPH_FILE
        _ = self.settings
        session = load_session(path, self._cure)
        missing = set(OUTPUTS) - {node.name for node in session.get_outputs()}
        if missing:
            raise ModelError(
                f"{path}: has no span head (no output {', '.join(sorted(missing))}); {self._cure}."
            )
        unknown = {node.name for node in session.get_inputs()} - set(INPUTS)
        if unknown:
            raise ModelError(
                f"{path}: wants an input that readers do not give ({', '.join(sorted(unknown))}); "
                f"{self._cure}."
            )
        return session


def bounded(
    parts: Sequence[Sequence[_Part]],
    least: int = LEAST_WINDOWS,
    per_text: int = WINDOWS_PER_TEXT,
) -> list[Sequence[_Part]]:
    """The windows of each text, at most ``per_text`` a text in all, or ``least`` if that is more.

    Every text keeps its first one; the others go to the first texts, which retrieval ranks best.
    """
    rest = max(least, per_text * len(parts)) - sum(1 for own in parts if own)
    kept: list[Sequence[_Part]] = []
    for own in parts:
        more = min(rest, max(0, len(own) - 1))
        rest -= more
        kept.append(own[: 1 + more])
    return kept


def _fitted(text: str, start: int, end: int) -> tuple[int, int]:
    """A token's place without the blank before it, with the accents that its tokenizer dropped."""
    while start < end and text[start].isspace():
        start += 1
    return start, characters_end(text, end) if start < end else end
