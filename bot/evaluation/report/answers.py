"""One evaluation as a single HTML file: no network, no script, every text escaped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from bot.evaluation.measuring.verdicts import Prediction, Verdict, first_citation, verdict
from bot.evaluation.sets.questions import EvalQuestion, QuestionSet

_WEB_SCHEMES = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Figure:
    """One headline figure: ``value`` as shown, ``note`` says out of what or in which unit."""

    label: str
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class Source:
    """A cited sentence, cut in three so that the quote can be marked, and what is cited."""

    before: str
    quote: str
    after: str
    label: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. ``answer``: None for a refusal, ``nearest``: what it rejected."""

    question: EvalQuestion
    verdict: Verdict | None
    standalone: str | None
    answer: str | None
    reason: str | None
    nearest: str | None
    source: Source | None
    probability: str
    milliseconds: str
    rank: str


def render_report(
    question_set: QuestionSet,
    predictions: Iterable[Prediction],
    metrics: Mapping[str, Any],
    *,
    ranks: Mapping[str, int | None] | None = None,
) -> str:
    """The HTML text.

    ``metrics`` is what ``summarise`` returns, with what ``ranking.measure`` returns under
    ``retrieval`` if that was measured; without ``answerable`` no question gets a verdict. ``ranks``
    are those of ``first_relevant_ranks``.
    """
    by_id = {prediction["id"]: prediction for prediction in predictions}
    judged = "answerable" in metrics
    rows = [_row(q, by_id.get(q.id), judged, ranks) for q in question_set.questions]
    counts = Counter(row.verdict for row in rows if row.verdict)
    html: str = _template().render(
        name=question_set.name.replace("\\", "/").rpartition("/")[2],
        question_set=question_set,
        figures=_figures(metrics),
        verdicts=[(kind, css_class(kind), counts[kind]) for kind in Verdict if counts[kind]],
        rows=rows,
        judged=judged,
        ranked=ranks is not None,
    )
    return html


def css_class(kind: Verdict | None) -> str:
    """A verdict as the name of a CSS class."""
    return kind.value.replace(" ", "-") if kind else ""


def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["css_class"] = css_class
    source = resources.files("bot.evaluation.report").joinpath("page.html").read_text("utf-8")
    return environment.from_string(source)


def _figures(metrics: Mapping[str, Any]) -> list[Figure]:
    figures: list[Figure] = []
    answerable = metrics.get("answerable")
    if answerable and answerable["questions"]:
        out_of = f"of {answerable['questions']}"
        figures += [
            Figure("spans right", str(answerable["spans_right"]), out_of),
            Figure("sentences right", str(answerable["sentences_right"]), out_of),
            Figure("answer in top five", str(answerable["answer_in_top_five"]), out_of),
            Figure("refused wrongly", str(answerable["refused_wrongly"]), out_of),
            Figure("exact match", f"{answerable['exact_match']:.1f}", "%, SQuAD"),
            Figure("F1", f"{answerable['f1']:.1f}", "%, SQuAD"),
        ]
    for part, key, label in (
        ("unanswerable", "refused_rightly", "refused rightly"),
        ("disputed", "all_sides_shown", "all sides shown"),
    ):
        if metrics.get(part, {}).get("questions"):
            note = f"of {metrics[part]['questions']}"
            figures.append(Figure(label, str(metrics[part][key]), note))
    for key, label in (("p50", "median time"), ("p95", "95 % within")):
        if metrics.get("latency_ms", {}).get(key) is not None:
            figures.append(Figure(label, f"{metrics['latency_ms'][key]:.0f}", "ms"))
    retrieval = metrics.get("retrieval", {})
    for key in ("recall@1", "recall@5", "recall@20", "success@5", "success@20", "mrr"):
        if retrieval.get(key) is not None:
            label = "MRR" if key == "mrr" else key
            figures.append(Figure(label, f"{retrieval[key]:.3f}", f"over {retrieval['questions']}"))
    return figures


def _row(
    question: EvalQuestion,
    prediction: Prediction | None,
    judged: bool,
    ranks: Mapping[str, int | None] | None,
) -> Row:
    rank = (ranks or {}).get(question.id)
    rank_shown = str(rank) if rank else ("not found" if question.id in (ranks or {}) else "–")
    kind = verdict(question, prediction) if judged else None
    if prediction is None:
        return Row(question, kind, None, None, None, None, None, "", "", rank_shown)
    groups: Sequence[Mapping[str, Any]] = prediction.get("groups") or ()
    abstained = bool(prediction.get("abstained"))
    standalone = prediction.get("standalone_question")
    return Row(
        question=question,
        verdict=kind,
        standalone=standalone if standalone != question.question else None,
        answer=None if abstained else prediction.get("answer"),
        reason=prediction.get("reason"),
        nearest=groups[0].get("answer") if abstained and groups else None,
        source=_source(first_citation(prediction)),
        probability=_shown(prediction.get("probability"), "{:.2f}"),
        milliseconds=_shown(prediction.get("elapsed_ms"), "{:.0f} ms"),
        rank=rank_shown,
    )


def _source(citation: Mapping[str, Any] | None) -> Source | None:
    if citation is None:
        return None
    sentence, quote = citation.get("sentence") or "", citation.get("quote") or ""
    # The sentence has its noise replaced, so a quote across noise need not be found in it.
    before, found, after = sentence.partition(quote) if quote else (sentence, "", "")
    parts = (citation.get("title") or citation.get("article_id"), citation.get("publisher"))
    published, doubt = citation.get("published"), citation.get("date_doubt")
    if published and doubt:
        published = f"{published} (doubtful: {doubt})"
    label = ", ".join(str(part) for part in (*parts, published) if part)
    url = str(citation.get("url") or "")
    return Source(before, found, after, label, url if url.startswith(_WEB_SCHEMES) else None)


def _shown(value: float | None, pattern: str) -> str:
    return "" if value is None else pattern.format(value)
