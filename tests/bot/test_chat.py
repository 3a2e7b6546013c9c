"""Whole conversations, typed into a pipe: what goes in, and all that comes out."""

from __future__ import annotations

import io
from datetime import date

import pytest
from rich.console import Console

from bot.dialogue.assistant import Assistant
from bot.dialogue.conversation import Conversation
from bot.storage.conversations import ConversationsInMemory
from bot.terminal.chat_session import COMMANDS, ChatError, ChatSession
from bot.terminal.repl import run_piped
from retrieval.datatypes import AnswerType
from retrieval.errors import QuestionError
from retrieval.pipeline import LONGEST_QUESTION
from tests.bot.worlds import EveryPassage, answerer_over, article, assistant_quoting

FACTS = article(
    "Talks end in Reykjavik\n\nThe meeting lasted 105 minutes. Sergei Lavrov came by ship.",
    "talks.txt",
)
LONG = article(
    "The meeting, which the delegations of both countries had prepared for many weeks in several "
    "capitals and by telephone, lasted 105 minutes, which was longer than anyone had expected.",
    "long.txt",
)


def chat(
    typed: str, assistant: Assistant | None = None, *, width: int = 80
) -> tuple[str, str, int]:
    """Standard output, standard error and exit status of a piped conversation."""
    out, errors = io.StringIO(), io.StringIO()
    console = Console(file=out, width=width, highlight=False, emoji=False)
    session = ChatSession(assistant or assistant_quoting("105 minutes", articles=[FACTS]))
    status = run_piped(session, io.StringIO(typed), console, errors)
    return out.getvalue(), errors.getvalue(), status


def test_a_question_and_the_commands_on_its_answer() -> None:
    start = FACTS.text.index("105")
    place = f"talks.txt, characters {start}–{start + len('105 minutes')}"
    out, errors, status = chat("how long did the meeting last?\n/sources\n/open 1\n/new\n/why\n")
    rule = "─"
    title = "Talks end in Reykjavik"
    assert [line.rstrip() for line in out.splitlines()] == [
        "> how long did the meeting last?",
        "105 minutes  (98 % sure, 1 source)",
        "  [1] The meeting lasted «105 minutes».",
        f"      {title}",
        f"      {place}",
        "",
        "> /sources",
        f" [1]  105 minutes  {title} ({place})",
        "",
        "> /open 1",
        f" {title} ".center(80, rule),
        *FACTS.text.replace("105 minutes", "«105 minutes»").splitlines(),
        rule * 80,
        "",
        "> /new",
        "A new conversation.",
        "",
        "> /why",
    ]
    assert errors == "pullquote: there is no answer yet; ask a question first.\n"
    assert status == 2


def test_nothing_of_an_answer_is_cut_at_the_width_of_a_pipe() -> None:
    out, _, _ = chat(
        "how long did the meeting last?\n", assistant_quoting("105 minutes", articles=[LONG])
    )
    assert LONG.text in out.replace("«", "").replace("»", "")


def test_the_quote_is_marked_in_plain_output_too() -> None:
    """Colours do not pass through a pipe; ``ask`` writes «quote»."""
    out, _, _ = chat("how long did the meeting last?\n")
    assert "«105 minutes»" in out


def test_a_follow_up_shows_what_it_was_taken_to_mean() -> None:
    assistant = assistant_quoting("Sergei Lavrov", articles=[FACTS], answer_type=AnswerType.PERSON)
    out, errors, status = chat("Who came by ship?\nWhere was he born?\n", assistant)
    assert "Understood as: Where was Sergei Lavrov born?" in out.splitlines()
    assert (errors, status) == ("", 0)


def test_a_new_conversation_knows_nothing_of_the_old_one() -> None:
    assistant = assistant_quoting("Sergei Lavrov", articles=[FACTS], answer_type=AnswerType.PERSON)
    out, _, _ = chat("Who came by ship?\n/new\nWhere was he born?\n", assistant)
    assert "Understood as" not in out


@pytest.mark.parametrize(
    ("command", "complaint"),
    [
        ("/open 99", "/open needs the number of a citation, from 1 to 1; type /sources"),
        ("/open 0", "/open needs the number of a citation, from 1 to 1; type /sources"),
        ("/open -1", "/open needs the number of a citation, from 1 to 1; type /sources"),
        ("/open x", "/open needs the number of a citation, from 1 to 1; type /sources"),
        ("/open", "/open needs the number of a citation, from 1 to 1; type /sources"),
        ("/open 1 2", "/open needs the number of a citation, from 1 to 1; type /sources"),
        ("/open ²", "/open needs the number of a citation, from 1 to 1; type /sources"),
        ("/open " + "9" * 5000, "/open needs the number of a citation, from 1 to 1; type"),
        ("/hlep", "there is no command /hlep; did you mean /help?"),
        ("/source", "there is no command /source; did you mean /sources?"),
        ("/xyzzy", "there is no command /xyzzy; type /help for the list."),
        ("/", "there is no command /; type /help for the list."),
        ("//", "there is no command //; type /help for the list."),
        ("?" + "x" * LONGEST_QUESTION, "the question has 2,001 characters, the most is 2,000"),
        ("x" * 100_000, "the question has 100,000 characters, the most is 2,000"),
    ],
)
def test_a_refused_line_is_one_sentence_and_the_chat_goes_on(command: str, complaint: str) -> None:
    out, errors, status = chat(f"how long did the meeting last?\n{command}\n/sources\n")
    assert errors.startswith(f"pullquote: {complaint}")
    assert errors.count("\n") == 1
    assert len(errors) < 300
    assert status == 2
    assert "105 minutes" in out.split("> /sources")[1]


@pytest.mark.parametrize("command", ["/sources", "/open 1", "/explain", "/why"])
def test_commands_on_an_answer_that_is_not_there(command: str) -> None:
    _, errors, status = chat(f"{command}\n")
    assert errors == "pullquote: there is no answer yet; ask a question first.\n"
    assert status == 2


def test_an_answer_without_citations_cannot_be_opened() -> None:
    _, errors, _ = chat("Who?\n/open 1\n", assistant_quoting("snow", articles=[FACTS]))
    assert errors == "pullquote: the last answer has no citations; ask another question first.\n"


@pytest.mark.parametrize("typed", ["", "\n", " \n\t\n\r\n", "\u00a0\n"])
def test_no_questions_no_output(typed: str) -> None:
    assert chat(typed) == ("", "", 0)


def test_help_names_every_command() -> None:
    out, errors, status = chat("/help\n")
    assert all(name in out for name in COMMANDS)
    assert (errors, status) == ("", 0)


@pytest.mark.parametrize("quit_line", ["/quit", " /QUIT ", "/quit now"])
def test_nothing_after_quit_is_read(quit_line: str) -> None:
    out, _, status = chat(f"{quit_line}\nhow long did the meeting last?\n")
    assert "105" not in out
    assert status == 0


def test_commands_may_be_typed_in_capitals_and_with_blanks() -> None:
    out, errors, _ = chat("how long?\n  /Open   1  \n")
    assert errors == ""
    assert "Sergei Lavrov came by ship." in out


def test_windows_line_ends_and_a_last_line_without_one() -> None:
    out, errors, status = chat("how long?\r\n/why")
    assert "105 minutes" in out
    assert "Asked for: " in out
    assert (errors, status) == ("", 0)


def test_control_characters_that_were_typed_are_not_echoed_raw() -> None:
    out, errors, _ = chat("how \x1b[31mlong?\n/\x1b[31mx\n")
    assert "\x1b" not in out
    assert "\x1b" not in errors


def test_explain_shows_every_stage() -> None:
    out, _, _ = chat("how long did the meeting last?\n/explain\n")
    for part in (
        "Passages",
        "Best span of each window",
        "Answers",
        "talks.txt",
        "expects",
        "retrieve",
        "read",
    ):
        assert part in out


def test_why_says_what_the_decision_rests_on() -> None:
    out, _, _ = chat("how long did the meeting last?\n/why\n")
    why = out.split("> /why\n")[1]
    assert "105 minutes" in why
    assert "98 %" in why


def test_a_refused_question_leaves_the_conversation_as_it_was() -> None:
    session = ChatSession(assistant_quoting("105 minutes", articles=[FACTS]))
    session.handle("how long did the meeting last?")
    with pytest.raises(QuestionError):
        session.handle("x" * (LONGEST_QUESTION + 1))
    assert session.handle("/sources").view is not None
    with pytest.raises(ChatError):
        session.handle("/nonsense")
    assert session.handle("/open 1").view is not None


def test_the_day_of_the_session_reaches_the_retriever() -> None:
    retriever = EveryPassage([FACTS])
    answerer = answerer_over(FACTS)
    answerer._retriever = retriever  # the double is asked instead
    session = ChatSession(Assistant(answerer, {FACTS.id: FACTS}.__getitem__), date(2021, 5, 20))
    session.handle("how long did the meeting last?")
    assert [query.published_until for query in retriever.queries] == [date(2021, 5, 20)]


def lavrov() -> Assistant:
    return assistant_quoting("Sergei Lavrov", articles=[FACTS], answer_type=AnswerType.PERSON)


def history(out: str, which: int = -1) -> list[str]:
    """What the last ``/history`` of a transcript showed."""
    shown = out.split("> /history\n")[which].split("\n\n", maxsplit=1)[0]
    return [line.rstrip() for line in shown.splitlines()]


def test_history_shows_what_was_asked_meant_and_answered() -> None:
    out, errors, status = chat("Who came by ship?\nWhere was he born?\n/history\n", lavrov())
    assert history(out) == [
        " 1  Who came by ship?",
        "    Sergei Lavrov",
        " 2  Where was he born?",
        "    understood as: Where was Sergei Lavrov born?",
        "    Sergei Lavrov",
        "About: Sergei Lavrov",
    ]
    assert (errors, status) == ("", 0)


def test_history_says_what_was_not_answered() -> None:
    out, _, _ = chat("Who sang there?\n/history\n", assistant_quoting("snow", articles=[FACTS]))
    assert history(out) == [" 1  Who sang there?", "    not answered"]


def test_history_of_nothing() -> None:
    out, errors, status = chat("/history\n")
    assert out == "> /history\nNo question has been asked in this conversation.\n\n"
    assert (errors, status) == ("", 0)


def test_history_says_what_it_has_forgotten() -> None:
    out, _, _ = chat("Who came by ship?\n" * 51 + "/history\n", lavrov())
    assert history(out)[:2] == ["Question 1 is no longer kept.", "  2  Who came by ship?"]
    out, errors, _ = chat("Who came by ship?\n" * 53 + "/history\n/edit 3 who?\n", lavrov())
    assert history(out)[0] == "Questions 1 to 3 are no longer kept."
    assert errors == "pullquote: there is no question 3 in this conversation; see /history.\n"


def test_what_was_typed_cannot_colour_the_history() -> None:
    out, _, _ = chat("who \x1b[31m[red]came[/red] \u202eby ship?\n/history\n", lavrov())
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "[red]came[/red]" in "\n".join(history(out))


def test_a_question_is_asked_again_in_its_own_place() -> None:
    typed = "Who came by ship?\nWhere was he born?\nWhy?\n/edit 2 When was he born?\n/history\n"
    out, errors, status = chat(typed, lavrov())
    again = out.split("> /edit 2 When was he born?\n")[1].splitlines()
    assert again[:2] == [
        "Question 2, asked again.",
        "Understood as: When was Sergei Lavrov born?",
    ]
    assert [line[:24] for line in history(out) if line[:2].strip()] == [
        " 1  Who came by ship?",
        " 2  When was he born?",
        " 3  Why?",
        "About: Sergei Lavrov",
    ]
    assert (errors, status) == ("", 0)


def test_commands_speak_of_the_answer_that_was_asked_again() -> None:
    out, _, _ = chat("how long?\nwhen?\n/edit 1 how long did the meeting last?\n/explain\n")
    assert "question   how long did the meeting last?" in out.split("> /explain\n")[1]


def test_asking_again_knows_nothing_of_what_came_later() -> None:
    out, _, _ = chat("how long?\nWho came by ship?\n/edit 1 Where was he born?\n", lavrov())
    assert "Understood as" not in out.split("> /edit")[1]


@pytest.mark.parametrize(
    "command", ["/edit", "/edit 1", "/edit 1  ", "/edit x who?", "/edit -1 who?", "/edit ² who?"]
)
def test_an_edit_that_says_too_little(command: str) -> None:
    out, errors, status = chat(f"how long?\n{command}\n/history\n")
    assert errors.startswith("pullquote: /edit needs the number of a question and what to ask")
    assert errors.count("\n") == 1
    assert history(out) == [" 1  how long?", "    105 minutes"]
    assert status == 2


@pytest.mark.parametrize("number", ["0", "2", "99999"])
def test_a_question_that_was_never_asked_cannot_be_edited(number: str) -> None:
    out, errors, _ = chat(f"how long?\n/edit {number} who?\n/history\n")
    assert (
        errors == f"pullquote: there is no question {number} in this conversation; see /history.\n"
    )
    assert history(out) == [" 1  how long?", "    105 minutes"]


def test_an_edit_that_is_refused_changes_nothing() -> None:
    out, errors, _ = chat(f"how long?\n/edit 1 {'x' * 3000}\n/history\n")
    assert "the question has 3,000 characters" in errors
    assert history(out) == [" 1  how long?", "    105 minutes"]


def test_a_new_conversation_counts_from_one() -> None:
    out, errors, _ = chat("how long?\nwhen?\n/new\n/history\nwho?\n/history\n/edit 2 who?\n")
    assert history(out, 1) == ["No question has been asked in this conversation."]
    assert history(out)[0] == " 1  who?"
    assert errors == "pullquote: there is no question 2 in this conversation; see /history.\n"


def test_every_turn_is_kept_and_a_new_conversation_forgets() -> None:
    store = ConversationsInMemory()
    session = ChatSession(lavrov(), store=store, key="me")
    session.handle("Who came by ship?")
    assert [turn.question for turn in store.load("me").turns] == ["Who came by ship?"]
    session.handle("/edit 1 who came?")
    session.handle("Where was he born?")
    assert [turn.question for turn in store.load("me").turns] == ["who came?", "Where was he born?"]
    goes_on = ChatSession(lavrov(), store=store, key="me", conversation=store.load("me"))
    reply = goes_on.handle("When did he leave?").reply
    assert reply is not None
    assert reply.standalone_question == "When did Sergei Lavrov leave?"
    assert reply.number == 3
    other = ChatSession(lavrov(), store=store, key="me")
    other.handle("/new")
    assert store.load("me").asked == 3, "what it never held it does not forget"
    goes_on.handle("/new")
    assert store.load("me") == Conversation()
