"""Forms of English verbs, from the past form that a sentence holds."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

_IRREGULAR = """become became become, begin began begun, bind bound bound, bring brought brought,
build built built, buy bought bought, catch caught caught, choose chose chosen, draw drew drawn,
drive drove driven, fight fought fought, find found found, get got got, give gave given,
hear heard heard, hold held held, keep kept kept, lead led led, leave left left, lend lent lent,
lose lost lost, make made made, meet met met, overthrow overthrew overthrown, pay paid paid,
see saw seen, seek sought sought, sell sold sold, send sent sent, shoot shot shot, sign signed
signed, steal stole stolen, strike struck struck, take took taken, teach taught taught,
tell told told, throw threw thrown, win won won, withdraw withdrew withdrawn, write wrote written"""


@dataclass(frozen=True, slots=True)
class Forms:
    """The forms of one verb: attack, attacked, attacked, attacking."""

    base: str
    past: str
    participle: str
    gerund: str


def _gerund(base: str, doubled: bool) -> str:
    if doubled:
        return f"{base}{base[-1]}ing"
    if base.endswith("ie"):
        return f"{base[:-2]}ying"
    if base.endswith("e") and not base.endswith(("ee", "ye", "oe")):
        return f"{base[:-1]}ing"
    return f"{base}ing"


def _irregular() -> dict[str, Forms]:
    found = {}
    for entry in _IRREGULAR.split(","):
        base, past, participle = entry.split()
        doubled = base in {"begin", "get", "win"}
        found[past] = Forms(base, past, participle, _gerund(base, doubled))
    return found


IRREGULAR = _irregular()
PARTICIPLES = {forms.participle: forms for forms in IRREGULAR.values()}


def forms_of(past: str, bases: Collection[str]) -> Forms | None:
    """The forms of a verb by its past; None when no verb of ``bases`` has it."""
    if past in IRREGULAR:
        return IRREGULAR[past]
    if not re.fullmatch(r"[a-z]{2,}ed", past):
        return None
    stem = past[:-2]
    candidates = [f"{stem}e", stem, f"{stem[:-1]}y" if stem.endswith("i") else ""]
    if len(stem) > 2 and stem[-1] == stem[-2]:
        candidates.append(stem[:-1])
    for base in candidates:
        if base in bases:
            return Forms(
                base, past, past, _gerund(base, doubled=base == stem[:-1] and stem != base)
            )
    return None
