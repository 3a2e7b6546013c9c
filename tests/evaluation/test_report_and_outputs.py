"""The report's HTML as text, and files that are written whole or not at all."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.evaluation import outputs
from bot.evaluation.measuring.figures import summarise
from bot.evaluation.measuring.predictions import Verdict, verdict
from bot.evaluation.measuring.ranking import Qrels, RankedPassage, Run
from bot.evaluation.outputs import RUN_FILES, write_run
from bot.evaluation.report.answers import answers_report
from bot.evaluation.sets.questions import EvalQuestion
from retrieval.errors import StorageError

from .examples import asked, citation, prediction
from .report_examples import made_up_run

VOID = {"meta", "input", "br"}
BLOCKS = ("run", "figures", "stages", "by", "deciding", "causes", "counts")
HOSTILE = "<script>alert('x')</script>"


class Page(HTMLParser):
    """Holds the report to well-formed nesting, and collects tags, addresses and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.text = self.policy = ""
        self.data: dict[str, str] = {}
        self._script: str | None = None
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.policy += dict(attrs).get("content") or "" if tag == "meta" else ""
        addressed = [value or "" for name, value in attrs if name in ("href", "src")]
        self.addresses += [value for value in addressed if not value.startswith("#")]
        if tag not in VOID:
            self.open.append(tag)
        self._script = dict(attrs).get("id") if tag == "script" else None

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self._script = None

    def handle_data(self, data: str) -> None:
        if self._script:
            self.data[self._script] = self.data.get(self._script, "") + data
        else:
            self.text += data

    @property
    def rows(self) -> list[Any]:
        """The rows of the table of questions: id, cells, values of the filters."""
        return list(json.loads(self.data["rows"])["rows"])

    def cell(self, row: str, column: str) -> Any:
        columns = [c[0] for c in json.loads(self.data["rows"])["columns"]]
        return next(r[1] for r in self.rows if r[0] == row)[columns.index(column)]


QUESTIONS = (
    asked("r", "one hour", conversation="A", turn=2),
    asked("w", HOSTILE),
    asked("rr"),
    asked("rw", "gold"),
    asked("gone", "x"),
)
CITED = citation("one hour", "It took one hour, they said.", url="https://example.org/a?b&c")
EVIL = citation(HOSTILE, f"Beware of {HOSTILE}.", url="javascript:alert(1)")
PREDICTIONS = [
    prediction("r", "one hour", groups=[{"answer": "one hour", "citations": [CITED]}])
    | {"standalone_question": "How long did the meeting last?"},
    prediction("w", "something else", groups=[{"answer": HOSTILE, "citations": [EVIL]}]),
    prediction("rr", None),
    prediction("rw", None, groups=[{"answer": "gold dust", "citations": []}]),
]


def judgement(question: EvalQuestion, **others: Any) -> dict[str, Any]:
    found = {p["id"]: p for p in PREDICTIONS}.get(question.id)
    single = question.conversation is None
    return {
        "id": question.id,
        "question": question.question,
        "answers": list(question.answers),
        "verdict": verdict(question, found).value,
        "cluster": f"question {question.id}" if single else f"conversation {question.conversation}",
        "strata": {} if question.turn is None else {"turn": str(question.turn)},
        **others,
    }


JUDGEMENTS = [judgement(question) for question in QUESTIONS]
METRICS = {
    "run": {"task": "answer", "set": "sets/mine.jsonl"},
    **summarise(QUESTIONS, PREDICTIONS, left_out=2),
}
HTML = answers_report(PREDICTIONS, JUDGEMENTS, METRICS)


def test_verdicts() -> None:
    by_id = {p["id"]: p for p in PREDICTIONS}
    assert [verdict(q, by_id.get(q.id)) for q in QUESTIONS] == [
        Verdict.RIGHT,
        Verdict.WRONG,
        Verdict.REFUSED_RIGHTLY,
        Verdict.REFUSED_WRONGLY,
        Verdict.MISSING,
    ]
    assert verdict(asked("none"), prediction("none", "an answer")) is Verdict.WRONG


def test_the_report_shows_every_question() -> None:
    shown = Page(HTML)
    assert [row[0] for row in shown.rows] == [q.id for q in QUESTIONS]
    for expected in ("mine.jsonl", "2 rows left out", "1 not asked"):
        assert expected in shown.text
    assert shown.cell("r", "question") == {
        "t": "Question r?",
        "n": [
            "understood as: How long did the meeting last?",
            "r, conversation A, turn 2",
        ],
    }
    answer = shown.cell("r", "answer")
    assert (answer["t"], answer["q"]) == ("one hour", ["It took ", "one hour", ", they said."])
    assert shown.cell("rw", "answer")["t"] == "refused: Nothing on that."
    assert shown.cell("rw", "answer")["n"] == ["nearest: gold dust"]
    assert shown.cell("gone", "answer") is None
    assert shown.cell("rr", "gold") == []
    assert (shown.cell("r", "probability"), shown.cell("r", "time")) == (0.5, 100.0)
    sources = json.loads(shown.data["rows"])["sources"]
    assert sources[answer["c"]] == ["A title, A paper, 2021-05-20", "https://example.org/a?b&c"]


def test_the_report_is_one_file_without_a_request() -> None:
    shown = Page(HTML)
    assert not {"link", "img", "iframe", "object"} & set(shown.tags)
    assert shown.addresses == []
    assert "@import" not in HTML
    assert "url(http" not in HTML
    assert "default-src 'none'" in shown.policy
    # The script itself is named by its hash: nothing else runs.
    assert "script-src 'sha256-" in shown.policy
    assert HOSTILE not in HTML
    assert shown.cell("w", "gold") == [HOSTILE]
    assert "javascript:" not in json.loads(shown.data["rows"])["sources"][1][1]


def test_the_report_of_a_retrieval_has_ranks_and_no_verdicts() -> None:
    ranks = {"r": 1 / 3, "w": 0.0}
    judged = [
        judgement(q, verdict=None, measures={"mrr": ranks.get(q.id), "recall@5": ranks.get(q.id)})
        for q in QUESTIONS
    ]
    figures = {"recall@5": {"value": 0.5, "low": 0.1, "high": 0.9}}
    metrics = {"run": {"task": "retrieve"}, "figures": figures}
    shown = Page(answers_report([{"id": "r"}], judged, metrics))
    assert "recall@5" in shown.text
    assert "Verdict" not in shown.text
    assert shown.cell("w", "question")["t"] == "Question w?"
    assert [shown.cell(id_, "rank") for id_ in ("r", "w", "gone")] == [3, None, None]


@pytest.mark.parametrize("task", ["answer", "read", "retrieve"])
def test_a_whole_run_has_figures_with_intervals_charts_and_rows(task: str) -> None:
    predictions, judgements, metrics = made_up_run(60, task=task)
    shown = Page(answers_report(predictions, judgements, metrics))
    assert len(shown.rows) == len(judgements)
    assert shown.tags.count("svg") >= 3
    assert "made-up.jsonl" in shown.text
    expected = ("59.0 to 67.0", "0.630") if task == "retrieve" else ("62.2 to 70.2", "66.2")
    assert expected[1] in shown.text
    assert "%" in shown.text


def test_misses_are_counted_by_cause_and_lead_to_their_rows() -> None:
    predictions, judgements, metrics = made_up_run(200)
    html = answers_report(predictions, judgements, metrics)
    assert 'href="#cause=not+in+the+articles"' in html
    reader = sum(1 for j in judgements if j["cause"] == "reader")
    assert f"reader ({reader})" in Page(html).text


@pytest.mark.parametrize(
    ("blocks", "missing"),
    [
        (("figures",), "absent"),
        *(
            pytest.param((name,), "absent", marks=pytest.mark.slow)
            for name in BLOCKS
            if name != "figures"
        ),
        *((BLOCKS, missing) for missing in ("absent", "null", "empty")),
    ],
)
def test_a_missing_block_is_no_error(blocks: tuple[str, ...], missing: str) -> None:
    predictions, judgements, metrics = made_up_run(12)
    for name in blocks:
        if missing == "absent":
            del metrics[name]
        else:
            metrics[name] = None if missing == "null" else {}
    shown = Page(answers_report(predictions, judgements, metrics))
    assert len(shown.rows) == len(judgements)


def test_null_values_everywhere_are_no_error() -> None:
    predictions, judgements, metrics = made_up_run(12)
    nothing = {"value": None, "low": None, "high": None}
    metrics["figures"] = dict.fromkeys(metrics["figures"], nothing)
    metrics["stages"] = {"read": {"p50": nothing, "p95": None}}
    metrics["by"] = {"year": {y: {"n": 1, "figures": {"f1": nothing}} for y in ("1999", "2000")}}
    metrics["deciding"] = {
        "threshold": None,
        "at_threshold": None,
        "roc": {"points": [[None, None]]},
        "risk_coverage": None,
        "reliability": {"bins": [{"low": 0, "high": 1, "n": 0, "right_share": None}]},
        "auc": None,
    }
    for item in judgements:
        item |= {"measures": None, "strata": None, "cause": None, "answers": None}
    for item in predictions:
        item |= {"stages": None, "groups": None, "passages": None, "probability": None}
    assert len(Page(answers_report(predictions, judgements, metrics)).rows) == len(judgements)


def test_no_questions_at_all_are_a_report_too() -> None:
    assert Page(answers_report([], [], {})).rows == []


def test_a_prediction_that_nobody_judged_is_shown() -> None:
    shown = Page(answers_report([prediction("x", "this")], [], {}))
    assert shown.cell("x", "answer")["t"] == "this"


def test_equal_runs_give_equal_reports() -> None:
    assert answers_report(PREDICTIONS, JUDGEMENTS, METRICS) == HTML


@pytest.mark.slow
@settings(max_examples=25)
@given(st.text(st.characters(exclude_categories=()), max_size=80))
def test_any_text_stays_text(text: str) -> None:
    """Whatever a question, an answer, a title or a stratum says, tags and rows stay the same."""
    cited = [citation(text, f"Before {text} after.") | {"title": text, "publisher": text}]
    found = prediction("q", text, groups=[{"answer": text, "citations": cited}])
    judged = {
        "id": "q",
        "question": text,
        "answers": [text],
        "verdict": "wrong",
        "cause": "reader",
        "strata": {"source": text},
    }
    figures = {"n": 1, "figures": {"f1": {"value": 0.5, "low": 0.1, "high": 0.9}}}
    sources = {text: figures, "b": figures}
    metrics = {"run": {"set": text, "reader": text}, "by": {"source": sources}}
    html = answers_report([found], [judged], metrics)
    assert html.encode("utf-8")
    shown = Page(html)
    assert shown.tags.count("script") == 3
    assert not {"b", "i", "img", "u"} & set(shown.tags)
    assert shown.cell("q", "answer")["t"] == text
    assert shown.cell("q", "gold") == [text]


def test_files_are_written_and_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "out"
    run = Run("t", {"q": (RankedPassage("d", 1.0),)})
    for answer in ("Zürich…", "\ud83d"):
        files = write_run(
            folder,
            predictions=[{"id": "q", "answer": answer}, {"id": "r"}],
            judgements=[{"id": "q"}],
            metrics={"b": 1, "a": None},
            report="<p>",
            run=run,
            qrels=Qrels({"q": ("d",)}),
        )
    assert [path.name for path in files] == list(RUN_FILES)
    assert sorted(path.name for path in folder.iterdir()) == sorted(RUN_FILES)
    lines = (folder / "predictions.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["q", "r"]
    assert list(json.loads((folder / "metrics.json").read_text("utf-8"))) == ["b", "a"]


def test_a_folder_never_holds_parts_of_two_runs(tmp_path: Path) -> None:
    write_run(tmp_path, judgements=[{"id": "q"}], report="old", qrels=Qrels({"q": ("d",)}))
    (tmp_path / "notes.txt").write_text("mine")
    write_run(tmp_path, report="new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notes.txt", "report.html"]


def test_text_is_written_as_it_is(tmp_path: Path) -> None:
    write_run(tmp_path, predictions=[{"answer": "“Zürich”\r\n"}])
    assert (tmp_path / "predictions.jsonl").read_bytes() == (
        '{"answer": "“Zürich”\\r\\n"}\n'.encode()
    )


def test_a_refused_write_leaves_the_old_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_run(tmp_path, metrics={"run": 1}, report="old")

    def full(path: Path, text: str) -> None:
        if path.name.startswith(".report"):
            path.write_text(text[:1])
            raise OSError(28, "No space left on device")
        path.write_text(text)

    monkeypatch.setattr(outputs, "_write", full)
    with pytest.raises(StorageError, match="No space left on device"):
        write_run(tmp_path, metrics={"run": 2}, report="new")
    assert json.loads((tmp_path / "metrics.json").read_text()) == {"run": 1}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["metrics.json", "report.html"]


def test_a_file_in_the_way_of_a_folder_and_the_reverse(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError, match="cannot be written"):
        write_run(tmp_path / "file", report="x")
    (tmp_path / "report.html").mkdir()
    with pytest.raises(StorageError, match="is a folder"):
        write_run(tmp_path, report="x", metrics={})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "report.html"]
