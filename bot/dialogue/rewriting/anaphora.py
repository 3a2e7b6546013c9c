"""Whether a word of a question has its meaning in the question itself, or in no text at all.

"Which airline announced it will ..." needs nothing from outside, and "this week" is no mention of
anything. Rules about spelling.
"""

from __future__ import annotations

import re

from bot.dialogue.rewriting.question_forms import AUXILIARY
from retrieval.english.names import capitalised_runs

_TIME = re.compile(
    r"^(?:this|that|these|those|the)(?: (?:past|coming|last|next|same|very|upcoming|first))*"
    r" (?:week|weekend|year|month|day|morning|evening|night|season|summer|winter|spring|fall|"
    r"autumn|quarter|decade|century|semester|spring|monday|tuesday|wednesday|thursday|friday|"
    r"saturday|sunday)s?\b",
    re.I,
)
_SUBJECTS = frozenset("he she it they".split())
_OWNERS = frozenset("his its their".split())
_OBJECTS = frozenset("him her them it".split())
_POINTING = frozenset("this that these those the such another there here then one ones".split())
_ABSTRACT = re.compile(
    r"\b(?:did|does|do|will|would|has|is|was)\s+it\s+(?:taken?(?! place)|took(?! place)|matter|rain|snow|seem|mean that)\b|"
    r"\bit\s+(?:takes?|took|seems?|turns? out|is|was) (?:\w+ )?(?:to|that|for)\b",
    re.I,
)
# "which airline", "what organization", "who", "how many people", "a priest", "the first coach"
_ASKED_FOR = re.compile(
    r"\b(?:which|what|whose|how many|a|an|the|two|three|four|five|six|seven|eight|nine|ten|\d+)\s+(?!did\b|does\b|do\b|is\b|was\b|are\b|were\b|"
    r"kind\b|sort\b|type\b|else\b|other\b)(?:[\w’'“”\"-]+\s+){0,4}?[\w’'-]+(?:,|\s+)(?:that |who |which )?"
    r"(?:\s*known|is|was|are|were|has|have|had|will|would|can|could|may|said|says|\w+ed|went|won|met|set|made|got|"
    r"began|wrote|told|took)\b|"
    r"^\W*who\s+(?!did\b|does\b|do\b|is\b|was\b|are\b|were\b|will\b|would\b|has\b|have\b|else\b|first\b|all\b)\w+",
    re.I,
)
_STATEMENT = 8
"""Words from which a sentence is a statement of its own."""
_REMARK = re.compile(r"^\W*(?:\w+[.,!]?\s+)?(?:i|you|we|that|this|it|they|let)(?:[’']\w+)?\b", re.I)
_NAMED_WITHIN = re.compile(r"(?<=[a-z,] )(?!I\b)[A-Z][\w’'-]+")
_NAMED_THING = re.compile(r"\b(?:about|of|called|named)\s+[A-Za-z][\w’'-]+\.")
_PREPOSITION = "(?:in|at|on|from|of|for|with|to|by|during|near|about|against|after|before)"
_TURNED_ROUND = re.compile(rf"\b(?:{AUXILIARY})(?:n[’']t)?\s*$", re.I)
_CHOICES = re.compile(r"\b(?:which|all|one|two|none) of (?:these|the following)\b", re.I)
_CLAUSE = re.compile(
    r",|\b(?:that|who|which|when|where|while|after|before|because|if|as|and|but|said|says|say|saying|announced|"
    r"making|allow|potentially|until|since|to)\b",
    re.I,
)


def introduces(before: str) -> bool:
    """Whether what is said before a question tells what it is about: a name, or a whole statement
    that is no remark to whom one talks to ("That's rather vague", "I like that").
    """
    if not before.strip():
        return False
    if _REMARK.match(before):
        return bool(_NAMED_THING.search(before))
    return bool(_NAMED_WITHIN.search(before)) or len(before.split()) >= _STATEMENT


def has_own_meaning(question: str, start: int, end: int) -> bool:
    """Whether ``question[start:end]`` needs no text from outside to be understood."""
    said, before = question[start:end].casefold(), question[:start]
    if _TIME.match(question[start:]):
        return True
    if any(m.start() <= start < m.end() for m in _CHOICES.finditer(question)):
        return True
    if said == "it" and any(m.start() <= start < m.end() for m in _ABSTRACT.finditer(question)):
        return True
    word = said.split()[0] if said else ""
    if word not in _SUBJECTS | _OWNERS | _OBJECTS:
        return False
    if word == "her" and re.match(r"\s+[a-z]\w+", question[end:]):
        word = "his"
    if word in _SUBJECTS and turned_round(question, start):
        return False
    named = any(_is_free(before, name) for name in capitalised_runs(before)) or _ASKED_FOR.search(
        before
    )
    if not named:
        return False
    # "Did Zappa meet her?": no name means itself as its own object.
    is_subject = word in _SUBJECTS and bool(re.match(r"\s+\w", question[end:]))
    inner = before.lstrip().partition(" ")[2]
    return bool(_CLAUSE.search(inner)) or word in _OWNERS or (is_subject and word != "it")


def turned_round(question: str, at: int) -> bool:
    """Whether the word at ``at`` is the question's own subject, behind its verb: "Which match was
    he at?" asks about somebody known.
    """
    return _TURNED_ROUND.search(question[:at]) is not None


def _is_free(text: str, name: str) -> bool:
    """Whether a name is no part of "in Asia" or "of the council"."""
    return not re.search(rf"\b{_PREPOSITION}\s+(?:the\s+)?{re.escape(name)}", text, re.I)


def points_back(question: str, start: int, end: int, phrase: str) -> bool:
    """Whether words can stand for something said before: pronouns, "this film", a name's part."""
    said = question[start:end].casefold()
    first = said.split()[0] if said.split() else ""
    known = _SUBJECTS | _OWNERS | _OBJECTS | _POINTING | {"hers", "theirs", "its", "someone"}
    return first in known or said in phrase.casefold()
