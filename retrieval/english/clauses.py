"""Spans that are clauses, reasons, quoted words or descriptions of a name. By patterns."""

from __future__ import annotations

import re
from collections.abc import Iterator

from retrieval.datatypes import TextRange

_BOUNDARY = re.compile(
    r"[,;:]\s+|\s[–—-]{1,2}\s|[“”\"]|\s\(|\)\s?|\s(?=that\b|which\b|who\b|but\b|while\b)"
)
_QUOTED = re.compile(r"“([^“”]{1,400})”|\"([^\"]{1,400})\"|‘([^‘’]{1,200})’(?!\w)")
_REASON = re.compile(
    r"\b(?:(?P<sure>because(?: of)?|due to|owing to|thanks to|as a result of|in order to|so that|"
    r"in response to|in protest (?:of|at|against)|citing)|since|amid|after|following|over|for)\s+",
    re.I,
)
_REASON_END = re.compile(r"[;.]\s|,\s+(?!and\b|or\b)|$")
_ROLE = (
    r"(?:spokes(?:man|woman|person)|minister|president|secretary|former|chief|leader|critic|director|"
    r"chair(?:man|woman)?|ceo|founder|actor|actress|singer|author|professor|ambassador|marines?|"
    r"diplomat|billionaire|star|mayor|governor|senator|judge|general|captain|coach|king|queen|"
    r"prince|princess|pope|officer|scientist|journalist|activist|lawyer|opposition|top|rapper)"
)
_ROLE_REACH = 240
"""Code points before a name in which its role is looked for: twelve long words."""
_LEADING = re.compile(
    r"^(?:(?:a|an|the|to|in|on|at|of|by|for|from|with|as|and|or|but|that|which|who|is|was|are|were|"
    r"be|been|being|has|have|had|will|would|it|he|she|they|its|his|her|their|also|into|about|"
    r"said|says|saying)\b\s*)+",
    re.I,
)
_TRAILING = re.compile(
    r"(?:\s+(?:a|an|the|to|in|on|at|of|by|for|from|with|as|and|or|but|that|which|who|is|was|are|"
    r"were|be|been|has|have|had|will|would|it|he|she|they|its|his|her|their|said|says|into))+$",
    re.I,
)


def clauses(text: str) -> Iterator[TextRange]:
    """The stretches of a sentence between commas, dashes, quotation marks and relative words."""
    position = 0
    for match in _BOUNDARY.finditer(text):
        if match.start() > position:
            yield TextRange(position, match.start())
        position = match.end()
    if position < len(text):
        yield TextRange(position, len(text))


def cores(text: str, place: TextRange) -> Iterator[TextRange]:
    """The words of a stretch of ``text`` without function words at its beginning, where it has
    some, and then also without those at its end. None where it has no words.
    """
    piece = text[place.start : place.end]
    stripped = piece.lstrip()
    start = place.start + len(piece) - len(stripped)
    stripped = stripped.rstrip(" \xa0\t.!?,;:’'")
    lead = _LEADING.match(stripped)
    if lead and lead.end() < len(stripped):
        yield TextRange(start + lead.end(), start + len(stripped))
        start, stripped = start + lead.end(), stripped[lead.end() :]
    tail = _TRAILING.search(stripped)
    if tail:
        stripped = stripped[: tail.start()]
    if stripped.strip():
        yield TextRange(start, start + len(stripped))


def reasons(text: str) -> Iterator[tuple[TextRange, float]]:
    """What follows a word that gives a reason, up to the end of its clause, with its weight, 0..1.

    "because" gives nothing but reasons; "after" and "for" give them now and then.
    """
    for match in _REASON.finditer(text):
        end = _REASON_END.search(text, match.end())
        if end and end.start() > match.end():
            weight = 1.0 if match["sure"] else 0.6
            yield TextRange(match.end(), end.start()), weight


def quoted(text: str) -> Iterator[TextRange]:
    """The words between quotation marks, without the marks."""
    for match in _QUOTED.finditer(text):
        yield TextRange(*match.span(match.lastindex or 0))


def descriptions(text: str, name: str) -> Iterator[TextRange]:
    """What a sentence says a person or thing is: the role before, or the apposition after, a name."""
    mentioned = re.escape(name).replace(r"\ ", r"[ \xa0]")
    if " " not in name:  # a surname: the first name before it is no part of the role
        mentioned = rf"(?:\b(?!(?i:{_ROLE})\b)[A-Z][\w’'-]+[ \xa0])?{mentioned}"
    for mention in re.finditer(mentioned, text):
        before = text[max(0, mention.start() - _ROLE_REACH) : mention.start()]
        role = re.search(
            rf"(?:(?:[A-Z][\w.’'-]*|(?i:{_ROLE})|of|for|the)[ \xa0]){{0,6}}(?i:{_ROLE})[ \xa0]"
            rf"(?:(?:of|for)[ \xa0](?:the[ \xa0])?(?:[A-Z][\w.’'-]*[ \xa0]){{1,4}})?$",
            before,
        )
        if role:
            lead = _LEADING.match(role.group())
            start = role.start() + (lead.end() if lead else 0)
            if start < role.end():
                shift = mention.start() - len(before)
                yield TextRange(start + shift, role.end() - 1 + shift)
        after = re.match(
            r"(?:[ \xa0]and(?:[ \xa0][A-Z][\w’'-]+){1,3})?"
            r"(?:, | is | was | are | were |, who (?:is|was|are|were) )"
            r"((?:the|a|an|one|two|three|former|"
            r"[A-Z][\w’']*[’']s)\b(?:[^,.;]|\.(?=\w|\S)|(?<=[A-Z])\.){3,120})",
            text[mention.end() :],
        )
        if after:
            yield TextRange(mention.end() + after.start(1), mention.end() + after.end(1))


def names_only(text: str) -> bool:
    """Whether a text is bare names: capitals but for joining words, and no role among them."""
    capitals = all(word[:1].isupper() or word in ("and", "of", "the") for word in text.split())
    return capitals and not re.search(rf"(?i:\b{_ROLE}\b)", text)
