"""What is masked, and above all what is not: a masked fact costs an answer."""

from __future__ import annotations

import pytest

from retrieval.datatypes import NoiseKind
from retrieval.ingest.noise import find_noise
from tests import deadlines

from .builders import prepared

SENTENCE = "Ministers of eight states gathered in Reykjavik on Wednesday."


def noise_in(text: str, title: str | None = None) -> list[tuple[NoiseKind, str]]:
    return [
        (noise.kind, text[noise.range.start : noise.range.end]) for noise in find_noise(text, title)
    ]


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        (NoiseKind.PHOTO_CREDIT, "Olivier Douliery | Pool via AP"),
        (NoiseKind.PHOTO_CREDIT, "Jane Roe/Reuters"),
        (NoiseKind.PHOTO_CREDIT, "Jane Roe Reuters"),
        (NoiseKind.PHOTO_CREDIT, "© Getty Images"),
        (NoiseKind.PHOTO_CREDIT, "Photo: Jane Roe"),
        (NoiseKind.PHOTO_CREDIT, "Image credit: Jane Roe"),
        (NoiseKind.PHOTO_CREDIT, "Photo by Jane Roe"),
        (NoiseKind.COPYRIGHT, "©2021 Bloomberg L.P."),
        (NoiseKind.COPYRIGHT, "Copyright 2021 Reuters"),
        (NoiseKind.COPYRIGHT, "(c) 2021 Northern Press"),
        (NoiseKind.COPYRIGHT, "All rights reserved."),
        (NoiseKind.AGENCY_CREDIT, "With reporting by Reuters, TASS, AP"),
        (NoiseKind.AGENCY_CREDIT, "(Reporting by Jane Roe; Editing by John Doe)"),
        (NoiseKind.AGENCY_CREDIT, "Source: Reuters"),
        (NoiseKind.SHARE_BUTTONS, "Share on Facebook Tweet Email"),
        (NoiseKind.SHARE_BUTTONS, "Facebook | Twitter | WhatsApp"),
        (NoiseKind.SHARE_BUTTONS, "Share"),
        (NoiseKind.SHARE_BUTTONS, "Follow us on Twitter"),
        (NoiseKind.PAGE_FURNITURE, "ADVERTISEMENT"),
        (NoiseKind.PAGE_FURNITURE, "Sign up for our newsletter"),
        (NoiseKind.PAGE_FURNITURE, "5 min read"),
        (NoiseKind.RELATED_LINKS, "Read more: Five things to know"),
        (NoiseKind.RELATED_LINKS, "Related stories"),
        (NoiseKind.RELATED_LINKS, "JUST WATCHED Blinken speaks MUST WATCH"),
    ],
)
def test_lines_of_noise(kind: NoiseKind, line: str) -> None:
    headline = "Ministers meet"
    assert (kind, line) in noise_in(f"{headline}\n{SENTENCE}\n{line}\n{SENTENCE}")


def test_a_credit_with_two_agencies() -> None:
    # Was: _NAMED_CREDIT knows one bar only; CNBC writes two.
    credit = "Saul Loeb | AFP | Getty Images"
    assert (NoiseKind.PHOTO_CREDIT, credit) in noise_in(f"{SENTENCE}\n{credit}\n{SENTENCE}")


def test_the_page_date_above_everything() -> None:
    assert noise_in(f"March 4, 2024\n{SENTENCE}") == [(NoiseKind.PAGE_DATE, "March 4, 2024")]
    assert noise_in(f"{SENTENCE}\nMarch 4, 2024\n{SENTENCE}") == []


def test_a_headline_said_again_is_masked_and_its_first_standing_kept() -> None:
    text = f"Blinken meets Lavrov\n\nBLINKEN  meets Lavrov\n{SENTENCE}"
    assert noise_in(text, "Blinken meets Lavrov") == [
        (NoiseKind.REPEATED_HEADLINE, "BLINKEN  meets Lavrov")
    ]


def test_a_caption_goes_with_its_credit() -> None:
    text = f"{SENTENCE}\nJens Stoltenberg in Brussels, April 14, 2021.\nJane Roe | Pool\n{SENTENCE}"
    assert [kind for kind, _ in noise_in(text)] == [NoiseKind.CAPTION, NoiseKind.PHOTO_CREDIT]


def test_an_images_text_above_the_headline() -> None:
    text = f"US Russian flags\n\nTop diplomats to hold first talks in Iceland\n\n{SENTENCE}"
    assert noise_in(text) == [(NoiseKind.CAPTION, "US Russian flags")]


FACTS = [
    "Share prices fell 3.2 percent after the company cut its forecast.",
    "Shares fell.",
    "Email was invented in 1971.",
    "Print runs reached 40,000 copies.",
    "Reuters reported on Monday that 12 people had died.",
    "Reuters, the agency, was founded in 1851.",
    "AP said 12 people had died.",
    "Getty Images paid $3 million for the archive.",
    "Unions want MORE pay, not less.",
    "Biden and Joe Manchin asked for MORE money in 2021.",
    "Related companies were fined $3 million.",
    "Read more books, the teacher told 30 children.",
    "See also the ruling of 1954.",
    "Watch the vote of 1954, he said.",
    "Photographers took 40 pictures.",
    "Sources said the talks took two hours.",
    "Follow the money, the witness said on 3 May.",
    "Advertisement revenue fell by 12 percent.",
    "Editing genes cut the rate by 40 percent.",
    "May 19, 2021 was the day of the talks.",
    "19.5 million doses were given.",
    "Copyrighted songs earned him $2 million.",
    "Twitter paid $44 billion.",
    "“More,” she said.",
    "Putin/Biden talks lasted three hours.",
]


@pytest.mark.parametrize("line", FACTS)
def test_real_sentences_are_left_alone(line: str) -> None:
    assert noise_in(f"{SENTENCE}\n{line}\n{SENTENCE}") == []


# Was: whole news sentences and lines with facts are masked, though noise.py says it
# prefers to leave a line alone. A line with a finite sentence in it (a full stop at its end, six
# words or more, a figure) is no button; a © or "copyright" needs a year or a name behind it.
@pytest.mark.parametrize(
    "line",
    [
        "Share this burden, Blinken told 30 NATO allies on Tuesday in Brussels.",
        "Like us, the Danes were surprised by the vote on 2 May.",
        "Join us in the fight, the minister told 400 volunteers on Monday.",
        "Sign up for the vaccine opened on 3 May and 4,000 people came.",
        "Subscribe to his theory and you will fail, she told 200 students.",
        "Skip to the end, he said, and left the stage at 9 p.m.",
        "Get the latest figures right, the minister told his 14 aides.",
        "Click here, said the clerk, and charged $40.",
        "Video by the police shows the officer firing 16 shots.",
        "Photographs by Ansel Adams sold for $722,500 at auction.",
        "Videos (one of them 12 minutes long) show the arrest.",
        "Copyright law protects a work for 70 years after its author's death.",
        "Copyright infringement cost the firm $2 million, a court found.",
        "Smoking contributed to this outcome in 40 percent of cases.",
        "Reporting by the New York Times led to the arrest of two officers.",
        "Editing by hand took the two scholars eleven years.",
        "With material from the moon, the lab made two bricks.",
    ],
)
def test_real_sentences_that_begin_like_noise_are_left_alone(line: str) -> None:
    assert noise_in(f"{SENTENCE}\n{line}\n{SENTENCE}") == []


@pytest.mark.parametrize("line", ["Novak Djokovic / Serbia", "New York / London"])
def test_a_list_of_names_does_not_mask_the_sentence_above_it(line: str) -> None:
    # Was: any "Name Name / Word" is a photographer's credit, and masks the line above it as the
    # caption even when that is a whole sentence.
    assert noise_in(f"{SENTENCE}\nThe final was played in 1999.\n{line}\n{SENTENCE}") == []


def test_a_short_headline_above_its_standfirst_is_no_image_text() -> None:
    # Was: any first line of up to five words is, when a longer one without a full stop follows.
    text = f"Prince Philip dies aged 99\nThe Queen's husband died at Windsor Castle\n{SENTENCE}"
    assert noise_in(text) == []


PASTED = (
    "BlinkenAntony BlinkenUS calls on North Korea to halt 'unlawful' launches Wendy Sherman takes "
    "leading role MORE"
)


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        (f"Secretary Antony {PASTED} will meet him.", [PASTED.removeprefix("Blinken")]),
        (
            "BidenJoe BidenPoll: 5 of 10 agree MORE and PutinVladimir Vladimirovich PutinThe end "
            "MORE met.",
            [
                "Joe BidenPoll: 5 of 10 agree MORE",
                "Vladimir Vladimirovich PutinThe end MORE",
            ],
        ),
        ("McCarthyKevin McCarthy'Big' lie MORE said so.", ["Kevin McCarthy'Big' lie MORE"]),
        ("Antony BlinkenAntony BlinkenUS calls on them to go.", []),
        ("Blinken and Antony Blinken want MORE talks.", []),
    ],
)
def test_pasted_runs(text: str, runs: list[str]) -> None:
    assert noise_in(text) == [(NoiseKind.RELATED_LINKS, run) for run in runs]


def test_a_pasted_run_leaves_the_sentence_around_it_whole() -> None:
    text = f"{SENTENCE} Secretary Antony {PASTED} will meet him. They will talk."
    article = prepared(text)
    assert [text[s.start : s.end] for s in article.sentences] == [
        SENTENCE,
        f"Secretary Antony {PASTED} will meet him.",
        "They will talk.",
    ]


def test_a_prefix_of_a_common_word_is_no_name() -> None:
    # Was: the "name" of a pasted run may be a part of a word: "Teacher|s say the Teacher’s".
    assert noise_in("Teachers say the Teacher’s Union wants MORE money.") == []


@pytest.mark.timeout(deadlines.HANGS)
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a" * 200_000, id="word"),
        pytest.param("!" * 200_000, id="marks"),
        pytest.param("A" + " " * 200_000 + "b", id="blanks"),
        pytest.param("# " * 100_000, id="hashes"),
        pytest.param('"' * 200_000, id="quotes"),
        pytest.param("no full stop in this line " * 40_000, id="line"),
        pytest.param(
            "Share\nA real sentence stands here today.\n" * 20_000,
            id="buttons",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            "".join(f"the {i} quick foxes jump over the dogs and so on\n" for i in range(30_000)),
            id="wrapped",
            marks=pytest.mark.slow,
        ),
        pytest.param("BidenJoe BidenGov " * 5_000, id="names", marks=pytest.mark.slow),
    ],
)
def test_a_very_long_text_is_no_trap(text: str) -> None:
    """Each of these took minutes while a rule looked at the whole text for every line of it."""
    assert prepared(text).text == text


def test_what_readers_say_below_a_story_is_masked() -> None:
    story = "A slide buried the road near Kelm on Tuesday, the police said."
    said = "Comments (27)", "user1: I heard 30 people died!!", "user2: Terrible."
    masked = noise_in("\n".join((story, *said)))
    assert masked == [(NoiseKind.PAGE_FURNITURE, line) for line in said]
    # A heading before any sentence, and the word in a sentence, are none.
    assert noise_in(f"Comments\n\n{story}") == []
    assert noise_in(f"{story}\nHer comments (27) on it were short.\nShe left.") == []


def test_the_headlines_below_most_read_are_masked_and_the_story_goes_on() -> None:
    first = "The bridge in Kelm closes in June, the county said on Monday."
    last = "It was built in 1950 and is in need of repair."
    listed = "Most read", "1. Actor, 51, marries again", "2. Winner takes home 12 million"
    masked = noise_in("\n\n".join((first, "\n".join(listed), last)))
    assert masked == [(NoiseKind.RELATED_LINKS, line) for line in listed]


@pytest.mark.parametrize(
    "line",
    [
        "Cookie notice: We and our 842 partners store information. Accept all",
        "We use cookies to make this page better",
        "We value your privacy",
    ],
)
def test_a_notice_of_cookies_is_no_title(line: str) -> None:
    told = prepared(f"{line}\n\nSlide near Kelm\n\nA slide buried the road on Tuesday.")
    assert told.title == "Slide near Kelm"


@pytest.mark.parametrize(
    "line",
    ["1:04 p.m. ET", "1:04 p.m. ET, August 11, 2023", "14.32 BST", "10:15", "Posted at 10.45am",
     "2h ago", "5 minutes ago"],
)  # fmt: skip
def test_the_time_of_an_entry_of_a_live_blog(line: str) -> None:
    assert noise_in(f"{SENTENCE}\n{line}\n{SENTENCE}") == [(NoiseKind.PAGE_FURNITURE, line)]


@pytest.mark.parametrize("line", ["12.50", "3:2", "10:15 to Kelm", "2 hours", "At 10:15 it rang."])
def test_other_figures_are_no_time_of_an_entry(line: str) -> None:
    assert noise_in(f"{SENTENCE}\n{line}\n{SENTENCE}") == []


def test_a_short_headline_above_the_date_is_no_image_text() -> None:
    body = "KELM – A ferry with 91 people aboard\nsank on Saturday."
    text = f"Ferry sinks\nJune 7, 2025\n\n{body}\n{SENTENCE}"
    assert noise_in(text) == [(NoiseKind.PAGE_DATE, "June 7, 2025")]
    assert prepared(text).title == "Ferry sinks"


def test_a_note_of_an_update_is_no_title() -> None:
    note = "(This story was updated on May 3 to add a comment.)"
    told = prepared(f"{note}\n\nFerry sinks off Kelm\n\n{SENTENCE}")
    assert told.title == "Ferry sinks off Kelm"
