"""When a question may mean several events or people: asking back, and what was chosen."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from bot.dialogue.conversation import Choice, Conversation, OpenChoice
from bot.dialogue.rewriting import Rewrite
from retrieval.ambiguity.events import Ambiguity, Event, ambiguity
from retrieval.ambiguity.vague_references import (
    EVENTS,
    ROLES,
    Reference,
    ReferenceKind,
    vague_reference,
)
from retrieval.datatypes import Answer, Article
from retrieval.errors import UsageError

ArticleOf = Callable[[str], Article]

RECENT = 3
"""Turns back to which a question may refer without saying so."""
_LONGEST_TITLE = 80
"""In code points, of a label."""
_MEETINGS = frozenset("meeting talks summit conversation call debate negotiations".split())
"""Events that are "of" two people, however they are described."""
_ORDINALS = {
    "first": 1, "1st": 1, "one": 1, "second": 2, "2nd": 2, "two": 2, "third": 3, "3rd": 3,
    "three": 3, "fourth": 4, "4th": 4, "four": 4, "fifth": 5, "5th": 5, "five": 5,
}  # fmt: skip
_NUMBER = re.compile(r"(?:the )?(?:number |no\. ?|nr\. ?|option |choice )?[(\[#]?(\d+)[.):\]]{0,2}")
_ORDINAL = re.compile(
    rf"(?:the |number |option |choice )*(?P<ordinal>{'|'.join(_ORDINALS)}|last|former|latter)"
    r"(?: (?:one|choice|option))?"
)
_ASKING = re.compile(
    r"(?:and |but |so |or )?(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|do|"
    r"does|did|has|have|had|can|could|will|would|should|tell|show|list|explain|name)\b"
)
_FILLERS = frozenset(
    """the a an one of in at on with and i mean meant please about that this it between to from
    article story by""".split()
)
_MOST_WORDS = 8
"""Of a text that names a choice: a longer one says something of its own."""
_WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")


def which_one(
    asked: str, rewritten: Rewrite, answer: Answer, article: ArticleOf
) -> OpenChoice | None:
    """What ``asked`` may mean, where the best passages report different events or people and the
    answers differ, best supported first; None where it means one thing.

    ``answer`` is that to ``rewritten``.
    """
    found = ambiguity(rewritten.question, answer, article)
    if found is None:
        return None
    choices = tuple(_choice(rewritten.question, found, event) for event in found.events)
    return OpenChoice(asked, choices)


def settled(conversation: Conversation, open_choice: OpenChoice) -> Choice | None:
    """The choice that the last turns were about, so that nobody need be asked.

    An earlier turn with the same question decides, else the article of a recent answer, else a name
    that a recent question has and one choice alone.
    """
    asked = _plain(open_choice.question)
    same = [turn for turn in conversation.turns if _plain(turn.question) == asked]
    recent = conversation.turns[-RECENT:]
    for turn in (*reversed(same), *reversed(recent)):
        told = turn.answered.article_id if turn.answered else None
        found = [choice for choice in open_choice.choices if told in choice.article_ids]
        if len(found) == 1:
            return found[0]
    for turn in reversed(recent):
        said = _words(turn.standalone_question) - _FILLERS
        named = [c for c in open_choice.choices if said & _named_in(c)]
        if len(named) == 1:
            return named[0]
    return None


def may_ask_back(conversation: Conversation, asked: str, rewritten: Rewrite) -> bool:
    """Whether asking back can help: not about what the conversation itself was to tell, and not
    twice about one question.
    """
    if rewritten.edits:
        return False
    reference = vague_reference(rewritten.question)
    if reference and reference.kind is ReferenceKind.PRONOUN and conversation.turns:
        return False
    waiting = conversation.open_choice
    before = [turn.question for turn in conversation.turns]
    before += [waiting.question] if waiting else []
    return _plain(asked) not in {_plain(question) for question in before}


def chosen_from(waiting: OpenChoice | None, text: str) -> Choice | None:
    """The choice that ``text`` names by its number or its words; None when it names none.

    Raises ``UsageError`` for a number that no choice has.
    """
    if waiting is None:
        return None
    plain = _plain(text)
    number = _number_in(text.strip().casefold(), plain, len(waiting.choices))
    if number is None:
        return _named(waiting, text)
    if 1 <= number <= len(waiting.choices):
        return waiting.choices[number - 1]
    # "2021" may be the year that a label shows.
    named = _named(waiting, text)
    if named is None:
        count = len(waiting.choices)
        raise UsageError(
            f"there are {count} choices; type a number from 1 to {count}, or ask something else."
        )
    return named


def _number_in(typed: str, plain: str, count: int) -> int | None:
    by_number = _NUMBER.fullmatch(typed)
    if by_number:
        return int(by_number[1][:9])
    if re.fullmatch(r"[+-]?\d+(?:[.,]\d+)?", typed):
        return 0  # meant as a number, and no choice has it
    ordinal = _ORDINAL.fullmatch(plain)
    # "The one" is none.
    if ordinal is None or plain == "the one":
        return None
    if ordinal["ordinal"] in ("former", "latter"):
        return {"former": 1, "latter": 2}[ordinal["ordinal"]] if count == 2 else None
    return count if ordinal["ordinal"] == "last" else _ORDINALS[ordinal["ordinal"]]


def _named(waiting: OpenChoice, text: str) -> Choice | None:
    """The one choice whose label has all words of ``text`` that tell anything."""
    plain = _plain(text)
    said = _words(text)
    if len(said) > _MOST_WORDS or _ASKING.match(plain):
        return None
    said -= _FILLERS
    telling = said - _words(waiting.question) or said
    if not telling or all(word.isdigit() and len(word) < 4 for word in telling):
        return None
    for words in (_named_in, _all_in):
        found = [c for c in waiting.choices if telling <= words(c)]
        if len(found) == 1:
            return found[0]
    return None


def _named_in(choice: Choice) -> set[str]:
    return _words(" ".join((*choice.names, choice.label.split(_DASH, 1)[0])))


def _all_in(choice: Choice) -> set[str]:
    return _words(" ".join((*choice.names, choice.label)))


def _choice(question: str, found: Ambiguity, event: Event) -> Choice:
    meant = _question_of(question, found.reference, event)
    return Choice(_label(found.reference, event), meant, event.article_ids, event.names)


_DASH = " — "


def _label(reference: Reference, event: Event) -> str:
    """For example ``the summit of Biden and Putin in Geneva, 16 June 2021 — “Title” (Northwire)``:
    what happened or who it is, where and when, then the article that says so.
    """
    article = event.article
    title = " ".join((article.title or "").split())
    if len(title) > _LONGEST_TITLE:
        title = title[:_LONGEST_TITLE].rsplit(" ", 1)[0] + " …"
    day = article.trusted_date
    what = ", ".join(p for p in (_told_apart(reference, event), _shown(day) if day else "") if p)
    source = f"({article.publisher})" if article.publisher else ""
    told = " ".join(p for p in (f"“{title}”" if title else "", source) if p)
    return _DASH.join(part for part in (what, told) if part)


def _told_apart(reference: Reference, event: Event) -> str:
    """What or who it is: "the fire in Urumqi", "the minister Anna Holm", "Lou Reed"."""
    if reference.kind is ReferenceKind.NAME:
        return event.names[0]
    people = [name for name in event.names if name not in event.places]
    last = reference.words.split()[-1].casefold()
    if reference.kind is ReferenceKind.PRONOUN or last in ROLES:
        person = event.person or _listed(people[:1]) or event.names[0]
        return person if reference.kind is ReferenceKind.PRONOUN else f"{reference.words} {person}"
    where = f" in {event.places[0]}" if event.places else ""
    if last in _MEETINGS and len(people) >= 2:
        return f"{reference.words} of {_listed(people[:2])}{where}"
    # Without a place, the weightiest name says which one: "the trial (Holm)".
    return f"{reference.words}{where}" if where else f"{reference.words} ({event.names[0]})"


def _listed(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _question_of(question: str, reference: Reference, event: Event) -> str:
    """The question with its vague reference said in full, where that makes good English; else
    unchanged.
    """
    place = reference.range
    head, tail = question[: place.start], question[place.end :]
    if reference.kind is ReferenceKind.NAME:
        return f"{head}{event.names[0]}{tail}"
    last = reference.words.split()[-1].casefold()
    if last in ROLES:
        return f"{head}{reference.words} {event.person}{tail}" if event.person else question
    if last not in EVENTS:
        return question
    people = [name for name in event.names if name not in event.places]
    if last in _MEETINGS and len(people) == 2:
        return f"{head}{reference.words} of {_listed(people)}{tail}"
    if event.places and not re.match(r" (?:in|at|near|on)\b", tail):
        return f"{head}{reference.words} in {event.places[0]}{tail}"
    return question


def _shown(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def _plain(text: str) -> str:
    """In lower case, without punctuation around it and with single blanks."""
    return " ".join(re.sub(r"^[\W_]+|[\W_]+$", "", text.casefold()).split())


def _words(text: str) -> set[str]:
    """In lower case, without possessive endings."""
    return {re.sub(r"[’']s?$", "", m.group()) for m in _WORD.finditer(text.casefold())}
