"""A saved page: its article's text by trafilatura, and what the page says of itself."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

from retrieval.errors import ArticleFileError
from retrieval.ingest.document import Document, ReadSettings
from retrieval.ingest.formats.markup import Element, text_of
from retrieval.ingest.formats.page_encoding import encoding_of, is_binary
from retrieval.ingest.formats.page_facts import PageFacts, facts_of
from retrieval.ingest.formats.page_part import article_parts, says_its_article, without_notices
from retrieval.ingest.raw import Found, Note, RawArticle

_HEAD_CHARACTERS = 4096
_XHTML = re.compile(r"<html[^>]{0,500}?xmlns\s*=")
_CLOSED = re.compile(r"<((title|script|style|a|p|div|span|i|b|em|strong|td|th|li)\b[^<>]*)/>")
"""Elements that XHTML may close where they open; in HTML they would swallow what follows."""
_FURNITURE = frozenset({"nav", "header", "footer", "aside", "form"})
_MOST_ELEMENTS, _DEEPEST = 100_000, 200
"""Of larger or deeper trees the plain text is taken: to find the article in them takes minutes."""
_LEAST_TEXT = 100
"""Code points; where less is found, more of the page is taken."""
_LEAST_SHARE = 0.25


def read_html(document: Document, settings: ReadSettings) -> Iterator[Found]:
    """The page as one article. Raises ``ArticleFileError`` where it holds none, or is too long."""
    data = document.read(settings.bounds.text)
    if is_binary(data):
        raise ArticleFileError(f"{document.label}: is no web page but a binary file; leave it out.")
    encoding, is_sure = encoding_of(data)
    yield article_of_page(document, data.decode(encoding, "replace"))
    if not is_sure:
        yield Note(
            f"{document.name}: read as {encoding}, as its characters suggest; "
            "the page does not say it, or says another one"
        )


def article_of_page(
    document: Document, markup: str, address: str | None = None, title: str | None = None
) -> RawArticle:
    """The article in a page that came from ``address`` and has the ``title`` where it says none."""
    root = parsed(markup)
    if address is None and "://" in document.path:
        address = document.path
    facts = facts_of(root, address) if root is not None else PageFacts()
    if root is None or not (text := article_text(root, facts.title or "")):
        raise ArticleFileError(
            f"{document.label}: holds no article text; save the page of one article."
        )
    return RawArticle(
        document.name,
        text,
        document.root,
        document.path,
        title=facts.title or title,
        publisher=facts.publisher,
        author=facts.author,
        url=facts.url,
        published=facts.published,
        numeric=facts.numeric,
    )


def parsed(markup: str) -> Element | None:
    """The page's tree; None where there is nothing to make one of."""
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", remove_pis=True, huge_tree=True)
    if _XHTML.search(markup[:_HEAD_CHARACTERS]):
        markup = _CLOSED.sub(r"<\1></\2>", markup)
    data = markup.replace("\0", "").encode("utf-8", "replace")
    try:
        return html.document_fromstring(data, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def article_text(root: Element, title: str = "") -> str:
    """The text of the article in a page, without what stands around it; empty where there is none.
    Boxes that ask for an address are taken out of ``root``.

    Where trafilatura finds little beside what the page holds, as with short articles, it is asked
    for more, and at last all is taken that is not marked as furniture.
    """
    text = ""
    without_notices(root)
    if not says_its_article(root) and (parts := article_parts(root, title)):
        return "\n\n".join(filter(None, (text_of(part, _FURNITURE) for part in parts)))
    if _is_plain(root):
        text = _extracted(root, recall=False)
        if len(text) < _LEAST_TEXT:
            text = max(text, _extracted(root, recall=True), key=len)
    if len(text) >= _LEAST_TEXT:
        return text
    plain = text_of(next(root.iter("body"), root), _FURNITURE)
    return plain if len(text) < _LEAST_SHARE * len(plain) else text


def _is_plain(root: Element) -> bool:
    """Whether the tree is neither large nor deep."""
    from lxml import etree

    depth = 0
    for count, (event, _) in enumerate(etree.iterwalk(root, events=("start", "end"))):
        depth += 1 if event == "start" else -1
        if depth > _DEEPEST or count > 2 * _MOST_ELEMENTS:
            return False
    return True


def _extracted(root: Element, recall: bool) -> str:
    from trafilatura import bare_extraction

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        found = bare_extraction(
            root, include_comments=False, include_tables=True, favor_recall=recall
        )
    except Exception:  # it fails in many ways on pages that are broken in as many
        return ""
    body = getattr(found, "body", None)
    return "" if body is None else text_of(body)
