"""Plain statements found in the data: sentences in which somebody did something to something.

QA-SRL and event arguments tell who did what ("Who arrested the men?" "police"). Kept are those
whose words stand in one sentence side by side, so that a script can turn them around safely.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.yes_no.verbs import PARTICIPLES, Forms, forms_of

FILES = ("qasrl-news.json.gz", "wikievents-args.json.gz")
_WHO_DID = re.compile(r"^Who (?P<verb>[a-z]+) (?P<object>[^?]+)\?$")
_DID_WHAT = re.compile(r"^(?:Who|What) did (?P<subject>[^?]+) (?P<base>[a-z]+)\?$")
_ASKED_BASE = re.compile(r"^\w+ (?:did|does|do|might|will|should|can|could) .* (?P<base>[a-z]+)\?$")
_SENTENCE_END = re.compile(r"(?<=[a-z\d)][a-z\d)][.!?]) +(?=[A-Z])")
REPORTED = re.compile(
    r"\b(?:sa(?:id|ys?)|stat(?:e|es|ed|ing)|according|claim\w*|alleg\w*|report\w*|accus\w*|"
    r"suspect\w*|apparent\w*|purport\w*|suppos\w*|if|unless|whether|believ\w*|thought|argu\w*|"
    r"suggest\w*|told|describ\w*|legend|myth\w*|announc\w*|perhaps|possibly|probably|would|could|"
    r"may|might|should|explain\w*|warn\w*|predict\w*|imagin\w*|dream\w*|story|novel|film|add(?:s|ed))\b",
    re.I,
)
"""Where it stands, the sentence may only pass on what somebody says, or tell a story."""
NEGATION = re.compile(r"\b(?:not|never|no|nor|neither|none|nobody|cannot|without)\b|n[’']t\b", re.I)
_POOR = re.compile(
    r"\b(?:I|he|she|it|they|we|you|him|her|them|us|me|who|whom|which|that|this|these|those|what|"
    r"himself|herself|itself|themselves|another|each other|one another|its?|their|his|few|little|"
    r"no|none|nobody|one|ones|some|others?|all|most|more|part)\b|[\"“”;:(){}\[\]]",
    re.I,
)
_STARTS_POORLY = re.compile(
    r"^(?:to|at|by|in|on|of|for|with|as|from|how|why|when|where|if|whether|out|up|off|over|into|"
    r"about|and|or|only|then|not|\W)\b",
    re.I,
)
_LINK = (
    r"(?:, [^,.]{3,50},)?(?: (?:has|have|had))?"
    r"(?: (?:also|later|then|subsequently|recently|eventually|finally|already|once|first))?"
)


@dataclass(frozen=True, slots=True)
class Fact:
    """A sentence cut into what comes before, doer, verb, what it was done to, and the rest.

    ``passive``: the sentence has the other order; ``between`` then is " was arrested by ".
    """

    before: str
    subject: str
    between: str
    verb: Forms
    object: str
    after: str
    passive: bool = False

    @property
    def sentence(self) -> str:
        """The whole sentence, as it stands in the data."""
        first, second = (self.object, self.subject) if self.passive else (self.subject, self.object)
        return f"{self.before}{first}{self.between}{second}{self.after}"

    @property
    def rest(self) -> str:
        """The sentence without the statement."""
        return f"{self.before} {self.after}"

    def put(self, phrase: str, thing: str | None = None) -> str:
        """The sentence with another verb phrase, and another object when one is given."""
        return f"{self.before}{self.subject} {phrase} {thing or self.object}{self.after}"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the data with its answers and the text it is asked about."""

    question: str
    answers: tuple[str, ...]
    context: str


def read_asked(folder: Path) -> list[Asked]:
    """All answered questions, in the order of the files."""
    found = []
    for name in FILES:
        data: list[dict[str, Any]] = json.loads(gzip.decompress((folder / name).read_bytes()))[
            "data"
        ]
        for paragraph in (p for entry in data for p in entry["paragraphs"]):
            found += [
                Asked(qa["question"], tuple(a["text"] for a in qa["answers"]), paragraph["context"])
                for qa in paragraph["qas"]
                if qa["answers"]
            ]
    return found


def bases_of(asked: Sequence[Asked]) -> frozenset[str]:
    """The infinitives that stand in questions: what a past form may come from."""
    return frozenset(m["base"] for one in asked if (m := _ASKED_BASE.match(one.question)))


def sentences_in(context: str) -> list[str]:
    """The whole, plain sentences of a text: no questions, no quotations, not too long."""
    return [
        sentence
        for sentence in _SENTENCE_END.split(context)
        if re.match(r"[A-Z].*[a-z\d)][.!]$", sentence)
        and not re.search(r"[a-z\d][.!] \d", sentence)
        and 5 <= len(sentence.split()) <= 45
        and not re.search(r"[\"“”?:;{}\[\]]|\.\.|\u2019\s|' | - |--", sentence)
    ]


def good(phrase: str) -> bool:
    """Whether a subject or object means something outside its sentence."""
    poor = _POOR.search(phrase) or _STARTS_POORLY.search(phrase)
    return not poor and len(phrase.split()) <= 9 and phrase[-1:].isalnum()


def find_facts(asked: Sequence[Asked]) -> list[Fact]:
    """All statements, each sentence at most once."""
    bases = bases_of(asked)
    found: dict[str, Fact] = {}
    for one in asked:
        fact = next(_facts_of(one, bases), None)
        if fact and fact.sentence not in found:
            found[fact.sentence] = fact
    return list(found.values())


def _facts_of(one: Asked, bases: frozenset[str]) -> Iterator[Fact]:
    answers = sorted((a for a in one.answers if good(a)), key=len, reverse=True)
    pairs: list[tuple[str, str]] = []
    if (did := _DID_WHAT.match(one.question)) and good(did["subject"]):
        pairs = [(did["subject"], answer) for answer in answers]
        verb = did["base"]
    elif (who := _WHO_DID.match(one.question)) and good(who["object"]):
        pairs = [(answer, who["object"]) for answer in answers]
        verb = who["verb"]
    for subject, thing in pairs:
        for sentence in sentences_in(one.context):
            yield from _cut(sentence, subject, thing, verb, bases)


def _cut(
    sentence: str, subject: str, thing: str, verb: str, bases: frozenset[str]
) -> Iterator[Fact]:
    """The sentence as a statement, where its parts stand side by side in it."""
    doer, done = re.escape(subject), re.escape(thing)
    end = r"(?![\w-]|['’]s)"
    active = rf"(?P<a>{doer})(?P<between>{_LINK} (?P<verb>[a-z]+) )(?P<b>{done}){end}"
    passive = rf"(?P<a>{done})(?P<between> (?:was|were) (?P<verb>[a-z]+) by )(?P<b>{doer}){end}"
    for pattern in (active, passive):
        match = re.search(rf"(?<![\w-]){pattern}", sentence, re.I)
        if not match or not _starts_clause(sentence[: match.start()]):
            continue
        forms = PARTICIPLES.get(match["verb"]) or forms_of(match["verb"], bases)
        if forms and verb in (forms.base, forms.past):
            before, after = sentence[: match.start()], sentence[match.end() :]
            first, second = match["a"], match["b"]
            if pattern is passive:
                yield Fact(before, second, match["between"], forms, first, after, passive=True)
            else:
                yield Fact(before, first, match["between"], forms, second, after)


def _starts_clause(before: str) -> bool:
    """Whether a clause of its own may begin after ``before``."""
    return re.fullmatch(r"(?:[A-Z].*, (?:and |but |while )?)?", before) is not None
