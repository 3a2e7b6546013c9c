"""Several readings of one message, each asked: the evidence decides which was meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.dialogue.rewriting import Edit, Rewrite
from bot.dialogue.rewriting.underspecified import without_matter
from retrieval.answer.normalisation import plain_words
from retrieval.datatypes import Answer, AnswerGroup
from retrieval.messages import say

MIN_SUPPORT_RATIO = 1.5
"""Times as likely another reading's answer must be as the first one's.

The rewriter puts first what it believes most; say that where it is unsure at all, this is right in
three cases of five. A reading is worth its share of that belief times the probability of its
answer, so another one, with two fifths, must be 3/2 times as likely to be answered rightly. One
rule serves answers and abstentions: an abstention has a probability too, and 0.34 against 0.36 is
no evidence.
"""
SUPPORT = 0.1
"""Probability that another reading must give an answer. Of news follow-ups read in two ways, 13 of
16 answers that both give are right, and 1 of 15 that the other hardly knows of.
"""
DOUBTED = 0.45
"""The highest probability of an answer that one reading alone gives: likelier wrong than right."""


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


def best_interpretation(
    readings: Sequence[Interpretation], threshold: float = 0.0
) -> Interpretation:
    """The first reading, unless another one is answered and at least ``MIN_SUPPORT_RATIO`` times as
    probable: then the most probable of those, the earlier one of equals. ``readings``
    is not empty.

    An answer that no other reading supports, or that only repeats what the question was asked
    beside, is given as likelier wrong than right, and not at all where answers of that probability
    are below ``threshold``.
    """
    first = readings[0]
    least = MIN_SUPPORT_RATIO * first.answer.probability
    better = [
        reading
        for reading in readings[1:]
        if not reading.answer.abstained and reading.answer.probability >= least
    ]
    best = max(better, key=lambda reading: reading.answer.probability, default=first)
    others = [reading.answer for reading in readings if reading is not best]
    if not others or (_is_supported(best.answer, others) and not _repeats(best)):
        return best
    return replace(best, answer=_doubted(best.answer, threshold))


def _repeats(reading: Interpretation) -> bool:
    """Whether an answer only says again what was set beside the question."""
    question, chosen = reading.rewritten.question, reading.answer.chosen
    beside = question[len(without_matter(question).rstrip(" ?!.")) :]
    return chosen is not None and set(plain_words(chosen.answer)) <= set(plain_words(beside))


def _is_supported(answer: Answer, others: Sequence[Answer]) -> bool:
    """Whether another reading gives the same words, more or fewer of them, some probability."""
    chosen = answer.chosen
    if chosen is None:
        return True
    said = set(plain_words(chosen.answer))
    return any(
        group.probability >= SUPPORT
        for other in others
        for group in other.groups
        if said <= (words := set(plain_words(group.answer))) or words <= said
    )


def _doubted(answer: Answer, threshold: float) -> Answer:
    doubted = replace(
        answer,
        probability=min(answer.probability, DOUBTED),
        groups=tuple(map(_doubted_group, answer.groups)),
        rivals=tuple(map(_doubted_group, answer.rivals)),
    )
    if doubted.probability >= threshold:
        return doubted
    reason = say("What was found answers the question in one reading of it alone.")
    return replace(doubted, abstained=True, rivals=(), reason=reason)


def _doubted_group(group: AnswerGroup) -> AnswerGroup:
    """How often answers of a probability were right says nothing of one that is doubted."""
    return replace(group, probability=min(group.probability, DOUBTED), reliability=None)
