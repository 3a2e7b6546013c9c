"""Addresses: which texts are one, what they are made of, and which hosts are not asked.

A page may name any address, and a name may lead anywhere: only what a name *resolves* to tells
whether it lies in the user's own network, so that is what is checked, and what is connected to.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import httpx

from retrieval.errors import ArticleFileError

Resolve = Callable[[str, int], Sequence[str]]
"""The addresses in figures of a host, for a port. Raises ``OSError``."""
_PORTS = {"http": 80, "https": 443}
_THIS_MACHINE = frozenset(("localhost", "127.0.0.1", "::1"))
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class UnreachableError(ArticleFileError):
    """The host cannot be found, did not answer, not in time, or broke off."""


class PrivateAddressError(ArticleFileError):
    """The host is not in the open network, and the user did not name it."""


@dataclass(frozen=True, slots=True)
class Address:
    """``text`` is how it is called: normalised, without its fragment."""

    text: str
    scheme: str
    host: str
    port: int

    @property
    def site(self) -> tuple[str, int]:
        """What the user names with an address, and what requests are paced by. The machine itself
        is one host, whatever it is called.
        """
        return "localhost" if self.host in _THIS_MACHINE else self.host, self.port

    @property
    def origin(self) -> str:
        """Scheme, host and port: whose robots.txt it is."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = self.port == _PORTS[self.scheme]
        return f"{self.scheme}://{host}" + ("" if usual else f":{self.port}")


def address_of(text: str) -> Address:
    """Raises ``ArticleFileError`` for what is no address that can be fetched."""
    try:
        url = httpx.URL(text.strip()).copy_with(fragment=None)
        host, port = url.raw_host.decode("ascii").strip("[]").rstrip("."), url.port
    except (httpx.InvalidURL, ValueError) as error:
        raise ArticleFileError(f"{text}: is no valid address; check how it is written.") from error
    if url.scheme not in _PORTS:
        raise ArticleFileError(
            f"{text}: only http:// and https:// addresses can be fetched; save it as a file."
        )
    if not 0 < (port or _PORTS[url.scheme]) < 2**16:
        raise ArticleFileError(f"{text}: is no valid address; check its port.")
    if not host:
        raise ArticleFileError(f"{text}: names no host; check how it is written.")
    if url.userinfo:
        raise ArticleFileError(
            f"{text.replace(url.userinfo.decode('ascii', 'replace'), '...')}: holds a user name or "
            "a password; leave them out, or save the page as a file."
        )
    return Address(str(url), url.scheme, host, port or _PORTS[url.scheme])


def resolve(host: str, port: int) -> Sequence[str]:
    """What the system's resolver says."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))


def is_public(figures: str) -> bool:
    """Whether an address in figures is of the open network, and what it stands for too."""
    ip = ipaddress.ip_address(figures)
    if isinstance(ip, ipaddress.IPv6Address):
        inner: Iterable[ipaddress.IPv4Address | None] = (
            ip.ipv4_mapped,
            ip.sixtofour,
            *(ip.teredo or ()),
            ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None,
        )
        if any(v4 is not None and not is_public(str(v4)) for v4 in inner):
            return False
        if ip.ipv4_mapped is not None:
            return True
    return ip.is_global and not ip.is_multicast


def targets_of(
    address: Address, named: frozenset[tuple[str, int]], look_up: Resolve
) -> Sequence[str]:
    """The addresses in figures to connect to. Raises ``UnreachableError`` for a host that cannot
    be found, ``PrivateAddressError`` for one that is not ``named`` by the user.
    """
    try:
        found = look_up(address.host, address.port)
    except (OSError, UnicodeError) as error:
        raise UnreachableError(
            f"{address.text}: the host {address.host} cannot be found; "
            "check the address and the network."
        ) from error
    if not found or (
        address.site not in named and not all(is_public(figures) for figures in found)
    ):
        raise PrivateAddressError(
            f"{address.text}: leads to a private address ({address.host}), which is fetched only "
            "where you name it yourself; name it to fetch it."
        )
    return found
