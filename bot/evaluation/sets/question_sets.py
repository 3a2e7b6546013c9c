"""Question sets from files, told apart by content, never by name.

JSONL with a ``question`` on each line; one JSON object with ``data`` (SQuAD, QuAC, CoQA); a table
whose header has ``question`` and ``answer``; TREC topics with their qrels; each plain or gzipped;
and the bot's own file of ratings. Conversations with human rewrites are recognised and refused:
they are another task's (``rewrite``).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.evaluation.sets.coqa import is_coqa, parse_coqa
from bot.evaluation.sets.documents import parse_document, with_line
from bot.evaluation.sets.jsonl import parse_jsonl
from bot.evaluation.sets.judged import attach
from bot.evaluation.sets.kinds import Kind, first_lines, kind_of, parsed
from bot.evaluation.sets.quac import is_quac, parse_quac
from bot.evaluation.sets.questions import EvalQuestion, Paragraph, QuestionSet
from bot.evaluation.sets.ratings import load_ratings
from bot.evaluation.sets.squad import parse_squad
from bot.evaluation.sets.table import parse_table, table_delimiter
from bot.evaluation.sets.text import is_database, read_set_text
from bot.evaluation.sets.trec import TrecQrels, parse_qrels, parse_topics
from retrieval.errors import QuestionSetError

__all__ = [
    "EvalQuestion",
    "Paragraph",
    "QuestionSet",
    "load_question_set",
    "load_question_sets",
    "load_topics",
]

_KNOWN = (
    "use JSONL with id, question and answers, SQuAD, QuAC or CoQA JSON, CSV or TSV with the header "
    "question,answer, or TREC topics with their qrels"
)


def load_question_set(path: Path, *, every_row: bool = False) -> QuestionSet:
    """The questions of one file. Topics and qrels are not whole by themselves, and refused.

    ``every_row`` asks also the rows marked ``"extractive": false``, which are otherwise counted in
    ``left_out``. Raises ``QuestionSetError`` with one sentence that names the file and the line.
    """
    return load_question_sets([path], every_row=every_row)[0]


def load_question_sets(
    paths: Sequence[Path], *, every_row: bool = False
) -> tuple[QuestionSet, ...]:
    """The questions of several files, in their order; ``QuestionSet.name`` is the file.

    Qrels are no set of their own: they are attached to the topics next to them (``judged``).
    """
    return attach([_load(path, every_row) for path in paths])


def load_topics(path: Path) -> QuestionSet:
    """The topics of one file, without qrels: ``answered`` is False, ``qrels`` None."""
    text = read_set_text(path)
    if kind_of(text) is not Kind.TOPICS:
        raise QuestionSetError(
            f"{path}: holds no TREC topics; use <top> or <topic> markup, or lines of id, tab and "
            "query."
        )
    return parse_topics(text, str(path))


def _load(path: Path, every_row: bool) -> QuestionSet | TrecQrels:
    if is_database(path):
        return load_ratings(path)
    text, name = read_set_text(path), str(path)
    kind = kind_of(text)
    if kind is Kind.ROWS:
        return parse_jsonl(text, name, every_row=every_row)
    if kind is Kind.DOCUMENT:
        return _document(text, name)
    if kind is Kind.TOPICS:
        return parse_topics(text, name)
    if kind is Kind.QRELS:
        return parse_qrels(text, name)
    delimiter = table_delimiter(text)
    if kind is Kind.TABLE and delimiter is not None:
        return parse_table(text, name, delimiter)
    raise _refusal(kind, name)


def _document(text: str, name: str) -> QuestionSet:
    # Rows of an unknown kind, one a line, are whole JSON until the second line begins.
    rows = [parsed(line) for line in first_lines(text)]
    if all(isinstance(row, dict) and "data" not in row for row in rows):
        raise _unknown_json(name)
    document = parse_document(text, name)
    if not isinstance(document, dict) or "data" not in document:
        raise _unknown_json(name)
    parse = parse_squad
    if is_coqa(document):
        parse = parse_coqa
    elif is_quac(document):
        parse = parse_quac
    try:
        return parse(document, name)
    except QuestionSetError as error:
        raise with_line(error, text, name) from error


def _unknown_json(name: str) -> QuestionSetError:
    return QuestionSetError(f"{name}: is JSON, but no question set that Pullquote knows; {_KNOWN}.")


def _refusal(kind: Kind, name: str) -> QuestionSetError:
    said = {
        Kind.REWRITES: (
            "holds conversations with human rewrites, no answers; measure it with `--task rewrite`."
        ),
        Kind.ARTICLES: (
            "holds articles, not questions; give it to `pullquote index`, and a question set to "
            "`pullquote evaluate`."
        ),
        Kind.RUN: (
            "is a TREC run, which holds what a search found; name the topics and their qrels."
        ),
    }
    unknown = f"is no question set that Pullquote knows; {_KNOWN}."
    return QuestionSetError(f"{name}: {said.get(kind, unknown)}")
