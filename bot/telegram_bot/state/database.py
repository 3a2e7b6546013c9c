"""The bot's memory in one SQLite file: updates in work, answers with buttons, daily accounts.

An update is written down before Telegram is told that it has arrived, and what it leads to before
anything is sent: so a kill at any moment loses nothing. Used from the event loop's thread alone.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from pathlib import Path

from bot.storage.sqlite_file import FileKind, Read, SqliteFile, pragma
from bot.telegram_bot.state.actions import (
    AnswerRecord,
    Outcome,
    Usage,
    outcome_from_json,
    outcome_to_json,
    record_from_json,
    record_to_json,
)

_APPLICATION, _VERSION = 0x50517162, 1
_DONE_DAYS = 3
"""Telegram keeps an update for a day: one that comes again later is a new one."""
_DAY = 86_400.0
_HIGHEST = "highest message "
_SCHEMA = (
    "CREATE TABLE updates (update_id INTEGER PRIMARY KEY, received REAL NOT NULL, body TEXT, "
    "outcome BLOB, step INTEGER NOT NULL DEFAULT 0, trying INTEGER, floor INTEGER, "
    "tries INTEGER NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0)",
    "CREATE INDEX updates_in_work ON updates (update_id) WHERE NOT done",
    "CREATE TABLE answers (token TEXT PRIMARY KEY, place TEXT NOT NULL, chat INTEGER NOT NULL, "
    "question INTEGER NOT NULL, made REAL NOT NULL, rated INTEGER NOT NULL, body BLOB NOT NULL)",
    "CREATE INDEX answers_by_question ON answers (chat, question)",
    "CREATE INDEX answers_by_place ON answers (place, made)",
    "CREATE INDEX answers_by_age ON answers (made)",
    "CREATE TABLE usage (day TEXT NOT NULL, user INTEGER NOT NULL, outcome TEXT NOT NULL, "
    "questions INTEGER NOT NULL, milliseconds REAL NOT NULL, PRIMARY KEY (day, user, outcome))",
    "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    f"PRAGMA application_id = {_APPLICATION}",
    f"PRAGMA user_version = {_VERSION}",
)


def _refusal(read: Read) -> str | None:
    found = (pragma(read, "application_id"), pragma(read, "user_version"))
    if found == (_APPLICATION, _VERSION):
        return None
    return "is no file of this version's bot; move it away, and a new one is made there."


_KIND = FileKind(
    _SCHEMA,
    _refusal,
    "the bot's memory cannot be used ({error}); see that it can be written and has space.",
)


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An update that was received and not finished.

    ``outcome`` is None before it was decided; ``step`` counts the actions carried out; ``trying``
    is the step that was begun and not seen to end, when the highest message id known was ``floor``.
    ``tries`` counts how often deciding was begun.
    """

    update_id: int
    body: str
    outcome: Outcome | None
    step: int
    trying: int | None
    floor: int | None
    tries: int


@dataclass(frozen=True, slots=True)
class DayAccount:
    """The questions of one day by outcome, how many people asked, and mean milliseconds."""

    day: str
    questions: dict[str, int]
    people: int
    milliseconds: float


class BotDatabase:
    """Opened at once, so that a file that cannot be used is told before anything is received.

    Raises ``StorageError``, from all methods.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = SqliteFile(path, _KIND)
        self._file.open()

    def close(self) -> None:
        """Lets go of the file."""
        self._file.close()

    # Updates

    def receive(self, update_id: int, received: float, body: str) -> bool:
        """Writes an update down. False where it had been received before."""
        new = self._file.change(
            "INSERT OR IGNORE INTO updates (update_id, received, body) VALUES (?, ?, ?)",
            update_id, received, body,
        )  # fmt: skip
        return new == 1

    def unfinished(self) -> list[Unfinished]:
        """In the order in which Telegram sent them."""
        rows = self._file.rows(
            "SELECT update_id, body, outcome, step, trying, floor, tries FROM updates "
            "WHERE NOT done ORDER BY update_id"
        )
        return [
            Unfinished(
                row[0],
                row[1] or "",
                outcome_from_json(row[2]) if row[2] else None,
                *row[3:],
            )
            for row in rows
        ]

    def begin_deciding(self, update_id: int) -> None:
        """Deciding begins, perhaps not for the first time."""
        self._file.change("UPDATE updates SET tries = tries + 1 WHERE update_id = ?", update_id)

    def decide(self, update_id: int, outcome: Outcome) -> None:
        """Writes down all that an update leads to, before any of it is done."""
        with self._file.together():
            self._file.change(
                "UPDATE updates SET outcome = ?, body = NULL, step = 0, trying = NULL "
                "WHERE update_id = ?",
                outcome_to_json(outcome), update_id,
            )  # fmt: skip
            for record in outcome.answers:
                self._keep(record)
            if outcome.usage is not None:
                self._count(outcome.usage)

    def begin(self, update_id: int, step: int, floor: int) -> None:
        """The action ``step`` is about to be carried out."""
        self._file.change(
            "UPDATE updates SET trying = ?, floor = ? WHERE update_id = ?", step, floor, update_id
        )

    def advance(
        self,
        update_id: int,
        step: int,
        sent: tuple[str, int] | None = None,
        highest: tuple[int, int] | None = None,
    ) -> None:
        """The actions before ``step`` are done. ``sent`` is the answer whose message the last of
        them was, and the message's id; ``highest`` a row of message ids and the highest known.
        """
        with self._file.together():
            if highest is not None:
                self.set_fact(f"{_HIGHEST}{highest[0]}", str(highest[1]))
            self._file.change(
                "UPDATE updates SET step = ?, trying = NULL WHERE update_id = ?", step, update_id
            )
            if sent is not None:
                record = self.answer(sent[0])
                if record is not None:
                    self._keep(replace(record, messages=(*record.messages, sent[1])))

    def finish(self, update_id: int) -> None:
        """Nothing is left to do, and nothing of what was said is kept."""
        self._file.change(
            "UPDATE updates SET done = 1, body = NULL, outcome = NULL, trying = NULL "
            "WHERE update_id = ?",
            update_id,
        )

    # Answers

    def keep(self, record: AnswerRecord) -> None:
        """Keeps an answer instead of an earlier one with its token."""
        self._keep(record)

    def answer(self, token: str) -> AnswerRecord | None:
        """The answer with a token; None where there is none, or no longer."""
        return self._record("token = ?", token)

    def answer_to(self, chat: int, question: int) -> AnswerRecord | None:
        """The last answer to a message."""
        return self._record("chat = ? AND question = ?", chat, question)

    def latest(self, place: str) -> AnswerRecord | None:
        """The last answer of a conversation; small talk is none."""
        return self._record("place = ? AND rated", place)

    # Accounts

    def asked(self, user: int, day: str) -> int:
        """How many questions a user has asked on a day."""
        sums = "SELECT coalesce(sum(questions), 0) FROM usage WHERE user = ? AND day = ?"
        return int(self._file.rows(sums, user, day)[0][0])

    def accounts(self, days: int) -> list[DayAccount]:
        """The last days on which somebody asked, latest first."""
        rows = self._file.rows(
            "SELECT day, outcome, sum(questions), sum(milliseconds) FROM usage WHERE day IN "
            "(SELECT DISTINCT day FROM usage ORDER BY day DESC LIMIT ?) "
            "GROUP BY day, outcome ORDER BY day DESC",
            days,
        )
        people: dict[str, int] = dict(
            self._file.rows("SELECT day, count(DISTINCT user) FROM usage GROUP BY day")
        )
        found = []
        for day in dict.fromkeys(row[0] for row in rows):
            counts = {row[1]: row[2] for row in rows if row[0] == day}
            spent = sum(row[3] for row in rows if row[0] == day)
            found.append(DayAccount(day, counts, people[day], spent / sum(counts.values())))
        return found

    # Facts

    def fact(self, name: str) -> str | None:
        """A value kept under a name."""
        rows = self._file.rows("SELECT value FROM facts WHERE name = ?", name)
        return str(rows[0][0]) if rows else None

    def set_fact(self, name: str, value: str) -> None:
        """Keeps a value under a name."""
        self._file.change("INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)", name, value)

    def highest_messages(self) -> dict[int, int]:
        """The highest message id known in each row of them."""
        rows = self._file.rows("SELECT name, value FROM facts WHERE name GLOB ?", f"{_HIGHEST}*")
        return {int(name.removeprefix(_HIGHEST)): int(value) for name, value in rows}

    def tidy(self, now: float, answer_days: float) -> None:
        """Drops answers older than ``answer_days``, and updates that cannot come again."""
        self._file.change("DELETE FROM answers WHERE made < ?", now - answer_days * _DAY)
        self._file.change(
            "DELETE FROM updates WHERE done AND received < ?", now - _DONE_DAYS * _DAY
        )

    def _record(self, where: str, *values: object) -> AnswerRecord | None:
        found = f"SELECT body FROM answers WHERE {where} ORDER BY made DESC, rowid DESC LIMIT 1"
        rows = self._file.rows(found, *values)
        return record_from_json(zlib.decompress(rows[0][0])) if rows else None

    def _keep(self, record: AnswerRecord) -> None:
        self._file.change(
            "INSERT OR REPLACE INTO answers "
            "(token, place, chat, question, made, rated, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
            record.token, record.place, record.chat, record.question, record.made,
            record.rated is not None, zlib.compress(record_to_json(record), 1),
        )  # fmt: skip

    def _count(self, usage: Usage) -> None:
        self._file.change(
            "INSERT INTO usage (day, user, outcome, questions, milliseconds) "
            "VALUES (?, ?, ?, 1, ?) ON CONFLICT DO UPDATE SET questions = questions + 1, "
            "milliseconds = milliseconds + excluded.milliseconds",
            usage.day, usage.user, usage.outcome, usage.milliseconds,
        )  # fmt: skip
