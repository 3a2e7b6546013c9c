"""The report of two runs side by side: what differs, by how much, and on which questions."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from bot.evaluation.comparing.values import Change, Comparison, MeasureComparison, conclusion
from bot.evaluation.report.page import base_name, render_page
from bot.evaluation.report.values import (
    Bar,
    Column,
    Filter,
    Kind,
    Page,
    QuestionTable,
    Row,
    Section,
    Table,
    Text,
)
from bot.evaluation.report.wording import between, label, shown

_KINDS = {
    "win": "Right in B, not in A.",
    "loss": "Right in A, not in B.",
    "changed": "Another answer, neither won nor lost.",
}
_STYLES = {"win": "right", "loss": "wrong", "changed": "refused-wrongly"}


def comparison_report(comparison: Comparison) -> str:
    """The HTML text. The run under test is B, the one it is held against is A."""
    a, b = base_name(comparison.name_a), base_name(comparison.name_b)
    if a == b:  # two folders of one name: all of both paths is needed to tell them apart
        a, b = comparison.name_a, comparison.name_b
    same = f"{comparison.same} answered alike by both"
    page = Page(
        f"{b} against {a}",
        f"{comparison.questions} questions; {same}{_alone(comparison)}",
        [
            Section(
                "measures",
                "Measures",
                f"{conclusion(comparison, label)} Differences are B − A, with 95 % intervals; p is "
                "two-sided and of one measure alone.",
                tables=[_measures(comparison.measures)] if comparison.measures else [],
            ),
            Section(
                "changes",
                "What changed",
                "Each leads to its questions.",
                bars=_bars(comparison.changes),
            ),
            Section("questions", "Every change", questions=_table(comparison.changes)),
        ],
        [("A", comparison.name_a), ("B", comparison.name_b)],
    )
    return render_page(page)


def _alone(comparison: Comparison) -> str:
    """What one run has and the other lacks, in words; the first few by name."""
    said = ""
    for name, ids in (("A", comparison.only_a), ("B", comparison.only_b)):
        if ids:
            rest = " …" if len(ids) > 3 else ""
            said += f"; {len(ids)} only in {name} ({', '.join(ids[:3])}{rest})"
    return said


def _measures(measures: Sequence[MeasureComparison]) -> Table:
    labels = ("A", "B", "difference", "95 % interval", "p", "better in", "questions")
    columns = [Column("measure", "measure"), *(Column(text, text, Kind.NUMBER) for text in labels)]
    return Table("Measures", "", columns, [_measure(measure) for measure in measures])


def _measure(m: MeasureComparison) -> list[str | Text]:
    # A difference of two shares is in percentage points, which "%" would not say.
    difference = shown(m.difference, m.unit, signed=True).replace("%", "points")
    return [
        Text(label(m.name), strong=m.significant),
        shown(m.a, m.unit),
        shown(m.b, m.unit),
        Text(difference, ("significant",) if m.significant else (), strong=m.significant),
        between(m.low, m.high, m.unit, signed=True).replace("%", "points"),
        "< 0.001" if m.p < 0.001 else f"{m.p:.3f}",
        f"B {m.wins}, A {m.losses}",
        str(m.n),
    ]


def _bars(changes: Sequence[Change]) -> list[Bar]:
    counts = {kind: sum(change.kind == kind for change in changes) for kind in _KINDS}
    return [
        Bar(kind, counts[kind], note, urlencode({"kind": kind}), _STYLES[kind])
        for kind, note in _KINDS.items()
        if counts[kind]
    ]


def _table(changes: Sequence[Change]) -> QuestionTable:
    columns = [
        Column("kind", "Change", Kind.BADGE),
        Column("question", "Question"),
        Column("gold", "Accepted", Kind.LIST, empty="must be refused"),
        Column("a", "Answer of A"),
        Column("b", "Answer of B"),
        Column("f1_a", "F1 of A", Kind.NUMBER, 2),
        Column("f1_b", "F1 of B", Kind.NUMBER, 2),
        Column("gain", "F1, B − A", Kind.NUMBER, 2, hidden=True),
    ]
    filters = [
        Filter("kind", "Change"),
        Filter("verdict_a", "Verdict on A"),
        Filter("verdict_b", "Verdict on B"),
    ]
    caption = "Every question on which the two runs differ, with both answers"
    rows = [
        Row(
            change.id,
            [
                change.kind,
                Text(change.question, (change.id,)),
                change.golds,
                _answer(change.answer_a, change.source_a, change.verdict_a),
                _answer(change.answer_b, change.source_b, change.verdict_b),
                change.f1_a,
                change.f1_b,
                change.f1_b - change.f1_a,
            ],
            {"kind": change.kind, "verdict_a": change.verdict_a, "verdict_b": change.verdict_b},
        )
        for change in changes
    ]
    return QuestionTable(caption, columns, filters, rows, "changes")


def _answer(answer: str | None, source: str, verdict: str) -> Text:
    notes = tuple(note for note in (verdict, source) if note)
    return Text("refused" if answer is None else answer, notes, answer is None, answer is not None)
