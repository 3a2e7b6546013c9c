"""A span model that loads on a thread of its own while others work."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

from retrieval.reader.span_model import OnnxSpanModel
from retrieval.reader.spans import Window


class BackgroundSpanModel:
    """Implements ``SpanScorer`` by ``model``. After ``start`` the first question waits for the rest
    of the loading alone; without it the first question loads.
    """

    def __init__(self, model: OnnxSpanModel) -> None:
        self._model = model
        self._lock = Lock()
        self._loading: Future[None] | None = None

    def start(self) -> None:
        """Begin to load, once. What cannot be loaded is said when the model is first asked."""
        with self._lock:
            if self._loading is None:
                pool = ThreadPoolExecutor(1, thread_name_prefix="second-reader")
                self._loading = pool.submit(self._model.load)
                pool.shutdown(wait=False)

    def load(self) -> None:
        """Load now, or wait until it has. Raises ``ModelError``."""
        self.start()
        assert self._loading is not None
        self._loading.result()

    @property
    def identity(self) -> str:
        return self._model.identity

    @property
    def reads_titles(self) -> bool:
        return self._model.reads_titles

    def windows(self, question: str, texts: Sequence[str]) -> list[tuple[Window, ...]]:
        self.load()
        return self._model.windows(question, texts)
