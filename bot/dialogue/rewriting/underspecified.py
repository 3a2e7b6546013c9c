"""Questions that say nothing by themselves: "Tell me more", "What happened next?", "Which one?".

Nothing in them can be replaced, and nothing in them finds an article: what the last question asked
about is set next to them, in brackets, so that the user sees it.
"""

from __future__ import annotations

import re

from bot.dialogue.conversation import Conversation
from bot.dialogue.rewriting.question_forms import AUXILIARY

_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_FUNCTION = frozenset(
    f"""{AUXILIARY.replace("|", " ")} a an the this that these those it its he she they them him her his their
    there here i me my you your we us our who whom whose what which when where why how and or but so than then
    of to in on at for from by with about as if not no any some all both each every be been being am may might
    must shall let's that's what's it's don't doesn't isn't aren't wasn't also just really only even very too
    much many more most less least now again still yet up out over down off into""".split()
)
_GENERIC = frozenset(
    """tell say said says know think mean means meant explain describe expand elaborate give show list name
    happen happened happens happening go went going come came do doing done get got getting make made take
    recommend suggest prefer consider use used work works worked help need want like look feel see find found
    next else other another others one ones first second last same different similar thing things stuff
    something anything everything way ways kind type types sort example examples detail details information
    info fact facts reason reasons story point part parts step steps option options alternative alternatives
    answer question good great best better bad worse worst important interesting special safe likely possible
    true right wrong hard easy big small old new long short sure specific rather quite actually exactly
    please okay yes thanks long compare difference differences believe agree matter respond react reaction
    continue start started begin began end ended stop change changed try tried""".split()
)
_HEAD = re.compile(
    rf"^\W*(?:(?:and|but|so|ok|okay)\s+)*(?:(?:who|whom|whose|what|which|when|where|why|how(?: long| much| many| often| far| old)?)\s+)?"
    rf"(?:(?:{AUXILIARY})\s+)?(?:(?:you|i|we)\s+)?(?:(?:tell|show|give)\s+me\s+(?:more\s+)?(?:about\s+)?)?",
    re.I,
)


def is_vague(question: str) -> bool:
    """Whether a question has no word of its own that an article could be found by."""
    if re.search(r"\d", question):
        return False
    words = [word.lower() for word in _WORD.findall(question)]
    return bool(words) and all(word in _FUNCTION or word in _GENERIC for word in words)


def matter_of(conversation: Conversation) -> str:
    """What the newest question that was not vague asked about; empty where there is none."""
    for turn in reversed(conversation.turns[-_LOOKED_BACK:]):
        question = re.sub(r"\s*\([^)]*\)", "", " ".join(turn.standalone_question.split()))
        if not is_vague(question):
            sentence = re.split(r"(?<=[.!?])\s+", question)[-1]
            matter = _HEAD.sub("", sentence).rstrip(" ?!.,")
            return matter if len(matter.split()) > 1 else ""
    return conversation.topic or ""


_LOOKED_BACK = 3
"""Turns in which a matter is looked for."""


def with_matter(question: str, matter: str) -> str:
    """The question with the matter in brackets before its final mark."""
    body = question.rstrip()
    end = re.search(r"[?!.]*$", body)
    at = end.start() if end else len(body)
    return f"{body[:at].rstrip()} ({matter}){body[at:]}"
