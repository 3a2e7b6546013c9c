"""Pairs made from a plain statement: asked as it is, and turned so that it says less or no."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from benchmarks.yes_no.facts import NEGATION, REPORTED, Fact
from benchmarks.yes_no.pair import Pair, did, lower_first, upper_first

Maker = Callable[[Fact, random.Random], Pair | None]
_NAME = re.compile(r"(?:[A-Z][\w'’-]+)(?: (?:[A-Z][\w'’-]+))*")
_NO_NAME = re.compile(
    r"\b(?:\w+ly|Under|Despite|Throughout|Since|Until|Among|Unlike|Within|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|"
    r"May|June|July|August|September|October|November|December|AD|BC|In|On|At|The|After|When|During|"
    r"As|While|Although|However|For|Some|Around|About|Many|Following|Earlier|Later|Both|With)\b"
)
_NOT_TURNED = frozenset(
    "become remain have marry meet face fight join play tie match divorce accompany".split()
)
"""Verbs without a passive, or true both ways round: who married whom."""
_FREE_NAME = re.compile(
    rf"(?<!In )(?<!in )(?<!and )(?<![\w’'-])({_NAME.pattern})(?=[,.]|'s? | (?:and|of|to|for|on)\b)"
)
"""A name that is no adjective ("German officers") and not the place of it all."""
_TELLS_MORE = re.compile(r", \w+ing\b|\bbut\b")
"""What follows may tell that it happened: "ordered to shoot, killing two"."""
# {base}, {past}, {participle} and {gerund} are forms of the verb, {was} agrees with the subject.
PHRASES = {
    "negated": ("no", ("did not {base}", "didn't {base}", "never {past}", "has not {participle}")),
    "failed": (
        "no",
        ("failed to {base}", "refused to {base}", "stopped short of {gerund}",
         "did not manage to {base}"),
    ),
    "attempted": (
        "unclear",
        ("tried to {base}", "attempted to {base}", "{was} about to {base}",
         "took steps to {base}"),
    ),
    "planned": (
        "unclear",
        ("planned to {base}", "vowed to {base}", "agreed to {base}", "{was} preparing to {base}",
         "will {base}"),
    ),
    "alleged": (
        "unclear",
        ("allegedly {past}", "{was} accused of {gerund}", "{was} suspected of {gerund}",
         "{was} said to have {participle}", "{was} believed to have {participle}"),
    ),
    "acquitted": (
        "unclear",
        ("{was} acquitted of {gerund}", "{was} cleared of {gerund}", "denied {gerund}",
         "{was} found not guilty of {gerund}"),
    ),
    "ordered": (
        "unclear",
        ("{was} ordered to {base}", "{was} asked to {base}", "{was} allowed to {base}",
         "{was} urged to {base}"),
    ),
}  # fmt: skip
_PLURAL = re.compile(r"(?:[a-z]{3,}[^su]s|people|[Pp]olice|men|women)$|\band\b")


def was(phrase: str) -> str:
    """The verb that agrees with a subject: was or were."""
    head = re.split(r" (?:of|in|from|for|at|to|on|around) ", phrase)[0]
    return "were" if _PLURAL.search(head) else "was"


def plainly(fact: Fact) -> bool:
    """Whether the whole sentence states things, and denies none."""
    return not REPORTED.search(fact.sentence) and not NEGATION.search(fact.sentence)


def ask(fact: Fact, subject: str | None = None, thing: str | None = None) -> str:
    """The question whether the doer did it, or another doer, or to another thing."""
    return did(subject or fact.subject, fact.verb.base, thing or fact.object)


def plain(fact: Fact, _: random.Random) -> Pair | None:
    """The statement, asked in its own words."""
    if fact.passive or not plainly(fact):
        return None
    return Pair("plain", fact.sentence, ask(fact), "yes")


def denial_elsewhere(fact: Fact, _: random.Random) -> Pair | None:
    """The statement, in a sentence that denies something else."""
    if REPORTED.search(fact.sentence) or not NEGATION.search(fact.rest):
        return None
    return Pair("denial of something else", fact.sentence, ask(fact), "yes")


def denial_added(fact: Fact, rng: random.Random) -> Pair | None:
    """The statement, followed by a clause that denies something else."""
    if fact.passive or not plainly(fact) or not fact.sentence.endswith("."):
        return None
    tail = rng.choice(
        (", though not for the first time.", ", with no further comment.",
         ", and nobody was surprised.", ", but this was not the end of it.")
    )  # fmt: skip
    return Pair("denial of something else", fact.sentence[:-1] + tail, ask(fact), "yes")


def phrase(kind: str) -> Maker:
    """The maker of pairs with one of the verb phrases of a kind."""
    label, phrases = PHRASES[kind]

    def make(fact: Fact, rng: random.Random) -> Pair | None:
        if fact.passive or not plainly(fact) or _TELLS_MORE.search(fact.after):
            return None
        verb = fact.verb
        words = rng.choice(phrases).format(
            base=verb.base, past=verb.past, participle=verb.participle, gerund=verb.gerund,
            was=was(fact.subject),
        )  # fmt: skip
        return Pair(kind, fact.put(words), ask(fact), label)

    return make


def _passive_sentence(fact: Fact) -> str:
    verb = f"{was(fact.object)} {fact.verb.participle} by"
    thing = lower_first(fact.object) if fact.before else upper_first(fact.object)
    return f"{fact.before}{thing} {verb} {lower_first(fact.subject)}{fact.after}"


def _turns(fact: Fact) -> bool:
    """Whether doer and object could change places: both hold a name, or people."""
    return (
        plainly(fact)
        and all(
            _NAME.search(lower_first(end)) or was(end) == "were"
            for end in (fact.subject, fact.object)
        )
        and fact.verb.base not in _NOT_TURNED
    )


def passive_asked(fact: Fact, _: random.Random) -> Pair | None:
    """An active sentence, asked in the passive."""
    if not plainly(fact) or fact.passive or fact.verb.base in _NOT_TURNED:
        return None
    verb, thing = fact.verb.participle, lower_first(fact.object)
    question = f"{was(fact.object).capitalize()} {thing} {verb} by {lower_first(fact.subject)}?"
    return Pair("asked in the passive", fact.sentence, question, "yes")


def passive_told(fact: Fact, _: random.Random) -> Pair | None:
    """A sentence in the passive, asked in the active."""
    if not _turns(fact):
        return None
    sentence = fact.sentence if fact.passive else _passive_sentence(fact)
    return Pair("told in the passive", sentence, ask(fact), "yes")


def swapped(fact: Fact, _: random.Random) -> Pair | None:
    """Who did it to whom, the other way round."""
    if fact.passive or not _turns(fact):
        return None
    return Pair("roles swapped", fact.sentence, ask(fact, fact.object, fact.subject), "unclear")


def swapped_passive(fact: Fact, _: random.Random) -> Pair | None:
    """A sentence in the passive, asked as if it were in the active."""
    if not _turns(fact):
        return None
    sentence = fact.sentence if fact.passive else _passive_sentence(fact)
    question = ask(fact, fact.object, fact.subject)
    return Pair("roles swapped, passive", sentence, question, "unclear")


def _bare(phrase: str) -> str:
    """The phrase without an article."""
    return re.sub(r"^(?:the|a|an) ", "", phrase, flags=re.I)


def _names(text: str, fact: Fact) -> list[str]:
    known = f"{fact.subject} {fact.object}".casefold()
    return [
        name
        for name in _FREE_NAME.findall(text)
        if len(name) > 3 and not _NO_NAME.search(name) and name.casefold() not in known
    ]


def other_subject(fact: Fact, rng: random.Random) -> Pair | None:
    """Asked of another name that stands before the doer, with the doer's verb."""
    names = _names(fact.before, fact)
    if fact.passive or not names or not plainly(fact):
        return None
    return Pair("another doer", fact.sentence, ask(fact, subject=rng.choice(names)), "unclear")


def other_doer_added(fact: Fact, rng: random.Random) -> Pair | None:
    """Asked of a name that an added phrase puts before the doer."""
    if fact.passive or fact.before or not plainly(fact):
        return None
    name = rng.choice(("Keller", "the Northern Alliance", "Ruth Adeyemi", "the mayor of Aldford"))
    opening = rng.choice(
        (
            "To the surprise of",
            "In the absence of",
            "Two days after a visit of",
            "At a meeting with",
        )
    )
    sentence = f"{opening} {name}, {lower_first(fact.sentence)}"
    return Pair("another doer", sentence, ask(fact, subject=name), "unclear")


def other_object(fact: Fact, rng: random.Random) -> Pair | None:
    """Asked of another name that stands after the object."""
    names = _names(fact.after, fact)
    together = re.match(r"(?: and|,| or| including| of)\b", fact.after)
    if fact.passive or not names or together or not plainly(fact):
        return None
    return Pair("another object", fact.sentence, ask(fact, thing=rng.choice(names)), "unclear")


def part_of_object(fact: Fact, rng: random.Random) -> Pair | None:
    """The sentence tells it of something that only belongs to what is asked about."""
    if fact.passive or not plainly(fact) or not _NAME.match(_bare(fact.object)):
        return None
    of = rng.choice(("a rival of", "a report on", "the neighbours of", "a critic of"))
    sentence = fact.put(fact.verb.past, f"{of} {lower_first(fact.object)}")
    return Pair("something about the object", sentence, ask(fact), "unclear")


def other_facts_object(facts: Sequence[Fact]) -> Maker:
    """The maker of pairs that ask of an object that stands in another sentence."""

    def make(fact: Fact, rng: random.Random) -> Pair | None:
        thing = rng.choice(facts).object
        noun = re.match(r"(?:the|a|an|[A-Z]\S*) [^,]+$", thing)
        if not noun or thing.casefold() in fact.sentence.casefold() or not plainly(fact):
            return None
        return Pair("another object", fact.sentence, ask(fact, thing=thing), "unclear")

    return make
