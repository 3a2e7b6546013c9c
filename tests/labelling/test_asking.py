"""What is offered for a question: spans that stand in the articles, and articles to open."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings

from bot.dialogue.conversation import Conversation
from bot.dialogue.reply import Reply
from bot.evaluation.labelling.asking import Asking
from bot.evaluation.sets.questions import EvalQuestion
from tests.bot.worlds import (
    TALKS,
    article,
    assistant_quoting,
    assistant_reading_titles,
    hostile_texts,
)

TALK = article(TALKS, "talks.txt")
OTHER = article("Weather\n\nIt rained in Oslo all day.", "weather.txt")


class Recording:
    """Implements ``Replies`` and remembers what it was asked, after how many turns."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int, date | None]] = []
        self._assistant = assistant_quoting(
            "one hour and 45 minutes", "May 19", articles=[TALK, OTHER]
        )

    def reply(
        self,
        conversation: Conversation,
        text: str,
        as_of: date | None = None,
        *,
        asks_back: bool = False,
    ) -> tuple[Reply, Conversation]:
        self.asked.append((text, len(conversation.turns), as_of))
        return self._assistant.reply(conversation, text, as_of)

    def ask_again(
        self, conversation: Conversation, number: int, text: str, as_of: date | None = None
    ) -> tuple[Reply, Conversation]:
        return self._assistant.ask_again(conversation, number, text, as_of)


def question(text: str, name: str = "a", turn: int | None = None) -> EvalQuestion:
    conversation = None if turn is None else "A"
    return EvalQuestion(name, text, (), conversation=conversation, turn=turn)


def test_the_best_spans_come_first_and_every_article_can_be_opened() -> None:
    asked = question("how long did the meeting last?")
    found = Asking(Recording(), [asked]).found(asked)
    assert [quote.text for quote in found.quotes] == ["one hour and 45 minutes", "May 19"]
    assert [place.article_id for place in found.open] == ["talks.txt", "talks.txt", "weather.txt"]
    assert found.open[:2] == tuple(quote.place for quote in found.quotes)
    assert found.probability is not None


def test_a_title_is_no_place_that_a_label_could_name() -> None:
    known = article("They met on Monday.", title="Lavrov came")
    assistant = assistant_reading_titles("Lavrov", "Monday", articles=[known])
    asked = question("Who met on Monday?")
    found = Asking(assistant, [asked]).found(asked)
    assert [quote.text for quote in found.quotes] == ["Monday"]
    assert [place.article_id for place in found.open] == ["a.txt"]


def test_a_question_is_asked_once_while_it_is_shown() -> None:
    replies, asked = Recording(), question("how long did the meeting last?")
    asking = Asking(replies, [asked])
    assert asking.found(asked) == asking.found(asked)
    assert len(replies.asked) == 1


def test_a_question_of_a_conversation_is_asked_after_those_before_it() -> None:
    """Labelling may go on in its middle."""
    questions = [
        question("how long did the meeting last?", "a", 1),
        question("who met?", "b", 2),
        question("and where?", "c", 3),
    ]
    replies = Recording()
    asking = Asking(replies, questions)
    found = asking.found(questions[2])
    assert [turns for _, turns, _ in replies.asked] == [0, 1, 2]
    assert found.earlier == ("how long did the meeting last?", "who met?")
    asking.found(questions[1])
    assert [text for text, _, _ in replies.asked[3:]] == ["who met?"], "the first is remembered"


def test_what_cannot_be_asked_says_why_and_stops_nothing() -> None:
    long, after = question("x" * 3000, "a", 1), question("how long?", "b", 2)
    asking = Asking(Recording(), [long, after])
    assert "3,000 characters" in asking.found(long).remark
    assert asking.found(long).quotes == ()
    assert asking.found(after).quotes != ()
    assert asking.found(question("thank you")).remark.startswith("You are welcome.")


def test_articles_are_found_by_id_or_by_words() -> None:
    asking = Asking(Recording(), [])
    assert [place.article_id for place in asking.elsewhere(" weather.txt ").open] == ["weather.txt"]
    found = asking.elsewhere("when did they meet?")
    assert {place.article_id for place in found.open} == {"talks.txt", "weather.txt"}
    assert asking.elsewhere(" ").open == ()


@settings(max_examples=60)
@given(text=hostile_texts)
def test_offered_spans_are_verbatim(text: str) -> None:
    source = article(text)
    words = text.split()[:3] or ["x"]
    asked = question("what is it that they said?")
    found = Asking(assistant_quoting(*words, articles=[source]), [asked]).found(asked)
    for quote in found.quotes:
        assert source.text[quote.place.start : quote.place.end] == quote.text
