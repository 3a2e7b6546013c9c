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

_ACRONYM = re.compile(r"(?<![^\W_])[^\W\d_](?:\.[^\W\d_])+(?![^\W_])\.?(?:['’ʼ][sS]\b)?")
_JOINER = r"[\u0300-\u036f\u00ad\u200b-\u200d]"
# A word may hold combining accents, soft hyphens and joiners, which are no letters to Python.
_TOKEN = re.compile(rf"\d+(?:[.,]\d+)+|[^\W_](?:[^\W_]|{_JOINER}|['’ʼ](?=[^\W_]))*")
_POSSESSIVE = re.compile(r"['’ʼ][sS]?$")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_CJK_PIECE = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+"
)
_COUNTRY = frozenset({"US", "USA"})
_SHOUTED_WORDS = 4
_MAX_TERM = 64

_stemmer = Stemmer.Stemmer("english", 0)
_stemmer_lock = Lock()


def tokenize(text: str) -> list[str]:
    """The index terms of ``text`` in order, repeats kept; empty when it has none."""
    return [term for _, _, term in tokenize_with_offsets(text)]


def tokenize_with_offsets(text: str) -> list[tuple[int, int, str]]:
    """Like ``tokenize``, each term with the half-open code-point range of the word it came from."""
    # WHO is no question word and IT no pronoun, unless everything is written in capitals.
    shouted = text.isupper() and len(text.split()) >= _SHOUTED_WORDS
    found = []
    for start, end, word in _words(text, shouted):
        term = _term(word)
        if term:
            found.append((start, end, term))
    return found


def _words(text: str, shouted: bool) -> Iterator[tuple[int, int, str]]:
    position = 0
    for match in _ACRONYM.finditer(text):
        yield from _plain_words(text, position, match.start(), shouted)
        letters = _POSSESSIVE.sub("", match.group()).replace(".", "")
        yield match.start(), match.end(), letters.upper()
        position = match.end()
    yield from _plain_words(text, position, len(text), shouted)


def _plain_words(text: str, start: int, end: int, shouted: bool) -> Iterator[tuple[int, int, str]]:
    for match in _TOKEN.finditer(text, start, end):
        # Scripts without blanks: one term a character beats one term a sentence.
        for piece in _CJK_PIECE.finditer(match.group()):
            word = piece.group().casefold() if shouted else piece.group()
            yield match.start() + piece.start(), match.start() + piece.end(), word


@lru_cache(maxsize=65536)
def _term(word: str) -> str | None:
    word = _POSSESSIVE.sub("", word)
    if word in _COUNTRY:
        return "usa"
    folded = unicodedata.normalize("NFKD", word).casefold()
    folded = "".join(c for c in folded if unicodedata.category(c) not in ("Mn", "Cf"))
    folded = _THOUSANDS.sub("", re.sub(r"['’ʼ]", "", folded))
    is_acronym = len(word) > 1 and word.isupper()
    if not folded or (folded in STOP_WORDS and not is_acronym):
        return None
    with _stemmer_lock:  # PyStemmer objects are not safe to share between threads
        return str(_stemmer.stemWord(folded[:_MAX_TERM]))
