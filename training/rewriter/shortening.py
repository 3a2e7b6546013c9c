"""A whole question as a follow-up would put it: what was said before is left out, or pointed to.

Each way is named by what it does to the question; ``shortened`` takes one of those that apply.
Equal texts and an equal random state give an equal follow-up.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

_CAPITALISED = r"[A-Z][\w.’'&-]*"
NAME = re.compile(
    rf"(?:[Tt]he )?{_CAPITALISED}(?: (?:of|the|and|de|van|for) {_CAPITALISED}| {_CAPITALISED})*"
)
_ASKING = re.compile(
    r"^(?:Who|Whom|Whose|What|Which|When|Where|Why|How|In|On|At|For|From|To|By|Is|Are|Was|Were|Do|Does|Did|"
    r"Has|Have|Had|Can|Could|Will|Would|Should|The|A|An|According|About|After|Before|During)\b ?"
)
PRONOUN = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|its|their|this|that|these|those|there)\b", re.I
)
_HEAD_NOUNS = (
    "Council Party Company University Ministry Series Church Bank Army League Union War "
    "Treaty Empire City River School Act Court Group Government Committee Festival "
    "Museum Award Prize Island Islands Kingdom Republic Team Club Agency Association "
    "Society Institute Commission Department Championship Cup Games Convention "
    "Declaration Assembly Parliament Congress Senate Movement Revolution Dynasty Period "
    "Era Valley Mountains Sea Lake Language Program Project Foundation College "
    "Corporation"
).split()
_HEADS = re.compile(rf"^(?:the )?(?:[\w.’'&-]+ )+(?P<head>{'|'.join(_HEAD_NOUNS)})$", re.I)
_AUXILIARY = "is|are|was|were|do|does|did|has|have|had|can|could|will|would|should"
_ENDS_PHRASE = re.compile(
    rf"[\s?.!]*$|[’']|\s+(?:{_AUXILIARY}|in|on|at|of|for|from|to|by|with|as|about|after|before|during|"
    r"when|that)\b"
)
_OPENS_LONGER = re.compile(
    r"(?:\b(?:an?|this|that|other|first|own|new|old|former|most)|[\w’']+-|[“\"‘'(])\s*$", re.I
)
_SUBJECT_PLACE = re.compile(rf"\b(?:{_AUXILIARY})\s+$", re.I)
_DOING_PLACE = re.compile(r"\b(?:do|does|did|can|could|will|would|should)\s+$", re.I)
_DOING = re.compile(r"\s+(?![a-z]+(?<!s)s\b)[a-z]+")
_DONE_PLACE = re.compile(r"\b(?:is|are|was|were|has|have|had)\s+$", re.I)
_DONE = re.compile(r"\s+[a-z]+(?:ed|en|wn|rn|nt|lt|ght|ld|de|ing)\b")
_PLACE_BEFORE = re.compile(r"\b(?:in|on|at)\s+$")
_OBJECT_PLACE = re.compile(
    r"\b(?:to|of|by|with|for|from|about|against|in|on|at|after|before|did \w+ \w+)\s*$"
)
_DEFINITE = re.compile(r"\bthe(?: [a-z][\w’'-]*){2,4}")
_LAST_PHRASE = re.compile(
    r"\s(?:of|in|at|for|by|to|with|about|during|from|on|after)\s+"
    r"(?P<phrase>(?:the )?[^\s,].*?)\s*\?*$"
)
_OWNER_END = re.compile(r"[’']s?$")
_LEADS = ("And ", "and ", "ok, ", "so ", "But ")
_LEAST_LEFT = 2
"""Words that a question keeps at least when a phrase is dropped."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was said before the question, and the text that both are of."""

    turns: str
    text: str


def shortened(question: str, said: Said, rng: random.Random) -> str | None:
    """The question with what ``said`` holds left out or pointed to; None where nothing can be."""
    if PRONOUN.search(question):
        return None
    ways = [
        way
        for way in (
            _name_pointed_to(question, said, rng),
            _phrase_pointed_to(question, said, rng),
            _phrase_dropped(question, said),
        )
        if way is not None
    ]
    if not ways:
        return None
    found = rng.choice(ways)
    if rng.random() < 0.15:
        return f"{rng.choice(_LEADS)}{found[0].lower()}{found[1:]}"
    return found


def _name_pointed_to(question: str, said: Said, rng: random.Random) -> str | None:
    """A pronoun, or "the" with the name's last noun, for a name."""
    first = _ASKING.match(question)
    offset = first.end() if first else 0
    names = [
        (m.start(), name)
        for m in NAME.finditer(question, offset)
        if (name := _OWNER_END.sub("", m.group())).removeprefix("the ") in said.turns
    ]
    if not names:
        return None
    start, name = max(names, key=lambda found: len(found[1]))
    before, after = question[:start], question[start + len(name) :]
    if not stands_free(before, after):
        return None
    owns = re.match(r"[’']s?\b|[’'](?= )", after)
    rest = after[owns.end() :] if owns else after
    head = _HEADS.match(name)
    if head and rng.random() < 0.6 and not owns:
        return f"{before}{rng.choice(('the', 'the', 'this', 'that'))} {head['head'].lower()}{after}"
    kind = _kind(name, said.text, before, rng)
    pronoun = kind[2] if owns else kind[1] if _is_object(before, rest) else kind[0]
    return f"{before}{pronoun}{rest}"


def _phrase_pointed_to(question: str, said: Said, rng: random.Random) -> str | None:
    """The same for what has no name: "the spring flood" gives "it", "that" or "the flood"."""
    for start, end in _known_phrases(question, said):
        before, after = question[:start], question[end:]
        if not stands_free(before, after) or re.match(r"[’']| of\b", after):
            continue
        words = question[start:end].split()
        if len(words) > 2 and rng.random() < 0.4:
            return f"{before}the {words[-1]}{after}"
        many = words[-1].endswith("s") and not words[-1].endswith("ss")
        subject, thing = ("they", "them") if many else ("it", "it")
        return f"{before}{thing if _is_object(before, after) else subject}{after}"
    return None


def _known_phrases(question: str, said: Said) -> Iterator[tuple[int, int]]:
    """Ranges of "the ..." that was said in the same words, each as long as that goes."""
    known = said.turns.casefold()
    for found in _DEFINITE.finditer(question):
        end = found.end()
        while end > found.start() + 4 and question[found.start() : end].casefold() not in known:
            end = question.rfind(" ", found.start(), end)
        if len(question[found.start() : end].split()) > 1:
            yield found.start(), end


def _phrase_dropped(question: str, said: Said) -> str | None:
    """The question without the phrase at its end, where that was said in the same words."""
    last = _LAST_PHRASE.search(question)
    if not last or last["phrase"].casefold() not in said.turns.casefold():
        return None
    named = last["phrase"][0].isupper() or last["phrase"].startswith("the ")
    left = question[: last.start()]
    return f"{left}?" if named and len(left.split()) > _LEAST_LEFT else None


def stands_free(before: str, after: str) -> bool:
    """Whether what lies between is a noun phrase of its own, not the half of a longer one."""
    if _OPENS_LONGER.search(before):
        return False
    # "did NAME start", "was NAME opened", not "did NAME workers start".
    return bool(
        _ENDS_PHRASE.match(after)
        or (_DOING_PLACE.search(before) and _DOING.match(after))
        or (_DONE_PLACE.search(before) and _DONE.match(after))
    )


def _is_object(before: str, after: str) -> bool:
    """Whether "him" stands between them, not "he"."""
    ends = not after.strip(" ?.!") and not _SUBJECT_PLACE.search(before)
    return ends or _OBJECT_PLACE.search(before) is not None


def _kind(name: str, text: str, before: str, rng: random.Random) -> tuple[str, str, str]:
    """The pronouns for a name: subject, object, owner."""
    lowered = f" {text.lower()} "
    he, she = (
        lowered.count(" he ") + lowered.count(" his "),
        lowered.count(" she ") + lowered.count(" her "),
    )
    words = name.split()
    is_person = (
        len(words) <= 3
        and words[0][0].isupper()
        and words[0] != "The"
        and he + she > 0
        and not _PLACE_BEFORE.search(before)
    )
    if is_person:
        return ("he", "him", "his") if he >= she else ("she", "her", "her")
    many = name.endswith("s") and not name.startswith("The ") and rng.random() < 0.7
    # Of a team, a firm, a country: "Where do they play?"
    if many or (_DOING_PLACE.search(before) and rng.random() < 0.3):
        return "they", "them", "their"
    return "it", "it", "its"
