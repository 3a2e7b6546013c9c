"""One conversation with the real Telegram bot, page by page, as somebody who speaks English and as
somebody who speaks German see it: what stands in each message, with its markup, and the buttons
below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from tests.bot_api import BotApi
from tests.bot_api.views import Posted
from tests.telegram.harness import BotProcess, settle

_STAGES = re.compile(r"\b(retrieve|read|decide) \d+ ms")
PEOPLE = {"en": 700_000_101, "de": 700_000_102}
"""Who speaks which language."""
ASKED = (
    "/start",
    "hello",
    "how long did the meeting last?",
    "Was it longer than expected?",
    "On what date did Blinken and Lavrov meet?",
    "Who won the 1994 Eurovision Song Contest?",
    "Who is Paul Whelan?",
    "What articles do you have about the Arctic Council?",
    "/sources",
    "/explain",
    "/nonsense",
    "/help",
    "/new",
)


def pages(
    index: Path, folder: Path, languages: Iterable[str] = tuple(PEOPLE)
) -> Iterator[tuple[str, str]]:
    """A transcript for each language, such as ``telegram-en.txt``."""
    with closing(BotApi()) as api:
        for language, user in PEOPLE.items():
            api.user(f"Speaker of {language}", user_id=user, language=language)
        settings: dict[str, object] = {"api": api.url, "users": list(PEOPLE.values())}
        bot = BotProcess(folder, index, settings, expected=["chat not found"])
        bot.start()
        try:
            for language in languages:
                yield f"telegram-{language}.txt", "\n".join(_talk(api, bot, PEOPLE[language]))
        finally:
            status = bot.stop()
        assert status == 0, bot.log()


def _talk(api: BotApi, bot: BotProcess, user: int) -> Iterator[str]:
    for line in ASKED:
        yield f"> {line}\n"
        asked = api.ask(user, line)
        answer = api.wait_for_message(user, asked)
        settle(api, bot)
        *before, answer = [m for m in api.messages(user) if m.id > asked.id]
        for message in before:
            yield from _page(message)
        yield from _page(answer)
        for label in _views(answer):
            api.press(answer, label)
            shown = api.wait_for_edit(answer)
            yield f"[{label}]\n"
            yield from _page(shown)
            api.press(shown, shown.labels[-1])
            answer = api.wait_for_edit(shown)


def _views(answer: Posted) -> list[str]:
    """The buttons that turn the message into another page of itself."""
    return [button["text"] for button in answer.buttons if button["text"] not in ("👍", "👎")]


def _page(message: Posted) -> Iterator[str]:
    yield _STAGES.sub(r"\1 N ms", message.html or message.text)
    if message.labels:
        yield " ".join(f"[{label}]" for label in message.labels)
    yield ""
