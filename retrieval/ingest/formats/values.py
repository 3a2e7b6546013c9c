"""A field's value to text, in whatever form a program wrote it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

_INNER = ("rendered", "value", "text", "#text", "main", "original", "$oid", "html", "content")
"""Where programs keep the text of a field that has more parts than that."""
_MOMENTS = ("$date", "$numberLong", "value", "iso", "date", "#text")
_NAMES = ("name", "title", "displayName", "value", "#text", "original", "id")
_BY = re.compile(r"^(?:by|von|par)\s+(?=\S)", re.I)
_IN_BRACKETS = re.compile(r"^\S+@\S+\s+\((?P<name>[^()]+)\)$")
_LONGEST_LIST = 2000
_DEEPEST = 4
_ADDRESS = re.compile(r"\s*https?://[^\s/]+\S*\s*$", re.I)


def plain(value: Any) -> str | None:
    """One text: a text, a number, the first of a list, or the text within a value's parts."""
    return _inner(value, _INNER, _DEEPEST)


def name(value: Any) -> str | None:
    """A name: a text, or that of a thing with a name."""
    return _inner(value, _NAMES, _DEEPEST)


def moment(value: Any) -> str:
    """A date as its source writes it; empty for what can be none."""
    if isinstance(value, bool):
        return ""
    return (_inner(value, _MOMENTS, _DEEPEST) or "").strip()


def story(value: Any) -> str | None:
    """A text that may be given in paragraphs; None for what is no text."""
    if isinstance(value, list):
        parts = [part for part in map(story, value) if part is not None]
        return "\n\n".join(parts) if parts else None
    if isinstance(value, Mapping):
        return next((story(value[key]) for key in _INNER if key in value), None)
    return value if isinstance(value, str) else None


def people(value: Any) -> str | None:
    """Who wrote it: names with commas between, without "By" and without mail addresses."""
    if isinstance(value, str):
        value = _list_in(value)
    names = value if isinstance(value, list) else [value]
    found = [person for person in (_person(item) for item in names) if person]
    return ", ".join(dict.fromkeys(found)) or None


def address(text: str) -> bool:
    """Whether it is a web address, and nothing else."""
    return _ADDRESS.match(text) is not None


def host_of(text: str) -> str | None:
    """The site of an address that names no page of it; None for any other."""
    try:
        parts = urlsplit(text.strip())
    except ValueError:  # brackets that hold no address
        return None
    if parts.path.strip("/") or parts.query:
        return None
    return (parts.hostname or "").removeprefix("www.") or None


def mended(text: str) -> str:
    """A lone surrogate (half an emoji escape) is no character: no file or terminal can hold it."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _inner(value: Any, keys: tuple[str, ...], depth: int) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value) if value == value else None  # NaN is no value
    if not depth:
        return None
    if isinstance(value, list):
        return next(filter(None, (_inner(item, keys, depth - 1) for item in value)), None)
    if isinstance(value, Mapping):
        found = (_inner(value[key], keys, depth - 1) for key in keys if key in value)
        return next(filter(None, found), None)
    return None


def _person(value: Any) -> str | None:
    if isinstance(value, Mapping) and not any(key in value for key in _NAMES):
        parts = [value.get(key) for key in ("firstName", "first_name", "lastName", "last_name")]
        return " ".join(part for part in parts if isinstance(part, str)) or None
    found = name(value)
    if not found:
        return None
    found = " ".join(found.split())
    bracketed = _IN_BRACKETS.match(found)
    if bracketed:
        found = bracketed["name"]
    elif "@" in found:
        found = parseaddr(found)[0] or found
    return _BY.sub("", found) or None


def _list_in(text: str) -> Any:
    """The list that a cell of a table holds as text (``['Ann Berg', 'Bo Lind']``), or the text."""
    trimmed = text.strip()
    if not (trimmed.startswith("[") and trimmed.endswith("]")) or len(trimmed) > _LONGEST_LIST:
        return text
    for read in (json.loads, ast.literal_eval):
        try:
            found = read(trimmed)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(found, list):
            return found
    return text
