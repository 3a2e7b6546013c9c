"""One chat session as a function of lines: commands and questions in, things to show out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from rich.console import RenderableType
from rich.text import Text

from bot.dialogue.assistant import Replies
from bot.dialogue.conversation import Conversation
from bot.dialogue.reply import AbstentionReply, AnswerReply, RemarkReply, Reply, SearchReply
from bot.storage.conversations import ConversationStore
from bot.terminal.explanation_view import explanation_view, why_view
from bot.terminal.views import article_view, history_view, reply_view, series_view, sources_view
from retrieval.datatypes import Citation
from retrieval.errors import UsageError

COMMANDS: dict[str, str] = {
    "/help": "show this list",
    "/sources": "all citations of the last answer, also of answers not chosen",
    "/series": "how the last answer's figure moved, or who it was before",
    "/open": "/open N shows the article around citation N",
    "/explain": "every stage of the last answer with its numbers",
    "/why": "the last decision in words",
    "/history": "the questions of this conversation and their answers",
    "/edit": "/edit N TEXT asks TEXT in the place of question N; later ones stay",
    "/new": "start a new conversation",
    "/quit": "leave (so does Ctrl-D)",
}


class ChatError(UsageError):
    """A command that cannot be carried out."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What one line led to: something to show (None for nothing), and whether to leave.

    ``reply`` is set when the view shows one, for a front end that renders replies itself; ``note``
    is a line to show above it.
    """

    view: RenderableType | None = None
    leave: bool = False
    reply: Reply | None = None
    note: str = ""


class ChatSession:
    """Holds the conversation and the last reply of one user at one terminal.

    It goes on with ``conversation`` where one is given, and keeps every turn under ``key`` in
    ``store`` where there is one. The errors of the store are raised.
    """

    def __init__(
        self,
        assistant: Replies,
        as_of: date | None = None,
        *,
        store: ConversationStore | None = None,
        key: str = "",
        conversation: Conversation | None = None,
    ) -> None:
        self._assistant = assistant
        self._as_of = as_of
        self._store = store
        self._key = key
        self._conversation = conversation or Conversation()
        self._last: SearchReply | None = None
        self._commands: dict[str, Callable[[str], Shown]] = {
            "/help": lambda _: Shown(help_view()),
            "/sources": lambda _: Shown(sources_view(self._reply())),
            "/series": lambda _: Shown(series_view(self._reply())),
            "/open": self._open,
            "/explain": self._explain,
            "/why": lambda _: Shown(why_view(self._reply())),
            "/history": lambda _: Shown(history_view(self._conversation)),
            "/edit": self._edit,
            "/new": self._new,
            "/quit": lambda _: Shown(leave=True),
        }

    def handle(self, line: str) -> Shown:
        """Carries out one line. Raises ``UsageError``; the conversation then stays as it was."""
        text = line.strip()
        if not text:
            return Shown()
        if text.startswith("/"):
            name, _, argument = text.partition(" ")
            return self._command(name.lower())(argument.strip())
        reply, conversation = self._assistant.reply(
            self._conversation, text, self._as_of, asks_back=True
        )
        self._go_on(reply, conversation)
        return Shown(reply_view(reply), reply=reply)

    def _ask_again(self, number: int, text: str) -> Shown:
        reply, conversation = self._assistant.ask_again(
            self._conversation, number, text, self._as_of
        )
        self._go_on(reply, conversation)
        match reply:
            case AnswerReply(number=n) | AbstentionReply(number=n) if n == number:
                note = f"Question {number}, asked again."
            case _:
                note = ""  # What was no question to the articles has changed no turn.
        return Shown(reply_view(reply), reply=reply, note=note)

    def _go_on(self, reply: Reply, conversation: Conversation) -> None:
        if not isinstance(reply, RemarkReply):
            self._last = reply  # "thanks" leaves the last answer to /sources and /why
        self._keep(conversation)

    def _keep(self, conversation: Conversation) -> None:
        changed = conversation != self._conversation
        self._conversation = conversation
        if changed and self._store is not None:
            self._store.save(self._key, conversation)

    def _command(self, name: str) -> Callable[[str], Shown]:
        if name in self._commands:
            return self._commands[name]
        begun = [known for known in self._commands if len(name) > 1 and known.startswith(name)]
        near = begun or get_close_matches(name, self._commands, n=1)
        hint = f"did you mean {near[0]}?" if near else "type /help for the list."
        raise ChatError(f"there is no command {name}; {hint}")

    def _reply(self) -> SearchReply:
        if self._last is None:
            raise ChatError("there is no answer yet; ask a question first.")
        return self._last

    def _explain(self, _: str) -> Shown:
        return Shown(explanation_view(self._reply()))

    def _open(self, argument: str) -> Shown:
        citations = {c.number: c for group in self._reply().answer.groups for c in group.citations}
        citation = self._citation(argument, citations)
        return Shown(article_view(self._reply().article(citation.article_id), citation))

    def _citation(self, argument: str, citations: dict[int, Citation]) -> Citation:
        number = _number(argument)
        if not citations:
            raise ChatError("the last answer has no citations; ask another question first.")
        if number not in citations:
            raise ChatError(
                f"/open needs the number of a citation, from 1 to {max(citations)}; "
                "type /sources to see them."
            )
        return citations[number]

    def _edit(self, argument: str) -> Shown:
        typed, _, text = argument.partition(" ")
        number = _number(typed)
        if number is None or not text.strip():
            raise ChatError(
                "/edit needs the number of a question and what to ask instead, as in "
                "/edit 2 who met him?; type /history to see the numbers."
            )
        return self._ask_again(number, text.strip())

    def _new(self, _: str) -> Shown:
        self._keep(Conversation())
        self._last = None
        return Shown(Text("A new conversation.", style="dim"))


def _number(typed: str) -> int | None:
    return int(typed) if typed.isdecimal() and len(typed) < 6 else None


def help_view() -> RenderableType:
    """What can be typed."""
    width = max(map(len, COMMANDS))
    lines = [f"{name:<{width}}  {text}" for name, text in COMMANDS.items()]
    return Text("\n".join(["Type a question, or:", *lines]))
