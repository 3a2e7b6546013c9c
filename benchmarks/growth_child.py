"""One step of ``benchmarks.growth`` in a process of its own, whose memory is then its own too.

python -m benchmarks.growth_child build|ask FOLDER QUESTIONS
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from benchmarks.news.questions import quiz_questions
from bot.assembly.application import build_index, open_application
from bot.config import Config
from bot.dialogue.conversation import Conversation
from retrieval.datatypes import Query
from retrieval.index.onnx_encoder import OnnxEncoder
from retrieval.index.store import IndexStore

_ASKED = 150
_SAMPLE = 1000


def build(folder: Path) -> dict[str, Any]:
    """Goes on with a build whose vectors are there, and measures embedding on a sample."""
    stages: dict[str, list[float]] = {}

    def watch(stage: str, done: int, total: int) -> None:
        now = perf_counter()
        stages.setdefault(stage, [now, now])[1] = now

    started = perf_counter()
    report = build_index(Config(), folder / "index", [folder / "articles.jsonl"], watch)
    seconds = perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert not report.embedded, "the vectors were to be there"
    index = IndexStore(folder / "index").open()
    assert index.folder is not None
    return {
        "articles": report.articles,
        "passages": report.passages,
        "build_seconds_without_embedding": seconds,
        "stages": {stage: last - first for stage, (first, last) in stages.items()},
        "build_peak_mb": peak,
        "disk_mb": sum(f.bytes for f in index.manifest.files.values()) / 2**20,
        "embedded_a_second": _embedding_speed(folder),
    }


def _embedding_speed(folder: Path) -> float:
    index = IndexStore(folder / "index").open()
    step = max(1, len(index.collection) // _SAMPLE)
    texts = []
    for at in range(0, len(index.collection), step):
        passage = index.collection[at]
        article = index.articles.article(passage.article_id)
        texts.append(f"{article.title}\n{article.text[passage.start : passage.end]}")
    encoder = OnnxEncoder(index.encoder_folder)
    encoder.encode(texts[:10])
    started = perf_counter()
    encoder.encode(texts)
    return len(texts) / (perf_counter() - started)


def ask(folder: Path, questions: Path) -> dict[str, Any]:
    """Opens the index and asks; the first answer counts from the opening."""
    asked = quiz_questions(questions, 2023)[:_ASKED]
    started = perf_counter()
    application = open_application(Config(), folder / "index")
    opened = perf_counter() - started
    application.assistant.reply(Conversation(), asked[0].question)
    first = perf_counter() - started
    retrieval = _timed(
        [q.question for q in asked], lambda text: application.retrieve(Query(text), 16)
    )
    whole = _timed(
        [q.question for q in asked], lambda text: application.assistant.reply(Conversation(), text)
    )
    return {
        "open_seconds": opened,
        "first_answer_seconds": first,
        "retrieval_ms": _percentiles(retrieval),
        "answer_ms": _percentiles(whole),
        "ask_peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _timed(texts: Sequence[str], work: Callable[[str], object]) -> list[float]:
    """Milliseconds for each text."""
    times = []
    for text in texts:
        started = perf_counter()
        work(text)
        times.append(1000 * (perf_counter() - started))
    return times


def _percentiles(times: Sequence[float]) -> dict[str, float]:
    return {"p50": median(times), "p95": quantiles(times, n=20)[-1]}


def main() -> None:
    step, folder, questions = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    print(json.dumps(build(folder) if step == "build" else ask(folder, questions)))


if __name__ == "__main__":
    main()
