"""What a question asks for: the answer's type and the noun that names it. Rules on words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from retrieval.datatypes import AnswerType

_UNITS = r"(?:second|minute|hour|day|week|fortnight|month|quarter|year|decade|centur(?:y|ie))s?"
_PLACES = (
    r"(?:countr(?:y|ies)|cit(?:y|ies)|towns?|states?|nations?|continents?|places?|locations?|"
    r"capitals?|villages?|provinces?|regions?|count(?:y|ies)|islands?|venues?|streets?|airports?|"
    r"districts?|territor(?:y|ies))"
)
_PEOPLE = (
    r"(?:persons?|people|man|men|wom[ae]n|presidents?|ministers?|leaders?|actors?|actress(?:es)?|"
    r"singers?|authors?|writers?|players?|officials?|politicians?|senators?|governors?|mayors?|"
    r"spokes(?:man|woman|person)|directors?|scientists?|doctors?|officers?|judges?|celebrit(?:y|ies)|"
    r"athletes?|coach(?:es)?|billionaires?|ceos?|secretar(?:y|ies)|diplomats?|kings?|queens?|"
    r"princes?|princess(?:es)?|popes?|artists?|rappers?|musicians?|executives?|journalists?|"
    r"marines?|soldiers?|critics?|lawmakers?|candidates?)"
)
_ORGANISATIONS = (
    r"(?:compan(?:y|ies)|organi[sz]ations?|agenc(?:y|ies)|councils?|groups?|ministr(?:y|ies)|"
    r"part(?:y|ies)|teams?|banks?|universit(?:y|ies)|schools?|firms?|departments?|clubs?|"
    r"institutions?|airlines?|brands?|retailers?|automakers?|networks?|newspapers?|courts?|"
    r"manufacturers?|committees?|unions?|chains?|stores?|websites?|platforms?)"
)
# What no term to be defined begins with or holds: "what is the capital", "who is still missing".
_NO_NAME = (
    r"(?:.*\b(?:the|an?|in|on|at|of|for|with|by|from|into|about|that|this|these|those|it|its|he|she|they|his|her|their|"
    r"my|your|our|not|now|still|most|more|being|doing|happening|going|saying|called|known|like|worth|"
    r"there|here|next|new|wrong|different|responsible|behind|against|accused)\b|\S*['’]s\b)"
)
_MODIFIERS = r"(?:[\w'’.-]+\s+){0,2}?"
_WH = r"(?:which|what)"

# The first rule whose pattern is found decides. The pattern's own words ask, they do not describe:
# group "ask" is taken out of what the question is about, group "head" names the answer.
_RULES: tuple[tuple[AnswerType, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.I))
    for kind, pattern in (
        (AnswerType.DURATION, rf"\b(?P<ask>(?:for )?how (?:long|much time|many (?P<unit>{_UNITS})))\b"),
        (AnswerType.DURATION, r"\b(?P<ask>what (?:was|is) the (?:duration|length))\b"),
        (AnswerType.PERCENT, rf"\b(?P<ask>(?:{_WH}|how (?:much|many)) (?:percent(?:age)?|per cent|share|proportion|fraction)(?: of)?)\b"),
        (AnswerType.MONEY, r"\b(?P<ask>how much money|(?:what|which) (?:was |is )?(?:the )?(?:price|cost|salary|fee|fine|sum|budget|amount of money))\b"),
        (AnswerType.MONEY, r"\b(?P<ask>how much)\b(?=.*\b(?:costs?|pay|paid|pays|worth|earn\w*|spen[dt]\w*|charge\w*|fined?|rais\w+|donat\w+|owe\w*|sold|sells?|buy|bought|price\w*|invest\w*|los[et]|money)\b)"),
        (AnswerType.NUMBER, r"\b(?P<ask>how (?P<unit>old))\b"),
        (AnswerType.NUMBER, r"\b(?P<ask>how many)\s+(?P<head>[\w'’-]+(?:\s+[\w'’-]+){0,2})"),
        (AnswerType.NUMBER, r"\b(?P<ask>how (?:many|much|far|tall|high|big|large|fast|deep|wide|heavy|often)|what (?:is |was )?(?:the )?(?:number|amount|total|size|population|age|score|distance|rate|temperature))\b"),
        (AnswerType.NUMBER, r"^\W*(?P<ask>(?:the )?number of)\s+(?P<head>[\w'’-]+)"),
        (AnswerType.NUMBER, r"\b(?P<ask>what(?: is| was|['’]s) the)(?= (?:\w+ ){0,2}toll\b)"),
        (AnswerType.DATE, rf"\b(?P<ask>when|(?:on |in )?{_WH} (?P<unit>dates?|days?|years?|months?|weekdays?|century|decade|time)|what (?:is|was) the date)\b"),
        (AnswerType.REASON, r"\b(?P<ask>why|for what reasons?|what (?:caused|causes|prompted|led to)|what (?:is|was|were) the (?:reasons?|causes?))\b"),
        (AnswerType.QUOTATION, r"\b(?P<ask>(?:what|which) (?:words?|phrases?|terms?|expressions?|nicknames?|slogans?|adjectives?))\b"),
        (AnswerType.QUOTATION, r"\b(?P<ask>what)\b(?=.*\b(?:call(?:s|ed)?|describe[sd]?|regard(?:s|ed)?|label(?:s|l?ed)?|dub(?:s|bed)?|refer(?:s|red)?|consider(?:s|ed)?)\b)"),
        (AnswerType.QUOTATION, r"\b(?P<ask>how)\s+(?:did|does|do|has|have)\b(?=.*\b(?:describe|characteri[sz]e|call)d?\b)"),
        (AnswerType.PERSON, rf"\b(?P<ask>{_WH}(?: (?:is|was|are|were))?(?: the)? names?)\b(?= of\b.*\b{_PEOPLE}\b)"),
        (AnswerType.PLACE, rf"\b(?P<ask>{_WH}(?: (?:is|was|are|were))?(?: the)? names?)\b(?= of\b.*\b{_PLACES}\b)"),
        (AnswerType.NAME, rf"\b(?P<ask>{_WH}(?: (?:is|was|are|were))?(?: the)? names?)\b(?= of (?:the|a|an|this|that|his|her|its|their)\b)"),
        (AnswerType.PERSON, rf"\b(?P<ask>{_WH}(?: (?:is|was|are|were))?(?: the)?(?: [\w.’'-]+){{0,3}}? (?:(?:first|last|full|given|family) )?names?)\b"),
        (AnswerType.DESCRIPTION, r"^\W*(?:and\s+|so\s+)?(?P<ask>who(?: is| was| are| were|'s|’s))\s+(?P<head>(?!the\b|a\b|an\b)(?-i:[A-Z])[\w.'’-]+(?:\s+(?:(?:de|van|von|bin|al|of)\s+)?(?-i:[A-Z])[\w.'’-]+)*)\W*$"),
        (AnswerType.DESCRIPTION, rf"^\W*(?:and\s+|so\s+)?(?P<ask>who(?:\s+(?:is|was|are|were)|['’]?s))\s+(?!{_NO_NAME})(?P<head>(?-i:[a-z])[\w.-]+(?:\s+[\w.-]+){{1,2}})\W*$"),
        (AnswerType.DESCRIPTION, rf"^\W*(?:and\s+|so\s+)?(?P<ask>what(?:\s+(?:is|are|was|were)|['’]?s)(?:\s+an?)?)\s+(?!{_NO_NAME})(?P<head>[\w.’'-]+(?:\s+(?:to\s+)?[\w.’'-]+){{0,2}})\W*$"),
        (AnswerType.DESCRIPTION, r"^\W*(?P<ask>(?:what|who) (?:is|are|was|were) the)\s+(?P<head>(?-i:[A-Z])[\w.’'-]*(?:\s+(?-i:[A-Z])[\w.’'-]*){0,3})\W*$"),
        (AnswerType.DESCRIPTION, r"^\W*(?P<ask>what (?:does|do|did|is|was)\b.*?\b(?:mean(?:s|t)? by|meant by))\s+(?:an?\s+|the\s+)?(?P<head>[\w.’'-]+(?:\s+[\w.’'-]+){0,2})\W*$"),
        (AnswerType.DESCRIPTION, r"^\W*(?P<ask>what (?:does|do|did))\s+(?:an?\s+|the\s+)?(?P<head>[\w.’'-]+(?:\s+[\w.’'-]+){0,2}?)\s+means?\W*$"),
        (AnswerType.PERSON, rf"\b(?P<ask>who|whom|whose|{_WH} (?P<head>{_MODIFIERS}{_PEOPLE}))\b"),
        (AnswerType.PLACE, rf"\b(?P<ask>where|(?:in |at |to |from )?{_WH} {_MODIFIERS}{_PLACES})\b"),
        (AnswerType.ORGANISATION, rf"\b(?P<ask>{_WH})\s+(?P<head>{_MODIFIERS}{_ORGANISATIONS})\b"),
        (AnswerType.NAME, r"\b(?P<ask>which)\s+(?P<head>[\w'’-]+(?:\s+[\w'’-]+)?)\b"),
        (AnswerType.NAME, r"\b(?P<ask>what)\s+(?P<head>(?!is\b|was\b|are\b|were\b|do\b|does\b|did\b|has\b|have\b|had\b|will\b|would\b|can\b|could\b|should\b|kind\b|happen)[\w'’-]+)\s+(?:is|was|are|were|do|does|did|has|have|had|will|would|can|could)\b"),
        (AnswerType.YES_NO, r"^\W*(?:and\s+|so\s+|but\s+)?(?P<ask>is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|should|may|might|must)\b(?!.*\bor\b.*\?)"),
    )
)  # fmt: skip
_IN_BRACKETS = re.compile(r"(?<=\w)\s+\([^()]*\)(?=[?!.]*\s*$)")
_WH_WORD = re.compile(r"\b(?:what|how|which)\b", re.I)
_PLURAL_ASK = re.compile(
    r"\b(?:which|what|who|name)\b.*?\b(?:countries|nations|members|leaders|people|companies|"
    r"cities|states|two|three|four|several|were|are|met|both)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Expectation:
    """``about`` is the question without the words that ask; ``head`` the noun for the answer.

    ``wants_list`` is true when the question's form asks for several things.
    """

    type: AnswerType
    about: str
    head: str | None = None
    wants_list: bool = False


def expectation_of(question: str) -> Expectation:
    """Reads the question's form. Anything that no rule knows expects a clause. What stands in
    brackets behind a question says what it is about, not what it asks for.
    """
    asked = _IN_BRACKETS.sub("", question)
    wants_list = bool(_PLURAL_ASK.search(asked))
    for kind, pattern in _RULES:
        match = pattern.search(asked)
        if match:
            groups = match.groupdict()
            start, end = match.span("ask")
            about = f"{question[:start]} {question[end:]}"
            if kind is AnswerType.PERSON and groups.get("head"):
                about = f"{question[:start]} {groups['head']} {question[end:]}"
            head = groups.get("head") or groups.get("unit")
            return Expectation(kind, about, head, wants_list)
    return Expectation(AnswerType.CLAUSE, _WH_WORD.sub(" ", question), None, wants_list)
