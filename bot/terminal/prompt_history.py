"""Which question a line at the prompt was recalled from.

The prompt shows the lines of earlier sessions and, after them, those of this one; a line that is
submitted from one of the latter's places, changed or not, asks that question again.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from prompt_toolkit.history import History

from retrieval.text.characters import whole_characters


def one_line(text: str) -> str:
    """A paste of several lines arrives as one text; a question has no lines, and whole characters
    only.
    """
    return " ".join(whole_characters(text).split())


@dataclass(frozen=True, slots=True)
class Line:
    """A line as submitted, and the number of the question it became; None for anything else."""

    text: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class TypedLines:
    """The lines of this session, newest last: always the newest entries of the prompt's history."""

    lines: tuple[Line, ...] = ()

    def with_line(self, text: str) -> TypedLines:
        """With one that was just submitted. A history takes no line twice in a row."""
        if not text or (self.lines and self.lines[-1].text == text):
            return self
        return TypedLines((*self.lines, Line(text)))

    def with_number(self, question: str, number: int) -> TypedLines:
        """The newest line that reads ``question`` became the question with that number.

        That is the last line but where that one only said which of several things was meant.
        """
        for place in reversed(range(len(self.lines))):
            line = self.lines[place]
            if one_line(line.text) == question:
                numbered = replace(line, number=number)
                return TypedLines((*self.lines[:place], numbered, *self.lines[place + 1 :]))
        return self

    def without_numbers(self) -> TypedLines:
        """A new conversation has begun: the lines are those of another one."""
        return TypedLines(tuple(Line(line.text) for line in self.lines))

    def recalled(self, shown: Sequence[str], steps: int) -> int | None:
        """The question whose line stood ``steps`` above the empty one; None for any other line.

        ``shown`` is what could be recalled, newest first.
        """
        if not 1 <= steps <= min(len(self.lines), len(shown)):
            return None
        line = self.lines[-steps]
        return line.number if line.text == shown[steps - 1] else None


class PromptHistory(History):
    """The lines of ``kept``, and which of them the prompt has been given since ``begin``.

    What cannot be written is remembered until the end of the session.
    """

    def __init__(self, kept: History) -> None:
        super().__init__()
        self._kept = kept
        self.shown: list[str] = []

    def begin(self) -> None:
        """A new prompt has been given nothing: it asks for the lines once it stands there, which
        somebody who types ahead may not wait for.
        """
        self.shown = []

    def steps(self, working_index: int) -> int:
        """How far above the empty line the prompt's buffer was."""
        return len(self.shown) - working_index

    async def load(self) -> AsyncGenerator[str, None]:
        async for line in super().load():
            self.shown.append(line)
            yield line

    def load_history_strings(self) -> Iterable[str]:
        return self._kept.load_history_strings()

    def store_string(self, string: str) -> None:
        with suppress(OSError):
            # Bytes that are no UTF-8 arrive from a terminal as lone surrogates.
            self._kept.store_string(string.encode("utf-8", "replace").decode("utf-8"))
