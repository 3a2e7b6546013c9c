"""When a host may be asked: not too often, not while it wants rest, not when it never answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from retrieval.errors import ArticleFileError
from retrieval.fetch.addresses import Address
from retrieval.fetch.limits import Limits

Site = tuple[str, int]


class Pace:
    """``wait`` sleeps for so many seconds, ``clock`` tells seconds that only rise."""

    def __init__(
        self, limits: Limits, wait: Callable[[float], None], clock: Callable[[], float]
    ) -> None:
        self._limits = limits
        self._wait = wait
        self._clock = clock
        self._free_at: dict[Site, float] = {}
        self._rests_until: dict[Site, float] = {}
        self._faults: Counter[Site] = Counter()

    def await_turn(self, address: Address, delay: float = 0.0) -> None:
        """Waits until the host may be asked; ``delay`` is what it wants between two requests.
        Raises ``ArticleFileError`` where that is too far off, or the host did not answer lately.
        """
        site, now = address.site, self._clock()
        if self._faults[site] >= self._limits.faults:
            raise ArticleFileError(
                f"{address.text}: {address.host} did not answer {self._limits.faults} times in a "
                "row; try again later."
            )
        if (rest := self._rests_until.get(site, now) - now) > self._limits.patience:
            raise self.busy(address, rest)
        at = max(self._free_at.get(site, now), self._rests_until.get(site, now), now)
        if at > now:
            self._wait(at - now)
        pause = max(self._limits.pause, min(delay, self._limits.patience))
        self._free_at[site] = max(at, self._clock()) + pause

    def rest(self, address: Address, seconds: float) -> None:
        """The host asked to be left alone for so long."""
        self._rests_until[address.site] = self._clock() + seconds

    def failed(self, address: Address) -> None:
        """The host did not answer."""
        self._faults[address.site] += 1

    def answered(self, address: Address) -> None:
        """It did."""
        self._faults[address.site] = 0

    def new_run(self) -> None:
        """Whoever did not answer may be asked again."""
        self._faults.clear()

    @staticmethod
    def busy(address: Address, seconds: float) -> ArticleFileError:
        """The error for a host that wants to be left alone for so long."""
        return ArticleFileError(
            f"{address.text}: {address.host} asks to be left alone for {_told(seconds)}; "
            "try again later."
        )


def retry_after(headers: Mapping[str, str], otherwise: float) -> float:
    """Seconds that a response asks to wait, in figures or as a date."""
    written = headers.get("retry-after", "").strip()
    if written.isdecimal() and len(written) < 10:
        return float(written)
    try:
        until = parsedate_to_datetime(written)
    except (TypeError, ValueError):
        return otherwise
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


def _told(seconds: float) -> str:
    minutes = -int(-seconds // 60)
    return "a minute" if minutes <= 1 else f"{minutes} minutes"
