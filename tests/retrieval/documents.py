"""Documents with markup, built in memory: PDF, EPUB, and what reading one gives."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from retrieval.ingest.document import Bounds, ReadSettings, document_of
from retrieval.ingest.formats.registry import read_document
from retrieval.ingest.raw import Found, RawArticle

SMALL = ReadSettings(Bounds(text=200_000))


def found_in(data: bytes, name: str, settings: ReadSettings | None = None) -> list[Found]:
    return list(read_document(document_of(data, name), settings or ReadSettings()))


def article_in(data: bytes, name: str, settings: ReadSettings | None = None) -> RawArticle:
    (article,) = found_in(data, name, settings)
    assert isinstance(article, RawArticle)
    assert article.text.strip()
    starts = [place.start for place in article.places]
    assert starts == sorted(set(starts))
    assert all(start < len(article.text) for start in starts)
    return article


def drawn(lines: Sequence[str]) -> bytes:
    """Steps that draw lines one below the other."""
    escaped = [line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for line in lines]
    steps = "".join(f"({line}) Tj T* " for line in escaped)
    return f"BT /F1 10 Tf 50 780 Td 12 TL {steps}ET".encode("cp1252")


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


def pdf_of(pages: Sequence[Sequence[str] | bytes], metadata: Mapping[str, str] = {}) -> bytes:
    writer = pdf_writer(pages)
    writer.add_metadata(dict(metadata))
    return written(writer)


def zip_of(members: Mapping[str, bytes | str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def epub_of(chapters: Mapping[str, str], extra: Mapping[str, str] = {}, head: str = "") -> bytes:
    """A book whose chapters are bodies of XHTML by href; ``head`` is more of its metadata."""
    items = "".join(
        f'<item id="c{i}" href="{href}" media-type="application/xhtml+xml"/>'
        for i, href in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="c{i}"/>' for i in range(len(chapters)))
    package = f"""<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Brook Almanac</dc:title>
<dc:creator>Ada Quill</dc:creator><dc:creator>Tom Hale</dc:creator>
<dc:publisher>Weir Press</dc:publisher><dc:date>2019-05-04</dc:date>{head}</metadata>
<manifest>{items}<item id="nav" href="nav.xhtml" properties="nav"
media-type="application/xhtml+xml"/></manifest>
<spine><itemref idref="nav"/>{spine}</spine></package>"""
    container = """<?xml version="1.0"?>
<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/content.opf"/></rootfiles></container>"""
    links = "".join(f'<li><a href="{href}">Part {i}</a></li>' for i, href in enumerate(chapters))
    pages = {f"OEBPS/{href}": xhtml(body) for href, body in chapters.items()}
    return zip_of(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": container,
            "OEBPS/content.opf": package,
            "OEBPS/nav.xhtml": xhtml(f"<nav><ol>{links}</ol></nav>"),
            **pages,
            **extra,
        }
    )


def xhtml(body: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<html xmlns="http://www.w3.org/1999/xhtml">'
        f"<head><title/></head><body>{body}</body></html>"
    )
