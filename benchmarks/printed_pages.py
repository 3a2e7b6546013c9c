"""PDFs of lines of text, as a printer's driver draws them."""

from __future__ import annotations

import io
from collections.abc import Sequence

from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

_LINES = 55
_LEAST_PART = 4
"""Letters of a parted word on either line."""


def drawn(lines: Sequence[str]) -> bytes:
    """Steps that draw lines one below the other."""
    escaped = [line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for line in lines]
    steps = "".join(f"({line}) Tj T* " for line in escaped)
    return f"BT /F1 10 Tf 50 780 Td 12 TL {steps}ET".encode("cp1252", "replace")


def pdf_writer(pages: Sequence[Sequence[str] | bytes]) -> PdfWriter:
    """A PDF with these lines, or these steps of drawing, on its pages."""
    writer = PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
            NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
        }
    )
    fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
    for content in pages:
        page = writer.add_blank_page(595, 842)
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        stream = DecodedStreamObject()
        stream.set_data(content if isinstance(content, bytes) else drawn(content))
        page[NameObject("/Contents")] = writer._add_object(stream)
    return writer


def written(writer: PdfWriter) -> bytes:
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def printed(paragraphs: Sequence[str], width: int) -> list[list[str]]:
    """Lines of at most ``width`` code points by pages, words parted at their ends."""
    lines = [line for paragraph in paragraphs for line in _wrapped(paragraph.split(), width)]
    return [lines[at : at + _LINES] for at in range(0, len(lines), _LINES)]


def _wrapped(words: list[str], width: int) -> list[str]:
    lines = [""]
    for word in words:
        left = width - len(lines[-1]) - 1
        if len(word) <= left or not lines[-1]:
            lines[-1] = f"{lines[-1]} {word}".strip()
        elif word.isalpha() and _LEAST_PART < left <= len(word) - _LEAST_PART:
            lines[-1] += f" {word[: left - 1]}-"
            lines.append(word[left - 1 :])
        else:
            lines.append(word)
    return lines
