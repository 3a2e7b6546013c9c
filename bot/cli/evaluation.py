"""The commands about question sets: arguments in, one exit status out. Thin, as ``cli``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.locations import located_config, located_index, located_settings
from bot.cli.options import CollectionOption, ConfigOption, IndexOption

MOST_WORKERS = 64
SetArgument = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE...",
        readable=False,
        help="JSONL, SQuAD, QuAC or CoQA JSON, CSV, TSV, TREC topics and qrels, ratings, "
        "CANARD or CAsT.",
    ),
]


def _path(name: str, text: str) -> Any:
    """An argument that is a path, as ``--help`` shows it."""
    return typer.Argument(metavar=name, readable=False, help=text)


def _path_option(name: str, text: str) -> Any:
    return typer.Option(metavar=name, readable=False, help=text)


WorkersOption = Annotated[
    int,
    typer.Option(
        metavar="N",
        min=0,
        max=MOST_WORKERS,
        help="Processes side by side; 0: one for each core, for few questions one.",
    ),
]


class Task(StrEnum):
    """What ``evaluate`` measures."""

    ANSWER = "answer"
    READ = "read"
    RETRIEVE = "retrieve"
    REWRITE = "rewrite"


def evaluate(
    files: SetArgument,
    task: Annotated[Task, typer.Option(help="What to measure.")] = Task.ANSWER,
    out: Annotated[
        Path | None, _path_option("DIR", "Where to write; default: runs/NAME-TASK.")
    ] = None,
    workers: WorkersOption = 0,
    fail_under: Annotated[
        str | None,
        typer.Option(
            metavar="BARS", help="Exit 1 unless all are met, for example f1=0.70,p95=500ms."
        ),
    ] = None,
    fail_if_worse_than: Annotated[
        Path | None, _path_option("RUN", "Exit 1 if significantly worse than this run.")
    ] = None,
    config: ConfigOption = None,
    index: IndexOption = None,
    collection: CollectionOption = None,
) -> None:
    """Ask whole question sets; measure the answers, or reader, retrieval or rewriting alone.

    Stop it at any time; the same command goes on from there.
    """
    from bot.evaluation.command import Gate, run_evaluation
    from bot.evaluation.running import Request

    folder = located_index(index, collection)
    request = Request(task.value, located_settings(config), folder, workers)
    gate = Gate(fail_under, fail_if_worse_than)
    raise typer.Exit(run_evaluation(request, files, out, gate))


def compare(
    run_a: Annotated[Path, _path("RUN_A", "The run before.")],
    run_b: Annotated[Path, _path("RUN_B", "The run after.")],
    out: Annotated[
        Path | None, _path_option("FILE", "The page; default: comparison.html in RUN_B.")
    ] = None,
    config: ConfigOption = None,
    index: IndexOption = None,
    collection: CollectionOption = None,
) -> None:
    """Say what changed between two runs over one set, and whether that means anything."""
    from bot.evaluation.command import run_compare

    located_settings(config)
    run_compare(run_a, run_b, out)


def label(
    questions: Annotated[Path, _path("QUESTIONS", "A question set, or one question a line.")],
    out: Annotated[Path, _path_option("FILE", "Where the labels are kept.")],
    by: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who labels; written into each label.")
    ] = None,
    config: ConfigOption = None,
    index: IndexOption = None,
    collection: CollectionOption = None,
) -> None:
    """Build a question set: say with one key which span answers, or that none does."""
    from bot.evaluation.labelling.command import require_terminal, run_label
    from bot.evaluation.labelling.questions import load_questions

    require_terminal()
    folder = located_index(index, collection)
    settings = located_settings(config)
    asked = load_questions(questions)
    from bot.assembly.application import open_application

    run_label(open_application(settings, folder).assistant, asked, out, by)


def agreement(
    labels_a: Annotated[Path, _path("LABELS_A", "One person's labels.")],
    labels_b: Annotated[Path, _path("LABELS_B", "Another's.")],
    config: ConfigOption = None,
    index: IndexOption = None,
    collection: CollectionOption = None,
) -> None:
    """Say how far two people's labels agree: Cohen's kappa, same spans, token F1."""
    from bot.evaluation.labelling.command import run_agreement

    located_settings(config)
    run_agreement(labels_a, labels_b)


def calibrate(
    source: Annotated[Path, _path("SET", "A question set with answers, or a run's folder.")],
    precision: Annotated[
        float, typer.Option(metavar="SHARE", help="How many of the answers given must be right.")
    ] = 0.9,
    out: Annotated[
        Path | None, _path_option("DIR", "Where the run is kept; default: runs/NAME-answer.")
    ] = None,
    workers: WorkersOption = 0,
    config: ConfigOption = None,
    index: IndexOption = None,
    collection: CollectionOption = None,
) -> None:
    """Find the score from which on answers are right often enough; write it to calibration.toml."""
    from bot.assembly.readers import reader_identity
    from bot.evaluation.calibrating.command import run_calibrate
    from bot.evaluation.command import ask_for_calibration

    folder = located_index(index, collection)
    run_calibrate(
        located_config(config),
        source,
        precision,
        ask_all=ask_for_calibration(folder, out, workers),
        reader_of=lambda settings: reader_identity(settings, folder),
    )
