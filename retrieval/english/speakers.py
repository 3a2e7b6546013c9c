"""Whose words a sentence gives ("the union said", "according to Ms Roe"), and whose are asked for.

Rules on words: a verb of saying with whoever stands before it, or after it where what is said comes
first. Where a sentence names nobody, quoted words are those of whoever the sentence beside it names.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.datatypes import TextRange
from retrieval.english.attribution import publisher_key
from retrieval.english.polarity import same_word

_SAYING = (
    r"(?:said|says|(?<!was )(?<!were )(?<!been )told|reported|announced|wrote|writes|claimed|added|"
    r"stated|estimated(?= that)|warned|confirmed|testified|tweeted)"
)
_VERB = re.compile(rf"\b{_SAYING}\b")
_ACCORDING = re.compile(r"\b[Aa]ccording to (?P<who>[^,;:.!?\n“”\"]{2,80}(?:\.(?= ?[A-Z])[^,;:.!?\n“”\"]*)?)")
_EDGE = re.compile(
    r"[;:“”\"\n]|[?!] |,|[ )][-–—]+ |"
    r"\b(?:but|while|as|that|when|because|where|which|after|if|and (?=he|she|they|it))\b"
)
"""Where what stands before a speaker ends."""
_BREAK = re.compile(r";|,? \b(?:but|while|whereas)\b")
"""Behind these nobody goes on speaking."""
_BEFORE = re.compile(r"[,?!][”\"’']?\s*$|[”\"]\s*$")
"""Ends what is said before its speaker is named."""
_AFTER = re.compile(rf"\s+(?P<who>(?:the|a|an|[A-Z])[^,;:.!?\n“”\"]{{1,60}})", re.I)
_UNNAMED = re.compile(
    r"^(?:he|she|they|it|we|i|which|this|that|you|one|some|many|others?)(?:['’]\w+)?$|"
    r"\b(?:who|and|or)$|"
    r"\b(?:was|were|is|are|has|had|have|will|would)\b",
    re.I,
)
"""Not the words that name a speaker: a pronoun, or a verb whose subject stands further off."""
_RELATIVE = re.compile(r"which|that|who")
_LEADING = re.compile(r"\s*(?:(?:and|but|so|yet|also)\b\s*)?", re.I)
_ADVERB = re.compile(r"\s+(?:also|later|earlier|had|has|have|then|\w+ly)$")
_TAIL = re.compile(r"\s+(?:on|in|at|to|by|during|after|when|while|who|as|late|early)\b.*$", re.S)
"""Of a speaker behind the verb: when, where and to whom he said it."""
_OPENING = re.compile(r"\s*[“\"]")
_QUOTES = re.compile(r"[“”\"]")
_MOST_WORDS = 12
_ASKED = (
    re.compile(
        r"\baccording to (?P<who>.+?)(?=[,?!]|\.?$| (?:who|what|when|where|why|how|which|did|does|"
        r"do|is|was|are|were|has|have|will)\b)",
        re.I,
    ),
    re.compile(
        r"\b(?:did|does|do|has|have) (?P<who>.+?) (?:say|said|report|reported|write|written|claim|"
        r"claimed|announce|announced|estimate|estimated)\b",
        re.I,
    ),
)
_WHOEVER = re.compile(
    r"^(?:who|whom|whoever|he|she|they|it|we|i|you|him|her|them|us|me|people|any\w*|some\w*|"
    r"(?:the |this |that |these )?(?:articles?|texts?|news|stor(?:y|ies)|sources?|reports?))$",
    re.I,
)
"""Asks for a speaker, or means the articles at hand."""
_OF = re.compile(r"\s(?:of|in|from|at|for|on|with|by)\b.*$", re.S)
_WORD = re.compile(r"\w+(?:[’']\w+)*")
_SMALL = frozenset("the a an of in from at for on and his her its their s".split())
_NEAR = 40
"""Code points between two ways of calling one speaker: "the builder, Rolf Strand"."""


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


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose words a question asks for. ``is_strict``: nobody else's will do; otherwise the question
    is of what was said, and its speaker may be called something else.
    """

    source: str
    is_strict: bool


def asked_source(question: str) -> Asked | None:
    """Whose words are asked for: "the union" of "How many left, according to the union?"."""
    for pattern in _ASKED:
        found = pattern.search(question)
        if found and not _WHOEVER.match(found["who"].strip()):
            return Asked(found["who"].strip(), pattern is _ASKED[0])
    return None


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


def is_from(asked: Asked, text: str, sentence: TextRange, speaker: Speaking | None) -> bool:
    """Whether what a sentence says is what the source says that is asked for, by whoever speaks."""
    words = text[sentence.start : sentence.end]
    if speaker is None:
        return not asked.is_strict or _names(asked.source, words)
    if not speaker.is_named:
        before = text[max(0, sentence.start - 4 * _NEAR) : sentence.end]
        return not asked.is_strict or _names(asked.source, before)
    named = text[speaker.whole.start : speaker.whole.end]
    if _is_same(asked.source, named) or _also_called(asked.source, named, text):
        return True
    both = _head(asked.source)[:1].isupper() and _head(named)[:1].isupper()
    return not asked.is_strict and not both


def is_paper(asked: Asked, publisher: str | None) -> bool:
    """Whether the source asked for is who published an article: "CNN" is "cnn.com"."""
    return bool(publisher) and publisher_key(asked.source) == publisher_key(publisher or "")


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
            return Speaking(who, TextRange(who.start, _apposition_end(text, who.end, place.end, span)))
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
    edges = [m for m in _EDGE.finditer(text, place.start, end)]
    parts = [(a.end(), b.start()) for a, b in zip(edges, edges[1:], strict=False)]
    starts = [(place.start, edges[0].start())] if edges else []
    pieces = [*starts, *parts, (edges[-1].end() if edges else place.start, end)]
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
    shown = _TAIL.sub("", text[who.start : who.end]).rstrip()
    return TextRange(who.start, who.start + len(shown))


def _apposition_end(text: str, start: int, end: int, span: TextRange) -> int:
    """Where what is added to a speaker ends, where the sentence says nothing else behind it."""
    return start if start <= span.start else len(text[:end].rstrip())


def _head(name: str) -> str:
    """The word that says what or who it is: "union" of "the union of miners"."""
    words = _WORD.findall(_OF.sub("", name)) or _WORD.findall(name)
    return str(words[-1]) if words else ""


def _content(name: str) -> list[str]:
    return [w for w in _WORD.findall(name) if w.casefold() not in _SMALL]


def _names(source: str, words: str) -> bool:
    """Whether the source is named among the words."""
    head = _head(source)
    return any(_alike(head, word) for word in _WORD.findall(words)) or _initials(source, words)


def _is_same(source: str, named: str) -> bool:
    """Whether a speaker is the source: the same name; or the same noun, with nothing that tells one
    from the other.
    """
    if not _names(source, named):
        return publisher_key(source) == publisher_key(named)
    if _head(source)[:1].isupper():
        return True
    one, other = _content(source), _content(named)
    return all(any(_alike(a, b) for b in other) for a in one) or all(
        any(_alike(a, b) for a in one) for b in other
    )


def _alike(asked: str, word: str) -> bool:
    return same_word(asked.casefold(), word.removesuffix("'s").removesuffix("’s"))


def _initials(source: str, words: str) -> bool:
    """Whether one of them is written as the other's first letters."""
    letters = "".join(w[0] for w in _WORD.findall(source) if w[0].isupper())
    found = "".join(w[0] for w in _WORD.findall(words) if w[0].isupper())
    spelled = [w for w in _WORD.findall(words) if w.isupper() and len(w) > 2]
    return (len(letters) > 2 and letters in spelled) or (
        source.isupper() and len(source) > 2 and found == source
    )


def _also_called(source: str, named: str, text: str) -> bool:
    """Whether the article calls a speaker what the question does: "the builder, Rolf Strand"."""
    one, other = re.escape(_head(source)), re.escape(_head(named))
    if not one or not other or not _head(named)[:1].isupper():
        return False
    near = rf"[^;!?\n]{{1,{_NEAR}}}"
    return bool(re.search(rf"\b{one}\b{near}\b{other}\b|\b{other}\b{near}\b{one}\b", text))
