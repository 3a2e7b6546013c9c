"""What a sentence does with what it says: states, alleges, denies, plans, forecasts or corrects it.

Rules: a word (a *cue*) speaks for what stands behind it in its clause; "would" and "will", for the
verb behind them. A cue counts where it speaks of what the question asks: a word of the question
that is no name stands in its reach.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from retrieval.datatypes import Voice
from retrieval.english.corrections import Corrected, is_note, side_of
from retrieval.english.polarity import denies, same_word

UNDONE = frozenset({Voice.DENIED, Voice.NEGATED, Voice.ATTEMPTED, Voice.CORRECTED, Voice.SATIRE})
"""What is said so is not so."""
RETRACTED = frozenset({Voice.CORRECTED, Voice.SATIRE})
"""What its article takes back, or never meant."""
UNCERTAIN = frozenset({Voice.PLANNED, Voice.FORECAST, Voice.CONDITIONAL})
"""What is said so has not happened yet, if it ever does."""


@dataclass(frozen=True, slots=True)
class _Cue:
    """Words that mark a voice; ``modal``: for the verb behind them alone."""

    voice: Voice
    pattern: re.Pattern[str]
    modal: bool = False


def _cue(voice: Voice, words: str, *, modal: bool = False) -> _Cue:
    return _Cue(voice, re.compile(rf"\b(?:{words})\b", re.I), modal)


_CLAIM = (
    r" (?:(?:(?:on|in|at|late|early) \w+ ){0,2}that|\w+ing|it|all|any|having|responsibility|"
    r"(?:the |those |these )?(?:claims?|reports?|allegations?|charges?|accusations?))\b"
)
"""What is denied when a statement is: nobody else is denied a vote, or bail."""
_CUES = (
    _cue(
        Voice.DENIED,
        rf"den(?:y|ies|ied|ying)(?={_CLAIM})|rul(?:es?|ed|ing) out|acquit(?:s|ted|ting)?|cleared|"
        r"exonerated|not guilty|disput(?:es?|ed)|refut(?:es?|ed)|"
        r"dismiss(?:es|ed) (?:claims?|reports?)|"
        r"without proof|unfounded|baseless|debunked|hoax",
    ),
    _cue(
        Voice.ATTEMPTED,
        r"tr(?:y|ies|ied|ying) to|attempt(?:s|ed|ing)? to|failed? to|narrowly (?:avoided|missed|"
        r"escaped)|avert(?:s|ed)|foil(?:s|ed)|thwart(?:s|ed)|prevented|came close to",
    ),
    _cue(
        Voice.ALLEGED,
        r"alleg(?:es?|ed|edly|ing)|accus(?:es?|ed|ing)|suspect(?:s|ed)?|purported(?:ly)?|"
        r"rumou?rs?|claim(?:s|ed|ing)?|charged with",
    ),
    _cue(
        Voice.PLANNED,
        r"plan(?:s|ned|ning)? (?:to|on|for)|inten(?:ds?|ded|ding) to|hop(?:es?|ed|ing) to|"
        r"aim(?:s|ed|ing)? to|wants? to|wanted to|sought|seeks?|was to|"
        r"(?:was (?:due|set|supposed)|scheduled) (?:to|for)",
    ),
    _cue(
        Voice.FORECAST,
        r"fear(?:s|ed|ing)? (?:that|of)|warn(?:s|ed|ing)? (?:that|of)|predict(?:s|ed)?|"
        r"forecasts?|estimate[sd]? that|expect(?:s|ed)? to",
    ),
    # Told of what was then to come: "she said they would meet".
    _cue(Voice.PLANNED, r"(?:said|announced|promised|vowed)(?: \w+){1,3} would", modal=True),
    _cue(Voice.CONDITIONAL, r"would|could(?! not\b)|might", modal=True),
    _cue(Voice.PLANNED, r"will|is to|are to", modal=True),
)
_SATIRE = re.compile(r"\b(?:satir(?:e|ical|ist)|spoof|parody)\b", re.I)
_BREAK = re.compile(r"[;:]|, (?:but|while|and|though|although|yet)\b|\bbut\b|[.!?](?=\s)| [–—] ")
_OPEN = re.compile(
    r"\b(?:will|would|could|might|may|can|should|plan\w*|going to|expect\w*|if|is|are|do|does)\b",
    re.I,
)
"""Marks of a question that does not ask what happened."""
_ASKS = re.compile(r"\W*(?:\w+ ){0,3}(?:who|whom|whose|which|what|when|where|how)\b", re.I)
_NEGATES = re.compile(
    r"\b(?:not|never|den(?:y|ie[sd])|refuse[sd]?|fail(?:s|ed)?|\w+n['’]t)\b", re.I
)
_ASIDE = re.compile(r", (?:which|who|whose|whom)\b[^,;]*,")
_WORD = re.compile(r"\w+(?:['’]\w+)*")
_LEAST_LETTERS = 4
_VERB = 4
"""Words behind "would" in which its verb stands: "would have been flooded"."""


def voice_of(question: str, sentence: str, start: int, end: int, before: str = "") -> Voice:
    """How the sentence says, to the question, what stands from ``start`` to ``end`` in it.
    ``before`` is the sentence before it in its paragraph.
    """
    side = side_of(sentence, start, end)
    if side is Corrected.OLD:
        return Voice.CORRECTED
    if _SATIRE.search(sentence):
        return Voice.SATIRE
    first, last = _clause(sentence, start, end)
    clause, place = _without_aside(sentence[first:last], start - first, end - first)
    for cue in _CUES:
        if cue.pattern.search(question):
            continue
        for found in cue.pattern.finditer(clause):
            reach = clause[found.end() :]
            if cue.modal:  # the verb alone: "12 died and 30 could be hurt"
                reach = " ".join(_WORD.findall(reach)[:_VERB])
            # "Roe denied stealing it": who is said to have done what is not so.
            speaks = cue.modal or cue.voice in UNDONE or found.end() <= place
            if speaks and _asks_of(question, reach):
                return cue.voice
    if not _NEGATES.search(question) and denies(question, clause):
        return Voice.NEGATED
    return Voice.CORRECTION if side or is_note(before) else Voice.FACT


def is_asserted(question: str, voice: Voice) -> bool:
    """Whether what is said in that voice may be the answer: what is denied, attempted or corrected
    never is, what is planned or forecast is where the question is not of what has happened.
    """
    if voice in UNDONE:
        return False
    return voice not in UNCERTAIN or not _ASKS.match(question) or bool(_OPEN.search(question))


def _clause(sentence: str, start: int, end: int) -> tuple[int, int]:
    """The clause around a stretch of the sentence."""
    before = [match.end() for match in _BREAK.finditer(sentence, 0, start)]
    after = _BREAK.search(sentence, end)
    return (before[-1] if before else 0), (after.start() if after else len(sentence))


def _without_aside(clause: str, start: int, end: int) -> tuple[str, int]:
    """The clause without what is said aside (", which denies it,"), where the stretch is not in it,
    and where the stretch begins there.
    """
    for aside in reversed(list(_ASIDE.finditer(clause))):
        if aside.end() <= start or end <= aside.start():
            clause = clause[: aside.start()] + "," + clause[aside.end() :]
            start -= (len(aside.group()) - 1) * (aside.end() <= start)
    return clause, start


def _asks_of(question: str, words: str) -> bool:
    """Whether a word of the question that is no name stands among ``words``."""
    asked = [w for w in _WORD.findall(question)[1:] if len(w) >= _LEAST_LETTERS and w.islower()]
    said = _WORD.findall(words)
    return any(same_word(one, other) for one in asked for other in said)
