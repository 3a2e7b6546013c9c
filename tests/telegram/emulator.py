"""``lo-bot-api-emulator``: a Bot API server written by others, as an outside check.

It keeps no texts: what can be seen is which methods were called with which fields, and what was
refused. It knows no chats, so that updates are written by hand here.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.bot_api import TOKEN
from tests.bot_api.text import found_entities
from tests.deadlines import HANGS
from tests.telegram.harness import free_port

_COMMAND = Path(sys.executable).parent / "lo-bot-api-emulator"
Record = dict[str, Any]
PRESSER = {"is_bot": False, "first_name": "Ann", "language_code": "en"}


@dataclass
class Emulator:
    """A running emulator, its queue of updates and its journal."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    client: httpx.Client
    token: str = TOKEN
    last_message: int = 1000

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def journal_file(self) -> Path:
        return self.folder / "journal.jsonl"

    def enqueue(self, kind: str, body: Record) -> int:
        """Queues an update; its id."""
        update = {"token": self.token, "update": {kind: body}}
        response = self.client.post(f"{self.url}/__fixture/updates", json=update)
        assert response.is_success, response.text
        return int(response.json()["result"]["update_id"])

    def say(self, user: int, text: str, *, chat: Record | None = None, **more: Any) -> Record:
        """``user`` writes, in private or in ``chat``; the message."""
        self.last_message += 1
        message = {
            "message_id": self.last_message,
            "from": person(user),
            "chat": chat or {"id": user, "type": "private", "first_name": "Ann"},
            "date": int(time.time()),
            "text": text,
            "entities": found_entities(text),
            **more,
        }
        self.enqueue("message", message)
        return message

    def press(self, user: int, message_id: int, data: str) -> str:
        """``user`` presses a button below a message of the bot; the id of the query."""
        number = str(10**15 + self.last_message)
        self.last_message += 1
        chat = {"id": user, "type": "private", "first_name": "Ann"}
        me = {"id": 7, "is_bot": True, "first_name": "Fixture"}
        message = {"message_id": message_id, "date": int(time.time()), "chat": chat, "from": me}
        query = {"id": number, "from": person(user), "chat_instance": "-42", "data": data}
        self.enqueue("callback_query", {**query, "message": {**message, "text": "..."}})
        return number

    def inline(self, user: int, query: str) -> str:
        """``user`` types ``@bot query``; the id of the query."""
        self.last_message += 1
        number = str(10**15 + self.last_message)
        self.enqueue(
            "inline_query", {"id": number, "from": person(user), "query": query, "offset": ""}
        )
        return number

    def deliver(self) -> int:
        """Lets the emulator try its webhook again; how many updates went out."""
        body = {"token": self.token}
        response = self.client.post(f"{self.url}/__fixture/deliver", json=body)
        return int(response.json()["result"]["delivered"])

    def journal(self) -> list[Record]:
        """What was called, line by line."""
        if not self.journal_file.exists():
            return []
        lines = self.journal_file.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def done(self) -> Counter[str]:
        """How often each method was carried out."""
        return Counter(
            entry["method"]
            for entry in self.journal()
            if "method" in entry and entry["status"] == 200
        )

    def wait_for(self, method: str, count: int = 1, timeout: float = HANGS) -> None:
        """Until ``method`` was carried out ``count`` times."""
        self.wait_until(lambda: self.done()[method] >= count, f"{count} times {method}", timeout)

    def wait_until(self, look: Callable[[], bool], what: str, timeout: float = HANGS) -> None:
        deadline = time.monotonic() + timeout
        while not look():
            last = self.journal()[-6:]
            assert time.monotonic() < deadline, f"{what} did not come in {timeout} s: {last}"
            time.sleep(0.02)

    def verdict(self, *methods: str, refusals: tuple[str, ...] = ()) -> Record:
        """The emulator's own judgement: nothing refused but ``refusals`` ("sendMessage:400"), a
        message was sent, and each of ``methods`` was carried out.
        """
        command = [str(_COMMAND), "verdict", str(self.journal_file), "--require-response"]
        for name in methods:
            command += ["--require-method", name]
        for pair in refusals:
            command += ["--allow-refusal", pair]
        run = subprocess.run(command, capture_output=True, timeout=HANGS, check=False)
        verdict: Record = json.loads(run.stdout)
        return verdict

    def close(self) -> None:
        self.client.close()
        self.process.terminate()
        self.process.wait(HANGS)


def person(user: int) -> Record:
    return {"id": user, **PRESSER}


def start_emulator(folder: Path) -> Emulator:
    """Starts one, with its journal in ``folder``, and waits until it takes connections."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    options = ["--enable-control", "--allow-insecure-loopback-webhooks"]
    journal = ["--journal", str(folder / "journal.jsonl")]
    with (folder / "emulator.txt").open("wb") as log:
        process = subprocess.Popen(
            [str(_COMMAND), "--port", str(port), *options, *journal], stdout=log, stderr=log
        )
    emulator = Emulator(folder, port, process, httpx.Client(timeout=HANGS))
    deadline = time.monotonic() + HANGS
    while True:
        try:
            emulator.client.get(emulator.url)
            return emulator
        except httpx.TransportError:
            assert process.poll() is None, (folder / "emulator.txt").read_text(encoding="utf-8")
            assert time.monotonic() < deadline, "the emulator does not answer"
            time.sleep(0.05)
