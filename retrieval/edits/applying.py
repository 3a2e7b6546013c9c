"""Putting what was meant into a question. Every phrase put in stands so in a text.

It stands there once the text's white space is folded: what is done to a phrase here takes a part of
a text, words and what is between them, on one line, and never changes or adds a character. What
grammar asks for besides ("the", "'s", a connector) is put around the phrase.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.edits.decoding import Proposal
from retrieval.edits.layout import Layout, Word
from retrieval.edits.values import TextEdit

_OWNING = frozenset("his its their hers theirs".split())
_OBJECT_AFTER_HER = re.compile(
    r"\W*(?:$|\b(?:to|in|on|at|from|for|with|by|after|before|as|and|or|when)\b)", re.I
)
_CAPITALISED = r"[A-Z][\w.’'&-]*"
_NAME = re.compile(rf"{_CAPITALISED}(?: (?:of|the|de|van|von|for) {_CAPITALISED}| {_CAPITALISED})*")
_DEFINITE = re.compile(r"\b(?:the|an?|this|that)\s+$", re.I)
_QUESTION = re.compile(r"^(?:who|whom|whose|what|which|when|where|why|how)\b|[?!.]$", re.I)
_IN_BRACKETS = re.compile(r"\s*\([^)]*\)$")
_NO_NAME = re.compile(
    r"^(?:(?:In|On|At|By|For|From|But|And|As|When|After|Before|Last|This|January|February|March|April|May|"
    r"June|July|August|September|October|November|December|\w+day)\s+)+"
)
_MOST_NAME_WORDS = 6


def text_edit(
    question: str, texts: Sequence[str], layout: Layout, proposal: Proposal, connector: str
) -> TextEdit:
    """A proposal as an edit of the question's text, spelled so that it fits."""
    end = _name_end(layout, texts, proposal)
    context = layout.context[proposal.start : end]
    source = texts[context[0].text - 1]
    phrase = fullest_name(_on_one_line(source[context[0].start : context[-1].end]), texts)
    known = _DEFINITE.search(source[: context[0].start]) and phrase[:1].islower()
    words = layout.question
    if proposal.first == proposal.last and proposal.first < len(words):
        phrase = _without_end(phrase, question[words[proposal.first].start :])
    meant = f"the {phrase}" if known else phrase
    sure = (proposal.probability, proposal.certainty)
    if proposal.first < proposal.last:
        start, end = words[proposal.first].start, words[proposal.last - 1].end
        said = question[start:end]
        text = _possessive(meant) if _owns(said, question[end:]) else meant
        return TextEdit(start, end, text, phrase, *sure)
    joined = f"{connector} {meant}" if connector else meant
    if proposal.first < len(words) and proposal.first > 0:
        at = words[proposal.first].start
        if question[at : at + 1] in "?.!,":
            at = len(question[:at].rstrip())
            return TextEdit(at, at, f" {joined}", phrase, *sure)
        return TextEdit(at, at, f"{joined} ", phrase, *sure)
    if proposal.first == 0 and words:
        at = words[0].start
        return TextEdit(at, at, f"{joined} ", phrase, *sure)
    at = len(question.rstrip())
    return TextEdit(at, at, f" {joined}", phrase, *sure)


def _name_end(layout: Layout, texts: Sequence[str], proposal: Proposal) -> int:
    """Where the phrase ends, not within a name: "Sergei Lavrov", not "Sergei"; "Nord Stream 2"."""
    words, end = layout.context, proposal.end
    source = texts[words[proposal.start].text - 1]
    if not source[words[end - 1].start].isupper():
        return end
    while end < len(words) and words[end].text == words[end - 1].text:
        before, word = words[end - 1], words[end]
        between, first = source[before.end : word.start], source[word.start]
        if not between and first == "-" and _goes_on(words, source, end + 1):
            end += 2
            continue
        if between not in (" ", "\u00a0") or not (first.isupper() or first.isdigit()):
            break
        end += 1
    return end


def _goes_on(words: Sequence[Word], source: str, at: int) -> bool:
    """Whether the word at ``at`` follows the one before it without a blank: "Anne-Marie"."""
    if at >= len(words) or words[at].text != words[at - 1].text:
        return False
    return words[at].start == words[at - 1].end and source[words[at].start].isalnum()


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _without_end(phrase: str, after: str) -> str:
    """The phrase without words that follow it: "Kurt" of "Kurt Angle" before "Angle"."""
    words, following = phrase.split(), after.split()
    for count in range(min(len(words) - 1, len(following)), 0, -1):
        if [w.casefold() for w in words[-count:]] == [w.casefold() for w in following[:count]]:
            return " ".join(words[:-count])
    return phrase


def fullest_name(phrase: str, texts: Sequence[str]) -> str:
    """The first longer name in the texts that holds this one: "Brian Wilson" for "Wilson".

    Texts are looked through in their order, the most important first. A title is a name as a whole;
    within longer texts only single words are looked for, because "U.S. Marines Paul Whelan" is no
    fuller name than "Paul Whelan". What is no name stays.
    """
    words = phrase.split()
    if not phrase[:1].isupper() or len(words) > 3:
        return phrase
    whole = re.compile(rf"(?<!\w){re.escape(phrase)}(?!\w)")
    for text in texts:
        for found in _names(_IN_BRACKETS.sub("", text.strip()), within=len(words) == 1):
            name = _NO_NAME.sub("", re.sub(r"[’']s?$|[.,]$", "", found)).strip()
            if whole.search(name) and len(name.split()) <= _MOST_NAME_WORDS:
                return name if len(name) > len(phrase) else phrase
    return phrase


def _names(text: str, *, within: bool) -> list[str]:
    words = text.split()
    # In a title or a name all but the small words have a capital.
    capitals = all(word[:1].isupper() or len(word) <= 3 for word in words)
    if capitals and len(words) <= _MOST_NAME_WORDS and not _QUESTION.search(text):
        return [_on_one_line(text)]
    return [match.group() for match in _NAME.finditer(text)] if within else []


def _owns(said: str, after: str) -> bool:
    word = said.casefold()
    if word == "her":
        return not _OBJECT_AFTER_HER.match(after)
    return word in _OWNING


def _possessive(phrase: str) -> str:
    if phrase.endswith(("'s", "’s", "s'", "s’")):
        return phrase
    return f"{phrase}'s"
