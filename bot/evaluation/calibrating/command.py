"""The ``calibrate`` command: a judged set in, a calibration file for the config out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from bot.config import Calibrated, Config, MeasuredOn, ReliabilityBin, ReliabilityConfig
from bot.evaluation.calibrating.bins import ScoreBin, reliability_bins
from bot.evaluation.calibrating.calibration_file import (
    Target,
    calibration_target,
    write_calibration,
)
from bot.evaluation.calibrating.sources import (
    JudgedSet,
    judged_run,
    judged_set,
    require_answers,
)
from bot.evaluation.calibrating.threshold import ThresholdChoice, choose_threshold
from bot.evaluation.measuring.predictions import Prediction
from bot.evaluation.sets.question_sets import load_question_set
from bot.evaluation.sets.questions import QuestionSet
from retrieval.errors import QuestionSetError, UsageError, WorkError

AskAll = Callable[[Config, QuestionSet], Sequence[Prediction]]
"""Asks every question of a set as ``evaluate`` does, with a config."""
_UNSURE = 0.05
"""Half the width of a precision's interval from which on more questions are asked for."""


def run_calibrate(
    config_path: Path | None,
    source: Path,
    precision: float,
    *,
    ask_all: AskAll,
    reader_of: Callable[[Config], str],
    today: Callable[[], date] = date.today,
) -> None:
    """Chooses the threshold, writes the calibration file and prints what it is worth.

    ``source`` is a question set, or the folder of a run that has asked it. ``precision``, above 0
    and at most 1, is the share of the answers given that must be right. ``reader_of`` gives the
    identity of a config's reader. Whatever can be refused is refused before a question is asked.

    Raises ``UsageError`` and its family for a wrong call, ``WorkError`` when no threshold keeps the
    precision, ``StorageError``; the calibration file is then as it was.
    """
    if not 0 < precision <= 1:
        raise UsageError(
            f"the precision is a share above 0 and at most 1, not {precision:g}; "
            "for 9 right answers in 10 say --precision 0.9."
        )
    target = calibration_target(config_path)
    found = _judged(target.config, source, ask_all, reader_of)
    try:
        choice = choose_threshold(found.judged, precision)
    except WorkError as error:
        raise WorkError(f"{source}: {error}") from None
    bins = reliability_bins(found.judged, choice.threshold)
    section = _section(found, precision, bins, today())
    write_calibration(target.file, Calibrated(threshold=choice.threshold, reliability=section))
    for line in [*calibration_lines(found, choice, bins, target), *target.to_add]:
        print(line)


def calibration_lines(
    found: JudgedSet,
    choice: ThresholdChoice,
    bins: Sequence[ScoreBin],
    target: Target,
) -> list[str]:
    """What is printed: the threshold, what it is worth here and elsewhere, what was written."""
    tally, other = choice.tally, choice.elsewhere
    lines = [
        f"threshold {choice.threshold:g} (before: {target.config.answer.threshold:g})",
        f"precision {choice.precision:.3f}, 95 % interval {choice.low:.3f} to {choice.high:.3f}: "
        f"{tally.right} of {tally.answered} answers right",
        f"coverage {tally.coverage:.3f}: {tally.answered} of {tally.of} questions answered",
    ]
    if other is not None and other.precision is not None:
        lines.append(
            f"to expect on other questions (cross-validated): precision {other.precision:.3f}, "
            f"coverage {other.coverage:.3f}"
        )
    if (choice.high - choice.low) / 2 > _UNSURE:
        lines.append(
            f"few answers (n={tally.answered}): the precision may be off by more than 5 points; "
            "calibrate on more questions"
        )
    if not found.unanswerable:
        lines.append(
            "every question of this set has an answer: where some have none, fewer answers will "
            "be right"
        )
    if found.missing:
        lines.append(f"left out {found.missing}: they were not asked")
    rates = "one rate for all scores" if len(bins) == 1 else f"rates for {len(bins)} score ranges"
    lines.append(f"written to {target.file}: threshold, and reliability with {rates}")
    return lines


def _judged(
    config: Config, source: Path, ask_all: AskAll, reader_of: Callable[[Config], str]
) -> JudgedSet:
    if source.is_dir():
        found = judged_run(source)
        reader = reader_of(config)
        if found.reader != reader:
            raise QuestionSetError(
                f"{source}: was run with another reader ({found.reader}) than the config's "
                f"({reader}); evaluate again, or calibrate on the question set."
            )
        return found
    question_set = load_question_set(source)
    require_answers(question_set)
    reader = reader_of(config)
    return judged_set(question_set, ask_all(config, question_set), reader)


def _section(
    found: JudgedSet, precision: float, bins: Sequence[ScoreBin], day: date
) -> ReliabilityConfig:
    return ReliabilityConfig(
        precision=precision,
        measured_on=MeasuredOn(file=found.name, questions=len(found.judged), day=day),
        reader=found.reader,
        bins=tuple(ReliabilityBin(**{"from": b.start}, right=b.right, of=b.of) for b in bins),
    )
