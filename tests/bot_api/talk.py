"""The control's voice: what people write, edit, press and look up."""

from __future__ import annotations

import time
from typing import Any

from tests.bot_api.people import People
from tests.bot_api.records import callback_record, inline_record, message_record
from tests.bot_api.text import MOST_UNITS, found_entities, units
from tests.bot_api.values import (
    CallbackQuery,
    Chat,
    ChatKind,
    InlineQuery,
    Message,
    Record,
)
from tests.bot_api.views import Posted, Ref, view


class Talk(People):
    """Lets people talk. Whatever the bot may see of it becomes an update."""

    def ask(self, user: int, text: str, *, reply_to: Posted | Ref | None = None) -> Posted:
        """``user`` writes to the bot in their private chat."""
        return self.say(user, user, text, reply_to=reply_to)

    def ask_all(self, questions: list[tuple[int, str]]) -> list[Posted]:
        """Each user asks their question, all in the same moment."""
        with self.world.lock:
            return [self.ask(user, text) for user, text in questions]

    def say(
        self,
        chat: int,
        user: int,
        text: str,
        *,
        reply_to: Posted | Ref | None = None,
        thread: int | None = None,
        quote: str | None = None,
        via_bot: bool = False,
    ) -> Posted:
        """``user`` writes ``text``, as it stands; entities are found as Telegram finds them."""
        if units(text) > MOST_UNITS:
            raise ValueError("a person's message has at most 4,096 UTF-16 units")
        more: Record = {"text": text, "entities": found_entities(text), "via_bot": via_bot}
        more["quote"] = quote
        return self._post(chat, user, reply_to, thread, more)

    def sticker(self, chat: int, user: int, emoji: str = "👍") -> Posted:
        """``user`` sends a sticker."""
        sizes = {"width": 512, "height": 512, "is_animated": False, "is_video": False}
        sticker = {**_file("sticker"), **sizes, "type": "regular", "emoji": emoji}
        return self._post(chat, user, None, None, {"extra": {"sticker": sticker}})

    def photo(self, chat: int, user: int, caption: str = "") -> Posted:
        """``user`` sends a photo, with words below it where given."""
        extra: Record = {"photo": [{**_file("photo"), "width": 90, "height": 60}]}
        if caption:
            extra |= {"caption": caption, "caption_entities": found_entities(caption)}
        return self._post(chat, user, None, None, {"extra": extra})

    def start(self, user: int, payload: str = "", *, chat: int | None = None) -> Posted:
        """``user`` follows a link to the bot: ``t.me/BOT?start=PAYLOAD``."""
        name = f"/start@{self.world.me.username}" if chat is not None else "/start"
        return self.say(user if chat is None else chat, user, f"{name} {payload}".rstrip())

    def edit(self, message: Posted | Ref, text: str) -> Posted:
        """Its author changes the text of a message."""
        with self.world.lock:
            found = self.world.messages[message.chat, message.id]
            self.world.change(found, text, found_entities(text), None)
            if self._is_for_bot(self.world.chats[found.chat], found):
                record = message_record(self.world, found)
                self.world.deliver("edited_message", record, found.chat)
            return view(found)

    def remove(self, message: Posted | Ref) -> None:
        """Deletes a message; bots are not told."""
        with self.world.lock:
            self.world.messages[message.chat, message.id].deleted = True

    def press(
        self,
        message: Posted | Ref,
        what: str,
        *,
        user: int | None = None,
        forged: bool = False,
    ) -> str:
        """``user`` presses a button, named by label or callback data; the id of the query.

        In a private chat the user is known. ``forged`` sends data that stands on no button, as
        clients with an old copy of the message do.
        """
        with self.world.lock:
            found = self.world.messages[message.chat, message.id]
            data = what if forged else view(found).button(what)["callback_data"]
            presser = user if user is not None else found.chat
            number = str(10**15 + self.world.next_id())
            query = CallbackQuery(number, presser, found.chat, found.id, data, time.time())
            self.world.callbacks[number] = query
            record = callback_record(self.world, query)
            key = presser if found.inline_id is not None else found.chat
            self.world.deliver("callback_query", record, key)
            return number

    def inline(self, user: int, query: str, *, chat_type: str = "sender") -> str:
        """``user`` types ``@bot query`` somewhere; the id of the query."""
        with self.world.lock:
            number = str(10**15 + self.world.next_id())
            asked = InlineQuery(number, user, query, time.time())
            self.world.inlines[number] = asked
            self.world.deliver("inline_query", inline_record(self.world, asked, chat_type), user)
            return number

    def choose(self, query: str, result: str, chat: int) -> Posted:
        """Whoever asked inline sends one result into ``chat``, which the bot need not know."""
        with self.world.lock:
            asked = self.world.inlines[query]
            record = next(record for record in asked.results if record["id"] == result)
            if chat == asked.user:
                self.open_private(chat)
            elif chat not in self.world.chats:
                title = "Elsewhere"
                self.world.chats[chat] = Chat(chat, ChatKind.SUPERGROUP, title)
            more = _chosen(record)
            if "reply_markup" in record:
                more["inline_id"] = f"inline-{self.world.next_id()}"
            return self._post(chat, asked.user, None, None, more)

    def raw(self, kind: str, body: dict[str, Any], key: int = 0) -> int:
        """Any update, as it stands; its id."""
        with self.world.lock:
            return self.world.deliver(kind, body, key)

    def _post(
        self,
        chat: int,
        user: int,
        reply_to: Posted | Ref | None,
        thread: int | None,
        more: Record,
    ) -> Posted:
        with self.world.lock:
            place = self.open_private(user) if chat == user else self.world.chats[chat]
            target = reply_to.id if reply_to is not None else None
            if thread is None and target is not None:
                thread = self._thread_of(place, target)
            number = self.world.next_message(place)
            message = Message(
                chat, number, user, time.time(), reply_to=target, thread=thread, **more
            )
            self.world.add(message)
            if self._is_for_bot(place, message):
                self.world.deliver("message", message_record(self.world, message), chat)
            return view(message)

    def _thread_of(self, place: Chat, target: int) -> int | None:
        original = self.world.messages[place.id, target]
        if original.thread is not None or place.is_forum:
            return original.thread
        return target if place.kind is ChatKind.SUPERGROUP else None

    def _is_for_bot(self, place: Chat, message: Message) -> bool:
        """Whether the bot gets to see a message; in groups, privacy mode decides."""
        if self.world.me.id not in place.members or place.barred:
            return False
        if place.kind is ChatKind.PRIVATE or not self.world.privacy:
            return True
        name = f"@{self.world.me.username}".lower()
        text = (message.text or str(message.extra.get("caption", ""))).lower()
        command = text.split(maxsplit=1)[0] if text.startswith("/") else ""
        if command:
            return "@" not in command or command.endswith(name)
        original = self.world.messages.get((place.id, message.reply_to or 0))
        replies = original is not None and original.sender == self.world.me.id
        return replies or name in text or message.via_bot


def _file(kind: str) -> Record:
    return {"file_id": f"{kind}-id", "file_unique_id": f"{kind}-unique", "file_size": 1024}


def _chosen(record: Record) -> Record:
    """The fields of the message that an inline result becomes."""
    from tests.bot_api.content import content

    sent = record["input_message_content"]
    read = content(sent["message_text"], str(sent.get("parse_mode") or ""))
    return {
        "text": read.text,
        "entities": read.entities,
        "html": read.html,
        "markup": record.get("reply_markup"),
        "preview": sent.get("link_preview_options"),
        "via_bot": True,
    }
