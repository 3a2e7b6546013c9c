"""The one tokenizer for passages and questions: words to stemmed index terms.

Unicode is folded (NFKC, case, accents), ``U.S.`` becomes ``us``, ``1,000`` becomes ``1000``,
possessives and stop words go, and the rest is stemmed with Snowball's English stemmer (Porter2).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from threading import Lock

import Stemmer

IDENTITY = "words-nfkc-porter2-1"
"""Stored in the manifest: an index made with another tokenizer must be rebuilt."""

STOP_WORDS = frozenset(
    """a about after all also am an and any are as at be because been before being between both but
    by can could did do does doing done during each either for from further get had has have having
    he her here hers herself him himself his how i if in into is it its itself just let me more most
    my myself no nor not of off on once only or other our ours out over own please same say says
    said she should so some such tell than that the their theirs them themselves then there these
    they this those through to too under until up upon us very was we were what when where whether
    which while who whom whose why will with would you your yours s t d ll m re ve""".split()
)
"""Words that are no index terms. ``us`` is one, unless it is written as a name (US, U.S.)."""

_ACRONYM = re.compile(r"\b(?:[^\W\d_]\.){2,}(?:[^\W\d_]\b)?")
_TOKEN = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+(?:['’ʼ][^\W_]+)*")
_POSSESSIVE = re.compile(r"['’ʼ]s?$")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_MAX_TERM = 64

_stemmer = Stemmer.Stemmer("english", 0)
_stemmer_lock = Lock()


def tokenize(text: str) -> list[str]:
    """The index terms of ``text`` in order, repeats kept; empty when it has none."""
    return [term for _, _, term in tokenize_with_offsets(text)]


def tokenize_with_offsets(text: str) -> list[tuple[int, int, str]]:
    """Like ``tokenize``, each term with the half-open code-point range of the word it came from."""
    found = []
    for start, end, word in _words(text):
        term = _term(word)
        if term:
            found.append((start, end, term))
    return found


def _words(text: str) -> Iterator[tuple[int, int, str]]:
    position = 0
    for match in _ACRONYM.finditer(text):
        yield from _plain_words(text, position, match.start())
        yield match.start(), match.end(), match.group().replace(".", "").upper()
        position = match.end()
    yield from _plain_words(text, position, len(text))


def _plain_words(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    for match in _TOKEN.finditer(text, start, end):
        word = match.group()
        if _CJK.search(word):
            # Scripts without blanks: one term a character beats one term a sentence.
            for offset, character in enumerate(word):
                yield match.start() + offset, match.start() + offset + 1, character
        else:
            yield match.start(), match.end(), word


@lru_cache(maxsize=65536)
def _term(word: str) -> str | None:
    is_country = word in {"US", "USA"}
    folded = unicodedata.normalize("NFKD", _POSSESSIVE.sub("", word)).casefold()
    folded = "".join(c for c in folded if not unicodedata.combining(c))
    folded = _THOUSANDS.sub("", re.sub(r"['’ʼ]", "", folded))
    if not folded or (folded in STOP_WORDS and not is_country):
        return None
    if is_country:
        return "usa"
    with _stemmer_lock:  # PyStemmer objects are not safe to share between threads
        return str(_stemmer.stemWord(folded[:_MAX_TERM]))
