"""A reply as plain text and as the JSON contract. Pure; knows nothing about front ends."""

from __future__ import annotations

import unicodedata
from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from typing import Any

from bot.dialogue.assistant import Reply
from bot.dialogue.conversation import OpenChoice
from bot.presentation.how_often import how_often
from bot.presentation.listing import listed_json, listed_lines
from retrieval.datatypes import AnswerGroup, Citation, InferredDate, ScoredPassage, TextRange
from retrieval.messages import MONTHS, Message, say

_BREAKS = frozenset("\n\r\t\v\f\x85\u2028\u2029")
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_REPLACEMENT = "\ufffd"
_FROM_DATE = "inferred from the article's date"
_SMALL_WORDS = frozenset({"on", "in", "by", "until", "since", "the", "from", "during", "for"})
NOT_SAID = "The articles do not say."
WHICH_ONE = "Which one do you mean?"


def to_json(reply: Reply, identifier: str | None = None) -> dict[str, Any]:
    """The object that ``ask --json`` prints and ``predictions.jsonl`` holds a line of.

    ``choices`` is there only where the reply asks which of several things is meant, ``articles``
    only where it lists some. ``stages`` are milliseconds, of the reading that was shown alone.
    """
    answer = reply.answer
    chosen = answer.chosen
    inference = {"inference": answer.inference} if answer.inference else {}
    return {
        "id": identifier,
        "question": reply.question,
        "standalone_question": reply.standalone_question,
        "answer": chosen.answer if chosen else None,
        "probability": round(answer.probability, 4),
        "abstained": answer.abstained,
        "reason": answer.reason,
        "elapsed_ms": round(reply.elapsed_ms, 1),
        "groups": [_group_json(group) for group in answer.groups],
        "passages": passages_json(answer.trace.passages),
        **inference,
        **_choices_json(reply),
        **listed_json(reply.listed),
        **_trace_json(reply),
    }


def passages_json(passages: Iterable[ScoredPassage]) -> list[dict[str, Any]]:
    """A ranking as the contract's ``passages``, best first."""
    return [
        {
            "article_id": scored.passage.article_id,
            "start": scored.passage.start,
            "end": scored.passage.end,
            "score": round(scored.score, 6),
        }
        for scored in passages
    ]


def to_text(reply: Reply) -> str:
    """The reply without colours: what ``ask`` and ``chat`` print into a pipe."""
    if reply.remark is not None:
        return "\n".join(map(printable, [reply.remark.text, *listed_lines(reply.listed)]))
    if reply.open_choice is not None:
        return "\n".join(map(printable, [WHICH_ONE, *choice_lines(reply.open_choice)]))
    answer = reply.answer
    chosen = answer.chosen
    lines = understood(reply)
    if chosen is None:
        reason = printable(answer.reason or "")
        return "\n".join([*map(printable, lines), NOT_SAID, reason]).rstrip()
    lines += inferred(reply)
    lines.append(f"{chosen.answer}{meant(chosen)}  ({confidence(chosen)})")
    for citation in chosen.citations:
        lines += _citation_lines(citation, days_below(chosen, citation))
    for group in answer.rivals:
        lines.append(f"Other articles differ: {group.answer}{meant(group)}  ({confidence(group)})")
        for citation in group.citations:
            lines += _citation_lines(citation, days_below(group, citation, in_sentence=False))
    return "\n".join(printable(line) for line in lines)


def choice_lines(waiting: OpenChoice) -> list[str]:
    """The choices with their numbers."""
    return [f"  {number}  {c.label}" for number, c in enumerate(waiting.choices, start=1)]


def understood(reply: Reply) -> list[str]:
    """What the question was taken to mean, when that is not what was typed."""
    if not reply.rewritten.edits:
        return []
    return [f"Understood as: {reply.standalone_question}"]


def inferred(reply: Reply) -> list[str]:
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


def printable(text: str, *, keep_lines: bool = False) -> str:
    """The text with control characters replaced one for one, so that it cannot drive a terminal.

    Direction overrides go too. Line breaks stay with ``keep_lines``, else they become blanks.
    """
    return "".join(
        c
        if c == "\n" and keep_lines
        else " "
        if c in _BREAKS
        else _REPLACEMENT
        if c in _OVERRIDES or unicodedata.category(c) in ("Cc", "Cs")
        else c
        for c in text
    )


def source_line(citation: Citation) -> str:
    """Title, publisher and date of a citation, as far as they are known."""
    known = [citation.title or "without a title", citation.publisher]
    if citation.published:
        doubt = f" (doubtful: {citation.date_doubt})" if citation.date_doubt else ""
        known.append(f"page dated {citation.published.isoformat()}{doubt}")
    return " · ".join(part for part in known if part)


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


def _citation_lines(citation: Citation, days: str) -> list[str]:
    return [
        f"  [{citation.number}] {marked_sentence(citation)}",
        *([f"      {days}"] if days else []),
        f"      {source_line(citation)}",
        f"      {place_line(citation)}",
    ]


def _folded(text: str) -> str:
    return " ".join(text.split())


def _choices_json(reply: Reply) -> dict[str, Any]:
    if reply.open_choice is None:
        return {}
    return {
        "choices": [
            {"label": c.label, "question": c.question, "article_ids": list(c.article_ids)}
            for c in reply.open_choice.choices
        ]
    }


def _trace_json(reply: Reply) -> dict[str, Any]:
    """What was expected and how long it took; nothing of what was no question."""
    trace = reply.answer.trace
    if reply.remark is not None:
        return {}
    stages = {time.stage: round(time.milliseconds, 1) for time in trace.times}
    times = {"stages": stages} if stages else {}
    return {**times, "expected_type": trace.expected_type.value}


def _group_json(group: AnswerGroup) -> dict[str, Any]:
    known = group.reliability
    measured = {"reliability": {"right": known.right, "of": known.of}} if known else {}
    return {
        "answer": group.answer,
        "probability": round(group.probability, 4),
        "origins": group.origins,
        "citations": [_citation_json(citation) for citation in group.citations],
        **measured,
    }


def _citation_json(citation: Citation) -> dict[str, Any]:
    """What goes beyond the contract is left out where there is nothing to say: ``date_doubt``,
    ``inferred``, and ``sentence_start`` where the quote stands in its sentence more than once.
    """
    repeated = citation.sentence.count(citation.quote) > 1
    where = {"sentence_start": citation.sentence_range.start} if repeated else {}
    doubt = {"date_doubt": citation.date_doubt} if citation.date_doubt else {}
    inferred = {"inferred": [_days_json(d) for d in citation.inferred]} if citation.inferred else {}
    return {
        "number": citation.number,
        "article_id": citation.article_id,
        "title": citation.title,
        "publisher": citation.publisher,
        "published": citation.published.isoformat() if citation.published else None,
        "url": citation.url,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "sentence": citation.sentence,
        **where,
        **doubt,
        **inferred,
    }


def _days_json(days: InferredDate) -> dict[str, Any]:
    return {
        "text": days.text,
        "start": days.range.start,
        "end": days.range.end,
        "from": days.first.isoformat(),
        "to": days.last.isoformat(),
    }
