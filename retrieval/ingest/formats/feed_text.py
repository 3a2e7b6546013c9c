"""The HTML inside a feed's entry as text: paragraphs kept, scripts and forms left out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

_PARAGRAPHS = frozenset(
    "address article aside blockquote dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 "
    "header hr main ol p pre section table ul".split()
)
_LINES = frozenset(("br", "li", "tr"))
_LEFT_OUT = frozenset(
    "audio button canvas form head iframe noscript object script select style svg template "
    "textarea video".split()
)
_SPACE = re.compile(r"\s+")
_SPACES = re.compile(r" {2,}")
_AROUND_A_BREAK = re.compile(r" ?\n ?")
_BREAKS = re.compile(r"\n{3,}")
_POSTED_BY_WORDPRESS = re.compile(r"\n*The post [^\n]{1,300} appeared first on [^\n]{1,120}\.?$")
"""What WordPress puts under every entry of its feeds."""


def text_of_html(html: str) -> str:
    """The text of a piece of HTML: an empty line between paragraphs, a line for each item and row,
    cells parted by " | ". Empty where there is none.
    """
    from lxml import etree
    from lxml import html as parsing

    if not html.strip():
        return ""
    try:
        root = parsing.fragment_fromstring(_without_controls(html), create_parent="div")
    except (etree.LxmlError, ValueError):  # a declaration of an encoding, nothing but comments
        return ""
    text = _AROUND_A_BREAK.sub("\n", _SPACES.sub(" ", "".join(_pieces(root))))
    text = _BREAKS.sub("\n\n", text).strip()
    return _POSTED_BY_WORDPRESS.sub("", text).rstrip()


def _pieces(root: _Element) -> list[str]:
    """Words and breaks in the order of the document; no recursion, whatever lies within what."""
    from lxml.etree import iterwalk

    pieces: list[str] = []
    hidden = 0
    for event, element in iterwalk(root, events=("start", "end", "comment", "pi")):
        tag = element.tag if isinstance(element.tag, str) else ""
        left_out = tag in _LEFT_OUT
        if event == "start":
            hidden += left_out
            if not hidden:
                pieces.append(_break_before(tag))
                pieces.append(_SPACE.sub(" ", element.text or ""))
            continue
        if event == "end":
            hidden -= left_out
            if not hidden:
                pieces.append(_break_after(tag, element))
        if not hidden and element is not root:
            pieces.append(_SPACE.sub(" ", element.tail or ""))
    return pieces


def _break_before(tag: str) -> str:
    if tag in _PARAGRAPHS:
        return "\n\n"
    return "\n" if tag in _LINES else ""


def _break_after(tag: str, element: _Element) -> str:
    if tag in _PARAGRAPHS:
        return "\n\n"
    if tag in ("td", "th") and element.getnext() is not None:
        return " | "
    return ""


def _without_controls(text: str) -> str:
    return "".join(c for c in text if c >= " " or c in "\t\n\r")
