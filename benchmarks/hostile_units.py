"""Text that is no prose, or strange prose, to be repeated until an article is full of it.

What scraped pages and pasted files hold, and what patterns could stumble over: each unit is written
several times in a row, or filled with random figures where real ones would differ.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from random import Random
from string import ascii_letters, digits

Unit = Callable[[Random], str]
"""One piece of the text; the next one may differ."""

_WORDS = (
    "harbour council vote report minister bridge school river market storm island budget captain "
    "answer winter timber coal meeting window morning"
).split()
_BASE64 = ascii_letters + digits + "+/"

REPEATED: tuple[str, ...] = (
    *("|---|", "| --- | --- |\n", "+----+----+\n", "=====\n", "-----", "_", "*", "#", "~", "^"),
    *("(", ")", "[", "{", "<", "“", "”", "‘", "’", '"', "'", "«", "»", "„", "`", "\\"),
    *(".", ",", ";", ":", "!", "?", "…", "&", "/", "|", "@", "%", "-", "–", "—", "•", "°"),
    *("1", "1,", "1.", "1,000,", "1.5.", "1 ", "1 and ", "$1", "$", "$1,", "5%", "7:30 ", "-5 "),
    *("one hundred ", "twenty-one ", "1 million ", "2021 ", "2021-", "2021-05-19 ", "1990s "),
    *("Mr. ", "A. ", "U.S.", "U.S. ", "A.B.", "e.g. ", "St. ", "No. 1 ", "I", "ABC "),
    *("and ", "of the ", "because ", "after, ", "that ", "who ", "Monday ", "May 1, ", "in May "),
    *("May ", "10 May ", "Monday (May 1, ", "years ", "two years ", "an hour and ", "half a "),
    *("John Smith ", "John Smith, ", "John Smith and ", "President ", "de la ", "Bank of the "),
    *("O'Neil's ", "don't ", "'s ", "x’s", "a-b-", "‘tis ", "(a) ", "[1]", "“a” ", '"a", '),
    *(", (", "a(", "e\u0301", "e" + "\u0301" * 20, "\u0301", "\u200d", "\u200b", "\xad"),
    *("\ufeff", "\u202e", "\U0001f600", "\U0001f44d\U0001f3fd", "\U0001f1e9\U0001f1ea"),
    *(
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "1\ufe0f\u20e3",
        "\U0001f3f4\U000e0067\U000e007f",
    ),
    *("部長們在冰島會面", "部長們在冰島會面。", "東京", "カタカナ", "서울 ", "ไทย", "ภาษาไทย "),
    *("हिन्दी ", "عربي ", "Русский ", "Straße ", "ﬁ", "\U0001d400", "½", "①", "Ⅻ", "x", "a "),
    *("ab\n", "A", "Aa", "aA", "A1", " ", "\t", "\xa0", "\u3000", "\n", "\r\n", "\x00"),
    *("\x1b[31m", "\u2028", "\f", "\ue000", "&nbsp;", "<br>", "</p><p>", "%20", "\\n"),
    *("\\u00e9", "http://a.b/", "a@b.c ", "?a=1&b="),
)
"""Units that are the same every time."""


def _same(text: str) -> Unit:
    return lambda chance: text


def _number(chance: Random) -> str:
    return f"{chance.randrange(10**4, 10**9)}"


def _csv_row(chance: Random) -> str:
    day = f"2021-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
    share, word = chance.random(), chance.choice(_WORDS)
    return f"{_number(chance)},{day},{share:.6f},{word},{chance.randrange(99)}\n"


def _json(chance: Random) -> str:
    record = {chance.choice(_WORDS): chance.random(), "id": chance.randrange(10**6), "ok": True}
    return json.dumps(record, separators=(",", ":")) + ","


def _log_line(chance: Random) -> str:
    clock = f"{chance.randrange(24):02}:{chance.randrange(60):02}:{chance.random() * 60:06.3f}"
    return f"2021-05-19T{clock}Z INFO [worker-{chance.randrange(16)}] GET /{_hex(chance)}?q=1 200\n"


def _hex(chance: Random) -> str:
    return chance.randbytes(16).hex()


def _hex_dump(chance: Random) -> str:
    return f"{chance.randrange(2**24):08x}  {chance.randbytes(16).hex(' ')}  |................|\n"


def _link(chance: Random) -> str:
    return f"https://example.org/{_hex(chance)}/{chance.choice(_WORDS)}.html?id={_number(chance)} "


def _table_row(chance: Random) -> str:
    return f"| {chance.choice(_WORDS)} | {_number(chance)} | {chance.random():.3f} | yes |\n"


def _markup(chance: Random) -> str:
    return f'<item id="{_number(chance)}"><name>{chance.choice(_WORDS)}</name></item>'


def _script(chance: Random) -> str:
    name = "".join(chance.choices(ascii_letters, k=2))
    return (
        f"function {name}(e,t){{return e[{chance.randrange(99)}]?t.{name}(e):void 0}}var {name}=!1;"
    )


def _path(chance: Random) -> str:
    return f"M{chance.random() * 99:.2f},{chance.random() * 99:.2f}l-{chance.random():.3f} "


FILLED: Mapping[str, Unit] = {
    "base64": lambda chance: "".join(chance.choices(_BASE64, k=76)),
    "base64 in lines": lambda chance: "".join(chance.choices(_BASE64, k=76)) + "\n",
    "CSV": _csv_row,
    "minified JSON": _json,
    "log lines": _log_line,
    "hex": _hex,
    "hex dump": _hex_dump,
    "links": _link,
    "table": _table_row,
    "XML": _markup,
    "minified JavaScript": _script,
    "SVG path": _path,
    "random digits": lambda chance: chance.choice(digits),
    "random numbers": lambda chance: _number(chance) + " ",
    "random figures": lambda chance: f"{chance.randrange(1, 999)},{chance.randrange(100, 999)} ",
    "random words": lambda chance: "".join(chance.choices(ascii_letters, k=9)) + " ",
    "random letters": lambda chance: chance.choice(ascii_letters),
    "random ASCII": lambda chance: chr(chance.randrange(32, 127)),
    "random characters": lambda chance: chr(chance.randrange(0xA0, 0x3000)),
    "random CJK": lambda chance: chr(chance.randrange(0x4E00, 0x9FA5)),
    "UUIDs": lambda chance: f"{_hex(chance)[:8]}-{_hex(chance)[:4]}-{_hex(chance)[:12]} ",
    "coordinates": lambda chance: f"({chance.random() * 90:.5f}, {chance.random() * 180:.5f}), ",
    "sums": lambda chance: f"${chance.randrange(1, 999)}.{chance.randrange(10, 99)} ",
    "shares": lambda chance: f"{chance.random() * 100:.1f}% ",
    "names in a list": lambda chance: f"{chance.choice(_WORDS).title()} {chance.choice('ABC')}. ",
    "words without stops": lambda chance: chance.choice(_WORDS) + " ",
}
"""Units that differ each time."""

UNITS: Mapping[str, Unit] = {
    **{f"{unit[:24]!r} repeated": _same(unit) for unit in REPEATED},
    **FILLED,
}


def filled(unit: Unit, characters: int, seed: int = 0) -> str:
    """``unit`` again and again, that many code points in all."""
    chance = Random(seed)
    pieces: list[str] = []
    room = characters
    while room > 0:
        pieces.append(unit(chance)[:room])
        room -= len(pieces[-1])
    return "".join(pieces)
