"""Writes what was calibrated into a config file; comments, order and all other keys stay.

The one importer of tomlkit, which keeps what ``tomllib`` forgets. Knows nothing about how a
threshold is found.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot.config import Config, ReliabilityConfig, load_config
from retrieval.errors import ConfigError, StorageError, UsageError

_BOM = "\ufeff"


def config_to_change(path: Path | None) -> Config:
    """The config that ``path`` holds now, or the defaults where the file is still to be made.

    To be asked before any work, for it refuses what could not be written after it: raises
    ``UsageError`` without a path, and ``ConfigError`` for a file that cannot be read, parsed or
    changed, or whose folder does not exist.
    """
    if path is None:
        raise UsageError(
            "there is no config file to write to; name one with --config, it is made if missing."
        )
    target = _target(path)
    if target.exists():
        config = load_config(path)
        _text_of(target)
    else:
        config = Config()
    if not target.parent.is_dir():
        raise ConfigError(f"{path}: its folder does not exist; make it, or check --config.")
    # The file itself is replaced, not written to; but who forbids writing to it means it.
    if not os.access(target.parent, os.W_OK) or (
        target.exists() and not os.access(target, os.W_OK)
    ):
        raise ConfigError(f"{path}: must not be written; allow it, or name another with --config.")
    return config


def write_calibration(path: Path, threshold: float, reliability: ReliabilityConfig) -> None:
    """Sets ``answer.threshold`` and ``answer.reliability`` in the file, which is made if missing.

    The file is replaced in one step, keeps its mode, and where it is a link, the link stays. Raises
    ``ConfigError`` when it cannot be read or changed, ``StorageError`` when it cannot be written;
    it is then as it was.
    """
    target = _target(path)
    before = load_config(path) if target.exists() else Config()
    answer = before.answer.model_copy(update={"threshold": threshold, "reliability": reliability})
    wanted = before.model_copy(update={"answer": answer})
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        text = _text_of(target)
        for edit in (_as_tables, _as_one_value):
            edited = edit(text, threshold, reliability)
            if edited is None:
                continue
            _write(part, edited, like=target)
            if _holds(part, wanted):
                part.replace(target)
                return
    except OSError as error:
        raise StorageError(
            f"{path}: cannot be written ({error.strerror or error}); free some space, or name "
            "another file with --config."
        ) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    raise ConfigError(
        f"{path}: cannot be changed without harm; write its answer section as one [answer] table."
    )


def _target(path: Path) -> Path:
    """What is to be replaced: where links lead."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError) as error:  # a circle of links; a NUL in the name
        raise ConfigError(f"{path}: cannot be read ({error}); check --config.") from error


def _text_of(target: Path) -> str:
    """Newlines as they are. Raises ``ConfigError`` for what tomlkit cannot take apart."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    if not target.exists():
        return ""
    try:
        text = target.read_bytes().decode("utf-8")
        tomlkit.parse(text.removeprefix(_BOM))
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        raise ConfigError(f"{target}: cannot be changed ({error}); check --config.") from error
    return text


def _as_tables(text: str, threshold: float, reliability: ReliabilityConfig) -> str | None:
    """The section as ``[answer.reliability]``, below the keys of ``[answer]``; None where
    ``answer`` is one value.
    """
    import tomlkit
    from tomlkit.items import InlineTable

    document = tomlkit.parse(text.removeprefix(_BOM))
    answer: Any = document.setdefault("answer", tomlkit.table())
    if isinstance(answer, InlineTable):
        return None
    answer["threshold"] = threshold
    # Comments behind the last key, after an empty line, are about what comes next.
    following = [] if "reliability" in answer else _taken_tail(answer)
    section: Any = answer.setdefault("reliability", tomlkit.table())
    is_long = not isinstance(section, InlineTable)
    for key, value in _values(reliability, multiline=is_long).items():
        if key == "measured_on" and key in section:
            section[key].update(value)  # in its own form, with its comments
        else:
            section[key] = value
    for item in following:
        section.add(item)
    return _like(text, tomlkit.dumps(document))


def _as_one_value(text: str, threshold: float, reliability: ReliabilityConfig) -> str | None:
    """The section as one value on one line, where ``answer`` is no table of the usual kind."""
    import tomlkit

    document = tomlkit.parse(text.removeprefix(_BOM))
    answer: Any = document.setdefault("answer", tomlkit.table())
    answer["threshold"] = threshold
    section = tomlkit.inline_table()
    section.update(_values(reliability, multiline=False))
    answer["reliability"] = section
    return _like(text, tomlkit.dumps(document))


def _values(reliability: ReliabilityConfig, *, multiline: bool) -> dict[str, Any]:
    import tomlkit

    measured_on = tomlkit.inline_table()
    measured_on.update(reliability.measured_on.model_dump(by_alias=True))
    bins = tomlkit.array()
    for one in reliability.bins:
        entry = tomlkit.inline_table()
        entry.update(one.model_dump(by_alias=True))
        bins.append(entry)
    return {
        "precision": reliability.precision,
        "measured_on": measured_on,
        "reader": reliability.reader,
        "bins": bins.multiline(multiline),
    }


def _taken_tail(answer: Any) -> list[Any]:
    """Takes the items behind the first empty line after the last key out of a table."""
    from tomlkit.items import Table, Whitespace

    if not isinstance(answer, Table):
        return []
    body = answer.value.body
    behind = len(body)
    while behind and body[behind - 1][0] is None:
        behind -= 1
    while behind < len(body) and not isinstance(body[behind][1], Whitespace):
        behind += 1
    tail = [item for _, item in body[behind:]]
    del body[behind:]
    return tail


def _like(before: str, after: str) -> str:
    """With the byte order mark and the line ends of ``before``."""
    mark = _BOM if before.startswith(_BOM) else ""
    return mark + (re.sub(r"(?<!\r)\n", "\r\n", after) if "\r\n" in before else after)


def _write(part: Path, text: str, *, like: Path) -> None:
    with part.open("wb") as stream:
        stream.write(text.encode("utf-8"))
        stream.flush()
        if like.exists():
            part.chmod(like.stat().st_mode & 0o7777)
        os.fsync(stream.fileno())  # a full disk shows itself here, before the file is replaced


def _holds(part: Path, wanted: Config) -> bool:
    try:
        return load_config(part) == wanted
    except ConfigError:
        return False
