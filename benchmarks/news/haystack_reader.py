r"""Haystack's extractive reader on the cached passages, with the weights of a folder.

Runs in an environment of its own, from the project's folder:

    python3 -m venv /tmp/haystack
    /tmp/haystack/bin/pip install torch haystack-ai transformers-haystack
    /tmp/haystack/bin/python -m benchmarks.news.haystack_reader --weights runs/news/weights \
        --passages runs/news/passages.jsonl --out runs/news/haystack

Writes the same ``predictions.jsonl`` as ``read``, for ``score`` and ``compare``. Equal answers
(ignoring case and edges) take one place among the groups, as they would in ours. Haystack's score
of the best answer is the probability; with ``--no-answer`` a question whose "no answer" scores
higher than every span is left unanswered.

``transformers-haystack`` 2.0.0 does not give the model its token types, which BERT models are
trained with: question and passage look alike to them. ``--token-types`` puts them back, so that the
comparison can also be made with a reader that works as its weights expect.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.news.records import (
    CachedQuestion,
    PredictedGroup,
    PredictedSpan,
    Prediction,
    read_cache,
    write_records,
)

GROUPS = 8
_Reader = Any


def make_reader(weights: Path, *, top_k: int, no_answer: bool, token_types: bool) -> _Reader:
    """Haystack's reader with its own default window: 384 tokens, 128 of them shared."""
    os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"
    os.environ["HF_HUB_OFFLINE"] = "1"
    import torch
    from haystack.utils import ComponentDevice  # type: ignore[import-not-found,unused-ignore]  # other environment
    from haystack_integrations.components.readers.transformers import (  # type: ignore[import-not-found,unused-ignore]  # other environment
        TransformersExtractiveReader,
    )

    torch.set_num_threads(1)
    reader = TransformersExtractiveReader(
        model=weights,
        device=ComponentDevice.from_str("cpu"),
        token=None,
        top_k=top_k,
        max_seq_length=384,
        stride=128,
        no_answer=no_answer,
    )
    reader.warm_up()
    if token_types:
        reader.model.register_forward_pre_hook(
            lambda model, given, named: (given, _with_token_types(named, reader)), with_kwargs=True
        )
    return reader


def predict(asked: CachedQuestion, reader: _Reader) -> Prediction:
    """What Haystack answers, given the cached passages as its documents."""
    from haystack import Document  # type: ignore[import-not-found,unused-ignore]  # other environment

    documents = [
        Document(content=passage.text, meta={"article_id": passage.article_id})
        for passage in asked.passages
    ]
    answers = reader.run(query=asked.question, documents=documents)["answers"]
    spans = [answer for answer in answers if answer.data]
    refused = not spans or answers[0].data is None
    groups = tuple(_groups(spans))[:GROUPS]
    return Prediction(
        id=asked.id,
        answer=None if refused else groups[0].answer,
        probability=0.0 if not spans else float(spans[0].score),
        groups=groups,
        passages=tuple(passage.article_id for passage in asked.passages),
        spans=tuple(
            PredictedSpan(answer.data, answer.document.meta["article_id"], float(answer.score))
            for answer in spans
        ),
    )


def _with_token_types(named: dict[str, Any], reader: _Reader) -> dict[str, Any]:
    """Type 1 for all that follows the first separator, padding excepted."""
    ids, mask = named["input_ids"], named["attention_mask"]
    separators = (ids == reader.tokenizer.sep_token_id).long()
    before = separators.cumsum(dim=1) - separators
    return {**named, "token_type_ids": (before > 0).long() * mask}


def _groups(spans: Iterable[Any]) -> Iterable[PredictedGroup]:
    seen: set[str] = set()
    for answer in spans:
        key = " ".join(answer.data.lower().split()).strip(' .,;:"“”‘’')
        if key not in seen:
            seen.add(key)
            yield PredictedGroup(
                answer.data, float(answer.score), answer.document.meta["article_id"], None
            )


def main() -> None:
    """Read every question and write the predictions."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--weights", type=Path, required=True, help="what to_huggingface wrote")
    parser.add_argument("--passages", type=Path, required=True, help="the cache to read")
    parser.add_argument("--out", type=Path, required=True, help="a folder")
    parser.add_argument("--top-k", type=int, default=20)
    parser.add_argument("--no-answer", action="store_true")
    parser.add_argument("--token-types", action="store_true", help="see above")
    args = parser.parse_args()
    reader = make_reader(
        args.weights, top_k=args.top_k, no_answer=args.no_answer, token_types=args.token_types
    )
    predictions = []
    cache = read_cache(args.passages)
    for done, asked in enumerate(cache, start=1):
        predictions.append(predict(asked, reader))
        if done % 50 == 0:
            print(f"{done} of {len(cache)}", file=sys.stderr)
    write_records(args.out / "predictions.jsonl", predictions)
    refused = sum(prediction.answer is None for prediction in predictions)
    print(f"{len(predictions)} questions, {refused} without an answer")


if __name__ == "__main__":
    main()
