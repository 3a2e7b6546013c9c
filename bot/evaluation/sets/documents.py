"""One JSON document with ``data``: what SQuAD, QuAC and CoQA files have in common.

Places in errors are paths into that object, such as ``data[3].paragraphs[0]``, since such a file is
often one line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from bot.evaluation.sets.fields import Record
from bot.evaluation.sets.jsonl import json_fault
from retrieval.errors import QuestionSetError


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
