"""Whether a clause tells what happened or what is to come, from a few words around one place.

Patterns, no grammar. Where the words point both ways it says so: a wrong direction costs more than
none.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Tense(StrEnum):
    """What the clause around a place speaks of; ``OPEN`` has no cue, ``UNSURE`` has two."""

    PAST = "past"
    COMING = "coming"
    UNSURE = "unsure"
    OPEN = "open"


_REACH = 160
"""Code points looked at on either side: a clause, not a paragraph."""
_STOP = re.compile(
    r"\n|(?<=[a-z0-9”\")])(?<!\bJan|\bFeb|\bMar|\bApr|\bAug|\bOct|\bNov|\bDec)(?<!\bSept)"
    r"[.!?][”’\"'»]*(?=\s)"
)
_BREAK = re.compile(
    rf"[;:—()\"“”]|{_STOP.pattern}|\s[–-]\s|, (?!(?:\w+ly|too|also),)"
    r"|\b(?:but|when|while|which|who|whose|because|although|though|where|that|whether|if)\b"
    r"|(?<!early )(?<!soon )\bas\b(?! early| soon)"
)
_OPENING_BREAK = re.compile(rf"[;:—()\"“”]|{_STOP.pattern}")
_IRREGULAR = (
    r"was|were|had|did|said|told|met|held|won|lost|took|came|went|made|gave|got|left|began|sat|ran|"
    r"fell|rose|broke|spoke|wrote|saw|found|became|brought|kept|felt|led|heard|paid|sent|built|"
    r"fought|caught|bought|sold|taught|thought|knew|grew|drew|flew|threw|shot|struck|swore|sworn|"
    r"hit|beat|put|hurt|shut|shook|stood|understood|withdrew|undertook|chose|drove|rode|stole|"
    r"woke|wore|tore|sank|sang|swam|rang|laid|lay|dealt|meant|slept|swept|crept|wept|sought|bore|"
    r"born|slain|seen|done|gone|given|taken|shown|known|written|spoken|broken|stolen|driven|been"
)
_ED = r"(?!(?:need|feed|seed|speed|weed|breed|indeed|hundred|red|bed|unprecedented)\b)[a-z]{2,}ed"
_ADVERB = r"(?:\s+(?:not|also|now|then|only|still|likely|probably|first|[a-z]+ly))*"
_PLAN = (
    r"(?:expected|scheduled|due|set|slated|planned|supposed|likely|poised|ready|about|bound|"
    r"determined|preparing|planning|looking|going|hoping|aiming|booked|billed|anticipated)"
)
_NO_NOUN = r"(?!\s+(?:an?|the|this|that|its|his|her|their|our|my)\b)"
"""Behind "to": what follows is a verb."""
_CUE = re.compile(
    rf"(?P<perfect>\b(?:could|may|might|must){_ADVERB}\s+have{_ADVERB}\s+(?:{_IRREGULAR}|{_ED})\b)"
    rf"|(?P<would>\b(?:would|was|were){_ADVERB}\s+{_PLAN}\b(?!\s+with)(?:\s+to\b)?"
    rf"(?:{_ADVERB}\s+be\b)?(?:\s+[a-z]+)?"
    rf"|\b(?:would|could|might|should{_ADVERB}\s+have)\b{_ADVERB}"
    rf"(?:\s+(?:be|have(?:\s+been)?)\b)?(?:\s+(?!as\b)[a-z]+)?"
    rf"|\bhad{_ADVERB}\s+(?:planned|hoped|been\s+{_PLAN})\b(?:\s+to\b(?:\s+be\b)?\s+[a-z]+)?)"
    rf"|(?P<coming>(?:\b(?:will|shall|wo|ca)(?:n[’']t)?\b|[’']ll\b"
    rf"|\b(?:can|must|may|should)\b){_ADVERB}(?:\s+be\b{_ADVERB})?(?:\s+[a-z]+)?"
    rf"|\b(?:is|are|am|be|[’']s|[’']re){_ADVERB}\s+{_PLAN}\b(?:\s+(?:to|for|on))*"
    rf"(?:{_ADVERB}\s+(?:be|get)\b)?(?:\s+[a-z]+)?"
    rf"|\b(?:is|are|am){_ADVERB}\s+(?:[a-z]{{2,}}ing\b|to\b(?:\s+be\b)?(?:\s+[a-z]+)?)"
    rf"|\b(?:plan|hope|intend|aim|prepare|vow|agree|promise|pledge|decide|threaten|schedule|expect|"
    rf"invite)(?:s|e?d)?\s+(?:[a-z]+\s+)?to\b{_NO_NOUN}(?:\s+be\b)?(?:\s+[a-z]+)?"
    rf"|\b(?:plan|plans|expected|scheduled|due|set|slated|planned|upcoming|ahead\s+of|coming|"
    rf"as\s+(?:early|soon)\s+as)\b(?:\s+(?:to|for)\b)?(?:\s+be\b)?(?:\s+[a-z]+)?)"
    rf"|(?P<past>\b(?:{_IRREGULAR}|{_ED})\b)"
    rf"|(?P<infinitive>\bto\b{_NO_NOUN}\s+(?:be\s+)?[a-z]+\b)"
    rf"|(?P<timeless>\b(?:meets?|begins?|starts|opens?|plays|faces?|hosts|returns|heads|votes|"
    rf"holds|kicks?|expires?|ends|brings?|takes?|marks|is|are|runs|airs?|goes|go|comes?|arrives?|"
    rf"every|each|usually|always|often)\b)"
)
_KINDS = {
    "past": Tense.PAST,
    "perfect": Tense.PAST,
    "coming": Tense.COMING,
    "infinitive": Tense.COMING,
    "would": Tense.UNSURE,
    "timeless": Tense.UNSURE,
}
_FUTURE_LINK = re.compile(
    r"(?:\b(?:until|till|til|through|starting|beginning|effective)\s+"
    r"|\bby\s+(?:the\s+end\s+of\s+)?)$"
)
_EITHER_LINK = re.compile(r"\b(?:for|before|after)\s+$")
_SINCE = re.compile(r"\b(?:since|as of)\s+$", re.I)


def tense_at(text: str, start: int, end: int) -> Tense:
    """The tense of the clause in which ``text[start:end]`` stands; the nearest cue before it wins,
    and only where there is none, the first one behind it.
    """
    before = text[max(0, start - _REACH) : start]
    cut = [match.end() for match in _BREAK.finditer(before)]
    clause = before[cut[-1] :] if cut else before
    if _SINCE.search(clause):
        return Tense.PAST
    linked = _FUTURE_LINK.search(clause)
    cues = list(_CUE.finditer(clause))
    tense = _tense_of(cues) if cues else Tense.OPEN
    if linked:
        return Tense.UNSURE if tense is Tense.PAST else Tense.COMING
    if tense is not Tense.OPEN:
        return tense
    after = text[end : end + _REACH].removeprefix(",")
    stop = (_BREAK if clause.strip() else _OPENING_BREAK).search(after)
    first = _CUE.search(after[: stop.start()] if stop else after)
    if first:
        return _tense_of([first])
    return Tense.UNSURE if _EITHER_LINK.search(clause) else Tense.OPEN


def tenses_around(text: str, start: int, end: int) -> frozenset[Tense]:
    """Every tense that the sentence around ``text[start:end]`` has a cue of."""
    floor = max(0, start - 2 * _REACH)
    stops = list(_STOP.finditer(text, floor, start))
    before = text[stops[-1].end() if stops else floor : start]
    stop = _STOP.search(text, end, end + 2 * _REACH)
    after = text[end : stop.start() if stop else end + 2 * _REACH]
    kinds = {cue.lastgroup for part in (before, after) for cue in _CUE.finditer(part)}
    if _FUTURE_LINK.search(before) or _EITHER_LINK.search(before):
        kinds.add("coming")  # a plan, as far as anybody can tell
    return frozenset(_KINDS[kind] for kind in kinds if kind)


def _tense_of(cues: list[re.Match[str]]) -> Tense:
    kind = cues[-1].lastgroup or ""
    if kind == "infinitive":
        earlier = [cue.lastgroup for cue in cues[:-1] if cue.lastgroup != "infinitive"]
        kind = earlier[-1] or "" if earlier else "coming"
    return _KINDS[kind]
