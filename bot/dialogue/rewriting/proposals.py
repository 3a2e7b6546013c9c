"""Which readings of a follow-up are asked: a rewrite must earn its place.

A rewrite that is sound goes first. Beside it, or in its place, the question is asked next to the
last one; where there is no sound rewrite, also as typed, with the last turn searched for. Two
questions at most are read for one turn.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.dialogue.conversation import Conversation
from bot.dialogue.rewriting.leaning import Leaning
from bot.dialogue.rewriting.soundness import is_sound
from bot.dialogue.rewriting.underspecified import last_asked, with_matter
from bot.dialogue.rewriting.values import Edit, Rewrite

_WHY = "added: what was asked and answered last"


def best_of(
    conversation: Conversation, typed: str, leans: Leaning, rewrites: Sequence[Rewrite]
) -> Rewrite:
    """The readings of ``typed``, the likeliest first: the first of ``rewrites`` that is sound, and
    what needs no rewrite.
    """
    said = last_asked(conversation)
    beside = with_matter(typed, said)
    for rewrite in rewrites:
        # What a rule made of the whole text leans by its form, whatever it names.
        is_whole = any(edit.said == typed for edit in rewrite.edits)
        may_be_rewritten = is_whole or (leans is Leaning.PLAINLY and bool(rewrite.edits))
        if may_be_rewritten and is_sound(conversation, typed, rewrite):
            return Rewrite(rewrite.question, rewrite.edits, (beside,) if said else ())
    if not said or leans is Leaning.NOT:
        return Rewrite(typed)
    if leans is Leaning.PERHAPS:
        return Rewrite(typed, others=(beside,))
    return Rewrite(beside, (Edit("", said, _WHY),), (typed,), said)
