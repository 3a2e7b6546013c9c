"""How far two people's labels agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.evaluation.labelling.labels import Label, LabelSet
from bot.evaluation.measuring.answers import squad_f1
from retrieval.errors import QuestionSetError

Pair = tuple[Label, Label]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two sets of labels side by side.

    ``both``, ``only_first`` and ``only_second`` count questions. ``same_verdict`` of ``both`` are
    called answerable by both or by neither; ``kappa`` (-1..1, larger is better) is Cohen's kappa of
    that verdict, None where both gave every question one and the same, as chance then explains all.
    ``answerable`` are those that both call answerable: ``mean_f1`` (0..1, larger is better; None
    without any) is the mean of their ``pair_f1``; in ``placed`` of them both say where the answers
    stand, of which ``same_spans`` have all spans equal and ``shared_span`` at least one.
    ``differing`` are the pairs of which the verdict or the spans differ; where a place is missing,
    those whose ``pair_f1`` is below 1.
    """

    both: int
    only_first: int
    only_second: int
    same_verdict: int
    kappa: float | None
    answerable: int
    placed: int
    same_spans: int
    shared_span: int
    mean_f1: float | None
    differing: tuple[Pair, ...]


def agreement_of(first: LabelSet, second: LabelSet) -> Agreement:
    """Compares the questions that both have labelled, matched by id.

    Raises ``QuestionSetError`` where they share none, or an id means two questions.
    """
    others = {label.id: label for label in second.labels}
    pairs = [(label, others[label.id]) for label in first.labels if label.id in others]
    _check(pairs, first.name, second.name)
    answerable = [(a, b) for a, b in pairs if a.answerable and b.answerable]
    placed = [(a, b) for a, b in answerable if a.spans and b.spans]
    scores = [pair_f1(a, b) for a, b in answerable]
    return Agreement(
        both=len(pairs),
        only_first=len(first.labels) - len(pairs),
        only_second=len(second.labels) - len(pairs),
        same_verdict=sum(a.answerable == b.answerable for a, b in pairs),
        kappa=_kappa([a.answerable for a, _ in pairs], [b.answerable for _, b in pairs]),
        answerable=len(answerable),
        placed=len(placed),
        same_spans=sum(set(a.spans) == set(b.spans) for a, b in placed),
        shared_span=sum(not set(a.spans).isdisjoint(b.spans) for a, b in placed),
        mean_f1=sum(scores) / len(scores) if scores else None,
        differing=tuple(pair for pair in pairs if _differ(*pair)),
    )


def pair_f1(first: Label, second: Label) -> float:
    """Token F1 (0..1, as SQuAD normalises) of the two answers that are nearest to each other.

    Where several spans were accepted any of them counts as right, so the best pair is taken, as
    SQuAD's own measure does with several golds.
    """
    return max(squad_f1(answer, [other]) for answer in first.answers for other in second.answers)


def _differ(first: Label, second: Label) -> bool:
    if first.spans and second.spans:
        return set(first.spans) != set(second.spans)
    if first.answerable and second.answerable:
        return pair_f1(first, second) < 1
    return first.answerable != second.answerable


def _kappa(first: Sequence[bool], second: Sequence[bool]) -> float | None:
    """(observed - expected) / (1 - expected) agreement (Cohen 1960); None where expected is 1."""
    if len({*first, *second}) < 2:
        return None
    from sklearn.metrics import cohen_kappa_score

    return float(cohen_kappa_score(first, second))


def _check(pairs: Sequence[Pair], first: str, second: str) -> None:
    if not pairs:
        raise QuestionSetError(
            f"{first} and {second} have no question in common; compare labels of one question set."
        )
    other = next((a for a, b in pairs if a.question.strip() != b.question.strip()), None)
    if other is not None:
        raise QuestionSetError(
            f'{first} and {second} have different questions under the id "{other.id}"; compare '
            "labels of one question set."
        )
