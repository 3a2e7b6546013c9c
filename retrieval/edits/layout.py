"""How a question and the texts around it become the tokens of the edit model, and back.

Words are those of the tokenizer's own pre-tokenization (white space and punctuation part them), so
that every word knows its tokens and its place in its text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

from retrieval.text.characters import whole_characters

MOST_QUESTION_TOKENS = 64
MOST_TOKENS = 256


@dataclass(frozen=True, slots=True)
class Word:
    """One word: half-open offsets in its text, and the half-open range of its tokens in the input.

    ``text`` counts the texts: 0 is the question, 1 the first of the context.
    """

    text: int
    start: int
    end: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The input of the edit model: ``[CLS] question [SEP] text [SEP] text [SEP] ...``.

    ``ids`` and ``types`` are of one length (at most ``MOST_TOKENS``); types are 0 in the question.
    ``question_end`` is the position of the first ``[SEP]``, where words can be added at the end.
    """

    ids: tuple[int, ...]
    types: tuple[int, ...]
    question: tuple[Word, ...]
    context: tuple[Word, ...]

    @property
    def question_end(self) -> int:
        return self.types.index(1) - 1 if 1 in self.types else len(self.ids) - 1


def lay_out(
    tokenizer: Tokenizer, question: str, texts: Sequence[str], most_tokens: int = MOST_TOKENS
) -> Layout:
    """The layout of a question and its context, the most important text first.

    What does not fit is left out: a text is cut at its end, and those after it are dropped.
    """
    start, stop = (tokenizer.token_to_id(name) or 0 for name in ("[CLS]", "[SEP]"))
    ids, types = [start], [0]
    asked: list[Word] = []
    around: list[Word] = []
    for number, text in enumerate((question, *texts)):
        room = MOST_QUESTION_TOKENS if number == 0 else most_tokens - len(ids) - 1
        if room < 1:
            break
        words = asked if number == 0 else around
        for word, piece in _words(tokenizer, text, number, room):
            at = len(ids)
            words.append(Word(number, word[0], word[1], at, at + len(piece)))
            ids += piece
        ids.append(stop)
        types += [min(number, 1)] * (len(ids) - len(types))
    return Layout(tuple(ids), tuple(types), tuple(asked), tuple(around))


def _words(
    tokenizer: Tokenizer, text: str, number: int, room: int
) -> list[tuple[tuple[int, int], list[int]]]:
    """The first whole words of a text that fit into ``room`` tokens, each with its token ids."""
    encoding = tokenizer.encode(whole_characters(text), add_special_tokens=False)
    found: list[tuple[tuple[int, int], list[int]]] = []
    taken = 0
    at = 0
    while at < len(encoding.ids):
        word = encoding.word_ids[at]
        to = at
        while to < len(encoding.ids) and encoding.word_ids[to] == word:
            to += 1
        taken += to - at
        if taken > room:
            break
        place = (encoding.offsets[at][0], encoding.offsets[to - 1][1])
        found.append((place, encoding.ids[at:to]))
        at = to
    return found
