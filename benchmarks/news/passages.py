"""Retrieves once for every question of a year, and says how often an answer stands there.

    python -m benchmarks.news.passages --index DIR --out runs/news/passages.jsonl

The product's own retriever ranks the passages. Only articles published until the day of the quiz
are searched, as for a person who asks on that day; ``--as-of none`` searches all, which shows how
many answers stand only in articles dated after it. The cache holds the first ``--passages`` of each
question; the shares are printed at every cut-off, each retrieved for itself, because the product
folds near-copies and fuses rankings to the depth that is asked for.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.news.questions import QuizQuestion, quiz_questions
from benchmarks.news.records import CachedPassage, CachedQuestion, write_records
from bot.assembly.application import Application, open_application
from bot.config import load_config
from bot.evaluation.measuring.answers import judge_normalise, squad_normalise
from retrieval.datatypes import Query, ScoredPassage
from retrieval.text.masking import visible_text

QUESTIONS = Path("../shared/data/news-dev/questions.jsonl")


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Whether an accepted answer stands among the passages of one question.

    ``squad`` and ``judge`` normalise as the two judges do; ``article``: whether a passage comes
    from an article that the data names as holding an answer.
    """

    squad: bool
    judge: bool
    article: bool


def holds(texts: Sequence[str], answers: Sequence[str], *, squad: bool = False) -> bool:
    """Whether an accepted answer stands in a text as whole words, both normalised."""
    normalise = squad_normalise if squad else judge_normalise
    golds = [f" {gold} " for answer in answers if (gold := normalise(answer))]
    return any(gold in f" {normalise(text)} " for text in texts for gold in golds)


def retrieve(
    application: Application, question: QuizQuestion, limit: int, until: date | None
) -> CachedQuestion:
    """The question with its first ``limit`` passages."""
    articles = application.index.articles

    def cached(scored: ScoredPassage) -> CachedPassage:
        place = scored.passage
        text = visible_text(articles.article(place.article_id), place.range)
        return CachedPassage(place.article_id, place.start, place.end, scored.score, text)

    found = application.retriever.retrieve(Query(question.question, until, until), limit)
    return CachedQuestion(
        id=question.id,
        question=question.question,
        answers=question.answers,
        date=question.asked.isoformat(),
        reachable=any(_is_indexed(application, id_) for id_ in question.answer_in),
        passages=tuple(cached(scored) for scored in found),
    )


def ceiling(question: QuizQuestion, cached: CachedQuestion) -> Ceiling:
    """Looks for the accepted answers among the passages."""
    texts = [passage.text for passage in cached.passages]
    return Ceiling(
        squad=holds(texts, question.answers, squad=True),
        judge=holds(texts, question.answers),
        article=any(p.article_id in question.answer_in for p in cached.passages),
    )


def _is_indexed(application: Application, article_id: str) -> bool:
    try:
        application.index.articles.article(article_id)
    except KeyError:
        return False
    return True


def _percent(values: Sequence[bool]) -> str:
    return f"{100 * sum(values) / len(values):.1f} % ({sum(values)})"


def main() -> None:
    """Retrieve, write the cache, print the ceilings."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--questions", type=Path, default=QUESTIONS)
    parser.add_argument("--year", type=int, default=2023)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--config", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--passages", type=int, default=12, help="how many are cached")
    parser.add_argument("--as-of", choices=("question", "none"), default="question")
    parser.add_argument("--cut-offs", type=int, nargs="*", default=[20, 50], help="also printed")
    args = parser.parse_args()
    application = open_application(load_config(args.config), args.index)
    questions = quiz_questions(args.questions, args.year)
    caches: dict[int, list[CachedQuestion]] = {}
    for limit in dict.fromkeys([args.passages, *args.cut_offs]):
        caches[limit] = [
            retrieve(application, q, limit, q.asked if args.as_of == "question" else None)
            for q in questions
        ]
        if limit == args.passages:
            write_records(args.out, caches[limit])
    reachable = [q.reachable for q in caches[args.passages]]
    print(f"{len(questions)} questions; the index holds a known article of {_percent(reachable)}")
    print("| passages | answer stands there (SQuAD) | (judge) | known article among them |")
    print("|---|---|---|---|")
    for limit, cache in caches.items():
        found = [ceiling(q, c) for q, c in zip(questions, cache, strict=True)]
        cells = [[c.squad for c in found], [c.judge for c in found], [c.article for c in found]]
        print(f"| {limit} | {' | '.join(_percent(cell) for cell in cells)} |")


if __name__ == "__main__":
    main()
