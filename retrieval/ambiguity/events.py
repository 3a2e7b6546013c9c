"""Which events or people the best answers are about: one event told by many, or several.

No model: two articles report one event when they share enough of the names that they dwell on, or
when the sentences around their answers name the same. It errs towards one event, whose differing
answers are then shown side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retrieval.ambiguity.salient_names import (
    Mentions,
    likeness,
    mentions_of,
    names_in,
    places_among,
)
from retrieval.ambiguity.vague_references import (
    EVENTS,
    Reference,
    ReferenceKind,
    vague_reference,
)
from retrieval.answer.normalisation import meaning_of, plain_words
from retrieval.datatypes import Answer, AnswerGroup, Article, Span

ArticleOf = Callable[[str], Article]

_LEAST = 0.1
"""Probability below which a best answer is not worth asking back for, given or not."""
_SHARE = 0.5
"""Of the best answer's probability that another event's must have."""
_MARGIN = 2.0
"""In logits: an article belongs to an answer when its best span is that near the group's."""
_MISSING = 0.1
"""Share of the question's words, by weight, that an event's passage may lack more than the best."""
_LIKE = 0.2
"""From this likeness of names on, 0..1, two articles report one event. Articles on one event in the
project's seeds have 0.28 to 0.66, those on different events mostly 0 and seldom over 0.1.
"""
_FAR_APART = 45
"""Days between two articles from which on they need to be more alike to report one event."""
_LIKE_FAR_APART = 0.3
_MOST = 5


@dataclass(frozen=True, slots=True)
class Event:
    """An event or a person that a question may mean.

    ``article`` is the one that answers best, ``article_ids`` all that report it, that one first.
    ``names`` tell it from the other events, the weightiest first, as the article writes them;
    ``places`` are those of them that something happens in; ``person`` is the only one named near
    the answer, in full.
    """

    article: Article
    article_ids: tuple[str, ...]
    group: AnswerGroup
    names: tuple[str, ...]
    places: tuple[str, ...] = ()
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """A question's vague reference and what it may mean, best supported first; at least two."""

    reference: Reference
    events: tuple[Event, ...]


@dataclass(slots=True)
class Source:
    """An article with the best answer it gives and the names it dwells on; whether its sentence
    names such an event as was asked about.
    """

    article: Article
    group: AnswerGroup
    span: Span
    mentions: Mentions
    tells_of_one: bool = False


def ambiguity(question: str, answer: Answer, article: ArticleOf) -> Ambiguity | None:
    """The several events or people that ``question`` may mean, where their answers differ; None
    where it says which one it means, or all articles report one.

    ``question`` is the standalone one that got ``answer``; ``article`` finds what it cites.
    """
    reference = vague_reference(question)
    if reference is None or answer.probability < _LEAST:
        return None
    sources = _sources(question, answer, article, reference)
    if len(sources) < 2:
        return None
    clusters = cluster_events(sources)
    if reference.kind is ReferenceKind.NAME:
        clusters = _of_different_names(reference.words, clusters)
    clusters = _answering_differently(clusters)[:_MOST]
    if len(clusters) < 2:
        return None
    more = _also_found(question, answer, sources, article)
    events = [_event(cluster, clusters, reference, more) for cluster in clusters]
    if not all(event.names for event in events):
        return None
    return Ambiguity(reference, tuple(events))


def _sources(
    question: str, answer: Answer, article: ArticleOf, reference: Reference
) -> list[Source]:
    """The articles whose best answer is about as likely as the best of all, best first, each once,
    which hold as much of the question; and those that tell of such an event themselves.
    """
    asked = frozenset(plain_words(question))
    found: dict[str, Source] = {}
    least = max(_SHARE * answer.probability, _LEAST / 2)
    kind = answer.groups[0].spans[0].answer_type if answer.groups[0].spans else None
    for group in answer.groups:
        best = max((span.margin for span in group.spans), default=0.0)
        cited = {citation.article_id for citation in group.citations}
        for span in group.spans:
            if span.article_id not in cited - found.keys() or span.margin < best - _MARGIN:
                continue
            told = article(span.article_id)
            is_other = span.answer_type is kind and _tells_of(told, span, reference)
            if group.probability >= least or is_other:
                mentions = mentions_of(told, span.sentence, asked)
                found[told.id] = Source(told, group, span, mentions, is_other)
    sources = sorted(found.values(), key=lambda t: -t.group.probability)
    if not sources:
        return []
    least_missing = _missing(sources[0].span)
    return [t for t in sources if t.tells_of_one or _missing(t.span) <= least_missing + _MISSING]


def _tells_of(article: Article, span: Span, reference: Reference) -> bool:
    """Whether an approved answer stands in a sentence that itself names such an event: "a fire",
    for "the fire". However unlikely against the best, it may be the one that was meant.
    """
    noun = reference.words.split()[-1].casefold()
    if span.margin < 0 or noun not in EVENTS:
        return False
    sentence = article.text[span.sentence.start : span.sentence.end]
    return noun in plain_words(sentence)


def _missing(span: Span) -> float:
    """Share of the question's words, by weight, that the span's passage lacks; 0 when unknown."""
    return next((f.value for f in span.features if f.name == "missing"), 0.0)


def cluster_events(sources: Sequence[Source]) -> list[list[Source]]:
    """Articles on one event together: a connected component under "alike"."""
    clusters: list[list[Source]] = []
    for source in sources:
        own = [c for c in clusters if any(_one_event(source, other) for other in c)]
        joined = [*(t for c in own for t in c), source]
        clusters = [c for c in clusters if c not in own] + [joined]
    for cluster in clusters:
        cluster.sort(key=lambda t: -t.group.probability)
    return sorted(clusters, key=lambda c: -c[0].group.probability)


def _one_event(a: Source, b: Source) -> bool:
    # Who names nobody may be about anything: such articles are never a choice.
    if not a.mentions.weights or not b.mentions.weights:
        return True
    near_a, near_b = a.mentions.near, b.mentions.near
    if near_a and near_b and len(near_a & near_b) >= 0.4 * min(len(near_a), len(near_b)):
        return True
    days = (a.article.trusted_date, b.article.trusted_date)
    far = days[0] and days[1] and abs((days[0] - days[1]).days) > _FAR_APART
    return likeness(a.mentions, b.mentions) >= (_LIKE_FAR_APART if far else _LIKE)


def _of_different_names(surname: str, clusters: list[list[Source]]) -> list[list[Source]]:
    """Clusters that give ``surname`` first names which no other cluster gives it."""
    full = [_full_names(surname, cluster) for cluster in clusters]
    kept = []
    for at, cluster in enumerate(clusters):
        others = {name for i, names in enumerate(full) if i != at for name in names}
        if full[at] and not full[at] & others:
            kept.append(cluster)
    return kept


def _full_names(surname: str, cluster: list[Source]) -> frozenset[str]:
    return frozenset(name for source in cluster for name in source.mentions.full_names(surname))


def _answering_differently(clusters: list[list[Source]]) -> list[list[Source]]:
    """The clusters whose best answers say something else than those of better ones."""
    kept: list[list[Source]] = []
    for cluster in clusters:
        if not any(_same_answer(cluster[0], better[0]) for better in kept):
            kept.append(cluster)
    return kept


def _same_answer(a: Source, b: Source) -> bool:
    if a.group is b.group:
        return True
    one, other = plain_words(a.group.answer), plain_words(b.group.answer)
    if set(one) <= set(other) or set(other) <= set(one):
        return True
    kind = a.span.answer_type
    return meaning_of(a.group.answer, kind).same_as(meaning_of(b.group.answer, kind))


def _event(
    cluster: list[Source],
    clusters: list[list[Source]],
    reference: Reference,
    more: Sequence[tuple[Article, Mentions]],
) -> Event:
    best = cluster[0]
    others = [t.mentions for c in clusters if c is not cluster for t in c]
    names = names_in(best.article, best.span.sentence, best.mentions, others)
    if reference.kind is ReferenceKind.NAME:
        names = tuple(sorted(_full_names(reference.words, cluster)))[:1]
    told = [source.article.id for source in cluster]
    told += [a.id for a, m in more if _belongs(m, cluster) and not _belongs_to_any(m, others)]
    places = places_among(names, best.article, best.span.sentence)
    person = best.mentions.person()
    return Event(best.article, tuple(dict.fromkeys(told)), best.group, names, places, person)


def _belongs(mentions: Mentions, cluster: list[Source]) -> bool:
    return any(likeness(mentions, source.mentions) >= _LIKE_FAR_APART for source in cluster)


def _belongs_to_any(mentions: Mentions, others: Sequence[Mentions]) -> bool:
    return any(likeness(mentions, other) >= _LIKE_FAR_APART for other in others)


def _also_found(
    question: str, answer: Answer, known: Sequence[Source], article: ArticleOf
) -> list[tuple[Article, Mentions]]:
    """The other articles that were read, with what they mention."""
    asked = frozenset(plain_words(question))
    ids = {source.article.id for source in known}
    found: dict[str, tuple[Article, Mentions]] = {}
    for scored in answer.trace.passages:
        id_ = scored.passage.article_id
        if id_ not in ids and id_ not in found:
            told = article(id_)
            found[id_] = (told, mentions_of(told, scored.passage.range, asked))
    return list(found.values())
