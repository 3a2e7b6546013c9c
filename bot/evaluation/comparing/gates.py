"""What a run must reach for a gate to open: ``--fail-under`` and ``--fail-if-worse-than``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from bot.evaluation.comparing.values import Comparison
from bot.evaluation.measuring import conversations
from bot.evaluation.measuring.figures import PERCENTILES
from bot.evaluation.measuring.ranking import MEASURES
from retrieval.errors import UsageError

_SHARES = (
    "f1",
    "exact_match",
    "correct",
    "has_answer_f1",
    "has_answer_exact_match",
    "no_answer_refused",
    "span_right",
    "sentence_right",
    "answer_in_top_five",
    "answer_in_passages",
    "best_span_right",
    "citation_precision",
    "citation_recall",
    "precision_of_answers",
    "all_sides_shown",
    "answered",
    "auc",
    "aurc",
    "ece",
    "brier",
)
_TIMES = tuple(f"p{percent}" for percent in PERCENTILES)
NAMES = {
    "answer": (*_SHARES, *conversations.MEASURES, *_TIMES),
    "read": (*_SHARES, *_TIMES),
    "retrieve": (*MEASURES, *_TIMES),
}
"""What can be asked of a run, by task."""
_VALUE = re.compile(r"(\d+(?:\.\d+)?|\.\d+)\s*(ms|s|%)?", re.ASCII)
_SLACK = 1e-9
"""A bar of 0.7 is met by 0.7, however the sum that gave it was rounded."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One condition: the figure ``name`` must reach ``value``, a share 0..1 or milliseconds.

    ``written`` is how the user wrote it. Times, and errors such as ``ece``, must stay below.
    """

    name: str
    value: float
    written: str


def parse_bars(text: str, task: str) -> tuple[Bar, ...]:
    """``f1=0.70,p95=500ms`` as conditions.

    Shares are written 0.70 or 70%, times 500ms or 0.5s. Raises ``UsageError`` for a name that the
    task does not measure, with the nearest one that it does, and for a value that is none.
    """
    if task not in NAMES:
        raise UsageError(f"--fail-under does not know --task {task}; use it with another task.")
    return tuple(_bar(part.strip(), task) for part in text.split(",") if part.strip()) or _none()


def unmet(bars: Sequence[Bar], metrics: Mapping[str, Any]) -> list[str]:
    """A sentence for each condition that the run does not meet."""
    return [s for bar in bars if (s := _unmet(bar, metrics.get("figures", {}))) is not None]


def worse(comparison: Comparison) -> list[str]:
    """A sentence for each measure by which run b is significantly worse than run a."""
    return [
        f"{m.name} fell from {m.a:.3f} in {comparison.name_a} to {m.b:.3f} "
        f"(by {-m.difference:.3f}, 95 % interval {-m.high:.3f} to {-m.low:.3f}, p = {m.p:.4f})"
        for m in comparison.measures
        if m.significant and m.difference < 0
    ]


def _bar(part: str, task: str) -> Bar:
    name, equals, written = (piece.strip() for piece in part.partition("="))
    names = NAMES[task]
    if name not in names:
        near = get_close_matches(name, names, n=1, cutoff=0.5)
        hint = f'did you mean "{near[0]}"?' if near else f"it measures {', '.join(names)}."
        raise UsageError(f'--fail-under: "{name}" is not measured by --task {task}; {hint}')
    match = _VALUE.fullmatch(written)
    if not equals or match is None:
        raise UsageError(f'--fail-under: "{part}" is no condition; write f1=0.70 or p95=500ms.')
    value, unit = float(match[1]), match[2]
    if name in _TIMES:
        if unit == "%":
            raise UsageError(f'--fail-under: "{part}": {name} is a time; write {name}=500ms.')
        return Bar(name, 1000 * value if unit == "s" else value, written)
    share = value / 100 if unit == "%" else value
    if unit in ("ms", "s") or not 0 <= share <= 1:
        raise UsageError(
            f'--fail-under: "{part}": {name} is a share; write it from 0 to 1, or with %.'
        )
    return Bar(name, share, written)


def _none() -> tuple[Bar, ...]:
    raise UsageError("--fail-under: there is no condition; write f1=0.70 or p95=500ms.")


def _unmet(bar: Bar, figures: Mapping[str, Any]) -> str | None:
    figure = figures.get(bar.name)
    value = None if figure is None else figure["value"]
    if figure is None or value is None:
        return f"{bar.name} cannot be measured on this set, so it does not meet {bar.written}"
    if figure["better"] == "lower":
        if value <= bar.value + _SLACK:
            return None
        side = "above"
    else:
        if value >= bar.value - _SLACK:
            return None
        side = "below"
    return f"{bar.name} is {_shown(value, figure)}, {side} {bar.written}"


def _shown(value: float, figure: Mapping[str, Any]) -> str:
    """The value with its interval, with as many digits as tell it from its bar in practice."""
    pattern, unit = ("{:.0f}", " ms") if figure["unit"] == "ms" else ("{:.3f}", "")
    low, high = figure["low"], figure["high"]
    bounds = "" if low is None else f" ({pattern.format(low)} to {pattern.format(high)})"
    return f"{pattern.format(value)}{unit}{bounds}"
