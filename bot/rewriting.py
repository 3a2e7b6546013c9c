"""A follow-up to a standalone question: a pure function of the conversation and the text.

A first, deliberately small set of rules: bare question words ("Why?"), "And X's?", pronouns and
"there". What no rule is sure of stays as typed; the history is never pasted in. Every edit is
named, and the user sees the whole question that came of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from bot.conversation import Conversation, Turn
from retrieval.datatypes import AnswerType

_CAPITALISED = r"(?:(?:[A-Z]\.){2,}|[A-Z][\w’'-]*)"
_NAME = re.compile(
    rf"(?:the )?{_CAPITALISED}(?:[ \xa0](?:(?:of|for|de|van|von|bin)[ \xa0])?{_CAPITALISED}|[ \xa0]\d+\b)*"
)
_NOT_NAMES = re.compile(
    r"(?:Who|Whom|Whose|What|Which|When|Where|Why|How|Is|Are|Was|Were|Do|Does|Did|Has|Have|Had|Can|"
    r"Could|Will|Would|Should|And|But|So|In|On|At|For|From|The|A|An|It|He|She|They|That|This|There)\b"
)
_ASKING = (
    r"(?:for |in |on |at |to |from |since |until )?(?:how (?:long|many \w+|much|often|far|old|come)|"
    r"(?:which|what) (?!did|does|do|is|was|are|were|will|would|has|have|had)\w+|wh(?:y|en|ere|o|om|at))"
)
_BARE = re.compile(
    rf"^(?:and |but |so )?(?P<ask>{_ASKING})(?: (?:exactly|not|so|then|else))?\W*$", re.I
)
_AND_NAME = re.compile(
    rf"^(?i:and|what about|how about|and what about)\s+(?P<name>(?:the )?{_CAPITALISED}"
    rf"(?:[ \xa0](?:(?:of|for|and)[ \xa0])?{_CAPITALISED})*?)(?P<own>[’']s?)?\W*$",
)
_QUESTION_HEAD = re.compile(
    rf"^\W*(?:and |but |so )?(?:{_ASKING})\s+(?:(?:did|does|do|is|was|are|were|will|would|has|have|had)\s+)?",
    re.I,
)
_COMPARATIVE = re.compile(
    r"\b(?:longer|shorter|more|less|fewer|higher|lower|larger|smaller|earlier|later)\b.*\bthan\b",
    re.I,
)
_PERSON = re.compile(r"\b(?P<pronoun>he|she|him|his|her|hers)\b", re.I)
_THING = re.compile(r"\b(?P<pronoun>[Ii]ts?)\b")
_NOT_A_PERSON = re.compile(
    r"^the\b|\b(?:Council|Ministry|Department|Company|Party|University|Bank|Union|Agency|Court|"
    r"Congress|Senate|Committee|Group|Parliament|Commission|Administration|Pipeline|House)\b"
)
_THAT = re.compile(
    r"^(?P<lead>\W*(?:and |so |but )?(?:is|was|were|are)\s+)(?P<pronoun>that|this|it)\b", re.I
)
_THERE = re.compile(r"\bthere\b(?=\W*$|\s+(?:on|in|for|with|last|after|before)\b)", re.I)
_EVENTS = {"meet": "the meeting", "met": "the meeting", "talk": "the talks", "talks": "the talks"}
_EVENT_VERB = re.compile(r"\b(?:last|end|begin|start|take place|happen|finish|go)\b", re.I)
_DEFINITE = re.compile(r"\bthe ((?:[A-Z][\w’'-]*|[a-z]+)(?: [A-Z][\w’'-]*){0,3})(?=\W|$)(?! of\b)")
_SHORT_ANSWER = 8
"""In words."""
_ROLE_NOUNS = re.compile(
    r"\b(?:minister|president|secretary|leader|director|king|queen|chairman|first|last|same)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Edit:
    """One change: what was said (empty where words were added), what it was taken to mean, and
    why.
    """

    said: str
    meant: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """The standalone question and the edits that led to it; no edits when it stood alone.

    ``others`` are other readings of what was typed, where it is not sure which one is meant.
    """

    question: str
    edits: tuple[Edit, ...] = ()
    others: tuple[str, ...] = ()


class Rewriter(Protocol):
    """Makes follow-ups standalone. Pure: equal values in, equal values out."""

    def rewrite(self, conversation: Conversation, text: str) -> Rewrite:
        """The standalone form of ``text`` after ``conversation``."""
        ...


class RuleRewriter:
    """Implements ``Rewriter`` with rules alone."""

    def rewrite(self, conversation: Conversation, text: str) -> Rewrite:
        return rewrite(conversation, text)


def rewrite(conversation: Conversation, text: str) -> Rewrite:
    """The standalone form of ``text`` after ``conversation``. Pure."""
    asked = text.strip()
    last = conversation.last
    if last is None:
        return Rewrite(asked)
    for rule in (_bare_question, _another_name):
        whole = rule(last, asked)
        if whole:
            return Rewrite(whole, (Edit(asked, whole),))
    edits = tuple(_pronoun_edits(conversation, asked))
    question = asked
    for edit in edits:
        said = re.search(rf"\b{re.escape(edit.said)}\b", question)
        if said:
            question = question[: said.start()] + edit.meant + question[said.end() :]
    return Rewrite(question, edits)


def _bare_question(last: Turn, asked: str) -> str | None:
    """Asks "For how long?" of what the last question said, with its answer filled in."""
    bare = _BARE.match(asked)
    if not bare:
        return None
    return f"{bare['ask'].capitalize()} {_statement(last)}?"


def _statement(turn: Turn) -> str:
    question = turn.standalone_question.rstrip(" ?!.")
    head = _QUESTION_HEAD.match(question)
    if not head:
        return question
    rest = question[head.end() :]
    answer = _short_answer(turn)
    asks_who = re.match(r"^\W*(?:who|which|what)\b", question, re.I)
    if answer and asks_who:
        has_subject = re.search(r"\b(?:did|does|do|is|was|are|were|will)\b\s*$", head.group(), re.I)
        return f"{rest} {answer}" if has_subject else f"{answer} {rest}"
    return rest


def _short_answer(turn: Turn) -> str:
    """What the turn was answered, when that is short enough to stand inside a question; else ""."""
    words = turn.answered.text.split() if turn.answered else []
    return " ".join(words) if len(words) <= _SHORT_ANSWER else ""


def _another_name(last: Turn, asked: str) -> str | None:
    """Asks, for "And Trevor Reed's?", the last question of somebody else."""
    other = _AND_NAME.match(asked)
    before = last.standalone_question
    found = list(_names(before))
    if not other or not found:
        return None
    return before.replace(_plain(found[0]), _plain(other["name"]), 1)


def _pronoun_edits(conversation: Conversation, asked: str) -> Iterator[Edit]:
    that = _THAT.match(asked)
    last = conversation.last
    if that and last and _COMPARATIVE.search(asked) and _short_answer(last):
        yield Edit(that["pronoun"], _short_answer(last))
        return
    person = _PERSON.search(asked)
    # "What did Biden say he considered Putin?" has its own Biden: nothing to look for outside.
    if person and not _names_before(asked, person.start()):
        name = _recent_person(conversation)
        if name:
            yield Edit(person["pronoun"], f"{name}’s" if _is_possessive(asked, person) else name)
    thing = _THING.search(asked)
    if thing and (_is_object(asked, thing) or not _names_before(asked, thing.start())):
        topic = _recent_thing(conversation, asked)
        if topic:
            own = thing["pronoun"].lower() == "its"
            yield Edit(thing["pronoun"], f"{topic}’s" if own else topic)
    there = _THERE.search(asked)
    if there and (place := _recent_place(conversation)):
        yield Edit(there.group(), f"in {place}")


def _names_before(asked: str, position: int) -> bool:
    return any(True for _ in _names(asked[:position]))


def _is_possessive(asked: str, pronoun: re.Match[str]) -> bool:
    word = pronoun["pronoun"].lower()
    followed = re.match(r"\s+(?!last\b)[a-z]", asked[pronoun.end() :])
    return word in ("his", "hers") or (word == "her" and followed is not None)


def _is_object(asked: str, pronoun: re.Match[str]) -> bool:
    """Whether "it" ends its clause: then a name before it is the subject, not its meaning."""
    return pronoun["pronoun"].lower() == "it" and bool(
        re.match(r"\W*$|\s+(?:in|on|at|with|to|for|after|before|as)\b", asked[pronoun.end() :])
    )


def _recent_person(conversation: Conversation) -> str | None:
    """The person answered last, else the one asked about last."""
    for turn in reversed(conversation.turns):
        if turn.answered and turn.answered.kind is AnswerType.PERSON:
            return turn.answered.text
        asks_about = turn.expected in (
            AnswerType.DESCRIPTION,
            AnswerType.DURATION,
        )
        found = [
            name
            for name in _names(turn.standalone_question)
            if (" " in name or asks_about) and not _NOT_A_PERSON.search(name)
        ]
        if found:
            return _plain(found[-1] if asks_about else found[0])
    return None


def _recent_thing(conversation: Conversation, asked: str) -> str | None:
    """An event for "how long did it last?", else the last organisation, name or definite noun."""
    for turn in reversed(conversation.turns):
        question = turn.standalone_question
        if _EVENT_VERB.search(asked):
            for word in re.findall(r"[a-z]+", question.lower()):
                if word in _EVENTS:
                    return _EVENTS[word]
        definite = [
            match.group()
            for match in _DEFINITE.finditer(question)
            if not _ROLE_NOUNS.search(match[1])
        ]
        named = [noun for noun in definite if any(c.isupper() for c in noun)]
        if named or definite:
            return (named or definite)[-1]
    return None


def _recent_place(conversation: Conversation) -> str | None:
    for turn in reversed(conversation.turns):
        if turn.answered and turn.answered.kind is AnswerType.PLACE:
            return turn.answered.text
        place = re.search(
            rf"\b(?:in|at|to|near) ((?:the )?{_NAME.pattern})", turn.standalone_question
        )
        if place:
            return place[1]
    return None


def _plain(name: str) -> str:
    """The name without a possessive ending."""
    return re.sub(r"[’']s?$", "", name)


def _names(text: str) -> Iterator[str]:
    for match in _NAME.finditer(text):
        name = match.group()
        lead = _NOT_NAMES.match(name)
        if lead:
            name = name[lead.end() :].strip()
        if name:
            yield name
