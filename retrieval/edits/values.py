"""What completing a question gives, and the seam behind which it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

CONNECTORS = (
    "", "of", "in", "for", "by", "to", "with", "about", "besides", "during", "from", "on", "at",
    "than", "after", "as",
)  # fmt: skip
"""Words with which an added phrase is joined; "besides" stands for "other than" and the like."""


@dataclass(frozen=True, slots=True)
class TextEdit:
    """``question[start:end]`` should give way to ``text``; where both are equal it is added.

    ``phrase`` is the part of ``text`` that stands in the texts around the question.
    ``probability`` in 0..1 that something is to be edited here, ``certainty`` in 0..1 that this
    phrase is meant.
    """

    start: int
    end: int
    text: str
    phrase: str
    probability: float = 1.0
    certainty: float = 1.0

    @property
    def adds(self) -> bool:
        """Whether words are added, none replaced."""
        return self.start == self.end


class EditModel(Protocol):
    """Finds what a question leaves to the texts around it. Equal texts in, equal edits out."""

    def edits(self, question: str, texts: Sequence[str]) -> tuple[TextEdit, ...]:
        """Edits in the order of the question, none overlapping; ``texts`` the most important
        first. Raises ``ModelError`` when the model cannot be loaded.
        """
        ...
