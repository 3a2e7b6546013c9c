"""Hard unanswerable pairs: text close to the question that does not hold its answer."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from rank_bm25 import BM25Okapi

from training.squad import Example
from training.text import delete, sentences

_WORD = re.compile(r"\w+")
_MIN_WORDS_LEFT = 20  # of a cut paragraph: less is hardly a text
_LOOKED_AT = 30  # paragraphs, best first
_DRAWN_FROM = 5  # of those without an answer: close enough to tempt, enough to differ by round


def words(text: str) -> list[str]:
    """Lower-cased words, for BM25 and for looking an answer up."""
    return _WORD.findall(text.lower())


def holds_an_answer(text: str, answers: Sequence[str]) -> bool:
    """Whether an answer stands in the text, word for word, whatever the case and punctuation."""
    return _mentions(" ".join(words(text)), answers)


def _mentions(haystack: str, answers: Sequence[str]) -> bool:
    """The same for a text whose words are joined by single spaces already."""
    padded = f" {haystack} "
    return any(f" {' '.join(words(answer))} " in padded for answer in answers)


class NegativeMaker:
    """Makes unanswerable twins of the examples of one source.

    Three kinds, drawn by ``weights``, each falling back to the next when it has nothing to offer:

    * ``article``: another paragraph of the same article, one of the closest to the question;
    * ``bm25``: a paragraph that BM25 ranks high in the whole source;
    * ``cut``: the paragraph itself without the sentences that hold an answer. It is the hardest
      kind, and for reviews and comments the only safe one: "what did the buyer like?" is answered
      by any other review, so a foreign review is a wrong negative as often as a hard one.

    A paragraph that mentions any annotated answer is never used.
    """

    def __init__(self, examples: Sequence[Example], weights: dict[str, float]) -> None:
        """Index the paragraphs of the examples."""
        self._contexts = sorted({(e.title, e.context) for e in examples})
        self._homes = {e.context: (e.title, e.heading) for e in examples}
        tokens = [words(context) for _, context in self._contexts]
        self._plain = [" ".join(token) for token in tokens]
        self._bm25 = BM25Okapi(tokens, k1=1.5, b=0.75)
        self._by_title: dict[str, list[int]] = defaultdict(list)
        for index, (title, _) in enumerate(self._contexts):
            self._by_title[title].append(index)
        self._weights = weights

    def make(self, example: Example, rng: random.Random) -> Example | None:
        """An unanswerable twin of the example, or None when every kind failed."""
        kinds = list(self._weights)
        first = rng.choices(kinds, weights=[self._weights[kind] for kind in kinds])[0]
        for kind in [first, *(k for k in kinds if k != first)]:
            context = self._cut(example) if kind == "cut" else self._other(example, kind, rng)
            if context is not None:
                title, heading = self._homes.get(context, (example.title, example.heading))
                return replace(
                    example,
                    id=f"{example.id}-no-{kind}",
                    title=title,
                    heading=heading,
                    context=context,
                    golds=(),
                )
        return None

    def _other(self, example: Example, kind: str, rng: random.Random) -> str | None:
        query = words(example.question)
        if kind == "article":
            candidates = self._by_title[example.title]
            scores = np.asarray(self._bm25.get_batch_scores(query, candidates))
        else:
            candidates = list(range(len(self._contexts)))
            scores = self._bm25.get_scores(query)
        answers = example.answers()
        found: list[str] = []
        for rank in np.argsort(-scores, kind="stable")[:_LOOKED_AT]:
            index = candidates[int(rank)]
            context = self._contexts[index][1]
            if context == example.context or _mentions(self._plain[index], answers):
                continue
            found.append(context)
            if len(found) == _DRAWN_FROM:
                break
        return rng.choice(found) if found else None

    def _cut(self, example: Example) -> str | None:
        answers = example.answers()
        ranges = []
        for start, end in sentences(example.context):
            holds = any(gold.start < end and start < gold.end for gold in example.golds)
            if holds or holds_an_answer(example.context[start:end], answers):
                following = example.context[end:]
                ranges.append((start, end + len(following) - len(following.lstrip())))
        left = delete(replace(example, golds=()), ranges).context.strip()
        # Two sentences that now meet could spell an answer between them.
        if len(left.split()) < _MIN_WORDS_LEFT or holds_an_answer(left, answers):
            return None
        return left
