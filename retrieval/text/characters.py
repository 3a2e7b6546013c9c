"""Text that every library takes: what is no character is replaced, one for one."""

from __future__ import annotations

import re

_HALF = re.compile("[\ud800-\udfff]")


def whole_characters(text: str) -> str:
    """The text with lone surrogates, such as undecodable bytes leave behind, as U+FFFD. Offsets
    stay what they were.
    """
    return _HALF.sub("\ufffd", text)
