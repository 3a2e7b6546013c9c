"""The trained reader as a Hugging Face question-answering folder, for other people's software.

    python -m benchmarks.news.to_huggingface build/reader/reader.pt --out runs/news/weights

``training.model.SpanReader`` and ``BertForQuestionAnswering`` compute the same; only the names of
the head's weights differ. The folder is loaded again and its logits are compared with the
original's; a difference above ``TOLERANCE`` is an error, and nothing is left behind.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import torch
from transformers import AutoTokenizer, BertConfig, BertForQuestionAnswering

from training.model import SpanReader, default_encoder

TOLERANCE = 1e-4
_TOKENIZER_FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "vocab.txt",
    "special_tokens_map.json",
)
_CHECKED = (
    ("Who wrote it?", "The report was written by Ada Lovelace in 1843."),
    ("how long did the meeting last?", "They met for one hour and 45 minutes in Reykjavik. " * 9),
    ("What is the capital of Iceland?", "Nothing here is about islands."),
)


def converted(state: dict[str, torch.Tensor], encoder: Path) -> BertForQuestionAnswering:
    """The same model under Hugging Face's names. Raises ``RuntimeError`` when weights are amiss."""
    config = BertConfig.from_pretrained(encoder)
    config.num_labels = 2
    model = BertForQuestionAnswering(config)
    named = {
        name.replace("encoder.", "bert.", 1)
        if name.startswith("encoder.")
        else name.replace("head.", "qa_outputs.", 1): value
        for name, value in state.items()
    }
    model.load_state_dict(named)
    return model


def largest_difference(state: dict[str, torch.Tensor], folder: Path, encoder: Path) -> float:
    """Of any logit of the folder's model and the original, over a few padded inputs."""
    original = SpanReader(encoder)
    original.load_state_dict(state)
    original.eval()
    loaded = BertForQuestionAnswering.from_pretrained(folder)  # already in evaluation mode
    tokenizer = AutoTokenizer.from_pretrained(folder)
    questions, texts = zip(*_CHECKED, strict=True)
    inputs = tokenizer(list(questions), list(texts), padding=True, return_tensors="pt")
    assert int(inputs["token_type_ids"].max()) == 1, (
        "the tokenizer does not tell the two texts apart"
    )
    with torch.no_grad():
        start, end = original(
            inputs["input_ids"], inputs["attention_mask"], inputs["token_type_ids"]
        )
        output = loaded(**inputs)
    inside = inputs["attention_mask"] == 1
    gaps = [(start - output.start_logits)[inside], (end - output.end_logits)[inside]]
    return max(float(gap.abs().max()) for gap in gaps)


def main() -> None:
    """Convert, save, check."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("weights", type=Path, help="reader.pt, or last.pt of a running training")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write")
    parser.add_argument("--encoder", type=Path, help="encoder folder (default: all-MiniLM-L6-v2)")
    args = parser.parse_args()
    encoder = args.encoder or default_encoder()
    loaded = torch.load(args.weights, map_location="cpu", weights_only=False)
    state = loaded.get("average", loaded)
    converted(state, encoder).save_pretrained(args.out)
    for name in _TOKENIZER_FILES:
        if (encoder / name).exists():
            shutil.copyfile(encoder / name, args.out / name)
    difference = largest_difference(state, args.out, encoder)
    if difference > TOLERANCE:
        shutil.rmtree(args.out)
        raise SystemExit(f"the logits differ by up to {difference:.2g}; the folder was removed")
    print(f"{args.out}: logits differ by at most {difference:.2g}")


if __name__ == "__main__":
    main()
