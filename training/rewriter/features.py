"""Examples as token ids with the edits to learn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

from retrieval.edits.layout import Layout, Word, lay_out
from retrieval.edits.values import CONNECTORS
from training.rewriter.alignment import GoldEdit, gold_edits

KEEP, BEGIN, INSIDE = 0, 1, 2
IGNORED = -100
_SMALL = frozenset("the a an of in on at and to for 's ’s".split())
_LEAST_SHARE = 0.5
"""Of a phrase's content words that a part of it must hold to stand for all of it."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """An edit's place in the question, as a token, and where its phrase stands: token pairs."""

    site: int
    adds: bool
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Features:
    """One example. ``tags``, ``adds`` and ``connectors`` are of the length of ``ids``, with
    ``IGNORED`` where nothing is to be learnt.
    """

    ids: tuple[int, ...]
    types: tuple[int, ...]
    tags: tuple[int, ...]
    adds: tuple[int, ...]
    connectors: tuple[int, ...]
    pointers: tuple[Pointer, ...]


def featurise(tokenizer: Tokenizer, question: str, texts: Sequence[str], rewrite: str) -> Features:
    """The features of a question after ``texts`` (the most important first)."""
    layout = lay_out(tokenizer, question, texts)
    size = len(layout.ids)
    tags, adds, connectors = [IGNORED] * size, [IGNORED] * size, [IGNORED] * size
    for word in layout.question:
        tags[word.first] = KEEP
        adds[word.first] = 0
    adds[layout.question_end] = 0
    pointers = []
    asked = [question[w.start : w.end] for w in layout.question]
    around = [texts[w.text - 1][w.start : w.end].casefold() for w in layout.context]
    for edit in gold_edits(asked, words_of(tokenizer, rewrite)):
        site = _site(layout, edit)
        spans = _spans(tokenizer, layout.context, around, edit.phrase)
        if edit.start == edit.end:
            adds[site] = 1
            connectors[site] = CONNECTORS.index(edit.connector)
        else:
            tags[site] = BEGIN
            for word in layout.question[edit.start + 1 : edit.end]:
                tags[word.first] = INSIDE
        if spans:
            pointers.append(Pointer(site, edit.start == edit.end, spans))
    return Features(
        layout.ids, layout.types, tuple(tags), tuple(adds), tuple(connectors), tuple(pointers)
    )


def words_of(tokenizer: Tokenizer, text: str) -> list[str]:
    """The words of a text as the layout parts them."""
    layout = lay_out(tokenizer, text, ())
    return [text[w.start : w.end] for w in layout.question]


def _site(layout: Layout, edit: GoldEdit) -> int:
    if edit.start < len(layout.question):
        return layout.question[edit.start].first
    return layout.question_end


def _spans(
    tokenizer: Tokenizer, context: Sequence[Word], around: Sequence[str], phrase: str
) -> tuple[tuple[int, int], ...]:
    """Where the phrase, or the longest part of it that says enough, stands in the context."""
    wanted = [word.casefold() for word in words_of(tokenizer, phrase)]
    content = [word for word in wanted if word not in _SMALL and word[:1].isalnum()]
    for length in range(len(wanted), 0, -1):
        for begin in range(len(wanted) - length + 1):
            part = wanted[begin : begin + length]
            held = sum(word not in _SMALL and word[:1].isalnum() for word in part)
            if held == 0 or held < _LEAST_SHARE * len(content):
                continue
            spans = tuple(
                (context[at].first, context[at + length - 1].last - 1)
                for at in range(len(around) - length + 1)
                if list(around[at : at + length]) == part
                and context[at].text == context[at + length - 1].text
            )
            if spans:
                return spans
    return ()
