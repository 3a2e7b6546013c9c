"""The bot's commands but ``/ask``: what each of them says."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.dialogue.conversation import Conversation
from bot.dialogue.conversation_json import to_json
from bot.presentation.translation import Wording
from bot.telegram_bot.handlers.steps import Decide, notice
from bot.telegram_bot.state.actions import Outcome, Send
from bot.telegram_bot.state.database import BotDatabase
from bot.telegram_bot.state.pages import ViewName
from bot.telegram_bot.transport.incoming import Incoming, Kind

_LINKED_QUESTION = "q_"
_DAYS = 7


@dataclass(frozen=True, slots=True)
class Standing:
    """What the bot knows of itself, for ``/stats``."""

    articles: int
    good: int
    bad: int
    waiting: int
    in_work: int
    hours: float


class CommandHandler:
    """Carries out commands; each gives what is to be sent."""

    def __init__(
        self,
        database: BotDatabase,
        username: str,
        owners: frozenset[int],
        standing: Callable[[], Standing],
        wording: Callable[[Incoming], Wording],
    ) -> None:
        self._database = database
        self._username = username
        self._owners = owners
        self._standing = standing
        self._wording = wording
        self._known: dict[str, Callable[[Incoming, Wording], Outcome]] = {
            "start": self._start,
            "help": self._help,
            "new": self._new,
            "series": lambda said, words: self._view(said, words, ViewName.SERIES),
            "sources": lambda said, words: self._view(said, words, ViewName.SOURCES),
            "explain": lambda said, words: self._view(said, words, ViewName.EXPLAIN),
            "stats": self._stats,
        }

    def handle(self, update_id: int, said: Incoming) -> Decide:
        """As ``Handler.handle``."""

        async def outcome() -> Outcome:
            return self._carry_out(said)

        return Decide(said.place, outcome)

    def _carry_out(self, said: Incoming) -> Outcome:
        """What a command leads to; what is no command of the asker's is told so in private, and
        passed over in a group, where it may be another bot's.
        """
        words = self._wording(said)
        if said.command in self._known and (said.user in self._owners or said.command != "stats"):
            return self._known[said.command](said, words)
        if not said.private:
            return Outcome(place=said.place)
        unknown = words.say("There is no command /{name}; /help lists them.", name=said.command)
        return notice(said, unknown)

    def _start(self, said: Incoming, words: Wording) -> Outcome:
        welcome = words.say(
            "Ask a question, and the articles answer in their own words, with their source; or "
            "they do not say. Follow-up questions work too. /help tells more."
        )
        return notice(said, welcome)

    def _help(self, said: Incoming, words: Wording) -> Outcome:
        lines = [
            words.say("Type a question. Every answer is quoted from the articles, word by word."),
            words.say("Change a question that you sent, and its answer changes."),
            "",
            *(f"/{name} – {text}" for name, text in menu(words, group=not said.private)),
            "",
            words.say(
                "In a group: /ask QUESTION, @{name} QUESTION, or reply to an answer.",
                name=self._username,
            ),
            words.say(
                "In any chat: @{name} QUESTION shows answers to pick from.", name=self._username
            ),
        ]
        return notice(said, "\n".join(lines))

    def _new(self, said: Incoming, words: Wording) -> Outcome:
        begun = words.say("A new conversation.")
        return replace(notice(said, begun), conversation=to_json(Conversation()))

    def _view(self, said: Incoming, words: Wording, view: ViewName) -> Outcome:
        record = self._database.latest(said.place)
        if record is None:
            return notice(said, words.say("There is no answer yet; ask a question first."))
        if view not in record.views:
            return notice(said, words.say("The last answer has nothing of that to show."))
        return Outcome(
            tuple(
                Send(said.chat, page, reply_to=said.message, thread=said.thread)
                for page in record.views[view]
            ),
            said.place,
        )

    def _stats(self, said: Incoming, words: Wording) -> Outcome:
        now = self._standing()
        lines = [
            words.count("{n} article", "{n} articles", now.articles),
            words.say(
                "Running for {hours} hours; {in_work} in work, {waiting} waiting",
                hours=f"{now.hours:.1f}", in_work=now.in_work, waiting=now.waiting,
            ),
            words.say("Ratings: {good} 👍, {bad} 👎", good=now.good, bad=now.bad),
        ]  # fmt: skip
        for account in self._database.accounts(_DAYS):
            total = sum(account.questions.values()) - account.questions.get("remark", 0)
            lines.append(
                words.say(
                    "{day}: {total} questions by {people} people; {answered} answered, {abstained} "
                    "not said; {ms} ms on average",
                    day=account.day, total=total, people=account.people,
                    answered=account.questions.get("answered", 0),
                    abstained=account.questions.get("abstained", 0),
                    ms=round(account.milliseconds),
                )
            )  # fmt: skip
        return notice(said, "\n".join(lines))


def menu(words: Wording, *, group: bool = False, owner: bool = False) -> list[tuple[str, str]]:
    """Commands and what they do, as Telegram's menu and ``/help`` list them."""
    known = [("ask", words.say("ask the articles"))] if group else []
    known += [
        ("new", words.say("start a new conversation")),
        ("sources", words.say("all sources of the last answer")),
        ("series", words.say("how the last answer's figure moved")),
        ("explain", words.say("how the last answer was found")),
        ("help", words.say("what this bot can do")),
    ]
    return [*known, ("stats", words.say("how much is asked"))] if owner else known


def as_question(said: Incoming) -> Incoming:
    """``/ask`` and a link with a question in it are questions; all else stays what it is."""
    linked = linked_question(said.text) if said.command == "start" else None
    if said.kind is not Kind.COMMAND or (linked is None and said.command != "ask"):
        return said
    return replace(said, kind=Kind.QUESTION, text=linked or said.text)


def linked_question(payload: str) -> str | None:
    """The question of a deep link ``/start q_BASE64URL``; None for any other payload."""
    if not payload.startswith(_LINKED_QUESTION):
        return None
    coded = payload.removeprefix(_LINKED_QUESTION)
    try:
        text = base64.b64decode(coded + "=" * (-len(coded) % 4), altchars=b"-_", validate=True)
        return text.decode("utf-8").strip() or None
    except (binascii.Error, UnicodeDecodeError):
        return None
