"""A table for reading rewrites one by one, and sums of the measures over several runs."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from typing import Any

from bot.evaluation.measuring.conversations import MEASURES
from bot.evaluation.measuring.named_things import Named, added, lost
from bot.evaluation.measuring.predictions import (
    AFTER_GOLD,
    AS_TYPED,
    Prediction,
    Verdict,
    verdict,
)
from bot.evaluation.rewriting.measures import same_question
from bot.evaluation.sets.questions import EvalQuestion


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A follow-up as a person reads it: ``shown`` is what the product took it to mean, ``gold``
    the human's rewrite, ``last`` the question before it as that was shown. ``broken`` is for the
    reader to fill in.
    """

    id: str
    broken: str
    last: str
    typed: str
    shown: str
    gold: str
    lost: str
    added: str
    answer: str
    judged: str
    judged_after_gold: str
    judged_as_typed: str

    @property
    def changed(self) -> bool:
        """Whether what is shown is another question than was typed."""
        return not same_question(self.shown, self.typed)


def rewritten(
    questions: Sequence[EvalQuestion], predictions: Mapping[str, Prediction]
) -> Iterator[Rewritten]:
    """Every follow-up with a human's rewrite, in the set's order; predictions by question id."""
    last: dict[str | None, str] = {}
    for question in questions:
        found = predictions[question.id]
        if AFTER_GOLD in found and question.rewrite is not None:
            texts = (question.question, str(found["standalone_question"]), question.rewrite)
            yield Rewritten(
                question.id,
                "",
                last.get(question.conversation, ""),
                *texts,
                _named(lost(*texts)),
                _named(added(*texts)),
                str(found["answer"] or ""),
                _judged(question, found),
                _judged(question, found[AFTER_GOLD]),
                _judged(question, found[AS_TYPED]),
            )
        last[question.conversation] = str(found["standalone_question"])


def sampled(rows: Sequence[Rewritten], count: int, seed: int) -> list[Rewritten]:
    """So many rows that were changed, or all of them, drawn by chance and in their order."""
    changed = [row for row in rows if row.changed]
    places = range(len(changed))
    drawn = random.Random(seed).sample(places, min(count, len(changed)))
    return [changed[place] for place in sorted(drawn)]


def table(rows: Iterable[Rewritten]) -> str:
    """The rows as tab-separated values under a header, for a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, "excel-tab", lineterminator="\n")
    writer.writerow(field.name for field in fields(Rewritten))
    writer.writerows(astuple(row) for row in rows)
    return text.getvalue()


def sums(judgements: Iterable[Mapping[str, Any]]) -> dict[str, tuple[int, int]]:
    """How many of how many, for each measure; ``judgements`` as in ``judgements.jsonl``."""
    measured = [judged["measures"] for judged in judgements]
    found = {}
    for name in MEASURES:
        values = [v for one in measured if (v := one.get(name)) is not None]
        found[name] = (round(sum(values)), len(values))
    return found


def _judged(question: EvalQuestion, prediction: Prediction) -> str:
    is_right = verdict(question, prediction) in (Verdict.RIGHT, Verdict.REFUSED_RIGHTLY)
    if prediction["abstained"]:
        return "refused" if is_right else "refused, WRONG"
    return "right" if is_right else "WRONG"


def _named(things: Iterable[Named]) -> str:
    return "; ".join(" ".join(sorted(thing.words)) for thing in things)
