"""What a page says of its author beside the story: the name alone on a line, and, at the end, who
that is. A story by somebody else may end with the same words; then they are its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from retrieval.datatypes import Noise, NoiseKind, TextRange

_BETWEEN = re.compile(r",\s*|\s+(?:and|&)\s+")
_LAST = 3
"""Lines at the end of an article where its author is spoken of."""
_LONGEST = 400
"""In code points."""
_HEADING = re.compile(r"^about (?:the|our) (?:authors?|writers?)\W*$", re.I)


def author_notes(text: str, lines: Sequence[TextRange], author: str | None) -> Iterator[Noise]:
    """The lines that are about the author, where that is known, and a late heading
    "About the author"; ``lines`` are what is read.
    """
    names = [n for n in _BETWEEN.split(author or "") if len(n.split()) > 1]
    for at, line in enumerate(lines):
        said = text[line.start : line.end]
        is_late = at >= max(1, len(lines) - _LAST) and len(said) <= _LONGEST
        about = any(said == n or (is_late and said.startswith(f"{n} ")) for n in names)
        if about or (is_late and _HEADING.match(said)):
            yield Noise(line, NoiseKind.PAGE_FURNITURE)
