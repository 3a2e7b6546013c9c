"""Which parts of a set a question belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest

from bot.evaluation.judging.judge import strata_of
from bot.evaluation.sets.questions import EvalQuestion, Paragraph
from tests.evaluation.examples import asked, prediction

PUBLISHERS = {"a.txt": "A paper", "b.txt": "B paper"}
ANSWERED, REFUSED = prediction("1", "Oslo"), prediction("1", None)


class Known:
    """Articles of which no more than publisher and day is known."""

    def passage_text(self, article_id: str, start: int, end: int) -> str | None:
        return None

    def source(self, article_id: str) -> str | None:
        return PUBLISHERS.get(article_id)

    def published(self, article_id: str) -> date | None:
        return date(2021, 5, 20) if article_id in PUBLISHERS else None

    def passages(self) -> Iterable[tuple[str, str, str]]:
        return ()

    def article_ids(self) -> Iterable[str]:
        return PUBLISHERS


PARAGRAPH = Paragraph("a.txt", "Title", "Oslo.")


@pytest.mark.parametrize(
    ("question", "source"),
    [
        (asked("1", "Oslo", evidence=("gone.txt", "b.txt"), source="Quiz"), "B paper"),
        # No article here is known to hold it: what was cited instead does not stand for it.
        (asked("1", "Oslo", evidence=("gone.txt",), source="Quiz"), None),
        (asked("1", "Oslo", source="Quiz"), "Quiz"),
        (asked("1", "Oslo", context=PARAGRAPH), "A paper"),
        (asked("1", "Oslo", context=PARAGRAPH, source="Wiki"), "Wiki"),
    ],
)
def test_a_source_does_not_hang_on_whether_the_question_was_answered(
    question: EvalQuestion, source: str | None
) -> None:
    found = [strata_of(question, p, Known(), None).get("source") for p in (ANSWERED, REFUSED)]
    assert found == [source, source]


def test_where_nothing_else_is_known_the_cited_article_gives_source_and_year() -> None:
    question = asked("1", "Oslo")
    strata = strata_of(question, ANSWERED, Known(), 2)
    assert strata == {"source": "A paper", "year": "2021", "turn": "2"}
    assert strata_of(question, REFUSED, Known(), None) == {}
    dated = asked("1", "Oslo", date=date(2020, 1, 1))
    assert strata_of(dated, ANSWERED, Known(), None)["year"] == "2020"
