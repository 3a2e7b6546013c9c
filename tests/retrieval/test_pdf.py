"""PDF: pages are places, lines become paragraphs, and one bad page costs no other."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf.constants import PageLabelStyle
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from benchmarks.printed_pages import pdf_writer, written
from retrieval.errors import ArticleFileError
from retrieval.ingest.formats.pdf_lines import Words, paragraphs, without_running_lines
from retrieval.ingest.raw import RawArticle, Skipped

from .builders import assert_one_sentence
from .documents import SMALL, article_in, found_in, pdf_of

FIRST = [
    "Old mill reopens",
    "The old mill at Fernbrook opened its doors on Thursday, for the first",
    "time since the flood of 2011, and two hundred people came.",
    "Mayor Lena Ortiz said the work had cost 2.4 million crowns, which is",
    "more than was planned. The govern-",
    "ment paid half of it.",
]
SECOND = ["The mill is open from nine", "to five."]


def test_pages_are_places() -> None:
    article = article_in(pdf_of([FIRST, SECOND]), "mill.pdf")
    assert article.text.split("\n\n") == [
        FIRST[0],
        f"{FIRST[1]} {FIRST[2]}",
        f"{FIRST[3]} more than was planned. The government paid half of it.",
        "The mill is open from nine to five.",
    ]
    start = article.text.index("The mill is")
    assert [(place.start, place.label) for place in article.places] == [
        (0, "p. 1"),
        (start, "p. 2"),
    ]


def test_pages_have_the_labels_of_the_document() -> None:
    writer = pdf_writer([["Preface of a long book."], ["More of it."], ["Chapter one begins."]])
    writer.set_page_label(0, 1, style=PageLabelStyle.LOWERCASE_ROMAN, start=3)
    writer.set_page_label(2, 2, style=PageLabelStyle.DECIMAL, start=1)
    article = article_in(written(writer), "a.pdf")
    assert [place.label for place in article.places] == ["p. iii", "p. iv", "p. 1"]


def test_a_paragraph_runs_on_over_pages() -> None:
    article = article_in(pdf_of([["She said that the brook"], ["had always been cold."]]), "a.pdf")
    assert article.text == "She said that the brook had always been cold."
    assert article.places[1].start == article.text.index("had")


def test_running_lines_and_page_numbers_are_dropped() -> None:
    pages = [
        [f"The Weir Weekly, issue {n}", f"Words of page {word} stand here.", str(n)]
        for n, word in enumerate(("one", "two", "three", "four"), start=1)
    ]
    article = article_in(pdf_of(pages), "a.pdf")
    assert article.text.split("\n\n") == [page[1] for page in pages]


def test_a_header_that_is_the_title_stays_on_its_first_page() -> None:
    pages = [["Annual report of the mill", f"Text {word}."] for word in ("a", "b", "c")]
    bodies = without_running_lines(pages, ["1", "2", "3"])
    assert bodies == [pages[0], ["Text b."], ["Text c."]]


def test_rows_of_figures_are_no_running_lines() -> None:
    pages = [[f"{n} 12 14", f"{n}1 15 16", "Words.", "17 18", "19 20"] for n in range(10, 14)]
    assert without_running_lines(pages, ["1", "2", "3", "4"]) == pages


@pytest.mark.parametrize(
    ("lines", "paragraph"),
    [
        (["The admin-", "istration paid."], "The administration paid."),
        (["A well known well-", "known fact is known."], "A well known well-known fact is known."),
        (["A so-called e-mail; so-", "called by all."], "A so-called e-mail; so-called by all."),
    ],
)
def test_parted_words(lines: list[str], paragraph: str) -> None:
    assert paragraphs(lines, Words.of([lines])) == [paragraph]


METADATA = {"/Author": "Ada Quill", "/CreationDate": "D:20190504101010Z"}


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Old mill reopens", "Old mill reopens"),
        ("Microsoft Word - mill_final2.doc", None),
        ("untitled", None),
        ("mill.indd", None),
        ("a.pdf", None),
        ("  ", None),
    ],
)
def test_properties(title: str, shown: str | None) -> None:
    data = pdf_of([["Some words, no more."]], {"/Title": title, **METADATA})
    article = article_in(data, "a.pdf")
    assert (article.title, article.author, article.published) == (
        shown,
        "Ada Quill",
        date(2019, 5, 4),
    )


def test_a_printed_page_s_title_has_no_name_of_its_site() -> None:
    data = pdf_of([["Mill reopens", "It did so in May."]], {"/Title": "Mill reopens - The Weir"})
    assert article_in(data, "a.pdf").title == "Mill reopens"


def test_the_day_of_printing_is_not_the_article_s() -> None:
    page = ["Some words of the page.", "https://a.example/mill 1/1"]
    article = article_in(pdf_of([page], {"/Producer": "Skia/PDF m123", **METADATA}), "a.pdf")
    assert (article.published, article.url) == (None, "https://a.example/mill")
    dated = article_in(pdf_of([["Mill", "June 3, 2018", "Some words."]], METADATA), "a.pdf")
    assert dated.published is None  # the text's own line is read later


def test_a_broken_page_is_left_out_alone() -> None:
    writer = pdf_writer([["First page of words."], [""], ["Third page of words."]])
    broken = DecodedStreamObject()
    broken[NameObject("/Filter")] = NameObject("/Nothing")
    broken.set_data(b"BT ET")
    writer.pages[1][NameObject("/Contents")] = writer._add_object(broken)
    skipped, article = found_in(written(writer), "a.pdf")
    assert isinstance(skipped, Skipped)
    assert isinstance(article, RawArticle)
    assert (skipped.name, skipped.part) == ("a.pdf page 2", "page 2")
    assert article.text.split("\n\n") == ["First page of words.", "Third page of words."]
    assert [place.label for place in article.places] == ["p. 1", "p. 3"]


def encrypted(password: str) -> bytes:
    writer = pdf_writer([["Words that are locked."]])
    writer.encrypt(password, "owner", algorithm="RC4-128")
    return written(writer)


def test_encrypted_documents() -> None:
    assert article_in(encrypted(""), "a.pdf").text == "Words that are locked."
    with pytest.raises(ArticleFileError, match="locked with a password") as caught:
        found_in(encrypted("secret"), "a.pdf")
    assert_one_sentence(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7\n",
        b"no pdf",
        bytes(range(256)) * 20,
        pdf_of([]),
        pdf_of([[], []]),
        pdf_of([["words"]])[:300],
        pdf_of([["12 of 20"]] * 0 + [b"0 0 m 10 10 l S"]),
    ],
)
def test_what_holds_no_text_is_said(data: bytes) -> None:
    with pytest.raises(ArticleFileError) as caught:
        found_in(data, "a.pdf")
    assert_one_sentence(caught.value)
    assert str(caught.value).startswith("/a.pdf: ")


def test_scanned_pages_name_the_cure() -> None:
    with pytest.raises(ArticleFileError, match=r"\(OCR\) first\.$"):
        found_in(pdf_of([b"q 100 0 0 100 0 0 cm Q"]), "a.pdf")


def forms(depth: int, width: int) -> bytes:
    """A page whose forms draw one another, each several times."""
    writer = pdf_writer([b"/X0 Do"])
    inner = None
    for level in range(depth, -1, -1):
        form = DecodedStreamObject()
        form.set_data(b"(x) Tj" if inner is None else f"/X{level + 1} Do ".encode() * width)
        form[NameObject("/Type")] = NameObject("/XObject")
        form[NameObject("/Subtype")] = NameObject("/Form")
        if inner is not None:
            names = DictionaryObject({NameObject(f"/X{level + 1}"): inner})
            form[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): names})
        inner = writer._add_object(form)
    resources = writer.pages[0]["/Resources"]
    assert isinstance(resources, DictionaryObject)
    resources[NameObject("/XObject")] = DictionaryObject({NameObject("/X0"): inner})
    return written(writer)


def test_hostile_pages_end() -> None:
    drawings = (forms(12, 9), pdf_of([b"0 0 m 1 1 l S " * 700_000]))
    for data in drawings:
        with pytest.raises(ArticleFileError):
            found_in(data, "a.pdf")


def test_the_text_is_bounded() -> None:
    with pytest.raises(ArticleFileError, match="split it"):
        found_in(pdf_of([["word " * 400] * 60] * 3), "a.pdf", SMALL)


@settings(max_examples=30)
@given(st.integers(0, 1200), st.binary(min_size=1, max_size=8))
def test_damaged_documents_are_read_or_refused(at: int, damage: bytes) -> None:
    data = pdf_of([FIRST, SECOND])
    data = data[:at] + damage + data[at + len(damage) :]
    try:
        found = found_in(data, "a.pdf")
    except ArticleFileError as error:
        assert_one_sentence(error)
        return
    assert all(item.text.strip() for item in found if isinstance(item, RawArticle))
