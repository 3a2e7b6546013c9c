"""From the logits of one window to spans of its text.

A span's score is its start logit plus its end logit (Devlin et al. 2019, section 4.2), over all
pairs that are in order, at most ``max_tokens`` tokens long, start and end between words, and stay
within one stretch of text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from retrieval.reader.boundaries import is_boundary, tidied
from retrieval.reader.titled import SEPARATOR

Logits = NDArray[np.float32]
Offsets = NDArray[np.int64]

MAX_TOKENS = 30
"""Longest answer in tokens; 99 in 100 answers of the training sets are shorter."""
_ATTEMPTS = 10
"""Spans that are tidied for each one that is wanted, at most. Over news never more than 2.2 were:
only among brackets, quotation marks and the like do many come out the same or empty.
"""
_NEVER = np.float32(-np.inf)


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of one text under a question, as a model scored it.

    ``offsets`` (tokens x 2) are half-open code point offsets into the text, one row for each token
    of the text in the window (tokens of the question and special tokens are left out);
    ``start_logits`` and ``end_logits`` (tokens) belong to them, larger is better. ``null_score`` is
    the score of "no answer here", on the scale of a span's.
    """

    offsets: Offsets
    start_logits: Logits
    end_logits: Logits
    null_score: float


@dataclass(frozen=True, slots=True)
class TitledWindow:
    """A window of a text under its title, in two: offsets of ``title`` count in the title, those of
    ``text`` in the text. ``title`` is None where none of it is in the window.
    """

    title: Window | None
    text: Window


def cut_at_title(window: Window, shift: int) -> TitledWindow:
    """Cut where the text begins, at offset ``shift``; what stands between the two is left out."""
    if shift == 0:
        return TitledWindow(None, window)
    above = window.offsets[:, 1] <= shift - len(SEPARATOR)
    below = window.offsets[:, 0] >= shift
    return TitledWindow(
        _part(window, above, 0) if above.any() else None, _part(window, below, shift)
    )


def _part(window: Window, kept: NDArray[np.bool_], shift: int) -> Window:
    return Window(
        window.offsets[kept] - shift,
        window.start_logits[kept],
        window.end_logits[kept],
        window.null_score,
    )


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """Half-open code point offsets into the text; start logit plus end logit; the null score of
    the window it was found in.
    """

    start: int
    end: int
    score: float
    null_score: float

    @property
    def margin(self) -> float:
        """``score - null_score``; larger is better."""
        return self.score - self.null_score


def best_spans(
    window: Window,
    text: str,
    *,
    count: int = 20,
    max_tokens: int = MAX_TOKENS,
    stretches: Sequence[int] | None = None,
) -> list[ScoredSpan]:
    """The ``count`` best-scored spans of one window, best first; fewer when there are fewer.

    ``stretches`` gives each token the number of the stretch it stands in: no span begins in one
    and ends in another. Spans are tidied (see ``boundaries.tidied``); of spans that become the
    same, the best stays. Ties go to the earlier, then the shorter span. Of text that is nearly all
    marks fewer may be found than there are: only the best ten for each one wanted are tried.
    """
    if not len(window.offsets):
        return []
    band = _band(window, text, max_tokens, stretches)
    flat = band.ravel()
    found: dict[tuple[int, int], ScoredSpan] = {}
    for position in islice(_largest_first(flat, 2 * count), _ATTEMPTS * count):
        first, further = divmod(position, band.shape[1])
        start, end = window.offsets[first, 0], window.offsets[first + further, 1]
        place = tidied(text, int(start), int(end))
        if place is not None and place not in found:
            found[place] = ScoredSpan(*place, float(flat[position]), window.null_score)
        if len(found) >= count:
            break
    return list(found.values())


def _band(window: Window, text: str, max_tokens: int, stretches: Sequence[int] | None) -> Logits:
    """The score of each span by its first token and by how many more it has; minus infinity for
    what is no span. ``window`` has tokens.
    """
    tokens = len(window.offsets)
    # Glued tokens share their edges: each place is looked at once.
    edges = {at: is_boundary(text, at) for at in set(window.offsets.ravel().tolist())}
    is_edge = np.array([edges[at] for at in window.offsets.ravel().tolist()], dtype=bool)
    filled = window.offsets[:, 0] < window.offsets[:, 1]
    opens, closes = (is_edge.reshape(-1, 2)[:, side] & filled for side in (0, 1))
    starts = np.where(opens, window.start_logits, _NEVER)
    ends = np.where(closes, window.end_logits, _NEVER)
    width = max(1, min(max_tokens, tokens))
    padding = np.full(width - 1, _NEVER)
    with np.errstate(over="ignore"):  # what a model masks has the least float32 for a logit
        band: Logits = starts[:, None] + sliding_window_view(np.append(ends, padding), width)
    if stretches is not None:
        where = np.asarray(stretches)
        last = np.minimum(np.arange(tokens)[:, None] + np.arange(width), tokens - 1)
        band[where[:, None] != where[last]] = _NEVER
    return band


def score_of(window: Window, start: int, end: int) -> ScoredSpan | None:
    """The score of a given range of the text; None when it does not begin and end with tokens of
    the window, is no range or is masked.
    """
    first = np.flatnonzero(window.offsets[:, 0] == start)
    last = np.flatnonzero(window.offsets[:, 1] == end)
    if start >= end or not len(first) or not len(last):
        return None
    with np.errstate(over="ignore"):
        score = float(window.start_logits[first[0]] + window.end_logits[last[-1]])
    return ScoredSpan(start, end, score, window.null_score) if np.isfinite(score) else None


def _largest_first(flat: Logits, usual: int) -> Iterator[int]:
    """Positions of the finite values, largest first, ties in order.

    ``usual`` are sorted at first, and the others when they are wanted: tidying seldom makes so many
    spans one that more are.
    """
    rest = np.flatnonzero(np.isfinite(flat))
    while len(rest):
        size = min(usual, len(rest))
        least = np.partition(flat[rest], len(rest) - size)[len(rest) - size]
        is_next = flat[rest] >= least
        largest = rest[is_next]
        yield from largest[np.argsort(-flat[largest], kind="stable")].tolist()
        rest = rest[~is_next]
