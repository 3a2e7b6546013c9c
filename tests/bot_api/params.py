"""The parameters of one call: text of a form or values of a JSON object, read with their types."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from tests.bot_api.errors import bad_request


class Params:
    """Reads parameters as Telegram does: everything may come as text, structures as JSON in it."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = {name: value for name, value in values.items() if value is not None}

    def refuse_unknown(self, known: Collection[str]) -> None:
        """Telegram ignores what it does not know; here it is a mistake of the bot."""
        unknown = sorted(set(self.values) - set(known))
        if unknown:
            raise bad_request(
                f"unknown parameter {unknown[0]!r} (refused by the strict test server)"
            )

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name, default)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise bad_request(f"parameter {name!r} must be a string")
        return str(value)

    def has(self, name: str) -> bool:
        return name in self.values

    def flag(self, name: str) -> bool:
        value = self.values.get(name, False)
        if isinstance(value, bool):
            return value
        if str(value).lower() in ("true", "1", "yes", "t"):
            return True
        if str(value).lower() in ("false", "0", "no", "f", ""):
            return False
        raise bad_request(f"parameter {name!r} must be a boolean")

    def integer(self, name: str, default: int = 0) -> int:
        return as_integer(self.values.get(name, default), name)

    def optional_integer(self, name: str) -> int | None:
        return self.integer(name) if self.has(name) else None

    def structure(self, name: str, kind: type[dict[str, Any]] | type[list[Any]]) -> Any:
        """An object or array, ``None`` where it is missing."""
        value = self.values.get(name)
        if isinstance(value, str):
            try:
                value = json.loads(value) if value else None
            except ValueError:
                raise bad_request(f"can't parse {_spoken(name)} JSON object") from None
        if value is None:
            return None
        if not isinstance(value, kind):
            wanted = "an object" if kind is dict else "an Array"
            raise bad_request(f"can't parse {_spoken(name)}: expected {wanted}")
        return value


def as_integer(value: object, name: str) -> int:
    try:
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise ValueError
        return int(value)
    except ValueError:
        raise bad_request(f"invalid {_spoken(name)} specified") from None


def known_fields(record: Mapping[str, Any], known: Collection[str], where: str) -> None:
    """Refuses fields of an object that Telegram does not define."""
    unknown = sorted(set(record) - set(known))
    if unknown:
        raise bad_request(
            f"unknown field {unknown[0]!r} of {where} (refused by the strict test server)"
        )


def _spoken(name: str) -> str:
    return name.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Method:
    """What serves a method of the Bot API: its name, its handler, the parameters it knows."""

    name: str
    handler: Callable[..., object]
    parameters: frozenset[str]


METHODS: dict[str, Method] = {}
_Handler = TypeVar("_Handler", bound=Callable[..., object])


def method(name: str, *parameters: str) -> Callable[[_Handler], _Handler]:
    """Registers a handler ``(World, Params) -> JSON value``; it never waits."""

    def register(handler: _Handler) -> _Handler:
        METHODS[name.lower()] = Method(name, handler, frozenset(parameters))
        return handler

    return register
