"""Times the way to an answer on the seed articles: from the shell, and warm.

    make bench

Prints a Markdown table. Machines differ and are shared: compare runs of one session only.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from bot.assembly.application import build_index, open_application
from bot.config import Config
from bot.dialogue.conversation import Conversation
from bot.dialogue.reply import RemarkReply
from bot.evaluation.sets.question_sets import load_question_set

SEEDS = Path(__file__).parent.parent / "seeds"
STARTS = 5
ROUNDS = 3


def shell_seconds(index: Path) -> list[float]:
    """Wall-clock seconds from process start to exit of one ``pullquote ask``, several times."""
    command = [sys.executable, "-m", "bot.cli.main", "ask", "how long did the meeting last?"]
    seconds = []
    for _ in range(STARTS):
        started = perf_counter()
        subprocess.run([*command, "--index", str(index)], check=True, stdout=subprocess.DEVNULL)
        seconds.append(perf_counter() - started)
    return seconds


def warm_milliseconds(index: Path) -> dict[str, list[float]]:
    """Milliseconds of each stage for every seed question, in one process."""
    assistant = open_application(Config(), index).assistant
    questions = [q.question for q in load_question_set(SEEDS / "questions.jsonl").questions]
    stages: dict[str, list[float]] = {}
    assistant.reply(Conversation(), questions[0])
    for question in questions * ROUNDS:
        reply, _ = assistant.reply(Conversation(), question)
        assert not isinstance(reply, RemarkReply)
        for time in reply.answer.trace.times:
            stages.setdefault(time.stage, []).append(time.milliseconds)
        stages.setdefault("whole answer", []).append(reply.elapsed_ms)
    return stages


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        build_index(Config(), index, [SEEDS], lambda *_: None)
        starts = shell_seconds(index)
        print("| what | median | p95 |\n|---|---|---|")
        slowest = max(starts)
        print(
            f"| `pullquote ask`, shell to exit | {median(starts):.2f} s | {slowest:.2f} s (max) |"
        )
        for stage, values in warm_milliseconds(index).items():
            p95 = quantiles(values, n=20)[-1]
            print(f"| {stage}, warm | {median(values):.1f} ms | {p95:.1f} ms |")


if __name__ == "__main__":
    main()
