"""The block of fields that stands above a text in Markdown: YAML between ``---``, TOML between
``+++``, or a JSON object.

Of YAML a small part is read, which is what people write there: keys with a text, a list of texts,
or people with names.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time

_FENCED = re.compile(
    r"\s*(?P<fence>---|\+\+\+)[ \t]*\r?\n(?P<block>.{0,20000}?\n)??"
    r"(?:(?P=fence)|\.\.\.)[ \t]*(?:\r?\n|$)",
    re.S,
)
_LONGEST = 25_000
_USUAL = frozenset(
    """title headline date published author authors byline url link source permalink publisher tags
    categories category layout slug draft description summary""".split()
)
"""One of these is in any front matter; what has none is a list between two rules."""
_KEY = re.compile(r"(?P<key>[^\W\d][\w .-]{0,60}?)\s*:(?:\s+(?P<value>.*))?$")
_QUOTED = re.compile(r"\"(?P<double>(?:[^\"\\]|\\.)*)\"|'(?P<single>(?:[^']|'')*)'")
_COMMENT = re.compile(r"\s+#.*$")
_BLOCK_TEXT = re.compile(r"[|>][+-]?\d?$")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """``end``: where the text proper begins. Values of ``fields`` are texts, numbers, lists and
    mappings; days are in ISO form.
    """

    end: int
    fields: Mapping[str, object] = field(default_factory=dict)


def front_matter(text: str) -> FrontMatter | None:
    """The fields above ``text``; None where it begins with none, or with what only looks so."""
    head = text[:_LONGEST]
    if head.lstrip().startswith("{"):
        return _json(head)
    fenced = _FENCED.match(head)
    if fenced is None or fenced["block"] is None:
        return None
    read = _toml if fenced["fence"] == "+++" else _yaml
    fields = read(fenced["block"])
    return FrontMatter(fenced.end(), fields) if fields and _is_usual(fields) else None


def _is_usual(fields: Mapping[str, object]) -> bool:
    return not _USUAL.isdisjoint(key.casefold() for key in fields)


def _json(head: str) -> FrontMatter | None:
    start = len(head) - len(head.lstrip())
    try:
        fields, end = json.JSONDecoder().raw_decode(head, start)
    except (ValueError, RecursionError):
        return None
    rest = head[end:]
    if not isinstance(fields, dict) or not _is_usual(fields) or not rest.strip():
        return None
    below = re.match(r"[ \t]*\r?\n", rest)
    return FrontMatter(end + below.end(), fields) if below else None


def _toml(block: str) -> Mapping[str, object] | None:
    try:
        fields = tomllib.loads(block.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    return {key: _plain(value) for key, value in fields.items()}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date | time) else value


def _yaml(block: str) -> Mapping[str, object] | None:
    """None where a line is neither a field nor part of one: then it is a text between rules."""
    fields: dict[str, object] = {}
    below: dict[str, list[str]] = {}
    last = None
    for line in block.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line[0] in " \t" or line.startswith("- ") or line.strip() == "-":
            if last is None:
                return None
            below.setdefault(last, []).append(line)
            continue
        match = _KEY.match(line.rstrip())
        if match is None:
            return None
        last = match["key"]
        fields[last] = match["value"] or ""
    for key, value in list(fields.items()):
        fields[key] = _value(str(value), below.get(key, []))
    return fields


def _value(written: str, below: Sequence[str]) -> object:
    written = written.strip()
    if below and (not written or _BLOCK_TEXT.match(written)):
        lines = [line.strip() for line in below]
        if written:
            return " ".join(lines)
        items = [item for item in map(_item, lines) if item]
        return items if any(line.startswith("-") for line in lines) else " ".join(items)
    if written.startswith("[") and written.endswith("]"):
        return [_scalar(item) for item in _split(written[1:-1])]
    return _scalar(" ".join((written, *(line.strip() for line in below))))


def _item(line: str) -> str | None:
    """A list's item; of a mapping what its name is, and nothing of its other keys."""
    item = line.removeprefix("-").strip()
    match = _KEY.match(item)
    if match is None:
        return _scalar(item)
    return _scalar(match["value"] or "") if match["key"].casefold() == "name" else None


def _split(inner: str) -> list[str]:
    """The items of a list on one line; commas within quotes are part of one."""
    return [item.strip() for item in re.findall(r"(?:\"[^\"]*\"|'[^']*'|[^,])+", inner)]


def _scalar(written: str) -> str:
    written = written.strip()
    quoted = _QUOTED.match(written)
    if quoted is None:
        return "" if written in ("~", "null") else _COMMENT.sub("", written)
    if quoted["single"] is not None:
        return quoted["single"].replace("''", "'")
    try:
        return str(json.loads(quoted.group()))
    except ValueError:
        return quoted["double"]
