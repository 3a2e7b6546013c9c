"""A labelling session at a terminal: shows questions, reads single keys, keeps labels.

What a key means is decided in ``session``.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from bot.evaluation.labelling.asking import Asking, Candidate, Found
from bot.evaluation.labelling.label_file import LabelFile
from bot.evaluation.labelling.labels import Label
from bot.evaluation.labelling.session import Do, Keep, Session, Step, marked, press
from bot.evaluation.labelling.views import (
    candidate_view,
    height,
    key_lines,
    question_view,
    that_fit,
)
from retrieval.text.characters import printable

if TYPE_CHECKING:
    from prompt_toolkit.input import Input

Clock = Callable[[], datetime]

_KEYS = ("m mark in the article", "n unanswerable", "s skip", "u undo", "q quit")
_RESERVED = 4
"""Rows below the spans, for the keys and what was said to the last ones."""
_NAMED = {"c-m": "enter", "c-j": "enter", "escape": "escape"}


class LabellingScreen:
    """Labels questions until the person leaves. ``session`` is always as far as the file is."""

    def __init__(
        self,
        asking: Asking,
        file: LabelFile,
        console: Console,
        clock: Clock,
        *,
        session: Session,
        by: str | None = None,
    ) -> None:
        self.session = session
        self._asking = asking
        self._file = file
        self._console = console
        self._clock = clock
        self._by = by
        self._found = Found()
        self._offered: tuple[Candidate, ...] = ()

    def run(self) -> None:
        """Ctrl-C and Ctrl-D leave as ``q`` does. Raises ``StorageError`` when a label cannot be
        kept, and what asking raises.
        """
        from prompt_toolkit.input import create_input

        keys = create_input()
        shown: Session | None = None
        try:
            while not self.session.left:
                if shown is None or shown.current != self.session.current:
                    self._show()
                    # A key typed before a question was there is no answer to it.
                    _forget_keys(keys)
                shown = self.session
                key = _read_key(keys, self._help())
                offered = [candidate.quote for candidate in self._offered]
                self._take(press(self.session, key, offered), keys)
        except (KeyboardInterrupt, EOFError):
            return
        finally:
            keys.close()

    def _take(self, step: Step, keys: Input) -> None:
        """Does what a step asks for; the session goes on only when that is done."""
        session, effect = step
        match effect:
            case Keep():
                self._keep(effect)
            case Do.TAKE_BACK:
                self._file.take_back()
            case Do.OPEN_ARTICLE:
                self.session = session
                self._mark(keys)
                return
        self.session = session
        if session.note:
            self._console.print(Text(printable(session.note), style="yellow"))

    def _keep(self, effect: Keep) -> None:
        label = Label.of(
            effect.question,
            effect.quotes,
            by=self._by,
            labelled_at=self._clock(),
            probability=self._found.probability,
        )
        self._file.append(label)
        answers = " | ".join(" ".join(answer.split()) for answer in label.answers)
        said = f"Labelled: {answers}" if answers else "Labelled: the articles do not say"
        self._console.print(Text(printable(said), style="green"), no_wrap=True, overflow="ellipsis")

    def _mark(self, keys: Input) -> None:
        if not self._found.open:
            self._console.print(Text("No article was found for this question.", style="yellow"))
            return
        from bot.evaluation.labelling.marking_screen import mark_span

        assert self.session.current is not None
        question = self.session.current.question
        found = mark_span(question, self._found, self._asking.elsewhere, keys)
        if found is not None:
            self._take(marked(self.session, found.quote, more=found.more), keys)

    def _show(self) -> None:
        """The current question and as many of its spans as fit, or that none is left."""
        console, session = self._console, self.session
        if session.current is None:
            self._found, self._offered = Found(), ()
            console.print(Text(_nothing_left(session), style="bold"))
            return
        with console.status("Looking in the articles …"):
            self._found = self._asking.found(session.current)
        view = question_view(session, self._found)
        taken = height(view, console) + _RESERVED
        self._offered = that_fit(self._found.candidates, console, taken)
        console.print(view)
        for number, candidate in enumerate(self._offered, start=1):
            console.print(candidate_view(number, candidate))

    def _help(self) -> str:
        return key_lines(self._keys(), self._console.width)

    def _keys(self) -> tuple[str, ...]:
        if self.session.current is None:
            return ("u undo the last label", "q quit")
        if self.session.several:
            return ("numbers choose", "Enter accept", "Esc drop", *_KEYS)
        if not self._offered:
            return _KEYS
        most = len(self._offered)
        numbers = "1" if most == 1 else f"1–{most}"
        return (f"{numbers} accept", "Enter or a the first", "+ several", *_KEYS)


def _nothing_left(session: Session) -> str:
    if session.to_do:
        return f"Only skipped questions are left ({session.to_do})."
    return "Every question is labelled."


def _read_key(keys: Input, told: str) -> str:
    """Waits for one key, with ``told`` below; gives its name, empty for one that has none.

    Raises ``KeyboardInterrupt`` and ``EOFError`` for Ctrl-C and Ctrl-D.
    """
    from prompt_toolkit.application import Application
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
    from prompt_toolkit.keys import Keys
    from prompt_toolkit.layout import FormattedTextControl, Layout, Window

    bindings = KeyBindings()

    @bindings.add(Keys.Any)
    @bindings.add("enter")
    @bindings.add("c-j")
    @bindings.add("escape")
    def _(event: KeyPressEvent) -> None:
        key = str(getattr(event.key_sequence[0].key, "value", event.key_sequence[0].key))
        event.app.exit(result=_NAMED.get(key, key.lower() if len(key) == 1 else ""))

    @bindings.add("c-c")
    def _(event: KeyPressEvent) -> None:
        event.app.exit(exception=KeyboardInterrupt)

    @bindings.add("c-d")
    def _(event: KeyPressEvent) -> None:
        event.app.exit(exception=EOFError)

    line = FormattedTextControl([("fg:ansicyan", told)], show_cursor=False)
    application: Application[str] = Application(
        layout=Layout(Window(line, wrap_lines=True, dont_extend_height=True)),
        key_bindings=bindings,
        erase_when_done=True,
        input=keys,
    )
    application.ttimeoutlen = 0.05
    return application.run()


def _forget_keys(keys: Input) -> None:
    """Drops what was typed and not read yet."""
    from prompt_toolkit.input.typeahead import clear_typeahead

    clear_typeahead(keys)
    with suppress(ImportError, OSError):
        import termios

        with suppress(termios.error):
            termios.tcflush(keys.fileno(), termios.TCIFLUSH)
