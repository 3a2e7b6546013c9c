"""Examples as token ids with soft span targets, kept in flat arrays on disk."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from training.squad import Example

Unit = Sequence[Sequence[Example]]
"""Groups of examples: see ``mixture``."""

MAX_QUESTION_TOKENS = 64
TARGETS = 3  # an example keeps at most this many different start (and end) positions

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]


def load_tokenizer(folder: Path, max_tokens: int, stride: int) -> Tokenizer:
    """The encoder's own tokenizer, set to cut long contexts into overlapping windows."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens, stride=stride, strategy="only_second")
    return tokenizer


def windows(tokenizer: Tokenizer, question: str, context: str) -> list[Encoding]:
    """The question with each window of the context; a very long question is cut first."""
    parts = question.split()
    first = tokenizer.encode(" ".join(parts[:MAX_QUESTION_TOKENS]), context)
    return [first, *first.overflowing]


def text_start(window: Encoding) -> int:
    """The position of the text's first token. From there on BERT's token types are 1; other
    encoders have no types, and their tokenizers say 0 for all.
    """
    return window.sequence_ids.index(1) if 1 in window.sequence_ids else len(window.ids)


@dataclass(frozen=True, slots=True)
class Features:
    """Token ids of many windows, end to end, and where each one's answer starts and ends.

    ``starts`` and ``ends`` hold token positions within the window (0, the [CLS], for no answer),
    ``start_weights`` and ``end_weights`` how many of the annotators chose them, as shares. Windows
    of one ``groups`` number share a softmax, those of one ``units`` number a batch; both rise.
    """

    ids: Ints
    bounds: NDArray[np.int64]
    question_lengths: Ints
    starts: Ints
    start_weights: Floats
    ends: Ints
    end_weights: Floats
    groups: Ints
    units: Ints

    def __len__(self) -> int:
        """The number of windows."""
        return len(self.question_lengths)

    def lengths(self) -> NDArray[np.int64]:
        """The number of tokens of each window."""
        return np.diff(self.bounds)

    def save(self, path: Path) -> None:
        """Write the arrays; a reader of the file never sees half of them."""
        temporary = path.with_suffix(".partial.npz")
        np.savez(temporary, **{name: getattr(self, name) for name in self.__slots__})
        temporary.replace(path)

    @classmethod
    def load(cls, path: Path) -> Features:
        """Read what ``save`` wrote."""
        with np.load(path) as arrays:
            return cls(**{name: arrays[name] for name in cls.__slots__})


def featurise(units: Sequence[Unit], tokenizer: Tokenizer, seed: int) -> Features:
    """One window for each example: one that holds its answer, or any when it has none.

    All annotators' answers are targets, weighted by how many gave them. Three people rarely mark
    the same words; telling the reader that "12 May" and "on 12 May" are both right costs nothing,
    keeps it from memorising one annotator's habit, and leaves honest probabilities.
    """
    rng = random.Random(seed)
    rows: list[_Row] = []
    group = 0
    for number, unit in enumerate(units):
        for examples in unit:
            found = [_row(e, tokenizer, rng, group, number) for e in examples]
            # Without its answer's window a group would teach that nothing answers.
            if all(row is not None for row in found):
                rows += [row for row in found if row is not None]
                group += 1
    bounds = np.concatenate([[0], np.cumsum([len(row.ids) for row in rows])]).astype(np.int64)
    starts, ends = ([_targets(getattr(r, side)) for r in rows] for side in ("starts", "ends"))
    return Features(
        np.concatenate([np.zeros(0, dtype=np.int32), *(row.ids for row in rows)]),
        bounds,
        np.asarray([row.question_length for row in rows], dtype=np.int32),
        np.asarray([target[0] for target in starts], dtype=np.int32),
        np.asarray([target[1] for target in starts], dtype=np.float32),
        np.asarray([target[0] for target in ends], dtype=np.int32),
        np.asarray([target[1] for target in ends], dtype=np.float32),
        np.asarray([row.group for row in rows], dtype=np.int32),
        np.asarray([row.unit for row in rows], dtype=np.int32),
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """One window with the token positions of its answers, none where it holds none."""

    ids: Ints
    question_length: int
    starts: list[int]
    ends: list[int]
    group: int
    unit: int


def _row(
    example: Example, tokenizer: Tokenizer, rng: random.Random, group: int, unit: int
) -> _Row | None:
    choices = [
        (window, _token_spans(window, example))
        for window in windows(tokenizer, example.question, example.context)
    ]
    if example.golds:
        choices = [choice for choice in choices if choice[1]]
        if not choices:
            return None
    window, spans = rng.choice(choices)
    return _Row(
        np.asarray(window.ids, dtype=np.int32),
        text_start(window),
        [start for start, _ in spans],
        [end for _, end in spans],
        group,
        unit,
    )


def _token_spans(window: Encoding, example: Example) -> list[tuple[int, int]]:
    spans = []
    for gold in example.golds:
        covered = [
            index
            for index, ((start, end), kind) in enumerate(
                zip(window.offsets, window.sequence_ids, strict=True)
            )
            if kind == 1 and start < gold.end and end > gold.start
        ]
        if not covered:
            continue
        first, last = covered[0], covered[-1]
        if window.offsets[first][0] <= gold.start and gold.end <= window.offsets[last][1]:
            spans.append((first, last))
    return spans


def _targets(positions: list[int]) -> tuple[list[int], list[float]]:
    counted = Counter(positions or [0]).most_common(TARGETS)
    total = sum(count for _, count in counted)
    padding = TARGETS - len(counted)
    return (
        [position for position, _ in counted] + [0] * padding,
        [count / total for _, count in counted] + [0.0] * padding,
    )
