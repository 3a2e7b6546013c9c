"""Held-out questions with their passages: where there is no answer, none may be in reach."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path

import pytest

from retrieval.datatypes import Article, Context, Passage, ScoredPassage
from retrieval.text.masking import visible_text
from tests.training.builders import TOWNS, write_sets
from training import held_out, squad
from training.news import mentions
from training.shelf import PASSAGES, Asked
from training.squad import Example, Gold

PAIRS = [(town, other) for town in TOWNS for other in TOWNS[:3] if town != other]
FIRST, LAST = "2022-11-01", "2022-12-31"


def talks(town: str, other: str) -> str:
    """Not cut into passages: short enough to be one."""
    return (
        f"The council met on Monday to speak about the harbour. The talks in {town} began at noon. "
        f"A report from {other} had said that nobody would come. The ministers left by train."
    )


def question(town: str, other: str) -> str:
    return f"Where did the talks about the harbour begin, in {other} or elsewhere?"


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty-seven paragraphs that all share the words of every question."""
    path = tmp_path_factory.mktemp("held-out") / "dev.json"
    examples = []
    for number, (town, other) in enumerate(PAIRS):
        text = talks(town, other)
        golds = (Gold(text.index(town), text.index(town) + len(town)),)
        for identifier, own in ((f"q{number}", golds), (f"q{number}-impossible", ())):
            title = f"article {number % 4}"
            examples.append(Example(identifier, "dev", title, question(town, other), text, own))
    squad.write(path, examples)
    return path


@pytest.fixture(scope="module")
def wiki(dev: Path) -> list[Asked]:
    return list(held_out.wiki(dev, 10, seed=1))


def texts(asked: Asked) -> list[str]:
    return [visible_text(c.article, c.passage.range) for c in asked.contexts]


def accepted(identifier: str) -> tuple[str, ...]:
    return (PAIRS[int(identifier.removeprefix("q").removesuffix("-none"))][0],)


def test_as_many_without_an_answer_as_with_one(wiki: list[Asked]) -> None:
    assert [asked.kind for asked in wiki] == ["wiki"] * 10 + ["wiki-none"] * 10
    assert len({asked.id for asked in wiki}) == 20
    assert {asked.id.endswith("-none") for asked in wiki if asked.kind == "wiki-none"} == {True}
    # No question is asked twice, and none that the set itself says has no answer.
    assert len({asked.id.removesuffix("-none") for asked in wiki}) == 20
    assert [asked.id for asked in wiki if "impossible" in asked.id] == []


def test_answerable_questions_find_their_answers(wiki: list[Asked]) -> None:
    for asked in wiki[:10]:
        assert asked.answers == accepted(asked.id)
        assert any(mentions(text, asked.answers) for text in texts(asked))


def test_what_has_no_answer_mentions_none(wiki: list[Asked]) -> None:
    for asked in wiki[10:]:
        assert asked.answers == ()
        assert [t for t in texts(asked) if mentions(t, accepted(asked.id))] == []
        assert asked.contexts, "there is something to be tempted by"


def test_at_most_twelve_passages_best_first(wiki: list[Asked]) -> None:
    assert PASSAGES == 12
    assert {len(asked.contexts) for asked in wiki if asked.kind == "wiki"} == {PASSAGES}
    for asked in wiki:
        assert len(asked.contexts) <= PASSAGES
        scores = [context.retrieved.score for context in asked.contexts]
        assert scores == sorted(scores, reverse=True)
        assert len({context.passage for context in asked.contexts}) == len(asked.contexts)


def test_the_seed_alone_chooses(dev: Path, wiki: list[Asked]) -> None:
    assert list(held_out.wiki(dev, 10, seed=1)) == wiki
    other = [asked.id for asked in held_out.wiki(dev, 10, seed=2)]
    assert other != [asked.id for asked in wiki]


def test_more_questions_than_there_are_will_do(dev: Path) -> None:
    kinds = [asked.kind for asked in held_out.wiki(dev, 1000, seed=1)]
    assert len(kinds) == len(PAIRS)


def record(identifier: str, town: str, published: str | None) -> dict[str, object]:
    text = talks(town, "Lagos")
    return {"id": identifier, "title": "News", "text": text, "published": published}


@pytest.fixture(scope="module")
def quiz(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("quiz")
    articles = [
        record("wanted-old", "Oslo", "2019-05-01"),  # named by a question, whatever its day
        record("same-days", "Paris", "2022/11/20"),
        record("first-day", "Lima", FIRST),
        {**record("headline", "Lima", FIRST), "title": "Where the talks began: Oslo"},
        record("day-before", "Cairo", "2022-10-31"),
        record("day-after", "Quito", "2023-01-01"),
        record("undated", "Delhi", None),
        record("empty-date", "Delhi", ""),
        *(record(f"old-{n}", TOWNS[n % 10], f"20{10 + n % 10}-03-04T10:00:00Z") for n in range(60)),
    ]
    lines = "".join(json.dumps(article) + "\n" for article in articles)
    (folder / "articles.jsonl.gz").write_bytes(gzip.compress(lines.encode(), mtime=0))
    asked = [
        ("n1", "Oslo", "2022/11/05", True),
        ("n2", "Paris", "2022/12/31", True),
        ("n3", "Oslo", "2022/11/05", False),  # no span answers it
        ("n4", "Oslo", "2023/01/01", True),
        ("n5", "Oslo", "2022/10/31", True),
    ]
    (folder / "questions.jsonl").write_text(
        "".join(
            json.dumps(
                {
                    "id": identifier,
                    "question": "Where did the talks about the harbour begin?",
                    "answers": [town],
                    "date": day,
                    "retrieved": ["wanted-old"] if identifier == "n1" else ["same-days"],
                    "answer_in": ["wanted-old", "first-day"] if identifier == "n1" else [],
                    "extractive": extractive,
                }
            )
            + "\n"
            for identifier, town, day, extractive in asked
        )
    )
    return folder


@pytest.fixture(scope="module")
def news(quiz: Path) -> list[Asked]:
    return list(held_out.news(quiz, FIRST, LAST, others=50, seed=1))


def of_kind(asked: list[Asked], kind: str) -> list[Asked]:
    return [item for item in asked if item.kind == kind]


def test_the_quizzes_of_those_days_thrice(news: list[Asked]) -> None:
    assert [(asked.id, asked.kind, asked.answers) for asked in news] == [
        ("n1", "news", ("Oslo",)),
        ("n1-left", "news-left", ()),
        ("n2", "news", ("Paris",)),
        ("n2-left", "news-left", ()),
        ("n1-none", "news-none", ()),
        ("n2-none", "news-none", ()),
    ]


def test_news_left_is_asked_of_what_does_not_hold_the_answer(news: list[Asked]) -> None:
    """Neither of the articles that the quiz names as its evidence, nor of a passage with the
    answer in another one.
    """
    first, second = of_kind(news, "news-left")
    assert {c.article.id for c in first.contexts} == {"same-days"}
    assert [t for t in texts(first) if mentions(t, ("Oslo",))] == []
    # Was: an article whose title says it, which the reader reads.
    assert "headline" not in {c.article.id for c in first.contexts}
    # The second question names no evidence: its article is left out for what it says.
    assert {c.article.id for c in second.contexts} == {"wanted-old", "first-day", "headline"}
    assert [t for t in texts(second) if mentions(t, ("Paris",))] == []


def test_news_is_asked_of_the_named_articles_and_of_those_days(news: list[Asked]) -> None:
    for asked in of_kind(news, "news"):
        named = {context.article.id for context in asked.contexts}
        assert named == {"wanted-old", "same-days", "first-day", "headline"}
        assert len(asked.contexts) <= PASSAGES
    dates = {c.article.id: c.article.published for c in news[0].contexts}
    assert dates["same-days"] == date(2022, 11, 20)


def test_news_none_is_asked_of_earlier_years_without_the_answer(news: list[Asked]) -> None:
    # Was: an article without a date counted as one of an earlier year.
    for asked in of_kind(news, "news-none"):
        wanted = ("Oslo",) if asked.id == "n1-none" else ("Paris",)
        assert [t for t in texts(asked) if mentions(t, wanted)] == []
        assert 0 < len(asked.contexts) <= PASSAGES
        for context in asked.contexts:
            assert context.article.id.startswith("old-")
            assert context.article.published is not None
            assert context.article.published.year < 2022


def test_no_undated_article_is_of_an_earlier_year(quiz: Path) -> None:
    ids = set()
    for seed in range(8):
        path = quiz / "articles.jsonl.gz"
        near, far = held_out._articles(path, {"wanted-old"}, FIRST, LAST, 100, seed)
        assert {article.id for article in near} == {
            "wanted-old",
            "same-days",
            "first-day",
            "headline",
        }
        ids |= {article.id for article in far}
    assert len(ids) > 40
    assert {name for name in ids if not name.startswith("old-")} == set()


@pytest.mark.parametrize("others", [0, 5])
def test_others_bounds_the_articles_of_earlier_years(quiz: Path, others: int) -> None:
    path = quiz / "articles.jsonl.gz"
    _, far = held_out._articles(path, set(), FIRST, LAST, others, seed=1)
    assert len(far) == others


def test_all_kinds_together(dev: Path, quiz: Path, tmp_path: Path) -> None:
    data = write_sets(tmp_path / "data")
    for path in quiz.iterdir():
        (data / "news-dev" / path.name).write_bytes(path.read_bytes())
    made = held_out.all_kinds(dev, data, (FIRST, LAST), 5, seed=1)
    kinds = [asked.kind for asked in made if not asked.kind.startswith("rows")]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "wiki": 5,
        "wiki-none": 5,
        "news": 2,
        "news-left": 2,
        "news-none": 2,
    }
    assert len({asked.id for asked in made}) == len(made)


def test_questions_are_asked_once_more_for_yes_or_no() -> None:
    one, left = article_context("Ann Roe bought a boat."), article_context("It rained.")
    known = [
        Asked("a", "rows", "What did Ann Roe buy?", ("a boat",), (one,)),
        Asked("a-left", "rows-left", "What did Ann Roe buy?", (), (left,)),
        Asked("b", "wiki", "Who bought a boat?", ("Ann Roe",), (one,)),
        Asked("c", "wiki", "When did Ann Roe leave?", ("1996",), (left,)),
    ]
    assert list(held_out.yes_no(known)) == [
        Asked("a-yes", "yes-no", "Did Ann Roe buy a boat?", ("a boat",), (one,)),
        Asked("a-yes-left", "yes-no-left", "Did Ann Roe buy a boat?", (), (left,)),
        Asked("c-yes", "yes-no", "Did Ann Roe leave in 1996?", ("1996",), (left,)),
    ]


def article_context(text: str) -> Context:
    article = Article("a.txt", text)
    return Context(article, ScoredPassage(Passage(article.id, 0, len(text)), 1.0, ()))
