"""Questions as people also ask them: as keywords, with a slip of the finger, as yes or no; and of
something else than the text tells of.

Question sets hold whole questions with question words. A reader that has seen no others takes a
yes/no question for one that nothing answers.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from training.squad import Example

_EMPTY = frozenset(
    "a an the of in on at to for by with from and or that this it its his her their what who whom "
    "whose which when where why how many much did do does was were is are be been has have had "
    "will would can could there as".split()
)
_LEAST_KEYWORDS = 3
_LEAST_LETTERS = 5
_DID = re.compile(r"(?P<asks>what|who|whom|where|when) did (?P<rest>[^?,]+?)\??", re.I)
_ASKED = re.compile(
    r"(?P<asks>who|what|where|when|how many (?P<counted>[a-z]+)) "
    r"(?P<aux>is|are|was|were|has|have|had|will) (?P<rest>[^?,]+?)\??",
    re.I,
)
"""Questions whose auxiliary leads, put for yes or no."""
_SUBJECTLESS = re.compile(
    # "was arrested in", "is the mayor of", "will lead": what is asked for does it, or is it.
    r"(?:(?:also |first |recently )?[a-z]{2,}(?:ed|en|wn|ung|old|ilt|ost|eft|ught|ent|et)\b"
    r"|the (?:[a-z]+ ){1,2}of\b).*(?<! of)(?<! for)(?<! with)(?<! to)(?<! by)(?<! in)(?<! as)"
)
_COUNT = re.compile(r"[\d,.]+|two|three|four|five|six|seven|eight|nine|ten|dozens|hundreds")
_ADJUNCT = re.compile(r" (?:in|on|at|after|before|during|about|with|from|since|when|by) ")
_PREPOSITION = re.compile(r"(?:in|on|at|after|before|during|from|since|by|near|to)\b", re.I)
_DAY = re.compile(r"\d{1,2} [A-Z]|[A-Z][a-z]+ \d{1,2}\b|[A-Z][a-z]+day\b")
_LONGEST_ANSWER = 8
"""In words; a longer one makes a question that nobody asks."""
_SWAPPED = (
    # A name that does not begin the question; a year; the noun of "the fire in", "a record?".
    re.compile(r"(?<=\w )[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*(?<!['’]s)(?<!['’])"),
    re.compile(r"\b(?:1[5-9]|20)\d\d\b"),
    re.compile(
        r"(?<=\bthe )[a-z]+(?: [a-z]+)?"
        r"(?= (?:in|on|at|of|by|with|from|for|against|near|during)\b|\?|$)"
    ),
)
_TRIES = 8
_DRAWN = 40
"""Words looked at for one that is near, and which of the nearest are taken."""
_NEAREST = 4
_SAME = 0.95
"""Cosine from which on two words mean the same."""
EXCHANGED = {"drawn": _DRAWN, "nearest": _NEAREST, "same": _SAME}
"""What decides what stands in another's place, for the record."""
_STEM = 5
"""Letters by which a word is known again: "fires" in "fire"."""


def keywords(question: str) -> str:
    """The question's words that say what it is about; itself where these are too few."""
    kept = [w for w in re.findall(r"[\w'’.,$%-]*\w", question) if w.casefold() not in _EMPTY]
    return " ".join(kept) if len(kept) >= _LEAST_KEYWORDS else question


def with_typo(question: str, rng: random.Random) -> str:
    """One letter of a longer word lost, doubled or exchanged with the next."""
    places = [m.span() for m in re.finditer(rf"[^\W\d_]{{{_LEAST_LETTERS},}}", question)]
    if not places:
        return question
    start, end = rng.choice(places)
    at = rng.randrange(start + 1, end - 1)
    one, other = question[at], question[at + 1]
    made = rng.choice(("", one + one, other + one))
    return question[:at] + made + question[at + (2 if made == other + one else 1) :]


def yes_no(example: Example, said: str) -> Example | None:
    """The example as a yes/no question that says ``said``: the right answer, or another one, to
    which its text says nothing. None where its question cannot be turned.
    """
    turned = for_yes_or_no(example.question, said) if example.golds else None
    if turned is None:
        return None
    is_right = said in example.answers()
    return replace(example, question=turned, golds=example.golds if is_right else ())


def for_yes_or_no(question: str, said: str) -> str | None:
    """The question, answered with ``said``, as one for yes or no: "What did he buy?", "a boat":
    "Did he buy a boat?". None where it cannot be turned.
    """
    if len(said.split()) > _LONGEST_ANSWER:
        return None
    match = _DID.fullmatch(question.strip())
    if match is None:
        return _led_by_its_auxiliary(question, said)
    rest, asks = match["rest"], match["asks"].lower()
    if re.search(r"\bdo\b", rest):
        return None
    if asks in ("where", "when"):
        asked = f"{rest} {_with_preposition(said, asks)}"
    else:
        adjunct = _ADJUNCT.search(rest, max(0, rest.find(" ", rest.find(" ") + 1)))
        at = adjunct.start() if adjunct and " " in rest[: adjunct.start()] else len(rest)
        asked = f"{rest[:at]} {said}{rest[at:]}"
    return f"Did {asked}?"


def _led_by_its_auxiliary(question: str, said: str) -> str | None:
    """Of "Who was arrested?" and "Ann": "Was Ann arrested?"; of where, when, how many alike."""
    match = _ASKED.fullmatch(question.strip())
    if match is None:
        return None
    aux, asks, rest = match["aux"].capitalize(), match["asks"].lower(), match["rest"]
    if re.search(r"\b(?:happened|done)\b", rest):
        return None
    if asks in ("where", "when"):
        return f"{aux} {rest} {_with_preposition(said, asks)}?"
    if _SUBJECTLESS.fullmatch(rest) is None:
        return None
    if match["counted"] is None:
        return f"{aux} {said} {rest}?"
    return f"{aux} {said} {match['counted']} {rest}?" if _COUNT.fullmatch(said) else None


def _with_preposition(said: str, asks: str) -> str:
    if _PREPOSITION.match(said):
        return said[:1].lower() + said[1:]
    if said[:1].islower():
        return said
    return f"on {said}" if asks == "when" and _DAY.match(said) else f"in {said}"


Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""Unit vectors of texts, shape (texts, dimension)."""


class Swaps:
    """Makes questions about something else: another name, year or noun stands in their place.

    ``questions`` are where these are taken from.
    """

    def __init__(self, questions: Sequence[str], embed: Embed | None = None) -> None:
        """With ``embed`` what stands in their place is near in meaning: a lorry for a tram."""
        self._said = [
            sorted({match.group() for question in questions for match in kind.finditer(question)})
            for kind in _SWAPPED
        ]
        self._vectors: list[NDArray[np.float32] | None] = [
            embed(said) if embed is not None and said else None for said in self._said
        ]

    def swapped(self, example: Example, rng: random.Random) -> Example | None:
        """The example, unanswerable, with a name, year or noun of its question exchanged for one
        that its text does not hold. Only what the text holds is exchanged: of the rest nobody
        knows whether it mattered. None where there is nothing such.
        """
        text = example.context.casefold()
        places = [
            (match, at)
            for at, kind in enumerate(_SWAPPED)
            for match in kind.finditer(example.question)
            if self._said[at] and _held(match.group(), text)
        ]
        if not places:
            return None
        match, at = rng.choice(places)
        other = next((w for w in self._drawn(match.group(), at, rng) if not _held(w, text)), "")
        if not other:
            return None
        asked = example.question[: match.start()] + other + example.question[match.end() :]
        return replace(example, question=asked, golds=())

    def _drawn(self, words: str, at: int, rng: random.Random) -> Iterator[str]:
        """Words of the same kind, by chance; where that can be told, some of the nearest of these
        that do not mean the same.
        """
        said, vectors = self._said[at], self._vectors[at]
        if vectors is None or words not in said:
            yield from (rng.choice(said) for _ in range(_TRIES))
            return
        drawn = [rng.randrange(len(said)) for _ in range(_DRAWN)]
        cosines = vectors[drawn] @ vectors[said.index(words)]
        nearest = [drawn[i] for i in np.argsort(-cosines) if cosines[i] < _SAME][: 2 * _NEAREST]
        first = nearest[:_NEAREST]
        rng.shuffle(first)
        yield from (said[i] for i in (*first, *nearest[_NEAREST:]))


def _held(words: str, text: str) -> bool:
    """Whether a text in lower case holds any of the words, but for their endings."""
    return any(word[:_STEM] in text for word in words.casefold().split() if word not in _EMPTY)


def others(example: Example, pool: Sequence[Example]) -> list[str]:
    """Answers to questions of the same kind on the same text that share no words with its own."""
    asks = example.question.split()[0].casefold()
    own = {word for answer in example.answers() for word in answer.casefold().split()}
    return [
        answer
        for other in pool
        for answer in other.answers()[:1]
        if own.isdisjoint(answer.casefold().split())
        and other.question.split()[0].casefold() == asks
    ]
