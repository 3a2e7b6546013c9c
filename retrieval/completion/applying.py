"""Putting what was meant into a question. Pure: every phrase put in stands so in a text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.completion.decoding import Proposal
from retrieval.completion.layout import Layout

_OWNING = frozenset("his its their hers theirs".split())
_OBJECT_AFTER_HER = re.compile(
    r"\W*(?:$|\b(?:to|in|on|at|from|for|with|by|after|before|as|and|or|when)\b)", re.I
)
BESIDES = "besides"


@dataclass(frozen=True, slots=True)
class TextEdit:
    """``question[start:end]`` gives way to ``text``; equal where it is added. ``phrase`` is the
    part of ``text`` that stands in the context.
    """

    start: int
    end: int
    text: str
    phrase: str


def text_edit(
    question: str, texts: Sequence[str], layout: Layout, proposal: Proposal, connector: str
) -> TextEdit:
    """A proposal as an edit of the question's text, spelled so that it fits."""
    context = layout.context[proposal.start : proposal.end]
    source = texts[context[0].text - 1]
    phrase = " ".join(source[context[0].start : context[-1].end].split())
    words = layout.question
    if proposal.first < proposal.last:
        start, end = words[proposal.first].start, words[proposal.last - 1].end
        said = question[start:end]
        text = _possessive(phrase) if _owns(said, question[end:]) else phrase
        return TextEdit(start, end, text, phrase)
    joined = f"{connector} {phrase}" if connector else phrase
    if proposal.first < len(words) and proposal.first > 0:
        at = words[proposal.first].start
        if question[at : at + 1] in "?.!,":
            at = len(question[:at].rstrip())
            return TextEdit(at, at, f" {joined}", phrase)
        return TextEdit(at, at, f"{joined} ", phrase)
    if proposal.first == 0 and words:
        at = words[0].start
        return TextEdit(at, at, f"{joined} ", phrase)
    at = len(question.rstrip())
    return TextEdit(at, at, f" {joined}", phrase)


def applied(question: str, edits: Sequence[TextEdit]) -> str:
    """The question with all edits made; edits that overlap an earlier one are left out."""
    parts: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        if edit.start < at:
            continue
        parts += [question[at : edit.start], edit.text]
        at = edit.end
    return "".join([*parts, question[at:]])


def _owns(said: str, after: str) -> bool:
    word = said.casefold()
    if word == "her":
        return not _OBJECT_AFTER_HER.match(after)
    return word in _OWNING


def _possessive(phrase: str) -> str:
    if phrase.endswith(("'s", "’s", "s'", "s’")):
        return phrase
    return f"{phrase}'s"
