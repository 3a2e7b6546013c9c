"""Which language a text is in, by ``py3langid`` (after Lui and Baldwin, "langid.py", ACL 2012)."""

from __future__ import annotations

import re
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

ENGLISH = "en"
_ONLY_ENGLISH = frozenset(
    "the and did does what who when where why how which were with from has have will that".split()
)
"""Whoever asks with one of these asks in English: the model need not be loaded to know it."""
_SURE_OF_A_QUESTION = 0.9
_LOOKED_AT = 1000
"""Code points from the beginning: enough to be sure, and no long text costs more."""


def language_of(text: str, sure: float) -> str:
    """The ISO 639-1 code of the language that a text begins in; English where the probability of
    another one, 0..1, is less than ``sure``.
    """
    code, probability = _identifier().classify(text[:_LOOKED_AT])
    return str(code) if probability >= sure else ENGLISH


def is_foreign(question: str) -> bool:
    """Whether a question is surely in another language than English."""
    if _ONLY_ENGLISH & set(re.findall(r"\w+", question.casefold())):
        return False
    return language_of(question, _SURE_OF_A_QUESTION) != ENGLISH


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
