"""The one interface behind which all measured systems stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from benchmarks.peers.exchange import Passage, Question
from benchmarks.peers.vectors import KnownVectors

TOP = 20
"""How many passages each system, and each retriever within it, is asked for."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a system may use.

    ``data`` is the exported folder, ``model`` the sentence-transformers folder. With ``vectors``
    a system embeds nothing itself.
    """

    data: Path
    model: Path
    vectors: KnownVectors | None = None


class System(Protocol):
    """One retriever. A new object is either built or opened, then searched."""

    def build(self, passages: Sequence[Passage], folder: Path) -> None:
        """Indexes the passages. Whoever cannot help it writes into ``folder`` already now."""

    def save(self, folder: Path) -> None:
        """Writes all that ``open`` needs, as the library itself does it where it can."""

    def open(self, folder: Path) -> None:
        """Gets ready to search what ``save`` wrote."""

    def saved(self, folder: Path) -> Path:
        """The folder whose size counts."""

    def search(self, question: Question, limit: int) -> list[str]:
        """Docnos, best first, at most ``limit``."""
