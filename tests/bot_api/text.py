"""Text as Telegram takes it: UTF-16 lengths, what it strips, what counts as empty, and the entities
that it finds by itself.

It does not know every rule of Telegram's entity finder: links without a scheme, phone numbers,
cash tags and e-mail addresses are not found.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from tests.bot_api.values import Entity

MOST_UNITS = 4096

_SPACES = "\u1680\u180e\u2000-\u200a\u202e\u202f\u205f\u2800\u3000\ufffc\U000e0020\U000e007f"
_INVISIBLE = re.compile(f"[\\s{_SPACES}\u200b-\u200f\ufeff\u00a0]*")
_REMOVED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
_CONTROL = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f]")
_MARKS = re.compile("[\u200e\u200f]+(?=[\u200e\u200f])")

_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"]+[^\s<>\".,;:!?')\]])"
    r"|(?<![\w/@])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)(?![\w/@])"
    r"|(?<![\w@])(?P<mention>@[A-Za-z0-9_]{3,32})(?![\w@])"
    r"|(?<![\w#])(?P<hashtag>#[^\W\d]\w*)"
)


def units(text: str) -> int:
    """The length that Telegram counts: UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, offset: int, length: int) -> str:
    """The part of ``text`` that an entity with this offset and length covers."""
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[2 * offset : 2 * (offset + length)].decode("utf-16-le", "surrogatepass")


def cleaned(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Both as Telegram stores them, ends not yet trimmed: some characters go, some change."""
    gone = [units(text[: match.start()]) for match in _REMOVED.finditer(text)]
    text = _CONTROL.sub(" ", _REMOVED.sub("", text))
    text = _MARKS.sub(lambda run: "\u200c" * len(run.group()), text)
    if not gone:
        return text, entities
    moved = []
    for entity in entities:
        end = entity["offset"] + entity["length"]
        offset = entity["offset"] - bisect_left(gone, entity["offset"])
        length = end - bisect_left(gone, end) - offset
        if length > 0:
            moved.append({**entity, "offset": offset, "length": length})
    return text, moved


def is_empty(text: str) -> bool:
    """Nothing in ``text`` can be seen."""
    return _INVISIBLE.fullmatch(text) is not None


def trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Both without the white space at the ends; entities that only covered some are gone."""
    start = units(text) - units(text.lstrip(" \n"))
    text = text.strip(" \n")
    end = units(text)
    kept = []
    for entity in entities:
        first = max(entity["offset"] - start, 0)
        last = min(entity["offset"] + entity["length"] - start, end)
        if last > first:
            kept.append({**entity, "offset": first, "length": last - first})
    return text, kept


def found_entities(text: str) -> list[Entity]:
    """Commands, mentions, hashtags and links, as Telegram marks them in plain text."""
    result = []
    for match in _FOUND.finditer(text):
        kind = str(match.lastgroup)
        result.append(
            {
                "type": kind,
                "offset": units(text[: match.start(kind)]),
                "length": units(match.group(kind)),
            }
        )
    return result


def with_found(text: str, entities: list[Entity]) -> list[Entity]:
    """``entities``, and what Telegram finds by itself outside of code and links."""
    closed = [e for e in entities if e["type"] in ("code", "pre", "text_link", "text_mention")]
    added = [e for e in found_entities(text) if not any(_overlap(e, other) for other in closed)]
    return sorted([*entities, *added], key=lambda e: (e["offset"], -e["length"], e["type"]))


def _overlap(one: Entity, other: Entity) -> bool:
    return bool(
        one["offset"] < other["offset"] + other["length"]
        and other["offset"] < one["offset"] + one["length"]
    )
