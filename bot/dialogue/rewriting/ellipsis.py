"""Follow-ups that say next to nothing by themselves: the last question is asked again.

"Why?", "For how long?", "And Trevor Reed's?", "No, I meant the summit", "The second one?". Each
rule gives the whole standalone question, or None where it does not apply.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.dialogue.conversation import Conversation, Turn
from bot.dialogue.rewriting.question_forms import AUXILIARY as _AUXILIARY
from bot.dialogue.rewriting.question_forms import asked_of, denied, short_answer
from retrieval.ambiguity.vague_references import ROLES, ReferenceKind, vague_reference
from retrieval.english.names import (
    CAPITALISED,
    COMPLEMENT,
    capitalised_runs,
    definite_phrases,
    listed_in,
    without_possessive,
)

ASKING = (
    r"(?:for |in |on |at |to |from |since |until |by |with |about |of |against )?"
    rf"(?:how (?:long|many \w+(?<!ed)|many|much|often|far|old|come)|(?:which|what) (?!{_AUXILIARY})\w+|"
    r"wh(?:y|en|ere|om|o|at))"
)
_BARE = re.compile(
    rf"^(?:and |but |so |ok |okay )*(?P<ask>{ASKING})(?: (?:exactly|not|so|then|else|is that|was that|though))?\W*$",
    re.I,
)
_ELSE = re.compile(r"^(?:and |but |so )*(?P<ask>who|what|where|when) else\W*$", re.I)
_BARE_NAME = re.compile(
    rf"^(?!(?:{_AUXILIARY}|and|but|so|or|the|no|not|yes|why|how|what|who|when|where|which)\b)"
    r"[^\W\d_][\w’'-]*(?: [^\W\d_][\w’'-]*){0,2}[.!]?$",
    re.I,
)
_SO_WHAT = re.compile(r"\W*(?:\w+,? )*so what\W*$", re.I)
_AND_NAME = re.compile(
    rf"^(?i:and|what about|how about|and what about|and how about|but)\s+(?P<name>(?:the )?{CAPITALISED}"
    rf"(?:[ \xa0](?:(?:of|for|and)[ \xa0])?{CAPITALISED})*?)(?P<own>[’']s?)?\W*$",
)
_AND_PHRASE = re.compile(
    r"^(?:and|what about|how about|and what about)\s+(?P<phrase>(?:the|his|her|its|their|in|on|at|for|by|since|"
    r"during|after|before|with)\s+(?!when\b|what\b|whom?\b|where\b|which\b|how\b)[\w’' -]+?|\d{4})\W*$",
    re.I,
)
_AND_THING = re.compile(r"^(?:and|what about|how about)\s+(?P<thing>[a-z]+(?: [a-z]+)?)\W*$", re.I)
_COUNTED = re.compile(r"(?<=^how many )[a-z]+", re.I)
_CORRECTION = re.compile(
    r"^(?:(?:no|nope|sorry|actually|wait|not (?:that|him|her|it|them)(?: one)?|i said)\b[\s,.;:!–—-]*)*"
    r"(?P<cue>(?:i|we) (?:meant?|was asking about|asked about|was talking about|am asking about)|"
    r"i'm asking about|make that|rather)\s+(?P<meant>.+?)\W*$",
    re.I,
)
_PLAIN_NO = re.compile(
    r"^(?:no|nope|sorry|not (?:that|him|her|it|them)(?: one)?)\b[\s,.;:!–—-]+(?P<meant>(?:the |[A-Z]).{0,60}?)\W*$"
)
_THIS_NOT_THAT = re.compile(
    r"^(?:no\b[\s,.;:!–—-]*)?(?:(?:i|we) (?:meant?|said)\s+)?(?P<meant>[^,?]+?),?\s+not\s+(?P<wrong>[^,?]+?)\W*$",
    re.I,
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
_LONGEST_PHRASE = 6
"""Words of what is put in the place of another phrase."""
_LOOKED_BACK = 3
"""Turns in which a list is looked for."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole standalone question, and why it is what was meant."""

    question: str
    why: str


def whole_question(conversation: Conversation, asked: str) -> Whole | None:
    """The standalone question of a follow-up that leans wholly on the last turns; else None."""
    last = conversation.last
    if last is None:
        return None
    listed = _from_list(conversation, asked)
    if listed:
        return Whole(listed, "one of those in an answer")
    for rule, why in _RULES:
        question = rule(last, asked)
        if question and question != asked:
            return Whole(question, why)
    return None


def _corrected(last: Turn, asked: str) -> str | None:
    """Asks, for "no, I meant the summit", the last question of the summit."""
    wrong = None
    match = _THIS_NOT_THAT.match(asked)
    if match and not _QUESTION_WORD.match(match["meant"]):
        return _exchanged(last.standalone_question, match["wrong"], match["meant"])
    match = _CORRECTION.match(asked) or _PLAIN_NO.match(asked)
    if match is None and (match := _NOT_BUT.match(asked)):
        wrong = match["wrong"]
        if _QUESTION_WORD.match(match["meant"]):
            return None
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
    counted = _COUNTED.search(last.standalone_question)
    if counted and re.fullmatch(r"[a-z]+(?: [a-z]+)?", meant):
        return _put(last.standalone_question, counted, meant)
    pronoun = _PRONOUN.search(last.question)
    if pronoun and last.question != last.standalone_question:
        return _put(last.question, pronoun, meant)
    return _with_counterpart(last.standalone_question, meant)


def _exchanged(question: str, wrong: str, meant: str) -> str | None:
    """The question with ``meant`` for ``wrong``: "in 2022, not 2023", "Charles, not Harry"."""
    preposition = _PREPOSITION.match(meant)
    if preposition and not _PREPOSITION.match(wrong):
        meant = meant[preposition.end() :].strip()
    said = re.search(rf"(?<!\w){re.escape(wrong)}(?!\w)", question, re.I)
    return _put(question, said, meant) or _with_counterpart(question, meant)


def _from_list(conversation: Conversation, asked: str) -> str | None:
    """Puts an item of the newest list that was answered in the place of "the second one"."""
    match = _ORDINAL.search(asked)
    if not match:
        return None
    recent = conversation.turns[-_LOOKED_BACK:]
    items = next((items for turn in reversed(recent) if len(items := _items(turn)) > 1), [])
    which = match["which"].lower()
    at = len(items) - 1 if which in ("last", "latter", "other") else _PLACES[which]
    if len(items) < 2 or at >= len(items) or (which == "other" and len(items) != 2):
        return None
    item = items[at]
    lead = re.match(r"^(?:and|what about|how about|and what about)\s+", asked, re.I)
    if lead is None or lead.end() != match.start():
        return asked[: match.start()] + item + asked[match.end() :]
    # "And the first?": the last question, asked of another item of the list.
    before = recent[-1].standalone_question
    same = next((other for other in items if other != item and other in before), None)
    return before.replace(same, item, 1) if same else f"What about {item}?"


def _items(turn: Turn) -> list[str]:
    if turn.answered is None:
        return []
    return listed_in(turn.answered.text) or [turn.answered.text, *turn.answered.others]


def _bare_question(last: Turn, asked: str) -> str | None:
    """Asks "For how long?" of what the last question said, with its answer filled in."""
    bare = None if _SO_WHAT.match(asked) else _BARE.match(asked)
    if bare is None:
        return None
    if re.search(r"\bnot\b", asked, re.I):
        return denied(bare["ask"].capitalize(), last)
    return asked_of(bare["ask"].capitalize(), last)


def _who_else(last: Turn, asked: str) -> str | None:
    """Asks, for "Who else?" after "Who came?", who else came."""
    more = _ELSE.match(asked)
    word = more["ask"] if more else ""
    rest = re.match(rf"^{word}\s+(?!else\b)(?P<rest>.+)$", last.standalone_question, re.I)
    return f"{word.capitalize()} else {rest['rest']}" if word and rest else None


def _which_it_was(last: Turn, asked: str) -> str | None:
    """Asks, for "Edward" after "When did the prince marry?", when Prince Edward did."""
    vague = vague_reference(last.standalone_question)
    if vague is None or vague.kind is not ReferenceKind.NOUN or not _BARE_NAME.match(asked):
        return None
    name = asked.strip(" .!")
    noun = vague.words.split()[-1].casefold()
    meant = f"{vague.words[4:]} {name}" if noun in ROLES else f"{vague.words} in {name}"
    if noun not in ROLES and not name[:1].isupper():
        return None
    start, end = vague.range.start, vague.range.end
    return last.standalone_question[:start] + meant + last.standalone_question[end:]


def _another_name(last: Turn, asked: str) -> str | None:
    """Asks, for "And Trevor Reed's?", the last question of somebody else."""
    other = _AND_NAME.match(asked)
    before = last.standalone_question
    found = list(capitalised_runs(before))
    if not other or not found:
        return None
    # "What does Lavrov say about Afghanistan?" "And Iran?"
    about = next((name for name in reversed(found) if f" about {name}" in before), found[0])
    return before.replace(without_possessive(about), without_possessive(other["name"]), 1)


def _another_thing(last: Turn, asked: str) -> str | None:
    """Asks, for "And observers?" after "How many members ...?", how many observers."""
    other = _AND_THING.match(asked)
    counted = _COUNTED.search(last.standalone_question)
    return _put(last.standalone_question, counted, other["thing"]) if other and counted else None


def _another_phrase(last: Turn, asked: str) -> str | None:
    """Asks, for "And in Geneva?" or "What about the summit?", the last question of that."""
    other = _AND_PHRASE.match(asked)
    if not other or len(other["phrase"].split()) > _LONGEST_PHRASE:
        return None
    return _with_counterpart(last.standalone_question, other["phrase"])


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
        found = list(capitalised_runs(question))
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
    rest = match["rest"][0].lower() + match["rest"][1:]
    return f"{'Is' if is_now else 'Was'} {answer} {rest}"


def _put(question: str, place: re.Match[str] | None, phrase: str) -> str | None:
    return question[: place.start()] + phrase + question[place.end() :] if place else None


Rule = Callable[[Turn, str], str | None]
_RULES: tuple[tuple[Rule, str], ...] = (
    (_corrected, "a correction of the last question"),
    (_who_else, "the last question, asked of more"),
    (_bare_question, "asked of the last question and its answer"),
    (_which_it_was, "the last question, asked of this one"),
    (_another_name, "the last question, asked of another"),
    (_another_thing, "the last question, asked of something else"),
    (_another_phrase, "the last question, asked of another"),
    (_compared, "compared with the last answer"),
)
