"""Follow-ups that say next to nothing by themselves: the last question is asked anew.

"Why?", "For how long?", "And Trevor Reed's?", "No, I meant the summit", "The second one?". Each rule
gives the whole standalone question, or None where it does not apply. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.conversation import Conversation, Turn
from bot.rewriting.phrases import (
    CAPITALISED,
    COMPLEMENT,
    definite_phrases,
    listed_in,
    names,
    without_possessive,
)

_AUXILIARY = "did|does|do|is|was|are|were|will|would|has|have|had|can|could|should"
ASKING = (
    r"(?:for |in |on |at |to |from |since |until |by |with |about |of |against )?"
    rf"(?:how (?:long|many \w+|many|much|often|far|old|come)|(?:which|what) (?!{_AUXILIARY})\w+|"
    r"wh(?:y|en|ere|om|o|at))"
)
_BARE = re.compile(
    rf"^(?:and |but |so |ok |okay )*(?P<ask>{ASKING})(?: (?:exactly|not|so|then|else|is that|was that|though))?\W*$",
    re.I,
)
_HEAD = re.compile(rf"^\W*(?:and |but |so )?(?:{ASKING})\s+(?:(?:{_AUXILIARY})\s+)?", re.I)
_AND_NAME = re.compile(
    rf"^(?i:and|what about|how about|and what about|and how about|but)\s+(?P<name>(?:the )?{CAPITALISED}"
    rf"(?:[ \xa0](?:(?:of|for|and)[ \xa0])?{CAPITALISED})*?)(?P<own>[’']s?)?\W*$",
)
_AND_PHRASE = re.compile(
    r"^(?:and|what about|how about|and what about)\s+(?P<phrase>(?:the|his|her|its|their|in|on|at|for|by|since|"
    r"during|after|before|with)\s+[\w’' -]+?|\d{4})\W*$",
    re.I,
)
_CORRECTION = re.compile(
    r"^(?:(?:no|nope|sorry|actually|wait|not (?:that|him|her|it|them)(?: one)?|i said)\b[\s,.;:!–—-]*)*"
    r"(?P<cue>(?:i|we) (?:meant?|was asking about|asked about|was talking about|am asking about)|"
    r"i'm asking about|make that|rather)\s+(?P<meant>.+?)\W*$",
    re.I,
)
_PLAIN_NO = re.compile(
    r"^(?:no|nope|sorry|not (?:that|him|her|it|them)(?: one)?)\b[\s,.;:!–—-]+(?P<meant>(?:the |[A-Z]).{0,60}?)\W*$"
)
_NOT_BUT = re.compile(r"^not (?P<wrong>.+?),\s*(?:but )?(?P<meant>.+?)\W*$", re.I)
_ORDINAL = re.compile(
    r"\bthe (?P<which>first|second|third|fourth|fifth|last|former|latter|other)(?: one| of (?:them|these|those|the two))?"
    r"(?=[’']s\b|\W*$|\s+(?:"
    rf"{_AUXILIARY}|and|say|said|get|got|mean|last|cost)\b)",
    re.I,
)
_PLACES = {"first": 0, "former": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4}
_COMPARATIVE = re.compile(
    r"^(?:(?:is|was|were|are) (?:that|this|it) )?(?P<rest>(?:any )?(?:longer|shorter|more|less|fewer|higher|lower|"
    r"larger|bigger|smaller|earlier|later|better|worse|cheaper|faster|slower)\b.*)$",
    re.I,
)
_QUESTION_WORD = re.compile(rf"^(?:{ASKING}|{_AUXILIARY})\b", re.I)
_PREPOSITION = re.compile(r"^(in|on|at|for|by|since|during|after|before|with)\b", re.I)
_PRONOUN = re.compile(r"\b(?:it|he|she|they|him|her|them|that|this|those|these)\b", re.I)
_SHORT_ANSWER = 8
"""In words."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole standalone question, and why it is what was meant."""

    question: str
    why: str


def whole_question(conversation: Conversation, asked: str) -> Whole | None:
    """The standalone question of a follow-up that leans wholly on the last turn; else None."""
    last = conversation.last
    if last is None:
        return None
    for rule, why in _RULES:
        question = rule(last, asked)
        if question and question != asked:
            return Whole(question, why)
    return None


def short_answer(turn: Turn) -> str:
    """What the turn was answered, when that is short enough to stand inside a question; else ""."""
    words = turn.answered.text.split() if turn.answered else []
    return " ".join(words) if len(words) <= _SHORT_ANSWER else ""


def _corrected(last: Turn, asked: str) -> str | None:
    """Asks, for "no, I meant the summit", the last question of the summit."""
    wrong = None
    match = _CORRECTION.match(asked) or _PLAIN_NO.match(asked)
    if match is None and (match := _NOT_BUT.match(asked)):
        wrong = match["wrong"]
    if match is None:
        return None
    meant = match["meant"].strip()
    if _QUESTION_WORD.match(meant) and len(meant.split()) > 2:
        return meant[0].upper() + meant[1:] + "?"
    if re.match(r"the one\b", meant, re.I):
        return None
    if wrong is not None:
        known = re.search(re.escape(wrong), last.standalone_question, re.I)
        return _put(last.standalone_question, known, meant) if known else None
    pronoun = _PRONOUN.search(last.question)
    if pronoun and last.question != last.standalone_question:
        return _put(last.question, pronoun, meant)
    return _with_counterpart(last.standalone_question, meant)


def _ordinal(last: Turn, asked: str) -> str | None:
    """Puts the item of the last answer's list in the place of "the second one"."""
    match = _ORDINAL.search(asked)
    if not match or last.answered is None:
        return None
    items = listed_in(last.answered.text) or [last.answered.text, *last.answered.others]
    which = match["which"].lower()
    at = len(items) - 1 if which in ("last", "latter", "other") else _PLACES[which]
    if len(items) < 2 or at >= len(items) or (which == "other" and len(items) != 2):
        return None
    item = items[at]
    left = re.sub(r"^(?:and|what about|how about|and what about)\s+", "", asked, flags=re.I)
    if left.startswith(match.group()) and not asked[match.end() :].strip(" ?.!"):
        return None if left == asked else f"What about {item}?"
    return asked[: match.start()] + item + asked[match.end() :]


def _bare_question(last: Turn, asked: str) -> str | None:
    """Asks "For how long?" of what the last question said, with its answer filled in."""
    bare = _BARE.match(asked)
    if not bare:
        return None
    return f"{bare['ask'].capitalize()} {_statement(last)}?"


def _statement(turn: Turn) -> str:
    question = turn.standalone_question.rstrip(" ?!.")
    head = _HEAD.match(question)
    if not head:
        return question
    rest = question[head.end() :]
    answer = short_answer(turn)
    asks_who = re.match(r"^\W*(?:who|which|what)\b", question, re.I)
    if answer and asks_who:
        has_subject = re.search(rf"\b(?:{_AUXILIARY})\b\s*$", head.group(), re.I)
        return f"{rest} {answer}" if has_subject else f"{answer} {rest}"
    return rest


def _another_name(last: Turn, asked: str) -> str | None:
    """Asks, for "And Trevor Reed's?", the last question of somebody else."""
    other = _AND_NAME.match(asked)
    before = last.standalone_question
    found = list(names(before))
    if not other or not found:
        return None
    return before.replace(without_possessive(found[0]), without_possessive(other["name"]), 1)


def _another_phrase(last: Turn, asked: str) -> str | None:
    """Asks, for "And in Geneva?" or "What about the summit?", the last question of that."""
    other = _AND_PHRASE.match(asked)
    return _with_counterpart(last.standalone_question, other["phrase"]) if other else None


def _with_counterpart(question: str, phrase: str) -> str | None:
    """The question with ``phrase`` in the place of the phrase of its own kind."""
    preposition = _PREPOSITION.match(phrase)
    if preposition:
        same = re.search(
            rf"\b{preposition[1]}\s+(?:the\s+)?[\w’'-]+(?: [A-Z\d][\w’'-]*)*", question, re.I
        )
        if same and same.start() > 0:
            return _put(question, same, phrase)
        return f"{question.rstrip(' ?!.')} {phrase}?"
    if re.fullmatch(r"\d{4}", phrase):
        year = re.search(r"\b\d{4}\b", question)
        return _put(question, year, phrase) if year else f"{question.rstrip(' ?!.')} in {phrase}?"
    if phrase[:1].isupper():
        found = list(names(question))
        if found:
            return question.replace(without_possessive(found[0]), phrase, 1)
    definite = definite_phrases(question)
    if definite:
        # "the meeting between A and B" gives way as a whole.
        start = question.index(definite[0])
        end = start + len(definite[0])
        more = COMPLEMENT.match(question, end)
        return question[:start] + phrase + question[more.end() if more else end :]
    pronoun = _PRONOUN.search(question)
    return _put(question, pronoun, phrase) if pronoun else None


def _compared(last: Turn, asked: str) -> str | None:
    """Asks "Longer than expected?" of the last answer."""
    match = _COMPARATIVE.match(asked)
    answer = short_answer(last)
    if not match or not answer or " than" not in match["rest"]:
        return None
    is_now = re.match(r"^(is|are)\b", asked, re.I)
    return f"{'Is' if is_now else 'Was'} {answer} {match['rest']}"


def _put(question: str, place: re.Match[str] | None, phrase: str) -> str | None:
    return question[: place.start()] + phrase + question[place.end() :] if place else None


Rule = Callable[[Turn, str], str | None]
_RULES: tuple[tuple[Rule, str], ...] = (
    (_corrected, "a correction of the last question"),
    (_ordinal, "one of those in the last answer"),
    (_bare_question, "asked of the last question and its answer"),
    (_another_name, "the last question, asked of another"),
    (_another_phrase, "the last question, asked of another"),
    (_compared, "compared with the last answer"),
)
