"""Follow-ups on dialogues that nothing was tuned on, questions that stand alone, and the time.

``python -m benchmarks.rewriting --data ../shared/data``. BLEU is sacrebleu's, lower-cased, in
percent, larger is better; every dialogue is replayed with the rewriter's own rewrites as history.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import quantiles
from time import perf_counter

from bot.dialogue.conversation import Answered, Conversation, Turn
from bot.dialogue.rewriting import Rewrite, Rewriter, RuleRewriter
from bot.dialogue.rewriting.edit_rewriter import LearnedRewriter
from bot.dialogue.rewriting.underspecified import without_matter
from retrieval.edits.model import OnnxEditModel, bundled_folder
from training.rewriter.canard import Example, load
from training.rewriter.corpus import CANARD, split

QUIZ = Path("news-dev/questions.jsonl")
ALONE = 500
"""Quiz questions put after a dialogue."""


def conversation(example: Example, rewrites: Mapping[str, str]) -> Conversation:
    """The conversation before an example; ``rewrites`` are those of earlier questions."""
    found = Conversation(topic=example.topic, subtopic=example.subtopic)
    for exchange in example.history:
        answered = Answered(exchange.answer, exchange.answer) if exchange.answer else None
        found = found.with_turn(
            Turn(exchange.question, rewrites.get(exchange.question, exchange.question), answered)
        )
    return found


class Unchecked:
    """Implements ``Rewriter``: what rules and model propose, sound or not."""

    def __init__(self, rewriter: LearnedRewriter) -> None:
        self._rewriter = rewriter

    def rewrite(self, conversation: Conversation, text: str) -> Rewrite:
        return self._rewriter.completed(conversation, text)


def replayed(rewriter: Rewriter, examples: Sequence[Example]) -> tuple[list[str], list[float]]:
    """The rewrites, and the milliseconds that each took. What is set beside a question in brackets
    is no rewrite of it.
    """
    own: dict[str, dict[str, str]] = defaultdict(dict)
    rewrites, times = [], []
    for example in examples:
        before = conversation(example, own[example.dialogue])
        started = perf_counter()
        rewritten = rewriter.rewrite(before, example.question).question
        times.append(1000 * (perf_counter() - started))
        rewritten = without_matter(rewritten)
        own[example.dialogue][example.question] = rewritten
        rewrites.append(rewritten)
    return rewrites, times


def with_title(example: Example) -> str:
    """The dialogue's title for every personal pronoun: the plainest rewriter there is."""
    owned = re.sub(
        r"\b(?:his|her|its|their)\b", lambda _: f"{example.topic}'s", example.question, flags=re.I
    )
    return re.sub(r"\b(?:he|she|him|it|they|them)\b", lambda _: example.topic, owned, flags=re.I)


def bleu(rewrites: Sequence[str], examples: Sequence[Example]) -> float:
    """Corpus BLEU against the human rewrites."""
    import sacrebleu

    human = [[example.rewrite for example in examples]]
    return float(sacrebleu.corpus_bleu(list(rewrites), human, lowercase=True).score)


def left_alone(rewriter: Rewriter, asked: Sequence[tuple[Example, str]]) -> tuple[int, int]:
    """How many questions that stand alone are left as they were, and how many were asked."""
    kept = 0
    for example, question in asked:
        rewrites = {exchange.question: exchange.standalone for exchange in example.history}
        before = conversation(example, rewrites)
        kept += not rewriter.rewrite(before, question).edits
    return kept, len(asked)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    args = parser.parse_args()
    examples = load(args.data / CANARD)
    held_out = split(examples).test
    learned = LearnedRewriter(OnnxEditModel(bundled_folder()))
    learned.rewrite(Conversation(topic="Reed"), "Where was he born?")  # loads the model
    for name, part in (("all of the file", examples), ("held out", held_out)):
        print(f"{name}: {len(part)} questions")
        print(f"  as typed {bleu([x.question for x in part], part):.1f}")
        print(f"  title for pronouns {bleu([with_title(x) for x in part], part):.1f}")
        print(f"  rules {bleu(replayed(RuleRewriter(), part)[0], part):.1f}")
        print(f"  proposed, unchecked {bleu(replayed(Unchecked(learned), part)[0], part):.1f}")
        rewrites, times = replayed(learned, part)
        cuts = quantiles(times, n=20)
        print(f"  model and rules {bleu(rewrites, part):.1f}")
        print(f"  time p50 {cuts[9]:.1f} ms, p95 {cuts[18]:.1f} ms")
    rng = random.Random(3)
    human = [(example, example.rewrite) for example in held_out if example.history]
    print("left alone: human rewrites {} of {}".format(*left_alone(learned, human)))
    lines = (args.data / QUIZ).read_text(encoding="utf-8").splitlines()
    quiz = [str(json.loads(line)["question"]) for line in rng.sample(lines, ALONE)]
    after = [(rng.choice(human)[0], question) for question in quiz]
    print("left alone: news questions {} of {}".format(*left_alone(learned, after)))


if __name__ == "__main__":
    main()
