"""Which reader reads which file, by the ending of its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from retrieval.errors import ArticleFileError
from retrieval.ingest.document import Document, ReadSettings
from retrieval.ingest.formats.archives import Members, gunzipped, untarred, unzipped
from retrieval.ingest.formats.docx import read_docx
from retrieval.ingest.formats.epub import read_epub
from retrieval.ingest.formats.feeds import read_feed
from retrieval.ingest.formats.html import read_html
from retrieval.ingest.formats.json_records import read_json
from retrieval.ingest.formats.jsonlines import read_jsonl
from retrieval.ingest.formats.mail import read_eml, read_mbox
from retrieval.ingest.formats.mhtml import read_mhtml
from retrieval.ingest.formats.opml import read_opml
from retrieval.ingest.formats.pdf import read_pdf
from retrieval.ingest.formats.plain import read_plain
from retrieval.ingest.formats.tables import read_table
from retrieval.ingest.raw import Found, RawArticle, Skipped

Reader = Callable[[Document, ReadSettings], Iterator[Found]]
"""Gives what a document holds, in order, as it is read; nothing is held that was given. One part
that cannot be read is a ``Skipped``. Raises ``ArticleFileError``, beginning with the document's
label, where the whole cannot; what was given before counts.
"""

READERS: dict[str, Reader] = {
    ".txt": read_plain,
    ".md": read_plain,
    ".jsonl": read_jsonl,
    ".rss": read_feed,
    ".atom": read_feed,
    ".xml": read_feed,
    ".opml": read_opml,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
    ".mhtml": read_mhtml,
    ".mht": read_mhtml,
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".epub": read_epub,
    ".ndjson": read_jsonl,
    ".json": read_json,
    ".csv": read_table,
    ".tsv": read_table,
    ".eml": read_eml,
    ".mbox": read_mbox,
}
"""By ending, in lower case. Each may have ``.gz`` behind it."""

ARCHIVES: dict[str, Members] = {
    ".zip": unzipped,
    ".tar": untarred,
    ".tar.gz": untarred,
    ".tgz": untarred,
    ".tar.bz2": untarred,
    ".tar.xz": untarred,
}
GZIP = ".gz"

KINDS = ", ".join((*READERS, *ARCHIVES, GZIP))
"""What can be indexed, for people."""


def suffix_of(name: str) -> str:
    """The known ending of a file's name, in lower case; empty where it has none."""
    lower = name.lower()
    for known in (*ARCHIVES, *READERS):
        if lower.endswith(known):
            return known
    inner = lower.removesuffix(GZIP)
    return f"{suffix_of(inner)}{GZIP}" if inner != lower and suffix_of(inner) in READERS else ""


def read_document(document: Document, settings: ReadSettings) -> Iterator[Found]:
    """What the document holds, by the reader of its ending. Raises ``ArticleFileError``."""
    suffix = suffix_of(document.name)
    if suffix in ARCHIVES:
        yield from _read_archive(document, ARCHIVES[suffix], settings)
    elif suffix in READERS:
        yield from READERS[suffix](document, settings)
    elif suffix:
        unpacked = gunzipped(document, settings.bounds)
        yield from READERS[suffix.removesuffix(GZIP)](unpacked, settings)
    else:
        raise ArticleFileError(
            f"{document.label}: is of no kind that can be indexed ({KINDS}); "
            "convert it, or leave it out."
        )


def _read_archive(document: Document, members: Members, settings: ReadSettings) -> Iterator[Found]:
    if document.depth >= settings.bounds.depth:
        raise ArticleFileError(
            f"{document.label}: lies in {document.depth} archives, one within the other; "
            "unpack it yourself."
        )
    for member in members(document, settings.bounds):
        if isinstance(member, Skipped):
            yield member
        elif reason := _reason_to_skip(member):
            yield Skipped(member.root, member.path, reason, member.member)
        else:
            yield from _read_member(member, settings)


def _reason_to_skip(member: Document) -> str:
    if any(part.startswith((".", "__MACOSX")) for part in member.member.split("/")):
        return "hidden file"
    return "" if suffix_of(member.name) else "not an article file"


def _read_member(member: Document, settings: ReadSettings) -> Iterator[Found]:
    """What a member holds; where it cannot be read, it is left out alone."""
    name = member.member
    try:
        for found in read_document(member, settings):
            match found:
                case RawArticle(within=within) if not within.startswith(f"{name}/"):
                    yield replace(found, within=f"{name}#{within}" if within else name)
                case Skipped(part=part) if not part.startswith(f"{name}/"):
                    yield replace(found, part=f"{name} {part}".rstrip())
                case _:  # of an archive in this one, named already; or a note
                    yield found
    except ArticleFileError as error:
        reason = str(error).removeprefix(f"{member.label}: ")
        yield Skipped(member.root, member.path, reason, name, broken=True)
