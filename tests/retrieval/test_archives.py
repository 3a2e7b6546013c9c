"""What lies in archives is read as if it lay in a folder; no archive costs more than it holds."""

from __future__ import annotations

import gzip
import io
import random
import tarfile
import zipfile
from collections.abc import Iterable

import pytest

from retrieval.errors import ArticleFileError
from retrieval.ingest.document import Bounds, ReadSettings, document_of
from retrieval.ingest.formats.registry import read_document
from retrieval.ingest.raw import Found, RawArticle, Skipped

from .builders import assert_one_sentence

SMALL = ReadSettings(Bounds(text=2**20, file=2**23, members=5, ratio=50, depth=2))
FILES = [("a.txt", b"Words of a."), ("sub/b.md", b"# B\n\nWords of b.")]
KINDS = ("zip", "tar", "tar.gz", "tgz", "tar.bz2", "tar.xz")


def packed(kind: str, files: Iterable[tuple[str, bytes]]) -> bytes:
    stream = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files:
                archive.writestr(name, data)
        return stream.getvalue()
    compression = {"tar": "", "tgz": "gz"}.get(kind, kind.removeprefix("tar."))
    with tarfile.open(fileobj=stream, mode=f"w:{compression}") as tar:
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def read_all(data: bytes, name: str, settings: ReadSettings = SMALL) -> list[Found]:
    return list(read_document(document_of(data, name), settings))


def articles(found: Iterable[Found]) -> dict[str, str]:
    return {item.id: item.text for item in found if isinstance(item, RawArticle)}


def reasons(found: Iterable[Found]) -> dict[str, str]:
    return {item.part: item.reason for item in found if isinstance(item, Skipped)}


def fault(data: bytes, name: str) -> str:
    with pytest.raises(ArticleFileError) as caught:
        read_all(data, name)
    assert_one_sentence(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
def test_members_are_articles(kind: str) -> None:
    found = read_all(packed(kind, FILES), f"old.{kind}")
    assert articles(found) == {
        f"old.{kind}/a.txt": "Words of a.",
        f"old.{kind}/sub/b.md": "# B\n\nWords of b.",
    }
    assert [item.within for item in found if isinstance(item, RawArticle)] == ["a.txt", "sub/b.md"]
    assert {item.path for item in found if isinstance(item, RawArticle)} == {f"/old.{kind}"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_bad_member_costs_no_other(kind: str) -> None:
    files = [("bad.txt", b"\0\1\2"), ("empty.txt", b""), ("photo.png", b"x"), (".git/c.txt", b"x")]
    found = read_all(packed(kind, [*files, FILES[0]]), f"old.{kind}")
    assert list(articles(found)) == [f"old.{kind}/a.txt"]
    assert set(reasons(found)) == {name for name, _ in files}
    assert reasons(found)[".git/c.txt"] == "hidden file"


@pytest.mark.parametrize("outer", KINDS)
def test_archives_in_archives(outer: str) -> None:
    inner = packed("zip", FILES)
    found = read_all(packed(outer, [("x/in.zip", inner)]), f"out.{outer}")
    assert list(articles(found)) == [
        f"out.{outer}/x/in.zip/a.txt",
        f"out.{outer}/x/in.zip/sub/b.md",
    ]
    within = [item.within for item in found if isinstance(item, RawArticle)]
    assert within == ["x/in.zip/a.txt", "x/in.zip/sub/b.md"]


def test_archives_are_opened_to_a_depth() -> None:
    data = packed("zip", [FILES[0]])
    for depth in (1, 2):
        data = packed("zip", [(f"in{depth}.zip", data)])
    found = read_all(data, "out.zip")
    assert articles(found) == {}
    assert "one within the other" in reasons(found)["in2.zip/in1.zip"]


@pytest.mark.parametrize("kind", KINDS)
def test_names_that_climb_are_names(kind: str) -> None:
    found = read_all(packed(kind, [("../../etc/a.txt", b"A."), ("/abs/b.txt", b"B.")]), f"o.{kind}")
    assert list(articles(found)) == [f"o.{kind}/etc/a.txt", f"o.{kind}/abs/b.txt"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_unpacks_to_too_much_is_left_out(kind: str) -> None:
    bomb = b"0" * (2**23 + 1)
    found = read_all(packed(kind, [("bomb.txt", bomb), FILES[0]]), f"o.{kind}")
    assert list(articles(found)) == [f"o.{kind}/a.txt"]
    assert set(reasons(found)) == {"bomb.txt"}


@pytest.mark.parametrize("kind", KINDS)
def test_only_so_many_members_are_read(kind: str) -> None:
    many = [(f"{number}.txt", b"Words.") for number in range(7)]
    found = read_all(packed(kind, many), f"o.{kind}")
    assert len(articles(found)) == SMALL.bounds.members
    assert "holds more than 5 files" in reasons(found)["(the rest)"]


@pytest.mark.parametrize("kind", ["tar", "tgz"])
def test_links_are_not_followed(kind: str) -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=f"w:{'gz' if kind == 'tgz' else ''}") as tar:
        link = tarfile.TarInfo("passwords.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    assert "link" in reasons(read_all(stream.getvalue(), f"o.{kind}"))["passwords.txt"]


def test_an_encrypted_member_is_named() -> None:
    data = bytearray(packed("zip", FILES))
    for signature, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(signature) + flags] |= 1
    found = read_all(bytes(data), "o.zip")
    assert reasons(found) == {"a.txt": "is encrypted"}
    assert len(articles(found)) == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.7])
def test_a_cut_archive_is_an_error_in_one_sentence(kind: str, share: float) -> None:
    rng = random.Random(0)  # what packs well would be whole before the end of the file
    data = packed(kind, [(f"{n}.txt", rng.randbytes(2000).hex().encode()) for n in range(4)])
    assert "is not a whole" in fault(data[: int(len(data) * share)], f"o.{kind}")


@pytest.mark.parametrize("kind", KINDS)
def test_an_altered_archive_gives_no_traceback(kind: str) -> None:
    data = packed(
        kind, [(f"{number}.txt", f"Words {number}. ".encode() * 40) for number in range(3)]
    )
    for at in range(0, len(data), max(1, len(data) // 60)):
        altered = data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]
        try:
            read_all(altered, f"o.{kind}")
        except ArticleFileError as error:
            assert_one_sentence(error)


def test_gzip_of_any_kind() -> None:
    assert articles(read_all(gzip.compress(b"Words."), "a.txt.gz")) == {"a.txt.gz": "Words."}
    bomb = gzip.compress(b"0" * 2**23)
    assert "unpacks to more than 50 times" in fault(bomb, "a.txt.gz")


def test_a_gzip_in_a_zip() -> None:
    found = read_all(packed("zip", [("a.txt.gz", gzip.compress(b"Words."))]), "o.zip")
    assert articles(found) == {"o.zip/a.txt.gz": "Words."}
