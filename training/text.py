"""Edits of an example's text that keep its golds where they belong."""

from __future__ import annotations

import random
import re
from bisect import bisect_right
from dataclasses import replace

from training.squad import Example, Gold

_SENTENCE_END = re.compile(r"[.!?][\"”’')\]]*\s+(?=[\"“‘(\[A-Z0-9])|\n+")
_DETACHED = re.compile(
    r" (?=[,.;:!?%)\]]|'s\b|n't\b|'(?:m|re|ve|ll|d)\b|\.\.\.)|(?<=[(\[$#]) |(?<=US\$) "
)
_QUOTED = re.compile(r'(?<=")( )([^"]*?)( )(?=")')

WEB_NOISE = (
    "Advertisement",
    "Read more",
    "Share this article",
    "(Photo: AP)",
    "Image source, Getty Images",
    "Sign up for our newsletter",
    "Related: What to know",
    "Click here to subscribe.",
    "FILE PHOTO:",
    "Copyright 2023. All rights reserved.",
)


def sentences(text: str) -> list[tuple[int, int]]:
    """Half-open offsets of the sentences of a text.

    A rough cut is enough here: it decides where training text is cropped or joined, and a wrong
    cut only makes the text a little more like the windows that the reader meets in use.
    """
    spans, start = [], 0
    for match in _SENTENCE_END.finditer(text):
        end = len(text[: match.end()].rstrip())
        if end > start:
            spans.append((start, end))
            start = match.end()
    if text[start:].strip():
        spans.append((start, len(text.rstrip())))
    return spans


def delete(example: Example, ranges: list[tuple[int, int]]) -> Example:
    """The example without those ranges of its context, which must lie in rising order.

    A gold end is never moved past text that stays; a gold that would vanish is dropped.
    """
    if not ranges:
        return example
    kept, position, starts, removed, total = [], 0, [], [], 0
    for start, end in ranges:
        kept.append(example.context[position:start])
        total += end - start
        starts.append(start)
        removed.append(total)
        position = end
    kept.append(example.context[position:])

    def moved(offset: int) -> int:
        index = bisect_right(starts, offset - 1) - 1
        if index < 0:
            return offset
        start, end = ranges[index]
        before = removed[index] - (end - start)
        return offset - before - (min(offset, end) - start)

    golds = (Gold(moved(gold.start), moved(gold.end)) for gold in example.golds)
    return replace(
        example,
        context="".join(kept),
        golds=tuple(gold for gold in golds if gold.end > gold.start),
    )


def slice_to(example: Example, start: int, end: int) -> Example:
    """The example reading only ``context[start:end]``; golds outside it are dropped."""
    golds = tuple(
        Gold(gold.start - start, gold.end - start)
        for gold in example.golds
        if start <= gold.start and gold.end <= end
    )
    return replace(example, context=example.context[start:end], golds=golds)


def insert(example: Example, at: int, addition: str) -> Example:
    """The example with ``addition`` put in before offset ``at``, which no gold may straddle."""
    shift = len(addition)
    golds = tuple(
        Gold(gold.start + shift, gold.end + shift) if gold.start >= at else gold
        for gold in example.golds
    )
    return replace(
        example, context=example.context[:at] + addition + example.context[at:], golds=golds
    )


def detokenise(example: Example) -> Example:
    """QAMR's spaced-out text as people write it: ``Spain .`` -> ``Spain.``."""
    detached = {(match.start(), match.end()) for match in _DETACHED.finditer(example.context)}
    for match in _QUOTED.finditer(example.context):
        detached |= {match.span(1), match.span(3)}
    return delete(example, sorted(span for span in detached if span[1] > span[0]))


def crop(example: Example, words: int, rng: random.Random, around: int | None = None) -> Example:
    """Whole sentences around the golds, grown at random to either side up to ``words`` words.

    Without golds around the sentence of that number, or a random one.
    """
    spans = sentences(example.context)
    if len(spans) < 2:
        return example
    if example.golds:
        low_offset = min(gold.start for gold in example.golds)
        high_offset = max(gold.end for gold in example.golds)
        low = max((i for i, (start, _) in enumerate(spans) if start <= low_offset), default=0)
        high = next((i for i, (_, end) in enumerate(spans) if end >= high_offset), len(spans) - 1)
    else:
        low = high = rng.randrange(len(spans)) if around is None else around
    counts = [len(example.context[start:end].split()) for start, end in spans]
    total = sum(counts[low : high + 1])
    while True:
        sides = [i for i in (low - 1, high + 1) if 0 <= i < len(spans)]
        sides = [i for i in sides if total + counts[i] <= words]
        if not sides:
            break
        chosen = rng.choice(sides)
        total += counts[chosen]
        low, high = min(low, chosen), max(high, chosen)
    return slice_to(example, spans[low][0], spans[high][1])


def with_neighbours(example: Example, before: int, after: int, around: int) -> Example:
    """The sentences of the golds with so many on either side; those of number ``around`` without
    golds.
    """
    spans = sentences(example.context)
    touched = [
        at
        for at, (start, end) in enumerate(spans)
        if any(gold.start < end and start < gold.end for gold in example.golds)
    ] or [around]
    if not spans:
        return example
    first, last = max(0, touched[0] - before), min(len(spans) - 1, touched[-1] + after)
    return slice_to(example, spans[first][0], spans[last][1])


def add_noise(example: Example, rng: random.Random) -> Example:
    """One scar of scraped text at a sentence boundary: pasted noise, or a lost space."""
    boundaries = [
        start
        for start, _ in sentences(example.context)[1:]
        if not any(gold.start < start < gold.end for gold in example.golds)
    ]
    if not boundaries:
        return example
    at = rng.choice(boundaries)
    after_gold = any(gold.start < at <= gold.end for gold in example.golds)
    if rng.random() < 0.3 and example.context[at - 1].isspace() and not after_gold:
        return delete(example, [(at - 1, at)])
    return insert(example, at, rng.choice(WEB_NOISE) + rng.choice((" ", "\n", "\n\n")))


def plainer_question(example: Example, rng: random.Random, share: float) -> Example:
    """Drop the question mark, and for half of those all capitals, in ``share`` of the questions."""
    if rng.random() >= share:
        return example
    question = example.question.rstrip("? ").rstrip()
    return replace(example, question=question.lower() if rng.random() < 0.5 else question)
