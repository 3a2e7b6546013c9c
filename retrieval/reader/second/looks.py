"""What a second reader reads: the sentences of the first one's best spans, with their neighbours;
and what the first one said of the spans that it finds there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from retrieval.datatypes import Article, Feature, Span, TextRange
from retrieval.reader.passage_spans import PassageSpans
from retrieval.text.headline import home_of
from retrieval.text.masking import sentences_within

FIRST = "first_margin"
"""The feature of a span that was read again: what the first reader gave it."""
FIRST_LOOKS = 2
"""Stretches that are read again in any case."""
MORE_LOOKS = 4
"""Further ones, where the first settle nothing; else those that may say the same."""
OTHER_ARTICLES = 4
"""Further articles of which one stretch each is read, where what is asked about moves: what was so
on other days."""
SECOND_WINDOWS = 4, 1
"""What a second model reads at most (see ``span_model.bounded``): one window a text, four where
there are fewer texts. Prose takes one; marks and figures would take several.
"""
NEIGHBOURS = 1
"""Sentences read on either side: "He was arrested" says who in the one before."""
SURE = 4.0
"""Logits above "not said here" from which on an answer needs no further looks."""
CLEAR = 2.0
"""Logits above the best other answer, likewise."""
UNSEEN = -10.0
"""Logits: the first reader's margin for words that are none of its own spans."""
_FAR_BEHIND = 8.0
"""Logits of the first reader's margin: what is further behind tells of something else."""
_MOSTLY = 0.7
"""Share of the question's names around the best look from where on another is about the same."""
_SAME = 0.5
"""Share of code points that two spans have in common (intersection over union) from where on they
are one answer: read in a sentence alone, it may begin or end a word beside."""
_LONGEST_WORD = 40
_LONGEST = 800
"""In code points. A line without full stops is read around its span alone."""


@dataclass(frozen=True, slots=True)
class Look:
    """A stretch of a passage, or a title, to be read again, because it says ``words`` there, which
    the first reader gave ``margin``; ``about`` is the share, 0..1, of the question's names around.
    """

    passage: PassageSpans
    range: TextRange
    words: str
    margin: float = 0.0
    about: float = 1.0


def looks(spans: Sequence[Span], passages: Sequence[PassageSpans]) -> Iterator[Look]:
    """Where the first reader's spans stand, best margin first, each stretch once."""
    seen: set[tuple[str, TextRange]] = set()
    for span in spans:
        own = [p for p in passages if p.context.article.id == span.article_id]
        place = sentence_with_neighbours(own[0].context.article, span)
        whole = [p for p in own if p.context.passage.range.holds(place)]
        found = (whole or [p for p in own if p.context.passage.range == span.window])[0]
        within = found.context.passage.range
        place = TextRange(max(place.start, within.start), min(place.end, within.end))
        if (span.article_id, place) not in seen:
            seen.add((span.article_id, place))
            words = words_of(found.context.article, span)
            yield Look(found, place, words, span.margin, _about(span))


def of_other_articles(chosen: Sequence[Look], left: Iterable[Look]) -> list[Look]:
    """The best look into each article that none of ``chosen`` is in, newest article first, as far
    as its margin is not too far behind the best of all, and most of the question's names stand
    around that stand around any of these.
    """
    seen = {home_of(look.passage.context.article.id) for look in chosen}
    least = max((look.margin for look in chosen), default=0.0) - _FAR_BEHIND
    about = _MOSTLY * max((look.about for look in chosen), default=0.0)
    found = []
    for look in left:
        home = home_of(look.passage.context.article.id)
        if look.margin >= least and look.about >= about and home not in seen:
            seen.add(home)
            found.append(look)
    return sorted(
        found, key=lambda look: look.passage.context.article.trusted_date or date.min, reverse=True
    )


def sentence_with_neighbours(article: Article, span: Span) -> TextRange:
    """The sentences around a span with those next to them; where these are very long, whole words
    around it.
    """
    touched = sentences_within(article, span.sentence)
    place = span.sentence
    if touched:
        first = bisect_left(article.sentences, touched[0].start, key=lambda s: s.start)
        last = first + len(touched) - 1
        start = article.sentences[max(0, first - NEIGHBOURS)].start
        end = article.sentences[min(len(article.sentences) - 1, last + NEIGHBOURS)].end
        place = TextRange(min(start, place.start), max(end, place.end))
    if len(place) <= _LONGEST:
        return place
    half = _LONGEST // 2
    start, end = max(place.start, span.start - half), min(place.end, span.end + half)
    return TextRange(
        _word_start(article.text, start, place.start), _word_end(article.text, end, place.end)
    )


def _about(span: Span) -> float:
    """Share of the question's names, numbers and dates in the span's sentence or around it."""
    values = {feature.name: feature.value for feature in span.features}
    return values.get("anchor_coverage", 1.0) + values.get("neighbour_coverage", 0.0)


def settled(spans: Sequence[Span], passages: Sequence[PassageSpans]) -> str | None:
    """The answer, in lower case, that what was read again leaves no doubt of: it is sure, and no
    other one near. None where there is none.
    """
    articles = {p.context.article.id: p.context.article for p in passages}
    margins: dict[str, float] = {}
    for span in spans:
        words = words_of(articles[span.article_id], span)
        margins[words] = max(span.margin, margins.get(words, span.margin))
    best, *others = sorted(margins.items(), key=lambda item: -item[1]) or [("", UNSEEN)]
    if best[1] < SURE or any(best[1] - margin < CLEAR for _, margin in others[:1]):
        return None
    return best[0]


def words_of(article: Article, span: Span) -> str:
    return article.text[span.start : span.end].casefold()


def with_first_margin(span: Span, first: Sequence[Span]) -> Span:
    """The span with the best margin that the first reader gave these words, as a feature."""
    margins = [
        known.margin
        for kept in first
        if kept.article_id == span.article_id
        for known in (kept, *kept.folded)
        if _is_same(known.range, span.range)
    ]
    margin = max(UNSEEN, *margins) if margins else UNSEEN
    return replace(span, features=(*span.features, Feature(FIRST, round(margin, 4))))


def _is_same(one: TextRange, other: TextRange) -> bool:
    shared = min(one.end, other.end) - max(one.start, other.start)
    whole = max(one.end, other.end) - min(one.start, other.start)
    return shared >= _SAME * whole


def _word_start(text: str, at: int, least: int) -> int:
    """The start of the word at ``at``, where it is near: no article says a cut word."""
    for start in range(at, max(least, at - _LONGEST_WORD) - 1, -1):
        if start == least or text[start - 1].isspace():
            return start
    return at


def _word_end(text: str, at: int, most: int) -> int:
    """The end of the word at ``at``, likewise."""
    for end in range(at, min(most, at + _LONGEST_WORD) + 1):
        if end == most or text[end].isspace():
            return end
    return at
