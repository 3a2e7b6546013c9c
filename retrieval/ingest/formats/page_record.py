"""What a page says for machines: its record of the article (JSON-LD) and its meta elements."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from typing import Any

from retrieval.ingest.formats.markup import Element, shown

_ARTICLE_TYPES = re.compile(r"(?:Article|BlogPosting|Report|Review)$|^LiveBlog")
_LONGEST_RECORD = 2**20


def record_of(root: Element) -> dict[str, Any]:
    """The first record of an article in the page's JSON-LD; what is broken in it says nothing."""
    for script in root.iter("script"):
        kind, text = (script.get("type") or "").strip().lower(), script.text or ""
        if kind.partition(";")[0] != "application/ld+json" or len(text) > _LONGEST_RECORD:
            continue
        text = text.strip().removeprefix("<!--").removesuffix("-->").removesuffix(";").strip()
        try:
            found = json.loads(text.removeprefix("//<![CDATA[").removesuffix("//]]>"), strict=False)
        except (ValueError, RecursionError):
            continue
        for record in _records(found):
            types = record.get("@type")
            types = types if isinstance(types, list) else [types]
            if any(isinstance(type_, str) and _ARTICLE_TYPES.search(type_) for type_ in types):
                return record
    return {}


def _records(found: Any) -> Iterator[dict[str, Any]]:
    for item in found if isinstance(found, list) else [found]:
        if isinstance(item, dict):
            yield item
            graph = item.get("@graph")
            for inner in graph if isinstance(graph, list) else [graph, item.get("mainEntity")]:
                if isinstance(inner, dict):
                    yield inner


def meta_of(root: Element) -> dict[str, str]:
    """The content of meta elements by name, property or itemprop in lower case, the
    first of each.
    """
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        content = shown(unescape(element.get("content") or ""))
        if name and content:
            found.setdefault(name.strip().lower(), content)
    return found


def first_of(meta: Mapping[str, str], names: Sequence[str]) -> str | None:
    return next((meta[name] for name in names if name in meta), None)


def text_in(value: Any) -> str | None:
    """A field of a record as text on one line, its entities resolved."""
    value = value[0] if isinstance(value, list) and value else value
    return (shown(unescape(value)) or None) if isinstance(value, str) else None


def name_in(value: Any) -> str | None:
    """Who is named: by text, by a record with a name, or by several of these."""
    if isinstance(value, list):
        names = [name for item in value if not isinstance(item, list) and (name := name_in(item))]
        return ", ".join(dict.fromkeys(names)) or None
    name = text_in(value.get("name") if isinstance(value, dict) else value)
    return None if name is None or "://" in name else name
