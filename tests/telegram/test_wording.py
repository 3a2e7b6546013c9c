"""The bot's languages: every text in the code is in every catalogue, and says the same."""

from __future__ import annotations

import ast
import io
import pickle
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import bot.telegram_bot
from bot.dialogue.conversation import Conversation
from bot.dialogue.small_talk.replies import Listed, NoLibrary, remark_on
from bot.presentation.translation import DOMAIN, LANGUAGES, LOCALE, SOURCE, Wording, wording
from retrieval.answer.abstention import abstention_reason
from retrieval.datatypes import AnswerType
from retrieval.messages import Message, count, say, together, weekday_and_date
from tests.bot.test_remarks import SHELF

ROOT = Path(bot.telegram_bot.__file__).parent.parent.parent
SOURCES = (
    "bot/telegram_bot/**/*.py",
    "bot/dialogue/*.py",
    "bot/dialogue/small_talk/*.py",
    "bot/presentation/*.py",
    "retrieval/**/*.py",
)
"""As `make catalogues` reads them."""
TRANSLATED = sorted(set(LANGUAGES) - {SOURCE})
DYNAMIC = {("phrases.py", "say")}
"""Months, whose names are extracted from ``retrieval.messages``."""
MONDAY = date(2021, 5, 17)


def calls() -> Iterator[tuple[str, ast.Call, str]]:
    """Every call of ``say`` or ``count`` that is one of ours."""
    for pattern in SOURCES:
        for file in sorted(ROOT.glob(pattern)):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                called = node.func
                name = (
                    called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
                )
                ours = name == "say" or (name == "count" and len(node.args) == 3)
                if ours:
                    yield file.name, node, name


def literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def in_the_code() -> set[str | tuple[str, str]]:
    found: set[str | tuple[str, str]] = set()
    for _, call, name in calls():
        one = literal(call.args[0])
        if name == "say" and one is not None:
            found.add(one)
        many = literal(call.args[1]) if name == "count" else None
        if one is not None and many is not None:
            found.add((one, many))
    return found


def catalogue(language: str) -> Catalog:
    with (LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def forms(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_texts_are_written_out_where_they_are_said() -> None:
    """Only what is written out can be collected."""
    assert len(in_the_code()) > 100
    hidden = [
        (file, call.lineno)
        for file, call, name in calls()
        if literal(call.args[0]) is None and (file, name) not in DYNAMIC
    ]
    assert hidden == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated(language: str) -> None:
    """Where this fails: `make catalogues`, then translate what is empty, and again. A text that is
    said inside an f-string is not collected.
    """
    found = catalogue(language)
    translated = {m.id if isinstance(m.id, str) else tuple(m.id) for m in found if m.id}
    assert in_the_code() - translated == set(), "not in the catalogue"
    assert translated - in_the_code() == set(), "no longer in the code"
    assert [m.id for m in found if m.id and not all(forms(m.string))] == []
    assert [m.id for m in found if m.fuzzy and m.id] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_have_the_places_of_their_texts(language: str) -> None:
    for message in catalogue(language):
        if not message.id:
            continue
        for told, form in zip(forms(message.id), forms(message.string), strict=True):
            assert places(form) == places(told), form
            assert form[: len(form) - len(form.lstrip())] == told[: len(told) - len(told.lstrip())]
            assert ending(form) == ending(told) or told == "{day}", form


def ending(text: str) -> str:
    """The mark that a text ends with: what is a sentence in one language is one in the other."""
    return text[-1] if text[-1] in ".:?…" else ""


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalogue_is_compiled(language: str) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(language))
    assert (LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.mo").read_bytes() == compiled.getvalue()


@pytest.mark.parametrize(
    ("code", "fallback", "language"),
    [
        ("de", "en", "de"),
        ("de-AT", "en", "de"),
        ("DE_ch", "en", "de"),
        ("en-GB", "de", "en"),
        ("fr", "en", "en"),
        ("fr", "de-DE", "de"),
        (None, "de", "de"),
        ("", "en", "en"),
        ("fr", "it", "en"),
        ("../../x", "en", "en"),
    ],
)
def test_which_language_is_spoken(code: str | None, fallback: str, language: str) -> None:
    assert wording(code, fallback) == Wording(language)


def test_places_are_filled() -> None:
    german = wording("de")
    assert wording(None).say("Understood as: {question}", question="{x}") == "Understood as: {x}"
    assert german.say("Understood as: {question}", question="{x}") == "Verstanden als: {x}"
    assert german.say("of no catalogue {n}", n=1) == "of no catalogue 1"


@pytest.mark.parametrize(
    ("language", "n", "shown"),
    [
        ("en", 1, "1 article"),
        ("en", 0, "0 articles"),
        ("en", 11468, "11,468 articles"),
        ("de", 1, "1 Artikel"),
        ("de", 11468, "11.468 Artikel"),
    ],
)
def test_counting(language: str, n: int, shown: str) -> None:
    assert Wording(language).count("{n} article", "{n} articles", n) == shown
    assert Wording(language).retold(count("{n} article", "{n} articles", n)) == shown


def test_a_message_is_its_english_text() -> None:
    made = together(say("Hello."), "", say("On {day}", day=weekday_and_date(MONDAY)))
    assert made == "Hello. On Monday, 17 May 2021"
    assert wording("en").retold(made) == made
    assert wording("de").retold(made) == "Hallo. Am Montag, 17. Mai 2021"


def test_words_of_others_are_shown_as_asked_for_and_not_translated() -> None:
    made = say("The last answer is quoted from “{title}”.", title="May")
    assert wording("de").retold(made, str.upper) == "Die letzte Antwort ist aus „MAY“ zitiert."
    assert wording("de").retold("May", str.upper) == "MAY"


@pytest.mark.parametrize("copied", [deepcopy, lambda made: pickle.loads(pickle.dumps(made))])
def test_a_message_outlives_being_copied(copied: object) -> None:
    made = together(say("Hello."), count("{n} article", "{n} articles", 2))
    other = copied(made)  # type: ignore[operator]
    assert isinstance(other, Message)
    assert (other, other.pattern, dict(other.values)) == (made, made.pattern, dict(made.values))
    assert wording("de").retold(other) == "Hallo. 2 Artikel"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("thanks", "Gern geschehen. Die nächste Frage kann kommen."),
        ("hi", "Hallo. Es gibt 4 Artikel. Auf jede Frage wird daraus zitiert, mit Quelle."),
        (
            "how many articles are there?",
            "Es gibt 4 Artikel. Der neueste Artikel ist von Mittwoch, 19. Mai 2021.",
        ),
        ("what’s new since Monday?", "Seit Montag, 17. Mai 2021: 2 Artikel."),
        ("do you have anything about ferry?", "1 Artikel nennt „ferry“:"),
    ],
)
def test_remarks_in_german(typed: str, said: str) -> None:
    found = remark_on(typed, Conversation(), SHELF, today=lambda: date(2021, 5, 20))
    assert found is not None
    assert wording("de").retold(found.text) == said


def test_no_remark_is_left_in_english() -> None:
    known = (
        "hi",
        "help",
        "who are you?",
        "thanks",
        "bye",
        "great",
        "wrong!",
        "are you sure?",
        "ok",
    )
    for library in (SHELF, NoLibrary()):
        for typed in known:
            found = remark_on(typed, Conversation(), library)
            assert found is not None
            said = wording("de").retold(found.text)
            assert not {"the", "There", "is", "and"} & set(said.replace(".", "").split()), said


@pytest.mark.parametrize(
    ("missing", "nearby", "reason"),
    [
        (("regatta",), (), 'Keine Stelle handelt davon; keine nennt "regatta".'),
        ((), (), "Keine Stelle handelt davon."),
        (
            tuple("abcdef"),
            (),
            'Keine Stelle handelt davon; keine nennt "a", "b", "c", "d" oder 2 weitere Wörter der '
            "Frage.",
        ),
    ],
)
def test_reasons_in_german(missing: tuple[str, ...], nearby: tuple[str, ...], reason: str) -> None:
    given = abstention_reason(AnswerType.DATE, (), missing, nearby)
    assert wording("de").retold(given) == reason


def test_listed_articles_are_those_of_the_shelf() -> None:
    """The remark's text is translated, what it lists is not."""
    found = remark_on("list all articles", Conversation(), SHELF)
    assert found is not None
    assert found.articles[0] == Listed(
        "c.txt", "Talks end in Reykjavik", "Northwire", date(2021, 5, 19)
    )
