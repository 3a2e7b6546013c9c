"""Whether a sentence plainly says yes or no to a question. Marked as an inference wherever it is
shown, because no article said "yes".
"""

from __future__ import annotations

import re

from retrieval.protocols import OffsetTokenizer

_ASKS = re.compile(
    r"^\W*(?:(?:and|so|but)\s+)?(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|"
    r"should|may|might|must)\b(?P<rest>.*)$",
    re.I | re.S,
)
_ALTERNATIVE = re.compile(r"\bor\b", re.I)
_NEGATION = re.compile(
    r"\b(?:not|never|no|nor|neither|none|nobody|cannot|without)\b|n[’']t\b", re.I
)
_NOT_PLAIN = re.compile(
    r"\b(?:may|might|could|would|should|if|unless|whether|perhaps|possibly|probably|reportedly|"
    r"allegedly|unclear|hardly|barely|almost|nearly|unlikely|likely|"
    r"claim\w*|alleg\w+|den(?:y|ies|ied|ying)|refus\w+|fail\w*|reject\w*|rumou?r\w*|"
    r"plan(?:s|ned|ning)?|hop(?:e|es|ed|ing)|intend\w*|threaten\w*|consider\w*|expect\w*|"
    r"seek\w*|sought|want\w*|ask\w*|urg\w+|propos\w+|try|tries|tried|trying)\b|\?",
    re.I,
)


def infer_yes_no(question: str, sentence: str, tokenize: OffsetTokenizer) -> str | None:
    """What the sentence says to the question: yes, no, or None where it is not plain.

    Plain is: the sentence holds every word of the question, in the question's order, and nothing
    that hedges, reports a wish or denies; one negation makes it "no". Anything else needs a reader.
    """
    asked = _ASKS.match(question)
    if not asked or _ALTERNATIVE.search(question) or _NEGATION.search(question):
        return None
    rest = asked["rest"]
    terms = [term for _, _, term in tokenize(rest)]
    places = _in_order(terms, [(start, term) for start, _, term in tokenize(sentence)])
    if len(terms) < 2 or places is None:
        return None
    hedges = {m.group().casefold() for m in _NOT_PLAIN.finditer(sentence)}
    if hedges - {m.group().casefold() for m in _NOT_PLAIN.finditer(rest.rstrip("? "))}:
        return None
    negations = len(_NEGATION.findall(sentence))
    return "yes" if negations == 0 else "no" if negations == 1 else None


def _in_order(terms: list[str], found: list[tuple[int, str]]) -> list[int] | None:
    """Where the terms stand one after another; None when one is missing or out of order."""
    places: list[int] = []
    position = 0
    for term in terms:
        while position < len(found) and found[position][1] != term:
            position += 1
        if position == len(found):
            return None
        places.append(found[position][0])
        position += 1
    return places
