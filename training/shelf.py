"""Articles that can be searched, and questions with the passages that a search finds for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from retrieval.datatypes import Article, Context, Query
from retrieval.index.bm25 import BM25Retriever
from retrieval.index.collection import Collection
from retrieval.index.terms import PassageTerms
from retrieval.index.tokenization import tokenize
from retrieval.ingest.passages import WindowSize, indexed_text, passages_of
from retrieval.reader.titled import titled
from retrieval.text.masking import visible_text

PASSAGES = 12
_SPARE = 40  # passages ranked, so that enough are left when those with an answer are taken away


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what the reader is handed. No answers: the contexts do not hold one."""

    id: str
    kind: str
    question: str
    answers: tuple[str, ...]
    contexts: tuple[Context, ...]


class Shelf:
    """Articles that can be searched."""

    def __init__(self, articles: Iterable[Article]) -> None:
        """Cut and index the articles."""
        self._articles = {article.id: article for article in articles}
        passages = tuple(
            passage
            for identifier in sorted(self._articles)
            for passage in passages_of(self._articles[identifier], WindowSize())
        )
        dates = tuple(self._articles[passage.article_id].published for passage in passages)
        texts = (indexed_text(self._articles[p.article_id], p) for p in passages)
        terms = PassageTerms.of(tokenize(text) for text in texts)
        self._retriever = BM25Retriever(Collection.of(passages, dates), terms, tokenize)

    def contexts(
        self,
        question: str,
        keep: Callable[[str], bool] = lambda text: True,
        without: frozenset[str] = frozenset(),
    ) -> tuple[Context, ...]:
        """The best passages that may be kept, best first, of no article in ``without``.

        ``keep`` is asked of what a reader reads: the passage's visible text under its title.
        """
        found = [
            Context(self._articles[scored.passage.article_id], scored)
            for scored in self._retriever.retrieve(Query(question), _SPARE)
        ]
        kept = [c for c in found if c.article.id not in without and keep(_as_read(c))]
        return tuple(kept[:PASSAGES])


def _as_read(context: Context) -> str:
    article = context.article
    return titled(article.title, visible_text(article, context.passage.range))[0]
