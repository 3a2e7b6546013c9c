"""Asks for pages: redirects by hand, each target checked, robots.txt kept, hosts not pressed.

Every failure is an ``ArticleFileError`` that begins with the address that was asked for.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import httpx

from retrieval.errors import ArticleFileError
from retrieval.fetch.addresses import (
    Address,
    Resolve,
    UnreachableError,
    address_of,
    resolve,
    targets_of,
)
from retrieval.fetch.limits import Limits
from retrieval.fetch.pace import Pace, retry_after
from retrieval.fetch.responses import Response, Responses
from retrieval.fetch.robots import Robots
from retrieval.fetch.transfer import Answer, ask, make_transport

_MOVED = frozenset((301, 302, 303, 307, 308))
_BUSY = frozenset((429, 503))
_REST = 10.0
"""Seconds for a host that is asked too often and does not say how long to wait."""


class Client:
    """To be closed. What was asked for once in a run is not asked for again in it.

    ``news`` are the addresses of what came and was not known before.
    """

    def __init__(
        self,
        responses: Responses,
        named: Iterable[str] = (),
        limits: Limits | None = None,
        *,
        wait: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        look_up: Resolve = resolve,
    ) -> None:
        """``named`` are the addresses that the user typed: their hosts and ports may be private.
        Raises ``ArticleFileError`` for one that is none.
        """
        self.limits = limits or Limits()
        self.news: set[str] = set()
        self._responses = responses
        self._named = frozenset(address_of(text).site for text in named)
        self._look_up = look_up
        self._pace = Pace(self.limits, wait, clock)
        self._robots = Robots(self._follow_freely)
        self._asked: dict[str, str] = {}  # what went wrong, "" where nothing did
        self._runner = asyncio.Runner()
        self._transport: httpx.AsyncClient | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._transport is not None:
            self._runner.run(self._transport.aclose())
        self._runner.close()

    def get(self, text: str, stamp: str = "") -> Response:
        """The page at an address, as it is now. With the ``stamp`` that it was fetched with before
        it is not asked for: its feed says that it has not changed.
        """
        address = address_of(text)
        kept = self._responses.of(address.text)
        if kept is not None and stamp and kept.stamp == stamp:
            return kept
        failure = self._asked.get(address.text)
        if failure:
            raise ArticleFileError(failure)
        if failure == "" and kept is not None:
            return kept
        try:
            response = self._fetched(address, kept, stamp)
        except ArticleFileError as error:
            # Of a redirect's target: it is the address that was asked for that is called by name.
            said = str(error)
            if not said.startswith(f"{address.text}: "):
                said = f"{address.text}: {said.partition(': ')[2]}"
            self._asked[address.text] = said
            raise ArticleFileError(said) from error
        self._asked[address.text] = ""
        return response

    def doubt(self, response: Response) -> None:
        """It could not be read: it is asked for again the next time, whatever its feed says."""
        if response.stamp:
            self._responses.keep(replace(response, stamp=""))

    def _fetched(self, address: Address, kept: Response | None, stamp: str) -> Response:
        final, answer = self._follow(address, kept)
        if answer.status == 304 and kept is not None:
            response = replace(kept, stamp=stamp)
            if stamp != kept.stamp:
                self._responses.keep(response)
            return response
        if answer.status != 200:
            raise _refused(final, answer.status)
        kind, charset = _kind(answer.headers)
        response = Response(
            address=address.text,
            final=final.text,
            kind=kind,
            charset=charset,
            body=answer.body,
            etag=answer.headers.get("etag", ""),
            modified=answer.headers.get("last-modified", ""),
            stamp=stamp,
        )
        if kept is None or kept.body != response.body:
            self.news.add(address.text)
        self._responses.keep(response)
        return response

    def _follow(self, address: Address, kept: Response | None) -> tuple[Address, Answer]:
        """The last response of a chain of redirects, and where it came from."""
        seen: list[str] = []
        while True:
            self._robots.check(address)
            known = kept if kept is not None and kept.final == address.text else None
            answer = self._ask(address, known, self._robots.delay(address))
            if answer.status not in _MOVED:
                return address, answer
            seen.append(address.text)
            address = self._target(address, answer, seen)

    def _follow_freely(self, address: Address) -> Answer:
        """As ``_follow``, of the robots.txt itself."""
        seen: list[str] = []
        while True:
            answer = self._ask(address, None, 0.0)
            if answer.status not in _MOVED:
                return answer
            seen.append(address.text)
            address = self._target(address, answer, seen)

    def _target(self, address: Address, answer: Answer, seen: list[str]) -> Address:
        location = answer.headers.get("location", "")
        try:
            target = address_of(urljoin(address.text, location)) if location else None
        except (ArticleFileError, ValueError):
            target = None
        if target is None:
            raise ArticleFileError(
                f"{address.text}: redirects to no valid address; check it in a browser."
            )
        if target.text in seen:
            raise ArticleFileError(f"{address.text}: redirects in a circle; check it in a browser.")
        if len(seen) > self.limits.redirects:
            raise ArticleFileError(
                f"{address.text}: redirects more than {self.limits.redirects} times; "
                "check it in a browser."
            )
        return target

    def _ask(self, address: Address, known: Response | None, delay: float) -> Answer:
        """One page; a host that asks to be asked later is asked later."""
        for tried in range(1, self.limits.tries + 1):
            self._pace.await_turn(address, delay)
            answer = self._ask_once(address, known)
            says = "retry-after" in answer.headers
            if answer.status not in _BUSY or (answer.status == 503 and not says):
                return answer
            seconds = retry_after(answer.headers, _REST)
            self._pace.rest(address, seconds)
            if seconds > self.limits.patience or tried == self.limits.tries:
                break
        raise self._pace.busy(address, seconds)

    def _ask_once(self, address: Address, known: Response | None) -> Answer:
        if self._transport is None:
            self._transport = make_transport(self.limits)
        try:
            targets = targets_of(address, self._named, self._look_up)
            answer = self._runner.run(
                ask(self._transport, address, targets, _conditions(known), self.limits)
            )
        except UnreachableError:
            self._pace.failed(address)
            raise
        self._pace.answered(address)
        return answer


def _conditions(known: Response | None) -> dict[str, str]:
    if known is None:
        return {}
    asked = {"If-None-Match": known.etag, "If-Modified-Since": known.modified}
    return {name: value for name, value in asked.items() if value}


def _kind(headers: Mapping[str, str]) -> tuple[str, str]:
    """The type of what came, and its encoding, in lower case; empty where nothing is said."""
    kind, _, rest = headers.get("content-type", "").lower().partition(";")
    _, _, charset = rest.partition("charset=")
    return kind.strip(), charset.partition(";")[0].strip(" \"'")


def _refused(address: Address, status: int) -> ArticleFileError:
    if status in (404, 410):
        why = f"is not there (status {status}); check the address"
    elif status in (401, 403, 451):
        why = f"may not be read (status {status}); save it from your browser and index the file"
    elif status >= 500:
        why = f"its server fails (status {status}); try again later"
    else:
        why = f"is answered with status {status} in place of a page; check the address"
    return ArticleFileError(f"{address.text}: {why}.")
