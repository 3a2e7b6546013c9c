"""Days reckoned from the article's date: which words, which days, and when to keep silent."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.datatypes import Article, DateDoubt, Noise, NoiseKind, TextRange
from retrieval.english.time_expressions import inferred_dates
from tests.bot.worlds import article, hostile_texts

THURSDAY = date(2021, 5, 20)


def inferred(text: str, published: date | None = THURSDAY) -> dict[str, tuple[date, date]]:
    source = Article("a", text, published=published)
    found = inferred_dates(source, TextRange(0, len(text)))
    return {item.text: (item.first, item.last) for item in found}


def may(first: int, last: int | None = None) -> tuple[date, date]:
    return date(2021, 5, first), date(2021, 5, last or first)


@pytest.mark.parametrize(
    ("text", "words", "days"),
    [
        ("Blinken spoke with Lavrov on Wednesday.", "Wednesday", may(19)),
        ("He was arrested on Thursday night.", "Thursday night", may(20)),
        ("She said late Wednesday it was over.", "late Wednesday", may(19)),
        ("Tuesday’s vote was close.", "Tuesday", may(18)),
        ("The meeting will be held on Friday.", "Friday", may(21)),
        ("It will end on Wednesday.", "Wednesday", may(26)),
        ("He is due in court on Thursday.", "Thursday", may(20)),
        ("The talks on Thursday, May 20, ended.", "Thursday, May 20", may(20)),
        ("He told CNN Tuesday that he left.", "Tuesday", may(18)),
        ("The two agreed to a truce Tuesday.", "Tuesday", may(18)),
        ("The two agreed to meet Tuesday.", "Tuesday", may(25)),
        ("They will learn.’’ At a vigil on Tuesday she wept.", "Tuesday", may(18)),
        ("The court meets next Tuesday.", "next Tuesday", may(25)),
        ("He died last Friday.", "last Friday", may(14)),
        ("They met this past Sunday.", "this past Sunday", may(16)),
        ("He left yesterday morning.", "yesterday morning", may(19)),
        ("The day before yesterday it rained.", "The day before yesterday", may(18)),
        ("They will meet tomorrow.", "tomorrow", may(21)),
        ("It broke last night.", "last night", may(19)),
        ("The EU said today that it agrees.", "today", may(20)),
        ("It was announced two days ago.", "two days ago", may(18)),
        ("He left a week ago.", "a week ago", may(10, 16)),
        ("Earlier this month he resigned.", "Earlier this month", may(1, 20)),
        ("A vote is expected later this month.", "later this month", may(20, 31)),
        ("A vote is expected next week.", "next week", may(24, 30)),
        ("He resigned last week.", "last week", may(10, 16)),
        ("Over the weekend police arrested ten.", "weekend", may(15, 16)),
        ("He will play this weekend.", "this weekend", may(22, 23)),
        ("Theresa May said in May that she would go.", "May", may(1, 31)),
        ("The talks took place on May 19.", "May 19", may(19)),
        ("He will speak on May 25-27 in Rome.", "May 25-27", may(25, 27)),
    ],
)
def test_days_of_the_month_of_publication(text: str, words: str, days: tuple[date, date]) -> None:
    assert inferred(text) == {words: days}


@pytest.mark.parametrize(
    ("text", "words", "first", "last"),
    [
        ("Sales rose last month.", "last month", date(2021, 4, 1), date(2021, 4, 30)),
        ("In March Washington sanctioned it.", "March", date(2021, 3, 1), date(2021, 3, 31)),
        ("It hit Russia in late April.", "April", date(2021, 4, 1), date(2021, 4, 30)),
        ("They will meet in June.", "June", date(2021, 6, 1), date(2021, 6, 30)),
        ("He died last September.", "last September", date(2020, 9, 1), date(2020, 9, 30)),
        ("On Dec. 25 they had dinner.", "Dec. 25", date(2020, 12, 25), date(2020, 12, 25)),
        ("It is scheduled for June 7.", "June 7", date(2021, 6, 7), date(2021, 6, 7)),
        ("Rates will go up next year.", "next year", date(2022, 1, 1), date(2022, 12, 31)),
        ("It ended two months ago.", "two months ago", date(2021, 3, 1), date(2021, 3, 31)),
        ("It fell three years ago.", "three years ago", date(2018, 1, 1), date(2018, 12, 31)),
    ],
)
def test_days_further_off(text: str, words: str, first: date, last: date) -> None:
    assert inferred(text) == {words: (first, last)}


@pytest.mark.parametrize(
    "text",
    [
        "The shops open on Tuesdays.",
        "They met every Monday.",
        "It was a Tuesday.",
        "The Mail on Sunday sued.",
        # Five and six days back: the page was changed later, or the day is to come.
        "They won their game on Friday.",
        "The council voted Saturday.",
        "It opened Monday through Friday.",
        "They played Wednesday-Saturday.",
        "Black Friday sales were up.",
        "He sang on Good Friday and on Ash Wednesday.",
        "Sheffield Wednesday won.",
        "He won on Super Tuesday.",
        "They remembered Bloody Sunday.",
        "Friday Night Lights was a show.",
        "She wrote for the Sunday Times.",
        "As USA Today reported, he left.",
        "The Tonight Show ended.",
        "They sang Yesterday and left.",
        "He left the day after.",
        "He came back three weeks later.",
        "They march in protest and may leave.",
        "The people who lived there in 2019 left on May 3.",
        "It was signed on May 19, 2020.",
        "The world changed on Sept. 11.",
        "The Jan. 6 committee met.",
        "Today, the company has 500 employees.",
        "It is still used today.",
        "It fell about two years ago.",
        "Over the last year prices rose.",
        "The committee meets on Tuesday.",
        "He was scheduled to speak on Friday.",
        "He would come on Friday.",
        "They talked in March Madness terms.",
        "On Tuesday, May 17, they met.",  # it was a Monday
    ],
)
def test_silence_where_the_words_mean_something_else_or_may(text: str) -> None:
    assert inferred(text) == {}


@pytest.mark.parametrize(
    "text",
    [
        "“We leave on Tuesday,” he said on Wednesday.",
        '"We leave on Tuesday," he said on Wednesday.',
        "‘We leave on Tuesday,’ he said on Wednesday.",
    ],
)
def test_what_somebody_says_is_reckoned_from_another_day(text: str) -> None:
    assert inferred(text) == {"Wednesday": may(19)}


def test_speech_that_began_in_an_earlier_sentence_is_still_speech() -> None:
    text = "“We are tired. We left on Tuesday. We sleep,” he said."
    start = text.index("We left")
    source = Article("a", text, published=THURSDAY)
    assert inferred_dates(source, TextRange(start, text.index(" We sleep"))) == ()


def test_speech_goes_on_in_the_next_line_of_text_wrapped_by_hand() -> None:
    text = "He said: “We are tired and\nleft on Tuesday.” They slept."
    assert inferred(text) == {}


@pytest.mark.parametrize("blank", ["\n", "\u00a0", "\u202f", "\r"])
def test_any_blank_may_stand_between_the_words(blank: str) -> None:
    words = f"last{blank}month"
    assert inferred(f"He resigned {words}.") == {words: (date(2021, 4, 1), date(2021, 4, 30))}


def test_a_year_before_the_sentence_keeps_its_days_in_that_year() -> None:
    text = "In 2014 he moved to Rome. On May 3 he left it."
    source = Article("a", text, published=THURSDAY)
    assert inferred_dates(source, TextRange(26, len(text))) == ()


@pytest.mark.parametrize("text", ["He left last week.", "He leaves next week, he said."])
def test_on_a_sunday_nobody_knows_which_week_it_is(text: str) -> None:
    assert inferred(text, date(2021, 5, 23)) == {}


@pytest.mark.parametrize(
    "text", ["The meeting will be held next Thursday.", "It was held last Tuesday."]
)
def test_in_the_middle_of_a_week_next_and_last_are_two_days(text: str) -> None:
    wednesday = date(2021, 5, 19)
    assert inferred(text, wednesday) == {}


def test_without_a_date_or_with_a_doubted_one_nothing_is_reckoned() -> None:
    text = "Blinken spoke with Lavrov on Wednesday."
    place = TextRange(0, len(text))
    assert inferred_dates(Article("a", text), place) == ()
    doubted = Article("a", text, published=THURSDAY, date_doubt=DateDoubt("June 1, 2012"))
    assert inferred_dates(doubted, place) == ()


def test_what_touches_noise_is_left_out() -> None:
    text = "He met her on Wednesday and said so on Tuesday."
    noise = (Noise(TextRange(text.index("nesday"), text.index(" and")), NoiseKind.RELATED_LINKS),)
    source = Article("a", text, published=THURSDAY, noise=noise)
    assert [i.text for i in inferred_dates(source, TextRange(0, len(text)))] == ["Tuesday"]


@pytest.mark.parametrize("edge", [date.min, date.max])
def test_at_the_ends_of_the_calendar_nothing_breaks(edge: date) -> None:
    text = (
        "He left yesterday and last month, will come tomorrow, next week and next year, said two "
        "years ago on Monday that on May 3 and in June he will go."
    )
    for first, last in inferred(text, edge).values():
        assert first <= last


PIECES = (
    "on Wednesday", "Thursday, May 20", "yesterday", "next month", "in March", "two days ago", "“",
    "”", '"', "will", "said", "May 19-20", "last", "this", "\u00a0", "weekend", "in 2019", "\n",
    ". ",
)  # fmt: skip


@given(
    st.one_of(
        hostile_texts,
        st.lists(st.one_of(st.sampled_from(PIECES), hostile_texts), max_size=12).map(" ".join),
    ),
    st.dates(),
)
@example("He said İ on Wednesday 🙂 that\u00a0it ended on\u00a0May\u00a019.", THURSDAY)
def test_whatever_the_text_the_words_are_verbatim_clean_and_in_order(
    text: str, published: date
) -> None:
    source = article(text, published=published)
    for sentence in (*source.sentences, TextRange(0, len(text))):
        position = sentence.start
        for item in inferred_dates(source, sentence):
            place = item.range
            assert source.text[place.start : place.end] == item.text
            assert position <= place.start < place.end <= sentence.end
            assert item.first <= item.last
            assert not any(noise.range.overlaps(place) for noise in source.noise)
            position = place.end


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("On Saturday, April 26, 1986, the dam broke. On Sunday the town was left.", []),
        ("It is years since the flood of January 17, 1995.\n\nOn Thursday they found her.", []),
        ("The march began on May 3, 2025. On Wednesday it reached Kelm.", ["2025-05-07"]),
        ("It was founded in 1926. On Wednesday it closed.", ["2025-05-07"]),
    ],
)  # fmt: skip
def test_a_weekday_in_a_story_of_another_year_is_not_reckoned(text: str, days: list[str]) -> None:
    told = article(text, published=date(2025, 5, 9))
    found = [item for place in told.sentences for item in inferred_dates(told, place)]
    assert [item.first.isoformat() for item in found] == days
