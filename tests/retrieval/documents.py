"""Documents with markup, built in memory: PDF, EPUB, and what reading one gives."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

from benchmarks.printed_pages import pdf_writer, written
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
