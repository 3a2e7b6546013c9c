"""One log record as one line: without secrets, without what people typed, without line breaks.

Secrets that it was not given are found only where they have the shape of a bot token. What the
project's own modules put into a message or a field is taken as fit to be logged; what libraries put
into theirs is not, but for numbers.
"""

from __future__ import annotations

import errno
import json
import logging
import re
import traceback
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from enum import Enum
from math import isfinite
from pathlib import PurePath
from typing import Literal
from urllib.parse import quote

from retrieval.errors import PullquoteError

Style = Literal["text", "json"]
FIELDS = "pullquote_fields"
"""The attribute of a record that holds its keys and values."""

_HIDDEN = "***"
_TOKEN = r"(?<![0-9])[0-9]+(?::|%3[Aa])[A-Za-z0-9_-]{30,}"
_OWN = ("bot", "retrieval", "pullquote", "py.warnings")
"""Loggers whose arguments are shown. Libraries log whole updates as arguments when they fail."""
_LONGEST, _MOST, _DEEPEST, _FRAMES = 2000, 50, 4, 20
_RESERVED = {"time", "level", "logger", "event"}


class Redactor:
    """Replaces secrets in a text, also as they stand in an address, in JSON and in a ``repr``."""

    def __init__(self, secrets: Sequence[str]) -> None:
        forms = {form for secret in secrets for form in _forms(secret)} - {""}
        # Looked for ahead, so that those are found too that begin inside another.
        self._patterns = [
            re.compile(f"(?=({pattern}))") for pattern in [*map(re.escape, sorted(forms)), _TOKEN]
        ]

    def __call__(self, text: str) -> str:
        found = [m.span(1) for pattern in self._patterns for m in pattern.finditer(text)]
        shown, done = "", 0
        for start, end in sorted(found):
            if start >= done:
                shown += text[done:start] + _HIDDEN
            done = max(done, end)
        return shown + text[done:]


def _forms(secret: str) -> Iterator[str]:
    yield from (secret, quote(secret, safe=""), repr(secret)[1:-1])
    yield from (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
    if re.fullmatch(_TOKEN, secret):
        yield re.split(":|%3[Aa]", secret)[1]


def described(error: BaseException) -> dict[str, object]:
    """What a log says of an error: its class and frames, those of its causes too, and its message
    only where that is meant for people. Whatever else an error says may quote what somebody typed.
    """
    return _described(error, 5)


def _described(error: BaseException, causes: int) -> dict[str, object]:
    kind = type(error)
    record: dict[str, object] = {"class": f"{kind.__module__}.{kind.__qualname__}"}
    if isinstance(error, PullquoteError):
        record["says"] = str(error)
    if isinstance(error, OSError) and isinstance(error.errno, int):
        record["errno"] = errno.errorcode.get(error.errno, error.errno)
    frames = [
        f"{'/'.join(PurePath(frame.f_code.co_filename).parts[-3:])}:{line} {frame.f_code.co_name}"
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    if frames:
        record["frames"] = frames[-_FRAMES:]
    if causes and isinstance(error, BaseExceptionGroup):
        record["group"] = [_described(one, causes - 1) for one in error.exceptions[:5]]
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if causes and cause is not None:
        record["because"] = _described(cause, causes - 1)
    return record


class LineFormatter(logging.Formatter):
    """Formats a record as one line of ASCII: ``key=value`` for people or one JSON object.

    Leaves the record as it is, and never fails: what cannot be formatted is told by its class.
    """

    def __init__(self, style: Style, secrets: Sequence[str]) -> None:
        super().__init__()
        self._line = _json_line if style == "json" else _text_line
        self._redact = Redactor(secrets)

    def format(self, record: logging.LogRecord) -> str:
        fields = getattr(record, FIELDS, None)
        entry: dict[str, object] = {
            "time": _moment(record.created),
            "level": record.levelname,
            "logger": record.name,
            "event": _event(record),
        }
        if isinstance(fields, Mapping):
            entry.update({_key(key): value for key, value in fields.items()})
        if record.exc_info and record.exc_info[1] is not None:
            entry["error"] = record.exc_info[1]
        return self._line({self._redact(key): self._plain(v) for key, v in entry.items()})

    def _plain(self, value: object, depth: int = 0) -> object:
        """The value as JSON has it, redacted and of bounded size; a stranger is only its class."""
        if isinstance(value, BaseException):
            value = described(value)
            depth = min(depth, 0) - 6  # a chain of causes is deeper than what anybody else may log
        if value is None or isinstance(value, bool):
            return value
        if depth < _DEEPEST and isinstance(value, Mapping):
            items = list(value.items())[:_MOST]
            return {self._text(_shown(k)): self._plain(v, depth + 1) for k, v in items}
        if depth < _DEEPEST and isinstance(value, list | tuple | set | frozenset):
            return [self._plain(item, depth + 1) for item in list(value)[:_MOST]]
        if _is_number(value):
            text = repr(value)
            hidden = self._redact(text)
            return value if hidden == text else hidden
        return self._text(_shown(value))

    def _text(self, text: str) -> str:
        hidden = self._redact(text)
        return hidden if len(hidden) <= _LONGEST else f"{hidden[:_LONGEST]}..."


def _is_number(value: object) -> bool:
    """Whether JSON has it, and every reader of JSON takes it."""
    if type(value) is int:
        return abs(value) < 2**63
    return type(value) is float and isfinite(value)


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def _key(key: object) -> str:
    word = re.sub(r"[^A-Za-z0-9_.-]", "_", _shown(key))
    return f"{word}_" if word in _RESERVED else word


def _shown(value: object) -> str:
    """What may be seen of a value: texts, numbers, days and paths; of all else the class."""
    if isinstance(value, Enum):
        value = value.value
    try:
        if isinstance(value, str | int | float | PurePath):
            return str(value)
        if isinstance(value, date):
            return value.isoformat()
    except Exception:
        pass  # a subclass may do as it likes, and a log line must not fail for it
    return f"<{type(value).__module__}.{type(value).__qualname__}>"


class _Left:
    """Stands for an argument that is left out."""

    def __repr__(self) -> str:
        return "..."


def _event(record: logging.LogRecord) -> str:
    own = record.name.split(".")[0] in _OWN or record.name in _OWN
    template = record.msg
    if isinstance(template, BaseException):
        return str(described(template)["class"])
    template = _shown(template)
    try:
        text = template % _arguments(record.args, own) if record.args else template
    except Exception:
        text = template  # its arguments do not fit; they are not shown in another way
    if own:
        return text
    line = next(iter(text.splitlines()), "")
    return re.split(r"[(<]", line)[0].strip() if record.name == "asyncio" else line


def _arguments(given: object, own: bool) -> tuple[object, ...] | dict[str, object]:
    if isinstance(given, Mapping):
        return {str(key): _argument(value, own) for key, value in given.items()}
    return tuple(_argument(value, own) for value in given) if isinstance(given, tuple) else ()


def _argument(value: object, own: bool) -> object:
    if isinstance(value, BaseException):
        record = described(value)
        return record.get("says", record["class"])
    if type(value) in (bool, int, float):
        return value
    return _shown(value) if own else _Left()


def _json_line(entry: Mapping[str, object]) -> str:
    return _ascii(entry)


def _text_line(entry: Mapping[str, object]) -> str:
    time, level, logger, event, *rest = entry.items()
    # Not a value in quotation marks, because people read it; nothing in it can end the line.
    head = f"{time[1]} {level[1]:8} {logger[1]}: {event[1]}"
    values = [f"{key}={_bare(value)}" for name, value in rest for key, value in _flat(name, value)]
    return " ".join([_ascii(head)[1:-1].replace('\\"', '"'), *values])


def _flat(name: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(f"{name}.{_key(key)}", inner)
    else:
        yield name, value


def _bare(value: object) -> str:
    text = value if isinstance(value, str) else _ascii(value)
    return text if re.fullmatch(r"[A-Za-z0-9_.:/+*-]+", text) else _ascii(value)


def _ascii(value: object) -> str:
    return json.dumps(value, allow_nan=False).replace("\x7f", "\\u007f")
