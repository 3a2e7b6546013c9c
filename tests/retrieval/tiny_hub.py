"""Question answering models as the hub has them, of a few kilobytes and with random weights."""

from __future__ import annotations

import string
from pathlib import Path
from typing import Any

TEXTS = (
    "How long did the meeting last?",
    "The talks in Reykjavik lasted one hour and 45 minutes, longer than expected, he said.",
    "Größe is German; “quotes” are curly.",
)
SIZE: dict[str, Any] = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "initializer_range": 0.3,  # so that logits differ by more than noise
}


def save_bert_tokenizer(folder: Path) -> int:
    """Letters are tokens. Gives the size of the vocabulary."""
    from transformers import BertTokenizerFast

    folder.mkdir(parents=True, exist_ok=True)
    letters = list(string.ascii_lowercase + string.digits + string.punctuation)
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters]
    tokens += [f"##{letter}" for letter in letters]
    vocabulary = {token: at for at, token in enumerate(tokens)}
    made = BertTokenizerFast(vocab=vocabulary)
    assert made.tokenize("he3") == ["h", "##e", "##3"], "not all one unknown word"
    made.save_pretrained(folder)
    return len(tokens)


def bert(folder: Path, *, head: bool = True, positions: int = 128) -> Path:
    """A BERT, with its span head or without."""
    import torch
    from transformers import BertConfig, BertForQuestionAnswering, BertModel

    torch.manual_seed(0)
    words = save_bert_tokenizer(folder)
    config = BertConfig(vocab_size=words, max_position_embeddings=positions, **SIZE)
    (BertForQuestionAnswering if head else BertModel)(config).save_pretrained(folder)
    return folder


def roberta(folder: Path) -> Path:
    """A RoBERTa: byte pairs, no token types, positions that begin after the padding."""
    import torch
    from tokenizers import ByteLevelBPETokenizer
    from transformers import RobertaConfig, RobertaForQuestionAnswering, RobertaTokenizerFast

    torch.manual_seed(0)
    folder.mkdir(parents=True, exist_ok=True)
    pieces = ByteLevelBPETokenizer()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    pieces.train_from_iterator(TEXTS * 3, 400, 1, show_progress=False, special_tokens=special)
    pieces.save_model(str(folder))
    tokenizer = RobertaTokenizerFast.from_pretrained(folder, local_files_only=True)
    tokenizer.save_pretrained(folder)
    config = RobertaConfig(
        vocab_size=len(tokenizer), max_position_embeddings=130, type_vocab_size=1, **SIZE
    )
    RobertaForQuestionAnswering(config).save_pretrained(folder)
    return folder


def canine(folder: Path) -> Path:
    """A Canine, which reads characters with a tokenizer written in Python."""
    from transformers import CanineConfig, CanineForQuestionAnswering, CanineTokenizer

    config = CanineConfig(
        max_position_embeddings=128, num_hash_buckets=16, local_transformer_stride=16, **SIZE
    )
    CanineForQuestionAnswering(config).save_pretrained(folder)
    CanineTokenizer().save_pretrained(folder)
    return folder


def gpt2(folder: Path) -> Path:
    """A GPT-2 with a span head: it has no padding token, and answers to nothing before a text."""
    from tokenizers import ByteLevelBPETokenizer
    from transformers import GPT2Config, GPT2ForQuestionAnswering, GPT2TokenizerFast

    folder.mkdir(parents=True, exist_ok=True)
    pieces = ByteLevelBPETokenizer()
    pieces.train_from_iterator(TEXTS, 300, 1, show_progress=False, special_tokens=["<|endoftext|>"])
    pieces.save_model(str(folder))
    tokenizer = GPT2TokenizerFast.from_pretrained(folder, local_files_only=True)
    tokenizer.save_pretrained(folder)
    config = GPT2Config(vocab_size=len(tokenizer), n_positions=128, n_embd=32, n_layer=1, n_head=2)
    GPT2ForQuestionAnswering(config).save_pretrained(folder)
    return folder
