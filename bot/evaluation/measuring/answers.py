"""Measures on one answer, in two named variants that must not be mixed.

``squad_*``   the official SQuAD 2.0 evaluation (Rajpurkar, Jia and Liang 2018).
``judge_*``   Pullquote's outside judge: curly quotes and dashes count as punctuation too.

All measures are 0..1 or bool, larger is better. An abstention's answer is None or the empty text.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterable, Sequence

SPAN_RIGHT_F1 = 0.6  # the outside judge calls a span right from here on
TOP_ANSWERS = 5

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_DELETE_ASCII = str.maketrans("", "", string.punctuation)
_DELETE_TYPOGRAPHIC = str.maketrans("", "", string.punctuation + "“”‘’«»–—…")


def squad_normalise(text: str | None) -> str:
    """Lower case, ASCII punctuation removed, then "a", "an", "the" removed, single blanks."""
    return _normalise(text, _DELETE_ASCII)


def judge_normalise(text: str | None) -> str:
    """As ``squad_normalise``, with curly quotes, guillemets, dashes and ellipsis removed too."""
    return _normalise(text, _DELETE_TYPOGRAPHIC)


def squad_exact_match(answer: str | None, golds: Sequence[str]) -> float:
    """1.0 when the answer equals a gold, both normalised. No golds: the empty answer is right."""
    given = squad_normalise(answer)
    return float(any(given == squad_normalise(gold) for gold in _scored_golds(golds)))


def squad_f1(answer: str | None, golds: Sequence[str]) -> float:
    """Token F1 with the gold that fits best, bags of normalised tokens.

    Where answer or gold has no token, F1 is 1.0 if both have none, else 0.0. No golds: the empty
    answer is right.
    """
    given = squad_normalise(answer).split()
    best = 0.0
    for gold in _scored_golds(golds):
        wanted = squad_normalise(gold).split()
        score = _token_f1(given, wanted) if given and wanted else float(given == wanted)
        best = max(best, score)
    return best


def judge_f1(answer: str | None, golds: Sequence[str]) -> float:
    """Token F1 with the gold that fits best; 0.0 without golds or without a common token."""
    given = judge_normalise(answer).split()
    return max((_token_f1(given, judge_normalise(gold).split()) for gold in golds), default=0.0)


def judge_span_right(answer: str | None, golds: Sequence[str]) -> bool:
    """Whether the judge calls the answer right: its F1 is at least ``SPAN_RIGHT_F1``."""
    return judge_f1(answer, golds) >= SPAN_RIGHT_F1


def judge_holds(text: str | None, gold: str) -> bool:
    """Whether the gold stands in the text as whole words, both normalised."""
    return f" {judge_normalise(gold)} " in f" {judge_normalise(text)} "


def judge_sentence_right(sentence: str | None, golds: Iterable[str]) -> bool:
    """Whether a gold stands in the sentence of the first citation; ``None``: nothing was cited."""
    return any(judge_holds(sentence, gold) for gold in golds)


def judge_in_top_five(answers: Sequence[str | None], golds: Sequence[str]) -> bool:
    """Whether a gold stands in one of the first ``TOP_ANSWERS`` answers, best first."""
    return any(judge_holds(answer, gold) for answer in answers[:TOP_ANSWERS] for gold in golds)


def judge_all_sides_shown(answers: Sequence[str | None], disputed: Sequence[Sequence[str]]) -> bool:
    """Whether every side of a contradiction has a wording that stands in some answer."""
    return all(
        any(judge_holds(answer, wording) for answer in answers for wording in side)
        for side in disputed
    )


def _normalise(text: str | None, deleted: dict[int, int | None]) -> str:
    # The order is part of the definition: "the-end" loses its hyphen before articles are sought.
    bare = (text or "").lower().translate(deleted)
    return " ".join(_ARTICLES.sub(" ", bare).split())


def _scored_golds(golds: Sequence[str]) -> list[str]:
    """The official script drops golds that normalise to nothing, then takes "" if none is left."""
    return [gold for gold in golds if squad_normalise(gold)] or [""]


def _token_f1(given: Sequence[str], wanted: Sequence[str]) -> float:
    """2·common / (|given| + |wanted|), which is the harmonic mean of precision and recall."""
    common = (Counter(given) & Counter(wanted)).total()
    return 2 * common / (len(given) + len(wanted)) if common else 0.0
