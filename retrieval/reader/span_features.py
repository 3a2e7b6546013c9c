"""Features of a candidate span, for the decision: what ``--explain`` shows of each; all 0..1."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from retrieval.datatypes import Feature, TextRange
from retrieval.reader.anchors import AnchorOverlap
from retrieval.reader.question_overlap import RelevantSentence

_DIGITS = 4


def span_features(
    place: TextRange,
    sentence: RelevantSentence | None,
    anchors: AnchorOverlap | None,
    asked: AbstractSet[str],
    *,
    share: float,
    fit: float,
    several: bool,
) -> tuple[Feature, ...]:
    """``place`` is the span in its article, ``sentence`` the one around it (None where the span
    lies in none that was looked at) with its ``anchors``, ``asked`` the question's index terms.

    ``span_probability`` (``share``): the reader's, against the other spans of its window and "not
    said here". ``type_match`` (``fit``): how well its kind fits. ``anchor_coverage``: share of the
    question's names, numbers and dates that the sentence holds; ``neighbour_coverage``: of further
    ones in its neighbours and the title; ``anchors_missing``: of those that the passage lacks.
    ``coverage`` and ``missing``: the same of all of the question's words, for explaining alone: an
    answer may be in other words. ``several``: whether several things are asked for and it names
    several. Of ``anchors_missing``, ``missing`` and ``repetition`` less is better.
    """
    values = {
        "anchor_coverage": anchors.inside if anchors else 0.0,
        "neighbour_coverage": anchors.around if anchors else 0.0,
        "anchors_missing": anchors.missing if anchors else 1.0,
        "span_probability": share,
        "type_match": fit,
        "coverage": sentence.coverage if sentence else 0.0,
        "missing": sentence.missing if sentence else 1.0,
        "repetition": _repetition(place, sentence, asked) if sentence else 0.0,
        "several": float(several),
    }
    return tuple(Feature(name, round(value, _DIGITS)) for name, value in values.items())


def _repetition(place: TextRange, sentence: RelevantSentence, asked: AbstractSet[str]) -> float:
    """Share of the span's words that are the question's own: an answer says more."""
    at = sentence.range.start
    own = [
        term
        for term, places in sentence.places.items()
        for word in places
        if place.start <= word.start + at and word.end + at <= place.end
    ]
    return sum(term in asked for term in own) / len(own) if own else 0.0
