"""Features of a candidate span, for the decision: what ``--explain`` shows of each; all 0..1."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from retrieval.datatypes import Feature, TextRange
from retrieval.reader.question_overlap import RelevantSentence, proximity

_DIGITS = 4


def span_features(
    place: TextRange,
    sentence: RelevantSentence | None,
    asked: AbstractSet[str],
    *,
    share: float,
    fit: float,
    several: bool,
) -> tuple[Feature, ...]:
    """``place`` is the span in its article, ``sentence`` the one around it (None where the span
    lies in none that was looked at), ``asked`` the question's index terms.

    ``share`` is the reader's probability of the span against the other spans of its window and "not
    said here"; ``fit`` how well its kind fits; ``several`` whether several things are asked for and
    it names several. ``missing`` is the share of the question's words that stand nowhere in the
    passage: the only one of which less is better, with ``repetition``.
    """
    values = {
        "share": share,
        "fit": fit,
        "rank": sentence.rank if sentence else 0.0,
        "coverage": sentence.coverage if sentence else 0.0,
        "nearby": sentence.nearby if sentence else 0.0,
        "missing": sentence.missing if sentence else 1.0,
        "repetition": _repetition(place, sentence, asked) if sentence else 0.0,
        "proximity": _proximity(place, sentence, asked) if sentence else 0.0,
        "several": float(several),
    }
    return tuple(Feature(name, round(value, _DIGITS)) for name, value in values.items())


def _proximity(place: TextRange, sentence: RelevantSentence, asked: AbstractSet[str]) -> float:
    """Mean closeness of the question's words in the sentence to the span."""
    at = sentence.range.start
    matched = [w for term, places in sentence.places.items() if term in asked for w in places]
    return proximity(TextRange(place.start - at, max(place.start, place.end) - at), matched)


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
