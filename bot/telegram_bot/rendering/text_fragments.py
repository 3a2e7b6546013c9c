"""Addresses that lead to a passage of a page and highlight it there: text fragments, as the Web
Incubator Community Group writes them (``#:~:text=prefix-,start,end,-suffix``).

Pages are not looked at: where the words do not stand there as they were read, a browser opens the
page at its top.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

LONGEST = 2000
"""Characters of an address that every browser and server takes."""
_DIRECTIVE = ":~:"
_NOISE = "[…]"
_EXACT = 120
"""Most code points of a quote that is looked for as a whole; of a longer one, both ends."""
_END_WORDS, _CONTEXT_WORDS = 4, 3
_SHORT = 60
"""A quote up to here may stand on the page more than once: words beside it tell which is meant."""
_LONGEST_CONTEXT = 60
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\\<>\"^`{|}]")
_RESERVED = "%:/?#[]@!$&'()*+,;="
_PARAGRAPHS = re.compile(r"\n\s*\n|\r\s*\r")


def source_link(url: str | None, cited: str = "", before: str = "", after: str = "") -> str | None:
    """The address with a fragment for the words ``cited``, which stand between ``before`` and
    ``after``; the bare address where a fragment cannot say which words are meant. None where there
    is no address that may be opened: only http and https, with a host, without credentials.
    """
    parts = _checked(url)
    if parts is None:
        return None
    bare = urlunsplit(parts)
    if len(bare) > LONGEST:
        return None
    page, _, fragment = bare.partition("#")
    for directive in _directives(cited, before, after):
        # A page's own fragment stays; an old directive does not.
        linked = f"{page}#{fragment.partition(_DIRECTIVE)[0]}{_DIRECTIVE}text={directive}"
        if len(linked) <= LONGEST:
            return linked
    return bare


def _checked(url: str | None) -> SplitResult | None:
    """The address in its parts, in ASCII."""
    try:
        parts = urlsplit((url or "").strip())
        host, _ = parts.hostname or "", parts.port
        if parts.scheme not in ("http", "https") or "@" in parts.netloc or "." not in host:
            return None
        if _FORBIDDEN.search(parts.netloc):
            return None
        netloc = parts.netloc
        if not host.isascii():
            netloc = netloc.lower().replace(host, host.encode("idna").decode("ascii"))
        return SplitResult(
            parts.scheme,
            netloc,
            quote(parts.path, safe=_RESERVED),
            quote(parts.query, safe=_RESERVED),
            quote(parts.fragment, safe=_RESERVED),
        )
    except (ValueError, UnicodeError):
        return None


def _directives(cited: str, before: str, after: str) -> list[str]:
    """What may be written behind ``text=``, the best first."""
    words = cited.split()
    if not words or _NOISE in cited:
        return []
    try:
        whole = " ".join(words)
        paragraphs = _PARAGRAPHS.search(cited.strip()) is not None
        if len(words) > 2 * _END_WORDS and (len(whole) > _EXACT or paragraphs):
            start, end = " ".join(words[:_END_WORDS]), " ".join(words[-_END_WORDS:])
            return [f"{_encoded(start)},{_encoded(end)}"]
        if len(words) > 1 and paragraphs:
            return [f"{_encoded(words[0])},{_encoded(words[-1])}"]
        exact = _encoded(whole)
        if len(whole) > _SHORT:
            return [exact]
        prefix, suffix = _words_before(before), _words_after(after)
        head = f"{_encoded(prefix)}-," if prefix else ""
        tail = f",-{_encoded(suffix)}" if suffix else ""
        return [f"{head}{exact}{tail}", exact]
    except UnicodeEncodeError:  # a lone surrogate stands on no page
        return []


def _words_before(text: str) -> str:
    """The last words before the quote that stand directly before it."""
    return _telling(text.rpartition(_NOISE)[2].split()[-_CONTEXT_WORDS:])


def _words_after(text: str) -> str:
    return _telling(text.partition(_NOISE)[0].split()[:_CONTEXT_WORDS])


def _telling(words: list[str]) -> str:
    """The words as one text; empty where they tell nothing, or are no words of a usual length."""
    text = " ".join(words)
    telling = any(c.isalnum() for c in text) and len(text) <= _LONGEST_CONTEXT
    return text if telling else ""


def _encoded(text: str) -> str:
    """Percent-encoded, what a directive reads as its own marks too."""
    return quote(text, safe="", errors="strict").replace("-", "%2D")
