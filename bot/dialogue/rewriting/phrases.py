"""Names and noun phrases in questions, found by their spelling. Pure; knows nothing about turns."""

from __future__ import annotations

import re
from collections.abc import Iterator

CAPITALISED = r"(?:(?:[A-Z]\.){2,}|[A-Z][\w’'-]*)"
NAME = re.compile(
    rf"(?:the )?{CAPITALISED}(?:[ \xa0](?:(?:of|for|de|van|von|bin)[ \xa0])?{CAPITALISED}|[ \xa0]\d+\b)*"
)
_NOT_NAMES = re.compile(
    r"(?:Who|Whom|Whose|What|Which|When|Where|Why|How|Is|Are|Was|Were|Do|Does|Did|Has|Have|Had|Can|"
    r"Could|Will|Would|Should|And|But|So|In|On|At|For|From|By|The|A|An|Let[’']?s?|Tell|About|Ok|OK|Now|No|Yes|It|He|She|They|That|This|There)\b"
)
_NOT_A_PERSON = re.compile(
    r"^the\b|\b(?:Council|Ministry|Department|Company|Party|University|Bank|Union|Agency|Court|"
    r"Congress|Senate|Committee|Group|Parliament|Commission|Administration|Pipeline|House)\b"
)
_SMALL = r"(?:of|between|with|and|in|at|on|for|the|a|an|his|her|its|their)"
# Up to the verb: "the", words that describe, a noun, and what is joined to it.
DEFINITE = re.compile(
    r"\bthe (?P<head>(?:[A-Z][\w’'-]*|[a-z]+)(?: [A-Z][\w’'-]*){0,3})(?=\W|$)(?! of\b)"
)
_ROLES = re.compile(
    r"\b(?:minister|president|secretary|leader|director|king|queen|chairman|first|last|same)\b",
    re.I,
)
COMPLEMENT = re.compile(
    rf"\s+(?:between|of|with)\s+(?:(?:the\s+)?{CAPITALISED}|\s+|and|of|the)+(?<!\s)"
)


def names(text: str) -> Iterator[str]:
    """Runs of capitalised words, without the question's first word."""
    for match in NAME.finditer(text):
        name = match.group()
        lead = _NOT_NAMES.match(name)
        if lead:
            name = name[lead.end() :].strip()
        if name:
            yield name


def without_possessive(name: str) -> str:
    """The name without its ending."""
    return re.sub(r"[’']s?$", "", name)


def may_be_a_person(name: str) -> bool:
    """False for what is plainly an organisation or a thing."""
    return not _NOT_A_PERSON.search(name)


def person_in(answer: str) -> str:
    """The name in an answer that is a person: "Ned Price" of "State Department spokesman Ned
    Price", "Sergei Lavrov" of "Sergei Lavrov and his American counterpart".
    """
    text = " ".join(answer.split())
    found = [
        name.rpartition("s ")[2] if re.search(r"[’']s ", name) else name for name in names(text)
    ]
    people = [without_possessive(name) for name in found if may_be_a_person(name)]
    if not people:
        return text
    return people[0] if re.search(r",|\band\b", text) else people[-1]


def definite_phrases(text: str) -> list[str]:
    """Phrases such as "the Arctic Council", which "it" can mean; people's roles are left out."""
    return [m.group() for m in DEFINITE.finditer(text) if not _ROLES.search(m["head"])]


def listed_in(text: str) -> list[str]:
    """The parts of "A, B and C"; empty where the text is no list of short things."""
    parts = [part.strip(" .;") for part in re.split(r",\s*(?:and\s+)?|\s+and\s+|;\s*", text)]
    parts = [part for part in parts if part]
    return parts if len(parts) > 1 and all(len(part.split()) <= 6 for part in parts) else []
