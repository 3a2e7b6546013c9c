"""The people that most tests know, and the server they write to."""

from __future__ import annotations

from tests.bot_api import BotApi

ANN, BEN, OWNER, EVE = 700_000_101, 700_000_102, 700_000_103, 700_000_104
"""Ben's language is German. Where a bot's settings say who may ask, all but Eve may."""


def server_and_people() -> BotApi:
    """A strict server in a thread of this process, which these people know."""
    server = BotApi()
    server.user("Ann", user_id=ANN)
    server.user("Ben", user_id=BEN, language="de", username="ben_reads")
    server.user("Olga", user_id=OWNER)
    server.user("Eve", user_id=EVE)
    return server
