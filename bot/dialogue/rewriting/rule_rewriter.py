"""Rewriting by rules alone: what a reader of the conversation would have no doubt about."""

from __future__ import annotations

from collections.abc import Sequence

from bot.dialogue.conversation import Conversation
from bot.dialogue.rewriting.anaphora import has_own_meaning
from bot.dialogue.rewriting.coreference import Reference, references
from bot.dialogue.rewriting.ellipsis import whole_question
from bot.dialogue.rewriting.values import Edit, Rewrite


class RuleRewriter:
    """Implements ``Rewriter`` with rules alone."""

    def rewrite(self, conversation: Conversation, text: str) -> Rewrite:
        return rewrite(conversation, text)


def rewrite(conversation: Conversation, text: str) -> Rewrite:
    """The standalone form of ``text`` after ``conversation``.

    What no rule is sure of stays as typed; the history is never pasted in.
    """
    asked = text.strip()
    if conversation.last is None:
        return Rewrite(asked)
    whole = whole_question(conversation, asked)
    if whole:
        return Rewrite(whole.question, (Edit(asked, whole.question, whole.why),))
    found = [
        reference
        for reference in references(conversation, asked)
        if not has_own_meaning(asked, reference.start, reference.end)
    ]
    edits = tuple(Edit(asked[r.start : r.end], r.meant, r.why) for r in found)
    return Rewrite(replaced(asked, found), edits)


def replaced(asked: str, found: Sequence[Reference]) -> str:
    """The question with every reference replaced by what it means."""
    for reference in sorted(found, key=lambda r: -r.start):
        meant = reference.meant
        # "The strike" began its sentence; here it does not.
        if reference.start and meant.startswith("The "):
            meant = f"the{meant[3:]}"
        asked = asked[: reference.start] + meant + asked[reference.end :]
    return asked
