"""All spans of one sentence that could answer a question, and how well the kind of each fits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from retrieval.datatypes import AnswerType, TextRange
from retrieval.english.clauses import clauses, cores, descriptions, quoted, reasons
from retrieval.english.measures import is_hedge
from retrieval.english.names import names
from retrieval.english.quantities import quantities
from retrieval.english.question_types import Expectation

_T = AnswerType
# How well a span of one kind answers a question that expects another; 1 where they are the same.
_FIT: Mapping[AnswerType, Mapping[AnswerType, float]] = {
    # A question for a measure is never answered by a measure of another kind.
    _T.DURATION: {_T.NUMBER: 0.2},
    _T.DATE: {},
    _T.MONEY: {_T.NUMBER: 0.2},
    _T.PERCENT: {_T.NUMBER: 0.2},
    _T.NUMBER: {_T.PERCENT: 0.3, _T.MONEY: 0.2},
    _T.PERSON: {_T.ORGANISATION: 0.5, _T.PLACE: 0.5, _T.NAME: 0.5},
    _T.PLACE: {_T.NAME: 0.4, _T.ORGANISATION: 0.3, _T.CLAUSE: 0.15},
    _T.ORGANISATION: {_T.NAME: 0.7, _T.PERSON: 0.3, _T.PLACE: 0.3},
    _T.NAME: {_T.ORGANISATION: 0.9, _T.PERSON: 0.7, _T.PLACE: 0.8, _T.QUOTATION: 0.5, _T.CLAUSE: 0.3},
    _T.DESCRIPTION: {_T.CLAUSE: 0.2},
    _T.QUOTATION: {_T.CLAUSE: 0.35, _T.NAME: 0.2},
    _T.REASON: {_T.CLAUSE: 0.4},
    _T.YES_NO: {_T.CLAUSE: 1.0},
    _T.CLAUSE: {_T.QUOTATION: 0.6, _T.NAME: 0.5, _T.ORGANISATION: 0.5, _T.PERSON: 0.4, _T.PLACE: 0.4, _T.REASON: 0.5, _T.NUMBER: 0.2, _T.DATE: 0.2, _T.MONEY: 0.3, _T.PERCENT: 0.3, _T.DURATION: 0.2},
}  # fmt: skip
_NAMED = (_T.PERSON, _T.PLACE, _T.ORGANISATION, _T.NAME)
_MONTH_DAY = re.compile(r"\d{1,2}\b.*[A-Z]|[A-Z].*\b\d{1,2}\b")
_AGE_BEFORE = re.compile(r"(?:\baged?|,)[ \xa0]$")
_AGE_AFTER = re.compile(r"^(?:[ -]years?[ -]old\b|,| years? of age\b)")
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_YEAR_ONLY = re.compile(r"^\d{4}s?$")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible answer: its range in the sentence's text, its kind, and 0..1 how well it fits."""

    range: TextRange
    type: AnswerType
    fit: float


def candidates(text: str, expectation: Expectation) -> Iterator[Candidate]:
    """Candidates in ``text``, a sentence with its noise blanked; a range may come more than once."""
    wanted = expectation.type
    named = list(names(text))
    for place, kind in quantities(text):
        if kind is _T.NUMBER and any(n.range.holds(place) and n.range != place for n in named):
            continue  # the 2 of "Nord Stream 2" counts nothing
        fit = _fit(wanted, kind)
        if kind is _T.NUMBER and _YEAR_ONLY.match(text[place.start : place.end]):
            fit *= 0.3  # a bare four-figure number is a year more often than a count
        if expectation.head == "old" and not _is_age(text, place):
            fit *= 0.2
        if kind is _T.DATE and wanted is _T.DATE:
            fit = _date_fit(text[place.start : place.end], expectation)
        if fit:
            yield Candidate(place, kind, fit)
    for name in named:
        kind, fit = max(
            ((k, _fit(wanted, k) * name.weight(k)) for k in _NAMED), key=lambda pair: pair[1]
        )
        if fit:
            yield Candidate(name.range, kind, fit)
    for place in quoted(text):
        if fit := _fit(wanted, _T.QUOTATION):
            words = len(text[place.start : place.end].split())
            yield Candidate(place, _T.QUOTATION, fit if words <= 4 else 0.8 * fit)
    if wanted is _T.REASON:
        for place, fit in reasons(text):
            yield Candidate(place, _T.REASON, fit)
    if wanted is _T.DESCRIPTION and expectation.head:
        for place in descriptions(text, expectation.head):
            yield Candidate(place, _T.DESCRIPTION, 1.0)
    if clause_fit := _fit(wanted, _T.CLAUSE):
        if wanted is _T.YES_NO:
            yield Candidate(TextRange(0, len(text)), _T.CLAUSE, 0.8 * clause_fit)
            places = clauses(text)
        else:
            places = (core for clause in clauses(text) for core in cores(text, clause))
        for place in places:
            yield Candidate(place, _T.CLAUSE, clause_fit)


def _fit(wanted: AnswerType, kind: AnswerType) -> float:
    return 1.0 if wanted is kind else _FIT[wanted].get(kind, 0.0)


def _date_fit(date: str, expectation: Expectation) -> float:
    """A year for "what year", a day for "what date"; a weekday tells less than a date does."""
    if (expectation.head or "").startswith("year"):
        return 1.0 if _YEAR_ONLY.match(date) else 0.6 if _YEAR.search(date) else 0.2
    if _YEAR_ONLY.match(date):
        return 0.8
    if _MONTH_DAY.search(date):
        return 1.0
    if (expectation.head or "").startswith("date"):
        return 0.4  # who asks for a date is not helped by "Wednesday" or "May"
    return 0.8 if date.endswith("day") else 0.65


def _is_age(text: str, place: TextRange) -> bool:
    """Whether a number is somebody's age: "aged 58", "58 years old", "Jane Roe, 58, said"."""
    before, after = text[max(0, place.start - 6) : place.start], text[place.end : place.end + 14]
    spelled_out = bool(re.match(r"^[ -]years?[ -]old\b", after)) or "age" in before
    return spelled_out or bool(_AGE_BEFORE.search(before) and _AGE_AFTER.match(after))


_COUNTED = frozenset({AnswerType.NUMBER, AnswerType.MONEY, AnswerType.PERCENT})
_COUNTED_WORDS = 2


def kind_of(
    text: str, place: TextRange, expectation: Expectation, known: list[Candidate] | None = None
) -> tuple[AnswerType, float]:
    """The kind of ``place`` in ``text``, its sentence, and 0..1 how well it fits the question.

    The model's span and a candidate of the rules rarely have the same borders: a candidate counts
    by the share of code points that the two have in common (intersection over union), so that "in
    May 2021" is nearly the date "May 2021", and a clause that holds a date somewhere is a clause.
    ``known`` are the sentence's candidates where they have been found before.
    """
    best: tuple[float, AnswerType] = (0.0, AnswerType.CLAUSE)
    is_open = expectation.type is AnswerType.CLAUSE
    counted = _COUNTED if is_open else _COUNTED & {expectation.type}
    for candidate in known if known is not None else candidates(text, expectation):
        if candidate.range.end <= place.start or place.end <= candidate.range.start:
            continue
        shared = _overlap(candidate.range, place)
        if shared >= 0.5 and shared * candidate.fit > best[0]:
            best = (shared * candidate.fit, candidate.type)
        elif candidate.type in counted and _leads(candidate.range, place, text):
            best = max(best, (shared * candidate.fit, candidate.type))
    return best[1], best[0]


def _leads(figure: TextRange, place: TextRange, text: str) -> bool:
    """Whether a place is a figure with its hedge and the thing counted: "at least 96 people"."""
    if not place.holds(figure):
        return False
    before, behind = text[place.start : figure.start], text[figure.end : place.end]
    return (not before or is_hedge(before)) and len(behind.split()) <= _COUNTED_WORDS


def _overlap(a: TextRange, b: TextRange) -> float:
    shared = min(a.end, b.end) - max(a.start, b.start)
    return max(0, shared) / max(1, len(a) + len(b) - max(0, shared))
