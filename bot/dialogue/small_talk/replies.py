"""What is no question to the articles: greetings, thanks, help, and what articles there are.

A ``Library`` tells what there is. What is said is a ``Message``, so that a front end can say it in
another language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bot.dialogue.conversation import Conversation, Turn
from bot.dialogue.small_talk.courtesies import Courtesy
from bot.dialogue.small_talk.intents import (
    About,
    ArticlesAbout,
    ArticlesOf,
    Intent,
    SmallTalk,
    intent_of,
)
from retrieval.english.query_dates import SpokenDays
from retrieval.messages import Message, count, say, together, weekday_and_date

MOST_LISTED = 10
_WITH_ARTICLES = re.compile(
    r"\b(?:treaty|constitution|convention|charter|agreement|statutes?|bill|code|pact|accord|law|"
    r"act|protocol|declaration)\b",
    re.I,
)
_OURS = re.compile(r"\b(?:you|your|collection|index|library|archive|database)\b", re.I)
_ASK = say("Ask a question, and the answer is quoted from them with its source.")
_TRY_DAYS = say(
    "Try for example “since Monday”, “since May 18”, “this week” or “since 2021-05-18”."
)
_WRONG = say(
    "Every word is quoted, but which words answer a question is reckoned, and sources can err. "
    "The question in other words, with names or a date, may find better."
)
_DOUBT = say(
    "The words stand in the article exactly so; that they answer the question is an estimate, and "
    "the percentage says how sure it is. The sentence and its source are shown to be checked."
)
_WHO = say(
    "This is Pullquote, a program: no person and no language model that writes. It finds the words "
    "of articles that answer a question, and generates none of its own."
)
_HELP = say(
    "Pullquote quotes the words that answer and names their source, or says that the articles do "
    "not say. "
    "Follow-up questions work too, and so do “what’s new since Monday?” and “do you have anything "
    "about …?”. In a chat, /help lists the commands."
)
_SAID = {
    Courtesy.FAREWELL: say("Goodbye."),
    Courtesy.THANKS: say("You are welcome."),
    Courtesy.DOUBT: _DOUBT,
    Courtesy.COMPLAINT: _WRONG,
    Courtesy.PRAISE: say("Good to hear. The credit is the articles’: the answers are their words."),
    Courtesy.YES_OR_NO: say("No question was open that yes or no would answer."),
    Courtesy.NOTED: say("All right."),
    Courtesy.FILLER: say("What is the question?"),
}
"""By rank: of several courtesies in one text the first one here is answered."""
_ASK_ON = frozenset({Courtesy.THANKS, Courtesy.YES_OR_NO, Courtesy.NOTED})


@dataclass(frozen=True, slots=True)
class Listed:
    """An article as a list shows it."""

    article_id: str
    title: str | None
    publisher: str | None = None
    published: date | None = None
    url: str | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said instead of an answer, and the articles it names."""

    text: Message
    articles: tuple[Listed, ...] = ()


class Library(Protocol):
    """What there is to ask about."""

    def count(self, as_of: date | None = None) -> int:
        """How many articles there are, those published after ``as_of`` left out."""
        ...

    def about(self, topic: str, limit: int, as_of: date | None = None) -> Sequence[Listed]:
        """Articles that hold every word of ``topic`` in one passage or their title, best first,
        each once.
        """
        ...

    def since(self, day: date, limit: int, as_of: date | None = None) -> Sequence[Listed]:
        """Articles published on ``day`` or later, newest first. None without a date that can be
        relied on.
        """
        ...

    def newest(self, limit: int, as_of: date | None = None) -> Sequence[Listed]:
        """Of all articles, newest first; those without a date that can be relied on come last."""
        ...

    def by(self, author: str, limit: int, as_of: date | None = None) -> Sequence[Listed]:
        """Articles whose author's name has all words of ``author``, newest first."""
        ...

    def of(self, article_id: str) -> Listed | None:
        """The article with an id, with its byline; None where there is none."""
        ...


class NoLibrary:
    """Implements ``Library``: nothing is known."""

    def count(self, as_of: date | None = None) -> int:
        return 0

    def about(self, topic: str, limit: int, as_of: date | None = None) -> Sequence[Listed]:
        return ()

    def since(self, day: date, limit: int, as_of: date | None = None) -> Sequence[Listed]:
        return ()

    def newest(self, limit: int, as_of: date | None = None) -> Sequence[Listed]:
        return ()

    def by(self, author: str, limit: int, as_of: date | None = None) -> Sequence[Listed]:
        return ()

    def of(self, article_id: str) -> Listed | None:
        return None


def remark_on(
    text: str,
    conversation: Conversation,
    library: Library,
    as_of: date | None = None,
    *,
    today: Callable[[], date] = date.today,
) -> Remark | None:
    """The remark on ``text``; None where it is a question to the articles.

    "Since Monday" counts from ``as_of``, or from ``today`` where there is none.
    """
    begun = conversation.last is not None or conversation.topic is not None
    intent = intent_of(text, as_of or today(), begun=begun)
    if intent is None or _means_articles_of_law(text, intent, conversation.last):
        return None
    match intent:
        case SmallTalk():
            return Remark(_small_talk(intent, conversation.last, library, as_of))
        case ArticlesAbout():
            return _about(intent.topic, library, as_of)
        case ArticlesOf():
            return _of_days(intent, library, as_of)
        case _:
            return _of_all(intent, library, as_of)


def _means_articles_of_law(text: str, intent: Intent, last: Turn | None) -> bool:
    """Whether "how many articles are there?" goes on about a treaty."""
    if last is None or isinstance(intent, SmallTalk) or _OURS.search(text):
        return False
    return bool(_WITH_ARTICLES.search(last.standalone_question))


def _small_talk(
    intent: SmallTalk, last: Turn | None, library: Library, as_of: date | None
) -> Message:
    kind = next((kind for kind in _SAID if kind in intent.courtesies), Courtesy.GREETING)
    if Courtesy.GREETING in intent.courtesies and kind in (Courtesy.FILLER, Courtesy.NOTED):
        kind = Courtesy.GREETING
    if kind is Courtesy.GREETING:
        return together(say("Hello."), _there_are(library, as_of))
    said = _SAID[kind]
    if kind in (Courtesy.DOUBT, Courtesy.COMPLAINT) and last and last.answered:
        title = last.answered.title
        if not title:
            return said
        return together(say("The last answer is quoted from “{title}”.", title=title), said)
    if kind is Courtesy.DOUBT:
        return together(say("There is no answer to doubt yet."), said) if last is None else said
    return together(said, say("The next question can come.")) if kind in _ASK_ON else said


def _of_all(intent: About, library: Library, as_of: date | None) -> Remark:
    match intent:
        case About.HELP:
            return Remark(together(_there_are(library, as_of), _HELP))
        case About.WHO:
            return Remark(together(_WHO, _there_are(library, as_of, asking=False)))
        case About.SOURCES:
            return Remark(_sources(library.count(as_of)))
        case About.COUNT:
            there_are = _there_are(library, as_of, asking=False)
            return Remark(together(there_are, _newest_is(library, as_of)))
        case About.ALL:
            found = tuple(library.newest(MOST_LISTED, as_of))
            few = library.count(as_of) <= len(found)
            first = say("The first {n}, newest first:", n=len(found))
            shown = "" if few or not found else first
            return Remark(together(_there_are(library, as_of, asking=False), shown), found)
        case About.NEWEST:
            return _newest(library, as_of)


def _sources(number: int) -> Message:
    made = say(
        "Nothing is made up, and nothing is looked up elsewhere: it works without a network."
    )
    quoted = (
        count(
            "Every answer is quoted from {n} article, and the source stands below it.",
            "Every answer is quoted from {n} articles, and the source stands below it.",
            number,
        )
        if number
        else say("Every answer is quoted from the articles, and the source stands below it.")
    )
    return together(quoted, made)


def _newest(library: Library, as_of: date | None) -> Remark:
    found = tuple(library.since(date.min, MOST_LISTED, as_of))
    if not found or found[0].published is None:
        there_are = _there_are(library, as_of, asking=False)
        return Remark(together(there_are, _newest_is(library, as_of)))
    newest = say("The newest article is of {day}.", day=weekday_and_date(found[0].published))
    return Remark(together(newest, say("Newest first:")), found)


def _about(topic: str, library: Library, as_of: date | None) -> Remark:
    found = tuple(library.about(topic, MOST_LISTED + 1, as_of))
    if not library.count(as_of):
        return Remark(_there_are(library, as_of))
    until = until_day(as_of)
    if not found:
        return Remark(
            say(
                "No article{until} mentions “{topic}”, all words of it in one place; captions, "
                "credits and links are not looked at. Fewer or other words may find one.",
                until=until,
                topic=topic,
            )
        )
    if len(found) > MOST_LISTED:
        text = say(
            "More than {n} articles{until} mention “{topic}”. These fit best:",
            n=MOST_LISTED,
            until=until,
            topic=topic,
        )
        return Remark(text, found[:MOST_LISTED])
    text = count(
        "{n} article{until} mentions “{topic}”:",
        "{n} articles{until} mention “{topic}”:",
        len(found),
        until=until,
        topic=topic,
    )
    return Remark(text, found)


def _of_days(intent: ArticlesOf, library: Library, as_of: date | None) -> Remark:
    days = intent.days
    if days is None:
        unclear = say("Which day “{words}” means is not clear.", words=intent.said)
        return Remark(together(unclear, _TRY_DAYS))
    until = min((day for day in (days.last, as_of) if day), default=None)
    found = tuple(library.since(days.first, MOST_LISTED + 1, until))
    meant = _meant(days)
    if not found:
        none = say("{days}: no articles.", days=meant)
        return Remark(together(none, _newest_is(library, as_of)))
    if len(found) > MOST_LISTED:
        text = say("{days}: more than {n} articles. The newest {n}:", days=meant, n=MOST_LISTED)
        return Remark(text, found[:MOST_LISTED])
    return Remark(
        count("{days}: {n} article.", "{days}: {n} articles.", len(found), days=meant), found
    )


def _there_are(library: Library, as_of: date | None, *, asking: bool = True) -> Message:
    number, until = library.count(as_of), until_day(as_of)
    if not number:
        return say("There are no articles{until} to ask about yet.", until=until)
    there_are = count(
        "There is {n} article{until}.", "There are {n} articles{until}.", number, until=until
    )
    return together(there_are, _ASK) if asking else there_are


def _newest_is(library: Library, as_of: date | None) -> str:
    """One more sentence; empty where there is no article."""
    newest = library.since(date.min, 1, as_of)
    if newest and newest[0].published:
        return say("The newest article is of {day}.", day=weekday_and_date(newest[0].published))
    none = say("None of them has a date that can be relied on.")
    return none if library.count(as_of) else ""


def until_day(as_of: date | None) -> str:
    return say(" up to {day}", day=weekday_and_date(as_of)) if as_of else ""


def _meant(days: SpokenDays) -> Message:
    """For example ``Since Monday, 17 May 2021``."""
    first = weekday_and_date(days.first)
    if days.last is None:
        return say("Since {day}", day=first)
    if days.last == days.first:
        return say("On {day}", day=first)
    return say("From {first} to {last}", first=first, last=weekday_and_date(days.last))
