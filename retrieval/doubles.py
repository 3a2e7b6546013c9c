"""Hand-written doubles, one for each seam of ``protocols.py``: for tests, and for trying a new part
against the rest. They keep the same contracts as the real parts and load nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from retrieval.datatypes import (
    AnswerType,
    Article,
    Context,
    Query,
    RetrieverRank,
    ScoredPassage,
    Span,
    TextRange,
)
from retrieval.edits.values import TextEdit
from retrieval.protocols import Role, Tokenizer, Vectors
from retrieval.text.masking import is_clean, sentence_around


class HashingEncoder:
    """Embeds a text as the counts of its terms, hashed into ``dimension`` places, of unit length.

    Texts that share words are close; the same text always has the same vector. A text without
    terms lies along the first axis.
    """

    def __init__(self, tokenize: Tokenizer, dimension: int = 64) -> None:
        self._tokenize = tokenize
        self._dimension = dimension

    @property
    def identity(self) -> str:
        return f"hashing-{self._dimension}"

    @property
    def dimension(self) -> int:
        return self._dimension

    def encode(self, texts: Sequence[str], role: Role = "passage") -> Vectors:
        vectors = np.zeros((len(texts), self._dimension), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for term in self._tokenize(text):
                row[crc32(term.encode()) % self._dimension] += 1.0
            if not row.any():
                row[0] = 1.0
            row /= np.linalg.norm(row)
        return vectors


def no_similarity(question: str, texts: Sequence[str]) -> Sequence[float]:
    """A ``Similarity`` to which nothing is near anything."""
    return [0.0] * len(texts)


class ScriptedRetriever:
    """Gives the passages that a script names for a question, and none for any other."""

    def __init__(
        self, script: Mapping[str, Sequence[ScoredPassage]], name: str = "scripted"
    ) -> None:
        self._script = script
        self.name = name
        self.queries: list[Query] = []

    def retrieve(self, query: Query, limit: int) -> tuple[ScoredPassage, ...]:
        self.queries.append(query)
        found = list(self._script.get(query.text, ()))[:limit]
        return tuple(
            ScoredPassage(s.passage, s.score, (RetrieverRank(self.name, rank, s.score),))
            for rank, s in enumerate(found, start=1)
        )


class QuotingReader:
    """Finds the given quotes wherever they stand in a context; the earlier a quote is listed, the
    larger its margin.
    """

    def __init__(
        self,
        quotes: Sequence[str],
        answer_type: AnswerType = AnswerType.CLAUSE,
        margin: Callable[[int], float] = lambda place: 4.0 - place,
    ) -> None:
        self._quotes = [quote.strip() for quote in quotes if quote.strip()]
        self._answer_type = answer_type
        self._margin = margin

    def expected_type(self, question: str) -> AnswerType:
        return self._answer_type

    def read(self, question: str, contexts: Sequence[Context]) -> tuple[Span, ...]:
        found = {
            (span.article_id, span.start, span.end): span
            for context in contexts
            for place, quote in enumerate(self._quotes)
            for span in self._spans(context, quote, self._margin(place))
        }
        return tuple(sorted(found.values(), key=lambda s: (-s.margin, s.article_id, s.start)))

    def _spans(self, context: Context, quote: str, margin: float) -> Iterable[Span]:
        article, passage = context.article, context.passage
        start = article.text.find(quote, passage.start, passage.end)
        while start >= 0:
            place = TextRange(start, start + len(quote))
            if is_clean(article, place):
                sentence = sentence_around(article, place)
                yield Span(
                    article.id, place.start, place.end, sentence, margin, 0.0, self._answer_type
                )
            start = article.text.find(quote, start + 1, passage.end)


@dataclass(frozen=True)
class ArticlesInMemory:
    """Implements ``ArticleSource`` over a mapping."""

    articles: Mapping[str, Article]

    def article(self, article_id: str) -> Article:
        return self.articles[article_id]


class ScriptedEditModel:
    """Implements ``EditModel``: every word of ``meanings`` gives way to its meaning, where that
    stands in the texts.
    """

    def __init__(
        self, meanings: Mapping[str, str], *, probability: float = 1.0, certainty: float = 1.0
    ) -> None:
        self._meanings = dict(meanings)
        self._sure = (probability, certainty)

    def edits(self, question: str, texts: Sequence[str]) -> tuple[TextEdit, ...]:
        found = []
        for word, phrase in self._meanings.items():
            if any(phrase in text for text in texts):
                places = re.finditer(rf"\b{re.escape(word)}\b", question)
                found += [TextEdit(*m.span(), phrase, phrase, *self._sure) for m in places]
        return tuple(sorted(found, key=lambda edit: edit.start))
