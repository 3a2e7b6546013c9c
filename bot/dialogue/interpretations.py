"""Several readings of one message, each asked: the evidence decides which was meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.dialogue.rewriting import Edit, Rewrite
from retrieval.datatypes import Answer

MIN_SUPPORT_RATIO = 1.5
"""Times as likely another reading's answer must be as the first one's.

The rewriter puts first what it believes most; say that where it is unsure at all, this is right in
three cases of five. A reading is worth its share of that belief times the probability of its
answer, so another one, with two fifths, must be 3/2 times as likely to be answered rightly. One
rule serves answers and abstentions: an abstention has a probability too, and 0.34 against 0.36 is
no evidence.
"""


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What a message was taken to mean, and what the articles say to that."""

    rewritten: Rewrite
    answer: Answer


def interpretations_of(asked: str, rewritten: Rewrite) -> tuple[Rewrite, ...]:
    """The rewriter's readings of ``asked``, its own first, each once; without edits where one is
    what was typed.
    """
    others = (
        Rewrite(question, context=rewritten.context)
        if question == asked
        else Rewrite(question, (Edit(asked, question, "another reading"),))
        for question in rewritten.others
        if question != rewritten.question
    )
    return (rewritten, *dict.fromkeys(others))


def best_interpretation(readings: Sequence[Interpretation]) -> Interpretation:
    """The first reading, unless another one is answered and at least ``MIN_SUPPORT_RATIO`` times as
    probable: then the most probable of those, the earlier one of equals. ``readings``
    is not empty.
    """
    first = readings[0]
    least = MIN_SUPPORT_RATIO * first.answer.probability
    better = [
        reading
        for reading in readings[1:]
        if not reading.answer.abstained and reading.answer.probability >= least
    ]
    return max(better, key=lambda reading: reading.answer.probability, default=first)
