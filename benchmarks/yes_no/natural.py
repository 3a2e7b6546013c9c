"""Pairs whose sentence stands in the data as it is: plans, possibilities and denials."""

from __future__ import annotations

import re
from collections.abc import Iterator

from benchmarks.yes_no.facts import NEGATION, REPORTED, Asked, good, sentences_in
from benchmarks.yes_no.pair import Pair, did

_UNDONE = "fail(?:s|ed)|refuse[sd]|decline[sd]"
_PLANS = (
    "promise[sd]|plan(?:s|ned)|sought|seeks?|want(?:s|ed)?|hope[sd]|tr(?:ies|ied)|attempt(?:s|ed)|"
    f"vow(?:s|ed)|agree[sd]|intend(?:s|ed)?|threaten(?:s|ed)|offer(?:s|ed)|pledge[sd]|{_UNDONE}"
)
_MODALS = "may|might|should|will|must"
_TOLD_FURTHER = re.compile(r"\b(?:but|until|although|though|then|successful\w*)\b", re.I)
"""What comes of a plan may be told in the same sentence."""
_WHO_PLANS = re.compile(rf"^Who (?P<how>{_PLANS}) (?P<base>[a-z]+) (?P<object>[^?]+)\?$")
_WHO_MAY = re.compile(rf"^Who (?:{_MODALS}) (?P<base>[a-z]+) (?P<object>[^?]+)\?$")
_WHAT_MAY = re.compile(rf"^(?:Who|What) (?:{_MODALS}) (?P<subject>[^?]+) (?P<base>[a-z]+)\?$")
_WHO_NOT = re.compile(r"^(?:Who|What) (?:did|does|do)n't (?P<base>[a-z]+) (?P<object>[^?]+)\?$")
_WHAT_NOT = re.compile(r"^(?:Who|What) (?:did|does|do)n't (?P<subject>[^?]+) (?P<base>[a-z]+)\?$")


def natural_pairs(asked: list[Asked]) -> Iterator[Pair]:
    """All of them, in the order of the data."""
    for one in asked:
        answers = [a for a in one.answers if good(a)]
        for pattern, make in (
            (_WHO_PLANS, _planned),
            (_WHO_MAY, _possible),
            (_WHAT_MAY, _possible),
            (_WHO_NOT, _denied),
            (_WHAT_NOT, _denied),
        ):
            if match := pattern.match(one.question):
                parts = match.groupdict()
                for answer in answers:
                    subject, thing = parts.get("subject", answer), parts.get("object", answer)
                    if good(subject) and good(thing):
                        for sentence in sentences_in(one.context):
                            yield from make(sentence, subject, parts["base"], thing)


def _stands(sentence: str, subject: str, middle: str, thing: str) -> re.Match[str] | None:
    """Where subject, words and object stand side by side, with nothing unsure around them."""
    match = re.search(
        rf"(?<![\w-]){re.escape(subject)} {middle} {re.escape(thing)}(?![\w-]|['’]s)",
        sentence,
        re.I,
    )
    if not match:
        return None
    rest = f"{sentence[: match.start()]} {sentence[match.end() :]}"
    unsure = REPORTED.search(rest) or NEGATION.search(rest) or _TOLD_FURTHER.search(rest)
    return None if unsure else match


def _planned(sentence: str, subject: str, base: str, thing: str) -> Iterator[Pair]:
    if match := _stands(sentence, subject, rf"(?P<how>{_PLANS}) to {base}", thing):
        undone = re.fullmatch(_UNDONE, match["how"])
        label, kind = ("no", "refused") if undone else ("unclear", "planned, natural")
        yield Pair(kind, sentence, did(subject, base, thing), label)


def _possible(sentence: str, subject: str, base: str, thing: str) -> Iterator[Pair]:
    if _stands(sentence, subject, rf"(?:{_MODALS}) {base}", thing):
        yield Pair("possible, natural", sentence, did(subject, base, thing), "unclear")


def _denied(sentence: str, subject: str, base: str, thing: str) -> Iterator[Pair]:
    if match := _stands(sentence, subject, rf"(?P<how>did|does|do)(?:n['’]t| not) {base}", thing):
        question = did(subject, base, thing, match["how"].capitalize())
        yield Pair("denied, natural", sentence, question, "no")
