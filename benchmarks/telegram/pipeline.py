"""The pipeline's own speed: the bot's questions without Telegram. Started by ``load``.

    python -m benchmarks.telegram.pipeline --index DIR --config FILE --workers N

Reads one JSON line for each burst, a list of chats with their questions; a chat's questions are
asked one after the other in its own conversation, chats side by side in a pool of threads, as the
bot does. Writes one JSON line with the seconds and the processor time that it took.
"""

from __future__ import annotations

import argparse
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Semaphore
from time import perf_counter, process_time

from bot.assembly.application import open_application
from bot.config import load_config
from bot.dialogue.assistant import Assistant
from bot.dialogue.conversation import Conversation


def burst(assistant: Assistant, pool: ThreadPoolExecutor, chats: list[list[str]]) -> None:
    """Asks everything; returns when all is answered."""
    ended = Semaphore(0)
    faults: list[BaseException] = []

    def step(conversation: Conversation, left: list[str]) -> None:
        try:
            _, after = assistant.reply(conversation, left[0], asks_back=True)
            if left[1:]:
                pool.submit(step, after, left[1:])
            else:
                ended.release()
        except BaseException as error:
            faults.append(error)
            ended.release()

    for questions in chats:
        pool.submit(step, Conversation(), questions)
    for _ in chats:
        ended.acquire()
    if faults:
        raise faults[0]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--workers", type=int, required=True)
    args = parser.parse_args()
    assistant = open_application(load_config(args.config), args.index).assistant
    with ThreadPoolExecutor(args.workers) as pool:
        for line in sys.stdin:
            started, before = perf_counter(), process_time()
            burst(assistant, pool, json.loads(line))
            taken = {"seconds": perf_counter() - started, "cpu": process_time() - before}
            print(json.dumps(taken), flush=True)


if __name__ == "__main__":
    main()
