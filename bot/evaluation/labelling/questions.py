"""The questions to label: any question set, topics, or a plain text with one question a line.

Told apart by content: a file that evaluation can read is never taken for plain text, nor is one
that is only a faulty question set.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from bot.evaluation.sets.kinds import Kind, kind_of
from bot.evaluation.sets.question_sets import load_question_set, load_topics
from bot.evaluation.sets.questions import EvalQuestion, QuestionSet
from bot.evaluation.sets.text import read_set_text
from retrieval.errors import QuestionSetError
from retrieval.pipeline import LONGEST_QUESTION

_DATA_BEGINS = ("{", "[", "<", "---", "%", "#")
"""How JSON, XML, HTML, YAML and commented files begin, and no question does."""


def load_questions(path: Path) -> QuestionSet:
    """The questions of ``path``; those of a plain text are named ``line-N`` after their lines.

    Raises ``QuestionSetError``: what ``load_question_set`` says, where the lines are no plain text.
    """
    try:
        return load_question_set(path)
    except QuestionSetError as own:
        with suppress(QuestionSetError):
            found = _without_answers(path)
            if found is not None:
                return found
        raise own


def _without_answers(path: Path) -> QuestionSet | None:
    """What evaluation cannot use, as no answers are known: topics without qrels, plain text."""
    text = read_set_text(path)
    kind = kind_of(text)
    if kind is Kind.TOPICS:
        return load_topics(path)
    questions = plain_questions(text) if kind is Kind.UNKNOWN else ()
    return QuestionSet(str(path), questions) if questions else None


def plain_questions(text: str) -> tuple[EvalQuestion, ...]:
    """One question for each line that is not blank; none where a line is not plain text."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1)]
    asked = [(number, line) for number, line in lines if line]
    if not asked or not all(_is_plain(line) for _, line in asked) or _is_header(asked[0][1]):
        return ()
    return tuple(EvalQuestion(f"line-{number}", line, ()) for number, line in asked)


def _is_plain(line: str) -> bool:
    return (
        "\t" not in line
        and not line.startswith(_DATA_BEGINS)
        and len(line) <= LONGEST_QUESTION
        and any(character.isalnum() for character in line)
    )


def _is_header(line: str) -> bool:
    """Whether a first line names the columns of a table, which then lacks another column."""
    cells = line.lower().replace(";", ",").split(",")
    return "question" in [cell.strip(' "') for cell in cells]
