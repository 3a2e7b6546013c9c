"""Why a question is not answered: what was found nearby, and what was missing. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.datatypes import AnswerGroup, AnswerType
from retrieval.protocols import OffsetTokenizer

# What these ask for is an answer's kind, not a word that an article must hold.
_ASKING = re.compile(
    r"\bhow (?:long|many|much|often|old|far|big|tall|high|large|fast|deep|wide)\b|"
    r"\b(?:what|which) (?:dates?|days?|years?|months?|time|words?|names?|kinds?|types?)\b",
    re.I,
)
_LONGEST_NEARBY = 160
_MOST_WORDS = 4


def missing_words(
    question: str, texts: Sequence[str], tokenize: OffsetTokenizer
) -> tuple[str, ...]:
    """The question's words, as asked, that stand in none of ``texts``, in order."""
    question = _ASKING.sub(lambda match: " " * len(match.group()), question)
    known = {term for text in texts for _, _, term in tokenize(text)}
    found = dict.fromkeys(
        question[start:end] for start, end, term in tokenize(question) if term not in known
    )
    return tuple(found)


def abstention_reason(
    expected: AnswerType,
    groups: Sequence[AnswerGroup],
    missing_everywhere: Sequence[str],
    missing_nearby: Sequence[str],
) -> str:
    """One or two sentences in plain words.

    ``missing_everywhere`` are words that no passage found holds, ``missing_nearby`` those that the
    nearest sentence lacks.
    """
    if not groups:
        words = _listed(missing_everywhere)
        return (
            f"No passage deals with this; none mentions {words}."
            if words
            else "No passage deals with this."
        )
    citation = groups[0].citations[0]
    where = f' in "{citation.title}"' if citation.title else f" in {citation.article_id}"
    nearby = f"Nearby{where}: “{_shortened(citation.sentence)}”"
    if missing_everywhere:
        return f"{nearby} No passage found mentions {_listed(missing_everywhere)}."
    if missing_nearby:
        return f"{nearby} It does not mention {_listed(missing_nearby)}."
    return f"{nearby} Nothing in it is clearly the {_wanted(expected)} asked for."


def _wanted(expected: AnswerType) -> str:
    if expected in (AnswerType.CLAUSE, AnswerType.YES_NO):
        return "answer"
    return "quoted words" if expected is AnswerType.QUOTATION else expected.value


def _listed(words: Sequence[str]) -> str:
    """For example ``"eat", "dinner" or "wine"``; words past the fourth are counted."""
    shown = [f'"{word}"' for word in words[:_MOST_WORDS]]
    if len(words) > _MOST_WORDS:
        shown.append(f"{len(words) - _MOST_WORDS} more of its words")
    return " or ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def _shortened(sentence: str) -> str:
    flat = " ".join(sentence.split())
    if len(flat) <= _LONGEST_NEARBY:
        return flat
    return flat[:_LONGEST_NEARBY].rsplit(" ", 1)[0] + " …"
