"""The buttons below the bot's messages, and what a pressed one means."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.presentation.translation import Wording
from bot.telegram_bot.state.actions import AnswerRecord, Button, Keyboard
from bot.telegram_bot.state.pages import ViewName

_DATA = re.compile(
    r"(?P<token>[\w-]{8,32}):(?:(?P<view>[acoste])(?P<page>\d{1,3})|(?P<rating>[+-])|=(?P<choice>\d{1,2}))"
)
_TWO_ROWS = 4
"""Views that fit beside the ratings in two rows."""
GOOD, BAD = "👍", "👎"


@dataclass(frozen=True, slots=True)
class Callback:
    """A pressed button: one of a page of a view, a rating, or a choice from 1."""

    token: str
    view: ViewName | None = None
    page: int = 0
    good: bool | None = None
    choice: int | None = None


def pressed(data: str) -> Callback | None:
    """What a button's data means; None for what no button of ours has."""
    found = _DATA.fullmatch(data)
    if found is None:
        return None
    if found["view"]:
        return Callback(found["token"], ViewName(found["view"]), int(found["page"]))
    if found["rating"]:
        return Callback(found["token"], good=found["rating"] == "+")
    return Callback(found["token"], choice=int(found["choice"]))


def keyboard(
    record: AnswerRecord, wording: Wording, view: ViewName = ViewName.ANSWER, page: int = 0
) -> Keyboard:
    """The buttons while a page of a view is shown; none below what is no answer."""
    if record.choices:
        return tuple(
            (Button(label, f"{record.token}:={number}"),)
            for number, label in enumerate(record.choices, start=1)
        )
    if view is ViewName.ANSWER:
        return _below_the_answer(record, wording) if record.rated is not None else ()
    turning = []
    if page > 0:
        turning.append(_to(record, wording.say("◀ Page {number}", number=page), view, page - 1))
    if page + 1 < len(record.views[view]):
        turning.append(_to(record, wording.say("Page {number} ▶", number=page + 2), view, page + 1))
    back = (_to(record, wording.say("↩ Back to the answer"), ViewName.ANSWER, 0),)
    return (tuple(turning), back) if turning else (back,)


def _below_the_answer(record: AnswerRecord, wording: Wording) -> Keyboard:
    labels = {
        ViewName.CONTEXT: wording.say("More context"),
        ViewName.OTHERS: wording.say("Other answers"),
        ViewName.SERIES: wording.say("Over time"),
        ViewName.SOURCES: wording.say("Sources"),
        ViewName.EXPLAIN: wording.say("Explain"),
    }
    views = [_to(record, label, name, 0) for name, label in labels.items() if name in record.views]
    ratings = [Button(GOOD, f"{record.token}:+"), Button(BAD, f"{record.token}:-")]
    last = views[2:] if len(views) <= _TWO_ROWS else views[4:]
    rows = [views[:2], views[2:4] if len(views) > _TWO_ROWS else [], last + ratings]
    if len(views) == 1:
        rows = [views + ratings]
    return tuple(tuple(row) for row in rows if row)


def _to(record: AnswerRecord, label: str, view: ViewName, page: int) -> Button:
    return Button(label, f"{record.token}:{view.value}{page}")
