"""Rewriting with a model of edits beside the rules.

The rules have the word where they are sure: what leans wholly on the last turn, and pronouns for
which the last answer is of the right kind. The model sees to the rest, and the rules step in again
where it finds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.conversation import Conversation
from bot.courtesies import without_courtesies
from bot.rewriting.phrases import may_be_a_person
from bot.rewriting.references import Reference, references
from bot.rewriting.rules import replaced
from bot.rewriting.values import Edit, Rewrite
from bot.rewriting.wholes import whole_question
from retrieval.completion.values import Completer, TextEdit

_PERSON = re.compile(r"(?:he|she|him|his|her|hers)", re.I)
_NO_PHRASE = re.compile(
    r"\?|^(?:who|whom|whose|what|which|when|where|why|how|did|does|do|is|are|was|were)\b", re.I
)
_BESIDES = re.compile(r"\bbesides\b[^?]*")
_LOOKED_BACK = 8
"""Turns whose words the model sees, as far as they fit."""
_SURE = 0.3
"""Probability times certainty of an edit below which the question is also asked as typed."""


class LearnedRewriter:
    """Implements ``Rewriter``."""

    def __init__(self, completer: Completer) -> None:
        self._completer = completer

    def rewrite(self, conversation: Conversation, text: str) -> Rewrite:
        asked = text.strip()
        if not conversation.turns and not conversation.topic:
            return Rewrite(asked)
        plain = without_courtesies(asked)
        whole = whole_question(conversation, plain)
        if whole:
            return Rewrite(whole.question, (Edit(plain, whole.question, whole.why),))
        found = references(conversation, plain)
        sure = [reference for reference in found if reference.is_sure]
        learned = [
            edit
            for edit in self._completer.edits(plain, texts_around(conversation))
            if _agrees(plain, edit) and not _taken(sure, edit)
        ]
        fallback = [
            reference
            for reference in found
            if not reference.is_sure
            and not any(e.start < reference.end and reference.start < e.end for e in learned)
        ]
        chosen = sorted(
            [*sure, *fallback, *map(_as_reference, learned)], key=lambda r: (r.start, r.end)
        )
        if not chosen:
            return Rewrite(plain)
        question = _capitalised_as(plain, replaced(plain, chosen))
        edits = tuple(Edit(plain[r.start : r.end], r.meant.strip(), r.why) for r in chosen)
        unsure = any(edit.probability * edit.certainty < _SURE for edit in learned)
        return Rewrite(question, edits, (plain,) if unsure else ())


def texts_around(conversation: Conversation) -> list[str]:
    """The texts that a follow-up may speak of, the most important first: what the conversation is
    about, then the turns, newest first, each its answer, the sentence of it, and its question.
    """
    texts = [text for text in (conversation.topic, conversation.subtopic) if text]
    for turn in reversed(conversation.turns[-_LOOKED_BACK:]):
        if turn.answered:
            texts.append(turn.answered.text)
            if turn.answered.sentence != turn.answered.text:
                texts.append(turn.answered.sentence)
        # What was put in with "besides" is what the conversation has done with.
        texts.append(_BESIDES.sub("", turn.standalone_question).strip())
    return [text for text in texts if text]


def _agrees(asked: str, edit: TextEdit) -> bool:
    """False for what is no phrase at all, and where "he" would become what is no person."""
    if _NO_PHRASE.search(edit.phrase) or edit.phrase.casefold() in asked.casefold():
        return False
    said = asked[edit.start : edit.end]
    is_name = edit.phrase[:1].isupper() and may_be_a_person(edit.phrase)
    return is_name or not _PERSON.fullmatch(said)


def _taken(sure: Sequence[Reference], edit: TextEdit) -> bool:
    """Whether a rule has spoken already of the words, or put the same phrase in."""
    return any(
        (edit.start < reference.end and reference.start < edit.end)
        or (edit.adds and edit.phrase.casefold() in reference.meant.casefold())
        for reference in sure
    )


def _as_reference(edit: TextEdit) -> Reference:
    why = "added: what it is asked of" if edit.adds else "spoken of before"
    return Reference(edit.start, edit.end, edit.text, why, is_sure=False)


def _capitalised_as(asked: str, question: str) -> str:
    """Begins with a capital where what was typed did."""
    return question[:1].upper() + question[1:] if asked[:1].isupper() else question
