"""The ``evaluate`` command: sets in, files and printed figures out."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from bot.assembly import open_application
from bot.config import Config
from bot.evaluation.rewriting.command import evaluate_rewriting, rewriting_lines
from bot.evaluation.running import (
    Evaluation,
    Progress,
    evaluate_answers,
    evaluate_reading,
    evaluate_retrieval,
)
from bot.evaluation.sets.question_sets import load_question_set
from bot.evaluation.sets.questions import QuestionSet
from bot.evaluation.sets.rewrite import RewriteSet, load_rewrite_set
from bot.paragraphs import paragraph_assistants
from bot.responses import response_searches
from bot.rewriters import make_rewriter


def run_evaluation(
    config: Config, index_folder: Path, files: Sequence[Path], task: str, out: Path | None
) -> None:
    """Evaluates each set and prints its figures.

    All sets are read before the first question is asked, so that a faulty one costs no waiting.
    With several sets, ``out`` holds one folder for each.
    """
    if task == "rewrite":
        _run_rewriting(config, index_folder, files, out)
        return
    sets = [load_question_set(path) for path in files]
    for path, question_set, folder in zip(files, sets, _folders(files, task, out), strict=True):
        with _progress(f"{task} {path.name}") as progress:
            evaluation = _evaluate(config, index_folder, question_set, task, progress)
        evaluation.write(folder)
        for line in figures(evaluation.metrics):
            print(line)
        _say_where(question_set, folder)


def figures(metrics: dict[str, Any]) -> list[str]:
    """The printed summary of ``metrics.json``."""
    if "retrieval" in metrics:
        return _retrieval_figures(metrics)
    a, u, d = metrics["answerable"], metrics["unanswerable"], metrics["disputed"]
    latency = metrics["latency_ms"]
    return [
        f"answerable {a['questions']}: spans right {a['spans_right']}, sentences right "
        f"{a['sentences_right']}, refused wrongly {a['refused_wrongly']}, "
        f"EM {_number(a['exact_match'])}, F1 {_number(a['f1'])}, "
        f"answer in top five {_share(a['answer_in_top_five'], a['questions'])}",
        f"best span whether or not refused: EM {_number(a['best_span_exact_match'])}, "
        f"F1 {_number(a['best_span_f1'])}",
        f"unanswerable {u['questions']}: refused {u['refused_rightly']}; "
        f"disputed {d['questions']}: all sides shown {d['all_sides_shown']}",
        f"time: p50 {_number(latency['p50'])} ms, p95 {_number(latency['p95'])} ms",
    ]


def _retrieval_figures(metrics: dict[str, Any]) -> list[str]:
    found = metrics["retrieval"]
    names = [name for name in found if name != "questions"]
    return [
        f"questions with a relevant passage {found['questions']} of "
        f"{metrics['counts']['questions']}",
        ", ".join(f"{name} {_number(found[name], 3)}" for name in names),
    ]


def _evaluate(
    config: Config, index_folder: Path, question_set: QuestionSet, task: str, progress: Progress
) -> Evaluation:
    if task == "read":
        # SQuAD 1.1's own rule: where every question has an answer, the reader always gives one.
        answerable = all(question.answers for question in question_set.questions)
        with paragraph_assistants(config, index_folder, always_answer=answerable) as make:
            return evaluate_reading(
                question_set,
                lambda paragraph: make(paragraph.id, paragraph.title, paragraph.text),
                progress,
            )
    application = open_application(config, index_folder)
    if task == "retrieve":
        passages = application.searchable_passages()
        return evaluate_retrieval(question_set, application.retrieve, passages, progress)
    return evaluate_answers(question_set, application.assistant, progress)


def _run_rewriting(
    config: Config, index_folder: Path, files: Sequence[Path], out: Path | None
) -> None:
    """The same for sets of conversations; needs the encoder, no index."""
    sets = [load_rewrite_set(path) for path in files]
    rewriter = make_rewriter(config)
    with response_searches(config, index_folder) as search_over:
        for path, rewrite_set, folder in zip(
            files, sets, _folders(files, "rewrite", out), strict=True
        ):
            show = partial(_step, path.name)
            evaluation = evaluate_rewriting(rewrite_set, rewriter, search_over, show)
            evaluation.write(folder)
            for line in rewriting_lines(evaluation.metrics):
                print(line)
            _say_where(rewrite_set, folder)


def _say_where(asked: QuestionSet | RewriteSet, folder: Path) -> None:
    if asked.left_out:
        print(f"left out {asked.left_out}: {asked.left_out_reason}")
    print(f"written to {folder}")


def _folders(files: Sequence[Path], task: str, out: Path | None) -> list[Path]:
    names = [f"{path.name.split('.')[0]}-{task}" for path in files]
    if out is None:
        return [Path("runs") / name for name in names]
    return [out] if len(files) == 1 else [out / name for name in names]


def _share(count: int, whole: int) -> str:
    return _number(100 * count / whole if whole else None)


def _number(value: float | None, digits: int = 1) -> str:
    return "none" if value is None else f"{value:.{digits}f}"


def _step(name: str, title: str) -> AbstractContextManager[Progress]:
    return _progress(f"{name}: {title}")


@contextmanager
def _progress(title: str) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import Progress as Bar

    console = Console(file=sys.stderr)
    with Bar(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(title)
        yield lambda done, total: bar.update(task, completed=done, total=total)
