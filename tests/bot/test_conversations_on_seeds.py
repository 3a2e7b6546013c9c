"""Whole conversations on ``seeds/`` with the shipped models: what was understood, what was said."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from bot.assembly.application import Application, open_application
from bot.config import Config
from bot.presentation.wording import NOT_SAID
from bot.terminal.chat_session import ChatSession
from bot.terminal.repl import run_piped
from retrieval.index.store import IndexStore
from retrieval.indexing.build import Export, IndexSettings, build
from tests.conftest import SEEDS

GENEVA = """Biden and Putin part in Geneva without a breakthrough

Joe Biden and Vladimir Putin met in a villa in Geneva on Wednesday. The meeting lasted three and a
half hours, less than the five hours that Biden's staff had allowed for. Putin said that there had
been no hostility.
"""
AS_TYPED = ""
ALWAYS = ("a meeting", "a sentence", "a correction")
"""The others, of more questions of the same kinds, are read among the slow tests."""


@pytest.fixture(scope="module")
def seeds(seed_index: Path) -> Application:
    return open_application(Config(), seed_index)


def said(application: Application, typed: list[str]) -> list[tuple[str, str]]:
    """What each line was understood as ("" as typed), and the first line of the reply."""
    out, errors = io.StringIO(), io.StringIO()
    session = ChatSession(application.assistant)
    status = run_piped(session, io.StringIO("\n".join(typed)), Console(file=out), errors)
    assert (errors.getvalue(), status) == ("", 0)
    replies = []
    for part in f"\n{out.getvalue()}".split("\n> ")[1:]:
        lines = part.splitlines()[1:]
        understood = ""
        if lines[0].startswith("Understood as: "):
            understood = lines.pop(0).removeprefix("Understood as: ")
        # The articles have their own no-break spaces.
        replies.append((understood, lines[0].split("  (")[0].replace("\xa0", " ")))
    return replies


CONVERSATIONS = {
    "a meeting": [
        ("Whom did Blinken meet in Reykjavik?", AS_TYPED, "Sergey Lavrov"),
        ("How long did it last?",
         "How long did the meeting between Blinken and Sergey Lavrov last?",
         "one hour and 45 minutes"),
        ("Was that longer than expected?",
         "Was one hour and 45 minutes longer than expected?",
         "In the end the meeting lasted for one hour and 45 minutes, which was longer than the one "
         "hour both sides had expected."),
        ("Who takes over the chairmanship of the council?", AS_TYPED, "Russia"),
        ("For how long?", "For how long does Russia take over the chairmanship of the council?",
         "two years"),
    ],
    "a sentence": [
        ("How many years did Whelan get?", AS_TYPED, "16 years"),
        ("And Reed?", "How many years did Reed get?", "nine years"),
    ],
    "a spokesman": [
        ("Who is Ned Price?", AS_TYPED, "the State Department’s spokesman"),
        ("What did he say the meeting would provide?",
         "What did Ned Price say the meeting would provide?",
         "let Washington find out whether steadier ties with Moscow are possible"),
        ("Where does he work?", "Where does Ned Price work?", "State Department"),
    ],
    "a council, and thanks": [
        ("How many members does the Arctic Council have?", AS_TYPED, "eight"),
        ("When was it founded?", "When was the Arctic Council founded?", "1996"),
        ("Thanks!", AS_TYPED, "You are welcome. The next question can come."),
        ("Who takes the chairmanship from Iceland?", AS_TYPED, "Russia"),
        ("For how many years?",
         "For how many years does Russia take the chairmanship from Iceland?",
         "two years"),
    ],
    "a correction": [
        ("How long did the meeting last?", AS_TYPED, "one hour and 45 minutes"),
        ("no, I meant the summit", "How long did the summit last?", NOT_SAID),
        ("Who met at the summit in 1986?", AS_TYPED, "Ronald Reagan and Mikhail Gorbachev"),
    ],
    "a list, and another topic": [
        ("Which former Marines are held in Russia?", AS_TYPED,
         "Paul Whelan and Trevor Reed, two former U.S. Marines"),
        ("How many years did the second one get?", "How many years did Trevor Reed get?",
         "nine years"),
        ("When was the Arctic Council founded?", AS_TYPED, "1996"),
        ("How many members does it have?", "How many members does the Arctic Council have?",
         "eight"),
    ],
    "a journey": [
        ("Where did Blinken go before Iceland?", AS_TYPED, "Denmark"),
        ("What did he talk about there?", "What did Blinken talk about in Denmark?",
         "economy, security, climate and the alliances"),
        ("hi, what did he say to the Copenhagen station?",
         "what did Blinken say to the Copenhagen station?",
         "that if America stays away, China or Russia can take the empty place"),
        ("Who is Ned Price?", AS_TYPED, "the State Department’s spokesman"),
    ],
    "a greeting": [
        ("Who greeted Lavrov with an elbow bump?", AS_TYPED, "Antony Blinken"),
    ],
    "a treaty": [
        ("What did the two countries extend?", AS_TYPED,
         "New START, the treaty limiting nuclear arms"),
        ("For how many years?",
         "For how many years did the two countries extend New START, the treaty limiting nuclear "
         "arms?",
         "five years"),
    ],
}  # fmt: skip


KNOWN_WRONG = {
    "a spokesman": "where he works is refused, with a few percent too little",
    "a greeting": "two who greeted each other are not taken for one who greeted the other",
}


def marks(name: str) -> list[pytest.MarkDecorator]:
    wrong = (
        [pytest.mark.xfail(strict=True, reason=KNOWN_WRONG[name])] if name in KNOWN_WRONG else []
    )
    return wrong if name in ALWAYS else [*wrong, pytest.mark.slow]


@pytest.mark.parametrize("name", [pytest.param(name, marks=marks(name)) for name in CONVERSATIONS])
def test_the_whole_conversation(seeds: Application, name: str) -> None:
    turns = CONVERSATIONS[name]
    replies = said(seeds, [typed for typed, _, _ in turns])
    assert replies == [(understood, answer) for _, understood, answer in turns]


def test_a_sentence_of_two_people(seeds: Application) -> None:
    assert said(seeds, ["How long is Paul Whelan's sentence?"]) == [(AS_TYPED, "16 years")]


@pytest.mark.slow
def test_which_one(tmp_path: Path, export: Export) -> None:
    (tmp_path / "geneva.txt").write_text(GENEVA, encoding="utf-8")
    build(IndexStore(tmp_path / "index"), [SEEDS, tmp_path], IndexSettings(), export=export)
    application = open_application(Config(), tmp_path / "index")
    chosen = ["How long did the meeting last?", "the Geneva one", "Was it longer than expected?"]
    assert said(application, chosen) == [
        (AS_TYPED, "Which one do you mean?"),
        ("How long did the meeting of Biden and Putin last?", "three and a half hours"),
        ("Was it longer than expected (How long did the meeting of Biden and Putin last: three "
         "and a half hours)?",
         "The meeting lasted three and a half hours, less than the five hours that Biden's staff "
         "had allowed for."),
    ]  # fmt: skip
    passed_over = ["How long did the meeting last?", "Where did Lavrov and Blinken meet?"]
    assert said(application, passed_over) == [
        (AS_TYPED, "Which one do you mean?"),
        (AS_TYPED, "Iceland"),
    ]
