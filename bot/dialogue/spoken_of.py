"""What a conversation is about: the event, people, places and days of its last turns, as values.

Read off the turns, so that it outlives a refusal and a courtesy as they do, and that an edited turn
changes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.dialogue.conversation import Conversation, Turn
from bot.dialogue.rewriting.underspecified import without_matter
from retrieval.datatypes import AnswerType
from retrieval.english.names import (
    capitalised_runs,
    definite_phrases,
    may_be_a_person,
    person_in,
    without_possessive,
)
from retrieval.english.places import place_names

_LOOKED_BACK = 5
"""Turns that say what a conversation is about now."""
_MOST = 4
"""Of each kind, the newest."""
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_PLACED = r"\b(?:in|at|near|from)\s+(?:the\s+)?"


@dataclass(frozen=True, slots=True)
class SpokenOf:
    """Each as somebody wrote it, newest first; empty where nothing of that kind was spoken of.

    ``events`` are definite phrases ("the strike"); ``days`` are days and years.
    """

    events: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    days: tuple[str, ...] = ()


def spoken_of(conversation: Conversation) -> SpokenOf:
    """What the last turns speak of; a refused question says as much as an answered one."""
    found: dict[str, list[str]] = {
        "events": [],
        "people": [],
        "places": [],
        "others": [],
        "days": [],
    }
    for turn in reversed(conversation.turns[-_LOOKED_BACK:]):
        for kind, text in _mentions(turn):
            known = {other.casefold() for others in found.values() for other in others}
            if text.casefold() not in known and len(found[kind]) < _MOST:
                found[kind].append(text)
    return SpokenOf(**{kind: tuple(texts) for kind, texts in found.items()})


def _mentions(turn: Turn) -> Iterator[tuple[str, str]]:
    """Kind and words, the answer's before the question's."""
    question = without_matter(turn.standalone_question)
    answered = turn.answered
    if answered and answered.kind is AnswerType.PERSON:
        yield "people", person_in(answered.text)
    if answered and answered.kind is AnswerType.PLACE:
        yield "places", answered.text
    if answered and answered.kind is AnswerType.DATE:
        yield "days", answered.text
    for phrase in definite_phrases(question):
        if not any(c.isupper() for c in phrase):
            yield "events", phrase
    for name in map(without_possessive, capitalised_runs(question)):
        if name in place_names() or re.search(_PLACED + re.escape(name), question):
            yield "places", name
        elif " " in name and may_be_a_person(name):
            yield "people", name
        else:
            yield "others", name
    for year in _YEAR.findall(question):
        yield "days", year
