"""Many people send hostile things to one bot; then all that must hold of what came back is checked.

The texts come from ``hostility``; how long anything takes is not judged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic

from bot.presentation.translation import LANGUAGES, wording
from tests.bot_api import ChatKind, Posted
from tests.deadlines import HANGS
from tests.telegram.crowds import ANSWER, HOW_LONG, Crowd
from tests.telegram.harness import settle
from tests.telegram.hostility import MARK, Hostility, cut, units

_PAGE = 2000
"""UTF-16 units that a page has at least, where an answer is more than one message."""
_AT_ONCE = 200
"""Updates that wait for the bot at most."""
_NOTICES = (
    "Only text is read here; type the question.",
    "What is the question? /help shows how to ask.",
)
_SAME = "message is not modified"
"""An edited question may have the same answer."""
_WRONG = (" ERROR ", " CRITICAL ", "refused", "an update failed", "cannot be read", "was not taken")
"""Traces in the log of what must not happen."""
_LANGUAGES = ("en", "de", "de-AT", "zh-hans", "xx", "", "<b>", None)
_NAMES = (
    "Ann",
    "<b>Bob</b>",
    "\u202enoD\u202c",
    "\u200b",
    "a\u0301" * 60,
    "&amp;",
    "😀" * 30,
    "{0} %s",
)
_ACTS = {
    "text": 50,
    "command": 18,
    "press": 8,
    "inline": 5,
    "no text": 3,
    "edit": 4,
    "odd update": 5,
    "group": 3,
    "group talk": 4,
}


@dataclass(frozen=True, slots=True)
class Figures:
    """What a siege came to. Memory is resident, in MB."""

    messages: int
    kinds: dict[str, int]
    replies: int
    seconds: float
    memory: tuple[float, float]


class Siege:
    """``people`` send to a bot that runs; the same seed sends the same."""

    def __init__(self, crowd: Crowd, seed: int, people: int, groups: int) -> None:
        self._crowd = crowd
        self._api = crowd.api
        self._hostile = Hostility(seed)
        self._random = self._hostile.random
        self._api.configure(privacy=False)
        self._people = [
            self._api.user(
                self._random.choice(_NAMES),
                user_id=crowd.person(),
                language=self._random.choice(_LANGUAGES),
            ).id
            for _ in range(people)
        ]
        self._groups = [
            crowd.group(self._random.choice((ChatKind.GROUP, ChatKind.SUPERGROUP)), *self._people)
            for _ in range(groups)
        ]
        self._answered: list[Posted] = []
        self._ignored: list[Posted] = []
        self._edited: Counter[tuple[int, int]] = Counter()
        self._presses: list[str] = []
        self._inline: dict[int, str] = {}
        self._kinds: Counter[str] = Counter()

    def run(self, count: int, patience: float = HANGS) -> Figures:
        """Sends ``count`` things, and waits for the last answer; in ``patience`` seconds at least
        one thing must get done.
        """
        # Buttons are pressed below answers, so that everybody has one.
        self._answered += [self._api.ask(user, self._hostile.question()) for user in self._people]
        settle(self._api, self._crowd.bot, patience=patience)
        before = self._crowd.bot.memory()
        began = monotonic()
        for number in range(count):
            (act,) = self._random.choices(list(_ACTS), list(_ACTS.values()))
            self._kinds[act] += 1
            self._do(act, number)
            if number % 50 == 49:
                settle(self._api, self._crowd.bot, _AT_ONCE, patience)
        settle(self._api, self._crowd.bot, patience=patience)
        return Figures(
            len(self._people) + count,
            dict(self._kinds),
            self._api.answer_count(),
            monotonic() - began,
            (before / 1e6, self._crowd.bot.memory() / 1e6),
        )

    def _do(self, act: str, number: int) -> None:
        random, api, hostile = self._random, self._api, self._hostile
        user = random.choice(self._people)
        mark = f"mk{user}mk"
        if act == "text":
            self._answered.append(api.ask(user, hostile.text(mark)))
        elif act == "command":
            self._answered.append(api.ask(user, hostile.command(mark)))
        elif act == "press":
            self._press(user, mark)
        elif act == "inline":
            self._inline[user] = api.inline(user, hostile.query(mark))
        elif act == "no text":
            sent = api.sticker(user, user) if random.random() < 0.5 else api.photo(user, user, mark)
            self._answered.append(sent)
        elif act == "edit":
            sent = api.ask(user, hostile.text(mark))
            api.edit(sent, hostile.text(mark))
            self._edited[sent.chat, sent.id] += 1
            self._answered.append(sent)
        elif act == "odd update":
            kind, body = hostile.update(user, number, mark)
            api.raw(kind, body, user)
        else:
            self._in_a_group(act, user, mark)

    def _press(self, user: int, mark: str) -> None:
        """A button that is none, or another chat's, below one of the bot's messages."""
        below = self._api.messages(user)
        if below:
            other = self._random.choice([one for one in self._people if one != user])
            buttons = [b for m in self._api.messages(other)[-5:] for b in m.buttons]
            tokens = [button["callback_data"].partition(":")[0] for button in buttons]
            data = self._hostile.data(mark, tokens)
            self._presses.append(self._api.press(below[-1], data, forged=True))

    def _in_a_group(self, act: str, user: int, mark: str) -> None:
        group, name = self._random.choice(self._groups), self._api.bot_name
        text = cut(self._hostile.text(), 3000)
        mark = f"mk{-group}mk"
        if act == "group talk":
            talk = self._random.choice((f"{mark} {text}", f"/ask@another_bot {mark}", f"/x{mark}"))
            self._ignored.append(self._api.say(group, user, talk.replace(f"@{name}", "")))
        else:
            meant = (f"/ask@{name} {mark} {text}", f"/ask {mark}", f"@{name} {mark} what is it?")
            self._answered.append(self._api.say(group, user, self._random.choice(meant)))

    def problems(self) -> list[str]:
        """All that is not as it must be."""
        notices = tuple(wording(one).say(text) for one in LANGUAGES for text in _NOTICES)
        return [
            *(p for p in self._api.problems(expected=(_SAME,), notices=notices) if self._bad(p)),
            *self._unanswered(),
            *self._odd_presses(),
            *self._shown_elsewhere(),
            *self._changed(),
            *self._logged(),
            *self._no_longer_well(),
        ]

    def _bad(self, problem: str) -> bool:
        """A changed question that is refused anew, as too long, has the same notice twice."""
        changed = (f"chat {chat}: message {one} was answered 2 times" for chat, one in self._edited)
        return not problem.startswith(tuple(changed))

    def _unanswered(self) -> Iterator[str]:
        for sent in self._answered:
            found = self._api.answers(sent)
            most = 1 + self._edited[sent.chat, sent.id]
            pages = all(units(page.text) >= _PAGE for page in found[:-1])
            if not found or (len(found) > most and not pages):
                yield f"{len(found)} answers to {sent.text[:60]!a} in {sent.chat}"
        for sent in self._ignored:
            if self._api.answers(sent):
                yield f"an answer to {sent.text[:60]!a}, which was not meant for the bot"
        for user, query in self._inline.items():
            if self._api.inline_answer(query).answered_at is None:
                yield f"no answer to the last inline question of {user}"

    def _odd_presses(self) -> Iterator[str]:
        """Each is told once that there is nothing, or too old, or no longer open."""
        for query in self._presses:
            press = self._api.callback(query)
            if [answer["show_alert"] for answer in press.answers] != [True]:
                yield f"a press of {press.data!a} was answered with {press.answers}"
            yield from self._strange(str(press.answers), press.chat)

    def _shown_elsewhere(self) -> Iterator[str]:
        """What somebody wrote in one chat, in another."""
        for chat in (*self._people, *self._groups):
            for message in self._api.messages(chat, deleted=True):
                for version in message.versions:
                    yield from self._strange(f"{version.text} {version.markup}", chat)
        for user, query in self._inline.items():
            yield from self._strange(str(self._api.inline_answer(query).results), user)

    def _strange(self, text: str, chat: int) -> Iterator[str]:
        for mark in MARK.findall(text):
            if int(mark) != abs(chat):
                yield f"chat {chat} was shown what {mark} wrote: {text[:80]!a}"

    def _changed(self) -> Iterator[str]:
        """Messages that changed although nobody changed their question."""
        for chat in (*self._people, *self._groups):
            for message in self._api.messages(chat):
                if len(message.versions) > 1 and not self._edited[chat, message.reply_to or 0]:
                    yield f"message {message.id} of {chat} was changed: {message.text[:60]!a}"

    def _logged(self) -> Iterator[str]:
        for line in self._crowd.bot.log().splitlines():
            if MARK.search(line) or any(trace in line for trace in _WRONG):
                yield f"in the log: {line[:300]}"

    def _no_longer_well(self) -> Iterator[str]:
        person = self._crowd.person()
        answer = self._api.wait_for_answer(self._api.ask(person, HOW_LONG))
        if ANSWER not in answer.text:
            yield f"a question is answered with {answer.text[:80]!a}"
