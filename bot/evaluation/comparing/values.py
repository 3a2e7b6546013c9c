"""What two runs over one question set have in common and where they differ, as plain values.

The run under test is ``b``, the one it is held against ``a``: a difference is ``b - a``, a win is a
question that only ``b`` got right.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MeasureComparison:
    """One measure over the ``n`` questions that both runs have.

    ``low`` and ``high`` bound the 95 % interval of ``difference``; ``p`` is two-sided, 0..1;
    ``wins`` and ``losses`` count questions on which ``b`` is better or worse; ``unit`` is ``share``
    (0..1), ``ms`` or ``number``.
    """

    name: str
    a: float
    b: float
    difference: float
    low: float
    high: float
    p: float
    n: int
    wins: int
    losses: int
    significant: bool
    unit: str


@dataclass(frozen=True, slots=True)
class Change:
    """One question that the runs answer differently; ``kind``: ``win``, ``loss`` or ``changed``.

    An answer of None is a refusal. ``source_a`` and ``source_b`` say what is quoted, for a person
    to read; they are empty where nothing is.
    """

    id: str
    question: str
    golds: tuple[str, ...]
    kind: str
    answer_a: str | None
    answer_b: str | None
    source_a: str
    source_b: str
    verdict_a: str
    verdict_b: str
    f1_a: float
    f1_b: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs side by side. ``questions``: those that both have; ``only_a``: ids ``b`` lacks."""

    name_a: str
    name_b: str
    questions: int
    same: int
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    measures: tuple[MeasureComparison, ...]
    changes: tuple[Change, ...]


def conclusion(comparison: Comparison, label: Callable[[str], str] = str) -> str:
    """One sentence: how many answers differ, and whether that means anything. ``label`` gives the
    name under which a measure is shown.
    """
    changed = comparison.questions - comparison.same
    sure = [m for m in comparison.measures if m.significant]
    if changed:
        differ = "differs" if changed == 1 else "differ"
        found = f"{changed} of {comparison.questions} answers {differ}"
    else:
        found = f"The runs show the same for all {comparison.questions} questions"
        if not any(m.wins or m.losses for m in comparison.measures):
            return f"{found}."
    test = "randomisation test, 5 % level, corrected for several measures"
    if not sure:
        return f"{found}; no measure differs significantly ({test})."
    named = ", ".join(f"{label(m.name)} {'up' if m.difference > 0 else 'down'}" for m in sure)
    return f"{found}; significantly so ({test}): {named}."
