"""The seams: what the pipeline needs of its parts. Doubles for tests stand in ``doubles.py``.

Knows nothing about any concrete model, index or file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from retrieval.datatypes import (
    AnswerType,
    Article,
    Context,
    Query,
    ScoredPassage,
    Span,
)

Vectors = NDArray[np.float32]

Role = Literal["question", "passage"]

Tokenizer = Callable[[str], Sequence[str]]
"""Text to index terms. One tokenizer serves passages and questions, so that they can meet."""

OffsetTokenizer = Callable[[str], Sequence[tuple[int, int, str]]]
"""Like ``Tokenizer``, each term with the half-open range of the word it came from."""

Similarity = Callable[[str, Sequence[str]], Sequence[float]]
"""A question and texts to how near each is to it in meaning, in order: cosines, -1..1."""


@runtime_checkable
class Encoder(Protocol):
    """Sentence embeddings."""

    @property
    def identity(self) -> str:
        """Name and fingerprint of the model; vectors of different identities never mix."""
        ...

    @property
    def dimension(self) -> int:
        """Length of one vector."""
        ...

    def encode(self, texts: Sequence[str], role: Role = "passage") -> Vectors:
        """Embeddings of ``texts``: shape ``(len(texts), dimension)``, rows of unit length.

        ``role`` lets models that were trained with different prompts for questions and passages
        use them; the others ignore it.
        """
        ...


@runtime_checkable
class Retriever(Protocol):
    """A ranking over the passages of a collection."""

    @property
    def name(self) -> str:
        """What ``--explain`` and TREC runs call this retriever."""
        ...

    def retrieve(self, query: Query, limit: int) -> tuple[ScoredPassage, ...]:
        """At most ``limit`` passages, best first, each once, scores non-increasing.

        Ties are broken by the passages' order in the collection (by article id, then by place), so
        that a ranking is repeatable.
        Returns an empty tuple when nothing matches. ``limit`` is at least 1.
        """
        ...


@runtime_checkable
class Reader(Protocol):
    """Finds candidate answers in passages."""

    def expected_type(self, question: str) -> AnswerType:
        """The kind of answer the question asks for: a soft signal, not a filter."""
        ...

    def read(self, question: str, contexts: Sequence[Context]) -> tuple[Span, ...]:
        """Candidate spans over all contexts, best margin first, on one scale across contexts.

        Every span lies inside its context's passage and one sentence of it, outside the article's
        noise, is not empty and neither starts nor ends with white space; or inside the title of its
        context's article, whose span is one of ``text.headline``. Overlapping passages give a span
        once.
        """
        ...


@runtime_checkable
class ArticleSource(Protocol):
    """Where the text behind a passage is found."""

    def article(self, article_id: str) -> Article:
        """The article with that id. Raises ``KeyError`` when there is none."""
        ...
