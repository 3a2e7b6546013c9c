"""Going back to an earlier matter: "back to the strike, who called it?" leans on that turn."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.dialogue.conversation import Conversation, Turn

_BACK = re.compile(
    r"^\W*(?:(?:ok|okay|and|so|now|but)\W+)*"
    r"(?:(?:(?:let[’']?s|let us|to) )?(?:(?:go|get|come)(?:ing)? )?back to|return(?:ing)? to)\s+"
    r"(?P<topic>[^,:;?!–—]{2,60}?)\s*[,:;–—-]\s*(?P<rest>\S.*)$",
    re.I | re.S,
)
_WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
_SMALL = frozenset("the a an that this of in on at for about and his her its their thing".split())


def returned(conversation: Conversation, typed: str) -> tuple[Conversation, str]:
    """The conversation as it was after the newest turn that speaks of the matter gone back to, and
    what is asked of it; both as they are where ``typed`` goes back to nothing that was said.
    """
    back = _BACK.match(typed)
    if back is None:
        return conversation, typed
    wanted = _words(back["topic"]) - _SMALL
    # What was asked and answered, before what the sentences around the answers name besides.
    for said in (_asked, _answered, _told):
        for turn in reversed(conversation.turns):
            if wanted and wanted <= _words(said(turn)):
                kept = tuple(t for t in conversation.turns if t.number <= turn.number)
                return replace(conversation, turns=kept), back["rest"]
    return conversation, typed


def _asked(turn: Turn) -> str:
    return f"{turn.question} {turn.standalone_question}"


def _answered(turn: Turn) -> str:
    return f"{_asked(turn)} {turn.answered.text if turn.answered else ''}"


def _told(turn: Turn) -> str:
    return f"{_answered(turn)} {turn.answered.sentence if turn.answered else ''}"


def _words(text: str) -> set[str]:
    return {re.sub(r"[’']s?$", "", m.group().casefold()) for m in _WORD.finditer(text)}
