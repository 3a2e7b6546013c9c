"""The control's hand on people and chats: who there is, who left, who blocked the bot."""

from __future__ import annotations

import time

from tests.bot_api.records import chat_record, message_record, user_record
from tests.bot_api.values import Chat, ChatKind, Message, Record, User
from tests.bot_api.world import World

_FIRST_USER = 700_000_000
_FIRST_GROUP = -4_000_000
_FIRST_SUPERGROUP = -1_001_000_000_000


class People:
    """Makes users and chats, and changes their relation to the bot. Safe from any thread."""

    def __init__(self, world: World) -> None:
        self.world = world

    def user(
        self,
        first_name: str = "Ann",
        *,
        language: str | None = "en",
        username: str | None = None,
        user_id: int | None = None,
    ) -> User:
        """Somebody new. Their private chat with the bot begins with their first message."""
        with self.world.lock:
            number = user_id if user_id is not None else _FIRST_USER + self.world.next_id()
            user = User(number, first_name, username, language)
            self.world.users[number] = user
            return user

    def group(
        self,
        title: str = "A group",
        members: tuple[int, ...] = (),
        *,
        kind: ChatKind = ChatKind.SUPERGROUP,
        forum: bool = False,
        bot_status: str = "member",
        chat_id: int | None = None,
    ) -> int:
        """A group with the bot in it; the id of the chat."""
        with self.world.lock:
            first = _FIRST_SUPERGROUP if kind is ChatKind.SUPERGROUP else _FIRST_GROUP
            number = chat_id if chat_id is not None else first - self.world.next_id()
            status = {**dict.fromkeys(members, "member"), self.world.me.id: bot_status}
            # A supergroup's own first message, 1, said that it was made.
            self.world.chats[number] = Chat(number, kind, title, forum, status, last_message=1)
            return number

    def member(self, chat: int, user: int, status: str = "member") -> None:
        """Sets what ``user`` is in ``chat``: "creator", "administrator", "member", "left" ..."""
        with self.world.lock:
            self.world.chats[chat].members[user] = status

    def topic(self, chat: int, name: str, user: int) -> int:
        """Opens a topic in a forum; its thread id."""
        with self.world.lock:
            place = self.world.chats[chat]
            number = self.world.next_message(place)
            created = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
            place.topics[number] = name
            message = Message(chat, number, user, time.time(), thread=number, extra=created)
            self._service(message)
            return number

    def block(self, user: int) -> None:
        """``user`` blocks the bot."""
        self._bar(user, user, "bot was blocked by the user", "kicked")

    def unblock(self, user: int) -> None:
        self._bar(user, user, "", "member")

    def kick(self, chat: int, by: int) -> None:
        """The bot is thrown out of a group."""
        kind = self.world.chats[chat].kind.value
        self._bar(chat, by, f"bot was kicked from the {kind} chat", "kicked")

    def _bar(self, chat: int, by: int, text: str, status: str) -> None:
        with self.world.lock:
            place = self.open_private(by) if chat == by else self.world.chats[chat]
            before = place.members.get(self.world.me.id, "member")
            place.barred = text
            place.members[self.world.me.id] = status
            self.world.deliver("my_chat_member", self._change(place, by, before, status), chat)

    def _change(self, place: Chat, by: int, before: str, after: str) -> Record:
        me = user_record(self.world.me)

        def member(status: str) -> Record:
            until = {"until_date": 0} if status == "kicked" else {}
            return {"user": me, "status": status, **until}

        return {
            "chat": chat_record(self.world, place),
            "from": user_record(self.world.users[by]),
            "date": int(time.time()),
            "old_chat_member": member(before),
            "new_chat_member": member(after),
        }

    def migrate(self, chat: int, by: int) -> int:
        """A basic group becomes a supergroup; the new chat's id. The old id is refused then."""
        with self.world.lock:
            old = self.world.chats[chat]
            members = tuple(user for user in old.members if user != self.world.me.id)
            new = self.group(old.title, members)
            now = time.time()
            self._service(
                Message(
                    chat, self.world.next_message(old), by, now, extra={"migrate_to_chat_id": new}
                )
            )
            self._service(
                Message(
                    new,
                    self.world.next_message(self.world.chats[new]),
                    by,
                    now,
                    extra={"migrate_from_chat_id": chat},
                )
            )
            old.migrated_to = new
            return new

    def _service(self, message: Message) -> None:
        """Posts what Telegram itself says in a chat."""
        self.world.add(message)
        self.world.deliver("message", message_record(self.world, message), message.chat)

    def open_private(self, user: int) -> Chat:
        """The private chat of ``user``, from now on known to the bot."""
        with self.world.lock:
            known = self.world.chats.get(user)
            if known is None:
                both = {user: "member", self.world.me.id: "member"}
                known = Chat(
                    user, ChatKind.PRIVATE, self.world.users[user].first_name, members=both
                )
                self.world.chats[user] = known
            return known
