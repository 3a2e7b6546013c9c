"""Question sets and an encoder of a few kilobytes, as the tests of training need them."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tokenizers import BertWordPieceTokenizer
from tokenizers.processors import BertProcessing, RobertaProcessing

from training import news, sets, squad
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


def talks(source: str = "new_wiki", titles: int = 3) -> list[Example]:
    """Each town is the answer of one paragraph, and mentioned in another."""
    made = []
    for number, town in enumerate(TOWNS):
        text = report(town, TOWNS[number - 1])
        place = Gold(text.index(town), text.index(town) + len(town))
        asked = f"Where did the talks of {town} begin?"
        title = f"Talks of {source}, part {number % titles}"
        made.append(Example(f"{source}-{number}", source, title, asked, text, (place,)))
    return made


def write_set(path: Path, examples: Sequence[Example]) -> None:
    """One gzipped file in SQuAD format, the same bytes for the same examples."""
    path.parent.mkdir(parents=True, exist_ok=True)
    plain = path.with_suffix(".plain")
    squad.write(plain, examples)
    path.write_bytes(gzip.compress(plain.read_bytes(), mtime=0))
    plain.unlink()


def write_sets(folder: Path) -> Path:
    """The training sets and the quiz, as ``../shared/data`` holds them, but tiny."""
    for chosen in sets.SETS:
        examples = talks(chosen.name, titles=4)[: 10 if chosen.name == sets.DEVELOPMENT else 7]
        if chosen.name == "pairs":
            twins = [replace(e, id=f"{e.id}-none", golds=()) for e in examples]
            examples = [e for pair in zip(examples, twins, strict=True) for e in pair]
        write_set(folder / chosen.file, examples)
    quiz = folder / "news-dev"
    quiz.mkdir()
    for name in news.FILES:
        (quiz / name).touch()  # only looked for: calibrating has tests of its own
    return folder


def write_encoder(folder: Path) -> Path:
    """A BERT with one layer of 16 numbers, and word pieces learnt from the texts above."""
    import torch
    from transformers import BertConfig, BertModel

    tokenizer = _word_pieces()
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


def write_mpnet(folder: Path, layers: int = 3, words: int = 0) -> Path:
    """An MPNet of such layers, of 16 numbers each, with the pair layout of its tokenizer; for as
    many words at least.
    """
    import torch
    from transformers import MPNetConfig, MPNetModel

    tokenizer = _word_pieces("<s>", "<pad>", "</s>", "[UNK]", "<mask>")
    sep, cls = ((mark, tokenizer.token_to_id(mark)) for mark in ("</s>", "<s>"))
    tokenizer.post_processor = RobertaProcessing(sep, cls, add_prefix_space=False)
    tokenizer.save(str(folder / "tokenizer.json"))
    torch.manual_seed(0)
    config = MPNetConfig(
        vocab_size=max(words, tokenizer.get_vocab_size()),
        hidden_size=16,
        num_hidden_layers=layers,
        num_attention_heads=2,
        intermediate_size=32,
    )
    MPNetModel(config).save_pretrained(folder)
    return folder


def _word_pieces(*marks: str) -> BertWordPieceTokenizer:
    """Learnt from the texts above; ``marks`` instead of BERT's, in the order of their ids."""
    tokenizer = BertWordPieceTokenizer()
    texts = [CONTEXT, "Where did it begin? | ", *(report(town, "Oslo") for town in TOWNS)]
    own = {"special_tokens": list(marks)} if marks else {}
    tokenizer.train_from_iterator(
        texts, vocab_size=600, min_frequency=1, show_progress=False, **own
    )
    return tokenizer
