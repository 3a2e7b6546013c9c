"""Calendar dates as people and question sets write them."""

from __future__ import annotations

from datetime import date

from retrieval.errors import UsageError


def parse_day(value: str) -> date:
    """``2021-05-19`` or ``2021/05/19``. Raises ``UsageError``."""
    try:
        return date.fromisoformat(value.strip().replace("/", "-"))
    except ValueError:
        raise UsageError(
            f'"{value}" is not a date; write it as year-month-day, for example 2021-05-19.'
        ) from None
