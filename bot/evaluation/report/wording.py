"""Names and numbers of an evaluation as a person reads them. Knows no page and no drawing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.evaluation.report.values import Column, Figure, Interval, Kind, Table

LABELS = {
    "exact_match": "exact match",
    "f1": "F1",
    "correct": "answered correctly",
    "span_right": "quote right",
    "sentence_right": "sentence right",
    "answer_in_top_five": "answer in the top five",
    "answer_in_passages": "answer in the passages",
    "answered": "answered",
    "precision_of_answers": "right among those answered",
    "best_span_right": "likeliest answer right",
    "best_span_exact_match": "exact match of the likeliest",
    "best_span_f1": "F1 of the likeliest",
    "citation_precision": "citation precision",
    "citation_recall": "citation recall",
    "has_answer_exact_match": "exact match, answerable",
    "has_answer_f1": "F1, answerable",
    "no_answer_refused": "refused rightly",
    "all_sides_shown": "all sides shown",
    "auc": "area under ROC",
    "aurc": "area under risk",
    "ece": "calibration error",
    "brier": "Brier score",
    "p50": "median time",
    "p90": "90 % within",
    "p95": "95 % within",
    "p99": "99 % within",
    "mrr": "MRR",
    "follow_up_right": "right in the conversation",
    "follow_up_right_after_gold": "right after the gold turns",
    "follow_up_right_as_typed": "right as typed, without history",
    "harm": "harm: right as typed, not in the conversation",
    "help": "help: right in the conversation, not as typed",
    "names_lost": "rewrites that lost a named thing",
    "names_added": "rewrites that added a named thing",
    "left_alone": "standalone questions left alone",
    "follow_up_refused": "refused rightly in the conversation",
    "right_after_refusal": "right after a question to be refused",
}
CAUSES = {
    "rewriting": "With a person's wording of the follow-up the answer is right.",
    "not in the articles": "No article says an accepted answer in those words.",
    "retrieval": "An article says an accepted answer; no passage that was read does.",
    "reader": "A passage that was read holds one, and no answer found is right.",
    "grouping": "A right answer was found, and another was put before it.",
    "decision": "The best answer was right but refused, or there was none and one was given.",
}
"""Why a question was missed, from the question to the answer; what each cause means."""
STRATA = {"type": "Kind of answer", "source": "Source", "year": "Year", "turn": "Turn"}
_PLAIN_NUMBERS = {"auc", "aurc", "ece", "brier", "mrr"}


def label(name: str) -> str:
    """A figure's name for a person; an unknown one with blanks for its underscores."""
    return LABELS.get(name, name.replace("ndcg", "nDCG").replace("_", " "))


def unit_of(name: str, figure: Mapping[str, Any]) -> str:
    """``share``, ``ms`` or ``number``: as the figure says, but areas and errors are numbers."""
    if name in _PLAIN_NUMBERS or name.startswith("ndcg"):
        return "number"
    return str(figure.get("unit") or ("ms" if name[:1] == "p" and name[1:].isdigit() else "share"))


def shown(value: Any, unit: str = "share", *, signed: bool = False) -> str:
    """A figure with its unit; a dash for None. Shares, 0..1, are shown in percent."""
    if value is None:
        return "–"
    sign = "+" if signed else ""
    if unit == "share":
        said = f"{100 * value:{sign}.1f}\u00a0%"
    else:
        said = f"{value:{sign}.0f}\u00a0ms" if unit == "ms" else f"{value:{sign}.3f}"
    return said.replace("-", "−")


def between(low: Any, high: Any, unit: str = "share", *, signed: bool = False) -> str:
    """An interval in words; a dash where there is none."""
    if low is None or high is None:
        return "–"
    first, last = shown(low, unit, signed=signed), shown(high, unit, signed=signed)
    # One unit for both: "52.0 to 60.0 %".
    return f"{first.partition(chr(0xA0))[0]} to {last}"


def figure_of(name: str, figure: Mapping[str, Any]) -> Figure:
    """A headline figure with its interval; its place on a scale only if it lies between 0 and 1."""
    unit, value = unit_of(name, figure), figure.get("value")
    low, high = figure.get("low"), figure.get("high")
    interval = None
    if not (value is None or low is None or high is None):
        placed = unit != "ms" and 0 <= low <= value <= high <= 1
        places = (low, value, high) if placed else (None, None, None)
        interval = Interval(between(low, high, unit), *places)
    notes = [f"of {figure['n']}"] if figure.get("n") else []
    if figure.get("better") == "lower" and unit == "number":
        notes.append("lower is better")
    return Figure(label(name), shown(value, unit), ", ".join(notes), interval)


def table_of(
    title: str, labels: Sequence[str], rows: Iterable[Sequence[Any]], note: str = ""
) -> Table:
    """A table of numbers with a first column of names."""
    columns = [
        Column(text, text, Kind.NUMBER if index else Kind.TEXT) for index, text in enumerate(labels)
    ]
    return Table(title, note, columns, [list(row) for row in rows])
