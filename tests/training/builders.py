"""Question sets, quizzes and an encoder of a few kilobytes, as the tests of training need them."""

from __future__ import annotations

import gzip
import itertools
import json
from pathlib import Path

from tokenizers import BertWordPieceTokenizer
from tokenizers.processors import BertProcessing

from training import squad
from training.squad import Example, Gold

CONTEXT = (
    'The meeting lasted 105 minutes. It began at noon in Reykjavik . "It went well," he said. '
    "Nobody signed anything. The ministers left before dark, and flew home the next day."
)
TOWNS = ("Oslo", "Paris", "Lima", "Cairo", "Quito", "Delhi", "Seoul", "Dakar", "Turin", "Perth")


def example(answer: str = "Reykjavik", context: str = CONTEXT, title: str = "Talks") -> Example:
    """One question on the context, answered by the first place where ``answer`` stands."""
    start = context.index(answer)
    gold = Gold(start, start + len(answer))
    return Example(f"{title}-{answer}", "new_wiki", title, "Where did it begin?", context, (gold,))


def report(town: str, other: str) -> str:
    """A paragraph that names the town once."""
    return (
        f"The council of the region met on Monday to speak about the harbour. The talks in {town} "
        f"began at noon and went on until dark. A report from {other} had said that nobody would "
        "come to them. The ministers left by train, and the mayor thanked the people of the port."
    )


def write_sets(folder: Path) -> Path:
    """The four training sets and the quiz, as ``../shared/data`` holds them, but tiny."""
    sets, quiz = folder / "reader-train", folder / "news-dev"
    sets.mkdir(parents=True)
    quiz.mkdir()
    pairs = list(itertools.permutations(TOWNS[:5], 2))
    for source, name in squad.SOURCES.items():
        examples = [
            Example(
                f"{source}-{number}",
                source,
                f"{source} article {number % 4}",
                f"Where did the talks of {town} and {other} begin?",
                text := report(town, other),
                (Gold(text.index(town), text.index(town) + len(town)),),
            )
            for number, (town, other) in enumerate(pairs)
        ]
        plain = folder / "plain.json"
        squad.write(plain, examples)
        (sets / name).write_bytes(gzip.compress(plain.read_bytes(), mtime=0))
        plain.unlink()
    articles = [
        {"id": f"a{number}", "title": "News", "text": report(town, TOWNS[number - 1]) + "\n"}
        for number, town in enumerate(TOWNS)
    ]
    questions = [
        {
            "id": f"20220{number + 1}01_0",
            "question": "In which town did the talks about the harbour begin?",
            "answers": [town],
            "choices": [town, TOWNS[number - 1]],
            "date": f"2022/0{number + 1}/01",
            "retrieved": [article["id"] for article in articles],
            "extractive": True,
        }
        for number, town in enumerate(TOWNS[:6])
    ]
    lines = "".join(json.dumps(article) + "\n" for article in articles)
    (quiz / "articles.jsonl.gz").write_bytes(gzip.compress(lines.encode(), mtime=0))
    (quiz / "questions.jsonl").write_text("".join(json.dumps(q) + "\n" for q in questions))
    return folder


def write_encoder(folder: Path) -> Path:
    """A BERT with one layer of 16 numbers, and word pieces learnt from the texts above."""
    import torch
    from transformers import BertConfig, BertModel

    tokenizer = BertWordPieceTokenizer()
    texts = [CONTEXT, "Where did it begin?", *(report(town, "Oslo") for town in TOWNS)]
    tokenizer.train_from_iterator(texts, vocab_size=600, min_frequency=1, show_progress=False)
    marks = [(mark, tokenizer.token_to_id(mark)) for mark in ("[SEP]", "[CLS]")]
    tokenizer.post_processor = BertProcessing(*marks)
    tokenizer.save(str(folder / "tokenizer.json"))
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
    )
    BertModel(config).save_pretrained(folder)
    return folder
