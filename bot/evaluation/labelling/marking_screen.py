"""The article on the whole screen, to mark a span in: the keys, and what stands around it.

``marking`` knows what a move does, ``article_control`` draws.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from prompt_toolkit.application import Application, get_app
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import (
    BufferControl,
    ConditionalContainer,
    Dimension,
    FormattedTextControl,
    HSplit,
    Layout,
    VSplit,
    Window,
)
from prompt_toolkit.styles import Style

from bot.evaluation.labelling.article_control import ArticleControl
from bot.evaluation.labelling.asking import Found
from bot.evaluation.labelling.labels import Quote
from bot.evaluation.labelling.marking import Marking
from bot.evaluation.labelling.views import key_lines
from retrieval.datatypes import TextRange
from retrieval.text.characters import printable

Look = Callable[[str], Found]
"""What words find, or the article with that id."""
Act = Callable[[KeyPressEvent], None]

_HELP = (
    "Space start",
    "Enter accept",
    "Esc back",
    "arrows, w b, PgUp PgDn, Home End, g G move",
    "+ accept, add another",
    "/ search, . again",
    "o next article, 1–9 span",
    "f find articles",
)
_SEARCH, _FIND = "search: ", "find articles (words, or an id): "
_SHORT = 110
"""Most code points of what is marked that are repeated below the article."""
_STYLE = Style.from_dict(
    {
        "title": "reverse",
        "question": "bold",
        "note": "fg:ansiyellow",
        "help": "fg:ansicyan",
        "rule": "fg:ansibrightblack",
        "offered": "underline bold",
        "noise": "fg:ansibrightblack",
        "marked": "fg:ansiblack bg:ansiyellow",
    }
)


@dataclass(frozen=True, slots=True)
class Marked:
    """What was marked; ``more``: another span is to join it."""

    quote: Quote
    more: bool


def mark_span(question: str, found: Found, look: Look, keys: Input) -> Marked | None:
    """Shows the articles of ``found``, of which there must be one; None when nothing was marked.

    Raises ``KeyboardInterrupt`` and ``EOFError`` for Ctrl-C and Ctrl-D.
    """
    screen = MarkingScreen(question, found, look)
    application: Application[Marked | None] = Application(
        layout=screen.layout(),
        key_bindings=screen.bindings(),
        style=_STYLE,
        full_screen=True,
        input=keys,
    )
    # Esc alone must not feel dead while the terminal is asked whether more follows.
    application.timeoutlen, application.ttimeoutlen = 0.3, 0.05
    return application.run()


class MarkingScreen:
    """The articles that may be opened, one of them on the screen."""

    def __init__(self, question: str, found: Found, look: Look) -> None:
        self._question = printable(question)
        self._look = look
        self._found = found
        self._index = 0
        self._note = ""
        self._prompt = ""
        self._typed = Buffer(multiline=False, accept_handler=self._entered)
        assert found.article is not None
        first = found.open[0]
        article = found.article(first.article_id)
        self._view = ArticleControl(article, TextRange(first.start, first.end))

    def layout(self) -> Layout:
        """Title and question above the article, what is marked and the keys below."""
        typing = Condition(lambda: bool(self._prompt))
        prompt = FormattedTextControl(lambda: [("class:note", self._prompt)])
        line = VSplit(
            [
                Window(prompt, dont_extend_width=True, height=1),
                Window(BufferControl(self._typed), height=1),
            ]
        )
        parts = [
            _lines(lambda: [("", self._title())], "class:title", 1),
            _lines(lambda: [("", self._question)], "class:question", 3),
            Window(height=1, char="─", style="class:rule"),
            self._view.window,
            Window(height=1, char="─", style="class:rule"),
            ConditionalContainer(line, typing),
            ConditionalContainer(_lines(lambda: [("", self._status())], "class:note", 2), ~typing),
            _lines(lambda: [("", _help())], "class:help", 3),
        ]
        return Layout(HSplit(parts), focused_element=self._view.window)

    def bindings(self) -> KeyBindings:
        """The keys; while a line is typed, those of an input line."""
        keys = KeyBindings()
        reading = Condition(lambda: not self._prompt)
        for names, move in self._moves().items():
            for name in names.split(", "):
                keys.add(*name.split(), filter=reading)(self._mover(move))
        for name, act in self._actions().items():
            keys.add(name, filter=reading)(act)
        for number in range(1, 10):
            keys.add(str(number), filter=reading)(self._opener(number - 1))
        keys.add("enter", filter=~reading)(lambda event: self._typed.validate_and_handle())
        keys.add("escape", filter=~reading)(lambda event: self._type(event, ""))
        keys.add("c-c")(lambda event: event.app.exit(exception=KeyboardInterrupt))
        keys.add("c-d")(lambda event: event.app.exit(exception=EOFError))
        return keys

    def _moves(self) -> dict[str, Callable[[Marking], Marking]]:
        view = self._view
        return {
            "left": Marking.left,
            "right": Marking.right,
            "b, c-left, escape left": Marking.word_left,
            "w, c-right, escape right": Marking.word_right,
            "up": view.up,
            "down": view.down,
            "pageup": view.page_up,
            "pagedown": view.page_down,
            "home, c-a": view.home,
            "end, c-e": view.end,
            "g, c-home": lambda marking: marking.at(0),
            "G, c-end": lambda marking: marking.at(len(marking.text)),
            "space": Marking.started,
        }

    def _actions(self) -> dict[str, Act]:
        return {
            "enter": lambda event: self._accept(event, more=False),
            "+": lambda event: self._accept(event, more=True),
            "/": lambda event: self._type(event, _SEARCH),
            "f": lambda event: self._type(event, _FIND),
            ".": lambda event: self._seek(""),
            "o": lambda event: self._open(self._next_article()),
            "q": lambda event: event.app.exit(result=None),
            "escape": lambda event: event.app.exit(result=None),
        }

    def _mover(self, move: Callable[[Marking], Marking]) -> Act:
        def handle(event: KeyPressEvent) -> None:
            self._note = ""
            self._view.marking = move(self._view.marking)

        return handle

    def _opener(self, index: int) -> Act:
        def handle(event: KeyPressEvent) -> None:
            if index < len(self._found.open):
                self._open(index)
            else:
                self._note = f"There is no span or article {index + 1}."

        return handle

    def _open(self, index: int) -> None:
        place = self._found.open[index]
        assert self._found.article is not None
        self._index, self._note = index, ""
        article = self._found.article(place.article_id)
        self._view.show(article, TextRange(place.start, place.end))

    def _next_article(self) -> int:
        """The index of the next place in another article, from the first after the last."""
        places = self._found.open
        order = [(self._index + step) % len(places) for step in range(1, len(places) + 1)]
        here = self._view.article.id
        return next((i for i in order if places[i].article_id != here), self._index)

    def _accept(self, event: KeyPressEvent, *, more: bool) -> None:
        marking = self._view.marking
        place = marking.marked
        if place is not None:
            event.app.exit(result=Marked(Quote.cut(self._view.article, place), more))
        elif marking.anchor is None:
            self._note = "Nothing is marked: Space sets the start, then move to the end."
        else:
            self._note = "Only white space is marked; move on."

    def _type(self, event: KeyPressEvent, prompt: str) -> None:
        self._prompt, self._note = prompt, ""
        self._typed.reset()
        event.app.layout.focus(self._typed if prompt else self._view.window)

    def _entered(self, buffer: Buffer) -> bool:
        words, prompt = buffer.text, self._prompt
        self._prompt = ""
        get_app().layout.focus(self._view.window)
        if prompt == _SEARCH:
            self._seek(words)
        elif words.strip():
            self._find(words)
        return False

    def _seek(self, words: str) -> None:
        marking = self._view.marking
        found = marking.seeking(words)
        self._note = "" if found else "That does not stand in this article."
        if found is not None:
            self._view.go(found)
        else:
            self._view.marking = replace(marking, sought=words.strip() or marking.sought)

    def _find(self, words: str) -> None:
        found = self._look(words)
        if not found.open or found.article is None:
            self._note = found.remark or "No article was found."
            return
        self._found = found
        self._open(0)

    def _title(self) -> str:
        article = self._view.article
        ids = list(dict.fromkeys(place.article_id for place in self._found.open))
        known = [
            f"Article {ids.index(article.id) + 1} of {len(ids)}",
            article.title or "without a title",
            article.publisher,
            f"page dated {article.published.isoformat()}" if article.published else None,
            article.id,
        ]
        return printable(" · ".join(part for part in known if part))

    def _status(self) -> str:
        if self._note:
            return printable(self._note)
        place = self._view.marking.marked
        if place is None:
            return "Space sets the start of a span."
        quote = " ".join(self._view.shown[place.start : place.end].split())
        if len(quote) > _SHORT:
            quote = f"{quote[: _SHORT // 2].rstrip()} … {quote[-_SHORT // 2 :].lstrip()}"
        return f"Marked: “{quote}” ({place.end - place.start} characters)"


def _help() -> str:
    return key_lines(_HELP, get_app().output.get_size().columns)


def _lines(text: Callable[[], StyleAndTextTuples], style: str, most: int) -> Window:
    """A text of at least one and at most ``most`` rows."""
    return Window(
        FormattedTextControl(text),
        style=style,
        height=Dimension(min=1, max=most),
        wrap_lines=most > 1,
        dont_extend_height=True,
    )
