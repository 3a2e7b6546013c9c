"""The real ``pullquote telegram`` as a process of its own, talking to a Bot API server.

It does not know which server that is: ``tests.bot_api`` or the emulator.
"""

from __future__ import annotations

import json
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from tests.bot.conftest import COMMAND, environment
from tests.bot_api import TOKEN, BotApi
from tests.deadlines import HANGS

PROBES = ("message to edit not found", "message can't be edited", "message is not modified")
"""What the server says to edits that only look for a message in doubt."""
QUICK: Mapping[str, Mapping[str, object]] = {"answer": {"passages": 4}}
"""Settings of other sections: nearly all the time of an answer is reading, passage by passage."""


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def toml(sections: Mapping[str, Mapping[str, object]]) -> str:
    """Flat settings as TOML, whose strings, numbers and lists are written as in JSON."""
    lines = []
    for name, settings in sections.items():
        lines.append(f"[{name}]")
        lines += [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
    return "\n".join(lines) + "\n"


@dataclass
class BotProcess:
    """One bot; its state outlives its processes, so that it can be started again.

    ``settings`` are those of ``[telegram]``, ``sections`` of the other sections. ``expected`` and
    ``notices`` are what the final check lets pass, see ``Control.problems``; ``unsound`` leaves it
    out.
    """

    folder: Path
    index: Path
    settings: dict[str, object]
    sections: dict[str, dict[str, object]] = field(default_factory=dict)
    token: str = TOKEN
    expected: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    allowed_in_log: list[str] = field(default_factory=list)
    unsound: bool = False
    process: subprocess.Popen[bytes] | None = None
    runs: int = 0

    @property
    def pid(self) -> int:
        assert self.process is not None, "the bot was not started"
        return self.process.pid

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def state(self) -> Path:
        """The bot's folder below ``$XDG_STATE_HOME/pullquote``."""
        return self.folder / "state" / "pullquote"

    def log(self, run: int | None = None) -> str:
        """Standard error of the latest run, or of another, from 1."""
        file = self.folder / f"stderr-{run or self.runs}.txt"
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""

    def start(self, *, ready: bool = True, **changes: object) -> BotProcess:
        """Starts a process, with ``changes`` to its ``[telegram]`` settings; waits for "ready"."""
        assert not self.running, "the bot runs already"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.settings.update(changes)
        config = self.folder / "bot.toml"
        config.write_text(toml({"telegram": self.settings, **self.sections}), encoding="utf-8")
        self.runs += 1
        command = [COMMAND, "telegram", "--config", config, "--index", self.index]
        with (self.folder / f"stderr-{self.runs}.txt").open("wb") as log:
            self.process = subprocess.Popen(
                list(map(str, command)),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment(self.folder / "state", PULLQUOTE_TELEGRAM_TOKEN=self.token),
            )
        if ready:
            self.wait_ready()
        return self

    def wait_ready(self, timeout: float = HANGS) -> None:
        """Until the log says so."""
        self.wait_for_log("ready", timeout)

    def wait_for_log(self, text: str, timeout: float = HANGS) -> None:
        """Until ``text`` stands in the log of this run."""
        deadline = time.monotonic() + timeout
        while text not in self.log():
            assert self.running, f"the bot ended by itself ({self.status}):\n{self.log()}"
            assert time.monotonic() < deadline, f"no {text!r} in {timeout} s:\n{self.log()}"
            time.sleep(0.02)

    @property
    def status(self) -> int | None:
        return self.process.poll() if self.process is not None else None

    def terminate(self) -> None:
        """Asks the process to stop, and does not wait."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)

    def stop(self, timeout: float = HANGS) -> int:
        """Stops in good order; the exit status."""
        self.terminate()
        return self.wait(timeout)

    def wait(self, timeout: float = HANGS) -> int:
        """The exit status, once the process has ended."""
        assert self.process is not None
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"the bot did not stop in {timeout} s:\n{self.log()}") from None

    def kill(self) -> None:
        """Ends the process as hard as can be. What it was sending then is in doubt, and looked for
        by the next one.
        """
        assert self.process is not None
        self.expected.extend(PROBES)
        self.process.kill()
        self.process.wait(HANGS)

    def restart(self, *, hard: bool = False, **changes: object) -> BotProcess:
        """Another process with the same state."""
        if self.running:
            if hard:
                self.kill()
            else:
                assert self.stop() == 0, self.log()
        return self.start(ready=True, **changes)

    @property
    def database(self) -> Path:
        """Where it keeps the updates that it has in work."""
        return self.state / f"telegram-{self.token.partition(':')[0]}" / "bot.sqlite"

    def updates(self, what: str = "done") -> list[bool]:
        """``what`` of every update that is written down, in their order."""
        with closing(sqlite3.connect(self.database)) as connection:
            rows = connection.execute(f"SELECT {what} FROM updates ORDER BY update_id").fetchall()
        return [bool(row[0]) for row in rows]

    def unfinished(self) -> int:
        """How many updates are written down and not finished."""
        return self.updates().count(False)

    def memory(self) -> int:
        """Resident bytes of the process."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024

    def check_logs(self) -> None:
        """No log holds the token or a traceback."""
        secret = self.token.partition(":")[2]
        for run in range(1, self.runs + 1):
            log = self.log(run)
            assert secret not in log, "the token stands in the log"
            for line in self.allowed_in_log:
                log = log.replace(line, "")
            assert "Traceback" not in log, log


def settle(api: BotApi, bot: BotProcess, left: int = 0, patience: float = HANGS) -> None:
    """Until the bot has finished all that it was sent, but ``left`` updates at most. However long
    that takes: what counts as hanging is that not one is finished in ``patience`` seconds.
    """

    def waiting() -> int:
        return api.pending() + bot.unfinished()

    latest = waiting()
    while latest > left:
        before = latest

        def fewer(before: int = before) -> bool:
            nonlocal latest
            assert bot.running, f"the bot ended by itself ({bot.status}):\n{bot.log()[-2000:]}"
            latest = waiting()
            return latest < before

        api.wait_until(fewer, patience, f"the end of {before} updates", every=0.02)
