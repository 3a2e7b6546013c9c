"""Requests that no passage answers: a summary, a number without a choice, the article itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from bot.dialogue.conversation import Answered, Choice, Conversation, OpenChoice, Turn
from bot.dialogue.small_talk.replies import Listed, NoLibrary
from bot.dialogue.small_talk.requests import Request, remark_on_request, request_of
from retrieval.datatypes import AnswerType

ANSWERED = Conversation().with_turn(
    Turn("Who won?", "Who won?", Answered("Holm", "Holm won.", "A race", "race.txt"))
)
RACE = Listed("race.txt", "A race", "Northwire", date(2021, 5, 18), author="By Ann Berg")


class Shelf(NoLibrary):
    """One article."""

    def __init__(self, article: Listed) -> None:
        self._article = article

    def of(self, article_id: str) -> Listed | None:
        return self._article if article_id == self._article.article_id else None


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("give me a summary", Request.SUMMARY),
        ("Can you summarize the strike?", Request.SUMMARY),
        ("What is the timeline of the case?", Request.SUMMARY),
        ("2", Request.NUMBER),
        ("(2)", Request.NUMBER),
        ("Who wrote that article?", Request.ARTICLE),
        ("and when was this story published?", Request.ARTICLE),
        ("what has Ann Berg written?", Request.AUTHOR),
        ("Articles by Ann Berg", Request.AUTHOR),
        ("show me all stories written by Ann Berg.", Request.AUTHOR),
        ("Do you have anything by O'Neil?", Request.AUTHOR),
        ("What has the minister of health written to the board?", None),
        ("Which articles by Ann Berg mention ferries?", None),
        ("2022", None),
        ("Who wrote it?", None),
        ("What did the summary say?", None),
        ("Who published the summary of the inquiry?", None),
    ],
)
def test_what_is_a_request(text: str, request_: Request | None) -> None:
    assert request_of(text) is request_


def said(text: str, conversation: Conversation = ANSWERED, article: Listed = RACE) -> str | None:
    remark = remark_on_request(text, conversation, Shelf(article))
    return None if remark is None else str(remark.text)


def test_a_summary_is_not_written_and_what_comes_nearest_is_named() -> None:
    told = said("summary please") or ""
    assert "writes no summary" in told
    assert "Do you have anything about" in told
    assert "/sources" in told
    assert "/sources" not in (said("summary please", Conversation()) or "")


def test_a_number_picks_nothing_where_nothing_is_open() -> None:
    assert "no choice open that “2” could pick" in (said("2") or "")
    choices = (Choice("a", "A?"), Choice("b", "B?"))
    waiting = ANSWERED.with_open_choice(OpenChoice("q?", choices))
    assert said("2", waiting) is None


def test_who_wrote_the_article_and_when() -> None:
    told = said("who wrote that article?") or ""
    assert "It is signed: By Ann Berg. It is of Tuesday, 18 May 2021." in told
    unsigned = Listed("race.txt", "A race")
    told = said("who wrote that article?", article=unsigned) or ""
    assert "names no author. It has no date that can be relied on." in told
    assert said("who wrote that article?", Conversation()) is None
    gone = Listed("other.txt", "Gone")
    assert said("who wrote that article?", article=gone) is None


def test_whom_nobody_named_is_not_known() -> None:
    refused = Turn("Who stole the boats?", "Who stole the boats?", None, AnswerType.PERSON)
    told = said("How old is he?", Conversation().with_turn(refused)) or ""
    assert "Whom “he” means is not known" in told
    assert "“Who stole the boats?”" in told
    assert said("How old is the mayor?", Conversation().with_turn(refused)) is None
    asked = "Whom did Anna Holm meet?"
    named = Turn(asked, asked, None, AnswerType.PERSON)
    assert said("How old is she?", Conversation().with_turn(named)) is None
    assert said("How old is he?") is None


class Signed(NoLibrary):
    """Articles that one author signed."""

    def __init__(self, number: int) -> None:
        self._found = [
            Listed(f"{n}.txt", f"Race {n}", published=date(2021, 5, n + 1)) for n in range(number)
        ]

    def count(self, as_of: date | None = None) -> int:
        return 20

    def by(self, author: str, limit: int, as_of: date | None = None) -> Sequence[Listed]:
        return self._found[:limit] if author == "Ann Berg" else ()


@pytest.mark.parametrize("asked", ["What has Ann Berg written?", "articles by Ann Berg"])
def test_what_somebody_has_written_is_listed(asked: str) -> None:
    one = remark_on_request(asked, Conversation(), Signed(1))
    assert one is not None
    assert str(one.text) == "1 article is signed by “Ann Berg”:"
    assert [found.title for found in one.articles] == ["Race 0"]
    many = remark_on_request(asked, Conversation(), Signed(12), date(2021, 6, 1))
    assert many is not None
    assert str(many.text) == (
        "More than 10 articles up to Tuesday, 1 June 2021 are signed by “Ann Berg”. The newest 10:"
    )
    assert len(many.articles) == 10


def test_who_signed_nothing_may_still_have_written_what_articles_tell_of() -> None:
    asked = "What has Bo Lind written?"
    assert remark_on_request(asked, Conversation(), Signed(1)) is None
    told = remark_on_request("articles by Bo Lind", Conversation(), Signed(1))
    assert told is not None
    assert str(told.text) == "No article is signed by “Bo Lind”."
    assert remark_on_request("articles by Bo Lind", Conversation(), NoLibrary()) is None
