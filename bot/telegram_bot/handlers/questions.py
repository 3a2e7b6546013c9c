"""From a question to all that is to be sent for it. Sends nothing itself."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.dialogue.assistant import Replies
from bot.dialogue.conversation import Conversation, OpenChoice
from bot.dialogue.conversation_json import to_json
from bot.dialogue.reply import AbstentionReply, AnswerReply, ChoiceReply, RemarkReply, Reply
from bot.presentation.translation import Wording, wording
from bot.storage.conversations import ConversationStore
from bot.telegram_bot.handlers.steps import Decide, notice, plain_page, reply_with
from bot.telegram_bot.rendering.keyboards import keyboard
from bot.telegram_bot.rendering.messages import inline_answers, render
from bot.telegram_bot.state.actions import (
    Action,
    AnswerRecord,
    Delete,
    Edit,
    Outcome,
    Rated,
    Send,
    Usage,
)
from bot.telegram_bot.state.database import BotDatabase
from bot.telegram_bot.state.pages import InlineAnswer, Page, Rendered, ViewName
from bot.telegram_bot.transport.incoming import Incoming, Kind
from retrieval.errors import UsageError
from retrieval.text.characters import whole_characters

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The clock of the bot unless a test gives another."""
    return datetime.now(UTC)


def outcome_name(reply: Reply) -> str:
    """What became of a question, for counting."""
    match reply:
        case RemarkReply():
            return "remark"
        case ChoiceReply():
            return "choice"
        case AbstentionReply():
            return "abstained"
        case AnswerReply():
            return "answered"


@dataclass(frozen=True, slots=True)
class Answering:
    """Answers questions of chats, each in its own conversation. Runs in worker threads.

    ``index`` names what is asked: a conversation about one index says nothing to another.
    """

    assistant: Replies
    conversations: ConversationStore
    index: str
    fallback_language: str = "en"
    clock: Clock = utc_now

    def key(self, place: str) -> str:
        """Under which the conversation of a place is kept."""
        return f"{place} {self.index}"

    def wording(self, incoming: Incoming) -> Wording:
        """The interface in the asker's language."""
        return wording(incoming.language, self.fallback_language)

    def today(self) -> str:
        """The day of the daily accounts, in ISO 8601."""
        return self.clock().date().isoformat()

    def answer(self, asked: Incoming) -> Outcome:
        """What a new question leads to. Raises the errors of the assistant but ``UsageError``,
        which is told to whoever asked.
        """
        conversation = self.conversations.load(self.key(asked.place))
        try:
            reply, after = self.assistant.reply(conversation, asked.text, asks_back=True)
        except UsageError as error:
            return notice(asked, str(error))
        rendered = render(reply, self.wording(asked))
        record = self._record(asked, reply, rendered, secrets.token_urlsafe(9))
        return Outcome(
            tuple(_messages(record, self._below(record))),
            asked.place,
            to_json(after) if after != conversation else None,
            (record,),
            self._usage(asked, reply),
        )

    def answer_again(self, edited: Incoming, before: AnswerRecord) -> Outcome:
        """What a changed question leads to: its answer changes in place."""
        if edited.text == before.asked:
            return Outcome(place=edited.place)
        kept = self.conversations.load(self.key(edited.place))
        turn = kept.turn(before.turn)
        try:
            if turn is not None and turn.question == before.asked.strip():
                reply, after = self.assistant.ask_again(kept, turn.number, edited.text)
            elif before.turn:  # of a conversation that is over
                reply, _ = self.assistant.reply(Conversation(), edited.text)
                after = kept
            else:
                reply, after = self.assistant.reply(kept, edited.text, asks_back=True)
        except UsageError as error:
            return notice(edited, str(error))
        rendered = render(reply, self.wording(edited))
        record = self._record(edited, reply, rendered, before.token)
        kept_messages = before.messages[: len(record.views[ViewName.ANSWER])]
        return Outcome(
            tuple(_changed(record, self._below(record), before.messages)),
            edited.place,
            to_json(after) if after != kept else None,
            (replace(record, messages=kept_messages),),
            self._usage(edited, reply),
        )

    def chosen(self, pressed: Incoming, record: AnswerRecord, number: int) -> Outcome:
        """What choosing the thing with a number leads to, of those that ``record`` asks about."""
        conversation = self.conversations.load(self.key(record.place))
        page = record.views[ViewName.ANSWER][-1]
        settled = replace(record, choices=())
        language = self.wording(pressed)
        if not _still_open(conversation.open_choice, record) or number > len(record.choices):
            closed = language.say("This choice is no longer open; ask the question again.")
            note: tuple[Action, ...] = (
                Edit(record.chat, pressed.message, with_line(page, closed)),
            )
            return Outcome(note, record.place, answers=(settled,))
        reply, after = self.assistant.reply(conversation, str(number), asks_back=True)
        asked = replace(pressed, message=record.question, text=record.asked)
        answer = self._record(asked, reply, render(reply, language), secrets.token_urlsafe(9))
        label = record.choices[number - 1]
        actions: tuple[Action, ...] = (
            Edit(record.chat, pressed.message, with_line(page, f"✓ {label}")),
            *_messages(answer, self._below(answer)),
        )
        usage = self._usage(asked, reply)
        return Outcome(actions, record.place, to_json(after), (settled, answer), usage)

    def inline(self, asked: Incoming) -> tuple[Reply, tuple[InlineAnswer, ...]]:
        """The answers to an inline question, which belongs to no conversation. Raises
        ``UsageError``.
        """
        reply, _ = self.assistant.reply(Conversation(), asked.text)
        return reply, inline_answers(reply, self.wording(asked))

    def _below(self, record: AnswerRecord) -> Wording:
        return wording(record.language, self.fallback_language)

    def _record(
        self, asked: Incoming, reply: Reply, rendered: Rendered, token: str
    ) -> AnswerRecord:
        decided = reply if isinstance(reply, AnswerReply | AbstentionReply) else None
        return AnswerRecord(
            token=token,
            place=asked.place,
            chat=asked.chat,
            question=asked.message,
            made=self.clock().timestamp(),
            views=dict(rendered.views),
            language=self.wording(asked).language,
            asked=asked.text,
            thread=asked.thread,
            preview=rendered.preview,
            choices=rendered.choices,
            turn=decided.number if decided else 0,
            rated=_rated(decided) if decided else None,
        )

    def _usage(self, asked: Incoming, reply: Reply) -> Usage:
        return Usage(asked.user, self.today(), outcome_name(reply), reply.elapsed_ms)


@dataclass(frozen=True, slots=True)
class QuestionHandler:
    """Takes questions and changed ones, each into its chat's lane."""

    answering: Answering
    database: BotDatabase
    pool: Executor

    def handle(self, update_id: int, asked: Incoming) -> Decide:
        """As ``Handler.handle``."""
        if not asked.text:
            words = self.answering.wording(asked)
            return reply_with(asked, words.say("What is the question? /help shows how to ask."))

        async def outcome() -> Outcome:
            loop, answering = asyncio.get_running_loop(), self.answering
            if asked.kind is Kind.EDIT:
                before = self.database.answer_to(asked.chat, asked.message)
                if before is not None:
                    again = answering.answer_again
                    return await loop.run_in_executor(self.pool, again, asked, before)
            return await loop.run_in_executor(self.pool, answering.answer, asked)

        return Decide(asked.place, outcome, asks=True)


def _messages(record: AnswerRecord, below: Wording) -> list[Send]:
    """The answer as messages that reply to the question; buttons stand below the last."""
    pages = record.views[ViewName.ANSWER]
    return [
        Send(
            record.chat,
            page,
            keyboard(record, below) if last else (),
            record.question,
            record.thread,
            record.preview if last else None,
            record.token,
        )
        for page, last in _with_last(pages)
    ]


def _changed(record: AnswerRecord, below: Wording, messages: tuple[int, ...]) -> list[Action]:
    """The answer in the place of an earlier one: edited, and more or fewer messages as need be."""
    sends = _messages(record, below)
    edits: list[Action] = [
        Edit(record.chat, message, send.page, send.keyboard, send.preview)
        for send, message in zip(sends, messages, strict=False)
    ]
    gone = [Delete(record.chat, message) for message in messages[len(sends) :]]
    return [*edits, *sends[len(messages) :], *gone]


def _with_last(pages: tuple[Page, ...]) -> list[tuple[Page, bool]]:
    return [(page, number == len(pages)) for number, page in enumerate(pages, start=1)]


def _rated(reply: AnswerReply | AbstentionReply) -> Rated:
    chosen = reply.answer.chosen
    return Rated(
        reply.question,
        reply.standalone_question,
        whole_characters(chosen.answer) if chosen else None,
        chosen.citations[0].article_id if chosen else None,
        reply.answer.probability,
    )


def _still_open(waiting: OpenChoice | None, record: AnswerRecord) -> bool:
    if waiting is None or len(waiting.choices) != len(record.choices):
        return False
    return waiting.question == record.asked.strip()


def with_line(page: Page, line: str) -> Page:
    """The page with one more line below it."""
    more = plain_page(line)
    return Page(f"{page.html}\n\n{more.html}", f"{page.plain}\n\n{more.plain}")
