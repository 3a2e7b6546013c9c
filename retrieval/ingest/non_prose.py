"""Finds stretches of a line that are surely no prose: encoded data, code, rules, runs of blanks.

They cost every question time, and nothing in them can be asked about. What merely looks unusual
stays: addresses, tables, lists of figures, text of any script.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from retrieval.datatypes import TextRange

_SHORTEST = 24
"""Code points; nothing shorter is looked at, and any rule of marks from here on is masked."""
_CODE_LENGTH = 300
_MARKS = r"!-/:-@\[-^`{-~_\u00a1\u00a6-\u00a9\u00ab-\u00b1\u2010-\u2027\u2030-\u205e\u2190-\u25ff"
# A run of printable ASCII without any blank is longer than nearly every address and every word, but
# sentences lose their blanks too: it must look otherwise.
_UNBROKEN = re.compile(
    r"(?P<unbroken>[!-~]{300,})|\d{100,}"
    r"|(?P<encoded>(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/=_-]{60,199}(?![A-Za-z0-9+/=_-]))"
)
_LONG_WORD = 60
_RULE = re.compile(rf"(?<!\S)[{_MARKS}](?:[ \t]?[{_MARKS}]){{{_SHORTEST - 1},}}")
_BLANKS = re.compile(r"[^\S\n\r\v\f\x85\u2028\u2029]{100,}")
_MANY_BLANKS = 100
_SWITCH = re.compile(r"(?<=[a-z])[A-Z\d]|(?<=[A-Z])[a-z\d]|(?<=\d)[A-Za-z]")
"""Where a word goes from small letters, capitals or digits to another of these."""
_STRUCTURE = re.compile(r"[{}<>=\\]|\"(?=:)|(?<=[\[{:])\"")
"""What code is full of, and prose is not: brackets mark sources, and quoted words end in commas."""
_ASCII_MARK = re.compile(r"[!-/:-@\[-`{-~]")
_WORD = re.compile(r"\S+")
_BLOCK = 200
"""Code points of code that are judged at once."""
_LEAST_STRUCTURE = 0.04
_LEAST_MARKS = 0.22
"""Shares of the code points of a block of code; in 3,800 news articles nothing reaches them."""


def non_prose(text: str, line: TextRange) -> list[TextRange]:
    """The stretches of ``line`` that are no prose, in order, apart from one another."""
    if len(line) < _SHORTEST:
        return []
    found = sorted((*_runs(text, line), *_code(text, line)))
    joined: list[TextRange] = []
    for place in found:
        if joined and place.start <= joined[-1].end:
            joined[-1] = TextRange(joined[-1].start, max(joined[-1].end, place.end))
        else:
            joined.append(place)
    return joined


def _runs(text: str, line: TextRange) -> Iterator[TextRange]:
    """What is no prose wherever it stands."""
    lengths = [len(word) for word in text[line.start : line.end].split()]
    if max(lengths, default=0) >= _LONG_WORD:
        yield from _unbroken(text, line)
    if len(line) - sum(lengths) >= _MANY_BLANKS:
        yield from (TextRange(*m.span()) for m in _BLANKS.finditer(text, line.start, line.end))
    for match in _RULE.finditer(text, line.start, line.end):
        yield from _whole_rule(text, TextRange(*match.span()), line.end)


def _unbroken(text: str, line: TextRange) -> Iterator[TextRange]:
    for match in _UNBROKEN.finditer(text, line.start, line.end):
        word = match["encoded"] or match["unbroken"]
        if word is None or _is_encoded(word) or (match["unbroken"] and _is_marked(word)):
            yield TextRange(*match.span())


def _whole_rule(text: str, place: TextRange, line_end: int) -> Iterator[TextRange]:
    """The marks without those that are glued to the word behind them."""
    end = place.end
    if end < line_end and not text[end].isspace():
        while end > place.start and not text[end - 1].isspace():
            end -= 1
        while end > place.start and text[end - 1].isspace():
            end -= 1
    if end - place.start >= _SHORTEST:
        yield TextRange(place.start, end)


def _is_encoded(word: str) -> bool:
    """Whether it goes from capitals to small letters to digits far more often than names do."""
    return len(_SWITCH.findall(word)) >= len(word) / 4


def _is_marked(word: str) -> bool:
    """Whether it has more digits and marks than a sentence without its blanks."""
    return sum(not char.isalpha() for char in word) >= len(word) / 5


def _code(text: str, line: TextRange) -> Iterator[TextRange]:
    """Stretches of at least 300 code points with the marks of code, from its first word on that has
    such a mark to its last.
    """
    if len(line) < _CODE_LENGTH or not _STRUCTURE.search(text, line.start, line.end):
        return
    for start, end in _dense_blocks(text, line):
        words = [m for m in _WORD.finditer(text, start, end) if _STRUCTURE.search(m.group())]
        if words and words[-1].end() - words[0].start() >= _CODE_LENGTH:
            yield TextRange(words[0].start(), words[-1].end())


def _dense_blocks(text: str, line: TextRange) -> Iterator[tuple[int, int]]:
    """Runs of blocks of some 200 code points, cut at blanks, that are each full of code's marks."""
    start = line.start
    run: int | None = None
    while start < line.end:
        end = min(start + _BLOCK, line.end)
        while end < line.end and not text[end].isspace():
            end += 1
        if _is_dense(text, start, end):
            run = start if run is None else run
        elif run is not None:
            yield run, start
            run = None
        start = end
    if run is not None:
        yield run, line.end


def _is_dense(text: str, start: int, end: int) -> bool:
    length = end - start
    structure = len(_STRUCTURE.findall(text, start, end))
    if structure < _LEAST_STRUCTURE * length:
        return False
    return len(_ASCII_MARK.findall(text, start, end)) >= _LEAST_MARKS * length
