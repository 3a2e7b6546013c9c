"""What must hold at the end of any journey, whatever happened on the way.

It does not know which messages are questions that deserve an answer: tests wait for those.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from tests.bot_api.values import Call, Message
from tests.bot_api.world import World

# Errors that no journal should hold unless a test provokes them.
_WATCHED = (400, 404, 409)


def problems(
    world: World,
    expected: Sequence[str] = (),
    notices: Sequence[str] = (),
    unanswered: Sequence[str] = (),
) -> list[str]:
    """Everything that is not as it should be.

    ``expected`` are parts of error texts that may stand in the journal, ``notices`` parts of
    messages that may come out of turn (as "please wait"), ``unanswered`` ids of callback queries
    that need no answer.
    """
    return [
        *_unanswered_callbacks(world, unanswered),
        *_doubled(world),
        *_out_of_order(world, notices),
        *_refused(world, expected),
        *_impatient(world),
    ]


def _unanswered_callbacks(world: World, excepted: Sequence[str]) -> Iterator[str]:
    for query in world.callbacks.values():
        if query.answered_at is None and not query.expired and query.id not in excepted:
            yield f"callback query {query.id} ({query.data!r}) was not answered"


def _by_chat(world: World) -> Iterator[tuple[int, list[Message]]]:
    for chat in world.of_chat:
        yield chat, [m for m in world.by_bot(chat) if not m.deleted and m.reply_to is not None]


def _doubled(world: World) -> Iterator[str]:
    for chat, replies in _by_chat(world):
        counted = Counter((m.reply_to, m.versions[0].text) for m in replies)
        for (target, text), count in counted.items():
            if count > 1:
                yield f"chat {chat}: message {target} was answered {count} times with {text[:60]!r}"


def _out_of_order(world: World, notices: Sequence[str]) -> Iterator[str]:
    for chat, replies in _by_chat(world):
        latest = 0
        for message in replies:
            target = message.reply_to or 0
            if any(notice in message.versions[0].text for notice in notices):
                continue
            if target < latest:
                yield f"chat {chat}: {message.id} answers {target} after {latest} was answered"
            latest = max(latest, target)


def _refused(world: World, expected: Sequence[str]) -> Iterator[str]:
    for call in world.calls:
        watched = call.status in _WATCHED and not call.fault and call.method != "webhook"
        if watched and not any(part in call.description for part in expected):
            yield f"{call.method} got {call.status} {call.description} for {_brief(call)}"


def _impatient(world: World) -> Iterator[str]:
    """Calls of a method made before the time that a 429 of it named was over."""
    until: dict[tuple[str, str], float] = {}
    for call in world.calls:
        key = (call.method, str(call.parameters.get("chat_id")))
        if call.at < until.get(key, 0.0):
            yield f"{call.method} came {until[key] - call.at:.2f} s before its retry_after was over"
        if call.status == 429:
            until[key] = (call.ended_at or call.at) + call.retry_after


def _brief(call: Call) -> str:
    return str({name: str(value)[:80] for name, value in call.parameters.items()})
