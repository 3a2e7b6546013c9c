"""Bytes to text: what they say of themselves, guesses only where they are sure, and errors."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import ArticleFileError
from retrieval.ingest.decoding import Decoded, decode, decoded
from retrieval.ingest.raw import Note

from .builders import assert_one_sentence

TEXT = "Größe 😀\r\nзвук\rשלום\u2028end\n"


@pytest.mark.parametrize(
    ("bom", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_known_encodings_lose_the_bom_and_keep_every_newline(bom: bytes, encoding: str) -> None:
    assert decode(bom + TEXT.encode(encoding), "a.txt") == TEXT


def test_a_second_bom_is_text() -> None:
    assert decode(codecs.BOM_UTF8 * 2, "a.txt") == "\ufeff"


@pytest.mark.parametrize("bom", [b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
def test_nothing_but_a_bom_is_empty(bom: bytes) -> None:
    assert decode(bom, "a.txt") == ""


@pytest.mark.parametrize(
    ("data", "at", "value"),
    [
        (b"abc\xffdef", 3, "0xFF"),
        (b"caf\xe9 noir", 3, "0xE9"),  # Latin-1
        (codecs.BOM_UTF8 + b"ab\x80", 3 + 2, "0x80"),
        (b"cut \xf0\x9f\x98", 4, "0xF0"),
        (b"over\xc0\xaflong", 4, "0xC0"),
        (b"\xed\xa0\x80", 0, "0xED"),  # a surrogate in UTF-8
        (codecs.BOM_UTF16_LE + "ab".encode("utf-16-le") + b"\x00\xdc", 2 + 4, "0x00"),
        (codecs.BOM_UTF16_BE + "ab".encode("utf-16-be") + b"c", 2 + 4, "0x63"),
        ("Größe".encode("utf-16-le"), 4, "0xF6"),  # UTF-16 without its mark
    ],
)
def test_the_first_bad_byte_is_named(data: bytes, at: int, value: str) -> None:
    with pytest.raises(ArticleFileError, match=r"clip\.txt") as caught:
        decode(data, "clip.txt")
    assert f"byte {at} ({value})" in str(caught.value)
    assert_one_sentence(caught.value)


@pytest.mark.parametrize(
    ("data", "at"),
    [
        (b"\0", 0),
        ("é\0".encode(), 2),
        (codecs.BOM_UTF8 + b"ab\0", 3 + 2),
        (codecs.BOM_UTF16_LE + "a😀\0".encode("utf-16-le"), 2 + 2 + 4),
        (codecs.BOM_UTF32_LE + "ab\0".encode("utf-32-le"), 4 + 8),
        (b"PK\x03\x04\x14\0\0\0", 5),
    ],
)
def test_a_nul_byte_shows_a_binary_file(data: bytes, at: int) -> None:
    with pytest.raises(ArticleFileError, match="binary") as caught:
        decode(data, "clip.txt")
    assert f"byte {at} (0x00)" in str(caught.value)
    assert_one_sentence(caught.value)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff")))
def test_any_text_comes_back(text: str) -> None:
    assert decode(text.encode(), "a") == text
    assert decode(codecs.BOM_UTF16_LE + text.encode("utf-16-le"), "a") == text
    assert decode(codecs.BOM_UTF32_BE + text.encode("utf-32-be"), "a") == text
    assert decoded(text.encode(), "a") == Decoded(text)


@given(st.binary(max_size=50))
def test_any_bytes_are_text_or_one_sentence(data: bytes) -> None:
    try:
        assert "\0" not in decode(data, "a")
    except ArticleFileError as error:
        assert_one_sentence(error)
    try:
        assert "\0" not in decoded(data, "a").text
    except ArticleFileError as error:
        assert_one_sentence(error)


ENGLISH = "The café’s owner said “never again” – and closed the door for €9."
FRENCH = "Le ministre a déclaré hier que la réforme serait retardée après l’échec à Orléans. "
GERMAN = "Der Bürgermeister erklärte, die Brücke über den Fluß werde gesperrt. "
POLISH = "Minister powiedział wczoraj, że reforma zostanie opóźniona o rok, bo rozmowy ustały. "
RUSSIAN = "Министр заявил вчера, что реформа будет отложена на год после провала переговоров. "
JAPANESE = "大臣は昨日、改革が一年延期されると述べた。交渉は失敗に終わった。" * 10


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (ENGLISH, "cp1252"),
        ("He said “no”.", "cp1252"),
        (FRENCH, "cp1252"),
        (GERMAN * 3, "cp1252"),
        (POLISH * 2, "cp1250"),
        (RUSSIAN, "cp1251"),
        (JAPANESE, "cp932"),
        ("Plain words\n" + GERMAN, "utf-16-le"),
        ("Plain words\n" + GERMAN, "utf-16-be"),
    ],
)
def test_an_older_encoding_is_read_where_it_is_sure_and_said(text: str, encoding: str) -> None:
    assert decoded(text.encode(encoding), "a.txt") == Decoded(text, encoding)


def test_what_is_said_of_a_guess() -> None:
    (note,) = decoded(b"caf\xe9 noir", "clip.txt").notes("clip.txt")
    assert note == Note("clip.txt: read as Windows-1252; save it as UTF-8 to be sure")
    assert decoded(b"cafe noir", "clip.txt").notes("clip.txt") == ()


@pytest.mark.parametrize(
    "data",
    [
        b"abc\xffdef",
        b"cut \xf0\x9f\x98",
        b"\xed\xa0\x80",
        "Zürich, café, naïve".encode() + b" and one bad \xe9 byte",
        codecs.BOM_UTF8 + b"caf\xe9 noir",
        bytes(range(128, 256)) * 4,
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    ],
    ids=["unlikely", "cut off", "a surrogate", "damaged UTF-8", "named UTF-8", "all", "picture"],
)
def test_what_is_not_sure_is_an_error(data: bytes) -> None:
    with pytest.raises(ArticleFileError):
        decoded(data, "a.txt")
