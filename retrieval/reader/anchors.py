"""The names, numbers and dates that a question turns on, and where they stand around a sentence.

A word such as "fell" or "won" may be said in others: that a text lacks it tells nothing. A name, a
number or a year that it lacks tells that the text is about something else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

from retrieval.datatypes import Article
from retrieval.protocols import OffsetTokenizer
from retrieval.reader.question_overlap import RelevantSentence, match

_MOSTLY = 0.7
"""Share of a word's places inside sentences that are capitalised, from where on it is a name."""


@dataclass(frozen=True, slots=True)
class AnchorOverlap:
    """Shares, 0..1, of the question's anchors, rarer ones weighing more.

    ``inside``: that stand in the sentence; ``around``: further ones in its neighbours, the title,
    the publisher or the day of the article; ``missing``: that the passage and these lack. Without
    anchors nothing is missing, and ``inside`` is 1.
    """

    inside: float = 1.0
    around: float = 0.0
    missing: float = 0.0


def anchors_of(
    question: str, sentences: Iterable[RelevantSentence], tokenize: OffsetTokenizer
) -> dict[str, float]:
    """The anchors' index terms with their weights, which sum to 1; empty when there are none.

    People type "who hacked the colonial pipeline?": a word is a name if the passages at hand spell
    it as one, or the question does where they do not hold it.
    """
    capitals: Counter[str] = Counter()
    plain: Counter[str] = Counter()
    holding: Counter[str] = Counter()
    count = 0
    for sentence in sentences:
        count += 1
        holding.update(sentence.places.keys())
        for term, places in sentence.places.items():
            for place in places:
                if sentence.text[: place.start].strip():
                    spelling = capitals if sentence.text[place.start].isupper() else plain
                    spelling[term] += 1
    weights: dict[str, float] = {}
    for start, end, term in tokenize(question):
        word = question[start:end]
        seen = capitals[term] + plain[term]
        spelled = word[:1].isupper() and bool(question[:start].strip())
        named = capitals[term] >= _MOSTLY * seen if seen else spelled
        if named or any(c.isdigit() for c in word):
            weights[term] = log(1 + (count + 1) / (holding[term] + 0.5))
    whole = sum(weights.values())
    return {term: weight / whole for term, weight in weights.items()}


def overlaps(
    anchors: Mapping[str, float], group: Sequence[RelevantSentence], tokenize: OffsetTokenizer
) -> list[AnchorOverlap]:
    """For each sentence of one passage, in order, what it shares with the anchors."""
    if not anchors or not group:
        return [AnchorOverlap() for _ in group]
    about = _about(group[0].context.article, tokenize)
    passage = {term for sentence in group for term in sentence.places} | about
    missing = sum(weight * (1 - match(term, passage)) for term, weight in anchors.items())
    result = []
    for position, sentence in enumerate(group):
        own = set(sentence.places)
        near = group[max(0, position - 1) : position + 2]
        around = {term for other in near for term in other.places} | about
        inside = sum(weight * match(term, own) for term, weight in anchors.items())
        either = sum(weight * match(term, around) for term, weight in anchors.items())
        result.append(AnchorOverlap(inside, max(0.0, either - inside), missing))
    return result


def above(title: AnchorOverlap, text: Sequence[AnchorOverlap]) -> AnchorOverlap:
    """What a title shares with the anchors, when the text of ``text`` stands below it."""
    if not text:
        return title
    missing = min(title.missing, text[0].missing)
    return AnchorOverlap(title.inside, max(0.0, 1 - title.inside - missing), missing)


def _about(article: Article, tokenize: OffsetTokenizer) -> set[str]:
    """Terms of the article's title, publisher and day: its text need not repeat them."""
    words = [article.title or "", article.publisher or ""]
    if article.trusted_date:
        words.append(article.trusted_date.strftime("%d %B %Y"))
    return {term for _, _, term in tokenize("\n".join(words))}
