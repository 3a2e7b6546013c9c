"""The ``evaluate`` and ``compare`` commands: sets or run folders in; files, printed figures and a
gate's verdict out.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot.assembly.question_sets import response_searches
from bot.assembly.rewriters import make_rewriter
from bot.config import Config
from bot.evaluation.comparing.compare import compare_runs
from bot.evaluation.comparing.gates import Bar, parse_bars, unmet, worse
from bot.evaluation.comparing.saved_run import SavedRun, load_run
from bot.evaluation.comparing.values import conclusion
from bot.evaluation.measuring.predictions import Prediction
from bot.evaluation.outputs import write_files, write_run
from bot.evaluation.printing import comparison_lines, figure_lines
from bot.evaluation.report.answers import answers_report
from bot.evaluation.report.comparison import comparison_report
from bot.evaluation.rewriting.command import evaluate_rewriting, rewriting_lines
from bot.evaluation.running import Evaluation, Progress, Request, evaluate_set, must_fit
from bot.evaluation.sets.question_sets import load_question_sets
from bot.evaluation.sets.questions import QuestionSet
from bot.evaluation.sets.rewrite import RewriteSet, load_rewrite_set
from bot.terminal.progress import ShowStage, shown_progress, stopped_by_sigterm
from retrieval.errors import UsageError


@dataclass(frozen=True, slots=True)
class Gate:
    """What a run must reach: conditions as written, and a run that it must not fall behind."""

    fail_under: str | None = None
    fail_if_worse_than: Path | None = None


def run_evaluation(
    request: Request, files: Sequence[Path], out: Path | None, gate: Gate | None = None
) -> int:
    """Evaluates each set and prints its figures. Gives the exit status: 1 where the gate is shut,
    or when stopped by Ctrl-C or SIGTERM.

    All sets are read before the first question is asked, so that a faulty one costs no waiting.
    With several sets, ``out`` holds one folder for each. Raises ``UsageError`` for a call that is
    wrong, and the errors of ``evaluate_set``.
    """
    gate = gate or Gate()
    try:
        with stopped_by_sigterm():
            if request.task == "rewrite":
                return _run_rewriting(request, files, out, gate)
            return _run(request, files, out, gate)
    except KeyboardInterrupt:
        kept = "what was asked is kept, and the same command goes on from here."
        if request.task == "rewrite":
            kept = "nothing was written; rewriting takes minutes and begins anew."
        print(f"pullquote: stopped; {kept}", file=sys.stderr)
        return 1


def ask_for_calibration(
    index_folder: Path, out: Path | None, workers: int
) -> Callable[[Config, QuestionSet], Sequence[Prediction]]:
    """Asks a set as ``evaluate`` does, and keeps the run: its report shows what was judged."""

    def ask(config: Config, question_set: QuestionSet) -> Sequence[Prediction]:
        request = Request("answer", config, index_folder, workers)
        (folder,) = _folders([question_set], "answer", out)
        title = f"answer {Path(question_set.name).name}"
        with stopped_by_sigterm(), shown_progress() as show:
            write = partial(_write, folder)
            evaluation = evaluate_set(request, question_set, folder, _stage(show, title), write)
        print(f"run written to {folder}")
        return evaluation.predictions

    return ask


def _run(request: Request, files: Sequence[Path], out: Path | None, gate: Gate) -> int:
    bars: Sequence[Bar] = ()
    if gate.fail_under is not None:  # an empty one is a variable that was not set: no gate at all
        bars = parse_bars(gate.fail_under, request.task)
    sets = load_question_sets(files)
    for question_set in sets:
        must_fit(question_set, request.task)
    before = _baseline(gate.fail_if_worse_than, request.task, sets)
    failures: list[str] = []
    for question_set, folder in zip(sets, _folders(sets, request.task, out), strict=True):
        title = f"{request.task} {Path(question_set.name).name}"
        with shown_progress() as show:
            progress = _stage(show, title)
            evaluation = evaluate_set(
                request, question_set, folder, progress, partial(_write, folder)
            )
        for line in figure_lines(evaluation.metrics):
            print(line)
        _say_where(question_set, folder)
        failures += unmet(bars, evaluation.metrics)
        if before is not None:
            failures += _fallen_behind(before, folder)
    return _verdict(failures)


def _write(folder: Path, evaluation: Evaluation) -> None:
    judgements = [judged.record() for judged in evaluation.judgements]
    write_run(
        folder,
        predictions=evaluation.predictions,
        judgements=judgements,
        metrics=evaluation.metrics,
        report=answers_report(evaluation.predictions, judgements, evaluation.metrics),
        run=evaluation.run,
        qrels=evaluation.qrels,
    )


def _baseline(folder: Path | None, task: str, sets: Sequence[QuestionSet]) -> SavedRun | None:
    """The run to hold against, looked at before the first question is asked."""
    if folder is None:
        return None
    if len(sets) > 1:
        raise UsageError(
            "--fail-if-worse-than holds one set against one run; evaluate one set at a time."
        )
    run = load_run(folder)
    if run.task != task:
        raise UsageError(
            f"{folder} is a run of --task {run.task}; hold --task {task} against one of its own."
        )
    asked = {question.id: question for question in sets[0].questions}
    for judged in run.judgements.values():
        question = asked.get(judged.id)
        if question is None or (question.question, question.answers) != (
            judged.question,
            judged.answers,
        ):
            raise UsageError(
                f'{folder} was run over another set: its question "{judged.id}" is not in '
                f"{sets[0].name} in the same words; evaluate that run again."
            )
    if len(run.judgements) != len(asked):
        raise UsageError(
            f"{folder} was run over {len(run.judgements)} questions, {sets[0].name} has "
            f"{len(asked)}; evaluate that run again."
        )
    return run


def _fallen_behind(before: SavedRun, folder: Path) -> list[str]:
    comparison = compare_runs(before, load_run(folder))
    print(f"against {before.folder}: {conclusion(comparison)}")
    return worse(comparison)


def _verdict(failures: Sequence[str]) -> int:
    for failure in failures:
        print(f"pullquote: {failure}.", file=sys.stderr)
    return 1 if failures else 0


def _run_rewriting(request: Request, files: Sequence[Path], out: Path | None, gate: Gate) -> int:
    """The same for sets of conversations; needs the encoder, no index."""
    if gate != Gate():
        raise UsageError(
            "--fail-under and --fail-if-worse-than do not know --task rewrite; leave them out."
        )
    sets = [load_rewrite_set(path) for path in files]
    rewriter = make_rewriter(request.config)
    with response_searches(request.config, request.index_folder) as search_over:
        for rewrite_set, folder in zip(sets, _folders(sets, "rewrite", out), strict=True):
            show = partial(_step, Path(rewrite_set.name).name)
            evaluation = evaluate_rewriting(rewrite_set, rewriter, search_over, show)
            evaluation.write(folder)
            for line in rewriting_lines(evaluation.metrics):
                print(line)
            _say_where(rewrite_set, folder)
    return 0


def _say_where(asked: QuestionSet | RewriteSet, folder: Path) -> None:
    if asked.left_out:
        print(f"left out {asked.left_out}: {asked.left_out_reason}")
    print(f"written to {folder}")


def _folders(sets: Sequence[QuestionSet | RewriteSet], task: str, out: Path | None) -> list[Path]:
    if out is not None and out.exists() and not out.is_dir():
        raise UsageError(f"{out}: is a file, not a folder; name another --out.")
    names = [f"{Path(one.name).name.split('.')[0]}-{task}" for one in sets]
    if out is not None and len(sets) == 1:
        return [out]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise UsageError(
            f"two of the sets would be written to {twice}; rename one, or evaluate them one by one."
        )
    return [(Path("runs") if out is None else out) / name for name in names]


def _stage(show: ShowStage, title: str) -> Progress:
    return lambda done, total: show(title, done, total)


@contextmanager
def _step_progress(title: str) -> Iterator[Progress]:
    with shown_progress() as show:
        yield _stage(show, title)


def _step(name: str, title: str) -> AbstractContextManager[Progress]:
    return _step_progress(f"{name}: {title}")


FILE = "comparison.html"


def run_compare(a: Path, b: Path, out: Path | None) -> None:
    """Prints what run ``b`` changed against run ``a``, and writes it as HTML into the file ``out``,
    or next to run ``b``.

    Raises ``UsageError`` where a folder holds no run, the runs cannot be compared or ``out`` is a
    folder, and ``StorageError``.
    """
    if out is not None and out.is_dir():
        raise UsageError(f"{out}: is a folder; name a file for the page with --out.")
    comparison = compare_runs(load_run(a), load_run(b))
    for line in comparison_lines(comparison):
        print(line)
    target = out or b / FILE
    write_files(target.parent, {target.name: comparison_report(comparison)})
    print(f"written to {target}")
