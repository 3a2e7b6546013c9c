"""From a group of spans to the probability that it answers the question. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

from retrieval.datatypes import Span


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic model of whether the best span's sentence answers the question.

    Platt (1999):

    ``p = 1 / (1 + exp(-(bias + slope * margin + agreement * ln(origins) + sum_i w_i * f_i)))``

    ``margin`` is the best span's score minus the null score it competed with (larger is better),
    ``origins`` the independent sources behind the answer, ``f_i`` the span's own features, where it
    has them. The defaults were fitted by ``benchmarks/fit_model_free.py``; ``agreement`` alone is
    set by hand, to a mild positive value: the data holds too few stories that are told twice.
    """

    slope: float = 0.39
    agreement: float = 0.15
    features: tuple[tuple[str, float], ...] = (
        ("missing", 1.99),
        ("coverage", 2.25),
        ("closeness", 0.06),
    )
    bias: float = -2.70

    def evidence(self, best: Span, origins: int) -> float:
        """What orders the answers to one question; larger is better.

        Only what differs between them counts here. How much of the question the passages cover at
        all is for ``probability``.
        """
        return self.slope * best.margin + self.agreement * log(max(1, origins))

    def probability(self, best: Span, origins: int) -> float:
        """0..1; larger is surer."""
        values = {feature.name: feature.value for feature in best.features}
        logit = self.bias + self.evidence(best, origins)
        logit += sum(weight * values.get(name, 0.0) for name, weight in self.features)
        return 1 / (1 + exp(-max(-40.0, min(40.0, logit))))
