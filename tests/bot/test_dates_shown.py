"""Days reckoned from an article's date, and dates that are doubted: how every view shows them."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console, RenderableType

from bot.cli.doctor import run_doctor
from bot.cli.index import report_lines
from bot.dialogue.conversation import Conversation
from bot.dialogue.reply import Reply
from bot.presentation.reply_json import to_json
from bot.presentation.text import to_text
from bot.presentation.wording import shown_days
from bot.terminal.views import article_view, reply_view, sources_view
from retrieval.datatypes import AnswerType, Article, Citation, DateDoubt, InferredDate
from retrieval.index.store import IndexStore
from retrieval.indexing.build import Export, IndexReport, IndexSettings, build
from tests.bot.worlds import article, assistant_quoting
from tests.retrieval.builders import write_jsonl

THURSDAY = date(2021, 5, 20)
CALL = "Lavrov spoke with Blinken on Wednesday, and said so on Thursday in Moscow to a friend."
COPIED = (
    "Antony Blinken arrives for a session of NATO in Brussels, April 14, 2021.\n\n"
    "Blinken will see Lavrov next week. The meeting will be held on May 20, both said. "
    "In March Washington sanctioned seven officials. More sanctions followed in April."
)
DOUBT = "the text speaks of April 14, 2021"
INFERRED = "inferred from the article's date"


def reply_quoting(*quotes: str, articles: list[Article]) -> Reply:
    assistant = assistant_quoting(*quotes, articles=articles, answer_type=AnswerType.DATE)
    reply, _ = assistant.reply(Conversation(), "When did Lavrov speak with Blinken?")
    return reply


def citation_of(text: str, quote: str, published: date | None = THURSDAY) -> Citation:
    reply = reply_quoting(quote, articles=[article(text, published=published)])
    return reply.answer.groups[0].citations[0]


def drawn(view: RenderableType) -> str:
    stream = io.StringIO()
    Console(file=stream, width=200, highlight=False).print(view)
    return stream.getvalue()


def words(citation: Citation) -> list[str]:
    return [days.text for days in citation.inferred]


def test_the_days_of_the_quote_come_before_those_of_its_sentence() -> None:
    assert words(citation_of(CALL, "Wednesday")) == ["Wednesday"]
    assert words(citation_of(CALL, "on Thursday in Moscow")) == ["Thursday"]
    assert words(citation_of(CALL, "Lavrov")) == ["Wednesday", "Thursday"]


def test_of_a_sentence_full_of_days_two_are_enough() -> None:
    text = "He spoke on Monday, slept on Tuesday, and left on Wednesday, his friend said."
    assert words(citation_of(text, "slept")) == ["Monday", "Tuesday"]


def test_a_sentence_that_never_ends_shows_the_days_of_the_quote_only() -> None:
    text = "He met him on Wednesday, " + "and again, " * 100 + "and left on Tuesday he said."
    assert words(citation_of(text, "again")) == []
    assert words(citation_of(text, "Wednesday")) == ["Wednesday"]


def test_without_a_date_nothing_is_inferred() -> None:
    assert citation_of(CALL, "Wednesday", published=None).inferred == ()


def test_an_answer_that_is_a_day_is_explained_right_beside_it() -> None:
    reply = reply_quoting("Wednesday", articles=[article(CALL, published=THURSDAY)])
    first, *more = to_text(reply).splitlines()
    assert first.startswith(f"Wednesday = 19 May 2021 ({INFERRED})  (")
    assert not any(INFERRED in line for line in more)


def test_a_small_word_before_the_day_changes_nothing() -> None:
    reply = reply_quoting("on Wednesday", articles=[article(CALL, published=THURSDAY)])
    assert to_text(reply).startswith(f"on Wednesday = 19 May 2021 ({INFERRED})  (")


def test_an_answer_that_holds_a_day_is_explained_below_its_quote() -> None:
    reply = reply_quoting("with Blinken on Wednesday", articles=[article(CALL, published=THURSDAY)])
    first, _, note, *_ = to_text(reply).splitlines()
    assert first.startswith("with Blinken on Wednesday  (")
    assert note == f"      Wednesday = 19 May 2021 ({INFERRED})"


def test_any_other_answer_has_the_days_of_its_sentence_as_one_note() -> None:
    reply = reply_quoting("in Moscow", articles=[article(CALL, published=THURSDAY)])
    expected = f"      Wednesday = 19 May 2021, Thursday = 20 May 2021 ({INFERRED})"
    assert [line for line in to_text(reply).splitlines() if INFERRED in line] == [expected]


@pytest.mark.parametrize(
    "view",
    [
        reply_view,
        sources_view,
        lambda reply: article_view(
            article(CALL, published=THURSDAY), reply.answer.groups[0].citations[0]
        ),
    ],
)
def test_the_terminal_shows_it_too(view: Callable[[Reply], RenderableType]) -> None:
    reply = reply_quoting("Wednesday", articles=[article(CALL, published=THURSDAY)])
    assert f"= 19 May 2021 ({INFERRED})" in drawn(view(reply))


def test_json_has_the_days_with_their_place() -> None:
    reply = reply_quoting("Wednesday", articles=[article(CALL, published=THURSDAY)])
    (citation,) = to_json(reply)["groups"][0]["citations"]
    assert citation["inferred"] == [
        {"text": "Wednesday", "start": 29, "end": 38, "from": "2021-05-19", "to": "2021-05-19"}
    ]
    assert "date_doubt" not in citation


def test_json_says_nothing_where_nothing_is_inferred() -> None:
    reply = reply_quoting("Wednesday", articles=[article(CALL)])
    (citation,) = to_json(reply)["groups"][0]["citations"]
    assert "inferred" not in citation


def test_a_doubted_date_is_shown_as_doubtful_and_infers_nothing() -> None:
    copied = article(COPIED, published=date(2024, 2, 21))
    reply = reply_quoting("May 20", articles=[copied])
    shown = f"page dated 2024-02-21 (doubtful: {DOUBT})"
    assert shown in to_text(reply)
    assert INFERRED not in to_text(reply)
    for view in (reply_view(reply), sources_view(reply)):
        assert shown in drawn(view)
    (citation,) = to_json(reply)["groups"][0]["citations"]
    assert (citation["published"], citation["date_doubt"]) == ("2024-02-21", DOUBT)
    assert "inferred" not in citation


def test_a_date_in_harmony_with_its_text_is_not_doubted() -> None:
    reply = reply_quoting("May 20", articles=[article(COPIED, published=date(2021, 5, 13))])
    (citation,) = to_json(reply)["groups"][0]["citations"]
    assert "date_doubt" not in citation
    assert [days["from"] for days in citation["inferred"]] == ["2021-05-20"]


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        (date(2021, 5, 19), date(2021, 5, 19), "19 May 2021"),
        (date(2021, 5, 17), date(2021, 5, 23), "17–23 May 2021"),
        (date(2021, 5, 31), date(2021, 6, 6), "31 May – 6 June 2021"),
        (date(2020, 12, 28), date(2021, 1, 3), "28 December 2020 – 3 January 2021"),
        (date(2021, 4, 1), date(2021, 4, 30), "April 2021"),
        (date(2020, 12, 1), date(2020, 12, 31), "December 2020"),
        (date(2020, 1, 1), date(2020, 12, 31), "2020"),
        (date(2020, 4, 1), date(2020, 5, 31), "1 April – 31 May 2020"),
        (date(9999, 12, 1), date(9999, 12, 31), "December 9999"),
        (date(1, 1, 1), date(1, 1, 31), "January 1"),
    ],
)
def test_days_are_written_as_short_as_they_can_be(first: date, last: date, shown: str) -> None:
    assert shown_days(first, last) == shown


def test_the_note_is_one_line_whatever_stands_between_the_words() -> None:
    text = "Lavrov resigned last\nmonth and left."
    reply = reply_quoting("resigned", articles=[article(text, published=THURSDAY)])
    assert any(
        isinstance(days, InferredDate) for days in reply.answer.groups[0].citations[0].inferred
    )
    assert f"      last month = April 2021 ({INFERRED})" in to_text(reply).splitlines()


def copies(folder: Path, count: int) -> Path:
    records = [
        {"id": f"copy-{n}", "text": f"{COPIED} Copy {n}.", "published": "2024-02-21"}
        for n in range(count)
    ]
    return write_jsonl(folder / "copies.jsonl", *records)


def test_indexing_counts_doubted_dates_also_when_nothing_changed(
    tmp_path: Path, export: Export
) -> None:
    store = IndexStore(tmp_path / "index")
    paths = [copies(tmp_path, 2)]
    for _ in range(2):
        report = build(store, paths, IndexSettings(), export=export)
        assert report.doubted_dates == 2
        (note,) = [line for line in report_lines(report) if "page date" in line]
        assert note == (
            "  note: 2 page dates are contradicted by the text and not trusted; "
            "pullquote doctor says why"
        )


def test_indexing_keeps_the_doubt_of_articles_that_are_copied_over(
    tmp_path: Path, export: Export
) -> None:
    store = IndexStore(tmp_path / "index")
    build(store, [copies(tmp_path, 1)], IndexSettings(), export=export)
    other = tmp_path / "talks.txt"
    other.write_text("The talks ended.\n", encoding="utf-8")
    report = build(store, [other], IndexSettings(), export=export)
    assert (report.articles, report.doubted_dates) == (2, 1)
    assert store.open().articles.article("copy-0").date_doubt == DateDoubt(
        DOUBT.removeprefix("the text speaks of ")
    )


def test_without_a_doubt_indexing_says_nothing_of_dates() -> None:
    report = IndexReport(1, 0, 0, 0, (), (), 1, 1, 1)
    assert not any("page date" in line for line in report_lines(report))


def test_doctor_names_five_and_counts_the_rest_and_finds_no_fault(
    tmp_path: Path, export: Export, capsys: pytest.CaptureFixture[str]
) -> None:
    index = tmp_path / "index"
    build(IndexStore(index), [copies(tmp_path, 7)], IndexSettings(), export=export)
    assert run_doctor(None, index) == 0
    (line,) = [x for x in capsys.readouterr().out.splitlines() if "page dates" in x]
    named = "; ".join(f"copy-{n} (2024-02-21: {DOUBT})" for n in range(5))
    assert line == f"note   page dates: not trusted: {named}; and 2 more"


def test_doctor_is_content_with_dates_that_fit(
    tmp_path: Path, export: Export, capsys: pytest.CaptureFixture[str]
) -> None:
    talks = tmp_path / "talks.txt"
    talks.write_text(f"May 20, 2021\n\n{CALL}\n", encoding="utf-8")
    index = tmp_path / "index"
    build(IndexStore(index), [talks], IndexSettings(), export=export)
    assert run_doctor(None, index) == 0
    assert "ok     page dates: no article's text contradicts its date" in capsys.readouterr().out


def test_doctor_names_what_went_on_being_written(
    tmp_path: Path, export: Export, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(7):
        page = tmp_path / f"page-{number}.txt"
        page.write_text(
            "August 9, 2023\n\nMany have lost their homes. The fund, as of Aug. 11, has helped "
            f"{number} of them.\n",
            encoding="utf-8",
        )
    index = tmp_path / "index"
    build(IndexStore(index), [tmp_path], IndexSettings(), export=export)
    assert run_doctor(None, index) == 0
    (line,) = [x for x in capsys.readouterr().out.splitlines() if "later days" in x]
    named = "; ".join(f"page-{n}.txt (2023-08-09: the text tells of Aug. 11)" for n in range(5))
    cure = "left out where --as-of asks for a day before these"
    assert line == f"note   later days: {cure}: {named}; and 2 more"


@pytest.mark.parametrize(
    ("text", "quote", "is_told"),
    [
        ("They met on May 5 in Kelm.", "May 5", False),
        ("They met on Wednesday in Kelm.", "Wednesday", True),
        ("They will meet on January 5 in Kelm.", "January 5", True),
    ],
)
def test_a_day_of_the_pages_own_year_goes_without_saying(
    text: str, quote: str, is_told: bool
) -> None:
    reply = reply_quoting(quote, articles=[article(text, published=THURSDAY)])
    assert reply.answer.groups[0].citations[0].inferred
    assert (INFERRED in to_text(reply)) is is_told
