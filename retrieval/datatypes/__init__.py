"""The nouns of Pullquote: frozen, slotted values, passed between all stages.

All offsets are half-open ``[start, end)`` and count Unicode code points of ``Article.text``.
Imports messages alone, which import nothing local.
"""

from retrieval.datatypes.answers import (
    Answer,
    AnswerGroup,
    Citation,
    InferredDate,
    Reliability,
    SeriesPoint,
    Speaker,
    StageTime,
    Trace,
    Voice,
)
from retrieval.datatypes.articles import (
    Article,
    DateDoubt,
    Noise,
    NoiseKind,
    Passage,
    Place,
    TextRange,
)
from retrieval.datatypes.reading import (
    AnswerType,
    Context,
    Feature,
    Query,
    RetrieverRank,
    ScoredPassage,
    Span,
)

__all__ = [
    "Answer",
    "AnswerGroup",
    "AnswerType",
    "Article",
    "Citation",
    "Context",
    "DateDoubt",
    "Feature",
    "InferredDate",
    "Noise",
    "NoiseKind",
    "Passage",
    "Place",
    "Query",
    "Reliability",
    "RetrieverRank",
    "ScoredPassage",
    "SeriesPoint",
    "Span",
    "Speaker",
    "StageTime",
    "TextRange",
    "Trace",
    "Voice",
]
