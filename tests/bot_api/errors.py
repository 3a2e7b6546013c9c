"""What Telegram says when it refuses a call."""

from __future__ import annotations

from collections.abc import Mapping

KINDS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    429: "Too Many Requests",
}


class ApiError(Exception):
    """A refusal, with Telegram's number and words. Knows nothing about HTTP beyond the number."""

    def __init__(self, code: int, text: str = "", **parameters: int) -> None:
        kind = KINDS[code]
        self.code = code
        self.description = f"{kind}: {text}" if text else kind
        self.parameters: Mapping[str, int] = parameters
        super().__init__(f"{code} {self.description}")

    def body(self) -> dict[str, object]:
        """The JSON of the response."""
        record: dict[str, object] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.parameters:
            record["parameters"] = dict(self.parameters)
        return record


def bad_request(text: str) -> ApiError:
    return ApiError(400, text)
