"""What Pullquote finds for a question that is to be labelled: spans to accept, articles to open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from bot.dialogue.assistant import Replies
from bot.dialogue.conversation import Conversation
from bot.dialogue.reply import ArticleOf, RemarkReply, Reply, SearchReply
from bot.evaluation.labelling.labels import Place, Quote
from bot.evaluation.sets.questions import EvalQuestion
from bot.presentation.wording import understood
from retrieval.datatypes import AnswerGroup, Citation, TextRange
from retrieval.errors import QuestionError

MOST_OFFERED = 9
"""Spans that one key can name."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span that may be accepted: the best citation of a group of equal answers."""

    quote: Quote
    group: AnswerGroup

    @property
    def citation(self) -> Citation:
        return self.group.citations[0]


@dataclass(frozen=True, slots=True)
class Found:
    """Best first: the ``candidates``, and the articles to ``open`` with the place to begin at.

    ``probability`` in 0..1 is that of the best answer; None where the question could not be asked,
    and then ``remark`` says why. ``understood`` is what it was taken to mean, where that is not
    what it says; ``earlier`` are the questions before it in its conversation.
    """

    candidates: tuple[Candidate, ...] = ()
    open: tuple[Place, ...] = ()
    probability: float | None = None
    remark: str = ""
    understood: str = ""
    earlier: tuple[str, ...] = ()
    article: ArticleOf | None = field(default=None, repr=False, compare=False)

    @property
    def quotes(self) -> tuple[Quote, ...]:
        return tuple(candidate.quote for candidate in self.candidates)


class Asking:
    """Asks the questions of a set, those of a conversation as its turns; remembers the last one."""

    def __init__(self, replies: Replies, questions: Sequence[EvalQuestion]) -> None:
        self._replies = replies
        self._questions = questions
        self._after: dict[str, Conversation] = {}
        self._last: tuple[str, Found] | None = None

    def found(self, question: EvalQuestion) -> Found:
        """What is found for ``question``. Raises ``WorkError`` where the index is at fault."""
        if self._last is None or self._last[0] != question.id:
            self._last = (question.id, self._ask(question))
        return self._last[1]

    def elsewhere(self, words: str) -> Found:
        """The article with the id ``words``, or those that ``words`` find; maybe none."""
        try:
            reply, _ = self._replies.reply(Conversation(), words)
        except QuestionError as error:
            return Found(remark=str(error))
        if isinstance(reply, RemarkReply):
            return Found()
        try:
            places: tuple[Place, ...] = (Place(reply.article(words.strip()).id, 0, 0),)
        except KeyError:
            places = _places(reply)
        return Found(open=places, article=reply.article)

    def _ask(self, question: EvalQuestion) -> Found:
        earlier = self._earlier(question)
        before = Conversation()
        for turn in earlier:
            if turn.id not in self._after:
                with suppress(QuestionError):
                    self._reply(before, turn)
            before = self._after[turn.id]
        asked = tuple(turn.question for turn in earlier)
        try:
            reply = self._reply(before, question)
        except QuestionError as error:
            return Found(remark=str(error), earlier=asked)
        if isinstance(reply, RemarkReply):
            return Found(remark=reply.remark.text, earlier=asked)
        return Found(
            candidates=_candidates(reply),
            open=_places(reply),
            probability=reply.answer.probability,
            understood="".join(understood(reply)),
            earlier=asked,
            article=reply.article,
        )

    def _earlier(self, question: EvalQuestion) -> list[EvalQuestion]:
        if question.conversation is None:
            return []
        turns = [q for q in self._questions if q.conversation == question.conversation]
        return turns[: turns.index(question)]

    def _reply(self, before: Conversation, question: EvalQuestion) -> Reply:
        self._after[question.id] = before
        reply, after = self._replies.reply(before, question.question, question.date)
        self._after[question.id] = after
        return reply


def _candidates(reply: SearchReply) -> tuple[Candidate, ...]:
    groups = _quoted_groups(reply)[:MOST_OFFERED]
    return tuple(Candidate(_quote(reply, group.citations[0]), group) for group in groups)


def _quoted_groups(reply: SearchReply) -> list[AnswerGroup]:
    """Those that quote the text of an article: labels are places in texts, not in titles."""
    return [g for g in reply.answer.groups if g.citations and not g.citations[0].in_title]


def _quote(reply: SearchReply, citation: Citation) -> Quote:
    article = reply.article(citation.article_id)
    return Quote.cut(article, TextRange(citation.start, citation.end))


def _places(reply: SearchReply) -> tuple[Place, ...]:
    """The candidates' places, then those of all other articles that were found, each once."""
    groups = _quoted_groups(reply)
    candidates = [_quote(reply, group.citations[0]).place for group in groups]
    cited = (Place(c.article_id, c.start, c.end) for g in groups for c in g.citations)
    passages = (scored.passage for scored in reply.answer.trace.passages)
    # An article that holds no candidate is opened at its passage, with nothing underlined.
    read = (Place(p.article_id, p.start, p.start) for p in passages)
    known = {place.article_id for place in candidates}
    return (*candidates[:MOST_OFFERED], *_others((*cited, *read), known))


def _others(places: Iterable[Place], known: set[str]) -> list[Place]:
    others = []
    for place in places:
        if place.article_id not in known:
            known.add(place.article_id)
            others.append(place)
    return others
