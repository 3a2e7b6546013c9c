"""The parts of a report: pictures, rows as JSON, words, and two runs side by side."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.comparing.values import Change, Comparison, MeasureComparison
from bot.evaluation.report import charts
from bot.evaluation.report.answer_rows import DETAILED, question_table
from bot.evaluation.report.comparison import comparison_report
from bot.evaluation.report.page import render_page
from bot.evaluation.report.rows_json import (
    CITATIONS_SHOWN,
    CONTEXT,
    GROUPS_SHOWN,
    around_quote,
    details_lines,
    harmless_json,
    quote_of,
    table_json,
)
from bot.evaluation.report.strata_charts import retrieval_charts, stage_chart, strata_charts
from bot.evaluation.report.values import Column, Kind, Page, QuestionTable, Row, Section, Text
from bot.evaluation.report.wording import between, figure_of, label, shown

from .examples import citation
from .report_examples import made_up_run
from .test_report_and_outputs import HOSTILE
from .test_report_and_outputs import Page as Parsed

POINTS = [[i / 999, (i / 999) ** 2] for i in range(1000)]


def test_a_curve_is_thinned_and_keeps_its_ends() -> None:
    kept = charts.thinned(POINTS, 200)
    assert len(kept) == 200
    assert (kept[0], kept[-1]) == (POINTS[0], POINTS[-1])
    assert charts.thinned(POINTS[:3], 200) == POINTS[:3]


def test_a_picture_takes_the_colours_and_the_font_of_the_page() -> None:
    svg = charts.risk_coverage(POINTS, (0.7, 0.2, "threshold 0.35"))
    assert "var(--accent)" in svg
    assert "threshold 0.35" in svg
    assert not re.search(r"#0[0-9a-b]0[0-9a-b]0[0-9a-b]", svg), "a placeholder was left"
    assert "font-family" not in svg
    assert "<style" not in svg
    assert "<?xml" not in svg
    assert "width=" not in svg.split(">")[0], "as wide as its place"
    assert len(svg) < 20_000


def test_equal_pictures_are_equal_texts_and_two_share_no_id() -> None:
    bars = [("a", 0.5, 0.4, 0.6), ("b", 0.7, None, None)]
    first = charts.dots_with_whiskers("by-type", bars)
    assert first == charts.dots_with_whiskers("by-type", bars)
    ids = [
        set(re.findall(r'id="([^"]+)"', svg))
        for svg in (first, charts.dots_with_whiskers("by-year", bars), charts.roc(POINTS))
    ]
    assert ids[0]
    assert not ids[0] & ids[1]
    assert not ids[0] & ids[2]


@pytest.mark.parametrize(
    "name",
    ["<b>&", "$x$ and $", "読売新聞", "أخبار", "a" * 300, "", "\x00\x0b", "_under", "%", "📰"],
)
def test_any_name_can_stand_beside_a_bar(name: str) -> None:
    svg = charts.dots_with_whiskers("by-source", [(name, 0.5, 0.4, 0.6), ("other", 0.2, 0.1, 0.3)])
    ElementTree.fromstring(svg)


def test_one_part_alone_is_no_chart_and_small_parts_stay_in_the_table() -> None:
    one = {"2023": {"n": 3, "figures": {"f1": {"value": 0.5, "low": 0.4, "high": 0.6}}}}
    assert strata_charts({"year": one}) == []
    many = {
        f"source {i}": {"n": 40 - i, "figures": {"f1": {"value": 0.5, "low": 0.4, "high": 0.6}}}
        for i in range(20)
    }
    (chart,) = strata_charts({"source": many})
    assert len(chart.table.rows) == 20
    assert f"{20 - 12} more are in the table" in chart.note
    assert "source 19" not in chart.svg


def test_every_chart_says_in_words_what_it_shows() -> None:
    _, _, metrics = made_up_run(40)
    (times,) = stage_chart(metrics["stages"])
    assert "read: 160\u00a0ms, 352\u00a0ms" in times.description
    figures = {
        f"recall@{k}": {"value": v, "low": None, "high": None} for k, v in ((1, 0.5), (5, 0.75))
    }
    depth, ranks = retrieval_charts(figures, [1, 1, 4, None])
    assert "recall@5 75.0\u00a0%" in depth.description
    assert "rank 1: 2 questions" in ranks.description
    assert "rank 4–5: 1 questions" in ranks.description
    assert "rank none: 1 questions" in ranks.description


@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_json_in_a_page_cannot_end_its_script(text: str) -> None:
    written = harmless_json([text, "</script><!--", "\u2028"])
    assert json.loads(written)[0] == text
    assert "<" not in written
    assert not {"\u2028", "\u2029"} & set(written)
    assert written.encode("utf-8")


def test_titles_and_addresses_are_stored_once() -> None:
    cited = [
        citation("rain", "The rain fell.", url="https://example.org/a") | {"number": i}
        for i in range(9)
    ]
    groups = [{"answer": "rain", "probability": 0.5, "citations": cited}] * 9
    passages = [{"article_id": "a.txt", "start": 0, "end": 9, "score": 1.23456}] * 30
    row = Row("q", ["?"], {}, {"groups": groups, "passages": passages})
    lines = details_lines(QuestionTable("c", [Column("question", "Q")], [], [row, row]))
    assert lines.count("https://example.org/a") == 1
    assert lines.count("The ") == 2, "once a question"
    found = json.loads(lines.split("\n")[1])
    assert len(found[0]) == GROUPS_SHOWN
    assert len(found[0][0][3]) == CITATIONS_SHOWN
    assert found[0][0][4] == 9 - CITATIONS_SHOWN
    assert found[3] == 9 - GROUPS_SHOWN
    assert found[1][0] == [0, 0, 9, 1.235]


def test_a_long_sentence_is_cut_around_the_quote() -> None:
    words = "word " * 200
    quote = quote_of(citation("the quote", f"{words}the quote {words}"))
    assert quote.quote == "the quote"
    assert quote.before.startswith("… word")
    assert quote.after.endswith("word …")
    assert len(quote.before) <= CONTEXT + 2
    assert len(quote.after) <= CONTEXT + 2


def test_a_quote_across_noise_stands_without_its_sentence() -> None:
    quote = quote_of(citation("two\n\nAdvertisement\n\nthree", "It took two three."))
    assert (quote.before, quote.quote, quote.after) == ("", "two\n\nAdvertisement\n\nthree", "")


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "file:///etc", "", None]
)
def test_only_addresses_of_the_web_become_links(url: str | None) -> None:
    assert quote_of(citation("a", "a b", url=url)).url is None
    assert quote_of(citation("a", "a b", url="HTTPS://example.org")).url == "HTTPS://example.org"


def test_a_doubtful_date_says_so() -> None:
    doubted = citation("a", "a b") | {"date_doubt": "the text speaks of April"}
    assert "2021-05-20 (doubtful: the text speaks of April)" in quote_of(doubted).source


def test_numbers_are_rounded_to_what_is_shown() -> None:
    column = Column("f1", "F1", Kind.NUMBER, 2)
    table = QuestionTable("c", [column], [], [Row("q", [1 / 3]), Row("r", [None])])
    assert [row[1] for row in json.loads(table_json(table))["rows"]] == [[0.3333], [None]]


@pytest.mark.parametrize(
    ("value", "unit", "signed", "words"),
    [
        (0.7123, "share", False, "71.2\u00a0%"),
        (-0.04, "share", True, "−4.0\u00a0%"),
        (0.04, "share", True, "+4.0\u00a0%"),
        (231.4, "ms", False, "231\u00a0ms"),
        (0.63, "number", False, "0.630"),
        (None, "share", False, "–"),
    ],
)
def test_figures_in_words(value: float | None, unit: str, signed: bool, words: str) -> None:
    assert shown(value, unit, signed=signed) == words


def test_an_interval_names_its_unit_once() -> None:
    assert between(0.5, 0.6) == "50.0 to 60.0\u00a0%"
    assert between(1.0, 2.0, "ms") == "1 to 2\u00a0ms"
    assert between(None, 0.6) == "–"


def test_only_what_lies_on_a_scale_is_drawn_on_one() -> None:
    share = figure_of("f1", {"value": 0.5, "low": 0.4, "high": 0.6, "n": 9})
    assert share.interval is not None
    assert (share.interval.low, share.interval.at, share.interval.high) == (0.4, 0.5, 0.6)
    time = figure_of("p50", {"value": 9.0, "low": 8.0, "high": 10.0, "unit": "ms"})
    assert time.interval is not None
    assert time.interval.at is None
    assert figure_of("f1", {"value": 0.5, "low": None, "high": None}).interval is None
    assert label("some_new_thing") == "some new thing"


def test_the_policy_names_the_script_by_its_hash() -> None:
    table = QuestionTable("c", [Column("question", "Q")], [], [Row("q", ["?"])])
    html = render_page(Page("t", "s", [Section("questions", "Questions", questions=table)]))
    script = html.partition("<script>")[2].partition("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in Parsed(html).policy


def test_a_page_without_a_table_to_search_has_no_script() -> None:
    html = render_page(Page("t", "s", [Section("a", "A"), Section("b", "B", tables=[])]))
    parsed = Parsed(html)
    assert "script" not in parsed.tags
    assert "script-src 'none'" in parsed.policy
    assert "section" not in parsed.tags, "sections with nothing in them are left out"


def measure(name: str, difference: float, p: float, unit: str = "share") -> MeasureComparison:
    bounds = (difference - 0.02, difference + 0.02)
    return MeasureComparison(
        name, 0.5, 0.5 + difference, difference, *bounds, p, 30, 4, 3, p < 0.05, unit
    )


def change(id_: str, kind: str, verdicts: tuple[str, str], answer_b: str | None = "b") -> Change:
    return Change(
        id_, f"Question {id_}?", ("gold",), kind, "a", answer_b, "A paper", "", *verdicts, 0.0, 1.0
    )


CHANGES = (
    change("q1", "win", ("wrong", "right")),
    change("q2", "loss", ("right", "refused wrongly"), None),
    change("q3", "changed", ("wrong", "wrong"), HOSTILE),
)


def test_a_comparison_shows_differences_wins_and_losses() -> None:
    measures = (measure("f1", 0.04, 0.0004), measure("mrr", -0.01, 0.4, "number"))
    html = comparison_report(
        Comparison("runs/old", "runs/new", 30, 27, ("only",), (), measures, CHANGES)
    )
    parsed = Parsed(html)
    for expected in (
        "new against old",
        "27 answered alike",
        "1 only in A (only)",
        "+4.0\u00a0points",
        "+2.0 to +6.0\u00a0points",
        "< 0.001",
        "significant",
        "−0.010",
        "B 4, A 3",
    ):
        assert expected in parsed.text
    assert "3 of 30 answers differ; significantly so (" in parsed.text
    assert "several measures): F1 up." in parsed.text
    assert parsed.text.count("significant") - parsed.text.count("significantly") == 1
    assert [row[0] for row in parsed.rows] == ["q1", "q2", "q3"]
    assert parsed.cell("q2", "b") == {"t": "refused", "n": ["refused wrongly"], "s": "soft"}
    assert parsed.cell("q3", "b")["t"] == HOSTILE
    assert HOSTILE not in html
    assert 'href="#kind=loss"' in html


def test_runs_of_one_name_are_told_apart_by_their_paths() -> None:
    alike = Comparison("a/run", "b/run", 0, 0, (), (), (), ())
    assert "b/run against a/run" in Parsed(comparison_report(alike)).text


def test_of_very_many_questions_the_first_can_be_opened() -> None:
    pairs = [({"id": str(i)}, {"passages": [{"article_id": "a"}]}) for i in range(DETAILED + 5)]
    rows = question_table(pairs, "retrieve").rows
    assert [row.id for row in rows if row.details is None] == [
        str(i) for i in range(DETAILED, DETAILED + 5)
    ]


def test_a_note_under_a_cell_is_text() -> None:
    cell = Text("x", (HOSTILE,))
    table = QuestionTable("c", [Column("question", "Q")], [], [Row("q", [cell])])
    assert json.loads(table_json(table))["rows"][0][1][0] == {"t": "x", "n": [HOSTILE]}


def test_the_marked_words_are_those_that_were_quoted() -> None:
    sentence = "After one hour they left, and one hour later they were back."
    second = sentence.rindex("one hour")
    cited = {"sentence": sentence, "quote": "one hour", "start": 100 + second, "end": 108 + second}
    before, quote, after = around_quote({**cited, "sentence_start": 100})
    assert (before, quote, after) == (sentence[:second], "one hour", sentence[second + 8 :])
    once = {**cited, "quote": "they left", "start": 0}
    assert around_quote(once)[0] == "After one hour "
    assert around_quote({**cited, "quote": "gone"}) == ("", "gone", "")
