"""How often answers like this one were right, in words. Pure; knows no configs and no scores."""

from __future__ import annotations

from retrieval.datatypes import Reliability
from retrieval.messages import Message, say

_TENTHS = 10


def how_often(measured: Reliability) -> Message:
    """For example ``right 9 times out of 10 at this score (n=412)``.

    The rate is what to expect of the next answer after so many: Laplace's rule of succession,
    ``(right + 1) / (of + 2)``, so that a few answers without a fault promise little. It is rounded
    to tenths in the middle and downwards near the top; ``n`` says how much was seen.
    """
    right, of, n = measured.right + 1, measured.of + 2, str(measured.of)
    if 20 * right < of:
        return say("right less than once out of {of} at this score (n={n})", of="20", n=n)
    times, out_of = _rate(right, of)
    if times == 1:
        return say("right once out of {of} at this score (n={n})", of=str(out_of), n=n)
    return say(
        "right {times} times out of {of} at this score (n={n})",
        times=str(times), of=str(out_of), n=n,
    )  # fmt: skip


def _rate(right: int, of: int) -> tuple[int, int]:
    if 100 * right >= 99 * of:
        return 99, 100
    if 20 * right >= 19 * of:
        return 19, 20
    return (2 * _TENTHS * right + of) // (2 * of), _TENTHS  # rounded, halves upwards
