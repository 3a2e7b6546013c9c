"""What a text wants that is no question to the articles: small talk, and what articles there are.

A closed grammar that must hold the whole text: one word too many and it is a question. "What is new
in the treaty?" is one, "What is new since Monday?" is none.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.dialogue.small_talk import intent_patterns as patterns
from bot.dialogue.small_talk.courtesies import LONGEST, Courtesy, courtesies, without_courtesies
from retrieval.english.query_dates import SpokenDays, spoken_days


class About(StrEnum):
    """What is asked about the program itself or about all of its articles."""

    HELP = "help"
    WHO = "who"
    SOURCES = "sources"
    COUNT = "count"
    ALL = "all"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """Courtesies and nothing else; never empty."""

    courtesies: frozenset[Courtesy]


@dataclass(frozen=True, slots=True)
class ArticlesAbout:
    """Which articles are about ``topic``, in the words that were typed."""

    topic: str


@dataclass(frozen=True, slots=True)
class ArticlesOf:
    """Which articles are of certain days; ``days`` is None where ``said`` means none."""

    said: str
    days: SpokenDays | None


Intent = SmallTalk | About | ArticlesAbout | ArticlesOf

_PROGRAM = {
    About.HELP: patterns.HELP,
    About.WHO: patterns.WHO,
    About.SOURCES: patterns.SOURCES,
}
_COLLECTION = {
    About.COUNT: patterns.COUNT,
    About.ALL: patterns.ALL,
    About.NEWEST: patterns.NEWEST,
}
_SINCE = re.compile(r"(?:since|after)\b", re.I)
_DAY_WORDS = 4
_TOPIC_WORDS = 10
_CLAUSE = re.compile(
    r"\b(?:who|whom|whose|which|what|when|where|why|how|if|whether|because|that|is|was|were|are|did|"
    r"does|do|has|have|had|will|would|should|said|say|says|can|could)\b",
    re.I,
)
_POINTS_BACK = re.compile(
    r"(?:it|its|that|this|these|those|he|him|his|she|her|they|them|their|there|one|ones|me|you|"
    r"(?:that|this|these|those) \w+|else|him too|the same|anything|everything|something)",
    re.I,
)
_AT_END = re.compile(
    rf"(?: please| at all| here| in here| in {patterns.COLLECTION}|,? too| as well)$", re.I
)
_PLEASE = re.compile(r"^(?:please|pls|plz)\b|\b(?:please|pls|plz)$", re.I)
_ENDS = " .,!?;:-*~"
_STRAIGHT = str.maketrans("’‘`´“”„«»", '\'\'\'\'"""""')


def intent_of(text: str, today: date, *, begun: bool = False) -> Intent | None:
    """What ``text`` wants; None where it is a question to the articles, or nothing at all.

    ``begun``: whether something was asked before, so that "what is this?" can mean that.
    ``today`` is the day from which "since Monday" counts.
    """
    if len(text) > LONGEST:
        return None
    if found := courtesies(text):
        return SmallTalk(found)
    asked = _plain(without_courtesies(text))
    if not asked:
        return None
    found_about = _of_program(asked, begun)
    if found_about is None and patterns.COLLECTION_HINT.search(asked):
        return _of_collection(asked, today, begun)
    return found_about


def _of_program(asked: str, begun: bool) -> About | None:
    if not begun and patterns.FIRST_HELP.fullmatch(asked):
        return About.HELP
    return next((about for about, form in _PROGRAM.items() if form.fullmatch(asked)), None)


def _of_collection(asked: str, today: date, begun: bool) -> Intent | None:
    about = next((about for about, form in _COLLECTION.items() if form.fullmatch(asked)), None)
    return about or _of_days(asked, today, begun) or _of_topic(asked, today, begun)


def _of_days(asked: str, today: date, begun: bool) -> ArticlesOf | About | None:
    if patterns.ONLY_NEW.fullmatch(asked) or (not begun and patterns.FIRST_NEW.fullmatch(asked)):
        return About.NEWEST
    match = patterns.TODAYS.fullmatch(asked) or patterns.WHEN.fullmatch(asked)
    if match is None:
        return None
    when = re.sub(r"^(?:published|dated) (?:on )?", "", match["when"], flags=re.I)
    days = spoken_days(when, today)
    # "Since the flood" asks for a day that nobody can tell; "on the flood" is a topic.
    asks_day = _SINCE.match(when) and len(when.split()) <= _DAY_WORDS + 1
    if days is None and (not asks_day or _CLAUSE.search(when)):
        return None
    return ArticlesOf(when, days)


def _of_topic(asked: str, today: date, begun: bool) -> ArticlesAbout | ArticlesOf | None:
    match = patterns.TOPICAL.fullmatch(asked)
    if match is None and not begun:
        match = patterns.FIRST_TOPICAL.fullmatch(asked)
    if match is None:
        return None
    topic = next(group for group in match.groups() if group is not None)
    while (shorter := _AT_END.sub("", topic)) != topic:
        topic = shorter
    topic = topic.strip(" \"'.,;:")
    words = topic.split()
    if not 1 <= len(words) <= _TOPIC_WORDS or _CLAUSE.search(topic):
        return None
    if _POINTS_BACK.fullmatch(topic):
        return None
    if days := spoken_days(topic, today):
        return ArticlesOf(f"on {topic}", days)
    return ArticlesAbout(topic)


def _plain(text: str) -> str:
    """On one line, quotes straight, without emoji and the punctuation at its ends."""
    text = unicodedata.normalize("NFKC", text).translate(_STRAIGHT)
    kept = "".join(" " if unicodedata.category(c) in ("So", "Sk", "Cc", "Cf") else c for c in text)
    return _PLEASE.sub("", " ".join(kept.split()).strip(_ENDS)).strip(_ENDS)
