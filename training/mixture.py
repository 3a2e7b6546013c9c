"""Which rows a training sees, which of them are read together, and how they are varied.

A *unit* is what stays in one batch: the groups of one paragraph's minimal pair, or one group. A
*group* is one question with one or several contexts that share a softmax and one "not said here"
(Clark and Gardner 2018): with several, the reader learns scores that compare across articles.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from retrieval.reader.titled import titled
from training import question_forms
from training.negatives import NegativeMaker, holds_an_answer, words
from training.question_forms import Embed
from training.sets import HELD_OUT, SETS, QuestionSet
from training.squad import Example
from training.text import (
    add_noise,
    crop,
    detokenise,
    insert,
    plainer_question,
    sentences,
    slice_to,
    with_neighbours,
)

Group = tuple[Example, ...]
Unit = tuple[Group, ...]

NOISY = 0.05
PLAIN_QUESTIONS = 0.25
DETOKENISED = 0.8
UNTITLED = 0.25
TITLE_ANSWERS = 0.04
"""Of the rows: the sentence with the answer becomes the title, and the text follows it."""
_TITLE_WORDS = (4, 22)
_FEW_LETTERS = 3
"""Words of at most so many letters say little of what a sentence is about."""


@dataclass(frozen=True, slots=True)
class Diet:
    """The share of each set's rows, by name; ``losses``, where given, pick the hard ones instead:
    rows whose loss is from ``hard`` to ``doubtful``, and a share ``easy`` of the others. A larger
    loss than that is more often a wrong label than a hard question.
    """

    shares: Mapping[str, float]
    losses: Mapping[str, float] | None = None
    hard: float = 0.7
    doubtful: float = 6.0
    easy: float = 0.25

    def picks(self, examples: Sequence[Example], rng: random.Random) -> bool:
        """Whether examples that are read together are; one of them that is hard is enough."""
        drawn, easy = rng.random(), rng.random() < self.easy
        if drawn >= self.shares[examples[0].source]:
            return False
        if self.losses is None:
            return True
        known = [self.losses[e.id] for e in examples if e.id in self.losses]
        return bool(known) and (easy or any(self.hard <= loss <= self.doubtful for loss in known))


@dataclass(frozen=True, slots=True)
class Passages:
    """Texts as a first reader meets them: in ``cropped`` of the rows whole sentences around the
    answer, up to ``words`` words, from single sentences to what retrieval hands over. ``negatives``
    says how many stand in a group.
    """

    cropped: float = 0.75
    words: tuple[int, int] = (15, 130)
    negatives: tuple[int, int] = (1, 2)

    def asked(self, example: Example, beside: Sequence[Example], rng: random.Random) -> Example:
        """The example with the question that is put."""
        return example

    def cut(self, example: Example, rng: random.Random) -> Example:
        """The text as it is read."""
        if rng.random() >= self.cropped:
            return example
        around = None if example.golds else _closest(example)
        return crop(example, rng.randint(*self.words), rng, around)


@dataclass(frozen=True, slots=True)
class Sentences:
    """Texts as a second reader meets them: the answer's sentence with one on either side, now and
    then (``uneven``) with fewer or more. ``negatives`` are candidates: see ``mistakes``.

    ``yes_no`` is the share of questions, of those that can be turned, that are asked for yes or no,
    half of them with another answer of their text, which it does not say; ``keywords`` and
    ``typos`` are shares of all others. ``swapped`` is the share that have, where that can be made,
    an unanswerable twin about something else (``question_forms.Swaps``).
    """

    uneven: float = 0.25
    negatives: tuple[int, int] = (6, 6)
    yes_no: float = 0.5
    keywords: float = 0.04
    typos: float = 0.03
    swapped: float = 0.4

    def asked(self, example: Example, beside: Sequence[Example], rng: random.Random) -> Example:
        """The example with the question that is put; ``beside`` are others on its text."""
        drawn = rng.random()
        if example.golds and rng.random() < self.yes_no:
            other = question_forms.others(example, beside)
            said = rng.choice(other) if other and rng.random() < 0.5 else example.answers()[0]
            if turned := question_forms.yes_no(example, said):
                return turned
        if drawn < self.keywords:
            return replace(example, question=question_forms.keywords(example.question))
        if drawn < self.keywords + self.typos:
            return replace(example, question=question_forms.with_typo(example.question, rng))
        return example

    def cut(self, example: Example, rng: random.Random) -> Example:
        """The text as it is read."""
        before, after = 1, 1
        if rng.random() < self.uneven:
            before, after = rng.randint(0, 2), rng.randint(0, 2)
        return with_neighbours(example, before, after, _closest(example) or 0)


Form = Passages | Sentences
SECOND_LOOK = Sentences(uneven=0.0)
"""As a second reader meets texts in use."""


def first_diet() -> Diet:
    return Diet({chosen.name: chosen.first for chosen in SETS})


def hard_diet(losses: Mapping[str, float]) -> Diet:
    return Diet({chosen.name: chosen.second for chosen in SETS}, losses)


def build(
    rows: Mapping[str, Sequence[Example]],
    diet: Diet,
    seed: int,
    form: Form | None = None,
    embed: Embed | None = None,
) -> list[Unit]:
    """The units of a training in random order; the same for the same rows, diet, seed and form.
    The form is ``Passages`` unless another is given; ``embed`` finds what is near to exchange.
    """
    form = form or Passages()
    rng = random.Random(seed)
    result: list[Unit] = []
    for chosen in SETS:
        pool = rows.get(chosen.name, ())
        if chosen.name == "pairs":
            result += _twins(pool, diet, rng, form)
        elif pool:
            result += _units(chosen, pool, diet, rng, form, embed)
    rng.shuffle(result)
    return result


def _twins(pool: Sequence[Example], diet: Diet, rng: random.Random, form: Form) -> Iterator[Unit]:
    """Minimal pairs: all chosen questions on one paragraph, two by two, with the same text."""
    by_context: dict[str, list[Example]] = defaultdict(list)
    for example in pool:
        by_context[example.context].append(example)
    for same in by_context.values():
        for at in range(0, len(same), 2):
            pair = same[at : at + 2]
            # One choice for both: half a pair teaches half of what it is there for.
            if diet.picks(pair, rng):
                share = float(rng.random() < PLAIN_QUESTIONS)
                if isinstance(form, Sentences):
                    pair = _cut_alike(pair, form, rng)
                yield tuple((plainer_question(e, rng, share),) for e in pair)


def _cut_alike(pair: Sequence[Example], form: Form, rng: random.Random) -> list[Example]:
    """The pair with the text that is read for its answerable question."""
    text = form.cut(next((e for e in pair if e.golds), pair[0]), rng).context
    start = pair[0].context.index(text)
    return [slice_to(e, start, start + len(text)) for e in pair]


def _units(
    chosen: QuestionSet,
    pool: Sequence[Example],
    diet: Diet,
    rng: random.Random,
    form: Form,
    embed: Embed | None,
) -> Iterator[Unit]:
    answerable = [example for example in pool if example.golds]
    maker = NegativeMaker(answerable, dict(chosen.negatives)) if chosen.negatives else None
    beside: dict[str, list[Example]] = defaultdict(list)
    for example in answerable:
        beside[example.context].append(example)
    swaps = question_forms.Swaps([example.question for example in answerable], embed)
    for row in pool:
        if not diet.picks([row], rng):
            continue
        example = form.asked(row, beside[row.context], rng)
        read = varied(example, rng, form)
        if isinstance(form, Sentences) and read.golds and rng.random() < form.swapped:
            twin = swaps.swapped(read, rng)
            if twin is not None:
                yield ((read,), (twin,))
                continue
        drawn = rng.random()
        if maker is None or not example.golds or drawn >= chosen.grouped + chosen.alone:
            yield ((read,),)
            continue
        made = (maker.make(example, rng) for _ in range(rng.randint(*form.negatives)))
        twins = {twin.context: twin for twin in made if twin is not None}
        others = tuple(
            _negative(example, twin, rng, read.question, form) for twin in twins.values()
        )
        if drawn < chosen.grouped:
            yield ((read, *others),)
        else:
            yield ((read,),)
            yield from (((other,),) for other in others[:1])


def _negative(
    example: Example, twin: Example, rng: random.Random, question: str, form: Form
) -> Example:
    """A hard negative, as long and as noisy as positives are, asked as its positive is."""
    text = form.cut(twin, rng)
    if rng.random() < NOISY:
        text = add_noise(text, rng)
    if holds_an_answer(text.heading, example.answers()):
        text = replace(text, heading="")
    return replace(with_heading(text, rng), question=question)


def _closest(example: Example) -> int | None:
    """The number of the sentence that shares most words with the question, None for one alone: cut
    off elsewhere, a negative would not be hard any more.
    """
    spans = sentences(example.context)
    asked = {word for word in words(example.question) if len(word) > _FEW_LETTERS}
    shared = [len(asked & set(words(example.context[start:end]))) for start, end in spans]
    return shared.index(max(shared)) if shared else None


def varied(example: Example, rng: random.Random, form: Form | None = None) -> Example:
    """The example as articles and people come: cropped, noisy, under a title or none."""
    if example.source == "qamr" and rng.random() < DETOKENISED:
        example = detokenise(example)
    else:
        example = (form or Passages()).cut(example, rng)
    if rng.random() < NOISY:
        example = add_noise(example, rng)
    example = plainer_question(example, rng, PLAIN_QUESTIONS)
    if rng.random() < TITLE_ANSWERS and (headed := _answer_in_title(example)):
        return headed
    return with_heading(example, rng)


def with_heading(example: Example, rng: random.Random) -> Example:
    """The example's text under its title, now and then without it."""
    if not example.heading or rng.random() < UNTITLED:
        return example
    head = titled(example.heading, "")[0]
    return insert(example, 0, head)


def _answer_in_title(example: Example) -> Example | None:
    """The text whose sentence with the answers stands before it as its title."""
    for start, end in sentences(example.context):
        count = len(example.context[start:end].split())
        if not _TITLE_WORDS[0] <= count <= _TITLE_WORDS[1]:
            continue
        headline = slice_to(example, start, end)
        if not headline.golds or len(headline.golds) != len(example.golds):
            continue
        rest = (example.context[:start] + example.context[end:].lstrip()).strip()
        # The rest may not say it again: one place would be taught as the right one by chance.
        if rest and not holds_an_answer(rest, example.answers()):
            text = headline.context.rstrip(".")
            read, _ = titled(text, rest)
            # Titles have single blanks: where the sentence has others, golds would be beside.
            if read.startswith(text) and all(gold.end <= len(text) for gold in headline.golds):
                return replace(headline, context=read, heading="")
    return None


def record(form: Form | None = None) -> dict[str, object]:
    """What decides the mixture, for the record of what a training was made from."""
    return {
        "form": repr(form or Passages()),
        "exchanged": question_forms.EXCHANGED,
        "noisy": NOISY,
        "plain_questions": PLAIN_QUESTIONS,
        "untitled": UNTITLED,
        "title_answers": TITLE_ANSWERS,
        "title_words": list(_TITLE_WORDS),
        "held_out": HELD_OUT,
        "diet": [(diet := Diet({})).hard, diet.doubtful, diet.easy],
        "sets": [repr(chosen) for chosen in SETS],
    }
