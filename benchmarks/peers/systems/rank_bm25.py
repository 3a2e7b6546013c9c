"""Plain rank-bm25: BM25Okapi over lower-case words, no embeddings."""

from __future__ import annotations

import pickle
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers.exchange import Passage, Question
from benchmarks.peers.systems.base import Setup

_FILE = "rank_bm25.pickle"


def make(setup: Setup) -> RankBM25:
    return RankBM25()


class RankBM25:
    """``BM25Okapi`` and the docnos beside it."""

    def __init__(self) -> None:
        self._scorer: Any = None
        self._docnos: list[str] = []

    def build(self, passages: Sequence[Passage], folder: Path) -> None:
        from rank_bm25 import BM25Okapi

        self._docnos = [passage.docno for passage in passages]
        self._scorer = BM25Okapi([_words(passage.text) for passage in passages])

    def save(self, folder: Path) -> None:
        with (folder / _FILE).open("wb") as stream:
            pickle.dump((self._scorer, self._docnos), stream)

    def open(self, folder: Path) -> None:
        with (folder / _FILE).open("rb") as stream:
            self._scorer, self._docnos = pickle.load(stream)

    def saved(self, folder: Path) -> Path:
        return folder

    def search(self, question: Question, limit: int) -> list[str]:
        scores = self._scorer.get_scores(_words(question.question))
        best = np.argsort(-scores, kind="stable")[:limit]
        return [self._docnos[place] for place in best]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
