"""How the answers on a made-up world are: right, refused, cited from the right town."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.worlds.questions import Asked, evidence
from benchmarks.worlds.reports import Report
from retrieval.datatypes import Answer, AnswerGroup

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question.

    ``cited`` citations of the answer, of these ``cited_well`` from articles on the event asked
    about. ``mixed``: whether any group shown puts articles on different events together.
    ``overcounted``: whether more publishers are claimed than papers told it. ``older``: how many
    of the ``moved`` older figures the series names.
    """

    asked: Asked
    answer: str | None
    right: bool
    confident: bool
    cited: int
    cited_well: int
    mixed: bool
    overcounted: bool
    moved: int
    older: int


def outcome(asked: Asked, answer: Answer, told: Sequence[Report]) -> Outcome:
    """Judge the answer to one question."""
    chosen = answer.chosen
    by_id = {report.id: report for report in told}
    groups = (chosen, *answer.rivals) if chosen else ()
    if chosen is None:
        moved = len(asked.values) - 1 if asked.event else 0
        return Outcome(asked, None, asked.event is None, False, 0, 0, False, False, moved, 0)
    known = evidence(asked, told)
    said = {word.casefold() for word in _WORD.findall(chosen.answer)}
    right = asked.event is not None and bool(said & asked.newest)
    cited = [citation.article_id for citation in chosen.citations]
    papers = {by_id[name].paper for name in cited}
    return Outcome(
        asked,
        chosen.answer,
        right,
        answer.probability >= 0.5 and not right,
        len(cited),
        sum(name in known for name in cited),
        any(_is_mixed(group, by_id) for group in groups),
        chosen.origins > len(papers),
        max(0, len(asked.values) - 1),
        _older(asked, chosen),
    )


def _is_mixed(group: AnswerGroup, told: Mapping[str, Report]) -> bool:
    return len({told[citation.article_id].event.town for citation in group.citations}) > 1


def _older(asked: Asked, chosen: AnswerGroup) -> int:
    named = [point.answer for point in getattr(chosen, "series", ())][:-1]
    said = {word.casefold() for text in named for word in _WORD.findall(text)}
    return sum(bool(Asked("", None, (value,)).newest & said) for value in asked.values[:-1])


def figures(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Counts and shares over all questions, by name."""
    happened = [o for o in outcomes if o.asked.event is not None]
    never = [o for o in outcomes if o.asked.event is None]
    moving = [o for o in happened if len(o.asked.values) > 1]
    cited = sum(o.cited for o in outcomes)
    return {
        "questions on what happened": len(happened),
        "answered right": sum(o.right for o in happened),
        "wrong and at least 50 % sure": sum(o.confident for o in outcomes),
        "figures that moved": len(moving),
        "newest figure given": sum(o.right for o in moving),
        "older figures": sum(o.moved for o in moving),
        "older figures in the series": sum(o.older for o in moving),
        "citation precision": sum(o.cited_well for o in outcomes) / cited if cited else 1.0,
        "groups of several towns": sum(o.mixed for o in outcomes),
        "too many sources claimed": sum(o.overcounted for o in outcomes),
        "questions on what never happened": len(never),
        "refused": sum(o.right for o in never),
    }
