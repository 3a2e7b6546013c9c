"""Questions that say nothing by themselves: "Tell me more", "What happened next?", "Which one?".

Nothing in them can be replaced, and nothing in them finds an article: the last question and its
answer are set next to them, in brackets, so that the user sees it. So are they to every follow-up
that no rewrite makes whole.
"""

from __future__ import annotations

import re

from bot.dialogue.conversation import Conversation, Turn
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


def is_vague(question: str) -> bool:
    """Whether a question has no word of its own that an article could be found by."""
    if re.search(r"\d", question):
        return False
    said = _WORD.findall(question)
    capital = [word[0].isupper() for word in said[1:] if word != "I"]
    if any(capital) and not all(capital):  # "What is New Deal?", not "What Happened?"
        return False
    words = [word.lower() for word in said]
    return bool(words) and all(word in _FUNCTION or word in _GENERIC for word in words)


def last_asked(conversation: Conversation) -> str:
    """What is set next to a follow-up: the newest question that said what it is about, and what
    that was answered. The topic where there is none; empty where there is neither.
    """
    for turn in reversed(conversation.turns[-_LOOKED_BACK:]):
        question = " ".join(without_matter(turn.standalone_question).split()).rstrip(" ?!.,")
        question = _GOING_ON.sub("", question)
        if question and not is_vague(question) and not _leans(turn) and _asks(question):
            answer = _known_answer(turn)
            return f"{question}: {answer}" if answer else question
    return conversation.topic or ""


def _known_answer(turn: Turn) -> str:
    """The answer, where it is short and likelier right than wrong; else empty."""
    answered = turn.answered
    if answered is None or answered.probability < _LIKELY:
        return ""
    words = answered.text.split()
    return " ".join(words) if len(words) <= _LONGEST_ANSWER else ""


def _asks(question: str) -> bool:
    """Whether a text is a whole question, or words enough to be one: no "What about 2021"."""
    if _ABOUT.match(question):
        return False
    return _QUESTION.match(question) is not None or len(question.split()) >= _WORDS_ENOUGH


_LOOKED_BACK = 5
"""Turns in which a question that stands alone is looked for."""
_LIKELY = 0.5
"""Probability from which an answer is taken as known by those that follow."""
_WORDS_ENOUGH = 4
_GOING_ON = re.compile(r"^(?:(?:and|but|so|ok(?:ay)?),?\s+)+", re.I)
_ABOUT = re.compile(r"^(?:what|how) about\b", re.I)
_QUESTION = re.compile(
    rf"^(?:\w+ )?(?:who|whom|whose|what|which|when|where|why|how|{AUXILIARY})\b", re.I
)
_LONGEST_ANSWER = 25
"""Words of an answer that is set next to a question with it."""
_IN_BRACKETS = re.compile(r"\s*\([^()]*\)(?=[?!.]*$)")


def _leans(turn: Turn) -> bool:
    """Whether the turn's question is one of those that were asked next to another."""
    return _IN_BRACKETS.search(turn.standalone_question) is not None and (
        _IN_BRACKETS.search(turn.question) is None
    )


def without_matter(question: str) -> str:
    """The question without what stands in brackets at its end."""
    return _IN_BRACKETS.sub("", question)


def with_matter(question: str, matter: str) -> str:
    """The question with the matter in brackets before its final mark."""
    body = question.rstrip()
    end = re.search(r"[?!.]*$", body)
    at = end.start() if end else len(body)
    return f"{body[:at].rstrip()} ({matter}){body[at:]}"
