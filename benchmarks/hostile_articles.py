"""What a question costs over articles full of text that is no prose, against a plain article.

    python -m benchmarks.hostile_articles
    python -m benchmarks.hostile_articles --unit CSV --profile

Each article is prose with 60 KB of one unit (``hostile_units``) between its paragraphs, as runs in
one line and as lines of their own. The bundled reader reads the first sixteen passages, and so it
does of a plain article: what is printed is the processor time of the first by that of the second,
each the least of several rounds in turns. No question may cost three times the plain one.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from time import process_time

from benchmarks.hostile_units import UNITS, Unit, filled
from retrieval.answer.calibration import Calibration
from retrieval.datatypes import Query
from retrieval.doubles import no_similarity
from retrieval.index.single_article import SingleArticle
from retrieval.index.tokenization import tokenize_with_offsets
from retrieval.ingest.passages import WindowSize, passages_of
from retrieval.ingest.preparing import prepare
from retrieval.ingest.raw import RawArticle
from retrieval.pipeline import AnswerSettings, QuestionAnswerer
from retrieval.protocols import Reader
from retrieval.reader.extractive import ExtractiveReader
from retrieval.reader.model_store import bundled_folder
from retrieval.reader.span_model import OnnxSpanModel

PARAGRAPHS = (
    "The harbour council of Northport met on Monday, May 17, to vote on the new bridge. Mayor Ida "
    "Holm said the meeting lasted two hours and 40 minutes, because nobody could agree on who "
    "pays.",
    "The bridge will cost $48 million, a third more than planned. “We knew it would not be cheap,” "
    "said Peter Lund, who leads the council’s committee for works, after the vote on Monday night.",
    "Some 1,200 people live on the island and cross by ferry. A storm last winter cut them off for "
    "eight days, and 12% of them signed a letter to the minister of transport, Anna Berg.",
    "Ms. Berg, a former engineer, answered in April that the state would give half of the sum if "
    "the town found the rest. Northport raised its taxes in 2019 and again in 2020, Mr. Lund said.",
)
QUESTIONS = (
    "How long did the meeting of the harbour council last?",
    "Who is Peter Lund?",
    "Why did the meeting last so long?",
    "Did the council vote on the bridge on Monday?",
    "How many people signed the letter to the minister?",
)
SIZE = 60_000
PLACES = 12
"""Paragraphs with a piece of the unit behind each."""
PASSAGES = 16
LIMIT = 3.0


def plain_text() -> str:
    """Prose for more passages than are read; each figure in it differs."""
    return "\n\n".join(
        f"Report {at}. {PARAGRAPHS[at % len(PARAGRAPHS)].replace('Monday', f'day {at}')}"
        for at in range(8 * PASSAGES)
    )


def hostile_text(unit: Unit, *, in_lines: bool, size: int = SIZE) -> str:
    """Prose with ``size`` code points of the unit between its paragraphs."""
    junk = filled(unit, size)
    step = -(-size // PLACES)
    pieces: list[str] = []
    for at in range(PLACES):
        part = junk[at * step : (at + 1) * step]
        if in_lines:
            part = "\n".join(part[cut : cut + 80] for cut in range(0, len(part), 80))
        pieces += (f"Report {at}. {PARAGRAPHS[at % len(PARAGRAPHS)]}", part)
    return ("\n\n" if in_lines else " ").join(pieces)


@dataclass(frozen=True)
class Asked:
    """One article, ready to be asked."""

    answerer: QuestionAnswerer
    passages: int

    @classmethod
    def of(
        cls, text: str, reader: Reader, calibration: Calibration, passages: int = PASSAGES
    ) -> Asked:
        article = prepare(RawArticle("a", text, "/", "/a.txt"))
        source = SingleArticle(article, passages_of(article, WindowSize()))
        settings = AnswerSettings(passages)
        answerer = QuestionAnswerer(
            source,
            source,
            reader,
            tokenize_with_offsets,
            calibration,
            no_similarity,
            settings=settings,
        )
        return cls(answerer, len(source.passages))

    def seconds(self, questions: Sequence[str] = QUESTIONS) -> float:
        """Processor time of all the questions."""
        started = process_time()
        for question in questions:
            self.answerer.answer(Query(question, asked_on=date(2021, 5, 20)))
        return process_time() - started


def ratio(asked: Asked, plain: Asked, rounds: int, questions: Sequence[str] = QUESTIONS) -> float:
    """The least time of the one by the least of the other, measured in turns."""
    times = [(asked.seconds(questions), plain.seconds(questions)) for _ in range(rounds)]
    return min(own for own, _ in times) / min(other for _, other in times)


def profiled(asked: Asked, lines: int = 25) -> None:
    profile = cProfile.Profile()
    profile.runcall(asked.seconds)
    pstats.Stats(profile, stream=sys.stdout).sort_stats("tottime").print_stats(lines)


def chosen(names: Sequence[str]) -> Iterator[tuple[str, Unit]]:
    """The units whose names hold one of ``names``; all units for none."""
    for name, unit in UNITS.items():
        if not names or any(part in name for part in names):
            yield name, unit


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--unit", action="append", default=[], help="part of a unit's name")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--size", type=int, default=SIZE)
    parser.add_argument("--profile", action="store_true")
    args = parser.parse_args()
    scorer = OnnxSpanModel(bundled_folder())
    reader = ExtractiveReader(scorer, tokenize_with_offsets)
    calibration = Calibration.load(bundled_folder())
    plain = Asked.of(plain_text(), reader, calibration)
    plain.seconds()
    print(f"plain: {plain.seconds() / len(QUESTIONS):.3f} s a question")
    worst: list[tuple[float, str]] = []
    for name, unit in chosen(args.unit):
        for in_lines in (False, True):
            text = hostile_text(unit, in_lines=in_lines, size=args.size)
            started = process_time()
            asked = Asked.of(text, reader, calibration)
            prepared = process_time() - started
            value = ratio(asked, plain, args.rounds)
            label = f"{name}, {'in lines' if in_lines else 'in a run'}"
            worst.append((value, label))
            print(
                f"{value:7.2f}  {label} ({asked.passages} passages, prepared in {prepared:.2f} s)",
                flush=True,
            )
            if args.profile:
                profiled(asked)
    worst.sort(reverse=True)
    print("\nworst:")
    for value, label in worst[:15]:
        print(f"{value:7.2f}  {label}")
    print(f"{sum(value > LIMIT for value, _ in worst)} of {len(worst)} above {LIMIT:g}")


if __name__ == "__main__":
    main()
