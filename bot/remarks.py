"""What is no question to the articles: greetings, thanks, help, and what articles there are.

Knows nothing about indexes; a ``Library`` tells what there is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bot.conversation import Conversation, Turn
from bot.courtesies import Courtesy
from bot.intents import About, ArticlesAbout, ArticlesOf, Intent, SmallTalk, intent_of
from bot.spoken_days import SpokenDays

_MOST_LISTED = 10
_WITH_ARTICLES = re.compile(
    r"\b(?:treaty|constitution|convention|charter|agreement|statutes?|bill|code|pact|accord|law|"
    r"act|protocol|declaration)\b",
    re.I,
)
_OURS = re.compile(r"\b(?:you|your|collection|index|library|archive|database)\b", re.I)
_ASK = "Ask a question, and the answer is quoted from them with its source."
_TRY_DAYS = "Try for example “since Monday”, “since May 18”, “this week” or “since 2021-05-18”."
_WRONG = (
    "Every word is quoted, but which words answer a question is reckoned, and sources can err. "
    "The question in other words, with names or a date, may find better."
)
_DOUBT = (
    "The words stand in the article exactly so; that they answer the question is an estimate, and "
    "the percentage says how sure it is. The sentence and its source are shown to be checked."
)
_WHO = (
    "This is Pullquote, a program: no person and no language model that writes. It finds the words "
    "of articles that answer a question, and generates none of its own."
)
_HELP = (
    "Pullquote quotes the words that answer and names their source, or says that the articles do "
    "not say. "
    "Follow-up questions work too, and so do “what’s new since Monday?” and “do you have anything "
    "about …?”. In a chat, /help lists the commands."
)
_SOURCES = (
    "Every answer is quoted from {articles}, and the source stands below it. Nothing is made up, "
    "and nothing is looked up elsewhere: it works without a network."
)
_SAID = {
    Courtesy.FAREWELL: "Goodbye.",
    Courtesy.THANKS: "You are welcome.",
    Courtesy.DOUBT: _DOUBT,
    Courtesy.COMPLAINT: _WRONG,
    Courtesy.PRAISE: "Good to hear. The credit is the articles’: the answers are their words.",
    Courtesy.YES_OR_NO: "No question was open that yes or no would answer.",
    Courtesy.NOTED: "All right.",
    Courtesy.FILLER: "What is the question?",
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


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said instead of an answer, and the articles it names."""

    text: str
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


def _small_talk(intent: SmallTalk, last: Turn | None, library: Library, as_of: date | None) -> str:
    kind = next((kind for kind in _SAID if kind in intent.courtesies), Courtesy.GREETING)
    if Courtesy.GREETING in intent.courtesies and kind in (Courtesy.FILLER, Courtesy.NOTED):
        kind = Courtesy.GREETING
    if kind is Courtesy.GREETING:
        return f"Hello. {_there_are(library, as_of)}"
    if kind in (Courtesy.DOUBT, Courtesy.COMPLAINT) and last and last.answered:
        title = last.answered.title
        return f"The last answer is quoted from “{title}”. {_SAID[kind]}" if title else _SAID[kind]
    if kind is Courtesy.DOUBT:
        return f"There is no answer to doubt yet. {_SAID[kind]}" if last is None else _SAID[kind]
    return f"{_SAID[kind]} The next question can come." if kind in _ASK_ON else _SAID[kind]


def _of_all(intent: About, library: Library, as_of: date | None) -> Remark:
    match intent:
        case About.HELP:
            return Remark(f"{_there_are(library, as_of)} {_HELP}")
        case About.WHO:
            return Remark(f"{_WHO} {_there_are(library, as_of, asking=False)}")
        case About.SOURCES:
            count = library.count(as_of)
            return Remark(_SOURCES.format(articles=_articles(count) if count else "the articles"))
        case About.COUNT:
            return Remark(_there_are(library, as_of, asking=False) + _newest_is(library, as_of))
        case About.ALL:
            found = tuple(library.newest(_MOST_LISTED, as_of))
            few = library.count(as_of) <= len(found)
            shown = "" if few or not found else f" The first {len(found)}, newest first:"
            return Remark(_there_are(library, as_of, asking=False) + shown, found)
        case About.NEWEST:
            return _newest(library, as_of)


def _newest(library: Library, as_of: date | None) -> Remark:
    found = tuple(library.since(date.min, _MOST_LISTED, as_of))
    if not found or found[0].published is None:
        return Remark(f"{_there_are(library, as_of, asking=False)}{_newest_is(library, as_of)}")
    text = f"The newest article is of {_day(found[0].published)}. Newest first:"
    return Remark(text, found)


def _about(topic: str, library: Library, as_of: date | None) -> Remark:
    found = tuple(library.about(topic, _MOST_LISTED + 1, as_of))
    if not library.count(as_of):
        return Remark(_there_are(library, as_of))
    if not found:
        return Remark(
            f"No article{_until(as_of)} mentions “{topic}”, all words of it in one place; "
            "captions, credits and links are not looked at. Fewer or other words may find one."
        )
    if len(found) > _MOST_LISTED:
        return Remark(
            f"More than {_MOST_LISTED} articles{_until(as_of)} mention “{topic}”. These fit best:",
            found[:_MOST_LISTED],
        )
    verb = "mentions" if len(found) == 1 else "mention"
    return Remark(f"{_articles(len(found))}{_until(as_of)} {verb} “{topic}”:", found)


def _of_days(intent: ArticlesOf, library: Library, as_of: date | None) -> Remark:
    days = intent.days
    if days is None:
        return Remark(f"Which day “{intent.said}” means is not clear. {_TRY_DAYS}")
    until = min((day for day in (days.last, as_of) if day), default=None)
    found = tuple(library.since(days.first, _MOST_LISTED + 1, until))
    meant = _meant(days)
    if not found:
        return Remark(f"{meant}: no articles.{_newest_is(library, as_of)}")
    if len(found) > _MOST_LISTED:
        text = f"{meant}: more than {_MOST_LISTED} articles. The newest {_MOST_LISTED}:"
        return Remark(text, found[:_MOST_LISTED])
    return Remark(f"{meant}: {_articles(len(found))}.", found)


def _there_are(library: Library, as_of: date | None, *, asking: bool = True) -> str:
    count = library.count(as_of)
    if not count:
        return f"There are no articles{_until(as_of)} to ask about yet."
    verb = "is" if count == 1 else "are"
    there_are = f"There {verb} {_articles(count)}{_until(as_of)}."
    return f"{there_are} {_ASK}" if asking else there_are


def _newest_is(library: Library, as_of: date | None) -> str:
    """One more sentence; empty where there is no article."""
    newest = library.since(date.min, 1, as_of)
    if newest and newest[0].published:
        return f" The newest article is of {_day(newest[0].published)}."
    return " None of them has a date that can be relied on." if library.count(as_of) else ""


def _articles(count: int) -> str:
    return "1 article" if count == 1 else f"{count:,} articles"


def _until(as_of: date | None) -> str:
    return f" up to {_day(as_of)}" if as_of else ""


def _meant(days: SpokenDays) -> str:
    """For example ``Since Monday, 17 May 2021``."""
    if days.last is None:
        return f"Since {_day(days.first)}"
    if days.last == days.first:
        return f"On {_day(days.first)}"
    return f"From {_day(days.first)} to {_day(days.last)}"


def _day(day: date) -> str:
    """For example ``Monday, 17 May 2021``."""
    return f"{day:%A}, {day.day} {day:%B} {day.year}"
