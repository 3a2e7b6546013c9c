"""One request and its response, within bounds of size and time; faults as sentences.

Nothing is unpacked that was not asked for, and no more than the bound whatever was packed.
"""

from __future__ import annotations

import asyncio
import ssl
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from retrieval.errors import ArticleFileError
from retrieval.fetch.addresses import Address, UnreachableError
from retrieval.fetch.limits import Limits, user_agent

_ACCEPT = "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,*/*;q=0.8"
_GZIP = 31
"""The ``wbits`` of a gzip stream."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host said. The body of anything but success is not read, and empty."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)


def make_transport(limits: Limits) -> httpx.AsyncClient:
    """No proxies, no redirects by itself; no connection and no cookie is kept: what is of one host
    must not serve another at its address.
    """
    return httpx.AsyncClient(
        trust_env=False,
        follow_redirects=False,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        limits=httpx.Limits(max_keepalive_connections=0),
        timeout=httpx.Timeout(limits.silence, connect=limits.connect),
    )


async def ask(
    transport: httpx.AsyncClient,
    address: Address,
    targets: Sequence[str],
    headers: Mapping[str, str],
    limits: Limits,
) -> Answer:
    """Asks the first of ``targets`` (in figures) that can be connected to. Raises
    ``UnreachableError``, and ``ArticleFileError`` for what is too large or cannot be unpacked.
    """
    try:
        async with asyncio.timeout(limits.total):
            for target in targets[:-1]:
                try:
                    return await _ask_one(transport, address, target, headers, limits)
                except (httpx.ConnectError, httpx.ConnectTimeout):
                    continue
            return await _ask_one(transport, address, targets[-1], headers, limits)
    except (TimeoutError, httpx.TimeoutException) as error:
        raise UnreachableError(
            f"{address.text}: {address.host} does not answer in time; try again later."
        ) from error
    except httpx.HTTPError as error:
        raise _unreachable(address, error) from error
    except httpx.InvalidURL as error:  # of figures and a path
        raise ArticleFileError(f"{address.text}: is no valid address; check it.") from error


async def _ask_one(
    transport: httpx.AsyncClient,
    address: Address,
    target: str,
    headers: Mapping[str, str],
    limits: Limits,
) -> Answer:
    url = httpx.URL(address.text)
    sent = {
        "Host": url.netloc.decode("ascii"),
        "User-Agent": user_agent(),
        "Accept": _ACCEPT,
        "Accept-Encoding": "gzip",
        "Connection": "close",
        **headers,
    }
    request = transport.build_request(
        "GET", url.copy_with(host=target), headers=sent, extensions=_named(address)
    )
    # A name that was checked could lead elsewhere when it is asked for again.
    response = await transport.send(request, stream=True)
    try:
        body = await _body(response, address, limits.size) if response.status_code == 200 else b""
    finally:
        await response.aclose()
    return Answer(response.status_code, response.headers, body)


def _named(address: Address) -> dict[str, object]:
    """Certificates are those of the name, while the figures are connected to."""
    timeouts: dict[str, object] = {}
    if address.scheme == "https":
        timeouts["sni_hostname"] = address.host
    return timeouts


async def _body(response: httpx.Response, address: Address, most: int) -> bytes:
    stated = response.headers.get("content-length", "")
    if stated.isdigit() and int(stated) > most:
        raise _too_large(address, most)
    packing = response.headers.get("content-encoding", "").strip().lower()
    if packing not in ("", "identity", "gzip", "x-gzip"):
        raise ArticleFileError(
            f"{address.text}: is packed in a way that was not asked for ({packing[:40]}); "
            "save the page as a file."
        )
    unpacking = zlib.decompressobj(_GZIP) if packing.endswith("gzip") else None
    data = bytearray()
    async for piece in response.aiter_raw():
        try:
            data += unpacking.decompress(piece, most + 1 - len(data)) if unpacking else piece
        except zlib.error as error:
            raise ArticleFileError(
                f"{address.text}: cannot be unpacked ({error}); try again later."
            ) from error
        if len(data) > most:
            raise _too_large(address, most)
    if unpacking and data and not unpacking.eof:
        raise UnreachableError(f"{address.text}: came broken off; try again later.")
    return bytes(data)


def _too_large(address: Address, most: int) -> ArticleFileError:
    return ArticleFileError(
        f"{address.text}: is larger than {most // 2**20} MB; save what you need of it as files."
    )


def _unreachable(address: Address, error: httpx.HTTPError) -> UnreachableError:
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    if cause is not None:
        why = getattr(cause, "verify_message", "") or cause.reason or "no secure connection"
        return UnreachableError(
            f"{address.text}: the certificate or encryption of {address.host} cannot be trusted "
            f"({str(why).lower().replace('_', ' ').rstrip('.')}); check the address."
        )
    if isinstance(error, httpx.ConnectError):
        return UnreachableError(
            f"{address.text}: {address.host} cannot be connected to; "
            "check the address and the network."
        )
    return UnreachableError(f"{address.text}: {address.host} broke off; try again later.")
