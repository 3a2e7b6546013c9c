"""The table of every question: predictions and judgements joined by id, as rows. Knows no HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.evaluation.measuring.predictions import first_citation
from bot.evaluation.report.rows_json import quote_of
from bot.evaluation.report.values import Column, Filter, Kind, QuestionTable, Row, Text
from bot.evaluation.report.wording import STRATA, label

Item = Mapping[str, Any]
DETAILED = 10_000
"""Rows that can be opened: with more the file would no longer open at once."""
_NOT_ASKED = "not asked"
_HEADINGS = {"exact_match": "Exact", "f1": "F1", "recall@5": "Recall@5", "recall@20": "Recall@20"}


def join(predictions: Sequence[Item], judgements: Sequence[Item]) -> list[tuple[Item, Item | None]]:
    """Judgements with their predictions, in the judgements' order; then predictions without one."""
    by_id = {str(p.get("id")): p for p in predictions}
    judged = {str(j.get("id")) for j in judgements}
    pairs: list[tuple[Item, Item | None]] = [(j, by_id.get(str(j.get("id")))) for j in judgements]
    pairs += [(p, p) for p in predictions if str(p.get("id")) not in judged]
    return pairs


def first_rank(judgement: Item) -> int | None:
    """The rank of the first relevant passage, 1 the best, which the reciprocal rank tells."""
    reciprocal = (judgement.get("measures") or {}).get("mrr")
    return round(1 / reciprocal) if reciprocal else None


def question_table(pairs: Sequence[tuple[Item, Item | None]], task: str) -> QuestionTable:
    """The table; for ``retrieve`` without verdicts and answers, but with ranks."""
    measures = _names(j.get("measures") for j, _ in pairs)
    stages = _names((p or {}).get("stages") for _, p in pairs)
    asking = task != "retrieve"
    ranked = "mrr" in measures
    columns = [
        *([Column("verdict", "Verdict", Kind.BADGE)] if asking else []),
        Column("question", "Question"),
        *([Column("answer", "Answer and quote")] if asking else []),
        Column("gold", "Accepted", Kind.LIST, empty="must be refused"),
        *([Column("rank", "First good", Kind.NUMBER, empty="none")] if ranked else []),
        *([Column("probability", "Prob.", Kind.NUMBER, 2)] if asking else []),
        *(_measure_column(name) for name in measures),
        Column("time", "Time", Kind.NUMBER, unit="ms"),
        *(Column(f"stage {s}", f"{s} time", Kind.NUMBER, 1, "ms", hidden=True) for s in stages),
    ]
    rows = [
        _row(j, p, columns, measures, stages, detailed=number < DETAILED)
        for number, (j, p) in enumerate(pairs)
    ]
    filters = [Filter("verdict", "Verdict"), Filter("cause", "Cause of a miss")]
    strata = _names(j.get("strata") for j, _ in pairs)
    filters += [Filter(key, STRATA.get(key, key)) for key in strata]
    return QuestionTable(
        "Every question, with its answer, the accepted ones, scores and times",
        columns,
        filters,
        rows,
    )


def _measure_column(name: str) -> Column:
    heading = _HEADINGS.get(name)
    return Column(name, heading or label(name), Kind.NUMBER, 2, hidden=heading is None)


def _names(mappings: Any) -> list[str]:
    """All keys of the mappings, in the order in which they first come."""
    return list(dict.fromkeys(key for mapping in mappings for key in mapping or ()))


def _row(
    judgement: Item,
    prediction: Item | None,
    columns: Sequence[Column],
    measures: Sequence[str],
    stages: Sequence[str],
    detailed: bool,
) -> Row:
    found = prediction or {}
    verdict, cause = judgement.get("verdict"), judgement.get("cause")
    strata = judgement.get("strata") or {}
    cells: dict[str, Any] = {
        "verdict": Text(verdict, (cause,) if cause else ()) if verdict else None,
        "question": _question(judgement, found),
        "answer": _answer(found, verdict),
        "gold": [str(gold) for gold in judgement.get("answers") or ()],
        "rank": first_rank(judgement),
        "probability": found.get("probability"),
        "time": found.get("elapsed_ms"),
        **{name: (judgement.get("measures") or {}).get(name) for name in measures},
        **{f"stage {name}": (found.get("stages") or {}).get(name) for name in stages},
    }
    values = {key: str(value) for key, value in strata.items() if value is not None}
    if verdict:
        values["verdict"] = str(verdict)
    if cause:
        values["cause"] = str(cause)
    kept = ("groups", "passages") if detailed else ()
    details = {key: found[key] for key in kept if found.get(key)}
    return Row(
        str(judgement.get("id")), [cells[column.key] for column in columns], values, details or None
    )


def _question(judgement: Item, found: Item) -> Text:
    question = str(judgement.get("question") or found.get("question") or "")
    standalone = found.get("standalone_question")
    id_, cluster = str(judgement.get("id")), str(judgement.get("cluster") or "")
    turn = (judgement.get("strata") or {}).get("turn")
    facts = [id_]
    if cluster and cluster not in (id_, f"question {id_}"):
        facts += [cluster, f"turn {turn}" if turn else ""]
    notes = [f"understood as: {standalone}"] if standalone and standalone != question else []
    return Text(question, (*notes, ", ".join(filter(None, facts))))


def _answer(found: Item, verdict: Any) -> Text | None:
    if not found or verdict == _NOT_ASKED:
        return None
    groups = found.get("groups") or ()
    if found.get("abstained") or found.get("answer") is None:
        reason = found.get("reason")
        nearest = groups[0].get("answer") if groups else None
        notes = (f"nearest: {nearest}",) if nearest else ()
        return Text(f"refused: {reason}" if reason else "refused", notes, soft=True)
    citation = first_citation(found)
    quote = None if citation is None else quote_of(citation)
    return Text(str(found["answer"]), strong=True, quote=quote)
