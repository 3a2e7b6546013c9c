"""The text of a piece of HTML that is content throughout: a record's body, a message."""

from __future__ import annotations

import html
import re
from typing import Any

_TAG = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>", re.I)
_AT_START = re.compile(r"\s*<(?:!doctype|!--|[a-z][a-z0-9]*(?:\s[^<>]*)?/?>)", re.I)
_COMMENT = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1>", re.I | re.S)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.I)
_HEAD = 10_000
"""Characters looked at to tell HTML from text: both look like themselves soon."""
_UNSEEN = frozenset({"script", "style", "head", "title", "noscript", "template", "iframe", "svg"})
_PARAGRAPHS = frozenset(
    """p div h1 h2 h3 h4 h5 h6 ul ol dl blockquote pre table section article header footer figure
    figcaption main aside hr form""".split()
)
_LINES = frozenset({"br", "li", "tr", "dt", "dd"})
_CELLS = frozenset({"td", "th"})
_BLANKS = re.compile(r"[ \t\r\n\f\v]+")


def is_markup(text: str) -> bool:
    """Whether it is HTML: it begins with a tag, or has several."""
    head = text[:_HEAD]
    if "<" not in head:
        return False
    tags = len(_TAG.findall(head))
    return tags > 1 or (tags == 1 and _AT_START.match(head) is not None)


def plain_line(text: str) -> str:
    """A title or a name as people read it: without tags, entities resolved, on one line."""
    if _TAG.search(text):
        text = text_of_html(text)
    return " ".join(html.unescape(text).split() if _ENTITY.search(text) else text.split())


def text_of_html(markup: str) -> str:
    """What a reader sees of it: paragraphs apart by a blank line, list items and rows a line each;
    empty where there is nothing to see.
    """
    from lxml import etree  # heavy, and not needed for most files
    from lxml import html as lxml_html

    try:
        # Bytes, because markup may declare an encoding that a string has no longer.
        parser = lxml_html.HTMLParser(
            encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True
        )
        root = lxml_html.document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError):
        return ""
    pieces: list[str] = []
    _walk(etree, root, pieces)
    # Markup nested more deeply than the parser follows is cut off there.
    seen = "".join(pieces)
    if not seen.strip():
        seen = html.unescape(_TAG.sub(" ", _COMMENT.sub(" ", markup)))
    lines = (_BLANKS.sub(" ", line).strip().removesuffix(" |") for line in seen.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _walk(etree: Any, root: Any, pieces: list[str]) -> None:
    """Without recursion: markup may be nested as deeply as its writer likes."""
    unseen = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag
        starts = event == "start"
        if tag in _UNSEEN:
            unseen += 1 if starts else -1
        if not unseen:
            pieces.append(_break(tag, starts=starts))
            if starts and element.text and tag not in _UNSEEN:
                pieces.append(_flat(element.text, kept=tag == "pre"))
        if not starts and element.tail and not unseen:
            pieces.append(_flat(element.tail, kept=False))


def _break(tag: str, *, starts: bool) -> str:
    if tag in _PARAGRAPHS:
        return "\n\n"
    if tag in _LINES:
        return "\n" if starts else ""
    return " | " if tag in _CELLS and not starts else ""


def _flat(text: str, *, kept: bool) -> str:
    return text if kept else _BLANKS.sub(" ", text)
