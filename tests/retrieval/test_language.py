"""The language of a text, and what follows from it when an article is prepared."""

from __future__ import annotations

import pytest

from retrieval.text.language import is_foreign, language_of

from .builders import prepared

GERMAN = "Die Brücke über den Fluss wird ab dem 3. April gesperrt. Sie ist alt, sagte die Stadt."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GERMAN, "de"),
        ("Le pont est fermé depuis hier, a dit le maire de la ville à la presse.", "fr"),
        ("The bridge over the river is closed from 3 April. It is old, the town said.", "en"),
        ("Reykjavik", "en"),
        ("", "en"),
        ("\x00\ud800 12 :-)", "en"),
    ],
)
def test_english_where_no_other_is_sure(text: str, expected: str) -> None:
    assert language_of(text, sure=0.95) == expected


def test_the_beginning_decides() -> None:
    assert language_of(GERMAN * 12 + " The town said that it is closed." * 1000, sure=0.95) == "de"


def test_an_article_is_parted_as_its_language_asks() -> None:
    article = prepared("Brücke gesperrt\n\n" + GERMAN)
    shown = [article.text[s.start : s.end] for s in article.sentences]
    assert "Die Brücke über den Fluss wird ab dem 3. April gesperrt." in shown


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Wer ist die Bürgermeisterin der Stadt?", True),
        ("Combien de personnes sont mortes dans l'incendie?", True),
        ("Who is Erika Lang?", False),
        ("Who leads Bündnis 90/Die Grünen?", False),
        ("ferry strike end", False),
        ("Erika Lang", False),
        ("", False),
    ],
)
def test_only_what_is_surely_another_language_is_foreign(question: str, expected: bool) -> None:
    assert is_foreign(question) is expected
