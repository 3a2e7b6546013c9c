"""The last question asked again: another question word, the same matter, the answer filled in."""

from __future__ import annotations

import re

from bot.dialogue.conversation import Turn

AUXILIARY = "did|does|do|is|was|are|were|will|would|has|have|had|can|could|should"
_BE = "is|was|are|were"
_PRONOUNS = frozenset("he she it they him her them this that his its their i we you".split())
_SHORT_ANSWER = 8
"""In words."""
# "How many members of the government" "were" "sanctioned"
_COUNTING = re.compile(
    rf"^(?P<ask>how many|which|what)\s+(?P<noun>(?!(?:{AUXILIARY})\b)\S.*?)\s+"
    rf"(?P<verb>{AUXILIARY})\s+(?P<rest>.+)$",
    re.I,
)
# "Who" "did" "Blinken meet"
_WHO = re.compile(rf"^(?P<ask>who|whom|what)\s+(?P<verb>{AUXILIARY})\s+(?P<rest>.+)$", re.I)
# "Who" "takes over the chairmanship", "Which company" "builds it"
_SUBJECT = re.compile(r"^(?:who|what|which \w+)\s+(?P<rest>.+)$", re.I)
# "When" "did Blinken leave"
_ADVERB = re.compile(
    r"^(?:(?:for|in|on|at|to|from|since|until|by|with)\s+)?(?:when|where|why|how(?: long| much| often| far| old)?|"
    rf"wh(?:om|at|ich) \w+)\s+(?P<rest>(?:{AUXILIARY})\s+.+)$",
    re.I,
)
_YES_NO = re.compile(rf"^(?:{AUXILIARY})\s+", re.I)
_WHICH_ONES = re.compile(r"(?:which|what)(?: ones)?", re.I)
_IRREGULAR = {"will": "won't", "can": "can't"}
_THIRD_PERSON = {"has": "have"}
_PARTICIPLE = re.compile(r"^\w+(?:ed|en|wn|ld|nt|ght)\b")


def short_answer(turn: Turn) -> str:
    """What the turn was answered, when that is short enough to stand inside a question; else ""."""
    words = turn.answered.text.split() if turn.answered else []
    if len(words) == 1 and words[0].casefold() in _PRONOUNS:
        return ""
    return " ".join(words) if len(words) <= _SHORT_ANSWER else ""


def asked_of(ask: str, turn: Turn) -> str | None:
    """The turn's question with ``ask`` ("Why", "For how long") as its question words; None where
    that cannot be put in English without knowing the verb.
    """
    question = _last_question(turn)
    answer = short_answer(turn)
    if match := _COUNTING.match(question):
        if _WHICH_ONES.fullmatch(ask) and match["ask"].lower() == "how many":
            return f"Which {match['noun']} {match['verb']} {match['rest']}?"
        return f"{ask} {_counted(match, answer, turn)}?"
    if match := _WHO.match(question):
        verb, rest = match["verb"], match["rest"]
        if re.fullmatch(_BE, verb, re.I) and _PARTICIPLE.match(rest):
            return _spaced(f"{ask} {verb} {answer} {rest}?")
        return _spaced(f"{ask} {verb} {rest} {answer}?")
    if match := _ADVERB.match(question):
        return f"{ask} {match['rest']}?"
    if match := _SUBJECT.match(question):
        does = _done_by(answer, match["rest"])
        return f"{ask} {does}?" if does else None
    if _YES_NO.match(question):
        return f"{ask} {question[0].lower()}{question[1:]}?"
    return f"{ask} ({question[:1].lower()}{question[1:]})?"


def denied(ask: str, turn: Turn) -> str | None:
    """For "Why not?" after "Did he come?": "Why didn't he come?"; None after what was no question
    for yes or no.
    """
    question = _last_question(turn)
    verb, _, rest = question.partition(" ")
    if not _YES_NO.match(question) or not rest:
        return None
    negated = _IRREGULAR.get(verb.casefold(), f"{verb.casefold()}n't")
    return f"{ask} {negated} {rest}?"


def _done_by(answer: str, rest: str) -> str | None:
    """For "Russia" and "takes over the chair": "does Russia take over the chair"; None for another
    form of the verb than "takes", and for no answer.
    """
    verb, _, after = rest.partition(" ")
    if not answer or not re.fullmatch(r"(?!was\b)[a-z]+[^s]s", verb):
        return None
    plain = _THIRD_PERSON.get(verb) or re.sub(r"(?<=[sxzh])es$|(?<=o)es$|s$", "", verb)
    return " ".join(f"does {answer} {re.sub(r'ie$', 'y', plain)} {after}".split())


def _last_question(turn: Turn) -> str:
    """The last sentence of a turn's question without "and" before and marks behind it."""
    sentence = re.split(r"(?<=[.!?])\s+", turn.standalone_question.strip())[-1]
    sentence = re.sub(r"^\W*(?:and|but|so)\s+", "", sentence.rstrip(" ?!."), flags=re.I)
    return re.sub(r"^(who|what|where|when|how)[’']s\b", r"\1 is", sentence, flags=re.I)


def _counted(match: re.Match[str], answer: str, turn: Turn) -> str:
    """For example "did Russia expel ten diplomats", "were seven members of the government sanctioned"."""
    noun, verb, rest = match["noun"], match["verb"], match["rest"]
    counts = match["ask"].lower() == "how many"
    head = noun.split()[0]
    if not answer:
        what = noun if counts else f"the {noun}"
    elif counts and head.lower() not in answer.lower():
        what = f"{answer} {noun}"
    elif counts:
        what = f"{answer}{noun[len(head) :]}"
    else:
        what = answer
    if re.fullmatch(_BE, verb, re.I):
        return f"{verb} {what} {rest}"
    return f"{verb} {rest} {what}"


def _spaced(text: str) -> str:
    return " ".join(text.split()).replace(" ?", "?")
