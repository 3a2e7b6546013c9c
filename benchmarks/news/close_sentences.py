"""The sentences of the passages that deal most with a question, by words and by embeddings.

What the model-free reader reads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.datatypes import Context
from retrieval.protocols import Encoder, OffsetTokenizer
from retrieval.reader.question_overlap import RelevantSentence, shared_words

_ENCODED_SENTENCES = 24
_MAY_ANSWER = 0.3


@dataclass(frozen=True, slots=True)
class CloseSentence:
    """``shared``: the sentence with what it shares with the question; ``closeness``: cosine of the
    embeddings of the two, 0..1 (0 also where it is below).
    """

    shared: RelevantSentence
    closeness: float


def close_sentences(
    question: str,
    about: str,
    contexts: Sequence[Context],
    encoder: Encoder,
    tokenize: OffsetTokenizer,
    may_answer: Callable[[str], bool],
) -> list[CloseSentence]:
    """The sentences that share most with the question, at most 24, best by words first.

    ``about`` is the question without the words that ask. Sentences that ``may_answer``, going by
    their text, come before others that share a little more: "talks" may be the meeting asked about.
    """
    scored = [s for group in shared_words(question, about, contexts, tokenize) for s in group]

    def order(sentence: RelevantSentence) -> float:
        shared = sentence.coverage + 0.5 * sentence.nearby + 0.2 * sentence.rank
        return -shared - (_MAY_ANSWER if may_answer(sentence.text) else 0.0)

    scored.sort(key=order)
    return _with_closeness(question, scored[:_ENCODED_SENTENCES], encoder)


def _with_closeness(
    question: str, sentences: Sequence[RelevantSentence], encoder: Encoder
) -> list[CloseSentence]:
    if not sentences:
        return []
    texts = [" ".join(sentence.text.split()) for sentence in sentences]
    asked = encoder.encode([question], "question")[0]
    cosines = np.clip(encoder.encode(texts, "passage") @ asked, 0.0, 1.0)
    return [
        CloseSentence(sentence, float(cosine))
        for sentence, cosine in zip(sentences, cosines, strict=True)
    ]
