"""Whose words a sentence gives: "the union said", "according to Ms Roe".

Rules on words: a verb of saying with whoever stands before it, or after it where what is said comes
first. Where a sentence names nobody, quoted words are those of whom the sentence beside it names.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.datatypes import TextRange

_SAYING = (
    r"(?:said|says|(?<!was )(?<!were )(?<!been )told|reported|announced|wrote|writes|claimed|added|"
    r"stated|estimated(?= that)|warned|confirmed|testified|tweeted)"
)
_VERB = re.compile(rf"\b{_SAYING}\b")
_ACCORDING = re.compile(
    r"\b[Aa]ccording to (?P<who>[^,;:.!?\n“”\"]{2,80}(?:\.(?= ?[A-Z])[^,;:.!?\n“”\"]*)?)"
)
_EDGE = re.compile(
    r"[;:“”\"\n]|[?!] |,|[ )][-–—]+ |"
    r"\b(?:but|while|as|that|when|because|where|which|after|if|and (?=he|she|they|it))\b"
)
"""Where what stands before a speaker ends."""
_BREAK = re.compile(r";|,? \b(?:but|while|whereas)\b")
"""Behind these nobody goes on speaking."""
_BEFORE = re.compile(r"[,?!][”\"’']?\s*$|[”\"]\s*$")
"""Ends what is said before its speaker is named."""
_AFTER = re.compile(r"\s+(?P<who>(?:(?:the|an?) |[A-Z])[^,;:!?\n“”\"]{1,60})")
_UNNAMED = re.compile(
    r"^(?:he|she|they|it|we|i|which|this|that|you|one|some|many|others?)(?:['’]\w+)?$|"
    r"\b(?:who|and|or)$|"
    r"\b(?:was|were|is|are|has|had|have|will|would)\b",
    re.I,
)
"""Not the words that name a speaker: a pronoun, or a verb whose subject stands further off."""
_FINITE = re.compile(r"\b(?:was|were|is|are|has|had|have|will|would|can|could|should|must|\w+ed)\b")
_RELATIVE = re.compile(r"which|that|who")
_LEADING = re.compile(r"\s*(?:(?:and|but|so|yet|also)\b\s*)?", re.I)
_ADVERB = re.compile(r"\s+(?:also|later|earlier|had|has|have|then|\w+ly)$")
_TAIL = re.compile(r"\s+(?:on|in|at|to|by|during|after|when|while|who|as|late|early)\b.*$", re.S)
"""Of a speaker behind the verb: when, where and to whom he said it."""
_STOP = re.compile(r"(?<!\b[A-Z])(?<!\bJr)(?<!\bSr)(?<!\bCo)(?<!\bInc)(?<!\bLtd)(?<!\bCorp)\.$")
"""The sentence's own, behind a speaker who ends it."""
_OPENING = re.compile(r"\s*[“\"]")
_QUOTES = re.compile(r"[“”\"]")
_MOST_WORDS = 12
_NEAR = 40
"""Code points looked back at from a verb, for what makes its clause an aside."""


@dataclass(frozen=True, slots=True)
class Speaking:
    """``range``: the words that name one. ``whole``: also what is added to them: "the builder, Rolf
    Strand". A pronoun's ``range`` is empty: somebody speaks who is not named here.
    """

    range: TextRange
    whole: TextRange

    @property
    def is_named(self) -> bool:
        return len(self.range) > 0


def speaker_of(text: str, sentences: Sequence[TextRange], span: TextRange) -> Speaking | None:
    """Who says what stands at ``span``; None where its article does. ``sentences`` are those of
    ``text``, in order.
    """
    at = bisect_right(sentences, span.start, key=lambda s: s.start) - 1
    if at < 0 or span.end > sentences[at].end:
        return None
    place = sentences[at]
    own = _in_sentence(text, place, span)
    if own is not None:
        return own
    quotes = len(_QUOTES.findall(text, place.start, place.end))
    if at + 1 < len(sentences) and quotes % 2 and _OPENING.match(text, place.start):
        following = sentences[at + 1]  # “A. B,” Roe said.
        end = _QUOTES.search(text, following.start, following.end)
        if end:
            return _in_sentence(text, following, TextRange(following.start, end.start()))
    if at and _OPENING.match(text, place.start):  # “A,” Roe said. “B.”
        before = sentences[at - 1]
        return _last_in(text, before)
    return None


def _in_sentence(text: str, place: TextRange, span: TextRange) -> Speaking | None:
    """The speaker that its own sentence names: the nearest one before it, else behind it."""
    for verb in reversed(list(_VERB.finditer(text, place.start, span.start))):
        if _BREAK.search(text, verb.end(), span.start):
            break
        found = _before_verb(text, place, verb)
        aside = _RELATIVE.search(text, max(place.start, verb.start() - _NEAR), verb.start())
        if found is not None and not (aside and "," in text[verb.end() : span.start]):
            return found
    for match in _ACCORDING.finditer(text, place.start, place.end):
        who = TextRange(*match.span("who"))
        if who.overlaps(span):
            return None
        between = (match.end(), span.start) if match.end() <= span.start else (span.end, who.start)
        if not _BREAK.search(text, *between):
            # "..., according to the builder, Rolf Strand": nothing else is said behind it.
            end = who.end if who.end <= span.start else place.end
            return Speaking(who, TextRange(who.start, end))
    for verb in _VERB.finditer(text, span.end, place.end):
        found = _behind(text, place, span, verb)
        if found is not None:
            return found
    return None


def _behind(text: str, place: TextRange, span: TextRange, verb: re.Match[str]) -> Speaking | None:
    """The speaker of a verb that stands behind what is said: "..., said Roe", "..., Roe said"."""
    if _BREAK.search(text, span.end, verb.start()):
        return None
    after = _AFTER.match(text, verb.end(), place.end)
    if _BEFORE.search(text[span.end : verb.start()]) and after and verb.group() != "told":
        who = _cut(text, TextRange(*after.span("who")))
        # "Roe, 51, said the islands had lost": what is said, not who says it.
        if not _FINITE.search(text, who.start, who.end):
            return Speaking(who, who)
    found = _before_verb(text, place, verb)
    if found is None:
        return None
    start = found.whole.start
    spoken = _BEFORE.search(text[span.end : start])
    return found if start >= span.end and spoken else None


def _before_verb(text: str, place: TextRange, verb: re.Match[str]) -> Speaking | None:
    """Whoever stands before a verb of saying, up to where the words before it end."""
    end = verb.start()
    edges = list(_EDGE.finditer(text, place.start, end))
    begins = [place.start, *(edge.end() for edge in edges)]
    pieces = list(zip(begins, [*(edge.start() for edge in edges), end], strict=True))
    last = _trimmed(text, pieces[-1])
    if len(last):
        return _speaker(text, last, last)
    if len(pieces) < 3 or not edges[-1].group().startswith(","):
        return None
    # "The builder, Rolf Strand, said": what is named first, and what is added.
    first, added = _trimmed(text, pieces[-3]), _trimmed(text, pieces[-2])
    if not len(first) or not edges[-2].group().startswith(","):
        return None
    return _speaker(text, first, TextRange(first.start, added.end))


def _speaker(text: str, who: TextRange, whole: TextRange) -> Speaking | None:
    words = text[who.start : who.end]
    if _UNNAMED.search(words):
        return Speaking(TextRange(who.start, who.start), whole)
    if len(words.split()) > _MOST_WORDS or not any(c.isalpha() for c in words):
        return None
    return Speaking(who, whole)


def _last_in(text: str, place: TextRange) -> Speaking | None:
    """The last speaker that a sentence names."""
    for verb in reversed(list(_VERB.finditer(text, place.start, place.end))):
        after = _AFTER.match(text, verb.end(), place.end)
        if after and _BEFORE.search(text[place.start : verb.start()]):
            who = _cut(text, TextRange(*after.span("who")))
            return Speaking(who, who)
        return _before_verb(text, place, verb)
    return None


def _trimmed(text: str, piece: tuple[int, int]) -> TextRange:
    """Without white space around it, and without adverbs at its end."""
    start, end = piece
    lead = _LEADING.match(text, start, end)
    start = lead.end() if lead else start
    shown = text[start:end].rstrip()
    while adverb := _ADVERB.search(shown):
        shown = shown[: adverb.start()]
    return TextRange(start, start + len(shown))


def _cut(text: str, who: TextRange) -> TextRange:
    shown = _STOP.sub("", _TAIL.sub("", text[who.start : who.end]).rstrip())
    return TextRange(who.start, who.start + len(shown))
