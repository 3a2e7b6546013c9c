"""One reply to one message of a conversation: what every front end talks to.

Knows nothing about terminals, Telegram, indexes or models.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from time import perf_counter
from typing import Protocol

from bot.conversation import Conversation, Turn
from bot.rewriting import Rewrite, rewrite
from retrieval.datatypes import Answer, Article

ArticleOf = Callable[[str], Article]
"""The article with an id. Raises ``KeyError`` when there is none."""


class AnswersQuestions(Protocol):
    """What the assistant needs of the pipeline."""

    def answer(self, question: str, as_of: date | None = None) -> Answer:
        """The decision on a standalone question. Raises ``QuestionError``."""
        ...


@dataclass(frozen=True, slots=True)
class Reply:
    """What a front end shows. ``elapsed_ms`` is wall-clock time, rewriting included.

    ``article`` gives the articles that the answer was found in, as they were then.
    """

    question: str
    rewritten: Rewrite
    answer: Answer
    elapsed_ms: float
    article: ArticleOf = field(repr=False, compare=False)

    @property
    def standalone_question(self) -> str:
        return self.rewritten.question


class Replies(Protocol):
    """What front ends talk to."""

    def reply(
        self, conversation: Conversation, text: str, as_of: date | None = None
    ) -> tuple[Reply, Conversation]:
        """The next turn and the conversation with it. Raises ``QuestionError``."""
        ...


class Assistant:
    """Stateless: the conversation comes in and goes out as a value."""

    def __init__(self, answerer: AnswersQuestions, article: ArticleOf) -> None:
        self._answerer = answerer
        self._article = article

    def reply(
        self, conversation: Conversation, text: str, as_of: date | None = None
    ) -> tuple[Reply, Conversation]:
        """Answers ``text`` as the next turn. Raises ``QuestionError``; the conversation stays."""
        started = perf_counter()
        rewritten = rewrite(conversation, text)
        answer = self._answerer.answer(rewritten.question, as_of)
        turn = Turn(text.strip(), rewritten.question, answer)
        elapsed = 1000 * (perf_counter() - started)
        reply = Reply(text.strip(), rewritten, answer, elapsed, self._article)
        return reply, conversation.with_turn(turn)
