"""A reply made ready for Telegram: the answer's own message and what its buttons show."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.dialogue.conversation import OpenChoice
from bot.dialogue.reply import (
    AbstentionReply,
    AnswerReply,
    ChoiceReply,
    RemarkReply,
    Reply,
    SearchReply,
)
from bot.dialogue.small_talk.replies import Listed
from bot.presentation import wording as sentences
from bot.presentation.series import series_line
from bot.presentation.translation import Wording
from bot.telegram_bot.rendering.excerpts import (
    Pieces,
    address,
    joined,
    lead,
    linked,
    one_line,
    said,
    snippet,
    split,
    words,
)
from bot.telegram_bot.rendering.explanation import explanation
from bot.telegram_bot.rendering.markup import (
    BOLD,
    ITALIC,
    QUOTED,
    Piece,
    is_visible,
    pages,
    shortened,
)
from bot.telegram_bot.rendering.text_fragments import source_link
from bot.telegram_bot.rendering.views import context, others, series, sources
from bot.telegram_bot.state.pages import InlineAnswer, Page, Rendered, ViewName
from retrieval.datatypes import Answer, AnswerGroup

MOST_INLINE = 5
_LABEL, _CHOICE = 60, 200
"""Most code points of a choice on its button, and in the message."""
_TITLE, _DESCRIPTION = 80, 160
"""Most code points of an inline result in the list, where clients cut it anyway."""
_LIKELY = 0.35
"""Probability from which a lesser answer is offered inline: from which one is given by default."""

View = Callable[[SearchReply, Wording], Pieces]
_VIEWS: dict[ViewName, View] = {
    ViewName.CONTEXT: context,
    ViewName.OTHERS: others,
    ViewName.SERIES: series,
    ViewName.SOURCES: sources,
    ViewName.EXPLAIN: explanation,
}


def render(reply: Reply, wording: Wording) -> Rendered:
    """All that can be shown of a reply. A remark and a "which one?" have no view but the answer's;
    an answer has those that show something.
    """
    match reply:
        case RemarkReply():
            return Rendered({ViewName.ANSWER: pages(_remark(reply, wording))})
        case ChoiceReply():
            shown = pages(_which_one(reply.open_choice, wording))
            return Rendered({ViewName.ANSWER: shown}, choices=_labels(reply.open_choice))
        case AbstentionReply():
            views = {ViewName.ANSWER: pages(_abstention(reply, wording))}
        case AnswerReply():
            views = {ViewName.ANSWER: pages(_answer(reply, wording))}
    for name, view in _VIEWS.items():
        found = pages(view(reply, wording))
        if found:
            views[name] = found
    return Rendered(views, _preview(_shown(reply.answer)))


def inline_answers(reply: Reply, wording: Wording) -> tuple[InlineAnswer, ...]:
    """Up to five answers to an inline question: the chosen one, those of articles that differ, then
    further ones that are likely enough. None where nothing is answered.
    """
    if not isinstance(reply, AnswerReply):
        return ()
    shown = _shown(reply.answer)
    likely = [g for g in reply.answer.groups[len(shown) :] if g.probability >= _LIKELY]
    groups = [group for group in (*shown, *likely) if group.citations][:MOST_INLINE]
    return tuple(_inline(reply, group, wording) for group in groups)


def _shown(answer: Answer) -> tuple[AnswerGroup, ...]:
    """The groups that stand in the answer's own message."""
    return (answer.chosen, *answer.rivals) if answer.chosen else ()


def _abstention(reply: AbstentionReply, wording: Wording) -> Pieces:
    reason = reply.answer.reason
    parts = [
        _understood(reply, wording),
        [Piece(wording.retold(sentences.NOT_SAID), (BOLD,))],
        [Piece(said(wording, reason))] if reason else [],
    ]
    return joined(parts, "\n\n")


def _answer(reply: AnswerReply, wording: Wording) -> Pieces:
    answer = reply.answer
    parts = [_understood(reply, wording)]
    parts += ([Piece(wording.retold(line), (ITALIC,))] for line in sentences.inferred(reply))
    parts.append(_group(reply.chosen, wording))
    if answer.rivals:
        differ = [Piece(wording.retold(sentences.DIFFER), (BOLD,))]
        rivals = joined((_group(group, wording) for group in answer.rivals), "\n\n")
        parts.append(joined([differ, rivals], "\n"))
    parts.append(_snippets(_shown(answer), wording))
    return joined(parts, "\n\n")


def _understood(reply: SearchReply, wording: Wording) -> Pieces:
    return [Piece(said(wording, line), (ITALIC,)) for line in sentences.understood(reply)]


def _group(group: AnswerGroup, wording: Wording) -> Pieces:
    """The answer in its sentence, the days it means, and how sure it is."""
    days = wording.retold(sentences.meant(group))
    meant = [Piece(" "), *words(days, ITALIC)] if days else []
    moved = [Piece(f"\n{said(wording, line)}") for line in series_line(group)]
    return [
        *lead(group),
        *meant,
        Piece("\n"),
        Piece(wording.retold(sentences.confidence(group)), (ITALIC,)),
        *moved,
    ]


def _snippets(groups: Sequence[AnswerGroup], wording: Wording) -> Pieces:
    """A block for each source; the chosen answer's come first."""
    blocks = (
        snippet(
            citation,
            wording.retold(sentences.days_below(group, citation, in_sentence=group is groups[0])),
            wording,
            QUOTED,
        )
        for group in groups
        for citation in group.citations
    )
    return joined(blocks, "\n")


def _remark(reply: RemarkReply, wording: Wording) -> Pieces:
    lines = [_listed(listed, wording) for listed in reply.listed]
    return joined([[Piece(said(wording, reply.remark.text))], joined(lines, "\n")], "\n\n")


def _listed(listed: Listed, wording: Wording) -> Pieces:
    untitled = wording.retold(sentences.untitled(listed.article_id))
    title = words(shortened(" ".join((listed.title or "").split()) or untitled, _CHOICE))
    day = listed.published
    parts = [
        linked(title, source_link(listed.url)),
        words(shortened(listed.publisher or "", _CHOICE)),
        [Piece(wording.retold(sentences.shown_days(day, day)))] if day else [],
    ]
    known = [part for part in parts if any(piece.text.strip() for piece in part)]
    return [Piece("• "), *joined(known, " · ")]


def _which_one(waiting: OpenChoice, wording: Wording) -> Pieces:
    question = [Piece(wording.retold(sentences.WHICH_ONE), (BOLD,))]
    lines = (
        [Piece(f"{number}. "), *words(shortened(choice.label, _CHOICE))]
        for number, choice in enumerate(waiting.choices, start=1)
    )
    return joined([question, joined(lines, "\n")], "\n\n")


def _labels(waiting: OpenChoice) -> tuple[str, ...]:
    """Numbered as in the message, so that no two are alike."""
    return tuple(
        shortened(f"{number}. {one_line(choice.label)}", _LABEL, "…")
        for number, choice in enumerate(waiting.choices, start=1)
    )


def _inline(reply: AnswerReply, group: AnswerGroup, wording: Wording) -> InlineAnswer:
    """The answer with its question, which nobody sees who was not there when it was asked."""
    first = group.citations[0]
    question = words(shortened(reply.standalone_question, _CHOICE), ITALIC)
    page = _first_page([question, _group(group, wording), _snippets((group,), wording)])
    answer = one_line(group.answer)
    before, quote, after = split(first)
    source = " · ".join(part for part in (first.title, first.publisher) if part)
    sure = wording.retold(sentences.confidence(group))
    described = f"{sure} — {source or first.article_id}: {before}{quote}{after}"
    return InlineAnswer(
        shortened(answer if is_visible(answer) else f"[{first.number}]", _TITLE, "…"),
        shortened(one_line(described), _DESCRIPTION, "…"),
        page,
        _preview((group,)),
    )


def _first_page(parts: Sequence[Pieces]) -> Page:
    """An inline result is one message: what does not fit is left out."""
    return pages(joined(parts, "\n\n"))[0]


def _preview(groups: Sequence[AnswerGroup]) -> str | None:
    """The address of the only article, where there is one."""
    citations = [citation for group in groups for citation in group.citations]
    if len({citation.article_id for citation in citations}) != 1:
        return None
    return address(citations[0])
