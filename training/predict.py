"""Reading whole contexts: windows, logits, spans, and one null score for each question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from retrieval.reader.spans import MAX_TOKENS, ScoredSpan, Window, best_spans
from retrieval.reader.titled import titled
from training.features import text_start, windows
from training.sets import shown_title
from training.squad import Example

Ids = NDArray[np.int64]
Logits = NDArray[np.float32]
Scorer = Callable[[Ids, Ids, Ids], tuple[Logits, Logits]]
"""(input ids, attention mask, token types) -> (start logits, end logits)."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """The best span of a context and by how much it beats "no answer" (the margin).

    ``start`` and ``end`` are half-open character offsets into the context, without any title.
    """

    text: str
    start: int
    end: int
    margin: float


def predict(
    scorer: Scorer,
    tokenizer: Tokenizer,
    examples: Sequence[Example],
    *,
    batch_windows: int = 16,
    max_answer_tokens: int = MAX_TOKENS,
    titles: bool = True,
) -> list[Prediction]:
    """Read each example's context; spans are found by the product's own rules.

    Spans of different windows compete by their logits; the null score of a context is the lowest
    of its windows', because one window that holds the answer is enough. With ``titles`` a context
    is read under its title, as in a training; no span is taken from there.
    """
    texts = [_titled(example) if titles else (example.context, 0) for example in examples]
    jobs = [
        (number, encoding)
        for number, (example, (text, _)) in enumerate(zip(examples, texts, strict=True))
        for encoding in windows(tokenizer, example.question, text)
    ]
    jobs.sort(key=lambda job: len(job[1].ids))
    best: list[ScoredSpan | None] = [None] * len(examples)
    null = [np.inf] * len(examples)
    for begin in range(0, len(jobs), batch_windows):
        part = jobs[begin : begin + batch_windows]
        starts, ends = scorer(*_tensors([encoding for _, encoding in part]))
        for row, (number, encoding) in enumerate(part):
            window = _scored(encoding, starts[row], ends[row], texts[number][1])
            null[number] = min(null[number], window.null_score)
            spans = best_spans(window, examples[number].context, max_tokens=max_answer_tokens)
            held = best[number]
            if spans and (held is None or spans[0].score > held.score):
                best[number] = spans[0]
    return [
        Prediction("", 0, 0, -np.inf)
        if span is None
        else Prediction(
            example.context[span.start : span.end], span.start, span.end, span.score - nothing
        )
        for example, span, nothing in zip(examples, best, null, strict=True)
    ]


def _titled(example: Example) -> tuple[str, int]:
    """The context under its title, and where it begins there."""
    return titled(example.heading or shown_title(example.title), example.context)


def _scored(encoding: Encoding, starts: Logits, ends: Logits, begin: int) -> Window:
    """The tokens of the context, which begins at offset ``begin`` of what was read, with their
    logits and their offsets in the context; position 0, the [CLS], says "not here".
    """
    offsets = np.array(encoding.offsets, dtype=np.int64) - begin
    own = np.array([part == 1 for part in encoding.sequence_ids], dtype=bool) & (offsets[:, 0] >= 0)
    size = len(own)
    return Window(
        offsets[own],
        starts[:size][own],
        ends[:size][own],
        float(starts[0] + ends[0]),
    )


def _tensors(encodings: list[Encoding]) -> tuple[Ids, Ids, Ids]:
    width = max(len(encoding.ids) for encoding in encodings)
    ids, mask, types = (np.zeros((len(encodings), width), dtype=np.int64) for _ in range(3))
    for row, encoding in enumerate(encodings):
        size = len(encoding.ids)
        ids[row, :size] = encoding.ids
        mask[row, :size] = 1
        types[row, text_start(encoding) : size] = 1
    return ids, mask, types
