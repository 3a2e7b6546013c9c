"""The lines of a text that are its own address: people paste an article with where it is from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_ADDRESS_LINE = re.compile(
    r"^[\s*_>(\[#-]*"
    r"(?:(?P<label>source|url|link|permalink|canonical|original(?: article| story)?)[*_\]]*"
    r"\s*:[*_]*\s*(?:[^\s<(\[][^:\n]{0,60}?[\s,(–—-]+)?)?"
    r"(?:\[[^\]\n]{0,200}\]\()?<?(?P<url>https?://[^\s<>()\[\]]+(?:\([^\s()]*\)[^\s<>()]*)?)>?"
    r"[\s)\].*_]*$",
    re.I,
)
_TOP, _END = 8, 3
"""Lines at the beginning and the end among which an address is that of the text."""
_LONGEST = 2000


def address_lines(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Place and address of those of the first and last lines that hold nothing else but a label,
    "Source:" or "URL:"; those with a label first, then in their order.
    """
    at_edges = {*range(min(_TOP, len(lines))), *range(max(0, len(lines) - _END), len(lines))}
    found = []
    for at in sorted(at_edges):
        match = _ADDRESS_LINE.match(lines[at]) if len(lines[at]) <= _LONGEST else None
        if match:
            found.append((match["label"] is None, at, match["url"].rstrip(".,;*_")))
    yield from ((at, url) for _, at, url in sorted(found))
