"""Whether a sentence says what a yes/no question asks, or denies it.

Words alone: a word of negation shortly before a word of the question, in the same clause. Where the
sentence has too few of the question's words nothing is said of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import takewhile
from operator import eq

from Stemmer import Stemmer

_NEGATION = re.compile(
    r"(?:\w*n['’]t|not|never|no|nobody|none|nor|neither|cannot|without)(?!\w)"
    # Nobody else is denied bail, or refused a loan.
    r"|den(?:y|ies|ied)(?= (?:that|\w+ing)\b)"
    r"|(?:fail(?:s|ed)?|refus(?:es?|ed)|declin(?:es?|ed))(?= to\b)",
    re.I,
)
_CALLED_OFF = re.compile(
    r"\b(?:call(?:s|ed)?(?: \w+){0,3} off|g(?:i|a)ve[sn]? up|cancel(?:s|ed|led)|abandon(?:s|ed)|"
    r"scrap(?:s|ped)|shelve[sd]|revoke[sd]|annul(?:s|led))\b",
    re.I,
)
_WORD = re.compile(r"\w+(?:['’]\w+)*|[;:.!?]|,(?= (?:but|and)\b)")
_ASKING = frozenset(
    "does have been were will would could should shall might must there this that with from what "
    "which about into they them their than then when where been being having ever even also "
    "still".split()
)
_LEAST_LETTERS = 4
_ALIKE = 0.7
"""Share of the longer word's letters that two forms of one word begin with: "signed", "signing"."""
_ENDING = 3
"""Letters that a short word may have more: "sign" in "signing", not "port" in "portrait"."""
_REACH = 5
"""Words from a negation to what it negates: "has not yet been signed"."""
_OPEN = frozenset({"whether", "if"})
"""What stands behind these is neither said nor denied."""
_ENOUGH = 0.5
"""Of the question's words."""


_LONGEST_SENTENCE = 200
"""Words from which on a text without a full stop is no sentence that says yes or no."""


def denies(question: str, sentence: str) -> bool | None:
    """True where the sentence denies what the question asks ("Did X sign?" "X has not signed"),
    False where it says so, None where it tells of something else, or leaves it open.
    """
    asked = {word.casefold() for word in _WORD.findall(question)}
    asked = {w for w in asked if len(w) >= _LEAST_LETTERS and w not in _ASKING and "n't" not in w}
    words = _WORD.findall(sentence)
    if len(words) > _LONGEST_SENTENCE:
        return None
    found = {word: places for word in asked if (places := list(_places(word, words)))}
    if not found or len(found) < _ENOUGH * len(asked) or not _OPEN.isdisjoint(words):
        return None
    return any(_is_negated(words, at) for places in found.values() for at in places)


def calls_off(question: str, sentence: str) -> bool:
    """Whether the sentence ends what the question asks about: "Will they merge?" "They have given
    up their merger". A question that asks whether it ended is none of this.
    """
    ended = _CALLED_OFF.search(sentence) and not _CALLED_OFF.search(question)
    return bool(ended) and denies(question, sentence) is not None


def _places(asked: str, words: list[str]) -> Iterator[int]:
    """Where the word stands, in any of its forms."""
    first = asked[0]
    return (
        at
        for at, word in enumerate(words)
        if word[0].casefold() == first and same_word(asked, word)
    )


def same_word(asked: str, word: str) -> bool:
    """Whether a word is another form of one that is asked for, in lower case."""
    other = word.casefold()
    common = sum(takewhile(bool, map(eq, asked, other)))
    if common >= max(_LEAST_LETTERS, _ALIKE * max(len(asked), len(other))):
        return True
    if common == len(asked) and len(other) <= common + _ENDING:
        return True
    return common >= _LEAST_LETTERS and _stem(asked) == _stem(other)


@lru_cache(4096)
def _stem(word: str) -> str:
    """The word without its ending: "murder" of "murdering" and "murdered"."""
    # One of its own for each call: they are not safe to share between threads.
    return str(Stemmer("english").stemWord(word))


def _is_negated(words: list[str], at: int) -> bool:
    """Whether a negation speaks of a word: only small words and adverbs stand between. "X, not Y,
    signed" has one of a name.
    """
    for place in range(at - 1, max(-1, at - _REACH - 1), -1):
        word = words[place]
        negation = _NEGATION.match(f"{word} {words[place + 1]}")
        if negation and negation.end() == len(word):
            return words[place + 1][0].islower() or place + 1 == at
        if not word[0].isalnum() or not _is_small(word.casefold()):
            return False
    return False


def _is_small(word: str) -> bool:
    return len(word) < _LEAST_LETTERS or word in _ASKING or word.endswith("ly")
