"""What in a question may mean several things: "the meeting", "he", "Reed". Spelling alone decides.

Most questions say which event or person they mean, and nothing here finds anything in them: a name,
"the meeting of X", "the film that ...", a long question. Better to miss a vague question, which is
then answered as ever, than to bother somebody who was plain.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from retrieval.datatypes import TextRange


class ReferenceKind(Enum):
    """How a question speaks of what it does not say in full."""

    NOUN = "noun"
    PRONOUN = "pronoun"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Reference:
    """``range`` is where it stands in the question, ``words`` what stands there."""

    kind: ReferenceKind
    range: TextRange
    words: str


EVENTS = frozenset(
    """meeting talks summit conversation call phone-call match game fight bout debate wedding
    divorce war battle agreement deal treaty merger race final semifinal shooting earthquake quake
    storm hurricane tornado fire wildfire flood floods trial election vote crash accident
    collision attack concert festival protest protests ceremony conference strike explosion
    derailment interview visit trip launch robbery raid hearing speech eruption avalanche""".split()
)
"""Nouns that name an event."""

ROLES = frozenset(
    """minister president secretary senator governor mayor judge coach suspect gunman shooter
    attacker driver pilot actor actress singer author director ceo chief chairman chairwoman king
    queen prince princess pope leader ambassador spokesman spokeswoman candidate victim man woman
    boy girl teacher student doctor lawyer player winner champion owner founder officer general
    captain commander""".split()
)
"""Nouns that one person has."""

_MOST_WORDS = 7
"""Of a vague question, small words not counted: a longer one describes what it means."""
_SMALL = frozenset(
    """a an the of in on at to for from by with and or but is are was were be been do does did has
    have had will would can could should may might must it its he she they him her his their them
    this that these those there who whom whose what which when where why how long many much old
    far often tall big large high time times year years day days people person country
    countries""".split()
)
_VERBS = """last lasted take took taken start started begin began begun end ended happen happened
    occur occurred play played born live lived go went come came say said tell told speak spoke
    win won lose lost cost die died killed injured hurt do done make made get got meet met held
    hold happening going become became join joined work worked leave left resign quit score scored
    sell sold buy bought pay paid open opened close closed run found arrested sentenced charged
    call called think want plan planned announce announced study studied grow marry married give
    gave receive release released take-off take-part arrive arrived serve served stay stayed
    travel visit attend attended"""
_STOPS = (
    _SMALL
    | frozenset(_VERBS.split())
    | frozenset("after before during since until about against between over".split())
)
_SPECIFYING = re.compile(
    r"\W*(?:of|between|with|who|whom|that|which|whose|where|when|named|called|against|about|by|for|from|"
    r"whom|\w+ed by|\w+ing)\b",
    re.I,
)
_UNIQUE = frozenset(
    """world internet web year week month day weekend morning evening night time moment end
    beginning start news public article articles following name number reason amount percentage
    cause result answer title age date price same only first second third last next latest current
    most least best worst biggest top other kind type word term nickname rest future past sun moon
    earth planet sea weather economy pandemic government law media""".split()
)
"""Nouns that need no telling apart, and adjectives that do it themselves."""
_THE = re.compile(r"\b[Tt]he((?:[ \xa0][a-z][\w’'-]*){1,4})")
_PRONOUN = re.compile(
    r"\b(?:he|she|they|him|his|their|it(?= (?:last|end|start|begin|happen|open)))\b", re.I
)
_CAPITALISED = re.compile(r"(?<![\w’'-])[^\W\d_a-z][\w’-]*(?:['’]s)?")
_ITSELF = re.compile(r"^\W*(?:which|who|whose)\b|\bwhich\b", re.I)
"""What a pronoun in the same question may stand for."""
_FIRST_WORDS = re.compile(r"^\W*(?:And|But|So)?\W*\w+", re.I)


def vague_reference(question: str) -> Reference | None:
    """The first vague reference of a question, a definite noun before a name before a pronoun; None
    when it says what it means.
    """
    words = re.findall(r"[^\W_][\w’'-]*", question)
    if sum(word.casefold() not in _SMALL for word in words) > _MOST_WORDS:
        return None
    return _noun(question) or _name(question) or _pronoun(question)


def _noun(question: str) -> Reference | None:
    for match in _THE.finditer(question):
        phrase = _phrase(match[1])
        end = match.start(1) + len(phrase)
        words = phrase.split()
        if not words or _UNIQUE & {word.casefold() for word in words}:
            continue
        if any(re.fullmatch(r"\w{3,}est", word) and word not in EVENTS for word in words):
            continue
        if _SPECIFYING.match(question[end:]) or _goes_on_with_a_name(question[end:]):
            continue
        place = TextRange(match.start(), end)
        return Reference(ReferenceKind.NOUN, place, question[place.start : place.end])
    return None


def _phrase(after: str) -> str:
    """The words of ``after`` up to the first that cannot stand in a noun phrase, blanks kept."""
    end = 0
    for match in re.finditer(r"[ \xa0]([\w’'-]+)", after):
        word = match[1].casefold()
        if word in _STOPS or re.search(r"['’]s?$", word):
            break
        end = match.end()
    return after[:end]


def _goes_on_with_a_name(rest: str) -> bool:
    """Whether a name stands right after a noun: "the president Emmanuel Macron"."""
    return re.match(r"[ \xa0]?[^\W\d_a-z]", rest) is not None and not rest.startswith("?")


def _name(question: str) -> Reference | None:
    """The only name of a question, when it is a single word."""
    first = _FIRST_WORDS.match(question)
    found = [m for m in _CAPITALISED.finditer(question) if not first or m.start() >= first.end()]
    if len(found) != 1:
        return None
    name = re.sub(r"['’]s?$", "", found[0].group())
    if name.isupper() or len(name) < 3:
        return None
    place = TextRange(found[0].start(), found[0].start() + len(name))
    return Reference(ReferenceKind.NAME, place, name)


def _pronoun(question: str) -> Reference | None:
    """A pronoun in a question without any name that it could stand for."""
    match = _PRONOUN.search(question)
    first = _FIRST_WORDS.match(question)
    names = any(m.start() >= (first.end() if first else 0) for m in _CAPITALISED.finditer(question))
    if match is None or names or _ITSELF.search(question[: match.start()]):
        return None
    return Reference(ReferenceKind.PRONOUN, TextRange(*match.span()), match.group())
