"""Text that libraries and terminals take: what is no character, or would drive a terminal, is
replaced, one for one.
"""

from __future__ import annotations

import re
import unicodedata

_HALF = re.compile("[\ud800-\udfff]")


def whole_characters(text: str) -> str:
    """The text with lone surrogates, such as undecodable bytes leave behind, as U+FFFD. Offsets
    stay what they were.
    """
    return _HALF.sub("\ufffd", text)


_BREAKS = frozenset("\n\r\t\v\f\x85\u2028\u2029")


_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


_REPLACEMENT = "\ufffd"


def printable(text: str, *, keep_lines: bool = False) -> str:
    """The text with control characters replaced one for one, so that it cannot drive a terminal.

    Direction overrides go too. Line breaks stay with ``keep_lines``, else they become blanks.
    """
    return "".join(
        c
        if c == "\n" and keep_lines
        else " "
        if c in _BREAKS
        else _REPLACEMENT
        if c in _OVERRIDES or unicodedata.category(c) in ("Cc", "Cs")
        else c
        for c in text
    )
