"""How an answer was found, in words; and what the reader found in each window that it read."""

from __future__ import annotations

from collections.abc import Iterator

from bot.presentation.wording import percent
from retrieval.datatypes import Answer, AnswerType, Span, TextRange
from retrieval.messages import KINDS, Message, say
from retrieval.text.headline import home_of, is_headline
from retrieval.text.resolved import readable

_CLEAR, _FAR = 4.0, 9.0
_QUOTE = 80
"""Most code points of a candidate that is named in a sentence."""
_CUT = " …"


def best_of_windows(answer: Answer) -> list[Span]:
    """The best span of every window that was read, best first."""
    best: dict[tuple[str, TextRange | None], Span] = {}
    for span in (s for kept in answer.trace.spans for s in (kept, *kept.folded)):
        key = (span.article_id, span.window or span.sentence)
        if key not in best or best[key].margin < span.margin:
            best[key] = span
    return sorted(best.values(), key=lambda s: (-s.margin, s.article_id, s.start))


def shown_id(article_id: str) -> str:
    """An article's id; of a title, with a word that says so."""
    return f"{home_of(article_id)} (title)" if is_headline(article_id) else article_id


def kind(answer_type: AnswerType) -> Message:
    """What is asked for, or what a span is, in words."""
    return say("yes or no") if answer_type is AnswerType.YES_NO else KINDS[answer_type]


def asked_for(answer: Answer) -> Message:
    return say("Asked for: {kind}", kind=kind(answer.trace.expected_type))


def decision(answer: Answer) -> Message:
    """Whether the best answer was given, and how likely it is."""
    likely = percent(answer.probability)
    if answer.abstained:
        return say("Not answered: the best answer is {percent} likely.", percent=likely)
    return say("Answered: the best answer is {percent} likely.", percent=likely)


def why(answer: Answer) -> Iterator[Message]:
    """The decision, a sentence at a time."""
    if not answer.groups or not answer.groups[0].spans:
        yield say("No passage shares enough with the question for a single candidate.")
        return
    best = answer.groups[0]
    span = best.spans[0]
    yield say(
        "The best candidate, “{words}”, is taken as: {kind}.",
        words=quoted(best.answer),
        kind=kind(span.answer_type),
    )
    yield from _measures(span)
    yield say("Independent sources behind it: {n}.", n=best.origins)
    if len(answer.groups) > 1:
        second = answer.groups[1]
        yield say(
            "Next best: “{words}” at {percent}, against {best}.",
            words=quoted(second.answer),
            percent=percent(second.probability),
            best=percent(best.probability),
        )


def _measures(span: Span) -> Iterator[Message]:
    """What the numbers behind a span mean, of those that its reader gives."""
    feature = {f.name: f.value for f in span.features}
    if "span_probability" in feature:
        yield say(
            "In its passage the reader gives these words {percent} against all other words and "
            "against “not said here”; {preference}.",
            percent=_part(feature["span_probability"]),
            preference=_preference(span.margin),
        )
    if "type_match" in feature:
        fit = _part(feature["type_match"])
        yield say("As the kind of thing asked for it fits {percent}.", percent=fit)
    if "coverage" in feature and "missing" in feature:
        yield say(
            "Its sentence holds {percent} of the question's words by weight, and {missing} "
            "stand nowhere in its passage.",
            percent=_part(feature["coverage"]),
            missing=_part(feature["missing"]),
        )


def _preference(margin: float) -> Message:
    """``margin``, in logits, is between a span and "not said here"."""
    if margin < 0:
        return say("it takes the passage to hold no answer")
    if margin >= _FAR:
        return say("it prefers them to the latter by far")
    if margin >= _CLEAR:
        return say("it prefers them to the latter clearly")
    return say("it prefers them to the latter by a little")


def quoted(text: str) -> str:
    """As it is read, white space folded, and cut between words where it is long."""
    flat = " ".join(readable(text).split())
    if len(flat) <= _QUOTE:
        return flat
    end = _QUOTE - len(_CUT)
    blank = flat.rfind(" ", end // 2, end + 1)
    return flat[: blank if blank > 0 else end].rstrip() + _CUT


def _part(share: float) -> str:
    return f"{round(100 * share)} %"
