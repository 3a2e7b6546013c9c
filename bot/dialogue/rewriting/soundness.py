"""Whether a rewrite is fit to be shown: cheap checks of what was put into a question.

A broken rewrite is worse than none: what is not sound is not asked.
"""

from __future__ import annotations

import re

from bot.dialogue.conversation import Conversation
from bot.dialogue.rewriting.leaning import pointers
from bot.dialogue.rewriting.values import Edit, Rewrite
from retrieval.datatypes import AnswerType
from retrieval.edits.values import CONNECTORS
from retrieval.english.names import NAME, capitalised_runs, may_be_a_person, without_possessive
from retrieval.english.places import place_names

# What no noun phrase holds: a clause was put in.
_CLAUSE = re.compile(
    r"[,;:?!]\s|\b(?:who|whom|whose|which|what|when|where|why|how|that|he|she|it|they|we|i|you|"
    r"is|are|was|were|do|does|did|has|have|had|will|would|can|could|said|says|although|though|while|"
    r"because|if)\b",
    re.I,
)
_OWNER = re.compile(r"[’']s$")
_MANY = re.compile(r"(?:they|them|their|theirs|both|these|those)", re.I)
_PERSON = re.compile(r"\b(?:he|she|him|his|her|hers)\b", re.I)
_THING = re.compile(r"it|its|that|this", re.I)
_DEED = re.compile(
    r"\b(?:do|did|does|done|doing)\s+(?:it|that|this)(?=\W*$|\s+(?:in|on|at|for|to|with|when|again)\b)",
    re.I,
)
_MEASURES = frozenset(
    {
        AnswerType.DATE,
        AnswerType.DURATION,
        AnswerType.MONEY,
        AnswerType.NUMBER,
        AnswerType.PERCENT,
    }
)
_PLACED = r"\b(?:in|at|near|from)\s+(?:the\s+)?"
_SHOUTED = re.compile(r"[A-Z]{6,}")
"""The town of a date line, not a name in a sentence."""
_PLACE_OR_TIME = re.compile(r"there|then|here", re.I)
_PREPOSITION = re.compile(r"(?:in|at|on|near|from|to|by|during|when|after|before|since)\b", re.I)
_BARE = 3
"""Words of a question that is no more than its question words: nothing can be added to it."""
_DETERMINED = re.compile(
    r"\b(?:the|an?|this|that|his|her|its|their)\s+(?:the|an?|this|that)\b", re.I
)
_NAMED = re.compile(r"\b(?!I\b)(?:[A-Z][\w’'&.-]*|\d[\d.,]*)")
_MOST_WORDS = 14
"""Of a phrase that is put in."""


def is_sound(conversation: Conversation, typed: str, rewrite: Rewrite) -> bool:
    """Whether ``rewrite`` is whole: every name that was typed is kept, nothing points outside any
    more, and each phrase put in is one noun phrase of the right number that could be meant.
    """
    question = rewrite.question
    if pointers(question) or _DETERMINED.search(question) or not _keeps_names(typed, question):
        return False
    # "Who did it?": it is what happened, no thing.
    if _DEED.search(typed):
        return False
    if _nobody_is_known(conversation) and _PERSON.search(typed):
        return False
    # Two guesses at once are seldom both right.
    if len(rewrite.edits) > 1 and not all(edit.said for edit in rewrite.edits):
        return False
    return all(_is_fit(conversation, typed, edit) for edit in rewrite.edits)


def _is_fit(conversation: Conversation, typed: str, edit: Edit) -> bool:
    if edit.said == typed:
        return not _speaks_of_an_answer(conversation, typed, edit.meant)
    phrase = edit.meant.strip()
    if _CLAUSE.search(phrase) or len(phrase.split()) > _MOST_WORDS:
        return False
    if _MANY.fullmatch(edit.said) and _is_one_person(conversation, phrase):
        return False
    if _SHOUTED.fullmatch(phrase):
        return False
    if _PLACE_OR_TIME.fullmatch(edit.said) and not _PREPOSITION.match(phrase):
        return False
    if _PERSON.fullmatch(edit.said) and not _is_recent_person(conversation, phrase):
        return False
    # An amount can be more than another; nothing else is asked of it.
    is_compared = re.search(r"\bthan\b", typed, re.I) is not None
    if _THING.fullmatch(edit.said) and not is_compared and _is_measure(conversation, phrase):
        return False
    if edit.said:
        return True
    if len(typed.split()) <= _BARE:
        return False
    # Added: "of the festival", no name that hangs in the air ("who was the host Holm?").
    joined = phrase.partition(" ")[0].casefold() in CONNECTORS
    return joined and not _OWNER.search(phrase) and not _is_bare_answer(conversation, phrase)


def _speaks_of_an_answer(conversation: Conversation, typed: str, question: str) -> bool:
    """Whether an answer that is no name, number or day became part of a question that neither was
    typed with it nor asked so before.
    """
    last = conversation.last
    if last is None or last.answered is None:
        return False
    said = " ".join(last.answered.text.split())
    if any(c.isupper() or c.isdigit() for c in said):
        return False
    known = f"{typed} {last.standalone_question}".casefold()
    return said.casefold() in question.casefold() and said.casefold() not in known


def _is_one_person(conversation: Conversation, phrase: str) -> bool:
    if " and " in phrase or not phrase[:1].isupper():
        return False
    for turn in conversation.turns:
        answered = turn.answered
        if answered and answered.kind is AnswerType.PERSON and phrase in answered.text:
            return True
    names = list(capitalised_runs(phrase))
    return len(phrase.split()) > 1 and names == [phrase] and may_be_a_person(phrase)


def _is_recent_person(conversation: Conversation, phrase: str) -> bool:
    """False for a place, and for whoever was named before somebody else was asked about."""
    name = without_possessive(phrase)
    last = conversation.last
    if any(c.isdigit() for c in name):
        return False
    answered = last.answered if last else None
    if answered and answered.text == name and " " not in name:
        # "Axios" may be a name; of a paper.
        return answered.kind is AnswerType.PERSON
    if name in place_names() or last is None:
        return name not in place_names()
    texts = [last.standalone_question]
    texts += [last.answered.text, last.answered.sentence] if last.answered else []
    said = " ".join(texts)
    if re.search(_PLACED + re.escape(name), said):
        return False
    others = list(capitalised_runs(last.standalone_question))
    if last.answered and re.fullmatch(NAME, last.answered.text):
        others.append(last.answered.text)
    return name in said or not any(map(may_be_a_person, (n for n in others if " " in n)))


def _is_measure(conversation: Conversation, phrase: str) -> bool:
    """Whether it is a day or an amount that was the last answer."""
    answered = conversation.last.answered if conversation.last else None
    if answered is None or answered.kind not in _MEASURES:
        return False
    return phrase.casefold() in answered.text.casefold()


def _is_bare_answer(conversation: Conversation, phrase: str) -> bool:
    """Whether words that are no name were taken from an answer to be added to the question."""
    last = conversation.last
    said = last.answered.text.casefold() if last and last.answered else ""
    return phrase.casefold() in said and not any(c.isupper() for c in phrase)


def _nobody_is_known(conversation: Conversation) -> bool:
    """Whether the last question asked for a person, and nobody was named."""
    last = conversation.last
    return last is not None and last.answered is None and last.expected is AnswerType.PERSON


def _keeps_names(typed: str, question: str) -> bool:
    """Whether every name and number that was typed, the first word apart, stands in the question."""
    kept = question.casefold()
    first = re.match(r"\W*[\w’']+", typed)
    return all(
        found.group().casefold() in kept
        for found in _NAMED.finditer(typed, first.end() if first else 0)
    )
