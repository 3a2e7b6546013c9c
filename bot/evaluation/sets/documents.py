"""One JSON document with ``data``: what SQuAD, QuAC and CoQA files have in common.

Places in errors are paths into that object, such as ``data[3].paragraphs[0]``, since such a file is
often one line; where it is not, ``with_line`` adds the line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from bot.evaluation.sets.fields import Record
from bot.evaluation.sets.jsonl import json_fault
from retrieval.errors import QuestionSetError

_PATH = re.compile(r"entry \d+|\w+\[\d+\](?:\.\w+\[\d+\])*")
_STEP = re.compile(r"(\w+)\[(\d+)\]")
_BLANK = re.compile(r"\s*")
_DECODER = json.JSONDecoder()


def parse_document(text: str, name: str) -> Any:
    """The one JSON value in ``text``; ``name`` is the file, for errors."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            raise QuestionSetError(
                f"{name}: line {error.lineno}: something follows the end of the JSON document; "
                "remove it, or put a second document in a file of its own."
            ) from error
        raise QuestionSetError(
            f"{name}: line {error.lineno} is not valid JSON ({error.msg}); mend that line."
        ) from error
    except (ValueError, RecursionError) as error:
        raise QuestionSetError(
            f"{name}: line 1 or below is not valid JSON ({json_fault(error)}); mend the file."
        ) from error


def objects(
    record: Record, key: str, place: str, kind: str = "SQuAD"
) -> Iterator[tuple[dict[str, Any], str]]:
    """The objects of the list ``record[key]``, each with its place.

    ``place`` is a path so far; at the document itself the file's name, a colon and a space.
    ``kind`` is what the file should be, for errors.
    """
    value = record.get(key)
    at_top = place.endswith(": ")
    if not isinstance(value, list):
        where = place if at_top else f"{place} "
        raise QuestionSetError(f'{where}has no list "{key}"; {kind} files need one there.')
    joint = "" if at_top else "."
    for index, item in enumerate(value):
        item_place = f"{place}{joint}{key}[{index}]"
        if not isinstance(item, dict):
            raise QuestionSetError(f"{item_place} is not a JSON object; {kind} files need one.")
        yield item, item_place


def with_line(error: QuestionSetError, text: str, name: str) -> QuestionSetError:
    """The same error with the line before the path that it names, in a ``text`` of several lines.

    ``text`` must be valid JSON that the path leads into; in a list, ``entry 1`` is the first item.
    """
    said = str(error)
    found = _PATH.match(said, len(f"{name}: "))
    if found is None or "\n" not in text.strip():
        return error
    at = 0
    if found[0].startswith("entry "):
        at = _item(text, at, int(found[0].removeprefix("entry ")) - 1)
    for key, index in _STEP.findall(found[0]):
        at = _item(text, _member(text, at, key), int(index))
    line = text.count("\n", 0, at) + 1
    return QuestionSetError(f"{name}: line {line}, {said[found.start() :]}")


def _member(text: str, at: int, key: str) -> int:
    """Where the value of ``key`` begins in the object at ``at``: of equal keys the last counts."""
    found, at = at, _past(text, at)
    while text[at] != "}":
        name, at = _DECODER.raw_decode(text, at)
        at = _past(text, at)
        if name == key:
            found = at
        _, at = _DECODER.raw_decode(text, at)
        at = _next(text, at)
    return found


def _item(text: str, at: int, index: int) -> int:
    """Where the item ``index`` begins in the list at ``at``."""
    at = _past(text, at)
    for _ in range(index):
        _, at = _DECODER.raw_decode(text, at)
        at = _next(text, at)
    return at


def _past(text: str, at: int) -> int:
    """Past the one mark that follows, and the blanks around it."""
    return _blank(text, _blank(text, at) + 1)


def _next(text: str, at: int) -> int:
    """Past the comma that follows a value, or at the bracket that ends the whole."""
    at = _blank(text, at)
    return _blank(text, at + 1) if text[at] == "," else at


def _blank(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at
