"""The bot's own ratings (``bot.storage.ratings``) as a question set: what
people called right is right.

A good rating of an answer makes it an accepted answer to its standalone question, with its article
as evidence; a good rating of an abstention says that the question must be refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from bot.evaluation.sets.fields import mend, short, unique
from bot.evaluation.sets.questions import EvalQuestion, QuestionSet, reasons
from bot.storage.ratings import Rating, read_ratings
from retrieval.errors import QuestionSetError, StorageError

RATED_DOWN = "rated down, and nobody said what is right"
RATED_DOWN_BESIDE = "rated down, while another answer was called right"
RATED_AGAIN = "rated again later"
_Key = tuple[str, date | None]


def load_ratings(path: Path) -> QuestionSet:
    """The questions of a file of ratings, which is only read. Raises ``QuestionSetError``."""
    try:
        rated = read_ratings(path)
    except StorageError as error:
        raise QuestionSetError(str(error)) from error
    return set_of_ratings(rated, str(path))


def set_of_ratings(ratings: Sequence[Rating], name: str) -> QuestionSet:
    """The set that ``ratings``, oldest first, make; ``name`` is their file, for errors.

    Ratings of one question asked for the same day are one question. Of two ratings of one answer
    the later counts; where an answer and an abstention were both called right, the later of them.
    """
    if not ratings:
        raise QuestionSetError(f"{name}: holds no rating yet; rate some answers first.")
    left_out: Counter[str] = Counter()
    questions: dict[_Key, list[Rating]] = {}
    for rating in ratings:
        questions.setdefault((_asked(rating, name), rating.as_of), []).append(rating)
    found = [
        _question(question, day, good)
        for (question, day), rated in questions.items()
        if (good := _standing(rated, left_out))
    ]
    if not found:
        raise QuestionSetError(
            f"{name}: no question is left to ask, as all answers in it were {RATED_DOWN}; rate "
            "some right answers up."
        )
    return QuestionSet(name, tuple(found), left_out.total(), reasons(left_out))


def _asked(rating: Rating, name: str) -> str:
    question = mend(rating.standalone_question.strip() or rating.question.strip())
    if not question:
        raise QuestionSetError(
            f"{name}: the rating {short(rating.id)} has no question; remove it from the file."
        )
    return question


def _standing(rated: Iterable[Rating], left_out: Counter[str]) -> list[Rating]:
    """The good ratings of one question that no later one contradicts; the others are counted."""
    good: list[Rating] = []
    bad: list[Rating] = []
    for rating in rated:
        contradicted = [
            earlier
            for earlier in (*good, *bad)
            if earlier.good != rating.good and _same(earlier) == _same(rating)
        ]
        if rating.good:  # what can be known and what cannot exclude each other
            contradicted += [e for e in good if _abstained(e) != _abstained(rating)]
        if contradicted:
            left_out[RATED_AGAIN] += len(contradicted)
            good = [earlier for earlier in good if earlier not in contradicted]
            bad = [earlier for earlier in bad if earlier not in contradicted]
        (good if rating.good else bad).append(rating)
    if bad:
        left_out[RATED_DOWN_BESIDE if good else RATED_DOWN] += len(bad)
    return good


def _question(question: str, day: date | None, good: Sequence[Rating]) -> EvalQuestion:
    evidence = unique(mend(r.article_id) for r in good if r.article_id and not _abstained(r))
    return EvalQuestion(
        id=mend(good[0].id),
        question=question,
        answers=unique(mend(r.answer) for r in good if r.answer and not _abstained(r)),
        date=day,
        evidence=evidence or None,
    )


def _abstained(rating: Rating) -> bool:
    return not (rating.answer or "").strip()


def _same(rating: Rating) -> str:
    """Equal for ratings of one answer; empty for an abstention."""
    return " ".join((rating.answer or "").casefold().split())
