"""Requests that no passage answers: for a summary, by a number with nothing to choose from, about
the article that the last answer is quoted from, for what somebody has written, and about somebody
whom nobody named.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

from bot.dialogue.conversation import Conversation
from bot.dialogue.rewriting.leaning import pointers
from bot.dialogue.small_talk.replies import MOST_LISTED, Library, Remark, until_day
from retrieval.datatypes import AnswerType
from retrieval.english.names import capitalised_runs, may_be_a_person
from retrieval.messages import Message, count, say, together, weekday_and_date

_WANTED = (
    r"(?:summary|overview|timeline|chronology|recap|gist|short version|main points|key points|"
    r"highlights|outline)"
)
_SUMMARY = re.compile(
    rf"(?:(?:please )?(?:(?:can|could|would|will) you )?(?:please )?"
    rf"(?:give|write|make|show|draw up|provide|create)(?: me| us)? )?"
    rf"(?:an? |the )?(?:\w+ )?(?P<wanted>{_WANTED})(?: (?:of|about|on|for|please)\b.*)?|"
    rf"(?:what(?:'?s| is| are) )the (?P<asked>{_WANTED})(?: (?:of|about|on|here)\b.*)?|"
    r"(?:please )?(?:(?:can|could|would|will) you )?(?:please )?(?:summari[sz]e|sum up|recap)\b.*",
    re.I,
)
_BARE_NUMBER = re.compile(r"\W*(?P<number>\d{1,2})\W*")
_ARTICLE = r"(?:the|that|this) (?:last )?(?:article|story|report|piece|text)"
_OF_ARTICLE = re.compile(
    rf"(?:and |but |so )*(?:who (?:wrote|is the author of|published|reported) {_ARTICLE}|"
    rf"(?:who(?:'?s| is)|what is) the author(?: of {_ARTICLE})?|"
    rf"when was {_ARTICLE} (?:published|written|posted|printed)|"
    rf"(?:what|which) (?:day|date|paper|newspaper|publisher|site) (?:is|was) {_ARTICLE} "
    rf"(?:from|of|in|published(?: in| on| by)?)|how old is {_ARTICLE}|"
    rf"where (?:is|was) {_ARTICLE} (?:from|published))",
    re.I,
)
_NAME = r"(?P<{}>[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){{0,4}})"
_PIECES = r"(?:articles?|stories|pieces|reports|texts|columns)"
_WRITTEN_BY = re.compile(
    rf"(?:and |but |so )*(?:"
    rf"what (?:else )?(?:has|have|did) {_NAME.format('has')} (?:written|write|published|publish)|"
    rf"(?:what|which) {_PIECES} (?:has|have|did) {_NAME.format('which')} "
    rf"(?:written|write|published|publish)|"
    rf"(?P<lists>(?:(?:please )?(?:show|list|give|find)(?: me| us)? )?"
    rf"(?:(?:all|any|the|other|more) )*{_PIECES} (?:written |signed )?by {_NAME.format('by')})|"
    rf"(?:do you have |is there |have you )(?:anything|something|{_PIECES}) "
    rf"(?:written |signed )?by {_NAME.format('any')})",
    re.I,
)
"""What somebody has written."""
_PERSON = re.compile(r"he|she|him|his|her|hers", re.I)


class Request(StrEnum):
    """What is asked for."""

    SUMMARY = "summary"
    NUMBER = "number"
    ARTICLE = "article"
    AUTHOR = "author"


def request_of(text: str) -> Request | None:
    """What ``text`` asks for; None where it is something else. It must be the whole text."""
    asked = _plain(text)
    if _SUMMARY.fullmatch(asked):
        return Request.SUMMARY
    if _BARE_NUMBER.fullmatch(asked):
        return Request.NUMBER
    if _OF_ARTICLE.fullmatch(asked):
        return Request.ARTICLE
    return Request.AUTHOR if _WRITTEN_BY.fullmatch(asked) else None


def _plain(text: str) -> str:
    return " ".join(text.split()).strip(" .!?")


def remark_on_request(
    text: str, conversation: Conversation, library: Library, as_of: date | None = None
) -> Remark | None:
    """The remark on a request; None where ``text`` is none, or is one that can be followed."""
    match request_of(text):
        case Request.SUMMARY:
            return Remark(_no_summary(conversation))
        case Request.NUMBER if conversation.open_choice is None:
            return Remark(_no_choice(text))
        case Request.ARTICLE:
            return _of_article(conversation, library)
        case Request.AUTHOR:
            return _written_by(text, library, as_of)
        case _:
            return _about_nobody(text, conversation)


def _about_nobody(text: str, conversation: Conversation) -> Remark | None:
    """What is said to "How old is he?" after a question for a person that was not answered, where
    nobody else was named either.
    """
    last = conversation.last
    if last is None or last.answered is not None or last.expected is not AnswerType.PERSON:
        return None
    meant = next((p for p in pointers(text) if _PERSON.fullmatch(p.group())), None)
    named = (name for name in capitalised_runs(last.standalone_question) if " " in name)
    if meant is None or any(map(may_be_a_person, named)):
        return None
    unknown = say(
        "Whom “{word}” means is not known: the articles named nobody to “{question}”. Ask with a "
        "name.",
        word=meant.group(),
        question=last.standalone_question,
    )
    return Remark(unknown)


def _no_summary(conversation: Conversation) -> Message:
    quoted = say("Pullquote quotes single passages: it writes no summary and no timeline.")
    near = say(
        "“Do you have anything about …?” lists the articles about a matter, “what’s new since "
        "Monday?” the newest; the answer to “how many …?” shows how a figure moved."
    )
    if conversation.last is None:
        return together(quoted, near)
    return together(quoted, near, say("/sources shows every passage of the last answer."))


def _no_choice(text: str) -> Message:
    return say(
        "There is no choice open that “{number}” could pick. Ask a question, with a name or a day.",
        number=text.strip(),
    )


def _of_article(conversation: Conversation, library: Library) -> Remark | None:
    """Who wrote the article of the last answer, and when; None where nothing was answered."""
    told = (t.answered.article_id for t in reversed(conversation.turns) if t.answered)
    article_id = next(told, None)
    found = library.of(article_id) if article_id else None
    if found is None:
        return None
    named = say("The last answer is quoted from this article.")
    by = (
        say("It is signed: {author}.", author=found.author)
        if found.author
        else say("It names no author.")
    )
    day = (
        say("It is of {day}.", day=weekday_and_date(found.published))
        if found.published
        else say("It has no date that can be relied on.")
    )
    return Remark(together(named, by, day), (found,))


def _written_by(text: str, library: Library, as_of: date | None) -> Remark | None:
    """The articles that somebody signed. "What has Ann Berg written?" may be answered by the
    articles where she signed none; "articles by Ann Berg" asks for no answer.
    """
    asked = _WRITTEN_BY.fullmatch(_plain(text))
    if asked is None:
        return None
    author = next(asked[name] for name in ("has", "which", "by", "any") if asked[name])
    found = tuple(library.by(author, MOST_LISTED + 1, as_of))
    until = until_day(as_of)
    if len(found) > MOST_LISTED:
        more = say(
            "More than {n} articles{until} are signed by “{author}”. The newest {n}:",
            n=MOST_LISTED,
            until=until,
            author=author,
        )
        return Remark(more, found[:MOST_LISTED])
    if found:
        counted = count(
            "{n} article{until} is signed by “{author}”:",
            "{n} articles{until} are signed by “{author}”:",
            len(found),
            until=until,
            author=author,
        )
        return Remark(counted, found)
    if asked["lists"] is None or not library.count(as_of):
        return None
    return Remark(say("No article{until} is signed by “{author}”.", until=until, author=author))
