"""From a group of spans to the probability that it answers the question. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

from retrieval.datatypes import Span


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic model: ``p = 1 / (1 + exp(-(slope * margin + agreement * ln(origins) + bias)))``.

    ``margin`` is the best span's score minus the null score it competed with (larger is better),
    ``origins`` the independent sources behind the answer. Platt (1999).
    """

    slope: float = 1.0
    agreement: float = 0.5
    bias: float = 0.0

    def probability(self, best: Span, origins: int) -> float:
        """0..1; larger is surer."""
        logit = self.slope * best.margin + self.agreement * log(max(1, origins)) + self.bias
        return 1 / (1 + exp(-max(-40.0, min(40.0, logit))))
