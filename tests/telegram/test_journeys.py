"""Journeys of people through the real bot, against the strict server."""

from __future__ import annotations

import pytest

from tests.telegram.api import BotApi
from tests.telegram.conftest import ANN
from tests.telegram.harness import BotProcess

pytestmark = pytest.mark.timeout(120)


def test_a_question_is_answered_with_its_source(api: BotApi, bot: BotProcess) -> None:
    question = api.ask(ANN, "how long did the meeting last?")
    answer = api.wait_for_answer(question)
    assert "one hour and 45 minutes" in answer.text
    assert api.actions(ANN)[0].action == "typing"
    assert api.actions(ANN)[0].at < answer.at
