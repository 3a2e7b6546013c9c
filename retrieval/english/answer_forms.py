"""What form an answer to a question has: a phrase, a clause or a sentence. Rules on words."""

from __future__ import annotations

import re
from enum import StrEnum

from retrieval.datatypes import AnswerType
from retrieval.english.question_types import Expectation


class AnswerForm(StrEnum):
    """How much of a sentence answers."""

    PHRASE = "phrase"
    CLAUSE = "clause"
    SENTENCE = "sentence"


_HAPPENED = re.compile(
    r"\bwhat(?:'s|’s|s| has| is)? (?:happen\w*|went on|going on|became|become)\b", re.I
)
_MANNER = re.compile(
    r"\bhow (?:am|is|are|was|were|do|does|did|can|could|has|have|had|will|would|should|might)\b",
    re.I,
)
_CLAUSES = frozenset({AnswerType.REASON, AnswerType.DESCRIPTION})


def form_of(question: str, expectation: Expectation) -> AnswerForm:
    """The form that the question asks for."""
    if expectation.type is AnswerType.YES_NO or _HAPPENED.search(question):
        return AnswerForm.SENTENCE
    if expectation.type in _CLAUSES:
        return AnswerForm.CLAUSE
    if expectation.type is AnswerType.CLAUSE and _MANNER.search(question):
        return AnswerForm.CLAUSE
    return AnswerForm.PHRASE
