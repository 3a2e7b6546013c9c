"""The commands: arguments in, one exit status out. Thin; the work is done elsewhere.

Results go to standard output, errors and progress to standard error. Exit status: 0 done (an
abstention is a result), 1 the work failed, 2 the call was wrong.
"""

from __future__ import annotations

import errno
import json
import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.collection import collections, list_, remove, verify
from bot.cli.evaluation import agreement, calibrate, compare, evaluate, label
from bot.cli.locations import located_config, located_index, located_settings
from bot.cli.options import AsOfOption, CollectionOption, ConfigOption, IndexOption
from retrieval.errors import PullquoteError

if TYPE_CHECKING:
    from bot.dialogue.conversation import Conversation

app = typer.Typer(
    name="pullquote",
    help="Ask your articles; get their exact words back, with who wrote them, when, and how sure.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

_OUTPUT_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)
_LAST_CHAT = "terminal"
"""The key of the conversation that ``chat --continue`` goes on with: one for each user."""


def main() -> None:
    """Entry point: turns every error meant for a person into one sentence and an exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        try:
            app()
        finally:
            # Flushed here, where a reader who has left is still an error that can be caught.
            sys.stdout.flush()
    except PullquoteError as error:
        from retrieval.text.characters import printable

        print(f"pullquote: {printable(str(error))}", file=sys.stderr)
        sys.exit(error.exit_status)
    except OSError as error:
        _leave_output()
        if not isinstance(error, BrokenPipeError):
            if error.errno not in _OUTPUT_ERRORS:
                raise
            print(
                f"pullquote: the result cannot be written ({error.strerror}); "
                "free some space or send it elsewhere.",
                file=sys.stderr,
            )
        sys.exit(1)


def _leave_output() -> None:
    """Closes standard output for good: a second complaint while leaving helps nobody."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@app.command(epilog="Example: pullquote index clippings/ https://example.org/feed.xml")
def index(
    named: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH|ADDRESS...",
            help="Files, folders, addresses of pages and feeds, OPML lists of feeds.",
        ),
    ],
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Name everything that is left out.")
    ] = False,
    config: ConfigOption = None,
    index: IndexOption = None,
    collection: CollectionOption = None,
) -> None:
    """Add or update articles. Stop it at any time; the next run goes on from there."""
    from bot.cli.index import run_index

    folder = located_index(index, collection, writing=True)
    raise typer.Exit(run_index(located_settings(config), folder, named, verbose=verbose))


@app.command(epilog="Example: pullquote watch clippings/ https://example.org/feed.xml --every 30")
def watch(
    named: Annotated[
        list[str],
        typer.Argument(metavar="PATH|ADDRESS...", help="What `pullquote index` takes."),
    ],
    every: Annotated[
        float,
        typer.Option(
            "--every", metavar="MINUTES", min=1.0, help="How often addresses are asked again."
        ),
    ] = 15.0,
    config: ConfigOption = None,
    index: IndexOption = None,
    collection: CollectionOption = None,
) -> None:
    """Keep the index current. Files are read as they change, pages and feeds every so often."""
    from bot.cli.watch import run_watch

    folder = located_index(index, collection, writing=True)
    raise typer.Exit(run_watch(located_settings(config), folder, named, 60 * every))


@app.command(epilog='Example: pullquote ask "how long did the meeting last?" --as-of 2021-06-01')
def ask(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="In quotation marks.")],
    as_of: AsOfOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show every stage.")] = False,
    config: ConfigOption = None,
    index: IndexOption = None,
    collection: CollectionOption = None,
) -> None:
    """Answer one question with a quote and its source, or say that the articles do not say."""
    from bot.assembly.application import open_application
    from bot.cli.options import parse_day
    from bot.dialogue.conversation import Conversation
    from bot.dialogue.reply import RemarkReply
    from bot.presentation.reply_json import to_json
    from bot.presentation.text import to_text
    from retrieval.pipeline import checked_question

    day = None if as_of is None else parse_day(as_of)
    checked_question(question)
    folder = located_index(index, collection)
    assistant = open_application(located_settings(config), folder).assistant
    reply, _ = assistant.reply(Conversation(), question, day)
    if as_json:
        # ASCII, because this is for programs: whatever the terminal's encoding, nothing is lost.
        print(json.dumps(to_json(reply)))
    elif sys.stdout.isatty():
        from bot.terminal.views import reply_view

        _console().print(reply_view(reply))
    else:
        print(to_text(reply))
    if explain and not isinstance(reply, RemarkReply):
        from bot.terminal.explanation_view import explanation_view

        # An explanation must not spoil the JSON that a program reads.
        _console(stderr=as_json).print(explanation_view(reply))


@app.command(epilog="Example: pullquote chat --continue; or: pullquote chat < questions.txt")
def chat(
    as_of: AsOfOption = None,
    go_on: Annotated[
        bool, typer.Option("--continue", help="Go on with the last conversation.")
    ] = False,
    config: ConfigOption = None,
    index: IndexOption = None,
    collection: CollectionOption = None,
) -> None:
    """Ask in a conversation; /help lists the commands. Reads a pipe one question a line."""
    from bot.assembly.application import kept_conversations, open_application, reloading_assistant
    from bot.cli.options import parse_day
    from bot.environment import state_folder
    from bot.terminal.chat_session import ChatSession
    from bot.terminal.repl import run_piped, run_terminal

    day = None if as_of is None else parse_day(as_of)
    folder = located_index(index, collection)
    settings = located_settings(config)
    application = open_application(settings, folder)
    terminal = sys.stdin.isatty()
    # What was asked of one index says nothing to another.
    key = f"{_LAST_CHAT} {folder.resolve()}"
    with kept_conversations(settings) as kept:
        conversation = kept.load(key) if go_on else None
        session = ChatSession(
            reloading_assistant(application, settings, folder),
            day,
            store=kept if terminal or go_on else None,
            key=key,
            conversation=conversation,
        )
        if not terminal:
            if hasattr(sys.stdin, "reconfigure"):
                sys.stdin.reconfigure(errors="replace")
            raise typer.Exit(run_piped(session, sys.stdin, _console(), sys.stderr))
        greeting = _greeting(application.index.manifest.articles, conversation)
        run_terminal(session, _console(), state_folder() / "chat_history", greeting)


def _greeting(articles: int, conversation: Conversation | None) -> str:
    greeting = f"{articles} articles. Ask a question; /help lists commands, Ctrl-D leaves."
    if conversation is None:
        return greeting
    if not conversation.turns:
        return f"{greeting}\nNo earlier conversation is kept; this is a new one."
    from retrieval.text.characters import printable

    asked = printable(conversation.turns[-1].question)
    return f"{greeting}\nGoing on after “{asked}”; /history shows all questions."


app.command("list", epilog="Example: pullquote list --publisher Gazette --since 2023-01-01")(list_)
app.command(epilog="Example: pullquote remove clippings/old; or: remove --missing")(remove)
app.command(epilog="Example: pullquote collections --json")(collections)
app.command(epilog="Example: pullquote verify runs/before")(verify)
app.command(epilog="Example: pullquote evaluate questions.jsonl --out runs/today")(evaluate)
app.command(epilog="Example: pullquote compare runs/before runs/today")(compare)
app.command(epilog="Example: pullquote calibrate questions.jsonl --precision 0.9 --config my.toml")(
    calibrate
)
app.command(epilog="Example: pullquote label questions.txt --out labels.jsonl --by Ann")(label)
app.command(epilog="Example: pullquote agreement ann.jsonl ben.jsonl")(agreement)


@app.command(epilog="Example: pullquote telegram --config bot.toml")
def telegram(
    config: ConfigOption = None,
    index: IndexOption = None,
    collection: CollectionOption = None,
) -> None:
    """Run the Telegram bot; its token is read from PULLQUOTE_TELEGRAM_TOKEN."""
    from bot.assembly.application import open_application, reloading_assistant
    from bot.environment import state_folder, telegram_token
    from bot.telegram_bot.command import Asked, checked_token, run_telegram

    folder = located_index(index, collection)
    settings = located_settings(config)
    token = checked_token(telegram_token())
    application = open_application(settings, folder)
    live = reloading_assistant(application, settings, folder)
    name = str(folder.resolve())
    asked = Asked(live, name, lambda: live.opened.article_count, lambda: live.fault)
    run_telegram(settings, token, state_folder(), asked)


@app.command(epilog="Example: pullquote doctor --index clippings/.pullquote")
def doctor(
    config: ConfigOption = None,
    index: IndexOption = None,
    collection: CollectionOption = None,
) -> None:
    """Check config, models and index; say what to do about each fault."""
    from bot.cli.doctor import run_doctor

    raise typer.Exit(run_doctor(located_config(config), located_index(index, collection)))


def _console(*, stderr: bool = False):  # type: ignore[no-untyped-def]  # the type needs the lazy import
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, emoji=False)


if __name__ == "__main__":
    main()
