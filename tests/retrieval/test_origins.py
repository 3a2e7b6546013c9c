"""Who owes whom: one article, one publisher, copies of a story and retellings are one origin."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answer.facts.origins import Origins, Source, origins_of

WIRE = tuple("the meeting lasted one hour and 45 minutes in reykjavik".split())
OWN = tuple("reporters waited for 105 minutes outside the concert hall".split())
OTHER = tuple("the two ministers talked for an hour and three quarters".split())


def source(
    article: str, words: Sequence[str] = (), publisher: str | None = None, text: str = ""
) -> Source:
    return Source(article, tuple(words), publisher, text)


@pytest.mark.parametrize(
    ("sources", "independent", "publishers"),
    [
        ([], 0, 0),
        ([source("a", WIRE)], 1, 1),
        ([source("a", WIRE), source("b", OWN)], 2, 2),
        ([source("a", WIRE), source("a", OWN)], 1, 1),
        ([source("a", WIRE), source("b", WIRE)], 1, 2),
        ([source("a", WIRE), source("b", [*WIRE, "officials", "said"])], 1, 2),
        ([source("a", WIRE), source("b", WIRE), source("c", OWN)], 2, 3),
        ([source("a", WIRE), source("b", OWN), source("b", WIRE)], 1, 2),
        ([source("a"), source("b")], 2, 2),
        # Five pages of one paper are one paper, however it is written.
        ([source("a", WIRE, "USA TODAY"), source("b", OWN, "usatoday.com")], 1, 1),
        ([source("a", WIRE, "The Times"), source("b", OWN, "Times")], 1, 1),
        ([source("a", WIRE, "CNN"), source("b", OWN, "Fox News")], 2, 2),
        # Retellings.
        ([source("a", WIRE, "AP"), source("b", OWN, "Post", "It lasted long, AP reports.")], 1, 2),
        ([source("a", WIRE, "CNN"), source("b", OWN, "Post", "An aide told CNN so.")], 1, 2),
        (
            [
                source("a", WIRE, "Post", "It lasted long (Reuters)."),
                source("b", OWN, "Sun", "It was long, according to Reuters."),
            ],
            1,
            2,
        ),
        # Two papers that name one official owe each other nothing.
        (
            [
                source("a", WIRE, "Post", "It lasted long, according to Mr Lavrov."),
                source("b", OWN, "Sun", "Lavrov told reporters that it was long."),
            ],
            2,
            2,
        ),
    ],
)
def test_origins(sources: Sequence[Source], independent: int, publishers: int) -> None:
    for order in (sources, sources[::-1]):
        assert origins_of(order) == Origins(independent, publishers)


SOURCES = st.lists(
    st.builds(
        Source,
        st.sampled_from("abcde"),
        st.sampled_from((WIRE, OWN, OTHER, ())),
        st.sampled_from((None, "CNN", "cnn.com", "AP", "The Associated Press", "Post")),
        st.sampled_from(("", "AP reports.", "She told CNN.", "(Reuters)")),
    ),
    max_size=6,
)


@given(SOURCES, st.randoms(use_true_random=False))
def test_no_more_origins_than_publishers_or_articles(sources: list[Source], random: object) -> None:
    """An article has one publisher; whatever the order, the counts are the same."""
    whose = {source.article: source.publisher for source in sources}
    told = [Source(s.article, s.words, whose[s.article], s.credits) for s in sources]
    found = origins_of(told)
    assert found.independent <= found.publishers <= len({s.article for s in told})
    assert bool(found.independent) == bool(told)
    random.shuffle(told)  # type: ignore[attr-defined]  # a random.Random
    assert origins_of(told) == found
