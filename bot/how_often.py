"""How often answers like this one were right, in words. Pure; knows no configs and no scores."""

from __future__ import annotations

from retrieval.datatypes import Reliability

_TENTHS = 10


def how_often(measured: Reliability) -> str:
    """For example ``right 9 times out of 10 at this score (n=412)``.

    The rate is what to expect of the next answer after so many: Laplace's rule of succession,
    ``(right + 1) / (of + 2)``, so that a few answers without a fault promise little. It is rounded
    to tenths in the middle and downwards near the top; ``n`` says how much was seen.
    """
    return f"{_words(measured.right + 1, measured.of + 2)} at this score (n={measured.of})"


def _words(right: int, of: int) -> str:
    if 100 * right >= 99 * of:
        return "right 99 times out of 100"
    if 20 * right >= 19 * of:
        return "right 19 times out of 20"
    if 20 * right < of:
        return "right less than once out of 20"
    tenths = (2 * _TENTHS * right + of) // (2 * of)  # rounded, halves upwards
    return "right once out of 10" if tenths == 1 else f"right {tenths} times out of {_TENTHS}"
