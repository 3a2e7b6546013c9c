"""What holds for every text there is: quotes are verbatim, and Telegram takes every page."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.presentation.translation import Wording
from bot.telegram_bot.rendering.explanation import explanation
from bot.telegram_bot.rendering.messages import inline_answers, render
from bot.telegram_bot.rendering.views import context, others, series, sources
from bot.telegram_bot.state.pages import ViewName
from retrieval.datatypes import (
    Article,
    Citation,
)
from retrieval.text.characters import printable, whole_characters
from tests.bot.worlds import (
    article,
    assistant_quoting,
    hostile_questions,
)
from tests.telegram.parsing import check
from tests.telegram.replies import (
    ACCEPT_ALL,
    ENGLISH,
    GERMAN,
    REFUSE_ALL,
    SITE,
    citation_in,
    citing,
    reply_of,
    texts,
)


@st.composite
def quoted(draw: st.DrawFn) -> tuple[Article, Citation]:
    """Any stretch of any text that holds more than white space."""
    text = draw(texts.filter(lambda drawn: bool(drawn.strip())))
    start = draw(st.integers(0, len(text) - 1).filter(lambda at: not text[at].isspace()))
    end = draw(st.integers(start + 1, len(text)))
    known = draw(st.none() | texts)
    url = draw(st.none() | st.just(f"{SITE}/x") | texts)
    citation = citation_in(text, start, end, known, url)
    return Article(citation.article_id, text), citation


def squeezed(text: str) -> str:
    """Printable, without white space and direction marks of ours: pages are cut at white space."""
    return "".join(printable(text).split()).replace("\u2068", "").replace("\u2069", "")


@given(quoted(), st.sampled_from([ENGLISH, GERMAN]), st.booleans())
@settings(max_examples=150)
def test_quotes_are_verbatim_whatever_stands_in_them(
    drawn: tuple[Article, Citation], wording: Wording, answered: bool
) -> None:
    source, citation = drawn
    reply = citing(source, citation, answered=answered)
    rendered = render(reply, wording)
    expected = squeezed(" ".join(citation.quote.split()))
    for name, pages in rendered.views.items():
        bold = [squeezed("".join(check(page).texts("b"))) for page in pages]
        if name in (ViewName.CONTEXT, ViewName.SOURCES) or (name is ViewName.ANSWER and answered):
            assert expected in "".join(bold) or not expected.strip("\u200b\u200d\ufeff")
    if ViewName.ANSWER in rendered.views and answered and len(rendered.views[ViewName.ANSWER]) == 1:
        parsed = check(rendered.views[ViewName.ANSWER][0])
        assert parsed.texts("b") == [printable(" ".join(citation.quote.split()))] * 2
    for inline in inline_answers(reply, wording):
        check(inline.page)
        assert printable(inline.title + inline.description) == inline.title + inline.description


VIEWS = {
    ViewName.CONTEXT: context,
    ViewName.OTHERS: others,
    ViewName.SERIES: series,
    ViewName.SOURCES: sources,
    ViewName.EXPLAIN: explanation,
}


@given(st.lists(texts, min_size=1, max_size=3), hostile_questions)
@settings(max_examples=40)
def test_every_reply_to_every_question_over_every_article_is_taken(
    bodies: Sequence[str], question: str
) -> None:
    articles = [
        article(body * 9, f"{n}.txt", title=body[:40] or None, url=f"{SITE}/{n}")
        for n, body in enumerate(map(whole_characters, bodies))
    ]
    quotes = ("Reykjavik", "e", "one hour", "<b>", "שלום")
    for threshold in (ACCEPT_ALL, REFUSE_ALL):
        quotes = ("Reykjavik", "e", "one hour", "<b>", "שלום")
        reply = reply_of(
            assistant_quoting(*quotes, articles=articles, settings=threshold), question
        )
        rendered = render(reply, ENGLISH)
        assert rendered.views[ViewName.ANSWER]
        for name, pages in rendered.views.items():
            assert pages
            together = squeezed("".join(check(page).text for page in pages))
            if name in VIEWS:
                whole = "".join(piece.text for piece in VIEWS[name](reply, ENGLISH))
                assert together == squeezed(whole)
