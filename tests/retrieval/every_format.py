"""A folder with two files of each kind that can be indexed, and a bad one of each; made-up news."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage
from pathlib import Path
from random import Random

import docx

from benchmarks.page_templates import Story, blog, news_site
from tests.retrieval.documents import epub_of, pdf_of, zip_of

_TOWNS = (
    "Aldmoor", "Birchwell", "Cranfold", "Dunmere", "Elmstow", "Fenhurst", "Garside", "Hollowby",
    "Ivystone", "Kelbrook", "Larkham", "Mossgill", "Netherby", "Oakfen", "Penwick", "Quarndon",
    "Rushden", "Saltmarsh", "Thornlea", "Ulverdale", "Vinestead", "Wolvey", "Yarnbrook", "Zeals",
    "Ashcombe", "Brindle", "Corvedale", "Drayton", "Eastwick", "Farleigh",
)  # fmt: skip
_TREES = range(120, 120 + 7 * len(_TOWNS), 7)


@dataclass(frozen=True)
class Planting:
    """What one article tells: its town planted so many trees, and was asked about in one way."""

    town: str
    trees: int

    @property
    def title(self) -> str:
        return f"Trees for {self.town}"

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return (
            f"The town of {self.town} planted {self.trees} trees along its canal on Saturday.",
            "Volunteers came with spades of their own, and the baker sent rolls at noon.",
            "The forester said that the roots need rain in the coming weeks more than anything.",
        )

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)

    @property
    def question(self) -> str:
        return f"How many trees did {self.town} plant?"

    @property
    def story(self) -> Story:
        address = f"https://courier.example/2023/{self.town.lower()}.html"
        return Story(self.title, self.paragraphs, date(2023, 4, 8), address)


PLANTINGS = tuple(Planting(town, trees) for town, trees in zip(_TOWNS, _TREES, strict=True))


def _mail(item: Planting) -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"] = item.title, "Ada Quill <ada@courier.example>"
    message["Date"] = "Sat, 08 Apr 2023 10:00:00 +0000"
    message["Message-ID"] = f"<{item.town}@courier.example>"
    message.set_content(item.text)
    return message.as_bytes()


def _docx(item: Planting) -> bytes:
    document, stream = docx.Document(), io.BytesIO()
    document.core_properties.title = item.title
    for paragraph in item.paragraphs:
        document.add_paragraph(paragraph)
    document.save(stream)
    return stream.getvalue()


def _mhtml(item: Planting) -> bytes:
    page = blog(item.story, Random(1))
    head = (
        "From: <Saved by Blink>\nMIME-Version: 1.0\n"
        f"Snapshot-Content-Location: {item.story.url}\n"
        'Content-Type: multipart/related; type="text/html"; boundary="edge"\n\n'
        "--edge\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"
        f"Content-Location: {item.story.url}\n\n"
    )
    return f"{head}{page}\n--edge--\n".encode()


def _feed(item: Planting) -> bytes:
    body = "".join(f"&lt;p&gt;{paragraph}&lt;/p&gt;" for paragraph in item.paragraphs)
    return (
        '<?xml version="1.0"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Courier</title>'
        f"<item><title>{item.title}</title><guid>tag:{item.town}</guid>"
        f"<pubDate>Sat, 08 Apr 2023 10:00:00 GMT</pubDate>"
        f"<content:encoded>{body}</content:encoded></item></channel></rss>"
    ).encode()


def _tar(item: Planting) -> bytes:
    stream, data = io.BytesIO(), item.text.encode()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        info = tarfile.TarInfo("in/article.txt")
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def _record(item: Planting) -> dict[str, str]:
    return {"headline": item.title, "body": item.text, "date": "2023-04-08", "id": item.town}


def _csv(item: Planting) -> bytes:
    return f'id,title,text\n{item.town},{item.title},"{item.text}"\n'.encode()


_KINDS = {
    "txt": lambda item: f"{item.title}\n\n{item.text}".encode(),
    "md": lambda item: f'---\ntitle: "{item.title}"\n---\n\n{item.text}'.encode(),
    "jsonl": lambda item: json.dumps(_record(item)).encode(),
    "json": lambda item: json.dumps([_record(item)]).encode(),
    "csv": _csv,
    "html": lambda item: news_site(item.story, Random(2)).encode(),
    "mhtml": _mhtml,
    "pdf": lambda item: pdf_of([["Contents", "of the volume"], item.paragraphs]),
    "docx": _docx,
    "epub": lambda item: epub_of({"one.xhtml": f"<h1>{item.title}</h1><p>{item.text}</p>"}),
    "eml": _mail,
    "mbox": lambda item: b"From ada Sat Apr  8 10:00:00 2023\n" + _mail(item),
    "rss": _feed,
    "zip": lambda item: zip_of({"in/article.txt": item.text}),
    "tgz": _tar,
}
KINDS = tuple(_KINDS)
_BAD = {"html": b"<html><body></body></html>", "rss": b"<rss><channel>", "csv": b"a\n\0"}


def write_folder(folder: Path) -> Iterator[tuple[str, Planting]]:
    """Fills the folder; gives the name of each good file and what it tells. The bad ones are called
    ``bad`` with their ending.
    """
    items = iter(PLANTINGS)
    for kind, made in _KINDS.items():
        for number in (1, 2):
            item, name = next(items), f"{kind}-{number}.{kind}"
            (folder / name).write_bytes(made(item))
            yield name, item
        (folder / f"bad.{kind}").write_bytes(_BAD.get(kind, b"\0\1\2\3"))
    (folder / "packed.txt.gz").write_bytes(gzip.compress(b"The pear tree by the lock fell."))
