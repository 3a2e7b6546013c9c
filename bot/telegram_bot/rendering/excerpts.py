"""Citations as styled text: the sentence with its quote in bold, source lines, links.

The words of articles pass through ``clean`` here, and are shortened only outside of quotes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache

from bot.presentation import wording as sentences
from bot.presentation.cited_article import as_read
from bot.presentation.translation import Wording
from bot.telegram_bot.rendering.markup import BOLD, ITALIC, Piece, clean, isolated, link, shortened
from bot.telegram_bot.rendering.text_fragments import source_link
from retrieval.datatypes import AnswerGroup, Article, Citation, TextRange
from retrieval.text.masking import ELLIPSIS, noise_within, subtract

AROUND = 700
"""Code points of an article shown before and after a quote."""
LEAD, SNIPPET = 240, 600
"""Most code points of a sentence shown on either side of its quote: at the top, in a snippet."""
_LONGEST_TITLE, _LONGEST_NAME = 200, 100
_CUT = "… "
_BLANKS = re.compile(r"[^\S\n\xa0]+")
_LINES = re.compile(r"[^\S\n\xa0]*\n\s*?\n\s*")
_ONE_LINE = re.compile(r" *\n *")

Pieces = list[Piece]
ArticleOf = Callable[[str], Article]


def one_line(text: str) -> str:
    """Somebody else's words, white space folded and made harmless."""
    return clean(" ".join(text.split()))


def words(text: str, *tags: str) -> Pieces:
    """Somebody else's words on one line, made harmless, apart from ours in direction."""
    return isolated([Piece(one_line(text), tags)])


def said(wording: Wording, text: str) -> str:
    """A reason or a remark in the reader's language, the words of others in it made harmless."""
    return wording.retold(text, foreign)


def foreign(text: str) -> str:
    """Somebody else's words within a sentence of ours."""
    return "".join(piece.text for piece in isolated([Piece(clean(text))]))


def joined(parts: Iterable[Pieces], between: str) -> Pieces:
    """The parts that are not empty with ``between`` between them."""
    result: Pieces = []
    for part in parts:
        if part:
            result += [Piece(between), *part] if result else part
    return result


@lru_cache(maxsize=256)
def split(citation: Citation) -> tuple[str, str, str]:
    """The sentence before, in and after the quote, on one line; looked for once."""
    return sentences.split_sentence(citation)


@lru_cache(maxsize=256)
def address(citation: Citation) -> str | None:
    """Where the quote can be read on the page it is from."""
    before, _, after = split(citation)
    return source_link(citation.url, citation.shown, before, after)


def linked(text: Pieces, url: str | None) -> Pieces:
    """The text leads to ``url`` where there is one."""
    return [piece.inside(link(url)) for piece in text] if url else text


def marker(citation: Citation) -> Pieces:
    """``[1]``, leading to the source."""
    return linked([Piece(f"[{citation.number}]")], address(citation))


def markers(citations: Iterable[Citation]) -> Pieces:
    """``[1] [2]``."""
    return joined((marker(citation) for citation in citations), " ")


def sentence(citation: Citation, longest: int = SNIPPET) -> Pieces:
    """The sentence with the quote in bold, at most ``longest`` code points on either side of it."""
    before, quote, after = (clean(part) for part in split(citation))
    if len(before) > longest:
        start = before.find(" ", len(before) - longest)
        before = _CUT + before[start + 1 if start >= 0 else len(before) - longest :]
    return isolated([Piece(before), Piece(quote, (BOLD,)), Piece(shortened(after, longest))])


def lead(group: AnswerGroup) -> Pieces:
    """The answer in bold in its sentence, and the numbers of its citations."""
    if not group.citations:
        return words(group.answer, BOLD)
    return [*sentence(group.citations[0], LEAD), Piece(" "), *markers(group.citations)]


def source_line(citation: Citation, wording: Wording) -> Pieces:
    """``[1] Title · Publisher · page dated … · p. 3``, the title leading to the source."""
    title = citation.title or wording.retold(sentences.UNTITLED)
    parts = [
        linked(words(shortened(title, _LONGEST_TITLE)), address(citation)),
        words(shortened(citation.publisher or "", _LONGEST_NAME)),
        words(_page_date(citation, wording)),
        words(wording.retold(sentences.page_or_row(citation))),
    ]
    known = [part for part in parts if any(piece.text.strip() for piece in part)]
    return [Piece(f"[{citation.number}] "), *joined(known, " · ")]


def _page_date(citation: Citation, wording: Wording) -> str:
    day = citation.published
    shown = wording.retold(sentences.shown_days(day, day)) if day else ""
    return wording.retold(sentences.page_date(citation, shown))


def place_line(citation: Citation, wording: Wording) -> Pieces:
    """Where the quote stands, for looking it up."""
    return words(wording.retold(sentences.place_line(citation)))


def snippet(citation: Citation, days: str, wording: Wording, *tags: str) -> Pieces:
    """The source, the sentence with the quote in bold, the days meant in it, and the place."""
    lines = [
        source_line(citation, wording),
        sentence(citation),
        words(days, ITALIC) if days else [],
        place_line(citation, wording),
    ]
    return [piece.inside(*tags) for piece in joined(lines, "\n")]


def around(citation: Citation, article: ArticleOf, wording: Wording) -> Pieces:
    """The article around the quote: in bold, noise left out. Empty where the article no longer has
    it there.
    """
    try:
        found = article(citation.article_id)
    except KeyError:
        return []
    if citation.in_title:
        return _under_title(as_read(found, citation)[0], citation, wording)
    if found.text[citation.start : citation.end] != citation.quote:
        return []
    found, citation = as_read(found, citation)
    window = _window(found, citation)
    quote = TextRange(citation.start, citation.end)
    head = _visible(found, TextRange(window.start, quote.start)).lstrip()
    tail = _visible(found, TextRange(quote.end, window.end)).rstrip()
    text = [
        Piece(_CUT if window.start and not head.startswith(ELLIPSIS) else ""),
        Piece(head),
        Piece(one_line(citation.shown), (BOLD,)),
        Piece(tail),
        Piece(" …" if window.end < len(found.text) and not tail.endswith(ELLIPSIS) else ""),
    ]
    days = wording.retold(sentences.noted(sentences.telling_days(citation)))
    heading = [piece.inside(BOLD) for piece in source_line(citation, wording)]
    return joined([heading, text, words(days, ITALIC) if days else []], "\n\n")


def _under_title(article: Article, citation: Citation, wording: Wording) -> Pieces:
    """The beginning of the article under its title, the quote in bold."""
    title = article.title or ""
    if title[citation.start : citation.end] != citation.quote:
        return []
    quoted = [
        Piece(clean(title[: citation.start])),
        Piece(clean(citation.quote), (BOLD,)),
        Piece(clean(title[citation.end :])),
    ]
    end = _window(article, replace(citation, start=0, end=0)).end
    text = _visible(article, TextRange(0, end)).strip()
    cut = " …" if end < len(article.text) and not text.endswith(ELLIPSIS) else ""
    return joined([source_line(citation, wording), quoted, [Piece(text + cut)]], "\n\n")


def _window(article: Article, citation: Citation) -> TextRange:
    """The stretch of the article to show around a quote; it begins and ends between words."""
    text = article.text
    start, end = max(0, citation.start - AROUND), min(len(text), citation.end + AROUND)
    while 0 < start < citation.start and not text[start - 1].isspace():
        start += 1
    while citation.end < end < len(text) and not text[end].isspace():
        end -= 1
    return TextRange(start, end)


def _visible(article: Article, part: TextRange) -> str:
    """The text of ``part``, each run of noise in it as an ellipsis."""
    shown: list[str] = []
    position = part.start
    for kept in subtract(part, noise_within(article, part)):
        text = article.text[kept.start : kept.end]
        if kept.start > position and shown[-1:] != [ELLIPSIS]:
            shown.append(ELLIPSIS)
        position = kept.end
        if text.strip():
            shown.append(text)
    if position < part.end and shown[-1:] != [ELLIPSIS]:
        shown.append(ELLIPSIS)
    return _folded("".join(f" {text} " if text == ELLIPSIS else text for text in shown))


def _folded(text: str) -> str:
    """Runs of blanks and of empty lines folded, the text made harmless."""
    folded = _BLANKS.sub(" ", clean(text, keep_lines=True))
    return _LINES.sub("\n\n", _ONE_LINE.sub("\n", folded))
