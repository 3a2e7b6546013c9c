"""Mail: a message in a file (``.eml``), and the many of a mailbox (``.mbox``).

The text is what its writer wrote: without the lines quoted from others, without the signature.
Attachments are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from itertools import count
from typing import cast

from retrieval.errors import ArticleFileError
from retrieval.ingest.decoding import decoded
from retrieval.ingest.document import Document, ReadSettings
from retrieval.ingest.formats.faults import few_faults
from retrieval.ingest.formats.mailbox import messages_of
from retrieval.ingest.formats.values import mended
from retrieval.ingest.markup_text import text_of_html
from retrieval.ingest.metadata import parse_published
from retrieval.ingest.raw import Found, Note, RawArticle, Skipped

_WHOLE = 5
"""Times the bound of one text: a message is held with its attachments."""
_HEADER_BYTES, _HEADER_LINE, _MOST_HEADERS, _MOST_PARTS = 2**20, 2_000, 20_000, 10_000
_HEADERS = ("from", "subject", "date", "to", "message-id", "received")
_REPLY = re.compile(r"^(?:(?:re|fwd?|aw|wg|tr|sv|vs|antw)(?:\[\d+\])?\s*:\s*)+", re.I)
_WROTE = re.compile(r"^(?:on|am|le)\b.{5,200}\b(?:wrote|schrieb.{0,80}|écrit)\s*:$", re.I)
_SIGNATURE = re.compile(r"(?:^|\n)-- ?\r?(?:\n|$)")
_LIST = re.compile(r"^(?P<words>[^<]*)(?:<(?P<id>[^<>]+)>)?")
_MALFORMED = (ValueError, LookupError, AttributeError, TypeError, RecursionError)
"""What the library raises for headers and parts that are not as they should be."""


@few_faults
def read_eml(document: Document, settings: ReadSettings) -> Iterator[Found]:
    """The message in a file; ``ArticleFileError`` where it is none, or has no text."""
    data = document.read(settings.bounds.text * _WHOLE)
    if not data.strip():
        raise ArticleFileError(f"{document.label}: the file is empty; fill it or leave it out.")
    mail = _mail_of(data)
    if isinstance(mail, str):
        raise ArticleFileError(f"{document.label}: {mail}.")
    yield _article(mail, document, mail.id or document.name, "")
    yield from _attachment_notes(document, mail.attachments)


@few_faults
def read_mbox(document: Document, settings: ReadSettings) -> Iterator[Found]:
    """The messages of a mailbox, read one by one; one that cannot be used is left out alone.
    ``ArticleFileError`` where the file is no mailbox.
    """
    attachments = 0
    bounds = settings.bounds
    for number, data in messages_of(document, bounds.text * _WHOLE, bounds.file):
        mail = data if isinstance(data, str) else _mail_of(data)
        if isinstance(mail, str):
            part = f"message {number}"
            yield Skipped(document.root, document.path, mail, part, broken=True)
            continue
        within = mail.id or f"#{number}"
        yield _article(mail, document, mail.id or f"{document.name}{within}", within)
        attachments += mail.attachments
    yield from _attachment_notes(document, attachments)


def _attachment_notes(document: Document, count: int) -> Iterator[Note]:
    if count:
        counted = "1 attachment was" if count == 1 else f"{count} attachments were"
        yield Note(f"{document.label}: {counted} not read; save what you need and index it")


@dataclass(frozen=True, slots=True)
class _Mail:
    """A message; ``headers`` are those that it has of the few that are used."""

    text: str
    headers: dict[str, str]
    attachments: int

    @property
    def id(self) -> str:
        return self.headers.get("message-id", "").strip().strip("<>").strip()


def _mail_of(data: bytes) -> _Mail | str:
    """The message, or why there is none."""
    try:
        if fault := _beyond(data):
            return fault
        message = cast(
            "EmailMessage",
            message_from_bytes(data, policy=_bounded_policy()),  # the policy makes it one
        )
        if not any(key.casefold() in _HEADERS for key in message.keys()):  # noqa: SIM118
            return "is no mail message (it has no header); save it again as .eml"
        body = message.get_body(preferencelist=("plain", "html"))
        text = "" if body is None else mended(_text_of(cast("EmailMessage", body)))
        attachments = sum(1 for part in message.walk() if part.is_attachment())
    except _MALFORMED as error:
        return f"cannot be read ({type(error).__name__}: {error}); save it again"
    if not text.strip():
        return "message without text"
    names = ("message-id", "subject", "from", "date", "list-id", "archived-at")
    return _Mail(text, {name: _header(message, name) for name in names}, attachments)


def _beyond(data: bytes) -> str:
    """Why the message is not even parsed; empty where nothing speaks against it."""
    ends = [at for at in (data.find(b"\n\n"), data.find(b"\n\r\n")) if at >= 0]
    if min(ends, default=len(data)) > _HEADER_BYTES or data.count(b"\n--") > _MOST_PARTS:
        return f"has a header or more parts than any mail (over {_MOST_PARTS}); save it again"
    return ""


def _bounded_policy() -> policy.EmailPolicy:
    """The library's, that takes from the header no more than people write: what it does with a
    line can take the square of the line's length.
    """
    seen = count()

    class Bounded(policy.EmailPolicy):
        def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
            if next(seen) > _MOST_HEADERS:
                raise ValueError(f"more than {_MOST_HEADERS} header lines")
            name, value = super().header_source_parse(sourcelines)
            return name, value[:_HEADER_LINE]

    return Bounded()


def _header(message: EmailMessage, name: str) -> str:
    try:
        return " ".join(mended(str(message[name] or "")).split())
    except _MALFORMED:
        return ""


def _text_of(body: EmailMessage) -> str:
    try:
        content = str(body.get_content())
    except _MALFORMED:  # of an encoding that nobody knows
        content = decoded(cast("bytes", body.get_payload(decode=True)), "message").text
    content = content.replace("\r\n", "\n").replace("\0", "")
    if body.get_content_subtype() == "html":
        return text_of_html(content)
    return _own_words(content) or content.strip()


def _own_words(text: str) -> str:
    """Without quoted lines, the line that says whose they are, and the signature."""
    signature = _SIGNATURE.search(text)
    lines = (text[: signature.start()] if signature else text).split("\n")
    kept: list[str] = []
    for line in lines:
        if not line.startswith(">"):
            kept.append(line.rstrip())
            continue
        while kept and not kept[-1]:
            kept.pop()
        if kept and _WROTE.match(kept[-1]):
            kept.pop()
        elif len(kept) > 1 and _WROTE.match(f"{kept[-2]} {kept[-1]}"):
            del kept[-2:]
        kept.append("")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _article(mail: _Mail, document: Document, id_: str, within: str) -> RawArticle:
    headers = mail.headers
    name, address = parseaddr(headers["from"])
    archived = headers["archived-at"].strip("<> ")
    return RawArticle(
        id=id_,
        within=within,
        text=mail.text,
        root=document.root,
        path=document.path,
        title=_REPLY.sub("", headers["subject"]) or None,
        author=name or address or None,
        publisher=_list_of(headers["list-id"]) or address.rpartition("@")[2] or None,
        url=archived if "://" in archived else None,
        published=_day(headers["date"]),
    )


def _list_of(header: str) -> str:
    found = _LIST.match(header)
    words = found["words"].strip().strip('"').strip() if found else ""
    return words or (found["id"] or "" if found else "")


def _day(header: str) -> date | None:
    try:
        return parsedate_to_datetime(header).date()
    except _MALFORMED:
        return parse_published(header)
