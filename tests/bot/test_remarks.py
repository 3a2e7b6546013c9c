"""What is taken as no question to the articles, what never is, and what is said to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue.conversation import Answered, Conversation, Turn
from bot.dialogue.small_talk.replies import Listed, NoLibrary, Remark, remark_on
from tests.bot.worlds import hostile_questions, hostile_texts

TODAY = date(2021, 5, 20)  # a Thursday
LONG_AGO = date(1999, 12, 31)


@dataclass(frozen=True)
class Shelf:
    """Implements ``Library`` over a list, newest first; a topic is found in titles as typed."""

    articles: tuple[Listed, ...]

    def count(self, as_of: date | None = None) -> int:
        return len(self._until(as_of))

    def about(self, topic: str, limit: int, as_of: date | None = None) -> Sequence[Listed]:
        found = [a for a in self._until(as_of) if topic.casefold() in (a.title or "").casefold()]
        return found[:limit]

    def since(self, day: date, limit: int, as_of: date | None = None) -> Sequence[Listed]:
        return [a for a in self._until(as_of) if a.published and a.published >= day][:limit]

    def newest(self, limit: int, as_of: date | None = None) -> Sequence[Listed]:
        return self._until(as_of)[:limit]

    def _until(self, as_of: date | None) -> list[Listed]:
        latest = as_of or date.max
        return [a for a in self.articles if a.published is None or a.published <= latest]


SHELF = Shelf(
    (
        Listed("c.txt", "Talks end in Reykjavik", "Northwire", date(2021, 5, 19)),
        Listed("b.txt", "Ferry strike ends", "Harbor Post", date(2021, 5, 17)),
        Listed("a.txt", "Talks begin in Reykjavik", None, date(2021, 4, 2)),
        Listed("u.txt", "Undated"),
    )
)
ASKED = Conversation().with_turn(
    Turn("who met?", "Who met in Reykjavik?", Answered("Lavrov", "Lavrov came.", "Talks end"))
)


def remark(
    text: str,
    conversation: Conversation | None = None,
    library: Shelf | NoLibrary = SHELF,
    as_of: date | None = None,
) -> Remark | None:
    return remark_on(text, conversation or Conversation(), library, as_of, today=lambda: TODAY)


def said(text: str, **given: object) -> str:
    found = remark(text, **given)  # type: ignore[arg-type]
    assert found is not None, text
    return found.text


def ids(text: str, **given: object) -> list[str]:
    found = remark(text, **given)  # type: ignore[arg-type]
    assert found is not None, text
    return [listed.article_id for listed in found.articles]


QUESTIONS = """
Who said thanks to the rescuers?
What is new in the treaty?
What did Biden say about help for Ukraine?
Hello Kitty was made by whom?
Who are the Houthis?
How many articles does the treaty have?
Thanks to whom was the deal signed?
What's new START about?
hi, how long did the meeting last?
Thanks. And who chaired it?
ok so who won?
great, and where did they meet?
What is the latest on Navalny?
What is the latest Covid variant?
Which company is the latest tech giant to announce layoffs?
What happened today?
What happened since Monday?
What did Lavrov do this week?
Who is new at the ministry?
Who helped the refugees?
What help did Ukraine get?
Can you help Ukraine win?
What can you do with a drone?
What can I do against inflation?
Who are you voting for, asked the reporter of whom?
Are you a robot, a play, opened where?
What is a bot?
Is ChatGPT a bot?
Who made ChatGPT?
Who wrote the article of the constitution on free speech?
How many articles of impeachment were there?
How many articles are there in the treaty?
How many articles did the committee pass?
Which articles of the charter mention war?
Which article of the treaty covers defence?
What articles were stolen from the shop?
What articles of clothing did he wear?
What do you call a group of crows?
Do you have to pay for the ferry?
Is there anything that Putin rejected?
Is there anything about the summit that Putin rejected?
Do the articles say whether Navalny was poisoned?
Did anybody say anything about Nord Stream 2?
Is there life on Mars?
What have they got on Trump?
What news did Price announce on Tuesday?
What is new since the treaty was signed by both?
Which documents mention Pence?
Which stories did Bly write?
What was the good news for travellers?
Good Friday fell on which day?
Good morning America is shown by which channel?
Bye Bye Birdie opened when?
Nice?
And Nice?
Nice was attacked when?
Wrong?
Right to Buy ended when?
Perfect Storm hit where?
Wow Air went bankrupt when?
Test results were published when?
Yes Minister starred who?
No Time to Die opened when?
So what?
Why?
How long?
And Trevor Reed's?
Tell me more.
Where was he born?
Really Useful Group is led by whom?
Fine Gael won how many seats?
Great Britain left when?
Cool Britannia was coined by whom?
Please Please Me was released when?
OK Go come from where?
Wrong number, said who?
the bot was made by whom?
Help! was released when?
who helped
who is it
how are the talks going?
how are you supposed to vote by mail?
what's up with the pipeline?
are the talks there?
Reykjavik
Blinken Lavrov meeting length
""".strip().splitlines()


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_question_is_never_swallowed(text: str) -> None:
    for conversation in (Conversation(), ASKED):
        assert remark(text, conversation) is None
        assert remark(text.lower(), conversation) is None
        assert remark(text.rstrip("?"), conversation) is None or text in ("Nice?", "Wrong?")


SMALL_TALK = """
thanks
THANKS!!
Thanks.
thank you
Thank you so much for your help!
thank u
thx
ty
ok thanks 👍
okay, thanks a lot
great, thanks!
Thanks 🙏🙏
many thanks
cheers
merci
hello
Hello there
hellooo
hi!
Hi 👋
hey
hey there!
good morning
Good evening, everyone
hi bot
greetings
how are you?
How are you doing today?
what's up?
are you there?
test
bye
Bye-bye!
goodbye
good night
see you later
that's all for today
great
Great!
nice one
wow
Cool 😎
awesome, thank you
That is great.
that’s interesting
very interesting
good bot
well done
perfect.
lol
hahaha
that is wrong
That's wrong!
wrong
No, that's not right
that's not what I asked
this is nonsense
bad answer
you are wrong
not helpful
useless bot
are you sure?
Really?
ok
OK.
okay
I see
got it
alright
hmm
👍
🙂
yes
no
No.
sorry
never mind
help
Help!
help me
HELP ME PLEASE
can you help me?
what can you do?
What can you do for me?
what can I ask?
what can I ask you about?
how do I use this?
how does this work?
how do you work?
what questions can you answer
please help
commands
who are you?
who r u
Who are you, please?
what are you?
are you a bot?
Are you ChatGPT?
are you human?
are you a real person?
is this ChatGPT?
what's your name?
who made you?
tell me about yourself
are you an AI?
am I talking to a bot?
where do you get your answers from?
how do you know that?
what are your sources?
do you make things up?
do you use the internet?
hi, who are you?
hello! what can you do?
how many articles do you have?
How many articles are there?
how many documents do you have in total?
how big is your collection?
number of articles
what articles do you have?
which articles are there
list all articles
show me your articles please
what's in the index?
do you have any articles?
what articles do you have about Reykjavik?
do you have anything about Reykjavik?
Do you have anything on Reykjavik? Thanks!
have you got anything about the ferry strike
is there anything about Reykjavik?
are there any articles about Nord Stream 2?
which articles mention Reykjavik?
Which article mentions “Reykjavik”?
show me articles about Reykjavik
list the articles that mention Reykjavik
articles about Reykjavik
any news about Reykjavik?
do the articles mention Reykjavik?
is Reykjavik mentioned in the articles?
how many articles do you have about Reykjavik?
how many articles mention Reykjavik?
what do you have about Reykjavik?
anything about Reykjavik?
hi, do you have anything about Reykjavik?
what's new?
whats new
What is new?
What’s new since Monday?
what's new since May 18?
what's new this week?
what's new today?
anything new?
any news?
any new articles since yesterday?
news since Monday
what articles came in today?
which articles are new?
which articles are from last week?
which articles were published on May 17?
articles since 2021-05-01
today's news
what's the news
what is the latest article?
what's the newest article
show me the latest articles
latest news
Which article is the most recent?
when was the newest article published?
how recent are your articles?
""".strip().splitlines()


@pytest.mark.parametrize("text", SMALL_TALK)
def test_small_talk_is_not_searched_for(text: str) -> None:
    for variant in (text, text.upper(), f"  {text.replace(' ', '  ')} ", f"{text} 😀"):
        found = remark(variant)
        assert found is not None, variant
        assert 1 <= found.text.count(". ") + 1 <= 5
        assert found.text.strip() == found.text != ""


@pytest.mark.parametrize(
    "text",
    [
        "what is this?",
        "how does it work?",
        "anything about the lighting?",
        "what's the latest?",
        "do you have anything about it?",
        "do you have anything about him?",
        "which articles mention that one?",
    ],
)
def test_what_goes_on_about_the_last_answer_is_a_question(text: str) -> None:
    assert remark(text, ASKED) is None


def test_articles_of_a_treaty_are_no_articles_to_read() -> None:
    treaty = Conversation().with_turn(Turn("x", "Who signed the treaty?"))
    assert remark("How many articles are there?", treaty) is None
    assert "4 articles" in said("How many articles do you have?", conversation=treaty)
    assert "4 articles" in said("How many articles are there?", conversation=ASKED)


def test_greeting_says_what_there_is_to_ask() -> None:
    assert said("hello").startswith("Hello. There are 4 articles. Ask a question")
    assert "There is 1 article." in said("hello", library=Shelf(SHELF.articles[:1]))
    assert "no articles" in said("hello", library=NoLibrary())


def test_of_several_courtesies_the_weightiest_is_answered() -> None:
    assert said("Great, thanks! bye").startswith("Goodbye.")
    assert said("ok, thanks").startswith("You are welcome.")
    assert said("hi, ok").startswith("Hello.")


def test_a_complaint_names_the_source_it_was_quoted_from() -> None:
    assert said("that is wrong", conversation=ASKED).startswith(
        "The last answer is quoted from “Talks end”."
    )
    assert "quoted from" not in said("that is wrong")


def test_it_promises_nothing_but_quotes() -> None:
    assert "generates none" in said("are you ChatGPT?")
    assert "the articles do not say" in said("what can you do?")
    assert "Nothing is made up" in said("do you make things up?")


def test_counts() -> None:
    assert said("how many articles do you have?") == (
        "There are 4 articles. The newest article is of Wednesday, 19 May 2021."
    )
    assert said("how many articles do you have?", as_of=date(2021, 5, 18)) == (
        "There are 3 articles up to Tuesday, 18 May 2021. "
        "The newest article is of Monday, 17 May 2021."
    )


def test_articles_about_a_topic() -> None:
    assert said("do you have anything about Reykjavik?") == "2 articles mention “Reykjavik”:"
    assert ids("do you have anything about Reykjavik?") == ["c.txt", "a.txt"]
    assert said("which articles mention the ferry?").startswith("No article mentions “the ferry”")
    assert said("articles about Ferry strike") == "1 article mentions “Ferry strike”:"
    assert ids("articles about Reykjavik", as_of=date(2021, 5, 1)) == ["a.txt"]
    assert "up to Saturday, 1 May 2021" in said("articles about Ferry", as_of=date(2021, 5, 1))
    assert "no articles" in said("articles about Ferry", library=NoLibrary())


def test_more_than_can_be_shown() -> None:
    many = Shelf(tuple(Listed(f"{n:02}.txt", "Ferry", None, TODAY) for n in range(25)))
    assert said("articles about ferry", library=many).startswith("More than 10 articles mention")
    assert len(ids("articles about ferry", library=many)) == 10
    assert "more than 10 articles. The newest 10:" in said("what's new today?", library=many)
    assert said("list all articles", library=many) == (
        "There are 25 articles. The first 10, newest first:"
    )


@pytest.mark.parametrize(
    ("text", "heading", "found"),
    [
        ("what's new since Monday?", "Since Monday, 17 May 2021: 2 articles.", ["c.txt", "b.txt"]),
        ("what's new since May 18?", "Since Tuesday, 18 May 2021: 1 article.", ["c.txt"]),
        ("what's new this week?", "Since Monday, 17 May 2021: 2 articles.", ["c.txt", "b.txt"]),
        ("any news on Monday?", "On Monday, 17 May 2021: 1 article.", ["b.txt"]),
        ("any articles about Monday?", "On Monday, 17 May 2021: 1 article.", ["b.txt"]),
        (
            "what's new in April",
            "From Thursday, 1 April 2021 to Friday, 30 April 2021: 1 article.",
            ["a.txt"],
        ),
        (
            "what's new today?",
            "Since Thursday, 20 May 2021: no articles. "
            "The newest article is of Wednesday, 19 May 2021.",
            [],
        ),
        (
            "what's new since the flood?",
            "Which day “since the flood” means is not clear. Try for example “since Monday”, "
            "“since May 18”, “this week” or “since 2021-05-18”.",
            [],
        ),
        (
            "what's new since 31 June?",
            "Which day “since 31 June” means is not clear. Try for example “since Monday”, "
            "“since May 18”, “this week” or “since 2021-05-18”.",
            [],
        ),
    ],
)
def test_articles_of_a_day(text: str, heading: str, found: list[str]) -> None:
    assert (said(text), ids(text)) == (heading, found)


def test_days_count_from_the_day_that_was_set() -> None:
    assert said("what's new since Monday?", as_of=date(2021, 4, 6)) == (
        "Since Monday, 5 April 2021: no articles. The newest article is of Friday, 2 April 2021."
    )


def test_the_newest() -> None:
    assert said("what is the latest article?").startswith("The newest article is of Wednesday")
    assert ids("what's new?") == ["c.txt", "b.txt", "a.txt"]
    undated = Shelf(SHELF.articles[3:])
    assert said("what is the latest article?", library=undated) == (
        "There is 1 article. None of them has a date that can be relied on."
    )
    assert "no articles" in said("what's new?", library=NoLibrary())


@given(hostile_questions | hostile_texts, st.booleans())
@settings(deadline=timedelta(seconds=5))
def test_no_text_breaks_it(text: str, begun: bool) -> None:
    found = remark(text, ASKED if begun else None)
    assert found is None or found.text


CONTENT = (
    "meeting ferry Reykjavik treaty price minister storm harbor Lavrov sanctions pipeline".split()
)
AROUND = "hi thanks ok great please the in of since about did was help new news latest".split()


@given(
    st.lists(st.sampled_from(AROUND), max_size=3),
    st.sampled_from(["who", "what", "when", "where", "why", "how", "which", "whose"]),
    st.lists(st.sampled_from(CONTENT), min_size=4, max_size=7),
    st.lists(st.sampled_from(AROUND), max_size=3),
    st.randoms(use_true_random=False),
)
def test_a_question_word_with_four_things_to_find_is_a_question(
    before: list[str], asks: str, things: list[str], small: list[str], order: object
) -> None:
    rest = [*things, *small]
    order.shuffle(rest)  # type: ignore[attr-defined]
    assert remark(" ".join([*before, asks, *rest]) + "?") is None


@pytest.mark.parametrize(
    "text",
    [
        "do you have anything about " + "a " * 140,
        "thanks " * 40,
        "very " * 55 + "x",
        "hi " * 90 + "x",
        "list all the all the " * 13,
        "x" * 100_000,
        "thanks. " * 10_000,
        "articles " * 33,
    ],
)
def test_a_long_text_takes_no_time(text: str) -> None:
    from time import process_time

    started = process_time()
    remark(text)
    assert process_time() - started < 1
