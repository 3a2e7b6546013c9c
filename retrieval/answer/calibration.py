"""From the evidence for an answer to the probability that it is right."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from math import exp, inf
from pathlib import Path

from retrieval.errors import ModelError

FILE = "calibration.json"
FILE_WITH_SECOND = "calibration-{second}.json"
"""Of a reader whose spans a second one looks at again."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic model (Platt 1999): ``p = 1 / (1 + exp(-(bias + sum of weight * value)))``.

    ``weights`` are by the names of ``evidence.Evidence.values``; a value that an answer does not
    have counts as 0. ``ordering`` are the weights that order the answers to one question: how much
    of a question the passages cover at all says nothing about which of two answers is the better
    one. ``approval`` is the least that a second reader must give a span of an answer, on its own
    scale; without one it is not used. ``fitted_on`` says in words what the numbers come from.
    """

    weights: Mapping[str, float]
    ordering: Mapping[str, float]
    bias: float
    fitted_on: str = field(default="", compare=False)
    approval: float = -inf

    def order(self, values: Mapping[str, float]) -> float:
        """What orders the answers to one question; larger is better."""
        return _sum(self.ordering, values)

    def probability(self, values: Mapping[str, float]) -> float:
        """0..1; larger is surer."""
        logit = self.bias + _sum(self.weights, values)
        return 1 / (1 + exp(-max(-40.0, min(40.0, logit))))

    def save(self, folder: Path, file: str = FILE) -> None:
        record = asdict(self)
        if self.approval == -inf:  # which JSON has no word for
            del record["approval"]
        text = json.dumps(record, ensure_ascii=False, indent=2)
        (folder / file).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(
        cls, folder: Path, cure: str = "install pullquote again", file: str = FILE
    ) -> Calibration:
        """Raises ``ModelError``, which ends with ``cure``, when the file is missing or is not what
        ``save`` wrote.
        """
        path = folder / file
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            weights, ordering = (
                {str(name): float(weight) for name, weight in record[key].items()}
                for key in ("weights", "ordering")
            )
            return cls(
                weights,
                ordering,
                float(record["bias"]),
                str(record.get("fitted_on", "")),
                float(record.get("approval", -inf)),
            )
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise ModelError(
                f"{path}: cannot be read ({str(error) or type(error).__name__}); {cure}."
            ) from error


def _sum(weights: Mapping[str, float], values: Mapping[str, float]) -> float:
    return sum(weight * values.get(name, 0.0) for name, weight in weights.items())
