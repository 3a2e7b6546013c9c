"""A reader with a trained model: it scores every token as the start and the end of an answer.

What the model says is joined with what the names and the form of the question say (anchors, kind),
as features that the calibration weighs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice

from retrieval.datatypes import AnswerType, Context, Passage, Span
from retrieval.english.answer_forms import form_of
from retrieval.english.change import FIGURES, changing
from retrieval.english.question_types import expectation_of
from retrieval.protocols import OffsetTokenizer
from retrieval.reader.anchors import above, anchors_of, overlaps
from retrieval.reader.answer_range import AskedFor
from retrieval.reader.passage_spans import PassageSpans
from retrieval.reader.question_overlap import shared_words
from retrieval.reader.second.looks import (
    FIRST_LOOKS,
    MORE_LOOKS,
    OTHER_ARTICLES,
    Look,
    looks,
    of_other_articles,
    settled,
    with_first_margin,
)
from retrieval.reader.span_scorer import SpanScorer
from retrieval.reader.spans import TitledWindow, cut_at_title
from retrieval.reader.titled import titled
from retrieval.text.headline import headline_of
from retrieval.text.masking import VisibleText, shown_text

_SPANS = 60


class ExtractiveReader:
    """Implements ``Reader``. Stateless between questions.

    With a ``second`` model the spans are that one's: it reads again the sentences where the first
    model found its best ones, in the light of the same passages.
    """

    def __init__(
        self, scorer: SpanScorer, tokenize: OffsetTokenizer, second: SpanScorer | None = None
    ) -> None:
        self._scorer = scorer
        self._tokenize = tokenize
        self._second = second

    def expected_type(self, question: str) -> AnswerType:
        return expectation_of(question).type

    def read(self, question: str, contexts: Sequence[Context]) -> tuple[Span, ...]:
        expectation = expectation_of(question)
        shown = [shown_text(context.article, context.passage.range) for context in contexts]
        windows = _windows(self._scorer, question, contexts, shown)
        sentences = shared_words(question, expectation.about, contexts, self._tokenize)
        anchors = anchors_of(question, [s for own in sentences for s in own], self._tokenize)
        asked = AskedFor(
            expectation,
            form_of(question, expectation),
            frozenset(term for _, _, term in self._tokenize(question)),
        )
        shared = [overlaps(anchors, own, self._tokenize) for own in sentences]
        passages = [
            PassageSpans(*parts, asked)
            for parts in zip(contexts, shown, windows, sentences, shared, strict=True)
        ]
        passages += self._headlines(question, passages, anchors)
        found = folded([s for passage in passages for s in passage.spans()])
        if self._second is None:
            return tuple(found[:_SPANS])
        kinds = changing(question, expectation.type)
        is_one = not expectation.wants_list or expectation.type in FIGURES
        moves = bool(found) and found[0].answer_type in kinds and is_one
        again = self._again(self._second, question, found, passages, anchors, moves=moves)
        return tuple(with_first_margin(span, found) for span in folded(again))

    def _again(
        self,
        second: SpanScorer,
        question: str,
        found: Sequence[Span],
        passages: Sequence[PassageSpans],
        anchors: Mapping[str, float],
        *,
        moves: bool,
    ) -> list[Span]:
        """The second model's spans where the first one's best stand: in a few sentences, then in
        more, or, where the few settle it, in those of them that may say the same; where what is
        asked about ``moves``, also in other articles.
        """
        left = looks(found, passages)
        first, more = list(islice(left, FIRST_LOOKS)), list(islice(left, MORE_LOOKS))
        read = self._read_again(second, question, first, anchors)
        spans = [span for passage in read for span in passage.spans()]
        answer = settled(spans, read)
        passed = [look for look in more if answer is not None and look.words != answer]
        more = [look for look in more if look not in passed]
        if moves:
            others = of_other_articles([*first, *more], chain(passed, left))
            more += others[:OTHER_ARTICLES]
        read = self._read_again(second, question, more, anchors)
        return spans + [span for passage in read for span in passage.spans()]

    def _read_again(
        self,
        second: SpanScorer,
        question: str,
        chosen: Sequence[Look],
        anchors: Mapping[str, float],
    ) -> list[PassageSpans]:
        """The passages, and the titles above, with what the second model says of some of their
        sentences.
        """
        if not chosen:
            return []
        contexts = [look.passage.context for look in chosen]
        shown = [shown_text(look.passage.context.article, look.range) for look in chosen]
        windows = _windows(second, question, contexts, shown)
        read = [
            replace(look.passage.within(look.range), shown=own, windows=parts)
            for look, own, parts in zip(chosen, shown, windows, strict=True)
        ]
        return [*read, *self._headlines(question, read, anchors)]

    def _headlines(
        self, question: str, passages: Sequence[PassageSpans], anchors: Mapping[str, float]
    ) -> Iterator[PassageSpans]:
        """The titles that were read above passages, each once, above the best of them."""
        read: set[str] = set()
        for passage in passages:
            parts = tuple(w.title for w in passage.windows if w.title is not None)
            headline = headline_of(passage.context.article)
            if not parts or headline is None or headline.id in read:
                continue
            read.add(headline.id)
            whole = Passage(headline.id, 0, len(headline.text))
            context = Context(headline, replace(passage.context.retrieved, passage=whole))
            (own,) = shared_words(
                question, passage.asked.expectation.about, [context], self._tokenize
            )
            shared = overlaps(anchors, own, self._tokenize)
            yield PassageSpans(
                context,
                shown_text(headline, whole.range),
                tuple(TitledWindow(None, part) for part in parts),
                own,
                [above(overlap, passage.anchors) for overlap in shared],
                passage.asked,
            )


def _windows(
    scorer: SpanScorer, question: str, contexts: Sequence[Context], shown: Sequence[VisibleText]
) -> list[tuple[TitledWindow, ...]]:
    """The windows of each shown text, cut at the end of the title above it."""
    heads = [context.article.title if scorer.reads_titles else None for context in contexts]
    texts = [titled(head, own.text) for head, own in zip(heads, shown, strict=True)]
    read = scorer.windows(question, [text for text, _ in texts])
    return [
        tuple(cut_at_title(window, shift) for window in windows)
        for windows, (_, shift) in zip(read, texts, strict=True)
    ]


def folded(spans: Sequence[Span]) -> list[Span]:
    """Best margin first; a span that overlaps a better one goes into it: passages share text."""
    kept: dict[str, list[Span]] = {}
    absorbed: dict[int, list[Span]] = {}
    for span in sorted(spans, key=lambda s: (-s.margin, s.article_id, s.start, s.end)):
        own = kept.setdefault(span.article_id, [])
        home = next((other for other in own if span.range.overlaps(other.range)), None)
        if home is None:
            own.append(span)
        else:
            absorbed.setdefault(id(home), []).append(span)
    whole = [
        replace(span, folded=tuple(absorbed.get(id(span), ())))
        for own in kept.values()
        for span in own
    ]
    return sorted(whole, key=lambda s: (-s.margin, s.article_id, s.start, s.end))
