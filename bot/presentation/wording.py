"""Every sentence about a reply, once: how sure, of which day, from where, which one."""

from __future__ import annotations

import re
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
    Voice,
)
from retrieval.messages import MONTHS, VOICES, Message, count, say, together
from retrieval.text.headline import home_of
from retrieval.text.resolved import readable

_SMALL_WORDS = frozenset({"on", "in", "by", "until", "since", "the", "from", "during", "for"})
_LEAST = 0.005
_TENTHS = 10
_ARTICLE = re.compile(r"\A(?:The|An?|Both|Some)(?= )")
"""At the beginning of a sentence."""
_PLACE = re.compile(r"(?P<kind>p\.|row) (?P<n>\S+)")
"""What places in sources are called; any other name stays as it is."""
_LONGEST_SPEAKER = 60
"""Code points: "State Department spokesman Ned Price" has 35."""
_NOTHING = Message("")
NOT_SAID = say("The articles do not say.")
WHICH_ONE = say("Which one do you mean?")
DIFFER = say("Other articles differ:")
UNTITLED = say("without a title")


def choice_lines(waiting: OpenChoice) -> list[str]:
    """The choices with their numbers."""
    return [f"  {number}  {c.label}" for number, c in enumerate(waiting.choices, start=1)]


def understood(reply: SearchReply) -> list[Message]:
    """What the question was taken to mean, when that is not what was typed; and the other question
    of the message, where it holds two.
    """
    rewritten, lines = reply.rewritten, []
    if rewritten.edits:
        lines.append(say("Understood as: {question}", question=reply.standalone_question))
    if rewritten.left_open:
        asked = reply.standalone_question
        first = say("Two questions at once; this answers “{question}”.", question=asked)
        rest = say("Still open: “{question}”; ask it next.", question=rewritten.left_open)
        lines.append(together(first, rest))
    return lines


def inferred(reply: AnswerReply) -> list[Message]:
    """The yes or no that follows from the quote, marked as ours: no article said it."""
    inference = reply.answer.inference
    if not inference:
        return []
    answer = say("yes") if inference == "yes" else say("no")
    return [say("Inferred from the quote: {answer}.", answer=answer)]


def percent(share: float) -> str:
    """For example ``98 %``; nothing that a model says is certain, or out of the question."""
    if share < _LEAST:
        return "< 1 %"
    return f"{min(99, round(100 * share))} %"


def sources_counted(group: AnswerGroup) -> Message:
    """For example ``2 publishers, 3 articles``; where a publisher is not known, ``2 independent
    sources``. Articles of several publishers that owe it to one say so.
    """
    articles = len({home_of(span.article_id) for span in group.spans})
    known = all(citation.publisher for citation in group.citations)
    if articles < 2 or not known:
        return count("{n} source", "{n} independent sources", group.origins)
    publishers = count("{n} publisher", "{n} publishers", group.publishers)
    told = together(publishers, count("{n} article", "{n} articles", articles), between=", ")
    if group.origins == group.publishers:
        return told
    origins = count("{n} origin", "{n} origins", group.origins)
    return together(told, origins, between=", ")


def confidence(group: AnswerGroup) -> Message:
    """For example ``87 % sure, 2 independent sources``; where it was measured, how often such
    answers are right instead of the probability.
    """
    sources = _in_its_voice(group, sources_counted(group))
    if group.reliability is not None:
        return say("{rate}, {sources}", rate=how_often(group.reliability), sources=sources)
    return say("{percent} sure, {sources}", percent=percent(group.probability), sources=sources)


def likelihood(group: AnswerGroup) -> Message:
    """How likely an answer is that was not given."""
    sources, likely = _in_its_voice(group, sources_counted(group)), percent(group.probability)
    return say("{percent} likely, {sources}", percent=likely, sources=sources)


def _in_its_voice(group: AnswerGroup, told: Message) -> Message:
    """With how the best source says it, unless it simply states it: ``1 source, alleged``. In whose
    words, where no source has it in its own: ``1 source, said by the union``.
    """
    if not group.citations:
        return told
    first = group.citations[0]
    if first.voice is not Voice.SAID:
        word = VOICES.get(first.voice)
        return together(told, word, between=", ") if word else told
    who = _folded(readable(first.said_by.text)) if first.said_by else ""
    if not 0 < len(who) <= _LONGEST_SPEAKER or any(c.said_by is None for c in group.citations):
        return told
    return together(told, say("said by {who}", who=_uncapitalised(who)), between=", ")


def _uncapitalised(name: str) -> str:
    return _ARTICLE.sub(lambda match: match.group().lower(), name, count=1)


def source_line(citation: Citation) -> Message:
    """Title, publisher and date of a citation, and the page or row, as far as they are known."""
    day = citation.published.isoformat() if citation.published else ""
    title, publisher = citation.title or UNTITLED, citation.publisher or ""
    return together(
        title, publisher, page_date(citation, day), page_or_row(citation), between=" · "
    )


def page_or_row(citation: Citation) -> Message:
    """For example ``p. 3`` or ``row 12``; empty where the source has neither."""
    match = _PLACE.fullmatch(citation.place)
    if match is None:
        return Message(citation.place)
    if match["kind"] == "p.":
        return say("p. {n}", n=match["n"])
    return say("row {n}", n=match["n"])


def written_by(citation: Citation) -> Message:
    """Who wrote the article; empty where nobody knows."""
    return say("by {author}", author=citation.author) if citation.author else _NOTHING


def page_date(citation: Citation, day: str) -> Message:
    """For example ``page dated 20 May 2021 (doubtful: the text speaks of May 19)``; empty where
    the page has no date. ``day`` is that date as it is to be written.
    """
    if citation.published is None:
        return _NOTHING
    if citation.date_doubt is None:
        return say("page dated {day}", day=day)
    doubt = doubtful(citation.date_doubt)
    return say("page dated {day} (doubtful: {doubt})", day=day, doubt=doubt)


def doubtful(doubt: DateDoubt) -> Message:
    """Why a page's date is doubted."""
    return say("the text speaks of {words}", words=doubt.words)


def place_line(citation: Citation) -> Message:
    """Where the quote stands, for looking it up."""
    if citation.in_title:
        return say("{article}, in its title", article=citation.article_id)
    return say(
        "{article}, characters {start}–{end}",
        article=citation.article_id,
        start=str(citation.start),
        end=str(citation.end),
    )


def marked_sentence(citation: Citation, before: str = "«", after: str = "»") -> str:
    """The sentence on one line with marks around the quote."""
    head, quote, tail = split_sentence(citation)
    return f"{head}{before}{quote}{after}{tail}"


def split_sentence(citation: Citation) -> tuple[str, str, str]:
    """The sentence before, in and after the quote, each with its white space folded."""
    sentence = citation.sentence
    at = quote_place(sentence, citation.shown, citation.start - citation.sentence_range.start)
    if at is None:
        return "", _folded(citation.shown), ""
    end = at + len(citation.shown)
    head, tail = _folded(sentence[:at]), _folded(sentence[end:])
    head += " " if head and sentence[at - 1].isspace() else ""
    tail = (" " if tail and sentence[end].isspace() else "") + tail
    return head, _folded(citation.shown), tail


def quote_place(sentence: str, quote: str, offset: int) -> int | None:
    """Where ``quote`` stands in ``sentence``, next to ``offset``; None where it does not.

    Noise before the quote makes the shown sentence shorter or longer than its range.
    """
    places = (i for i in range(len(sentence)) if sentence.startswith(quote, i))
    return min(places, key=lambda i: abs(i - offset), default=None)


def meant(group: AnswerGroup) -> Message:
    """The days that an answer means which is itself a relative date, in its best source; empty for
    any other.
    """
    first = group.citations[0] if group.citations else None
    days = day_of_answer(first) if first else None
    if first and days and not _says_more(days, first):
        return _NOTHING
    return _from_date(together("=", shown_days(days.first, days.last))) if days else _NOTHING


def days_below(group: AnswerGroup, citation: Citation, *, in_sentence: bool = True) -> Message:
    """The note under a citation: the days meant in it, without what ``meant`` has said already.

    Without ``in_sentence`` only those of the quote.
    """
    days = telling_days(citation) if in_sentence else days_in_quote(citation)
    said = day_of_answer(citation) if citation is group.citations[0] else None
    return noted(d for d in days if d != said)


def telling_days(citation: Citation) -> tuple[InferredDate, ...]:
    """Those of the citation's days that its words do not tell themselves."""
    return tuple(days for days in citation.inferred if _says_more(days, citation))


def days_in_quote(citation: Citation) -> tuple[InferredDate, ...]:
    """Those of them whose words stand in the quote."""
    quote = TextRange(citation.start, citation.end)
    return tuple(days for days in telling_days(citation) if days.range.overlaps(quote))


def _says_more(days: InferredDate, citation: Citation) -> bool:
    """Whether it tells more than the words do beside the date of their page: that "December 9" is
    of the page's own year goes without saying.
    """
    page = citation.published
    if page is None or not days.first.year == days.last.year == page.year:
        return True
    month = MONTHS[days.first.month - 1][:3]
    return re.search(rf"\b{month}", days.text, re.I) is None


def noted(inferred_dates: Iterable[InferredDate]) -> Message:
    """For example ``Tuesday = 18 May 2021 (inferred from the article's date)``; empty for none."""
    notes = [
        together(_folded(readable(d.text)), "=", shown_days(d.first, d.last))
        for d in dict.fromkeys(inferred_dates)
    ]
    return _from_date(together(*notes, between=", ")) if notes else _NOTHING


def _from_date(days: Message) -> Message:
    return say("{days} (inferred from the article's date)", days=days)


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
    return [f"  {_listed_line(listed)}" for listed in articles]


def _listed_line(listed: Listed) -> Message:
    title = _folded(listed.title or "") or untitled(listed.article_id)
    day = shown_days(listed.published, listed.published) if listed.published else ""
    return together(title, listed.publisher or "", day, between=" · ")


def untitled(article_id: str) -> Message:
    """Stands for the title that an article in a list does not have."""
    return say("without a title ({article})", article=article_id)


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
