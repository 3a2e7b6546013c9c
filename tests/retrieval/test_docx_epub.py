"""Word documents and books: their text in order, their properties, and archives that are bombs."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import docx
import pytest

from retrieval.errors import ArticleFileError
from retrieval.ingest.document import Bounds, ReadSettings
from retrieval.ingest.raw import RawArticle, Skipped

from .builders import assert_one_sentence
from .documents import SMALL, article_in, epub_of, found_in, xhtml, zip_of


def word(*blocks: str | list[list[str]], **properties: object) -> bytes:
    """A document of paragraphs and tables."""
    document = docx.Document()
    for block in blocks:
        if isinstance(block, str):
            document.add_paragraph(block)
            continue
        table = document.add_table(len(block), len(block[0]))
        for row, texts in zip(table.rows, block, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    for name, value in properties.items():
        setattr(document.core_properties, name, value)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


TABLE = [["Team", "Points"], ["Rovers", "27"], ["City", "25"]]


def test_paragraphs_and_tables_in_order() -> None:
    data = word("The mill\nopened.", TABLE, "", "It is  open.", title="Mill", author="Ada Quill")
    article = article_in(data, "mill.docx")
    assert article.text.split("\n\n") == [
        "The mill\nopened.",
        "Team: Rovers | Points: 27",
        "Team: City | Points: 25",
        "It is open.",
    ]
    assert (article.title, article.author) == ("Mill", "Ada Quill")


def test_a_cell_that_spans_columns_is_said_once() -> None:
    document = docx.Document()
    table = document.add_table(2, 3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "wide"
    for at, text in enumerate(("a", "b", "c")):
        table.cell(1, at).text = text
    buffer = io.BytesIO()
    document.save(buffer)
    assert article_in(buffer.getvalue(), "a.docx").text == "wide\n\na | b | c"


def test_a_heading_is_the_title() -> None:
    document = docx.Document()
    document.add_heading("Mill reopens", 1)
    document.add_paragraph("It did.")
    buffer = io.BytesIO()
    document.save(buffer)
    article = article_in(buffer.getvalue(), "a.docx")
    assert (article.title, article.author, article.published) == ("Mill reopens", None, None)


@pytest.mark.parametrize(
    ("first", "day"),
    [("Some words.", date(2020, 1, 2)), ("June 3, 2018", None), ("3/4/2018", None)],
)
def test_the_text_s_own_day_goes_before_the_file_s(first: str, day: date | None) -> None:
    article = article_in(word(first, "More.", created=datetime(2020, 1, 2, 3)), "a.docx")
    assert article.published == day


CHAPTERS = {
    "one.xhtml": "<h1>The flood</h1><p>It rained for nine days.</p>",
    "text/two.xhtml": "<p>The water&#160;fell.</p><hr/><p>Slowly&nbsp;so.</p>",
    "cover.xhtml": '<img src="cover.jpg"/>',
}


def test_chapters_are_articles() -> None:
    found = found_in(epub_of(CHAPTERS), "almanac.epub")
    assert [item for item in found if not isinstance(item, RawArticle)] == []
    assert [
        (item.id, item.within, item.title, item.text)
        for item in found
        if isinstance(item, RawArticle)
    ] == [
        (
            "almanac.epub#OEBPS/one.xhtml",
            "OEBPS/one.xhtml",
            "The flood",
            "The flood\n\nIt rained for nine days.",
        ),
        (
            "almanac.epub#OEBPS/text/two.xhtml",
            "OEBPS/text/two.xhtml",
            "Brook Almanac: Part 1",
            "The water fell.\n\nSlowly so.",
        ),
    ]
    assert {
        (item.author, item.publisher, item.published)
        for item in found
        if isinstance(item, RawArticle)
    } == {("Ada Quill, Tom Hale", "Weir Press", date(2019, 5, 4))}


def test_a_missing_chapter_is_left_out_alone() -> None:
    data = epub_of(CHAPTERS)
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for info in old.infolist():
            if not info.filename.endswith("one.xhtml"):
                new.writestr(info, old.read(info))
    skipped, article = found_in(buffer.getvalue(), "a.epub")
    assert isinstance(skipped, Skipped)
    assert isinstance(article, RawArticle)
    assert (skipped.part, article.within) == ("OEBPS/one.xhtml", "OEBPS/text/two.xhtml")


def locked(*hrefs: str) -> bytes:
    references = "".join(
        f'<EncryptedData><CipherData><CipherReference URI="{href}"/></CipherData></EncryptedData>'
        for href in hrefs
    )
    return epub_of(CHAPTERS, {"META-INF/encryption.xml": f"<encryption>{references}</encryption>"})


def test_locked_books_are_refused_but_not_locked_fonts() -> None:
    assert len(found_in(locked("OEBPS/font.otf"), "a.epub")) == 2
    with pytest.raises(ArticleFileError, match="DRM"):
        found_in(locked("OEBPS/one.xhtml"), "a.epub")


def entity_bomb() -> bytes:
    entities = "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "word " * 10}">' for n in range(12)
    )
    package = f'<!DOCTYPE p [{entities}]><package xmlns:dc="x"><dc:title>&a11;</dc:title></package>'
    container = '<container><rootfile full-path="p.opf"/></container>'
    return zip_of({"META-INF/container.xml": container, "p.opf": package})


BLANKS = zip_of({"word/document.xml": b" " * 2**23, "OEBPS/one.xhtml": b" " * 2**23})


@pytest.mark.parametrize("name", ["a.docx", "a.epub"])
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        bytes(range(256)) * 20,
        zip_of({}),
        zip_of({"mimetype": "application/epub+zip"}),
        word("words")[:2000],
        word(),
        epub_of({}),
        epub_of({"a.xhtml": ""}),
        entity_bomb(),
        BLANKS,
    ],
)
def test_what_is_no_document_is_said(data: bytes, name: str) -> None:
    with pytest.raises(ArticleFileError) as caught:
        found_in(data, name)
    assert_one_sentence(caught.value)
    assert str(caught.value).startswith(f"/{name}: ")


def test_bombs_are_not_unpacked() -> None:
    for settings in (ReadSettings(Bounds(ratio=50)), SMALL, ReadSettings(Bounds(members=1))):
        with pytest.raises(ArticleFileError, match="unpacks to"):
            found_in(BLANKS, "a.epub", settings)


def test_a_chapter_that_is_too_large_is_left_out_alone() -> None:
    # More text in one chapter than an article may have, less than a book.
    long = {"one.xhtml": "<p>" + "long words " * 25_000 + "</p>", "two.xhtml": "<p>Short.</p>"}
    skipped, article = found_in(
        epub_of(long), "a.epub", ReadSettings(Bounds(text=200_000, ratio=10**6))
    )
    assert isinstance(skipped, Skipped)
    assert isinstance(article, RawArticle)
    assert (skipped.part, article.text) == ("OEBPS/one.xhtml", "Short.")


def test_a_locked_archive_is_said() -> None:
    data = bytearray(zip_of({"a.xhtml": xhtml("<p>words</p>")}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    with pytest.raises(ArticleFileError, match="locked with a password"):
        found_in(bytes(data), "a.epub")
