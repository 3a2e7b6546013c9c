"""Bytes to text: UTF-8, UTF-16 and UTF-32 by what they say of themselves, older encodings where
the bytes leave no doubt, and otherwise an error.

``decode`` never guesses; ``decoded`` does, and says so.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from retrieval.errors import ArticleFileError
from retrieval.ingest.raw import Note

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 2**18
"""Bytes from which an encoding is told."""
_NUL_SHARE = 0.3
"""Of UTF-16 in a script with an alphabet at least this share of one byte of each pair is NUL."""
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_WESTERN_SHARE = 0.08
"""Of the bytes of English, French or German no more are letters beyond ASCII."""
_WESTERN = re.compile(
    "[\x09-\x7eàâäæçèéêëìíîïñòóôöùûüœßáãåøõúÀÂÄÆÇÈÉÊËÌÍÎÏÑÒÓÔÖÙÛÜŒÁÃÅØÕÚ"
    "\N{NO-BREAK SPACE}\N{SOFT HYPHEN}€£§©®°·«»¿¡½¼¾²³×º‚„…‘’“”•–—™]*"
)
"""What texts in Windows-1252 are made of: what Polish or Russian become in it are other signs."""
_SIGN_IN_A_WORD = re.compile(r"[^\W\d_][£§©®°·¿¡½¼¾²³×€„‚…•][^\W\d_]")
_COHERENT, _COHERENT_IDEOGRAPHS = 0.25, 0.1
"""Least likeness to a language, 0 to 1, at which charset-normalizer is believed."""
_IDEOGRAPHS = frozenset({"Japanese", "Chinese", "Korean"})
_MOST_CHAOS = 0.1
_USUAL = (
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"),
    *("iso8859_2", "iso8859_5", "iso8859_7", "koi8_r", "koi8_u"),
    *("cp932", "euc_jp", "iso2022_jp", "gb18030", "big5", "cp949"),
)
"""What files are still found in: among rarer encodings one fits nearly any bytes."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, and the name of the encoding where it had to be guessed; empty where it had not."""

    text: str
    guessed: str = ""

    def notes(self, label: str) -> tuple[Note, ...]:
        """What is to be said of the guess; nothing where there was none."""
        return (guess_note(label, self.guessed),) if self.guessed else ()


def guess_note(label: str, encoding: str) -> Note:
    """That a source was read in an encoding that it does not name itself."""
    return Note(f"{label}: read as {shown_encoding(encoding)}; save it as UTF-8 to be sure")


def shown_encoding(encoding: str) -> str:
    """For example ``Windows-1252``."""
    windows = re.fullmatch(r"cp(125\d)", encoding)
    return f"Windows-{windows[1]}" if windows else encoding.replace("_", "-").upper()


def decode(data: bytes, name: str) -> str:
    """The text of ``data``, BOM dropped, newlines untouched. ``name`` is the file, for the error.

    Raises ``ArticleFileError`` naming the file and the offset of the first byte that is not text.
    """
    encoding, offset = declared_encoding(data)
    return _decoded_as(data, encoding or "utf-8", offset, name)


def decoded(data: bytes, name: str) -> Decoded:
    """As ``decode``; what is no UTF is read in the encoding that it is surely in."""
    encoding, offset = declared_encoding(data)
    guessed = None if encoding or is_utf8(data) else guessed_encoding(data)
    if guessed is None:
        return Decoded(_decoded_as(data, encoding or "utf-8", offset, name))
    try:
        return Decoded(data.decode(guessed).removeprefix("\ufeff"), guessed)
    except UnicodeDecodeError:  # the beginning alone looked like it
        return Decoded(_decoded_as(data, "utf-8", 0, name))


def declared_encoding(data: bytes) -> tuple[str, int]:
    """The encoding that a byte order mark names, and the mark's length; empty and 0 without one."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return encoding, len(bom)
    return "", 0


def is_utf8(data: bytes) -> bool:
    """Whether it is UTF-8 without NUL, as far as it goes: its last character may be cut off."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return False
    return b"\0" not in data


def guessed_encoding(data: bytes) -> str | None:
    """The encoding that bytes without a mark, which are no UTF-8, are surely in; else None."""
    sample = data[:_SAMPLE]
    wide = _utf16(sample)
    if wide or _CONTROLS.search(sample) or _is_damaged_utf8(sample):
        return wide
    if len(data) > _SAMPLE:  # no character may be cut in two
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    return "cp1252" if _is_western(sample) else _normalizer_guess(sample)


def _utf16(sample: bytes) -> str | None:
    pairs = len(sample) // 2
    first, second = sample[0 : 2 * pairs : 2].count(0), sample[1 : 2 * pairs : 2].count(0)
    few, many = sorted((first, second))
    if pairs < 2 or many < _NUL_SHARE * pairs or few > many / 10:
        return None
    encoding = "utf-16-be" if first > second else "utf-16-le"
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeDecodeError:
        return None
    return None if _CONTROLS.search(text.encode("utf-8", "replace")) else encoding


def _is_damaged_utf8(sample: bytes) -> bool:
    """Whether most of what is not ASCII is UTF-8: then it is that, with a fault in it."""
    text = sample.decode("utf-8", "replace")
    faults = text.count("\ufffd")
    beyond = sum(1 for character in text if character > "\x7f")
    return beyond - faults >= faults


def _is_western(sample: bytes) -> bool:
    """Whether nearly all is ASCII, and the rest what Western texts have in Windows-1252."""
    letters = sum(1 for byte in sample if byte > 0x9F)  # below are quotation marks and dashes
    plain = sum(1 for byte in sample if 0x40 < byte < 0x7B)
    if letters > min(plain, max(2, _WESTERN_SHARE * len(sample))):
        return False
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return _WESTERN.fullmatch(text) is not None and _SIGN_IN_A_WORD.search(text) is None


def _normalizer_guess(sample: bytes) -> str | None:
    from charset_normalizer import from_bytes  # takes a quarter second to load

    best = from_bytes(sample, cp_isolation=list(_USUAL)).best()
    if best is None or best.chaos > _MOST_CHAOS:
        return None
    least = _COHERENT_IDEOGRAPHS if best.language in _IDEOGRAPHS else _COHERENT
    if best.coherence < least:
        return None
    # Several encodings may give the same text: the common one is named.
    return "cp1252" if "cp1252" in best.could_be_from_charset else best.encoding


def _decoded_as(data: bytes, encoding: str, offset: int, name: str) -> str:
    try:
        text = data[offset:].decode(encoding)
    except UnicodeDecodeError as error:
        at = offset + error.start
        value = f" (0x{data[at]:02X})" if at < len(data) else ""
        raise ArticleFileError(
            f"{name}: byte {at}{value} is not valid {encoding.upper()}; "
            "save the file as UTF-8 (or UTF-16 with a byte order mark) and index it again."
        ) from error
    at = text.find("\0")
    if at >= 0:
        position = offset + len(text[:at].encode(encoding))
        raise ArticleFileError(
            f"{name}: byte {position} (0x00) shows that this is a binary file, not text; "
            "leave it out, or convert it to UTF-8 text first."
        )
    return text
