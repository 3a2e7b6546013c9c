"""Words that point back: pronouns, "there", "then", and events that a verb spoke of. By rules.

What they find is sure; where a model is at hand, it sees to the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.dialogue.conversation import Answered, Conversation, Turn
from bot.dialogue.rewriting.question_forms import AUXILIARY, short_answer
from retrieval.datatypes import AnswerType
from retrieval.english.names import (
    COMPLEMENT,
    NAME,
    capitalised_runs,
    definite_phrases,
    listed_in,
    may_be_a_person,
    person_in,
    without_possessive,
)

_PERSON = re.compile(r"\b(?P<pronoun>he|she|him|his|her|hers)\b", re.I)
_THING = re.compile(r"\b(?P<pronoun>[Ii]ts?)\b")
_THAT = re.compile(
    r"^(?P<lead>\W*(?:and |so |but )?(?:is|was|were|are)\s+)(?P<pronoun>that|this|it)\b", re.I
)
_COMPARATIVE = re.compile(
    r"\b(?:longer|shorter|more|less|fewer|higher|lower|larger|smaller|earlier|later)\b.*\bthan\b",
    re.I,
)
_THERE = re.compile(
    r"(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )\bthere\b(?=\W*$|\s+(?:on|in|for|with|last|after|before)\b)",
    re.I,
)
_THEN = re.compile(r"\b(?P<said>then|at that time|on that day|that day|that year)(?=\W*$)", re.I)
_EVENTS = {
    "meet": "meeting", "met": "meeting", "talk": "talks", "talks": "talks", "talked": "talks",
    "attack": "attack", "attacked": "attack", "crash": "crash", "crashed": "crash",
}  # fmt: skip
_EVENT_VERB = re.compile(
    r"\b(?:last(?:ed)?|ends?|begin|began|starts?|take place|took place|happen(?:ed)?|finish(?:ed)?|go|held)\b",
    re.I,
)
_SOUGHT = re.compile(
    rf"^(?:which|what) (?P<noun>(?!(?:{AUXILIARY}|year|day|date|month|word|time|country|city|place)\b)"
    rf"[a-z]+)(?= (?:{AUXILIARY}|[a-z]+s|[a-z]+ed)\b)",
    re.I,
)
_THEY = re.compile(r"\b(?:they|them|their)\b", re.I)
_COUNTED_PEOPLE = re.compile(
    r"^how many (?P<people>(?:[a-z]+ )?(?:people|men|women|children|troops|marines|victims|members|diplomats|"
    r"students|migrants|refugees|soldiers|officials|[a-z]+(?:ers|ors|ists|ians)))\b",
    re.I,
)
_ANNOUNCED = re.compile(
    r"^\W*(?:(?:ok|okay|now|so|and)\W+)*(?:let[’']?s|let us|about|what about|how about|tell me about|"
    r"turn(?:ing)? to|back to|i want)\b",
    re.I,
)
_LOOKED_BACK = 3
"""Turns in which "it" is looked for."""
_IT_OBJECT = re.compile(r"\W*$|\s+(?:in|on|at|with|to|for|after|before|as)\b")


@dataclass(frozen=True, slots=True)
class Reference:
    """``text[start:end]`` of what was asked points to ``meant``, because of ``why``.

    ``is_sure`` where the kind of the last answer, not only the spelling of a name, says so.
    """

    start: int
    end: int
    meant: str
    why: str
    is_sure: bool = True


def references(conversation: Conversation, asked: str) -> tuple[Reference, ...]:
    """What the rules are sure of, in the order of the question."""
    found = list(_references(conversation, asked))
    return tuple(sorted(found, key=lambda r: r.start))


def _references(conversation: Conversation, asked: str) -> Iterator[Reference]:
    last = conversation.last
    if last is None:
        return
    that = _THAT.match(asked)
    if that and _COMPARATIVE.search(asked) and short_answer(last):
        place = that.span("pronoun")
        yield Reference(*place, short_answer(last), "compared with the last answer")
        return
    yield from _person_reference(conversation, asked)
    yield from _thing_reference(conversation, asked)
    yield from _people_reference(last, asked)
    there = _THERE.search(asked)
    if there and (place_name := _recent_place(conversation)):
        yield Reference(*there.span(), f"in {place_name}", "the place spoken of last")
    then = _THEN.search(asked)
    if then and (day := _recent_date(last)):
        yield Reference(*then.span("said"), day, "the time in the last answer")


def _person_reference(conversation: Conversation, asked: str) -> Iterator[Reference]:
    person = _PERSON.search(asked)
    # "What did Biden say he considered Putin?" has its own Biden: nothing to look for outside.
    if not person or _names_before(asked, person.start()):
        return
    found = _recent_person(conversation)
    if found:
        name, was_answer = found
        owns = is_possessive(asked, person)
        meant = f"{name}’s" if owns else name
        yield Reference(*person.span(), meant, "the person spoken of last", is_sure=was_answer)


def _thing_reference(conversation: Conversation, asked: str) -> Iterator[Reference]:
    thing = _THING.search(asked)
    if not thing or not (_is_object(asked, thing) or not _names_before(asked, thing.start())):
        return
    last = conversation.last
    event = event_of(last) if last and _EVENT_VERB.search(asked) else None
    sure = event or (_asked_for(last) if last else None)
    topic = sure or _recent_thing(conversation, asked)
    if topic:
        owns = thing["pronoun"].lower() == "its"
        meant = f"{topic}’s" if owns else topic
        yield Reference(*thing.span(), meant, "what was spoken of last", is_sure=bool(sure))


def _people_reference(last: Turn, asked: str) -> Iterator[Reference]:
    """The diplomats are "they" after "How many diplomats did Russia expel?"; only people are, for
    "How many albums did they make?" leaves "they" to the band.
    """
    counted = _COUNTED_PEOPLE.match(last.standalone_question)
    they = _THEY.search(asked)
    if counted and they and not _names_before(asked, they.start()):
        owns = they.group().lower() == "their"
        meant = f"the {counted['people']}" + ("’" if owns else "")
        yield Reference(*they.span(), meant, "those who were counted last")


def _names_before(asked: str, position: int) -> bool:
    return any(True for _ in capitalised_runs(asked[:position]))


def is_possessive(asked: str, pronoun: re.Match[str]) -> bool:
    """Whether "his", "hers" or "her" stands for "X's"."""
    word = pronoun["pronoun"].lower()
    followed = re.match(r"\s+(?!last\b)[a-z]", asked[pronoun.end() :])
    return word in ("his", "hers") or (word == "her" and followed is not None)


def _is_object(asked: str, pronoun: re.Match[str]) -> bool:
    """Whether "it" ends its clause: then a name before it is the subject, not its meaning."""
    return pronoun["pronoun"].lower() == "it" and bool(_IT_OBJECT.match(asked[pronoun.end() :]))


def _recent_person(conversation: Conversation) -> tuple[str, bool] | None:
    """The person answered last, else the one asked about last; whether it was the last answer."""
    for turn in reversed(conversation.turns):
        if turn.answered and _is_person(turn.answered):
            return person_in(turn.answered.text), turn is conversation.last
        announced = _ANNOUNCED.match(turn.question) is not None
        asks_about = turn.expected in (AnswerType.DESCRIPTION, AnswerType.DURATION)
        found = [
            name
            for name in capitalised_runs(turn.standalone_question)
            if (" " in name or asks_about or announced) and may_be_a_person(name)
        ]
        if found:
            return without_possessive(found[-1] if asks_about else found[0]), False
    return None


def _is_person(answered: Answered) -> bool:
    """Whether an answer names a person: by its kind, or by its form where the question ("and the
    best actor?") did not say whom it asked for.
    """
    if answered.kind in (AnswerType.CLAUSE, AnswerType.NAME) and " " in answered.text:
        return re.fullmatch(NAME, answered.text) is not None and may_be_a_person(answered.text)
    return answered.kind is AnswerType.PERSON


def _recent_thing(conversation: Conversation, asked: str) -> str | None:
    """An event for "how long did it last?", else the last organisation, name or definite noun."""
    for turn in reversed(conversation.turns[-_LOOKED_BACK:]):
        question = turn.standalone_question
        if _EVENT_VERB.search(asked) and (event := event_of(turn)):
            return event
        if sought := _asked_for(turn):
            return sought
        definite = definite_phrases(question)
        named = [noun for noun in definite if any(c.isupper() for c in noun)]
        if named or definite:
            return (named or definite)[-1]
    return None


def _asked_for(turn: Turn) -> str | None:
    """For "Which pipeline was attacked?": the one that was named, else "the pipeline"."""
    sought = _SOUGHT.match(turn.standalone_question)
    if not sought or (turn.answered and listed_in(turn.answered.text)):
        return None
    named = re.fullmatch(NAME, short_answer(turn))
    return named.group() if named else f"the {sought['noun']}"


def event_of(turn: Turn) -> str | None:
    """For "Who did Blinken meet?", answered "Lavrov": "the meeting between Blinken and Lavrov"."""
    question = turn.standalone_question
    for phrase in definite_phrases(question):
        if re.search(
            r"\b(?:meeting|talks|summit|conversation|session|conference|visit|trip|attack|call)$",
            phrase,
        ):
            start = question.index(phrase)
            more = COMPLEMENT.match(question, start + len(phrase))
            return question[start : more.end()] if more else phrase
    words = re.findall(r"[a-z]+", question.lower())
    noun = next((_EVENTS[word] for word in words if word in _EVENTS), None)
    if noun is None:
        return None
    two = _parties(turn) if noun in ("meeting", "talks") else []
    return f"the {noun} between {two[0]} and {two[1]}" if len(two) == 2 else f"the {noun}"


def _parties(turn: Turn) -> list[str]:
    """The two that met, the answer among them; empty where they are not both known."""
    question = turn.standalone_question
    verb = re.search(r"\b(?:meets?|met|talk(?:ed|s)?)\b", question)
    if verb is None:
        return []
    people = [
        without_possessive(name) for name in capitalised_runs(question) if may_be_a_person(name)
    ]
    at = [question.index(name) for name in people]
    # A name after "in" or "at" is where they met.
    people = [
        p
        for p, i in zip(people, at, strict=True)
        if not re.search(r"\b(?:in|at|near|on)\s+$", question[:i])
    ]
    asks_who = re.match(r"^\W*(?:and )?(?:who|whom|with whom)\b", question, re.I)
    if asks_who and len(people) == 1 and turn.answered and turn.answered.kind is AnswerType.PERSON:
        answer = person_in(short_answer(turn))
        first = verb.start() > question.index(people[0])
        return [people[0], answer] if first else [answer, people[0]]
    return people if len(people) == 2 and not asks_who else []


def _recent_place(conversation: Conversation) -> str | None:
    for turn in reversed(conversation.turns):
        if turn.answered and turn.answered.kind is AnswerType.PLACE:
            return turn.answered.text
        place = re.search(
            rf"\b(?:in|at|to|near) ((?:the )?{NAME.pattern})", turn.standalone_question
        )
        if place:
            return place[1]
    return None


def _recent_date(turn: Turn) -> str | None:
    if turn.answered is None or turn.answered.kind is not AnswerType.DATE:
        return None
    text = " ".join(turn.answered.text.split())
    if re.match(r"(?:in|on|at|since|last|next|this|during)\b", text, re.I):
        return text
    return f"on {text}" if re.search(r"\b\d{1,2}\b|day\b", text) else f"in {text}"
