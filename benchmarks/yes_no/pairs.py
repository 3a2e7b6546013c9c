"""Makes labelled pairs of a sentence and a yes/no question, and measures the rule on them.

    python -m benchmarks.yes_no.pairs --out runs/yes-no/pairs.jsonl
    python -m benchmarks.yes_no.pairs --measure runs/yes-no/pairs.jsonl

The sentences come from QA-SRL and event arguments (``--data``, which is not part of this
repository): where the data says who did what, the sentence is asked about in the same words, and
turned into twins that say something else. Labels: "yes" where the sentence says so plainly, "no"
where it plainly denies it, else "unclear". The same data and seed make the same pairs.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.yes_no import twins
from benchmarks.yes_no.facts import Fact, find_facts, read_asked
from benchmarks.yes_no.natural import natural_pairs
from benchmarks.yes_no.pair import Pair
from benchmarks.yes_no.rule import infer_yes_no
from retrieval.index.tokenization import tokenize_with_offsets

DATA = Path("../shared/data")
MOST_OF_A_FACT = 3
"""How many pairs one statement may give: a few twins, but not the whole set."""
NATURAL = {"planned, natural": 12, "possible, natural": 14, "denied, natural": 16, "refused": 4}


def makers(facts: Sequence[Fact]) -> list[tuple[twins.Maker, int]]:
    """Every way to make a pair with how many it should give; the rarest first."""
    made: list[tuple[twins.Maker, int]] = [
        (twins.denial_elsewhere, 10),
        (twins.other_subject, 8),
        (twins.other_doer_added, 8),
        (twins.other_object, 15),
        (twins.swapped_passive, 16),
        (twins.swapped, 14),
        (twins.passive_told, 12),
        (twins.part_of_object, 14),
        (twins.other_facts_object(facts), 10),
        (twins.denial_added, 8),
        (twins.passive_asked, 10),
    ]
    made += [(twins.phrase(kind), 14) for kind in twins.PHRASES]
    return made


def make_pairs(folder: Path, count: int, seed: int) -> list[Pair]:
    """The pairs; what the rarer kinds lack of ``count`` is made up by plain ones."""
    asked, rng = read_asked(folder), random.Random(seed)
    facts = find_facts(asked)
    rng.shuffle(facts)
    used: Counter[Fact] = Counter()
    pairs = _natural(list(natural_pairs(asked)), rng)
    for maker, wanted in [*makers(facts), (twins.plain, count)]:
        wanted = min(wanted, count - len(pairs))
        # Statements that gave least so far come first; the sort keeps the shuffled order.
        for fact in sorted(facts, key=lambda f: used[f]):
            if wanted <= 0 or used[fact] >= MOST_OF_A_FACT:
                break
            pair = maker(fact, rng)
            if pair:
                pairs.append(pair)
                used[fact] += 1
                wanted -= 1
    return pairs


def _natural(found: list[Pair], rng: random.Random) -> list[Pair]:
    """So many of each kind, each sentence once."""
    rng.shuffle(found)
    chosen: dict[str, Pair] = {}
    counts: Counter[str] = Counter()
    for pair in found:
        if pair.sentence not in chosen and counts[pair.kind] < NATURAL[pair.kind]:
            chosen[pair.sentence] = pair
            counts[pair.kind] += 1
    return list(chosen.values())


def verdict_of(pair: Pair) -> str | None:
    """What the product's rule says; None where it says nothing."""
    return infer_yes_no(pair.question, pair.sentence, tokenize_with_offsets)


def measure(pairs: Iterable[Pair]) -> str:
    """How many verdicts are given and how many of them are right, by kind, as a Markdown table."""
    counts: dict[str, Counter[str]] = {}
    for pair in pairs:
        verdict = verdict_of(pair)
        for row in (counts.setdefault(pair.kind, Counter()), counts.setdefault("all", Counter())):
            row.update({"pairs": 1, pair.label: 1, "given": verdict is not None})
            row["right"] += verdict == pair.label
    columns = ("pairs", "yes", "no", "unclear", "given", "right")
    lines = [f"| kind | {' | '.join(columns)} |", "|---|" + "---|" * len(columns)]
    lines += [
        f"| {kind} | {' | '.join(str(counts[kind][c]) for c in columns)} |"
        for kind in [*sorted(counts.keys() - {"all"}), "all"]
    ]
    return "\n".join(lines)


def write(pairs: Sequence[Pair], path: Path) -> None:
    """One pair a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [{"id": f"yn-{number:03d}", **asdict(pair)} for number, pair in enumerate(pairs, 1)]
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text("".join(lines), encoding="utf-8")


def read(path: Path) -> list[Pair]:
    """The pairs of a file."""
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line)
    return [Pair(**{key: value for key, value in row.items() if key != "id"}) for row in rows]


def main() -> None:
    """Write the pairs, or measure those of a file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA, help="the folder of reader-train-2")
    parser.add_argument("--out", type=Path, help="write the pairs here")
    parser.add_argument("--measure", type=Path, help="measure the rule on these pairs instead")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=2023)
    args = parser.parse_args()
    if args.measure:
        pairs = read(args.measure)
    else:
        pairs = make_pairs(args.data / "reader-train-2", args.count, args.seed)
        if args.out:
            write(pairs, args.out)
    print(measure(pairs))


if __name__ == "__main__":
    main()
