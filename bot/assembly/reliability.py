"""What the config knows of how often answers are right: for whom it holds, and at which score."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from hashlib import sha256
from math import inf

from bot.config import ReliabilityBin, ReliabilityConfig
from retrieval.answer.calibration import Calibration
from retrieval.datatypes import Reliability
from retrieval.errors import ConfigError
from retrieval.pipeline import unmeasured

FEW = 100
"""Answers below which a rate is a rough one: its 95 % interval is wider than 12 points."""
ReliabilityAt = Callable[[float], Reliability | None]
"""How often answers of a probability, 0..1, were right; None where that was not measured."""


def identity_of(model: str, calibration: Calibration) -> str:
    """Of a reader's model and of what turns its margins into probabilities.

    Scores of two identities are on two scales: what was measured with one says nothing of another.
    """
    numbers = [dict(calibration.weights), dict(calibration.ordering), calibration.bias]
    numbers += [calibration.approval] if calibration.approval > -inf else []
    written = json.dumps(numbers, sort_keys=True)
    return f"{model}+{sha256(written.encode()).hexdigest()[:8]}"


def reliability_for(measured: ReliabilityConfig | None, reader: Callable[[], str]) -> ReliabilityAt:
    """The config's measurements, where there are any and they are of this very reader.

    ``reader`` gives its identity, and is asked only when there is something to compare.
    """
    if measured is None or measured.reader != reader():
        return unmeasured
    return partial(reliability_at, measured.bins)


def reliability_at(bins: Sequence[ReliabilityBin], probability: float) -> Reliability | None:
    """The bin that ``probability`` falls in; None below the first."""
    reached = [b for b in bins if b.start <= probability]
    return Reliability(reached[-1].right, reached[-1].of) if reached else None


def check_reliability(measured: ReliabilityConfig, reader: str) -> str:
    """What ``doctor`` says of it. Raises ``ConfigError`` when it is of another reader."""
    if measured.reader != reader:
        raise ConfigError(
            f"calibrated for another reader ({measured.reader}) than the config's ({reader}); run "
            "`pullquote calibrate` again."
        )
    right, of = sum(b.right for b in measured.bins), sum(b.of for b in measured.bins)
    on = measured.measured_on
    few = "" if of >= FEW else f"; few answers (n={of}), calibrate on more questions"
    return (
        f"{right} of {of} answers right, measured on {on.questions} questions of {on.file}, "
        f"{on.day.isoformat()}{few}"
    )
