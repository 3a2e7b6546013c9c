"""What a front end shows for a message: one of four things, each a value of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.dialogue.conversation import OpenChoice
from bot.dialogue.rewriting import Rewrite
from bot.dialogue.small_talk.replies import Listed, Remark
from retrieval.datatypes import Answer, AnswerGroup, Article

ArticleOf = Callable[[str], Article]
"""The article with an id. Raises ``KeyError`` when there is none."""


@dataclass(frozen=True, slots=True)
class _Searched:
    """A question that was put to the articles, and what they gave.

    ``elapsed_ms`` is wall-clock time, rewriting included. ``article`` gives the articles that the
    answer was found in, as they were then.
    """

    question: str
    rewritten: Rewrite
    answer: Answer
    elapsed_ms: float
    article: ArticleOf = field(repr=False, compare=False)

    @property
    def standalone_question(self) -> str:
        return self.rewritten.question


@dataclass(frozen=True, slots=True)
class AnswerReply(_Searched):
    """An answer: ``answer.chosen`` is a group. ``number`` is that of the conversation's turn."""

    number: int

    @property
    def chosen(self) -> AnswerGroup:
        return self.answer.groups[0]


@dataclass(frozen=True, slots=True)
class AbstentionReply(_Searched):
    """The articles do not say; ``answer.reason`` says what was found nearby, and its groups are
    the rejected ones. ``number`` is that of the conversation's turn.
    """

    number: int


@dataclass(frozen=True, slots=True)
class ChoiceReply(_Searched):
    """The question may mean several things, and whoever asked is to say which. ``answer`` is what
    was found for the question as it stands. The conversation has no turn for it yet.
    """

    open_choice: OpenChoice


@dataclass(frozen=True, slots=True)
class RemarkReply:
    """The message was no question to the articles; nothing was looked up."""

    question: str
    remark: Remark
    elapsed_ms: float

    @property
    def listed(self) -> tuple[Listed, ...]:
        """Articles that the remark names."""
        return self.remark.articles


SearchReply = AnswerReply | AbstentionReply | ChoiceReply
"""A reply to what was put to the articles."""
Reply = SearchReply | RemarkReply


def decided(
    question: str,
    rewritten: Rewrite,
    answer: Answer,
    elapsed_ms: float,
    article: ArticleOf,
    number: int,
) -> AnswerReply | AbstentionReply:
    """The reply that shows the decision ``answer``."""
    kind = AbstentionReply if answer.chosen is None else AnswerReply
    return kind(question, rewritten, answer, elapsed_ms, article, number)
