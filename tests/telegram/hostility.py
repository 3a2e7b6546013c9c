"""What nobody should send to a bot, made from a seed: texts, payloads, data of buttons, updates.

Every text may carry a ``mark``, by which it is known wherever it turns up.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from random import Random
from typing import Any

MOST_UNITS = 4096
MARK = re.compile(r"mk(\d+)mk")
_QUESTIONS = (
    "how long did the meeting last?",
    "Who met Lavrov in Reykjavik?",
    "And when did he say that?",
    "Why?",
    "Where did the ministers meet?",
    "Was it longer than expected?",
)
_EMOJI = ("😀", "👩‍👩‍👧‍👦", "🇮🇸", "👍🏽", "❤️", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "1️⃣", "🫥")
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u115f\u3164\u180e\u2800"
_DIRECTIONS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c"
_COMBINING = "\u0301\u0308\u0333\u035c\u0489\u20dd\u0e31\u064b\u0f39"
_SCRIPTS = (
    (0x20, 0x7E),
    (0xA1, 0x24F),
    (0x370, 0x3FF),
    (0x400, 0x4FF),
    (0x5D0, 0x5EA),
    (0x620, 0x64A),
    (0x900, 0x97F),
    (0xE01, 0xE3A),
    (0x1100, 0x11FF),
    (0x3041, 0x30FF),
    (0x4E00, 0x9FFF),
    (0xE000, 0xE0FF),
    (0xFB00, 0xFFFD),
    (0x10000, 0x100FF),
    (0x1D400, 0x1D7FF),
    (0x1F300, 0x1F6FF),
    (0x20000, 0x200FF),
    (0xE0020, 0xE007F),
)
_MARKUP = (
    "<b>",
    "</b>",
    "<blockquote expandable>",
    "</blockquote>",
    '<a href="tg://user?id=1">',
    "<a href='javascript:alert(1)'>x</a>",
    "<script>alert(1)</script>",
    "<tg-spoiler>",
    "<!--",
    "]]>",
    "&lt;",
    "&amp;amp;",
    "&#0;",
    "&#xD800;",
    "&#99999999;",
    "&nbsp;",
    "&",
    "<",
    ">",
    '"',
    "*_`~[]()|\\",
    "```",
    "<b <b>",
    "</",
    "<\u200b>",
)
_PHRASES = (
    "'; DROP TABLE updates; --",
    "../../../../etc/passwd",
    "{id} {0} %s %(name)s $(id) `id` ${jndi:ldap://x}",
    "(a+)+$",
    '{"update_id": 1}',
    "\\u0000 \\n \\x1b[31m",
    "https://user:5550123:AA-secret@example.org/?q=<b>#:~:text=x",
    "@pullquote_bot",
    "31 February 0000, 99:99, as of 99999999999",
    "-0 1e309 NaN ½ ١٢٣ Ⅻ 𝟜𝟚",
    "1",
    "2",
    "yes",
    "None",
    "null",
    "{{7*7}} [1](https://a.example) *bold* _it_ `c`",
    'A AND OR NOT ( " *',
    "^~:[]",
    "=cmd()",
    "?",
    "...",
    "it",
)


def units(text: str) -> int:
    """The length that Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, most: int = MOST_UNITS) -> str:
    """The beginning of a text, as long as Telegram lets a person write; never nothing."""
    while units(text) > most:
        text = text[: max(1, len(text) - max(1, (units(text) - most) // 2))]
    return text or "x"


class Hostility:
    """A stream of texts; the same seed gives the same."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self._kinds: tuple[Callable[[], str], ...] = (
            self._letters,
            self._right_to_left,
            self._unseen,
            self._emoji,
            self._combining,
            self._markup,
            self._surrogates,
            self._control,
            self._long,
            self._phrases,
            self._disturbed,
            self._mixture,
        )

    def text(self, mark: str = "") -> str:
        """A message; ``mark`` stands somewhere in it."""
        text = cut(self.random.choice(self._kinds)(), MOST_UNITS - units(mark) - 2)
        place = self.random.choice((f"{mark} {text}", f"{text} {mark}")) if mark else text
        return cut(place)

    def question(self) -> str:
        """One that the articles may answer."""
        return self.random.choice(_QUESTIONS)

    def command(self, mark: str) -> str:
        """A command with an odd argument, or what looks like one."""
        random = self.random
        coded = base64.urlsafe_b64encode(
            self.text(mark)[:40].encode("utf-8", random.choice(("replace", "surrogatepass")))
        ).decode()
        junk = "".join(random.choice("AZaz09_-=") for _ in range(64))
        return cut(
            random.choice(
                (
                    "/start",
                    f"/start {junk}",
                    f"/start q_{coded.rstrip('=')}",
                    f"/start q_{junk}",
                    "/start q_",
                    f"/start {mark} {self.text()}",
                    "/ask",
                    f"/ask {self.text(mark)}",
                    f"/ask@{junk[:20]} {mark}",
                    "/ask@pullquote_bot",
                    f"/ask\n\n{mark}\n",
                    f"/{mark}",
                    f"/{mark}@pullquote_bot {junk}",
                    f"/HELP {mark}",
                    "/help@PullQuote_Bot",
                    f"/new {mark}",
                    "/sources",
                    f"/sources {mark}",
                    f"/explain {junk}",
                    "/stats",
                    "//",
                    "/",
                    f"//start {mark}",
                    f"/edit {mark}",
                    f"/ {mark}",
                    f"/команда {mark}",
                    f"/start@{mark}",
                    f" /start {mark}",
                    f"/{'a' * 33} {mark}",
                    f"/start\u200b{mark}",
                )
            )
        )

    def data(self, mark: str, tokens: list[str]) -> str:
        """What a button never had: at most 64 bytes. ``tokens`` are those of other chats."""
        random = self.random
        token = random.choice(tokens) if tokens else "AAAAAAAAAAAA"
        kinds = (
            *(f"{token}:{end}" for end in ("a0", "c0", "s0", "s999", "e1", "o0")),
            *(f"{token}:{end}" for end in ("+", "-", "=1", "=99") * 3),
            f"{token}:",
            token,
            mark,
            f"{mark}:s0",
            f":{mark}",
            "\n",
            "😀" * 16,
            "<b>&amp;",
            self._control()[:8] or "x",
            "x" * 64,
        )
        chosen = random.choice(kinds)
        while len(chosen.encode("utf-8", "replace")) > 64:
            chosen = chosen[:-1]
        return chosen.encode("utf-8", "replace").decode()

    def query(self, mark: str) -> str:
        """What is typed behind the bot's name: at most 256 characters."""
        text = self.random.choice((self.text(mark), self.question(), "", " ", mark))
        return text[:256]

    def update(self, user: int, number: int, mark: str) -> tuple[str, dict[str, Any]]:
        """An update that is well formed, and yet nothing that the bot could answer: kind, body."""
        random = self.random
        sender = {"id": user, "is_bot": False, "first_name": "x"}
        chat = {"id": user, "type": "private", "first_name": "x"}
        group = {"id": -(10**12) - number, "type": "supergroup", "title": mark}
        base = {"message_id": 10**6 + number, "date": random.choice((0, 1, 2**31 - 1))}
        text = {"text": f"{mark} {self.question()}"}
        here = {**base, "chat": chat, "from": sender}
        bodies: tuple[tuple[str, dict[str, Any]], ...] = (
            ("message", {**base, "chat": group, **text}),
            ("message", {**base, "chat": {**group, "type": "channel"}, "from": sender, **text}),
            ("message", {**here, "from": {**sender, "is_bot": True}, **text}),
            ("message", {**here, "new_chat_title": mark}),
            ("message", {**here, "something_new": {"deep": [mark]}}),
            ("message", {**here, "pinned_message": {**base, "chat": chat, "date": 0}}),
            ("message", {**here, "left_chat_member": sender}),
            ("message", {**base, "chat": group, "from": sender, **text}),
            ("edited_message", {**base, "chat": group, "from": sender, **text}),
            ("edited_message", {**here, "edit_date": 1, "new_chat_title": mark}),
            ("edited_message", {**here, "edit_date": 1, "text": f"/{mark}", "entities": _COMMAND}),
            ("message", {**here, "text": mark, "via_bot": _ME}),
            ("message", {**base, "chat": group, "from": sender, "migrate_from_chat_id": -7}),
            ("callback_query", {"id": "7", "from": sender, "chat_instance": "7", "data": mark}),
            ("something_else", {"mark": mark}),
        )
        return random.choice(bodies)

    def _some(self, letters: str, most: int) -> str:
        return "".join(self.random.choices(letters, k=self.random.randint(1, most)))

    def _letters(self) -> str:
        first, last = self.random.choice(_SCRIPTS)
        return "".join(chr(self.random.randint(first, last)) for _ in range(self._length()))

    def _length(self) -> int:
        return self.random.choice((1, 2, 3, 20, 20, 60, 60, 300))

    def _right_to_left(self) -> str:
        words = (
            "שלום",
            "كم استمر الاجتماع",
            "ملاقات چقدر طول کشید؟",
            "meeting",
            "\u202e",
            "(",
            "١٢",
            *_DIRECTIONS,
        )
        return " ".join(self.random.choices(words, k=self._length()))

    def _unseen(self) -> str:
        return self._some(_INVISIBLE + _DIRECTIONS + " \t\n", 200)

    def _emoji(self) -> str:
        one = self.random.choice(_EMOJI)
        return cut(one * self.random.choice((1, 7, 4096)))

    def _combining(self) -> str:
        return "a" + self._some(_COMBINING, self.random.choice((5, 300, 4000)))

    def _markup(self) -> str:
        return "".join(self.random.choices(_MARKUP, k=self._length()))

    def _surrogates(self) -> str:
        lone = chr(self.random.randint(0xD800, 0xDFFF))
        return self.random.choice((lone, f"{self.question()} {lone}", lone * 50, f"a{lone}😀"))

    def _control(self) -> str:
        return self._some("".join(map(chr, [*range(32), *range(0x7F, 0xA0)])) + "\u2028\ufffe", 60)

    def _long(self) -> str:
        one = self.random.choice(("a", "?", " ", "\n", "9", "a ", "who is it and ", "(", "é", "."))
        return one * MOST_UNITS

    def _phrases(self) -> str:
        return self.random.choice(_PHRASES)

    def _disturbed(self) -> str:
        """A question with something in it."""
        question = self.question()
        place = self.random.randrange(len(question))
        thing = self.random.choice((self._markup, self._unseen, self._control, self._combining))
        return f"{question[:place]}{thing()[:20]}{question[place:]}"

    def _mixture(self) -> str:
        return "".join(self.random.choice(self._kinds[:-1])()[:30] for _ in range(4))


_ME = {"id": 5550123, "is_bot": True, "first_name": "Pullquote", "username": "pullquote_bot"}
_COMMAND = [{"type": "bot_command", "offset": 0, "length": 3}]
