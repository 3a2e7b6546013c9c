"""Which named things a rewrite lost or added against a human's: names, days and figures.

Two names are of the same thing where one holds all words of the other without its titles: "Rask"
and "Ms Anna Rask", "the Queen" and "Queen Maud II". So a pronoun that became a longer or a shorter
form of the human's name lost nothing. Nor did a short form that was typed and kept ("the fund",
where the human wrote "the Harbour Fund"). Two people of one family name are not told apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from retrieval.datatypes import AnswerType, TextRange
from retrieval.english.dates import calendar_dates
from retrieval.english.names import names, opens_a_question
from retrieval.english.quantities import quantities

_WORD = re.compile(r"\w+")
_POSSESSIVE = re.compile(r"[’']s?(?!\w)")
_IN_NUMBERS = re.compile(r"(?<=\d),(?=\d{3})")


@dataclass(frozen=True, slots=True)
class Named:
    """A thing as a question names it: its ``words`` in lower case, ``core`` without titles."""

    words: frozenset[str]
    core: frozenset[str]
    is_quantity: bool = False

    def same(self, other: Named) -> bool:
        """Whether both may name one thing, in a longer and a shorter form."""
        if self.is_quantity is not other.is_quantity:
            return False
        return self.core <= other.words or other.core <= self.words


def named_things(question: str) -> tuple[Named, ...]:
    """Names, days and figures in a question, each once; figures are those with a digit."""
    text = _opening_lowered(question)
    days = list(_quantities(text))
    found = [_quantity(text, place) for place in days]
    places = [name.range for name in names(text)]
    found += [
        Named(_words(text[place.start : place.end]), _words(text[core.start : core.end]))
        for place, core in _whole_names(places)
        if not any(day.holds(place) for day in days)
    ]
    return tuple(dict.fromkeys(found))


def lost(typed: str, shown: str, gold: str) -> tuple[Named, ...]:
    """Named things of the human's rewrite that ``shown`` does not name in any form."""
    said, kept, there = _words(typed), _words(shown), named_things(shown)

    def is_kept(wanted: Named) -> bool:
        short = wanted.core & said
        return (
            any(wanted.same(thing) for thing in there)
            or wanted.core <= kept
            or (bool(short) and short <= kept)
        )

    return tuple(thing for thing in named_things(gold) if not is_kept(thing))


def added(typed: str, shown: str, gold: str) -> tuple[Named, ...]:
    """Named things of ``shown`` that neither the human nor the user named in any form."""
    known = (*named_things(gold), *named_things(typed))
    texts = (_words(gold), _words(typed))
    return tuple(
        thing
        for thing in named_things(shown)
        if not any(thing.same(other) for other in known)
        and not any(thing.core <= words for words in texts)
    )


def _whole_names(places: list[TextRange]) -> Iterator[tuple[TextRange, TextRange]]:
    """Each name with its part behind the titles. Lists of names are left out: their parts are
    there.
    """
    for place in dict.fromkeys(places):
        inside = [p for p in places if p != place and place.holds(p)]
        titled = [p for p in places if p != place and p.holds(place) and p.end == place.end]
        if inside and (len(inside) > 1 or inside[0].end != place.end):
            continue
        if not inside and any(_is_titled(whole, places) for whole in titled):
            continue
        yield place, inside[0] if inside else place


def _is_titled(whole: TextRange, places: list[TextRange]) -> bool:
    """Whether a place is one name with titles: all that it holds is its own end."""
    return sum(whole.holds(place) for place in set(places)) == 2  # itself and the part


def _quantities(text: str) -> Iterator[TextRange]:
    """Days and figures with a digit, the widest where they overlap."""
    found = {
        place
        for place, kind in quantities(text)
        if kind is AnswerType.DATE or any(char.isdigit() for char in text[place.start : place.end])
    }
    for place in sorted(found, key=lambda p: p.start):
        if not any(other != place and other.holds(place) for other in found):
            yield place


def _quantity(text: str, place: TextRange) -> Named:
    written = text[place.start : place.end]
    day = next(calendar_dates(written), None)
    if day is None:
        words = _words(written)
    else:
        parts = (f"month {day.month}", day.day, day.year)
        words = frozenset(str(part) for part in parts if part is not None)
    return Named(words, words, is_quantity=True)


def _words(text: str) -> frozenset[str]:
    bare = _IN_NUMBERS.sub("", _POSSESSIVE.sub("", text))
    return frozenset(_WORD.findall(bare.casefold()))


def _opening_lowered(question: str) -> str:
    """The question without the capital of a first word that is none: "Did Anna Rask ...?"."""
    first, _, _ = question.partition(" ")
    return question[:1].lower() + question[1:] if opens_a_question(first) else question
