"""How often answers like this one were right, in words. Pure; knows no configs and no scores."""

from __future__ import annotations

from retrieval.datatypes import Reliability

_TENTHS = 10


def how_often(measured: Reliability) -> str:
    """For example ``right 9 times out of 10 at this score (n=412)``.

    Rounded to tenths in the middle and downwards near the top. What was right without exception is
    not said to be sure, nor what never was to be impossible: ``n`` says how little was seen.
    """
    return f"{_words(measured.right, measured.of)} at this score (n={measured.of})"


def _words(right: int, of: int) -> str:
    if right == 0:
        return "not right once"
    if right == of:
        return "right every time"
    if 100 * right >= 99 * of:
        return "right 99 times out of 100"
    if 20 * right >= 19 * of:
        return "right 19 times out of 20"
    if 20 * right < of:
        return "right less than once out of 20"
    tenths = (2 * _TENTHS * right + of) // (2 * of)  # rounded, halves upwards
    return "right once out of 10" if tenths == 1 else f"right {tenths} times out of {_TENTHS}"
