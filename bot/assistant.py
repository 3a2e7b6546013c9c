"""One reply to one message of a conversation: what every front end talks to.

Knows nothing about terminals, Telegram, indexes or models.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from time import perf_counter
from typing import Protocol

from bot.clarifying import chosen_from, which_one
from bot.conversation import Answered, Choice, Conversation, OpenChoice, Turn
from bot.remarks import Library, Listed, NoLibrary, Remark, remark_on
from bot.rewriting import Rewrite, Rewriter, RuleRewriter
from retrieval.datatypes import Answer, AnswerType, Article, Trace
from retrieval.errors import UsageError

ArticleOf = Callable[[str], Article]
"""The article with an id. Raises ``KeyError`` when there is none."""


class AnswersQuestions(Protocol):
    """What the assistant needs of the pipeline."""

    def answer(
        self,
        question: str,
        as_of: date | None = None,
        *,
        favoured: frozenset[str] = frozenset(),
        within: frozenset[str] = frozenset(),
    ) -> Answer:
        """The decision on a standalone question. Raises ``QuestionError``.

        Passages of the articles ``favoured`` rank a little higher; where ``within`` names
        articles, no other is read.
        """
        ...


@dataclass(frozen=True, slots=True)
class Reply:
    """What a front end shows. ``elapsed_ms`` is wall-clock time, rewriting included.

    One of four things: an answer; an abstention; a ``remark``, where the text was no question to
    the articles (``answer`` is then an empty abstention with the remark's text as its reason); or
    ``open_choice``, where the question may mean several things (``answer`` is what was found for
    it). ``article`` gives the articles that the answer was found in, as they were then. ``number``
    is that of the conversation's turn, 0 where the reply made none.
    """

    question: str
    rewritten: Rewrite
    answer: Answer
    elapsed_ms: float
    article: ArticleOf = field(repr=False, compare=False)
    remark: Remark | None = None
    open_choice: OpenChoice | None = None
    number: int = 0

    @property
    def standalone_question(self) -> str:
        return self.rewritten.question

    @property
    def listed(self) -> tuple[Listed, ...]:
        """Articles that a remark names."""
        return self.remark.articles if self.remark else ()


class Replies(Protocol):
    """What front ends talk to."""

    def reply(
        self,
        conversation: Conversation,
        text: str,
        as_of: date | None = None,
        *,
        asks_back: bool = False,
    ) -> tuple[Reply, Conversation]:
        """The next turn and the conversation with it. Raises ``QuestionError``.

        ``asks_back``: whether somebody is there to say which of several things is meant.
        """
        ...

    def ask_again(
        self, conversation: Conversation, number: int, text: str, as_of: date | None = None
    ) -> tuple[Reply, Conversation]:
        """Asks ``text`` in the place of turn ``number``, in the context that turn had; later turns
        stay as they are. Raises ``QuestionError``, and ``UsageError`` where there is no such turn.
        """
        ...


class Assistant:
    """Stateless: the conversation comes in and goes out as a value."""

    def __init__(
        self,
        answerer: AnswersQuestions,
        article: ArticleOf,
        *,
        rewriter: Rewriter | None = None,
        library: Library | None = None,
    ) -> None:
        self._answerer = answerer
        self._article = article
        self._rewriter = rewriter or RuleRewriter()
        self._library = library or NoLibrary()

    def reply(
        self,
        conversation: Conversation,
        text: str,
        as_of: date | None = None,
        *,
        asks_back: bool = False,
    ) -> tuple[Reply, Conversation]:
        """Answers ``text`` as the next turn. Raises ``QuestionError``; the conversation stays."""
        started = perf_counter()
        asked = text.strip()
        choice = chosen_from(conversation.open_choice, asked)
        if choice is not None:
            return self._chosen(conversation, choice, as_of, started)
        remark = remark_on(asked, conversation, self._library, as_of)
        if remark is not None:
            rewritten = Rewrite(asked)
            reply = self._reply(asked, rewritten, _no_answer(asked, remark), started, remark=remark)
            return reply, conversation
        rewritten = self._rewriter.rewrite(conversation, asked)
        answer = self._answer(conversation, rewritten, as_of)
        open_choice = which_one(conversation, asked, answer) if asks_back else None
        if open_choice is not None:
            reply = self._reply(asked, rewritten, answer, started, open_choice=open_choice)
            return reply, conversation.with_open_choice(open_choice)
        return self._answered(conversation, asked, rewritten, answer, started)

    def ask_again(
        self, conversation: Conversation, number: int, text: str, as_of: date | None = None
    ) -> tuple[Reply, Conversation]:
        """As ``Replies.ask_again``. What is no question to the articles changes no turn."""
        if conversation.turn(number) is None:
            raise UsageError(f"there is no question {number} in this conversation; see /history.")
        reply, branched = self.reply(conversation.before(number), text, as_of)
        if branched.last is None or branched.last.number != number:
            return reply, conversation
        return reply, conversation.with_changed(branched.last)

    def _answer(self, conversation: Conversation, rewritten: Rewrite, as_of: date | None) -> Answer:
        return self._answerer.answer(rewritten.question, as_of)

    def _chosen(
        self, conversation: Conversation, choice: Choice, as_of: date | None, started: float
    ) -> tuple[Reply, Conversation]:
        waiting = conversation.open_choice
        assert waiting is not None
        answer = self._answerer.answer(choice.question, as_of, within=frozenset(choice.article_ids))
        rewritten = Rewrite(choice.question)
        return self._answered(conversation, waiting.question, rewritten, answer, started)

    def _answered(
        self,
        conversation: Conversation,
        asked: str,
        rewritten: Rewrite,
        answer: Answer,
        started: float,
    ) -> tuple[Reply, Conversation]:
        turn = Turn(
            asked, rewritten.question, Answered.of(answer), expected=answer.trace.expected_type
        )
        after = conversation.with_turn(turn)
        return self._reply(asked, rewritten, answer, started, number=after.asked), after

    def _reply(
        self,
        asked: str,
        rewritten: Rewrite,
        answer: Answer,
        started: float,
        *,
        remark: Remark | None = None,
        open_choice: OpenChoice | None = None,
        number: int = 0,
    ) -> Reply:
        elapsed = 1000 * (perf_counter() - started)
        return Reply(asked, rewritten, answer, elapsed, self._article, remark, open_choice, number)


def _no_answer(asked: str, remark: Remark) -> Answer:
    return Answer(asked, (), 0.0, True, remark.text, Trace(AnswerType.CLAUSE))
