"""What the chats ask about the seed articles."""

from __future__ import annotations

from pathlib import Path

from bot.evaluation.sets.question_sets import load_question_set

SEEDS = Path(__file__).parent.parent.parent / "seeds"
FOLLOW_UPS = (
    ("how long did the meeting last?", "And how long was it expected to take?"),
    ("Who met Lavrov in Reykjavik?", "Where did they hold their talks?"),
    ("Whom did Blinken ask Moscow to free?", "Why are they in prison?"),
    ("Who made the plan for the meeting public?", "When did he do so?"),
    ("Where did the ministers meet?", "What did they talk about?"),
)
"""Pairs of a question and one that means something only after it."""


def single_questions() -> list[str]:
    """Questions that stand alone."""
    return [q.question for q in load_question_set(SEEDS / "questions.jsonl").questions]


def asked_once(chats: int, turn: int = 0) -> list[list[str]]:
    """One question for each chat; another ``turn`` hands them out otherwise."""
    known = single_questions()
    return [[known[(chat + turn * 7) % len(known)]] for chat in range(chats)]


def asked_on(chats: int, questions: int, turn: int = 0) -> list[list[str]]:
    """A conversation for each chat: pairs of a question and its follow-up."""
    talks = []
    for chat in range(chats):
        pairs = [
            text
            for step in range((questions + 1) // 2)
            for text in FOLLOW_UPS[(chat + turn + step) % len(FOLLOW_UPS)]
        ]
        talks.append(pairs[:questions])
    return talks
