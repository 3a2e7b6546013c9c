"""Faults to meet: which calls go wrong, how, and how often."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from tests.bot_api.errors import ApiError
from tests.bot_api.values import Record


class FaultKind(StrEnum):
    """What can go wrong. Of those that are not ``AFTER``, the call is not carried out."""

    TOO_MANY = "too_many"  # 429 with retry_after
    CONFLICT = "conflict"  # 409
    BAD_GATEWAY = "bad_gateway"  # 502 with an HTML page
    SERVER_ERROR = "server_error"  # 500 with an HTML page
    BLOCKED = "blocked"  # 403
    BAD_REQUEST = "bad_request"  # 400 with the text given
    REFUSE_HTML = "refuse_html"  # 400 where parse_mode is HTML
    DROP_BEFORE = "drop_before"  # the connection breaks, nothing was done
    DROP_AFTER = "drop_after"  # the connection breaks, the call was carried out
    DELAY_BEFORE = "delay_before"  # carried out late, if the caller still waits
    DELAY_AFTER = "delay_after"  # carried out at once, answered late
    TRUNCATED = "truncated"  # carried out, half of the JSON comes back


_DELAYS = (FaultKind.DELAY_BEFORE, FaultKind.DELAY_AFTER)


@dataclass(slots=True, eq=False)
class Fault:
    """Meets ``count`` calls of ``method`` ("*": any but getUpdates), after ``skip`` others.

    A delay ends after ``seconds``, or once it is ``over``.
    """

    kind: FaultKind
    method: str = "*"
    count: int = 1
    seconds: float = 1.0
    chat: int | None = None
    skip: int = 0
    text: str = ""
    met: int = 0
    over: bool = False

    def meets(self, method: str, parameters: Record) -> bool:
        if self.method.lower() != method.lower() and (self.method != "*" or method == "getUpdates"):
            return False
        if self.chat is not None and str(parameters.get("chat_id")) != str(self.chat):
            return False
        html = str(parameters.get("parse_mode", "")).lower() == "html"
        return html or self.kind is not FaultKind.REFUSE_HTML

    def error(self) -> ApiError | None:
        """The refusal that this fault is, where it is one with Telegram's JSON."""
        seconds = max(round(self.seconds), 1)
        match self.kind:
            case FaultKind.TOO_MANY:
                return ApiError(429, f"retry after {seconds}", retry_after=seconds)
            case FaultKind.CONFLICT:
                return ApiError(409, self.text or OTHER_POLL)
            case FaultKind.BLOCKED:
                return ApiError(403, self.text or "bot was blocked by the user")
            case FaultKind.BAD_REQUEST:
                return ApiError(400, self.text)
            case FaultKind.REFUSE_HTML:
                text = 'Unsupported start tag "injected" at byte offset 0'
                return ApiError(400, f"can't parse entities: {self.text or text}")
        return None


OTHER_POLL = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)


@dataclass(slots=True)
class Faults:
    """The faults that wait for calls."""

    waiting: list[Fault] = field(default_factory=list)
    delaying: list[Fault] = field(default_factory=list)
    """Faults that have met calls, which they may still hold up."""

    def clear(self) -> None:
        """No further call goes wrong, and none is held up any longer."""
        for fault in self.delaying:
            fault.over = True
        self.waiting.clear()
        self.delaying.clear()

    def take(self, method: str, parameters: Record) -> Fault | None:
        """The fault that this call meets, used up by it."""
        for fault in self.waiting:
            if not fault.meets(method, parameters):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.met += 1
            if fault.kind in _DELAYS and fault not in self.delaying:
                self.delaying.append(fault)
            fault.count -= 1
            if fault.count <= 0:
                self.waiting.remove(fault)
            return fault
        return None
