"""Names and noun phrases, found by their spelling, and what kind of thing a name is likely to be.

``names`` finds spans of articles that may answer a question; ``capitalised_runs`` and what follows
it look at questions and answers of a conversation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from retrieval.datatypes import AnswerType, TextRange
from retrieval.english.places import place_names

# Python's patterns have no class for capitals: these are all of them below the CJK scripts.
_CAPITALS = "A-Z" + "".join(chr(c) for c in range(0xC0, 0x2000) if chr(c).isupper())
_CAPITAL = f"[{_CAPITALS}]"
_LETTERS = r"[\w\u0300-\u036f’'-]"
_NAME_WORD = (
    rf"(?:(?:{_CAPITAL}\.){{2,}}|{_CAPITAL}{_LETTERS}*(?:\.(?={_CAPITAL}))?|{_CAPITAL}\."
    rf"|[a-z]{{1,2}}{_CAPITAL}{_LETTERS}*)"
)
_LINK = r"(?:of the|of|for|de la|de|del|van der|van|von|bin|al|the|&)"
_NAME = re.compile(
    rf"(?<![\w’'-]){_NAME_WORD}(?:[ \xa0-](?:{_LINK}[ \xa0])?{_NAME_WORD}|[ \xa0]\d{{1,3}}\b(?![.,]\d))*"
)
_LINK_WORDS = frozenset("of the for de la del van der von bin al &".split())
_ORGANISATION = re.compile(
    r"\b(?:Council|Ministry|Department|Inc|Corp|Company|Co|Party|University|Bank|Union|Agency|Court|"
    r"Congress|Senate|Committee|Association|Police|Organi[sz]ation|Group|Parliament|Commission|"
    r"House|Federation|League|Institute|Administration|Bureau|Service|Authority|Fund|Foundation|"
    r"Airlines|Airways|Motors|Pipeline|Museum|Church|College|Hospital|School|Center|Centre|Office|"
    r"Society|Trust|Alliance|Times|Post|News|TV|Studios|Pictures|FC|United|City|Club|Army|Navy|"
    r"Force|Kremlin|Pentagon|White House|Taliban|Moscow|Reserve|Exchange|Board)\b"
)
_ACRONYM = re.compile(r"^[A-Z][A-Z&]{1,6}$")
_TITLE = re.compile(
    r"(?:president|minister|secretary(?: of state| general)?|sen\.?|senator|rep\.?|gov\.?|governor|"
    r"mr\.?|mrs\.?|ms\.?|dr\.?|sir|lord|king|queen|prince|princess|pope|judge|justice|chancellor|"
    r"prime minister|spokes(?:man|woman|person)|ceo|chief|director|chair(?:man|woman)?|leader|critic|"
    r"mayor|general|captain|officer|coach|actor|actress|singer|author|professor|ambassador|marines?|"
    r"diplomat|billionaire|founder|star|wife|husband|son|daughter|brother|sister)[ \xa0]$",
    re.I,
)
_TITLE_WORDS = re.compile(
    r"^(?:(?:(?:U\.?S\.?|US|Former|Vice|Prime|Foreign|State|Defen[cs]e|Russian|American|British|"
    r"French|German|Chinese|Ukrainian|Icelandic|President|Presidents|Minister|Secretary(?: of State|"
    r"[ -]General)?|Senator|Sen\.|Rep\.|Gov\.|Governor|Mr\.?|Mrs\.?|Ms\.?|Dr\.?|Sir|King|Queen|"
    r"Prince|Princess|Pope|Judge|Justice|Chancellor|General|Captain|Ambassador|Mayor|Marines?|"
    r"CEO|Director|Chairman|Leader|Lord|Spokes(?:man|woman|person)|NATO|Department|of)[ \xa0])+)"
    rf"(?={_CAPITAL})"
)
_NOT_NAMES = frozenset(
    """The A An In On At By For From To And But Or Nor So If When While After Before During Since
    Until As It Its This That These Those There Here He She They We You I His Her Their Our My Your
    With Without Under Over Between Among Into Of Not No Yes What Which Who Whom Whose Where Why How
    Also Both Each Every All Some Many Most More Much Several Other Another Such Then Now Today
    Yesterday Tomorrow Still Even Just Only However Meanwhile Although Though Because According One
    About Nearly Around Almost Roughly Some Only Two Three Four Five Six Seven Eight Nine Ten Last Next First Second Earlier Later Once Despite
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June
    July August September October November December""".split()
)
_PLACE_BEFORE = re.compile(
    r"\b(?:in|at|near|from|to|outside|across|around|visit(?:ed|ing)?|of)[ \xa0](?:the[ \xa0])?$",
    re.I,
)
_SPEECH_AFTER = re.compile(
    r"^[,]?[ \xa0](?:said|says|told|added|wrote|tweeted|announced|met|who)\b"
)
_JOIN = re.compile(
    r"^(?:, (?:and |or )?|[ \xa0](?:and|or)[ \xa0](?:the[ \xa0])?|, (?:the|and the)[ \xa0])$"
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a text; ``likely`` maps each kind it may be to a weight in 0..1."""

    range: TextRange
    likely: tuple[tuple[AnswerType, float], ...]

    def weight(self, kind: AnswerType) -> float:
        return dict(self.likely).get(kind, 0.0)


def names(text: str) -> Iterator[Name]:
    """All names in ``text``, each also without the titles before it, and lists of names."""
    found = [part for match in _NAME.finditer(text) for part in _trimmed(text, match.span())]
    for place in found:
        likely = _likely(text, place)
        yield Name(place, likely)
        core = _TITLE_WORDS.match(text[place.start : place.end])
        if core and core.end() < len(place):
            yield Name(
                TextRange(place.start + core.end(), place.end),
                ((AnswerType.PERSON, 1.0), (AnswerType.NAME, 0.6)),
            )
    yield from _lists(text, found)


def _lists(text: str, found: list[TextRange]) -> Iterator[Name]:
    """Names joined by commas and "and": one answer when the question asks for several."""
    run: list[TextRange] = []
    for place in [*found, None]:
        if place and run and _JOIN.match(text[run[-1].end : place.start]):
            run.append(place)
            continue
        if len(run) > 1:
            start = run[0].start
            core = _TITLE_WORDS.match(text[start : run[0].end])
            if core:
                start += core.end()
            first = dict(_likely(text, run[-1]))
            yield Name(
                TextRange(start, run[-1].end), tuple((kind, 0.9 * w) for kind, w in first.items())
            )
        run = [place] if place else []


def _trimmed(text: str, span: tuple[int, int]) -> Iterator[TextRange]:
    """The name without words that are capitals only because a sentence or a headline is.

    Such a word inside ("Talks in Iceland With Putin in View") parts two names.
    """
    start, end = span
    run: list[re.Match[str]] = []
    for word in [*re.finditer(r"[^ \xa0]+", text[start:end]), None]:
        if word and word.group().rstrip(".,") not in _NOT_NAMES:
            run.append(word)
            continue
        # A link ("of the") belongs to what follows it, and a figure to what stands before it.
        while run and run[0].group()[0].islower() and not run[0].group()[1:2].isupper():
            del run[0]
        while run and run[-1].group() in _LINK_WORDS:
            del run[-1]
        if run and not run[0].group()[0].isdigit():
            begin, finish = start + run[0].start(), start + run[-1].end()
            name = re.sub(r"['’]s?$", "", text[begin:finish])
            yield from _parted(text, TextRange(begin, begin + len(name)))
        run = []


def _parted(text: str, place: TextRange) -> Iterator[TextRange]:
    """Two places side by side are two names: "... and the U.S. Iceland has the chair"."""
    first, _, rest = text[place.start : place.end].partition(" ")
    if first.endswith(".") and first in place_names() and rest in place_names():
        yield TextRange(place.start, place.start + len(first))
        yield TextRange(place.end - len(rest), place.end)
    elif len(place):
        yield place


def _likely(text: str, place: TextRange) -> tuple[tuple[AnswerType, float], ...]:
    name = text[place.start : place.end]
    before, after = text[max(0, place.start - 40) : place.start], text[place.end : place.end + 20]
    if name.removeprefix("the ") in place_names():
        return (
            (AnswerType.PLACE, 1.0),
            (AnswerType.ORGANISATION, 0.3),
            (AnswerType.PERSON, 0.35),
            (AnswerType.NAME, 0.6),
        )
    if _ORGANISATION.search(name) or _ACRONYM.match(name):
        return (
            (AnswerType.ORGANISATION, 1.0),
            (AnswerType.NAME, 0.9),
            (AnswerType.PLACE, 0.3),
            (AnswerType.PERSON, 0.2),
        )
    words = name.split()
    person = 0.5 + 0.25 * (2 <= len(words) <= 4)
    if _TITLE.search(before) or _TITLE_WORDS.match(name) or _SPEECH_AFTER.match(after):
        person = 1.0
    located = 0.75 if _PLACE_BEFORE.search(before) else 0.25
    return (
        (AnswerType.PERSON, person if located < 0.5 or person == 1.0 else 0.5),
        (AnswerType.PLACE, located if person < 1.0 else 0.1),
        (AnswerType.ORGANISATION, 0.4 if person < 1.0 else 0.1),
        (AnswerType.NAME, 0.8),
    )


CAPITALISED = r"(?:(?:[A-Z]\.){2,}|[A-Z][\w’'-]*)"
NAME = re.compile(
    rf"(?:the )?{CAPITALISED}(?:[ \xa0](?:(?:of|for|de|van|von|bin)[ \xa0])?{CAPITALISED}|[ \xa0]\d+\b)*"
)
_BETWEEN = frozenset({"of", "and", "the", "for", "in", "de", "van", "von", "al"})
_BEGINNING = re.compile(r"(?:[\n.!?:“\"]\s*|\A)$")
_LEADING_WORD = re.compile(
    r"(?:Who|Whom|Whose|What|Which|When|Where|Why|How|Is|Are|Was|Were|Do|Does|Did|Has|Have|Had|Can|"
    r"Could|Will|Would|Should|And|But|So|In|On|At|For|From|By|The|A|An|Let[’']?s?|Tell|About|Ok|OK|Now|No|Yes|It|He|She|They|That|This|There)\b"
)
_NOT_A_PERSON = re.compile(
    r"^the\b|\b(?:Council|Ministry|Department|Company|Party|University|Bank|Union|Agency|Court|"
    r"Congress|Senate|Committee|Group|Parliament|Commission|Administration|Pipeline|House)\b"
)
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


def words_of_names(
    texts: Iterable[str], is_left_out: Callable[[str], bool] = lambda name: False
) -> frozenset[str]:
    """The words, in lower case, of all names but those that are left out. A name of one word that
    begins a sentence, a line or a text, where each word is a capital, does not count.
    """
    found: set[str] = set()
    for text in texts:
        for name in names(text):
            place = name.range
            words = re.findall(r"\w+", text[place.start : place.end].casefold())
            if is_left_out(text[place.start : place.end]):
                continue
            words = [word for word in words if len(word) > 1 and word not in _BETWEEN]
            if len(words) > 1 or not _BEGINNING.search(text[max(0, place.start - 3) : place.start]):
                found.update(words)
    return frozenset(found)


def capitalised_runs(text: str) -> Iterator[str]:
    """Runs of capitalised words, without the question's first word."""
    for match in NAME.finditer(text):
        name = match.group()
        lead = _LEADING_WORD.match(name)
        if lead:
            name = name[lead.end() :].strip()
        if name:
            yield name


def opens_a_question(word: str) -> bool:
    """Whether a question's first word has its capital only because it is the first."""
    return _LEADING_WORD.fullmatch(re.sub(r"n[’']t$", "", word)) is not None


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
        name.rpartition("s ")[2] if re.search(r"[’']s ", name) else name
        for name in capitalised_runs(text)
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
