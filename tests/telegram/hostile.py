"""Messages that nobody means well with: a reproducible row of them, as long as wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from tests.bot_api.text import MOST_UNITS, units

_WORDS = (
    "how long did the meeting last Lavrov Blinken Reykjavik who when where why it they Arctic "
    "Council Putin Nord Stream Navalny the of in May 2021 12 seven"
).split()
_TAGS = (
    "<b>", "</b>", "<i>", "<blockquote expandable>", "</blockquote>", "<a href='x'>", "<script>",
    "<!--", "&lt;", "&#0;", "&#xD800;", "&amp;amp;", "&", "<", ">", "</", "<br/>", "]]>", "%s",
)  # fmt: skip
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\u180e\u2800\u3000\u00a0\u034f"
_DIRECTIONS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_RIGHT_TO_LEFT = (
    "كم استمر الاجتماع بين بلينكن ولافروف",
    "כמה זמן נמשכה הפגישה",
    "ملاقات چقدر طول کشید؟",
)
_OTHERS = (
    "会议持续了多长时间",
    "회의는 얼마나",
    "सभा कितनी देर चली",
    "การประชุมนานแค่ไหน",
    "Сколько длилась встреча",
)
_EMOJI = "😀", "👩‍👩‍👧‍👦", "🏳️‍🌈", "🇮🇸", "1️⃣", "👍🏿", "❤️"
_COMMANDS = (
    "/", "//", "/start", "/start q_", "/start q_%%%", "/start " + "A" * 64, "/help@", "/new new",
    "/sources -1", "/explain " + "9" * 400, "/stats", "/ask", "/ask ", "/ask /ask", "/ASK x",
    "/ask@pullquote_bot", "/ask@other_bot x", "/открой", "/" + "a" * 70, "/ask\u200b x", "/ask\nx",
)  # fmt: skip
_SIGNS = "?!.,;:-–—…\"'“”()[]{}@#/\\|*_~`^°§%&=+<>"
_CODE = (
    "'; DROP TABLE updates; --", "{{7*7}}", "${jndi:ldap://x}", "../../etc/passwd", "\\", "\\n\\0",
    "{name}", "%(x)s", "[1](https://a.example)", "*bold* _it_ `c`", "A AND OR NOT ( \" *", "^~:[]",
    "null", "None", "NaN", "1e999", "0x00", "=cmd()",
)  # fmt: skip


def _words(random: Random, most: int = 12) -> str:
    return " ".join(random.choices(_WORDS, k=random.randint(1, most)))


def _sprinkled(random: Random, pieces: str | tuple[str, ...]) -> str:
    """Words with pieces thrown in anywhere."""
    text = list(_words(random))
    for _ in range(random.randint(1, 8)):
        text.insert(random.randint(0, len(text)), random.choice(pieces))
    return "".join(text)


def _any_characters(random: Random) -> str:
    codes = (
        random.choice((random.randrange(0x300), random.randrange(0x110000))) for _ in range(60)
    )
    return "".join(chr(c) for c in codes if not 0xD800 <= c <= 0xDFFF)


def _as_long_as_can_be(random: Random) -> str:
    piece = random.choice((*_EMOJI, "x", "<", "&", "a ", "? ", "é", "\u0301", "“", _words(random)))
    return piece * (MOST_UNITS // units(piece))


def _piled_up(random: Random) -> str:
    marks = "".join(chr(random.randrange(0x300, 0x370)) for _ in range(40))
    return "".join(letter + marks for letter in _words(random, 3))


_KINDS: tuple[Callable[[Random], str], ...] = (
    lambda random: _words(random) + "?",
    lambda random: _sprinkled(random, _TAGS),
    lambda random: _sprinkled(random, _INVISIBLE + _DIRECTIONS),
    lambda random: _sprinkled(random, _EMOJI),
    lambda random: _sprinkled(random, ("\n", "\t", "\r", "\x00", "\x1b[31m", "\x7f", "\u2028")),
    lambda random: random.choice(_RIGHT_TO_LEFT) + random.choice(("", "?", " " + _words(random))),
    lambda random: random.choice(_OTHERS) + random.choice(("", "?", "？", " 2021")),
    lambda random: random.choice(_COMMANDS) + random.choice(("", " ", " " + _words(random))),
    lambda random: random.choice(_CODE) + random.choice(("", "?", " " + _words(random))),
    lambda random: "".join(random.choices(_INVISIBLE + " \n", k=random.randint(1, 30))),
    lambda random: random.choice(_SIGNS) * random.randint(1, 90),
    _any_characters,
    _as_long_as_can_be,
    _piled_up,
)  # fmt: skip


def hostile_texts(count: int, seed: int = 20210519) -> Iterator[str]:
    """``count`` texts, each of 1 to 4,096 UTF-16 units; long ones are rarer than others."""
    random = Random(seed)
    for number in range(count):
        kind = _KINDS[number % len(_KINDS)]
        if kind is _as_long_as_can_be and random.random() < 0.8:
            kind = _any_characters
        text = kind(random)
        while units(text) > MOST_UNITS:
            text = text[:-100]
        yield text or "?"
