"""Telegram's HTML as it is documented, read strictly: what Telegram would refuse is an error."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlsplit

from bot.telegram_bot.state.pages import Page

TOKEN = re.compile(r"<(?P<end>/?)(?P<name>[a-z]+)(?P<rest>[^<>]*)>")
REFERENCE = re.compile(r"&(?:lt|gt|amp|quot|#\d+|#x[0-9a-f]+);")
ATTRIBUTES = {
    "b": r"",
    "i": r"",
    "s": r"",
    "code": r"",
    "pre": r"",
    "blockquote": r"(?: expandable)?",
    "a": r' href="(?P<url>[^"<>]+)"',
}
MOST = 4096


@dataclass(frozen=True)
class Element:
    name: str
    text: str
    url: str | None = None
    start: int = 0


@dataclass(frozen=True)
class Parsed:
    text: str
    elements: tuple[Element, ...]

    def texts(self, name: str) -> list[str]:
        return [element.text for element in self.elements if element.name == name]

    def links(self) -> list[tuple[str, str | None]]:
        return [(element.text, element.url) for element in self.elements if element.name == "a"]


def characters(source: str) -> str:
    """The text of a stretch without tags."""
    assert "<" not in source, source
    assert ">" not in source, source
    assert "&" not in REFERENCE.sub("", source), source
    text = unescape(source)
    text.encode("utf-8")
    return text


def parse(html: str) -> Parsed:
    text = ""
    opened: list[tuple[str, int, str | None]] = []
    elements: list[Element] = []
    position = 0
    for token in TOKEN.finditer(html):
        text += characters(html[position : token.start()])
        position = token.end()
        name = token["name"]
        assert name in ATTRIBUTES, f"unknown element {name}"
        names = [outer for outer, _, _ in opened]
        if token["end"]:
            assert not token["rest"]
            assert names[-1:] == [name], f"{name} closes {names}"
            _, start, url = opened.pop()
            assert start < len(text), f"empty {name}"
            elements.append(Element(name, text[start:], url, start))
            continue
        attributes = re.fullmatch(ATTRIBUTES[name], token["rest"])
        assert attributes is not None, token[0]
        assert name not in names, f"{name} within {name}"
        assert not {"code", "pre"} & set(names), f"{name} within {names}"
        url = characters(attributes["url"]) if name == "a" else None
        if url is not None:
            assert urlsplit(url).scheme in ("http", "https")
            assert url.isascii()
            assert " " not in url
        opened.append((name, len(text), url))
    text += characters(html[position:])
    assert opened == [], "left open"
    return Parsed(text, tuple(sorted(elements, key=lambda element: element.start)))


def units(text: str) -> int:
    return sum(2 if ord(character) > 0xFFFF else 1 for character in text)


def check(page: Page) -> Parsed:
    """What Telegram makes of a page, which it must take."""
    parsed = parse(page.html)
    assert parsed.text == page.plain
    assert page.plain == page.plain.strip()
    assert 1 <= units(page.plain) <= MOST
    assert len(parsed.elements) <= 100
    return parsed
