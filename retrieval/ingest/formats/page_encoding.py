"""The encoding of a saved page, which is not always the one that the page says."""

from __future__ import annotations

import codecs
import re

_DECLARED = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*(?P<meta>[\w.:-]{2,40})"
    rb"|^\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"'](?P<xml>[\w.:-]{2,40})",
    re.I,
)
_CHARSET = re.compile(
    r"(?!utf-?16|utf-?32)(?:utf|iso|latin|us-|ascii|windows|cp|koi|mac|x-|big5|gb|euc|shift|ks|tis)",
    re.I,
)
"""Names of pages' encodings; Python knows others, which are none."""
_HEAD = 4096
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WEB_NAMES = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252"}
"""Encodings that browsers read as another one, which has all their characters and more."""
_LOOKED_AT = 2**20


def encoding_of(data: bytes, declared: str | None = None) -> tuple[str, bool]:
    """By its byte order mark, what is declared, UTF-8, or else what charset-normalizer makes of it,
    which is not sure.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return encoding, True
    match = _DECLARED.search(data[:_HEAD])
    named = match and (match["meta"] or match["xml"]).decode("ascii", "replace").lower()
    # A page that declares UTF-16 in plain letters is not in it.
    names = (name for name in (declared, named, "utf-8") if name and _CHARSET.match(name))
    for encoding in (_WEB_NAMES.get(name, name) for name in names):
        try:
            data.decode(encoding)
        except (UnicodeError, LookupError):
            continue
        return encoding, True
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_LOOKED_AT]).best()
    return (best.encoding if best else "cp1252"), False


def decoded(data: bytes, declared: str | None = None) -> str:
    """The page's characters; what is none is replaced."""
    return data.decode(encoding_of(data, declared)[0], "replace")


def is_binary(data: bytes) -> bool:
    """Whether it has bytes that no text has."""
    return b"\0" in data[:_HEAD] and not data.startswith(tuple(bom for bom, _ in _BOMS))
