"""What sites ask of robots, by RFC 9309: a file that is missing allows everything, one that cannot
be reached allows nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from protego import Protego

from retrieval.errors import ArticleFileError
from retrieval.fetch.addresses import (
    Address,
    PrivateAddressError,
    UnreachableError,
    address_of,
)
from retrieval.fetch.limits import NAME
from retrieval.fetch.transfer import Answer

_MOST = 500 * 2**10
"""Bytes of a file that are looked at."""
_DENIES = "User-agent: *\nDisallow: /"


class Robots:
    """The rules of each origin, asked for once."""

    def __init__(self, fetch: Callable[[Address], Answer]) -> None:
        """``fetch`` follows redirects, and raises ``ArticleFileError``."""
        self._fetch = fetch
        self._rules: dict[str, Protego] = {}
        self._why: dict[str, str] = {}

    def check(self, address: Address) -> None:
        """Raises ``ArticleFileError`` where the site does not want this page to be fetched, or
        cannot be asked.
        """
        if self._of(address).can_fetch(address.text, NAME):
            return
        why = self._why.get(address.origin, "its site asks robots to leave it out (robots.txt)")
        raise ArticleFileError(
            f"{address.text}: {why}; save the page from your browser and index the file."
        )

    def delay(self, address: Address) -> float:
        """Seconds that the site wants between two requests."""
        return float(self._of(address).crawl_delay(NAME) or 0.0)

    def _of(self, address: Address) -> Protego:
        if address.origin not in self._rules:
            self._rules[address.origin] = self._parsed(address)
        return self._rules[address.origin]

    def _parsed(self, address: Address) -> Protego:
        robots = address_of(f"{address.origin}/robots.txt")
        try:
            answer = self._fetch(robots)
        except (UnreachableError, PrivateAddressError) as error:
            # The page would fail the same way.
            said = str(error).partition(": ")[2]
            raise type(error)(f"{address.text}: {said}") from error
        except ArticleFileError as error:
            reason = str(error).removeprefix(f"{robots.text}: ").partition(";")[0]
            return self._denied(address, reason)
        if answer.status >= 500:
            return self._denied(address, f"the server fails with status {answer.status}")
        text = answer.body[:_MOST].decode("utf-8", "replace") if answer.status == 200 else ""
        return Protego.parse(text)

    def _denied(self, address: Address, reason: str) -> Protego:
        self._why[address.origin] = f"the robots.txt of its site cannot be read ({reason})"
        return Protego.parse(_DENIES)
