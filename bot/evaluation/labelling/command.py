"""The commands ``label`` and ``agreement``: arguments in, files and printed lines out."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bot.dialogue.assistant import Replies
from bot.evaluation.labelling.agreement import Agreement, agreement_of, pair_f1
from bot.evaluation.labelling.label_file import LabelFile, load_labels, opened_labels
from bot.evaluation.labelling.labels import Label, LabelSet
from bot.evaluation.labelling.session import Session, begin
from bot.evaluation.sets.questions import QuestionSet
from retrieval.errors import UsageError
from retrieval.text.characters import printable


def require_terminal() -> None:
    """Raises ``UsageError`` where no person can see questions and press keys."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "labelling needs a terminal to show questions and read keys; run `pullquote label` "
            "in one, without a pipe."
        )


def run_label(replies: Replies, questions: QuestionSet, out: Path, by: str | None = None) -> None:
    """Labels the questions that have no label in ``out`` yet, until the person leaves.

    ``by`` is written into each label. Raises ``UsageError`` and ``WorkError`` as the parts do; what
    was labelled until then is kept.
    """
    from rich.console import Console
    from rich.text import Text

    from bot.evaluation.labelling.asking import Asking
    from bot.evaluation.labelling.screen import LabellingScreen

    require_terminal()
    if _same_file(Path(questions.name), out):
        raise UsageError(
            f"{out}: holds the questions themselves; name another file for the labels with --out."
        )
    with opened_labels(out) as file:
        _check_same_questions(questions, file)
        console = Console(highlight=False, emoji=False)
        if file.mended:
            console.print(Text(printable(f"{out}: {file.mended}"), style="yellow"))
        session = begin(questions.questions, [label.id for label in file.labels])
        screen = LabellingScreen(
            Asking(replies, questions.questions), file, console, _now, session=session, by=by
        )
        screen.run()
    print(printable(leaving_line(screen.session, out)))


def leaving_line(session: Session, out: Path) -> str:
    """How far the set is labelled, and how to go on."""
    done, left = session.done, session.to_do
    if not left:
        return f"All {done} questions are labelled, in {out}."
    return (
        f"{done} labelled, {left} left; the labels are in {out}, and the same command goes on "
        "with the first question that has none."
    )


def run_agreement(first: Path, second: Path) -> None:
    """Prints how far two files of labels agree. Raises ``QuestionSetError``."""
    a, b = load_labels(first), load_labels(second)
    for line in agreement_lines(a, b, agreement_of(a, b)):
        print(printable(line))


def agreement_lines(first: LabelSet, second: LabelSet, found: Agreement) -> Iterator[str]:
    """The figures with their counts, then each question on which the labels differ."""
    yield f"A: {_described(first)}"
    yield f"B: {_described(second)}"
    yield (
        f"labelled in both: {found.both}; only in A: {found.only_first}; "
        f"only in B: {found.only_second}"
    )
    kappa = "undefined (one verdict throughout)" if found.kappa is None else f"{found.kappa:.2f}"
    yield (
        f"answerable or not: agree on {_share(found.same_verdict, found.both)}, "
        f"Cohen's kappa {kappa}"
    )
    yield (
        f"answerable in both: {found.answerable}; same spans "
        f"{_share(found.same_spans, found.placed)}; at least one span in common "
        f"{_share(found.shared_span, found.placed)}; mean token F1 "
        f"{'none' if found.mean_f1 is None else f'{found.mean_f1:.2f}'}"
    )
    if not found.differing:
        yield "They differ nowhere."
        return
    yield f"They differ on {len(found.differing)}:"
    for a, b in found.differing:
        nearness = f"  (F1 {pair_f1(a, b):.2f})" if a.answerable and b.answerable else ""
        yield f"  {a.id}  {a.question}{nearness}"
        yield f"    A: {_answers(a)}"
        yield f"    B: {_answers(b)}"


def _described(labels: LabelSet) -> str:
    people = sorted({label.by for label in labels.labels if label.by})
    by = f" by {', '.join(people)}" if people else ""
    count = len(labels.labels)
    return f"{labels.name}, {count} {'label' if count == 1 else 'labels'}{by}"


def _answers(label: Label) -> str:
    if not label.answerable:
        return "the articles do not say"
    places = [f" ({p.article_id}, characters {p.start}–{p.end})" for p in label.spans]
    quotes = [f"“{' '.join(answer.split())}”" for answer in label.answers]
    return " | ".join(
        quote + place for quote, place in zip(quotes, places or [""] * len(quotes), strict=True)
    )


def _share(count: int, whole: int) -> str:
    return f"{count} of {whole}" + (f" ({100 * count / whole:.1f} %)" if whole else "")


def _check_same_questions(questions: QuestionSet, file: LabelFile) -> None:
    """An id must mean the same question in both: line numbers move when a file is edited."""
    asked = {question.id: question.question for question in questions.questions}
    for label in file.labels:
        if asked.get(label.id, label.question).strip() != label.question.strip():
            raise UsageError(
                f'{file.path}: its label "{label.id}" is of another question than in '
                f"{questions.name}; name another file with --out, or label the set it was begun "
                "with."
            )


def _same_file(first: Path, second: Path) -> bool:
    try:
        return first.samefile(second)
    except (OSError, ValueError):
        return False


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
