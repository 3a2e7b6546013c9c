r"""Lists the misses of a run for reading by eye, each with a first guess at its cause.

    python -m benchmarks.news.misses runs/news/model-free/predictions.jsonl \
        --passages runs/news/passages.jsonl --out runs/news/misses.tsv --sample 60 --show
    python -m benchmarks.news.misses --tally runs/news/misses.tsv

A miss is a first answer that equals no accepted one (the outside judge's normalisation). The TSV
has an empty column ``verdict`` for what the eye says, with the same words as the guess or:

``other words``    right, only worded otherwise than the accepted answer
``other answer``   a right answer that the quiz does not accept, or a question that no span answers

Guesses, the first that holds:

``retrieval``   no accepted answer stands in the passages
``boundary``    the answer shares 0.6 token F1 with an accepted one, or one holds the other
``decision``    another group has it (0.6 token F1)
``grouping``    a raw span of the reader has it, and no group shows it
``reader``      it stands in the passages, and the reader proposed it nowhere
"""

from __future__ import annotations

import argparse
import csv
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from benchmarks.news.outcomes import judge_exact_match
from benchmarks.news.records import CachedQuestion, Prediction, read_cache, read_predictions
from bot.evaluation.measuring.answers import judge_holds, judge_normalise, judge_span_right

COLUMNS = (
    "id", "question", "accepted", "guess", "verdict", "note", "probability",
    "answer 1", "sentence 1", "answer 2", "sentence 2", "answer 3", "sentence 3",
    "accepted stands in",
)  # fmt: skip
_AROUND = 140
_PLACES = 3


class Cause(StrEnum):
    """Where a miss comes from, at first sight."""

    RETRIEVAL = "retrieval"
    BOUNDARY = "boundary"
    DECISION = "decision"
    GROUPING = "grouping"
    READER = "reader"


@dataclass(frozen=True, slots=True)
class Miss:
    """A question that was answered wrongly."""

    question: CachedQuestion
    prediction: Prediction
    guess: Cause


def find_misses(
    questions: Sequence[CachedQuestion], predictions: Mapping[str, Prediction]
) -> list[Miss]:
    """All misses in the order of the questions."""
    return [
        Miss(question, prediction, guess(question, prediction))
        for question in questions
        if not judge_exact_match((prediction := predictions[question.id]).answer, question.answers)
    ]


def guess(question: CachedQuestion, prediction: Prediction) -> Cause:
    """The cause as far as strings can tell."""
    golds, answer = question.answers, prediction.answer
    if not any(judge_holds(p.text, gold) for p in question.passages for gold in golds):
        return Cause.RETRIEVAL
    if judge_span_right(answer, golds) or any(_nested(answer, gold) for gold in golds):
        return Cause.BOUNDARY
    if any(judge_span_right(group.answer, golds) for group in prediction.groups):
        return Cause.DECISION
    if any(judge_span_right(span.text, golds) for span in prediction.spans):
        return Cause.GROUPING
    return Cause.READER


def _nested(answer: str | None, gold: str) -> bool:
    if not judge_normalise(answer) or not judge_normalise(gold):
        return False
    return judge_holds(answer, gold) or judge_holds(gold, answer or "")


def accepted_places(question: CachedQuestion) -> Iterator[str]:
    """The text around an accepted answer in each passage that holds one, with its rank."""
    for rank, passage in enumerate(question.passages, start=1):
        for gold in question.answers:
            words = [re.escape(word) for word in re.findall(r"\w+", gold)]
            found = re.search(r"\b" + r"\W+".join(words) + r"\b", passage.text, re.I)
            if words and found:
                first, last = max(0, found.start() - _AROUND), found.end() + _AROUND
                around = " ".join(passage.text[first:last].split())
                yield f"[{rank}: {passage.article_id}] …{around}…"
                break


def row(miss: Miss) -> dict[str, str]:
    """One line of the TSV."""
    groups = miss.prediction.groups[:3]
    values = {
        "id": miss.question.id,
        "question": miss.question.question,
        "accepted": " | ".join(miss.question.answers),
        "guess": str(miss.guess),
        "probability": f"{miss.prediction.probability:.2f}",
        "accepted stands in": " ".join(list(accepted_places(miss.question))[:_PLACES]),
    }
    for number, group in enumerate(groups, start=1):
        values[f"answer {number}"] = group.answer
        values[f"sentence {number}"] = group.sentence or ""
    return {name: " ".join(values.get(name, "").split()) for name in COLUMNS}


def as_text(values: Mapping[str, str]) -> str:
    """A miss as a few lines to read."""
    lines = [f"{values['id']}  {values['question']}", f"  accepted: {values['accepted']}"]
    lines += [
        f"  {n}. {values[f'answer {n}']}   << {values[f'sentence {n}'][:300]}"
        for n in (1, 2, 3)
        if values[f"answer {n}"]
    ]
    lines.append(f"  stands in: {values['accepted stands in'] or '-'}")
    return "\n".join([*lines, f"  guess: {values['guess']}  ({values['probability']})"])


def tally(path: Path) -> str:
    """Counts of guesses and verdicts of a file that was read, as a Markdown table."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, dialect=csv.excel_tab))
    counts = Counter((r["verdict"].strip() or "not read", r["guess"]) for r in rows)
    guesses = [str(cause) for cause in Cause]
    verdicts = Counter(r["verdict"].strip() or "not read" for r in rows)
    lines = [f"| verdict | misses | {' | '.join(f'guessed {g}' for g in guesses)} |"]
    lines.append("|" + "---|" * (len(guesses) + 2))
    for verdict, total in verdicts.most_common():
        cells = " | ".join(str(counts[verdict, g] or "") for g in guesses)
        lines.append(f"| {verdict} | {total} | {cells} |")
    return "\n".join(lines)


def main() -> None:
    """List or tally."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("predictions", type=Path, nargs="?")
    parser.add_argument("--passages", type=Path, help="the cache that was read")
    parser.add_argument("--out", type=Path, help="the TSV to write")
    parser.add_argument("--sample", type=int, help="so many of the misses, drawn with --seed")
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--show", action="store_true", help="print the misses, too")
    parser.add_argument("--tally", type=Path, help="count the verdicts of a TSV instead")
    args = parser.parse_args()
    if args.tally:
        print(tally(args.tally))
        return
    if not (args.predictions and args.passages and args.out):
        parser.error("PREDICTIONS, --passages and --out are needed")
    questions = read_cache(args.passages)
    misses = find_misses(questions, read_predictions(args.predictions))
    print(f"{len(misses)} misses of {len(questions)} questions; guessed:")
    for cause, count in Counter(miss.guess for miss in misses).most_common():
        print(f"  {cause}: {count}")
    if args.sample is not None and args.sample < len(misses):
        misses = random.Random(args.seed).sample(misses, args.sample)
    rows = [row(miss) for miss in misses]
    args.out.parent.mkdir(parents=True, exist_ok=True)
    with args.out.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, dialect=csv.excel_tab)
        writer.writeheader()
        writer.writerows(rows)
    if args.show:
        print("", *map(as_text, rows), sep="\n\n")


if __name__ == "__main__":
    main()
