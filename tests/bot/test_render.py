"""A reply as JSON and as plain text."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings

from bot.dialogue.assistant import Assistant
from bot.dialogue.conversation import Conversation
from bot.dialogue.reply import Reply
from bot.presentation.reply_json import to_json
from bot.presentation.text import to_text
from bot.presentation.wording import confidence, marked_sentence, quote_place, split_sentence
from retrieval.datatypes import AnswerType, StageTime, Voice
from retrieval.pipeline import AnswerSettings
from retrieval.text.characters import printable
from tests.bot.worlds import (
    answerer_over,
    article,
    assistant_quoting,
    hostile_questions,
    hostile_texts,
)

# The contract of shared/DESIGN.md, word for word.
REPLY_KEYS = [
    "id",
    "question",
    "standalone_question",
    "answer",
    "probability",
    "abstained",
    "reason",
    "elapsed_ms",
    "groups",
    "passages",
]
EXTRA_KEYS = ["stages", "expected_type"]
"""Behind the contract's, for measuring."""
STAGES = ["retrieve", "read", "decide"]
EXTRA_CITATION_KEYS = {
    "in_title", "sentence_start", "date_doubt", "inferred", "voice", "said_by"
}  # fmt: skip
GROUP_KEYS = ["answer", "probability", "origins", "citations", "publishers", "voice"]
CITATION_KEYS = [
    "number",
    "article_id",
    "title",
    "publisher",
    "published",
    "url",
    "start",
    "end",
    "quote",
    "sentence",
]
PASSAGE_KEYS = ["article_id", "start", "end", "score"]
QUESTION = "how long did the meeting last?"
ACCEPT_ALL, REFUSE_ALL = AnswerSettings(threshold=0.0), AnswerSettings(threshold=1.0)


def reply_of(assistant: Assistant, question: str = QUESTION) -> Reply:
    reply, _ = assistant.reply(Conversation(), question)
    return reply


def check_contract(record: dict[str, object], texts: dict[str, str]) -> None:
    extra_keys = EXTRA_KEYS if "stages" in record else []  # what was no question has none
    assert [key for key in record if key != "inference"] == [*REPLY_KEYS, *extra_keys]
    assert record.get("inference", "yes") in ("yes", "no")
    assert list(record.get("stages", STAGES)) == STAGES  # type: ignore[call-overload]
    assert record.get("expected_type", "date") in list(AnswerType)
    assert isinstance(record["abstained"], bool)
    assert record["abstained"] == (record["answer"] is None) == (record["reason"] is not None)
    assert 0 <= record["probability"] <= 1  # type: ignore[operator]
    assert record["elapsed_ms"] >= 0  # type: ignore[operator]
    number = 0
    for group in record["groups"]:  # type: ignore[attr-defined]
        assert [key for key in group if key not in ("series", "reliability")] == GROUP_KEYS
        cited = {c["number"] for g in record["groups"] for c in g["citations"]}  # type: ignore[attr-defined]
        days = [point["day"] for point in group.get("series", ())]
        assert days == sorted(set(days))
        assert all(point["citation"] in cited for point in group.get("series", ()))
        assert 0 <= group["probability"] <= 1
        assert 1 <= group["origins"] <= group["publishers"]
        for citation in group["citations"]:
            number += 1
            extra = [key for key in citation if key not in CITATION_KEYS]
            assert set(extra) <= EXTRA_CITATION_KEYS
            assert citation.get("voice", "denied") in set(Voice) - {Voice.FACT}
            assert not {"date_doubt", "inferred"} <= set(extra), "a doubted date infers nothing"
            place = citation.get("in_title", citation)
            repeated = citation["sentence"].count(place["quote"]) > 1
            assert ("sentence_start" in extra) == repeated
            assert list(citation) == [*CITATION_KEYS, *extra]
            said = [key for key in extra if key != "sentence_start"]
            assert all(citation[key] for key in said), "left out when there is nothing to say"
            if "in_title" in extra:
                title = citation["title"]
                assert title[place["start"] : place["end"]] == place["quote"] != ""
                assert (citation["start"], citation["end"]) == (0, 0)
            for days in citation.get("inferred", ()):
                text = citation["title"] if "in_title" in extra else texts[citation["article_id"]]
                assert list(days) == ["text", "start", "end", "from", "to"]
                assert text[days["start"] : days["end"]] == days["text"]
                assert date.fromisoformat(days["from"]) <= date.fromisoformat(days["to"])
            if "said_by" in extra:
                who = citation["said_by"]
                text = citation["title"] if "in_title" in extra else texts[citation["article_id"]]
                assert list(who) == ["text", "start", "end"]
                assert text[who["start"] : who["end"]] == who["text"] != ""
                assert "voice" in extra
            assert citation["number"] == number
            text = texts[citation["article_id"]]
            assert text[citation["start"] : citation["end"]] == citation["quote"]
    for passage in record["passages"]:  # type: ignore[attr-defined]
        assert list(passage) == PASSAGE_KEYS
        assert 0 <= passage["start"] < passage["end"] <= len(texts[passage["article_id"]])


@given(hostile_texts, hostile_questions)
@settings(max_examples=60)
def test_json_keeps_the_contract_and_survives_a_round_trip(text: str, question: str) -> None:
    source = article(text)
    for threshold in (ACCEPT_ALL, REFUSE_ALL):
        answerer = answerer_over(source, settings=threshold)
        record = to_json(reply_of(Assistant(answerer, {source.id: source}.__getitem__), question))
        line = json.dumps(record, ensure_ascii=False, allow_nan=False)
        assert json.loads(line) == record
        assert "\n" not in line
        check_contract(record, {source.id: text})


@given(hostile_texts, hostile_questions)
@settings(max_examples=60)
def test_plain_text_holds_no_control_character(text: str, question: str) -> None:
    source = article(text, title=text[:30] or None, publisher=text[:30] or None)
    for threshold in (ACCEPT_ALL, REFUSE_ALL):
        answerer = answerer_over(source, settings=threshold)
        shown = to_text(reply_of(Assistant(answerer, {source.id: source}.__getitem__), question))
        assert [c for c in shown if c != "\n" and printable(c) != c] == []


def test_a_quote_that_stands_twice_in_its_sentence_can_be_found_in_it() -> None:
    text = "After one hour they left, and one hour later they were back."
    source = article(text)
    start = text.rindex("one hour")
    reply = reply_of(assistant_quoting("one hour later", articles=[source]))
    (citation,) = to_json(reply)["groups"][0]["citations"]
    assert "sentence_start" not in citation
    twice = replace(
        reply.answer.groups[0].citations[0], quote="one hour", start=start, end=start + 8
    )
    group = replace(reply.answer.groups[0], citations=(twice,))
    record = to_json(replace(reply, answer=replace(reply.answer, groups=(group,))))
    found = record["groups"][0]["citations"][0]
    at = quote_place(found["sentence"], "one hour", found["start"] - found["sentence_start"])
    assert at == start
    assert source.text[start : start + 8] == "one hour"


def test_the_id_of_a_prediction_is_the_questions() -> None:
    assert to_json(reply_of(assistant_quoting("May 19")), "q1")["id"] == "q1"
    assert to_json(reply_of(assistant_quoting("May 19")))["id"] is None


def test_the_stages_are_those_of_the_trace_and_no_others() -> None:
    reply = reply_of(assistant_quoting("May 19"))
    times = tuple(StageTime(stage, 1.26 * place) for place, stage in enumerate(STAGES))
    trace = replace(reply.answer.trace, times=times, expected_type=AnswerType.DURATION)
    record = to_json(replace(reply, answer=replace(reply.answer, trace=trace)))
    assert record["stages"] == {"retrieve": 0.0, "read": 1.3, "decide": 2.5}
    assert record["expected_type"] == "duration"
    bare = replace(reply, answer=replace(reply.answer, trace=replace(trace, times=())))
    assert "stages" not in to_json(bare)


def test_what_was_no_question_expected_nothing() -> None:
    assert not {"stages", "expected_type"} & set(to_json(reply_of(assistant_quoting("x"), "hi")))


def test_a_date_is_written_as_iso() -> None:
    dated = article("It ended on May 19.", published=date(2021, 5, 20))
    (group,) = to_json(reply_of(assistant_quoting("May 19", articles=[dated])))["groups"]
    assert group["citations"][0]["published"] == "2021-05-20"


def test_plain_text_of_an_answer() -> None:
    shown = to_text(reply_of(assistant_quoting("one hour and 45 minutes")))
    start = 92
    assert shown.splitlines() == [
        "one hour and 45 minutes  (98 % sure, 1 source)",
        "  [1] The meeting lasted «one hour and 45 minutes».",
        "      Talks end in Reykjavik",
        f"      talks.txt, characters {start + 8}–{start + 31}",
    ]


def test_plain_text_of_an_abstention() -> None:
    assistant = assistant_quoting("Reykjavik", settings=REFUSE_ALL)
    shown = to_text(reply_of(assistant, "Who won the regatta?")).splitlines()
    assert shown[0] == "The articles do not say."
    assert '"regatta"' in shown[1]
    assert len(shown) == 2


def test_plain_text_shows_both_sides_of_a_dispute() -> None:
    other = article("According to the hosts it took just two hours in all.", "other.txt")
    mine = article("The meeting lasted 105 minutes.", "mine.txt")
    assistant = assistant_quoting(
        "105 minutes", "two hours", articles=[mine, other], answer_type=AnswerType.DURATION
    )
    shown = to_text(reply_of(assistant))
    assert shown.startswith("105 minutes  (")
    assert "Other articles differ: two hours" in shown
    assert "[2] According to the hosts it took just «two hours» in all." in shown


def test_confidence_counts_independent_sources() -> None:
    (group, *_) = reply_of(assistant_quoting("Reykjavik")).answer.groups
    assert confidence(group) == "98 % sure, 1 source"
    assert confidence(replace(group, origins=3)) == "98 % sure, 3 independent sources"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "\ufffd[31mred"),
        ("a\x07b", "a\ufffdb"),
        ("a\x9b31mb", "a\ufffd31mb"),
        ("\u202eevil\u202c", "\ufffdevil\ufffd"),
        ("a\r\nb\tc", "a  b c"),
        ("a\u2028b\x85c", "a b c"),
        ("\x00", "\ufffd"),
        ("é🙂“x”\u00a0", "é🙂“x”\u00a0"),
    ],
)
def test_printable_replaces_one_for_one(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert len(printable(text)) == len(text)


def test_printable_can_keep_lines() -> None:
    assert printable("a\nb\rc", keep_lines=True) == "a\nb c"


def test_the_mark_is_around_the_quote_that_was_meant() -> None:
    """The same words stand twice in the sentence; the citation is of the second."""
    twice = article("They met May 19, said one, and parted May 19, said the other.")
    reply = reply_of(assistant_quoting("May 19, said the other", articles=[twice]))
    citation = reply.answer.groups[0].citations[0]
    assert split_sentence(citation) == (
        "They met May 19, said one, and parted ",
        "May 19, said the other",
        ".",
    )


def test_the_mark_is_right_behind_masked_noise() -> None:
    noisy = article(
        "Blinken saw Reykjavik as President BidenJoe BidenPoll: voters split on Reykjavik MORE "
        "flew to Reykjavik on Monday."
    )
    reply = reply_of(assistant_quoting("Reykjavik", articles=[noisy]))
    for group in reply.answer.groups:
        for citation in group.citations:
            before, quote, after = split_sentence(citation)
            assert quote == "Reykjavik"
            expected = noisy.text[citation.end : citation.end + 3]
            assert (after + "  ").startswith(expected[:1] or " "), (before, after)


@given(hostile_texts)
@settings(max_examples=60)
def test_marking_a_sentence_loses_no_word_of_it(text: str) -> None:
    source = article(text)
    reply = reply_of(assistant_quoting("Reykjavik", "Blinken", "MORE", "e", articles=[source]))
    for group in reply.answer.groups:
        for citation in group.citations:
            shown = marked_sentence(citation, "\ue000", "\ue001")
            bare = shown.replace("\ue000", "").replace("\ue001", "")
            assert "".join(bare.split()) == "".join(citation.sentence.split())
