"""Why a question is not answered: what was found nearby, and what was missing.

The reasons are ``Message`` objects: a front end can say them in another language.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.answer.weighing import Weighing
from retrieval.datatypes import AnswerGroup, AnswerType, Citation, Context, Span
from retrieval.messages import KINDS, VOICES, Message, count, say, together
from retrieval.protocols import OffsetTokenizer
from retrieval.text.language import is_foreign
from retrieval.text.masking import visible_text

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


def reason_of(
    question: str,
    expected: AnswerType,
    groups: Sequence[AnswerGroup],
    contexts: Sequence[Context],
    spans: Sequence[Span],
    weighing: Weighing,
    tokenize: OffsetTokenizer,
) -> Message:
    """Why the question is not answered from these ``contexts``; ``groups`` are best first."""
    passages = [visible_text(context.article, context.passage.range) for context in contexts]
    everywhere = missing_words(question, passages, tokenize)
    nearest = [groups[0].citations[0].sentence] if groups else []
    nearby = missing_words(question, nearest, tokenize)
    undone = weighing.undone(question, spans)
    if undone is None or (groups and groups[0].spans[0].margin > undone.margin):
        foreign = is_foreign(question)
        return abstention_reason(expected, groups, everywhere, nearby, is_other_language=foreign)
    citation = weighing.telling.citation(question, undone, 1)
    source = weighing.telling.lacking_source(question, undone)
    return abstention_reason(expected, groups, everywhere, nearby, citation, source)


def abstention_reason(
    expected: AnswerType,
    groups: Sequence[AnswerGroup],
    missing_everywhere: Sequence[str],
    missing_nearby: Sequence[str],
    undone: Citation | None = None,
    source: str | None = None,
    *,
    is_other_language: bool = False,
) -> Message:
    """One or two sentences in plain words.

    ``missing_everywhere`` are words that no passage found holds, ``missing_nearby`` those that the
    nearest sentence lacks. ``undone`` is what would answer if it were not denied, or only planned,
    or if the ``source`` said it whose words are asked for. ``is_other_language``: the question is
    not in English.
    """
    if undone is not None and source is not None:
        return together(_nearby(undone), say("It is not said there by {source}.", source=source))
    if undone is not None:
        return together(_nearby(undone), say("There it is {voice}.", voice=VOICES[undone.voice]))
    if is_other_language:
        said = say("Questions and articles are read in English.")
        return together(_nearby(groups[0].citations[0]), said) if groups else said
    if not groups:
        words = _listed(missing_everywhere)
        if not words:
            return say("No passage deals with this.")
        return say("No passage deals with this; none mentions {words}.", words=words)
    nearby = _nearby(groups[0].citations[0])
    if missing_everywhere:
        words = _listed(missing_everywhere)
        return together(nearby, say("No passage found mentions {words}.", words=words))
    if missing_nearby:
        words = _listed(missing_nearby)
        return together(nearby, say("It does not mention {words}.", words=words))
    wanted = KINDS[expected]
    return together(nearby, say("Nothing in it is clearly the {kind} asked for.", kind=wanted))


def _nearby(citation: Citation) -> Message:
    sentence = _shortened(citation.sentence)
    if citation.title:
        return say('Nearby in "{title}": “{sentence}”', title=citation.title, sentence=sentence)
    source = citation.article_id
    return say("Nearby in {article}: “{sentence}”", article=source, sentence=sentence)


def _listed(words: Sequence[str]) -> str:
    """For example ``"eat", "dinner" or "wine"``; words past the fourth are counted."""
    shown = [f'"{word}"' for word in words[:_MOST_WORDS]]
    if len(words) > _MOST_WORDS:
        rest = len(words) - _MOST_WORDS
        shown.append(count("{n} more of its words", "{n} more of its words", rest))
    if len(shown) < 2:
        return "".join(shown)
    return say("{words} or {word}", words=", ".join(shown[:-1]), word=shown[-1])


def _shortened(sentence: str) -> str:
    flat = " ".join(sentence.split())
    if len(flat) <= _LONGEST_NEARBY:
        return flat
    return flat[:_LONGEST_NEARBY].rsplit(" ", 1)[0] + " …"
