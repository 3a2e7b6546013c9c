"""How an answer was found, in words and short lists: a phone has no room for tables.

Says what ``bot.terminal.views`` shows with ``/why`` and ``/explain``, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.dialogue.reply import SearchReply
from bot.presentation.explanation import Preference, best_of_windows, preference
from bot.presentation.phrases import percent
from bot.presentation.translation import Wording
from bot.telegram_bot.rendering.excerpts import Pieces, foreign, joined, one_line
from bot.telegram_bot.rendering.markup import BOLD, CODE, Piece, shortened
from retrieval.datatypes import Answer, AnswerGroup, AnswerType, ScoredPassage, Span, TextRange
from retrieval.messages import KINDS

_QUOTE = 80
"""Most code points of a span shown."""
_TOLD = 0.005
"""A number below this, or that much above 1 of a factor, changes no digit that is shown."""


def explanation(reply: SearchReply, wording: Wording) -> Pieces:
    """Every stage of an answer: what was asked, why it was decided so, and the numbers."""
    answer = reply.answer
    lists = [
        (wording.say("Answers"), _groups(answer, wording)),
        (wording.say("Passages, by rank"), _passages(answer, wording)),
        (wording.say("Best span of each window that was read"), _windows(reply, wording)),
    ]
    parts = [_titled(wording.say("How this was found"), _facts(reply, wording))]
    parts.append(_titled(wording.say("Why"), [[Piece(line)] for line in _why(answer, wording)]))
    parts += (_titled(heading, lines) for heading, lines in lists if lines)
    return joined(parts, "\n\n")


def _titled(heading: str, lines: Iterable[Pieces]) -> Pieces:
    return joined([[Piece(heading, (BOLD,))], *lines], "\n")


def _facts(reply: SearchReply, wording: Wording) -> list[Pieces]:
    trace = reply.answer.trace
    question = foreign(reply.standalone_question)
    lines = [
        wording.say("Question: {question}", question=question),
        wording.say("Asked for: {kind}", kind=_kind(trace.expected_type, wording)),
        _decision(reply.answer, wording),
    ]
    if trace.times:
        times = ", ".join(f"{time.stage} {time.milliseconds:.0f} ms" for time in trace.times)
        lines.append(wording.say("Time: {times}", times=times))
    return [[Piece(line)] for line in lines]


def _decision(answer: Answer, wording: Wording) -> str:
    likely = percent(answer.probability)
    if answer.abstained:
        return wording.say("Not answered: the best answer is {percent} likely.", percent=likely)
    return wording.say("Answered: the best answer is {percent} likely.", percent=likely)


def _why(answer: Answer, wording: Wording) -> list[str]:
    """The decision in words."""
    if not answer.groups or not answer.groups[0].spans:
        return [
            wording.say("No passage shares enough with the question for a single candidate."),
        ]
    best = answer.groups[0]
    span = best.spans[0]
    lines = [
        wording.say(
            "The best candidate, “{words}”, is taken as: {kind}.",
            words=_quoted(best.answer),
            kind=_kind(span.answer_type, wording),
        ),
        *_measures(span, wording),
        wording.say("Independent sources behind it: {n}.", n=best.origins),
    ]
    if len(answer.groups) > 1:
        second = answer.groups[1]
        lines.append(
            wording.say(
                "Next best: “{words}” at {percent}, against {best}.",
                words=_quoted(second.answer),
                percent=percent(second.probability),
                best=percent(best.probability),
            )
        )
    return lines


def _measures(span: Span, wording: Wording) -> list[str]:
    """What the numbers behind a span mean, of those that its reader gives."""
    feature = {f.name: f.value for f in span.features}
    lines = []
    if "share" in feature:
        lines.append(
            wording.say(
                "In its passage the reader gives these words {percent} against all other words and "
                "against “not said here”; {preference}.",
                percent=_part(feature["share"]),
                preference=_preferred(span.margin, wording),
            )
        )
    if "fit" in feature:
        fit = _part(feature["fit"])
        lines.append(wording.say("As the kind of thing asked for it fits {percent}.", percent=fit))
    if "coverage" in feature and "missing" in feature:
        lines.append(
            wording.say(
                "Its sentence holds {percent} of the question's words by weight, and {missing} "
                "stand nowhere in its passage.",
                percent=_part(feature["coverage"]),
                missing=_part(feature["missing"]),
            )
        )
    if "closeness" in feature:
        close = f"{feature['closeness']:.2f}"
        lines.append(
            wording.say(
                "Sentence and question are {number} close in meaning (0 to 1).", number=close
            )
        )
    return lines


def _preferred(margin: float, wording: Wording) -> str:
    match preference(margin):
        case Preference.NOT_AT_ALL:
            return wording.say("it takes the passage to hold no answer")
        case Preference.BY_FAR:
            return wording.say("it prefers them to the latter by far")
        case Preference.CLEARLY:
            return wording.say("it prefers them to the latter clearly")
        case Preference.A_LITTLE:
            return wording.say("it prefers them to the latter by a little")


def _groups(answer: Answer, wording: Wording) -> list[Pieces]:
    return [_group(number, group, wording) for number, group in enumerate(answer.groups, start=1)]


def _group(number: int, group: AnswerGroup, wording: Wording) -> Pieces:
    sources = wording.count("{n} source", "{n} independent sources", group.origins)
    numbers = " ".join(f"[{citation.number}]" for citation in group.citations)
    shown = f"{number}. “{_quoted(group.answer)}” · {percent(group.probability)} · {sources}"
    return [Piece(f"{shown} {numbers}".rstrip())]


def _passages(answer: Answer, wording: Wording) -> list[Pieces]:
    return [
        [Piece(f"{number}. {_where(scored.passage.article_id, scored.passage.range)}\n"),
         Piece(_ranks(scored, wording), (CODE,))]
        for number, scored in enumerate(answer.trace.passages, start=1)
    ]  # fmt: skip


def _ranks(scored: ScoredPassage, wording: Wording) -> str:
    parts = [f"{scored.score:.5f}"]
    parts += (f"{rank.retriever} {rank.rank} ({rank.score:.3f})" for rank in scored.ranks)
    if scored.recency > 1 + _TOLD:
        parts.append(wording.say("near the day ×{factor}", factor=f"{scored.recency:.2f}"))
    if scored.favour > 1:
        parts.append(wording.say("last answer's article ×{factor}", factor=f"{scored.favour:.2f}"))
    if scored.duplicates:
        copies = len(scored.duplicates)
        parts.append(wording.count("{n} copy folded", "{n} copies folded", copies))
    return " · ".join(parts)


def _windows(reply: SearchReply, wording: Wording) -> list[Pieces]:
    """The best span of every window, best first."""
    texts: dict[str, str] = {}
    lines = []
    for span in best_of_windows(reply.answer):
        if span.article_id not in texts:
            try:
                texts[span.article_id] = reply.article(span.article_id).text
            except KeyError:
                texts[span.article_id] = ""
        quote = _quoted(texts[span.article_id][span.start : span.end])
        kind = _kind(span.answer_type, wording)
        shown = f"“{quote}” ({kind}) {_where(span.article_id, span.range)}\n"
        numbers = [
            ("margin", span.margin), ("score", span.score), ("null", span.null_score),
            *((f.name, f.value) for f in span.features if abs(f.value) >= _TOLD),
        ]  # fmt: skip
        values = " ".join(f"{name} {value:.2f}" for name, value in numbers)
        lines.append([Piece(shown), Piece(values, (CODE,))])
    return lines


def _kind(kind: AnswerType, wording: Wording) -> str:
    return wording.say("yes or no") if kind is AnswerType.YES_NO else wording.retold(KINDS[kind])


def _part(share: float) -> str:
    return f"{round(100 * share)} %"


def _quoted(text: str) -> str:
    return foreign(shortened(" ".join(text.split()), _QUOTE))


def _where(article_id: str, place: TextRange) -> str:
    return foreign(f"{one_line(article_id)}:{place.start}–{place.end}")
