"""Every sentence about a reply, once: how sure, of which day, from where, which one."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date

from bot.dialogue.conversation import OpenChoice
from bot.dialogue.reply import AnswerReply, SearchReply
from bot.dialogue.small_talk.replies import Listed
from retrieval.datatypes import (
    AnswerGroup,
    Citation,
    DateDoubt,
    InferredDate,
    Reliability,
    TextRange,
)
from retrieval.messages import MONTHS, Message, say

_FROM_DATE = "inferred from the article's date"


_SMALL_WORDS = frozenset({"on", "in", "by", "until", "since", "the", "from", "during", "for"})


NOT_SAID = "The articles do not say."


WHICH_ONE = "Which one do you mean?"


def choice_lines(waiting: OpenChoice) -> list[str]:
    """The choices with their numbers."""
    return [f"  {number}  {c.label}" for number, c in enumerate(waiting.choices, start=1)]


def understood(reply: SearchReply) -> list[str]:
    """What the question was taken to mean, when that is not what was typed."""
    if not reply.rewritten.edits:
        return []
    return [f"Understood as: {reply.standalone_question}"]


def inferred(reply: AnswerReply) -> list[str]:
    """The yes or no that follows from the quote, marked as ours: no article said it."""
    inference = reply.answer.inference
    return [f"Inferred from the quote: {inference}."] if inference else []


def confidence(group: AnswerGroup) -> str:
    """For example ``87 % sure, 2 independent sources``; where it was measured, how often such
    answers are right instead of the probability.
    """
    sources = "1 source" if group.origins == 1 else f"{group.origins} independent sources"
    if group.reliability is not None:
        return f"{how_often(group.reliability)}, {sources}"
    # Nothing that a model says is certain.
    return f"{min(99, round(100 * group.probability))} % sure, {sources}"


def source_line(citation: Citation) -> str:
    """Title, publisher and date of a citation, as far as they are known."""
    known = [citation.title or "without a title", citation.publisher]
    if citation.published:
        doubt = f" (doubtful: {doubtful(citation.date_doubt)})" if citation.date_doubt else ""
        known.append(f"page dated {citation.published.isoformat()}{doubt}")
    return " · ".join(part for part in known if part)


def doubtful(doubt: DateDoubt) -> Message:
    """Why a page's date is doubted."""
    return say("the text speaks of {words}", words=doubt.words)


def place_line(citation: Citation) -> str:
    """Where the quote stands, for looking it up."""
    return f"{citation.article_id}, characters {citation.start}–{citation.end}"


def marked_sentence(citation: Citation, before: str = "«", after: str = "»") -> str:
    """The sentence on one line with marks around the quote."""
    head, quote, tail = split_sentence(citation)
    return f"{head}{before}{quote}{after}{tail}"


def split_sentence(citation: Citation) -> tuple[str, str, str]:
    """The sentence before, in and after the quote, each with its white space folded."""
    sentence = citation.sentence
    at = quote_place(sentence, citation.quote, citation.start - citation.sentence_range.start)
    if at is None:
        return "", _folded(citation.quote), ""
    end = at + len(citation.quote)
    head, tail = _folded(sentence[:at]), _folded(sentence[end:])
    head += " " if head and sentence[at - 1].isspace() else ""
    tail = (" " if tail and sentence[end].isspace() else "") + tail
    return head, _folded(citation.quote), tail


def quote_place(sentence: str, quote: str, offset: int) -> int | None:
    """Where ``quote`` stands in ``sentence``, next to ``offset``; None where it does not.

    Noise before the quote makes the shown sentence shorter or longer than its range.
    """
    places = (i for i in range(len(sentence)) if sentence.startswith(quote, i))
    return min(places, key=lambda i: abs(i - offset), default=None)


def meant(group: AnswerGroup) -> str:
    """Behind an answer that is itself a relative date: the days it means in its best source."""
    days = day_of_answer(group.citations[0]) if group.citations else None
    return f" = {shown_days(days.first, days.last)} ({_FROM_DATE})" if days else ""


def days_below(group: AnswerGroup, citation: Citation, *, in_sentence: bool = True) -> str:
    """The note under a citation: the days meant in it, without what ``meant`` has said already.

    Without ``in_sentence`` only those of the quote.
    """
    days = citation.inferred if in_sentence else days_in_quote(citation)
    said = day_of_answer(citation) if citation is group.citations[0] else None
    return noted([d for d in days if d != said])


def days_in_quote(citation: Citation) -> tuple[InferredDate, ...]:
    """Those of the citation's days whose words stand in the quote."""
    quote = TextRange(citation.start, citation.end)
    return tuple(days for days in citation.inferred if days.range.overlaps(quote))


def noted(inferred_dates: Iterable[InferredDate]) -> str:
    """For example ``Tuesday = 18 May 2021 (inferred from the article's date)``; empty for none."""
    notes = [f"{_folded(d.text)} = {shown_days(d.first, d.last)}" for d in inferred_dates]
    return f"{', '.join(notes)} ({_FROM_DATE})" if notes else ""


def shown_days(first: date, last: date) -> Message:
    """For example ``19 May 2021``, ``17–23 May 2021``, ``April 2021`` or ``2020``."""
    if first == last:
        return _shown_day(first)
    if first.year != last.year:
        return say("{first} – {last}", first=_shown_day(first), last=_shown_day(last))
    year, month, last_month = str(first.year), MONTHS[first.month - 1], MONTHS[last.month - 1]
    if first.day == 1 and last.day == monthrange(last.year, last.month)[1]:
        if (first.month, last.month) == (1, 12):
            return Message(year)
        if first.month == last.month:
            return say("{month} {year}", month=month, year=year)
    days = {"first": str(first.day), "last": str(last.day)}
    if first.month == last.month:
        return say("{first}–{last} {month} {year}", month=month, year=year, **days)
    return say(
        "{first} {month} – {last} {last_month} {year}",
        month=month, last_month=last_month, year=year, **days,
    )  # fmt: skip


def _shown_day(day: date) -> Message:
    month = MONTHS[day.month - 1]
    return say("{day} {month} {year}", day=str(day.day), month=month, year=str(day.year))


def day_of_answer(citation: Citation) -> InferredDate | None:
    """The relative date that the whole quote is, but for a small word before it."""
    words = citation.quote.split()
    if len(words) > 1 and words[0].casefold() in _SMALL_WORDS:
        words = words[1:]
    matching = (d for d in citation.inferred if d.text.split() == words)
    return next(matching, None)


def _folded(text: str) -> str:
    return " ".join(text.split())


def listed_lines(articles: Iterable[Listed]) -> list[str]:
    """One line each: title, publisher and date, as far as they are known."""
    return [f"  {_line(listed)}" for listed in articles]


def _line(listed: Listed) -> str:
    title = " ".join((listed.title or "").split()) or f"without a title ({listed.article_id})"
    day = listed.published
    shown = f"{day.day} {day:%B} {day.year}" if day else None
    return " · ".join(part for part in (title, listed.publisher, shown) if part)


_TENTHS = 10


def how_often(measured: Reliability) -> Message:
    """For example ``right 9 times out of 10 at this score (n=412)``.

    The rate is what to expect of the next answer after so many: Laplace's rule of succession,
    ``(right + 1) / (of + 2)``, so that a few answers without a fault promise little. It is rounded
    to tenths in the middle and downwards near the top; ``n`` says how much was seen.
    """
    right, of, n = measured.right + 1, measured.of + 2, str(measured.of)
    if 20 * right < of:
        return say("right less than once out of {of} at this score (n={n})", of="20", n=n)
    times, out_of = _rate(right, of)
    if times == 1:
        return say("right once out of {of} at this score (n={n})", of=str(out_of), n=n)
    return say(
        "right {times} times out of {of} at this score (n={n})",
        times=str(times), of=str(out_of), n=n,
    )  # fmt: skip


def _rate(right: int, of: int) -> tuple[int, int]:
    if 100 * right >= 99 * of:
        return 99, 100
    if 20 * right >= 19 * of:
        return 19, 20
    return (2 * _TENTHS * right + of) // (2 * of), _TENTHS  # rounded, halves upwards
