"""The HTML inside a feed's entry as text."""

from __future__ import annotations

import re

from retrieval.ingest.formats.markup import text_of

_POSTED_BY_WORDPRESS = re.compile(r"\n*The post [^\n]{1,300} appeared first on [^\n]{1,120}\.?$")
"""What WordPress puts under every entry of its feeds."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def text_of_html(html: str) -> str:
    """The text of a piece of HTML, block by block; empty where there is none."""
    from lxml import etree
    from lxml import html as parsing

    if not html.strip():
        return ""
    try:
        root = parsing.fragment_fromstring(_CONTROLS.sub("", html), create_parent="div")
    except (etree.LxmlError, ValueError):  # a declaration of an encoding, nothing but comments
        return ""
    return _POSTED_BY_WORDPRESS.sub("", text_of(root)).rstrip()
