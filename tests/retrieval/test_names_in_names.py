"""Names within names are one answer, of which the fuller is shown: "Brooklyn, New York"."""

from __future__ import annotations

import pytest

from retrieval.answer.grouping import group_spans
from retrieval.datatypes import AnswerType as Kind
from retrieval.datatypes import Feature, Query, Span, TextRange
from retrieval.doubles import QuotingReader
from retrieval.pipeline import AnswerSettings
from tests.bot.worlds import answerer_over, article


def named(*names: tuple[str, float, Kind, float]) -> list[tuple[str, list[str]]]:
    """Of names with their margins, kinds and fits: the fullest of each group, and all of it."""
    spans = {
        Span(
            "a.txt", at, at + 1, TextRange(at, at + 1), margin, 0.0, kind,
            (Feature("type_match", fit),),
        ): name
        for at, (name, margin, kind, fit) in enumerate(names)
    }  # fmt: skip
    return [
        (spans[found.fullest], [spans[member] for member in found.spans])
        for found in group_spans(list(spans), spans.__getitem__)
    ]


PERSON, PLACE, NAME, ORGANISATION = Kind.PERSON, Kind.PLACE, Kind.NAME, Kind.ORGANISATION


@pytest.mark.parametrize(
    ("why", "names", "shown"),
    [
        ("a place in a place",
         [("Brooklyn", 5, PLACE, 1.0), ("Brooklyn, New York", 4, PLACE, 0.9)],
         ["Brooklyn, New York"]),
        ("the fuller first",
         [("Brooklyn, New York", 5, PLACE, 0.9), ("Brooklyn", 4, PLACE, 1.0)],
         ["Brooklyn, New York"]),
        ("a title and a first name",
         [("Biden", 5, PERSON, 0.5), ("President Joe Biden", 3, PERSON, 1.0),
          ("Joe Biden", 4, PERSON, 1.0)],
         ["President Joe Biden"]),
        ("far behind: in the group, and not shown",
         [("Biden", 5, PERSON, 0.5), ("Joe Biden", 0.9, PERSON, 1.0)],
         ["Biden"]),
        ("a name of no known kind, and its kind",
         [("Alphabet", 5, NAME, 0.6), ("Alphabet Inc.", 4, ORGANISATION, 0.9)],
         ["Alphabet Inc."]),
        ("a surname of no known kind, and who has it",
         [("Roe", 5, Kind.CLAUSE, 0.3), ("Ann Roe", 4, PERSON, 1.0)],
         ["Ann Roe"]),
        ("a clause that a name begins with is no surname",
         [("Bank", 5, Kind.CLAUSE, 0.3), ("Bank Holding", 4, ORGANISATION, 1.0)],
         ["Bank", "Bank Holding"]),
        ("the whole name again, after a part of it",
         [("Ann Roe", 5, PERSON, 1.0), ("Roe", 4, ORGANISATION, 1.0),
          ("Ann Roe", 3, ORGANISATION, 1.0)],
         ["Ann Roe"]),
        ("a bank is no country",
         [("America", 5, PLACE, 1.0), ("Bank of America", 4, NAME, 0.4)],
         ["America", "Bank of America"]),
        ("two people in a list are not swallowed",
         [("Lavrov", 5, PERSON, 0.8), ("Blinken and Lavrov", 4, PERSON, 0.8),
          ("Blinken", 3, PERSON, 0.8)],
         ["Lavrov", "Blinken and Lavrov", "Blinken"]),
        ("only whole words",
         [("Iran", 5, PLACE, 1.0), ("Iranian Sea", 4, PLACE, 1.0)],
         ["Iran", "Iranian Sea"]),
        ("what is no name is not fuller",
         [("the talks", 5, Kind.CLAUSE, 1.0), ("the talks in Ghent", 4, Kind.CLAUSE, 1.0)],
         ["the talks", "the talks in Ghent"]),
    ],
)  # fmt: skip
def test_names_within_names_are_one_answer_and_the_fuller_is_shown(
    why: str, names: list[tuple[str, float, Kind, float]], shown: list[str]
) -> None:
    found = named(*names)
    assert [fullest for fullest, _ in found] == shown, why
    assert sorted(name for _, group in found for name in group) == sorted(n[0] for n in names)


def test_a_part_of_two_names_belongs_to_the_better_one() -> None:
    """A state says nothing of whether two of its towns are one."""
    found = named(
        ("Albany, New York", 5, PLACE, 1.0),
        ("Utica, New York", 4, PLACE, 1.0),
        ("New York", 3, PLACE, 1.0),
    )
    assert [group for _, group in found] == [["Albany, New York", "New York"], ["Utica, New York"]]


def test_the_fuller_is_the_answer_and_the_first_citation() -> None:
    articles = [
        article("The ship came from Brooklyn on Monday.", "a.txt"),
        article("It had left Brooklyn, New York, in May.", "b.txt"),
    ]
    reader = QuotingReader(["Brooklyn", "Brooklyn, New York"], PLACE)
    answerer = answerer_over(*articles, reader=reader, settings=AnswerSettings(threshold=0.0))
    (group,) = answerer.answer(Query("Where did it come from?")).groups
    assert group.answer == "Brooklyn, New York"
    assert [(c.number, c.article_id, c.quote) for c in group.citations] == [
        (1, "b.txt", "Brooklyn, New York"), (2, "a.txt", "Brooklyn"),
    ]  # fmt: skip
    assert group.origins == 2
