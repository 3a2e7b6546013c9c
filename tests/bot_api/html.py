"""Telegram's HTML parse mode, with its error texts.

Stricter than Telegram in one thing: where the documentation forbids a nesting (a block quotation in
another, anything inside code), Telegram silently drops an entity, and this refuses the text. Newer
tags than those named in ``TAGS`` are not known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.bot_api.errors import ApiError, bad_request
from tests.bot_api.text import cut, units
from tests.bot_api.values import Entity

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}

_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-zA-Z]+));?")
_OPENING = re.compile(r"<([^\s>/][^\s>]*)")
_CLOSING = re.compile(r"</([^\s>]*)\s*>")
_ATTRIBUTE = re.compile(
    r"\s+([^\s=>]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([A-Za-z0-9.-]+)(?=[\s>])))?"
)


@dataclass(slots=True)
class _Open:
    tag: str
    argument: str
    offset: int


def parse(html: str) -> tuple[str, list[Entity]]:
    """The visible text of ``html`` and its entities; raises ``ApiError`` where it is no such."""
    return _Parser(html).run()


class _Parser:
    def __init__(self, html: str) -> None:
        self.html = html
        self.at = 0
        self.parts: list[str] = []
        self.offset = 0
        self.open: list[_Open] = []
        self.entities: list[Entity] = []

    def run(self) -> tuple[str, list[Entity]]:
        while self.at < len(self.html):
            character = self.html[self.at]
            if character == "<" and self.html[self.at + 1 : self.at + 2] == "/":
                self._close()
            elif character == "<":
                self._start()
            elif character == "&":
                self._reference()
            else:
                self._add(character)
                self.at += 1
        if self.open:
            tag = self.open[-1].tag
            raise _error(f"Can't find end tag corresponding to start tag {tag}")
        text = "".join(self.parts)
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise _error(
                "Text contains invalid Unicode characters after decoding HTML entities, check for "
                "unmatched surrogate code units"
            )
        return text, sorted(self.entities, key=lambda e: (e["offset"], -e["length"]))

    def _add(self, text: str) -> None:
        self.parts.append(text)
        self.offset += units(text)

    def _place(self, at: int) -> str:
        return f"at byte offset {len(self.html[:at].encode('utf-8', 'surrogatepass'))}"

    def _reference(self) -> None:
        match = _REFERENCE.match(self.html, self.at)
        decoded = _decoded(match) if match else None
        # What is no reference, and names that HTML knows and Telegram does not, stay as they are.
        self._add(decoded or "&")
        self.at = match.end() if match and decoded else self.at + 1

    def _start(self) -> None:
        place = self._place(self.at)
        match = _OPENING.match(self.html, self.at)
        if match is None:
            if ">" not in self.html[self.at :]:
                raise _error(f"Unclosed start tag {place}")
            raise _error(f'Unsupported start tag "" {place}')
        tag = match.group(1).lower()
        if not re.search(r"[\s>]", self.html[match.end() :]):
            raise _error(f"Unclosed start tag {place}")
        if tag not in TAGS:
            raise _error(f'Unsupported start tag "{tag}" {place}')
        self.at = match.end()
        attributes = self._attributes(tag, place)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise _error(f'Tag "span" must have class "tg-spoiler" {place}')
        self._check_nesting(tag, place)
        self.open.append(_Open(tag, _argument(tag, attributes), self.offset))

    def _attributes(self, tag: str, place: str) -> dict[str, str]:
        found: dict[str, str] = {}
        while match := _ATTRIBUTE.match(self.html, self.at):
            name, *values = match.groups()
            value = next((value for value in values if value is not None), None)
            if value is None and (tag, name) != ("blockquote", "expandable"):
                raise _error(
                    f'Expected equal sign in declaration of an attribute of the tag "{tag}" {place}'
                )
            found[name] = _unescaped(value or "")
            self.at = match.end()
        rest = re.compile(r"\s*>").match(self.html, self.at)
        if rest is None:
            raise _error(f"Unclosed start tag {place}")
        self.at = rest.end()
        return found

    def _check_nesting(self, tag: str, place: str) -> None:
        outer = [entry.tag for entry in self.open]
        if tag in ("blockquote", "a") and tag in outer:
            raise _error(f'Tag "{tag}" can\'t be nested in itself {place}')
        for holder in ("code", "pre"):
            if holder in outer and not (tag == "code" and outer[-1] == "pre"):
                raise _error(f'Tag "{holder}" can\'t contain other tags {place}')
        inside = [entry for entry in outer if entry != "blockquote"]
        if tag in ("code", "pre") and inside and (tag, inside) != ("code", ["pre"]):
            raise _error(f'Tag "{tag}" can\'t be part of other tags {place}')

    def _close(self) -> None:
        place = self._place(self.at)
        if not self.open:
            raise _error(f"Unexpected end tag {place}")
        match = _CLOSING.match(self.html, self.at)
        if match is None:
            raise _error(f"Unclosed end tag {place}")
        last = self.open[-1]
        name = match.group(1).lower()
        if name and name != last.tag:
            raise _error(f'Unmatched end tag {place}, expected "</{last.tag}>", found "</{name}>"')
        self.open.pop()
        self.at = match.end()
        if self.offset > last.offset:
            self._note(last)

    def _note(self, closed: _Open) -> None:
        entity: Entity = {
            "type": TAGS[closed.tag],
            "offset": closed.offset,
            "length": self.offset - closed.offset,
        }
        if closed.tag == "code" and self.open and self.open[-1].tag == "pre":
            # The language of a block of code; the block itself is the entity.
            self.open[-1].argument = closed.argument
            return
        if closed.tag == "blockquote" and closed.argument:
            entity["type"] = "expandable_blockquote"
        elif closed.tag == "a":
            url = closed.argument or cut("".join(self.parts), closed.offset, entity["length"])
            if not re.match(r"(?i)(https?|tg|ton|mailto)://?[^\s]", url):
                return  # Telegram keeps the words and drops a link that it cannot use
            entity["url"] = url
        elif closed.tag == "tg-emoji":
            if not closed.argument.isdigit() or int(closed.argument) == 0:
                raise _error("Invalid custom emoji identifier specified")
            entity["custom_emoji_id"] = closed.argument
        elif closed.tag == "pre" and closed.argument:
            entity["language"] = closed.argument
        self.entities.append(entity)


def _error(text: str) -> ApiError:
    return bad_request(f"can't parse entities: {text}")


def _argument(tag: str, attributes: dict[str, str]) -> str:
    if tag == "a":
        return attributes.get("href", "")
    if tag == "tg-emoji":
        return attributes.get("emoji-id", "")
    if tag == "code" and attributes.get("class", "").startswith("language-"):
        return attributes["class"].removeprefix("language-")
    return "expandable" if tag == "blockquote" and "expandable" in attributes else ""


def _decoded(match: re.Match[str]) -> str | None:
    hexadecimal, decimal, name = match.groups()
    if name is not None:
        return _NAMED.get(name)
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return chr(code) if 0 < code < 0x10FFFF else None


def _unescaped(text: str) -> str:
    return _REFERENCE.sub(lambda match: _decoded(match) or match.group(), text)
