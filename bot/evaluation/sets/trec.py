"""TREC's topics, and the relevance judgements (qrels) on them.

Topics come as SGML (``<top>``, ``<num> Number: 301``, ``<title>``; tags need no end), as XML
(``<topic number="1">`` with ``<query>`` or ``<title>``) or as lines of ``id TAB query``. Qrels are
lines of ``id iteration document grade``, as trec_eval reads them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from xml.etree import ElementTree

from bot.evaluation.sets.fields import claim_id, short
from bot.evaluation.sets.questions import EvalQuestion, QuestionSet
from retrieval.errors import QuestionSetError

_SGML = re.compile(r"<top>", re.IGNORECASE)
_XML = re.compile(r"<topic[\s>]", re.IGNORECASE)
_EDGE = re.compile(r"<(/?)top>", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-z][\w-]*)(?:\s[^<>]*)?/?>", re.IGNORECASE | re.ASCII)
_BESIDE = re.compile(r"<[/?!a-z][^<>]*>", re.IGNORECASE)
_PREFIX = re.compile(r"\s*(?:number|topic|description)\s*:", re.IGNORECASE)
_NUMBERS = ("number", "num", "id", "identifier", "qid")
_WORDINGS = ("title", "query", "question", "desc", "description")
"""What may word a topic, the best first: the title is what people would type."""
_TABLE_HEADER = re.compile(r"(?:id|qid|query[-_]?id|topic)\t\s*(?:query|text|title|question)\s*\Z")
_JUDGEMENT = re.compile(r"\s*(\S+)\s+(\S+)\s+(\S+)\s+([+-]?\d{1,9})\s*\Z", re.ASCII)
_ITERATION = re.compile(r"Q?\d+\Z", re.ASCII | re.IGNORECASE)
_RUN = re.compile(r"\s*\S+\s+Q0\s+\S+\s+\d+\s+[-+.\deE]+\s+\S+\s*\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class TrecQrels:
    """The judgements of one file: for each question id, the grade of each judged document.

    Grades are 0 (not relevant) or more; a negative one in the file counts as 0.
    """

    name: str
    grades: Mapping[str, Mapping[str, int]] = field(repr=False)


def is_markup(text: str) -> bool:
    """Whether a text that begins with ``<`` holds topics, faulty or not."""
    return bool(_SGML.search(text) or _XML.search(text))


def is_topic_row(line: str) -> bool:
    """Whether a line is an id without blanks, a tab and a query."""
    return _row(line) is not None


def is_judgement(line: str) -> bool:
    """Whether a line is one of a qrels file."""
    match = _JUDGEMENT.match(line)
    return match is not None and _ITERATION.match(match[2]) is not None


def is_run_row(line: str) -> bool:
    """Whether a line is one of a TREC run: what a search found, not a question."""
    return _RUN.match(line) is not None


def parse_topics(text: str, name: str) -> QuestionSet:
    """The topics in ``text``, with no answers and as yet no qrels; ``name`` is the file."""
    if not text.lstrip().startswith("<"):
        found = _from_table(text, name)
    else:
        found = _from_sgml(text, name) if _SGML.search(text) else _from_xml(text, name)
    seen: dict[str, str] = {}
    questions = []
    for topic_id, wording, place in found:
        if not topic_id:
            raise QuestionSetError(f"{place} has no number; every topic needs one.")
        if not wording:
            raise QuestionSetError(f"{place} has no title or query; every topic needs one.")
        claim_id(seen, topic_id, place)
        questions.append(EvalQuestion(topic_id, wording, ()))
    if not questions:
        raise QuestionSetError(f"{name}: the file holds no topic; put at least one in.")
    return QuestionSet(name, tuple(questions), answered=False)


def parse_qrels(text: str, name: str) -> TrecQrels:
    """The judgements in ``text``; ``name`` is the file, for errors.

    A line that is there twice counts once; two grades for one document are refused.
    """
    grades: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for number, line in _lines(text):
        match = _JUDGEMENT.match(line)
        if match is None:
            raise QuestionSetError(
                f"{name}: line {number} is no relevance judgement; write question id, 0, document "
                "id and a whole number as grade, with blanks between them."
            )
        question_id, _, docno, written = match.groups()
        grade = max(int(written), 0)
        if grades[question_id].setdefault(docno, grade) != grade:
            raise QuestionSetError(
                f"{name}: line {number} grades {short(docno)} for question {short(question_id)} a "
                "second time, and otherwise; keep one of the two lines."
            )
    return TrecQrels(name, dict(grades))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    return ((n, line) for n, line in enumerate(text.split("\n"), start=1) if line.strip())


_Found = Iterable[tuple[str, str, str]]
"""Topics as id, wording and place; id and wording may be empty."""


def _from_table(text: str, name: str) -> _Found:
    for index, (number, line) in enumerate(_lines(text)):
        if index == 0 and _TABLE_HEADER.match(line.lower()):
            continue
        row = _row(line)
        if row is None:
            raise QuestionSetError(
                f"{name}: line {number} is not a topic as the other lines are; write an id without "
                "blanks, one tab and the query."
            )
        yield *row, f"{name}: line {number}"


def _row(line: str) -> tuple[str, str] | None:
    topic_id, *queries = line.split("\t")
    if len(queries) != 1 or topic_id.split() != [topic_id] or not queries[0].strip():
        return None
    return topic_id, _one_line(queries[0])


def _from_sgml(text: str, name: str) -> _Found:
    line, end, begun = 1, 0, None
    for edge in _EDGE.finditer(text):
        before = text[end : edge.start()]
        place = f"{name}: line {line + before.count(chr(10))}"
        if bool(edge[1]) != (begun is not None):
            raise QuestionSetError(
                f"{place} has {edge[0].lower()} where the other belongs; begin each topic with "
                "<top> and end it with </top>."
            )
        if begun is None:
            _must_be_markup(before, name, line)
            begun = place
        else:
            fields = _fields(before)
            yield _first(fields, _NUMBERS), _first(fields, _WORDINGS), begun
            begun = None
        line, end = line + before.count("\n"), edge.end()
    if begun is not None:
        raise QuestionSetError(f"{begun}: this topic does not end; put </top> after it.")
    _must_be_markup(text[end:], name, line)


def _must_be_markup(between: str, name: str, line: int) -> None:
    # Tags and comments keep their line ends, so that the line of what follows can still be told.
    rest = _BESIDE.sub(lambda match: "\n" * match[0].count("\n"), between)
    if rest.strip():
        line += rest[: len(rest) - len(rest.lstrip())].count("\n")
        raise QuestionSetError(
            f"{name}: line {line} stands outside of all topics; put it between <top> and </top>, "
            "or remove it."
        )


def _fields(topic: str) -> dict[str, str]:
    """The texts by lower-case tag, each up to the next tag; the first of a name counts."""
    found: dict[str, str] = {}
    tags = list(_TAG.finditer(topic))
    for tag, following in zip(tags, [*tags, None][1:], strict=True):
        if not tag[1]:
            text = topic[tag.end() : following.start() if following else len(topic)]
            found.setdefault(tag[2].lower(), _one_line(unescape(_PREFIX.sub("", text, count=1))))
    return found


def _from_xml(text: str, name: str) -> _Found:
    if "<!ENTITY" in text:
        raise QuestionSetError(
            f"{name}: defines XML entities, which Pullquote does not expand; write the topics "
            "without them."
        )
    try:
        root = ElementTree.fromstring(text.lstrip())
    except (ElementTree.ParseError, ValueError) as error:
        line = getattr(error, "position", (1, 0))[0] + text[: -len(text.lstrip())].count("\n")
        fault = short(str(error).partition(": line")[0])
        raise QuestionSetError(
            f"{name}: line {line} is not valid XML ({fault}); mend that line."
        ) from error
    topics = [element for element in root.iter() if _local(element) == "topic"]
    for number, topic in enumerate(topics, start=1):
        fields = {_local(child): _text(child) for child in reversed(topic)}
        names = {key.lower(): " ".join(value.split()) for key, value in topic.attrib.items()}
        yield (
            _first(names, _NUMBERS) or _first(fields, _NUMBERS),
            _first(fields, _WORDINGS) or (_text(topic) if not len(topic) else ""),
            f"{name}: topic {number}",
        )


def _local(element: ElementTree.Element) -> str:
    """The tag without its name space; comments have none."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _text(element: ElementTree.Element) -> str:
    return _one_line("".join(element.itertext()))


def _first(fields: Mapping[str, str], names: Sequence[str]) -> str:
    return next((fields[name] for name in names if fields.get(name)), "")


def _one_line(text: str) -> str:
    return " ".join(text.split())
