"""One reply to one message of a conversation: what every front end talks to.

Knows nothing about terminals, Telegram, indexes or models.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from time import perf_counter
from typing import Protocol

from bot.dialogue.clarification import RECENT, chosen_from, may_ask_back, settled, which_one
from bot.dialogue.conversation import Answered, Choice, Conversation, Turn
from bot.dialogue.interpretations import Interpretation, best_interpretation, interpretations_of
from bot.dialogue.reply import ArticleOf, ChoiceReply, RemarkReply, Reply, decided
from bot.dialogue.rewriting import Edit, Rewrite, Rewriter, RuleRewriter
from bot.dialogue.rewriting.halves import halves
from bot.dialogue.small_talk.replies import Library, NoLibrary, remark_on
from bot.dialogue.small_talk.requests import remark_on_request
from retrieval.datatypes import Answer, Query
from retrieval.errors import UsageError
from retrieval.text.characters import whole_characters


class AnswersQuestions(Protocol):
    """What the assistant needs of the pipeline."""

    def answer(self, query: Query) -> Answer:
        """The decision on a standalone question. Raises ``QuestionError``."""
        ...


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
        threshold: float = 0.0,
    ) -> None:
        """``threshold``: probability, 0..1, from which the answerer answers."""
        self._answerer = answerer
        self._article = article
        self.rewriter = rewriter or RuleRewriter()
        self._library = library or NoLibrary()
        self._threshold = threshold

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
        asked = whole_characters(text).strip()
        choice = chosen_from(conversation.open_choice, asked)
        if choice is not None:
            return self._chosen(conversation, choice, as_of, started)
        remark = remark_on(asked, conversation, self._library, as_of) or remark_on_request(
            asked, conversation, self._library, as_of
        )
        if remark is not None:
            return RemarkReply(asked, remark, _since(started)), conversation
        first, left_open = halves(asked)
        rewritten = self.rewriter.rewrite(conversation, first)
        reading = self._read(conversation, first, rewritten, as_of)
        rewritten, answer = replace(reading.rewritten, left_open=left_open), reading.answer
        open_choice = None
        if asks_back or conversation.turns:
            open_choice = which_one(asked, rewritten, answer, self._article)
        if open_choice is not None:
            choice = settled(conversation, open_choice)
            if choice is not None:
                reading = self._settled(choice, reading, as_of)
                rewritten, answer = reading.rewritten, reading.answer
            elif asks_back and may_ask_back(conversation, asked, rewritten):
                reply = ChoiceReply(
                    asked, rewritten, answer, _since(started), self._article, open_choice
                )
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

    def _read(
        self, conversation: Conversation, asked: str, rewritten: Rewrite, as_of: date | None
    ) -> Interpretation:
        """The best supported reading of ``asked``. What stands alone favours no article."""
        told = _last_article(conversation)
        readings = []
        for meant in interpretations_of(asked, rewritten):
            favoured = frozenset({told} if told and (meant.edits or meant.context) else ())
            query = Query(meant.question, as_of, favoured=favoured, context=meant.context)
            answer = self._answerer.answer(query)
            readings.append(Interpretation(meant, answer))
        return best_interpretation(readings, self._threshold)

    def _settled(
        self, choice: Choice, reading: Interpretation, as_of: date | None
    ) -> Interpretation:
        """The question asked of what the conversation is about, where that is answered."""
        answer = self._within(choice, reading.rewritten.question, as_of)
        if answer.abstained:
            return reading
        before = reading.rewritten
        if before.question == choice.question:
            return Interpretation(before, answer)
        edit = Edit(before.question, choice.question, "what the last answer was about")
        return Interpretation(Rewrite(choice.question, (*before.edits, edit)), answer)

    def _chosen(
        self, conversation: Conversation, choice: Choice, as_of: date | None, started: float
    ) -> tuple[Reply, Conversation]:
        waiting = conversation.open_choice
        assert waiting is not None
        answer = self._within(choice, waiting.question, as_of)
        edit = Edit(waiting.question, choice.question, "what was chosen")
        edits = (edit,) if choice.question != waiting.question else ()
        rewritten = Rewrite(choice.question, edits)
        return self._answered(conversation, waiting.question, rewritten, answer, started)

    def _within(self, choice: Choice, question: str, as_of: date | None) -> Answer:
        """The answer of the choice's articles: to its own question or, where they do not say, to
        the vaguer one that led to it, whichever is likelier.
        """
        within = frozenset(choice.article_ids)
        answer = self._answerer.answer(Query(choice.question, as_of, within=within))
        if not answer.abstained or question == choice.question:
            return answer
        vaguer = self._answerer.answer(Query(question, as_of, within=within))
        return max(answer, vaguer, key=lambda found: found.probability)

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
        reply = decided(asked, rewritten, answer, _since(started), self._article, after.asked)
        return reply, after


def _last_article(conversation: Conversation) -> str | None:
    """The article of the last answer, where that is not long ago."""
    recent = reversed(conversation.turns[-RECENT:])
    return next((turn.answered.article_id for turn in recent if turn.answered), None)


def _since(started: float) -> float:
    """Milliseconds."""
    return 1000 * (perf_counter() - started)
