"""More conversations, made of questions that people asked of one text.

Two questions on the same paragraph are two turns. Where the second speaks of a name that the first
turn holds, a pronoun or "the" with the name's last noun takes its place: the question as it was is
then its rewrite. Where it does not, it must be left alone.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from training.rewriter.canard import Exchange

_CAPITALISED = r"[A-Z][\w.’'&-]*"
_NAME = re.compile(
    rf"(?:[Tt]he )?{_CAPITALISED}(?: (?:of|the|and|de|van|for) {_CAPITALISED}| {_CAPITALISED})*"
)
_ASKING = re.compile(
    r"^(?:Who|Whom|Whose|What|Which|When|Where|Why|How|In|On|At|For|From|To|By|Is|Are|Was|Were|Do|Does|Did|"
    r"Has|Have|Had|Can|Could|Will|Would|Should|The|A|An|According|About|After|Before|During)\b ?"
)
_PRONOUN = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|its|their|this|that|these|those|there)\b", re.I
)
_HEAD_NOUNS = (
    "Council Party Company University Ministry Series Church Bank Army League Union War "
    "Treaty Empire City River School Act Court Group Government Committee Festival "
    "Museum Award Prize Island Islands Kingdom Republic Team Club Agency Association "
    "Society Institute Commission Department Championship Cup Games Convention "
    "Declaration Assembly Parliament Congress Senate Movement Revolution Dynasty Period "
    "Era Valley Mountains Sea Lake Language Program Project Foundation College "
    "Corporation"
).split()
_HEADS = re.compile(rf"^(?:the )?(?:[\w.’'&-]+ )+(?P<head>{'|'.join(_HEAD_NOUNS)})$", re.I)
_MOST_HISTORY = 3


@dataclass(frozen=True, slots=True)
class Pair:
    """A question after some turns (oldest first) and its rewrite."""

    history: tuple[Exchange, ...]
    question: str
    rewrite: str


def load(paths: list[Path], seed: int) -> list[Pair]:
    """The pairs of SQuAD-format files, one for each question that has another before it."""
    rng = random.Random(seed)
    return [pair for path in paths for pair in _of_file(path, rng)]


def _of_file(path: Path, rng: random.Random) -> Iterator[Pair]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        document = json.load(file)
    for article in document["data"]:
        for paragraph in article["paragraphs"]:
            yield from _of_paragraph(paragraph["context"], paragraph["qas"], rng)


def _of_paragraph(
    text: str, questions: list[dict[str, object]], rng: random.Random
) -> Iterator[Pair]:
    turns = [
        Exchange(asked, asked, _answer(question, text, rng))
        for question in questions
        if (asked := str(question["question"]).strip())
    ]
    rng.shuffle(turns)
    for number, turn in enumerate(turns[1:], start=1):
        history = tuple(turns[max(0, number - rng.randint(1, _MOST_HISTORY)) : number])
        said = " ".join(f"{h.standalone} {h.answer}" for h in history)
        shortened = _shortened(turn.question, said, text, rng)
        if shortened is not None:
            yield Pair(history, shortened, turn.question)
        elif not _PRONOUN.search(turn.question):
            yield Pair(history, turn.question, turn.question)


def _answer(question: dict[str, object], text: str, rng: random.Random) -> str:
    """The answer, or as often the sentence around it: a citation shows both."""
    answers = question["answers"]
    assert isinstance(answers, list)
    if not answers:
        return ""
    answer, at = str(answers[0]["text"]), int(answers[0]["answer_start"])
    if rng.random() < 0.5:
        return answer
    start = max(text.rfind(". ", 0, at) + 2, 0) if ". " in text[:at] else 0
    end = text.find(". ", at + len(answer))
    return text[start : end + 1 if end >= 0 else len(text)]


def _shortened(question: str, said: str, text: str, rng: random.Random) -> str | None:
    """The question with a name that was said before as a pronoun; None where there is none."""
    first = _ASKING.match(question)
    offset = first.end() if first else 0
    names = [m for m in _NAME.finditer(question, offset) if m.group().removeprefix("the ") in said]
    if not names or _PRONOUN.search(question):
        return None
    name = max(names, key=lambda m: len(m.group()))
    before, after = question[: name.start()], question[name.end() :]
    if not _stands_free(before, after):
        return None
    owns = re.match(r"[’']s?\b|[’'](?= )", after)
    rest = after[owns.end() :] if owns else after
    head = _HEADS.match(name.group())
    if head and rng.random() < 0.6 and not owns:
        return f"{before}{rng.choice(('the', 'the', 'this', 'that'))} {head['head'].lower()}{after}"
    return f"{before}{_pronoun(name.group(), text, before, bool(owns), rng)}{rest}"


def _stands_free(before: str, after: str) -> bool:
    """Whether the name is a noun phrase of its own, not the half of a longer one."""
    if re.search(
        r"(?:\b(?:an?|this|that|other|first|own|new|old|former|most)|[\w’']+-|[“\"‘'(])\s*$",
        before,
        re.I,
    ):
        return False
    is_subject = re.search(
        r"\b(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\s+$",
        before,
        re.I,
    )
    if re.match(
        r"\W*$|[’']|,|\s+(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|"
        r"should|in|on|at|of|for|from|to|by|with|as|about|after|before|during|when|that|and)\b",
        after,
    ):
        return True
    return bool(is_subject)


def _pronoun(name: str, text: str, before: str, owns: bool, rng: random.Random) -> str:
    lowered = f" {text.lower()} "
    he, she = (
        lowered.count(" he ") + lowered.count(" his "),
        lowered.count(" she ") + lowered.count(" her "),
    )
    words = name.split()
    is_person = len(words) <= 3 and words[0][0].isupper() and words[0] != "The" and he + she > 0
    is_object = bool(
        re.search(
            r"\b(?:to|of|by|with|for|from|about|against|in|on|at|after|before|did \w+ \w+)\s*$",
            before,
        )
    )
    if is_person:
        kind = ("he", "him", "his") if he >= she else ("she", "her", "her")
    elif name.endswith("s") and not name.startswith("The ") and rng.random() < 0.7:
        kind = ("they", "them", "their")
    else:
        kind = ("it", "it", "its")
    return kind[2] if owns else kind[1] if is_object else kind[0]
