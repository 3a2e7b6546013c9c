"""What the sentences of the passages share with a question.

Words are compared, weighted by how rare they are among the sentences at hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import exp, log

from retrieval.datatypes import Article, Context, TextRange
from retrieval.protocols import OffsetTokenizer
from retrieval.text.masking import noise_within, sentences_within, trimmed

_LEAST_SHARED_PREFIX = 5
_NAME_WEIGHT = 1.5
_VAGUE_WEIGHT = 0.4
_VAGUE = (
    "use call describe say tell name give make take place go get happen come know think become "
    "want word thing people kind type several much many new recent recently week year month day "
    "today refer regard consider exactly according article news report"
)
# "last month" says nothing about how long anything lasts.
_CALENDAR_LAST = re.compile(
    r"\blast(?=\s+(?:night|week|month|quarter|year|decade|century|spring|summer|autumn|fall|winter|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july|august|"
    r"september|october|november|december)\b)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class RelevantSentence:
    """A sentence under a question. All measures are 0..1.

    ``text`` is as long as its range, with noise blanked; ``places`` are its terms with where they
    stand in it. ``coverage``: share of the question's words, by weight, that it holds; ``nearby``:
    the further share that its neighbours or the title hold; ``missing``: the share that its whole
    passage lacks; ``rank``: 1 for the first passage, falling with the logarithm of the rank.
    """

    context: Context
    range: TextRange
    text: str
    places: dict[str, tuple[TextRange, ...]]
    coverage: float = 0.0
    nearby: float = 0.0
    missing: float = 0.0
    rank: float = 0.0


@dataclass(frozen=True, slots=True)
class _Term:
    """A word of the question: its index term, and its weight in the question (sums to 1)."""

    text: str
    weight: float


def shared_words(
    question: str, about: str, contexts: Sequence[Context], tokenize: OffsetTokenizer
) -> list[list[RelevantSentence]]:
    """For each context its sentences in order, with what each shares with the question.

    ``about`` is the question without the words that ask.
    """
    groups = [[_sentence(c, place, tokenize) for place in _places(c)] for c in contexts]
    terms = _question_terms(question, about, [s for group in groups for s in group], tokenize)
    return [
        _scored(group, terms, 1 / (1 + log(rank)), tokenize)
        for rank, group in enumerate(groups, start=1)
    ]


def match(term: str, others: set[str]) -> float:
    """1 for the same term; 0.7 for one with a long common beginning (Russia, Russian); else 0."""
    if term in others:
        return 1.0
    if len(term) >= _LEAST_SHARED_PREFIX and not any(c.isdigit() for c in term):
        prefix = term[: max(_LEAST_SHARED_PREFIX, round(0.75 * len(term)))]
        if any(o.startswith(prefix) and len(o) <= len(term) + 3 for o in others):
            return 0.7
    return 0.0


def proximity(place: TextRange, matched: Sequence[TextRange]) -> float:
    """Mean closeness of the question's words to the span, 0..1: ``exp(-characters / 40)``."""
    outside = [m for m in matched if not place.holds(m)]
    if not outside:
        return 0.0
    distances = [max(m.start - place.end, place.start - m.end, 0) for m in outside]
    return sum(exp(-distance / 40) for distance in distances) / len(distances)


def _sentence(context: Context, place: TextRange, tokenize: OffsetTokenizer) -> RelevantSentence:
    text = _blanked(context.article, place)
    places: dict[str, tuple[TextRange, ...]] = {}
    calendar = {match.start() for match in _CALENDAR_LAST.finditer(text)}
    for start, end, term in tokenize(text):
        if start in calendar:
            continue
        places[term] = (*places.get(term, ()), TextRange(start, end))
    return RelevantSentence(context, place, text, places)


def _places(context: Context) -> list[TextRange]:
    """The sentences of the passage; one that the passage cuts is taken as far as it goes."""
    window = context.passage.range
    cut = [
        TextRange(max(s.start, window.start), min(s.end, window.end))
        for s in sentences_within(context.article, window)
    ]
    return [trimmed(context.article.text, place) for place in cut or [window]]


def _blanked(article: Article, place: TextRange) -> str:
    """The text of ``place`` with every code point of noise as a blank, so that offsets stay."""
    characters = list(article.text[place.start : place.end])
    for hole in noise_within(article, place):
        for at in range(max(hole.start, place.start), min(hole.end, place.end)):
            characters[at - place.start] = " "
    return "".join(characters)


def _question_terms(
    question: str,
    about: str,
    sentences: Iterable[RelevantSentence],
    tokenize: OffsetTokenizer,
) -> list[_Term]:
    """The question's words without those that ask; rare ones and names weigh more."""
    counts: dict[str, int] = {}
    total = 0
    for sentence in sentences:
        total += 1
        for term in sentence.places:
            counts[term] = counts.get(term, 0) + 1
    vague = {term for _, _, term in tokenize(_VAGUE)}
    raw: dict[str, float] = {}
    for start, _, term in tokenize(about):
        rarity = log(1 + (total + 1) / (counts.get(term, 0) + 0.5))
        named = about[start].isupper() and about[:start].strip()
        raw[term] = rarity * (_NAME_WEIGHT if named else _VAGUE_WEIGHT if term in vague else 1.0)
    if not raw:
        raw = {term: 1.0 for _, _, term in tokenize(question)}
    whole = sum(raw.values())
    return [_Term(term, weight / whole) for term, weight in raw.items()]


def _scored(
    group: Sequence[RelevantSentence],
    terms: Sequence[_Term],
    rank: float,
    tokenize: OffsetTokenizer,
) -> list[RelevantSentence]:
    """The sentences of one passage with what each shares with the question."""
    if not group:
        return []
    title = {term for _, _, term in tokenize(group[0].context.article.title or "")}
    passage = {term for sentence in group for term in sentence.places} | title
    missing = sum(t.weight * (1 - match(t.text, passage)) for t in terms)
    scored = []
    for position, sentence in enumerate(group):
        own = set(sentence.places)
        neighbours = group[max(0, position - 1) : position + 2]
        around = {term for other in neighbours for term in other.places} | title
        held = [(t.weight, match(t.text, own), match(t.text, around)) for t in terms]
        scored.append(
            replace(
                sentence,
                coverage=sum(weight * inside for weight, inside, _ in held),
                nearby=sum(weight * max(0.0, near - inside) for weight, inside, near in held),
                missing=missing,
                rank=rank,
            )
        )
    return scored
