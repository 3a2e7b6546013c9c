"""How near sentences are to a question in meaning."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.protocols import Encoder

_LONGEST = 600
"""Code points of a sentence that are embedded: the encoder reads no more of it, at a price."""


class SentenceSimilarity:
    """Implements ``Similarity`` with an encoder."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def __call__(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        if not texts:
            return []
        asked = self._encoder.encode([question], "question")[0]
        vectors = self._encoder.encode([text[:_LONGEST] for text in texts], "passage")
        return [round(float(cosine), 4) for cosine in vectors @ asked]
