"""How far fetching goes, and with whose name."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from retrieval.ingest.document import Bounds

NAME = "pullquote"
"""What robots.txt files know us by."""


def user_agent() -> str:
    """Name and version, as every request gives them."""
    try:
        return f"{NAME}/{version(NAME)}"
    except PackageNotFoundError:  # run from a checkout
        return NAME


@dataclass(frozen=True, slots=True)
class Limits:
    """Times are in seconds, sizes in bytes.

    ``size`` bounds a response once it is unpacked. ``connect`` and ``silence`` bound one wait each,
    ``total`` one request from its beginning to its end. ``pause`` is kept between two requests to
    a host, more where its robots.txt wants so, up to ``patience``; so long a host is also waited
    for that asks to be asked later, ``tries`` requests in all. After ``faults`` failures in a row
    a host is left alone for the rest of a run. ``entries`` are taken of one feed, the newest.
    """

    size: int = Bounds().text
    connect: float = 10.0
    silence: float = 20.0
    total: float = 90.0
    redirects: int = 5
    pause: float = 1.0
    patience: float = 60.0
    tries: int = 3
    faults: int = 3
    entries: int = 100
