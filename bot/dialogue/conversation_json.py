"""A conversation as JSON and back. The version stands in every text."""

from __future__ import annotations

import json
from typing import Any

from bot.dialogue.conversation import Answered, Choice, Conversation, OpenChoice, Turn
from retrieval.datatypes import AnswerType

VERSION = 1


def to_json(conversation: Conversation) -> str:
    """All of it. Lone surrogates stay as they are: escaped, two of them would come back as one."""
    record = {
        "version": VERSION,
        "turns": [_turn_record(turn) for turn in conversation.turns],
        "open_choice": _open_choice_record(conversation.open_choice),
        "topic": conversation.topic,
        "subtopic": conversation.subtopic,
        "asked": conversation.asked,
    }
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Conversation:
    """The conversation of which ``to_json`` made ``text``.

    Raises ``ValueError`` for a text of another version, and for one that is damaged.
    """
    try:
        record = json.loads(text)
        if record["version"] != VERSION:
            raise ValueError(f"version {record['version']!r} is not known")
        return Conversation(
            turns=tuple(_turn(turn) for turn in _many(record["turns"])),
            open_choice=_open_choice(record["open_choice"]),
            topic=_text_or_none(record["topic"]),
            subtopic=_text_or_none(record["subtopic"]),
            asked=_count(record["asked"]),
        )
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"is damaged ({error!r})") from error


def _turn_record(turn: Turn) -> dict[str, Any]:
    return {
        "question": turn.question,
        "standalone_question": turn.standalone_question,
        "answered": _answered_record(turn.answered),
        "expected": turn.expected.value if turn.expected else None,
        "number": turn.number,
    }


def _turn(record: Any) -> Turn:
    return Turn(
        question=_text(record["question"]),
        standalone_question=_text(record["standalone_question"]),
        answered=_answered(record["answered"]),
        expected=_kind(record["expected"]),
        number=_count(record["number"]),
    )


def _answered_record(answered: Answered | None) -> dict[str, Any] | None:
    if answered is None:
        return None
    return {
        "text": answered.text,
        "sentence": answered.sentence,
        "title": answered.title,
        "article_id": answered.article_id,
        "kind": answered.kind.value if answered.kind else None,
        "others": list(answered.others),
        "probability": answered.probability,
    }


def _answered(record: Any) -> Answered | None:
    if record is None:
        return None
    return Answered(
        text=_text(record["text"]),
        sentence=_text(record["sentence"]),
        title=_text_or_none(record["title"]),
        article_id=_text_or_none(record["article_id"]),
        kind=_kind(record["kind"]),
        others=_texts(record["others"]),
        # Not kept by earlier versions.
        probability=_share(record.get("probability", 1.0)),
    )


def _open_choice_record(waiting: OpenChoice | None) -> dict[str, Any] | None:
    if waiting is None:
        return None
    choices = [
        {
            "label": c.label,
            "question": c.question,
            "article_ids": list(c.article_ids),
            "names": list(c.names),
        }
        for c in waiting.choices
    ]
    return {"question": waiting.question, "choices": choices}


def _open_choice(record: Any) -> OpenChoice | None:
    if record is None:
        return None
    choices = tuple(
        # Choices that were kept before had their names in the label.
        Choice(
            _text(c["label"]),
            _text(c["question"]),
            _texts(c["article_ids"]),
            _texts(c.get("names", [])),
        )
        for c in _many(record["choices"])
    )
    return OpenChoice(_text(record["question"]), choices)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.40} is no text")
    return value


def _text_or_none(value: Any) -> str | None:
    return None if value is None else _text(value)


def _many(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r:.40} is no list")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(_text(text) for text in _many(value))


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(f"{value!r:.40} is no count")
    return value


def _share(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
        raise TypeError(f"{value!r:.40} is no probability")
    return float(value)


def _kind(value: Any) -> AnswerType | None:
    return None if value is None else AnswerType(_text(value))
