"""The lines typed at the prompt, kept in a file from session to session."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from prompt_toolkit.history import FileHistory


class PromptHistory(FileHistory):
    """Lines that cannot be written are remembered until the end of the session; no error of the
    file ends the chat.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)

    def load_history_strings(self) -> Iterable[str]:
        try:
            return super().load_history_strings()
        except OSError:
            return ()

    def store_string(self, string: str) -> None:
        with suppress(OSError):
            # Bytes that are no UTF-8 arrive from a terminal as lone surrogates.
            super().store_string(string.encode("utf-8", "replace").decode("utf-8"))
