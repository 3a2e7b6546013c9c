"""The report's HTML, and files that are written whole or not at all."""

from __future__ import annotations

import json
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.evaluation import outputs
from bot.evaluation.measuring.ranking import Qrels, RankedPassage, Run
from bot.evaluation.measuring.summary import summarise
from bot.evaluation.measuring.verdicts import Verdict, verdict
from bot.evaluation.outputs import write_outputs
from bot.evaluation.report.answers import render_report
from bot.evaluation.sets.questions import QuestionSet
from retrieval.errors import StorageError

from .examples import asked, citation, prediction

VOID = {"meta", "input", "br"}
HOSTILE = "<script>alert('x')</script>"


class Page(HTMLParser):
    """Holds the report to well-formed nesting, and collects tags, addresses and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


QUESTIONS = QuestionSet(
    "sets/mine.jsonl",
    (
        asked("r", "one hour", conversation="A", turn=2, date=date(2021, 5, 20)),
        asked("w", HOSTILE),
        asked("rr"),
        asked("rw", "gold"),
        asked("gone", "x"),
    ),
    left_out=2,
    left_out_reason="because",
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


def page(ranks: dict[str, int | None] | None = None) -> Page:
    metrics = summarise(QUESTIONS.questions, PREDICTIONS, left_out=2)
    return Page(render_report(QUESTIONS, PREDICTIONS, metrics, ranks=ranks))


def test_verdicts() -> None:
    by_id = {p["id"]: p for p in PREDICTIONS}
    assert [verdict(q, by_id.get(q.id)) for q in QUESTIONS.questions] == [
        Verdict.RIGHT,
        Verdict.WRONG,
        Verdict.REFUSED_RIGHTLY,
        Verdict.REFUSED_WRONGLY,
        Verdict.MISSING,
    ]
    assert verdict(asked("none"), prediction("none", "an answer")) is Verdict.WRONG


def test_the_report_shows_every_question() -> None:
    shown = page({"r": 3, "w": None})
    assert shown.tags.count("tr") == 1 + len(QUESTIONS.questions)
    for expected in (
        "mine.jsonl",
        "2 rows left out: because",
        "Question r?",
        "understood as: How long did the meeting last?",
        "conversation A, turn 2, asked 2021-05-20",
        "A title, A paper, 2021-05-20",
        "refused: Nothing on that.",
        "nearest: gold dust",
        "must be refused",
        "not found",
        "0.50",
        "100 ms",
    ):
        assert expected in shown.text
    assert shown.tags.count("mark") == 2


def test_the_report_is_one_file_without_script_or_request() -> None:
    shown = page()
    assert not {"script", "link", "img", "iframe"} & set(shown.tags)
    assert shown.addresses == ["https://example.org/a?b&c"]  # a link to follow, no request
    assert "url(" not in shown.text
    assert "@import" not in shown.text
    assert HOSTILE in shown.text


def test_the_report_of_a_retrieval_alone_has_no_verdicts() -> None:
    metrics = {"retrieval": {"questions": 5, "recall@5": 0.5, "mrr": None}}
    shown = Page(render_report(QUESTIONS, [{"id": "r"}], metrics, ranks={"r": 1}))
    assert "recall@5" in shown.text
    assert "Verdict" not in shown.text
    assert "Question w?" in shown.text


def test_files_are_written_and_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "out"
    run = Run("t", {"q": (RankedPassage("d", 1.0),)})
    for answer in ("Zürich…", "\ud83d"):
        files = write_outputs(
            folder,
            predictions=[{"id": "q", "answer": answer}, {"id": "r"}],
            metrics={"b": 1, "a": None},
            report="<p>",
            run=run,
            qrels=Qrels({"q": ("d",)}),
        )
    names = ["predictions.jsonl", "metrics.json", "report.html", "run.trec", "qrels.trec"]
    assert [path.name for path in files] == names
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)
    lines = (folder / "predictions.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["q", "r"]
    assert list(json.loads((folder / "metrics.json").read_text("utf-8"))) == ["b", "a"]


def test_text_is_written_as_it_is(tmp_path: Path) -> None:
    write_outputs(tmp_path, predictions=[{"answer": "“Zürich”\r\n"}])
    assert (tmp_path / "predictions.jsonl").read_bytes() == (
        '{"answer": "“Zürich”\\r\\n"}\n'.encode()
    )


def test_a_refused_write_leaves_the_old_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_outputs(tmp_path, metrics={"run": 1}, report="old")

    def full(path: Path, text: str) -> None:
        if path.name.startswith(".report"):
            path.write_text(text[:1])
            raise OSError(28, "No space left on device")
        path.write_text(text)

    monkeypatch.setattr(outputs, "_write", full)
    with pytest.raises(StorageError, match="No space left on device"):
        write_outputs(tmp_path, metrics={"run": 2}, report="new")
    assert json.loads((tmp_path / "metrics.json").read_text()) == {"run": 1}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["metrics.json", "report.html"]


def test_a_file_in_the_way_of_a_folder_and_the_reverse(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError, match="cannot be written"):
        write_outputs(tmp_path / "file", report="x")
    (tmp_path / "report.html").mkdir()
    with pytest.raises(StorageError, match="is a folder"):
        write_outputs(tmp_path, report="x", metrics={})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "report.html"]
