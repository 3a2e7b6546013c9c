"""A reply as JSON: what ``ask --json`` prints and ``predictions.jsonl`` holds a line of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.dialogue.reply import ChoiceReply, RemarkReply, Reply, SearchReply
from bot.dialogue.small_talk.replies import Listed
from bot.presentation.wording import doubtful
from retrieval.datatypes import (
    AnswerGroup,
    Citation,
    InferredDate,
    ScoredPassage,
    Speaker,
    Trace,
    Voice,
)


def to_json(reply: Reply, identifier: str | None = None) -> dict[str, Any]:
    """The object that ``ask --json`` prints and ``predictions.jsonl`` holds a line of.

    ``choices`` is there only where the reply asks which of several things is meant, ``articles``
    only where it lists some. ``stages`` are milliseconds, of the reading that was shown alone.
    """
    return {
        "id": identifier,
        "question": reply.question,
        **(_remark_json(reply) if isinstance(reply, RemarkReply) else _searched_json(reply)),
    }


def _remark_json(reply: RemarkReply) -> dict[str, Any]:
    """What was no question has no answer: it reads as an abstention whose reason is the remark."""
    return {
        "standalone_question": reply.question,
        "answer": None,
        "probability": 0.0,
        "abstained": True,
        "reason": reply.remark.text,
        "elapsed_ms": round(reply.elapsed_ms, 1),
        "groups": [],
        "passages": [],
        **listed_json(reply.listed),
    }


def _searched_json(reply: SearchReply) -> dict[str, Any]:
    answer = reply.answer
    chosen = answer.chosen
    left_open = reply.rewritten.left_open
    inference = {"inference": answer.inference} if answer.inference else {}
    return {
        "standalone_question": reply.standalone_question,
        "answer": chosen.answer if chosen else None,
        "probability": round(answer.probability, 4),
        "abstained": answer.abstained,
        "reason": answer.reason,
        "elapsed_ms": round(reply.elapsed_ms, 1),
        "groups": [_group_json(group) for group in answer.groups],
        "passages": passages_json(answer.trace.passages),
        **inference,
        **({"left_open": left_open} if left_open else {}),
        **(_choices_json(reply) if isinstance(reply, ChoiceReply) else {}),
        **_trace_json(answer.trace),
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


def _choices_json(reply: ChoiceReply) -> dict[str, Any]:
    return {
        "choices": [
            {"label": c.label, "question": c.question, "article_ids": list(c.article_ids)}
            for c in reply.open_choice.choices
        ]
    }


def _trace_json(trace: Trace) -> dict[str, Any]:
    """What was expected and how long it took."""
    stages = {time.stage: round(time.milliseconds, 1) for time in trace.times}
    times = {"stages": stages} if stages else {}
    return {**times, "expected_type": trace.expected_type.value}


def _group_json(group: AnswerGroup) -> dict[str, Any]:
    known = group.reliability
    measured = {"reliability": {"right": known.right, "of": known.of}} if known else {}
    series = [
        {"day": point.day.isoformat(), "answer": point.answer, "citation": point.citation}
        for point in group.series
    ]
    return {
        "answer": group.answer,
        "probability": round(group.probability, 4),
        "origins": group.origins,
        "citations": [_citation_json(citation) for citation in group.citations],
        **measured,
        "publishers": group.publishers,
        "voice": (group.citations[0].voice if group.citations else Voice.FACT).value,
        **({"series": series} if series else {}),
    }


def _citation_json(citation: Citation) -> dict[str, Any]:
    """What goes beyond the contract is left out where there is nothing to say: ``author``,
    ``place``, ``date_doubt``, ``inferred``, ``said_by``, ``voice`` where it is simply stated, and
    ``sentence_start`` where the quote stands in its sentence more than once.

    ``start``, ``end`` and ``quote`` are of the article's text as it is stored, ``sentence`` is as
    it is read. Where the title alone says it they are of nothing, and ``in_title`` has the title's.
    """
    repeated = citation.sentence.count(citation.shown) > 1
    where = {"sentence_start": citation.sentence_range.start} if repeated else {}
    doubt = {"date_doubt": doubtful(citation.date_doubt)} if citation.date_doubt else {}
    inferred = {"inferred": [_days_json(d) for d in citation.inferred]} if citation.inferred else {}
    place = {"start": citation.start, "end": citation.end, "quote": citation.quote}
    quoted = {"start": 0, "end": 0, "quote": ""} if citation.in_title else place
    title = {"in_title": place} if citation.in_title else {}
    return {
        "number": citation.number,
        "article_id": citation.article_id,
        "title": citation.title,
        "publisher": citation.publisher,
        "published": citation.published.isoformat() if citation.published else None,
        "url": citation.url,
        **quoted,
        "sentence": citation.sentence,
        **({"author": citation.author} if citation.author else {}),
        **({"place": citation.place} if citation.place else {}),
        **title,
        **where,
        **doubt,
        **inferred,
        **({"voice": citation.voice.value} if citation.voice is not Voice.FACT else {}),
        **({"said_by": _speaker_json(citation.said_by)} if citation.said_by else {}),
    }


def _speaker_json(speaker: Speaker) -> dict[str, Any]:
    return {"text": speaker.text, "start": speaker.range.start, "end": speaker.range.end}


def _days_json(days: InferredDate) -> dict[str, Any]:
    return {
        "text": days.text,
        "start": days.range.start,
        "end": days.range.end,
        "from": days.first.isoformat(),
        "to": days.last.isoformat(),
    }


def listed_json(articles: Iterable[Listed]) -> dict[str, Any]:
    """``articles`` as a member of the reply's object; none where none is named."""
    found = [
        {
            "article_id": listed.article_id,
            "title": listed.title,
            "publisher": listed.publisher,
            "published": listed.published.isoformat() if listed.published else None,
            "url": listed.url,
        }
        for listed in articles
    ]
    return {"articles": found} if found else {}
