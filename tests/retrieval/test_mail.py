"""Messages and mailboxes: what their writers wrote, and what of them cannot be read."""

from __future__ import annotations

from datetime import date
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import ArticleFileError
from retrieval.ingest.formats.mail import read_eml, read_mbox

from .reading import finds, refusal


def mail(
    text: str | None = "The ferries stand still.\n",
    html: str | None = None,
    *,
    attachments: int = 0,
    **headers: str,
) -> bytes:
    message = EmailMessage()
    usual = {
        "Subject": "Re: Fwd: Ferries stand still",
        "From": "Ann Berg <ann@northwire.example>",
        "Date": "Mon, 07 Oct 2024 23:15:00 -0500",
        "Message-ID": "<1@northwire.example>",
    }
    for name, value in (usual | headers).items():
        message[name] = value
    if text is not None:
        message.set_content(text)
    if html is not None:
        (message.set_content if text is None else message.add_alternative)(html, subtype="html")
    for number in range(attachments):
        message.add_attachment(
            b"data", maintype="application", subtype="pdf", filename=f"{number}.pdf"
        )
    return message.as_bytes()


def box(*messages: bytes) -> bytes:
    return b"".join(b"From ann Mon Oct  7 10:15:00 2024\n" + m + b"\n\n" for m in messages)


def test_a_message_is_an_article() -> None:
    raw = finds(read_eml, mail(), "a.eml").one
    assert (raw.id, raw.within) == ("1@northwire.example", "")
    assert (raw.title, raw.author) == ("Ferries stand still", "Ann Berg")
    assert (raw.publisher, raw.published) == ("northwire.example", date(2024, 10, 7))
    assert raw.text == "The ferries stand still."


def test_a_list_is_the_publisher_and_an_archive_the_address() -> None:
    headers = {
        "List-Id": '"Harbour news" <harbour.lists.example>',
        "Archived-At": "<https://lists.example/1>",
    }
    raw = finds(read_eml, mail(**headers), "a.eml").one
    assert (raw.publisher, raw.url) == ("Harbour news", "https://lists.example/1")


def test_plain_text_is_preferred_and_html_is_read_where_there_is_nothing_else() -> None:
    html = "<p>The ferries <b>stand</b> still.</p><p>All &amp; every one.</p>"
    assert finds(read_eml, mail("Plain.", html), "a.eml").texts == ["Plain."]
    assert finds(read_eml, mail(None, html), "a.eml").texts == [
        "The ferries stand still.\n\nAll & every one."
    ]


def test_quoted_lines_and_the_signature_are_left_out() -> None:
    text = (
        "I agree.\n\nOn Mon, Oct 7, 2024 Bo Lind wrote:\n> We strike.\n>> Why?\n\n"
        "Until noon.\n-- \nAnn Berg\nNorthwire\n"
    )
    assert finds(read_eml, mail(text), "a.eml").texts == ["I agree.\n\nUntil noon."]
    assert finds(read_eml, mail("> All quoted.\n"), "a.eml").texts == ["> All quoted."]


@pytest.mark.parametrize(("count", "told"), [(1, "1 attachment was"), (2, "2 attachments were")])
def test_attachments_are_counted_and_not_read(count: int, told: str) -> None:
    found = finds(read_eml, mail(attachments=count), "a.eml")
    assert found.texts == ["The ferries stand still."]
    assert found.notes == [f"/clips/a.eml: {told} not read; save what you need and index it"]


def test_a_mailbox_gives_its_messages_and_leaves_a_bad_one_out_alone() -> None:
    messages = (
        mail(),
        b"no header at all",
        mail(">From here on\n\nFrom x to y\n", attachments=1, **{"Message-ID": ""}),
        mail(attachments=2, **{"Message-ID": "<4@northwire.example>"}),
    )
    found = finds(read_mbox, box(*messages), "a.mbox")
    assert found.ids == ["1@northwire.example", "a.mbox#3", "4@northwire.example"]
    assert [a.within for a in found.articles] == [
        "1@northwire.example",
        "#3",
        "4@northwire.example",
    ]
    assert found.texts[1] == "From here on\n\nFrom x to y"
    assert list(found.skipped) == ["message 2"]
    assert found.notes == [
        "/clips/a.mbox: 3 attachments were not read; save what you need and index it"
    ]


def test_a_message_that_is_too_large_is_left_out_alone() -> None:
    large = mail("x" * 900 + "\n", **{"Subject": "y" * 100})
    found = finds(read_mbox, box(large * 10, mail()), "a.mbox", text_bound=1000)
    assert (found.ids, list(found.skipped)) == (["1@northwire.example"], ["message 1"])


@pytest.mark.parametrize("charset", ["nonsense", "latin-1"])
def test_bytes_of_another_or_no_known_encoding_are_read(charset: str) -> None:
    data = (
        f"Subject: x\nContent-Type: text/plain; charset={charset}\n\n".encode() + b"caf\xe9 noir\n"
    )
    assert finds(read_eml, data, "a.eml").texts == ["café noir"]


@pytest.mark.parametrize(
    ("reader", "data", "told"),
    [
        (read_eml, b"", "the file is empty"),
        (read_eml, b"just words\n", "is no mail message"),
        (read_eml, b"Subject: x\n\n  \n", "message without text"),
        (read_eml, b"Subject: x\n" * 200_000 + b"\nwords", "has a header or more parts"),
        (read_mbox, b"", "the file is empty"),
        (read_mbox, b"just words\n", "is no mailbox"),
    ],
)
def test_what_is_no_mail_is_refused_in_one_sentence(reader, data: bytes, told: str) -> None:  # type: ignore[no-untyped-def]
    assert refusal(reader, data, "a").startswith(told)


def test_hostile_headers_and_nesting_cost_little() -> None:
    words = b"\n\nwords"
    assert finds(read_eml, b"Subject: " + b"=?utf-8?q?a?= " * 50_000 + words, "a").texts == [
        "words"
    ]
    assert finds(read_eml, b"From: " + b"(" * 50_000 + words, "a").texts == ["words"]
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000)
    )
    assert refusal(read_eml, b"Subject: x\n" + nested, "a").startswith("cannot be read")
    parts = b"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * 20_000
    assert refusal(read_eml, parts, "a").startswith("has a header or more parts")


@given(st.binary(max_size=80))
def test_any_bytes_behind_a_header_are_read_or_refused(data: bytes) -> None:
    for reader, before in ((read_eml, b"Subject: x\n"), (read_mbox, b"From a@b\nSubject: x\n")):
        try:
            finds(reader, before + data, "a")
        except ArticleFileError:
            refusal(reader, before + data, "a")
