"""The names that an article dwells on, with how much. Capital letters alone tell a name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from retrieval.datatypes import Article, TextRange
from retrieval.text.masking import visible_text

_WORD = re.compile(r"[^\W\d_](?:[\w’'-]*[^\W_])?(?:\.[^\W\d_])*")
_OWN = re.compile(r"['’]s?$")
_NAME_WORD = r"(?:[^\W\d_a-z][\w’-]*[\w]|(?:[A-Z]\.){1,3})"
_NAME = re.compile(
    rf"{_NAME_WORD}(?:[ \xa0-](?:(?:of|de|del|van|von|bin|al)[ \xa0])?{_NAME_WORD})*"
)
_NOT_TELLING = frozenset(
    """the a an in on at by for from to and but or nor so if when while after before during since
    until as it its this that these those there here he she they we you his her their our my your
    with without under over between among into of not no yes what which who whom whose where why
    how also both each every all some many most more much several other another such then now
    today yesterday tomorrow still even just only however meanwhile although though because
    according one two three four five six seven eight nine ten last next first second earlier
    later once despite about new monday tuesday wednesday thursday friday saturday sunday january
    february march april may june july august september october november december president
    minister secretary senator rep sen gov governor mr mrs ms dr prime foreign state states united
    american former vice photo image images getty reuters news read more share""".split()
)
"""Small words, and capitalised words that many articles share without being about one thing."""
_MAIN = 12
"""Names of an article that are compared."""
_MOST_COUNTED = 6
_SHOWN = 3
_LEAD = 3
"""Sentences at the beginning that say what an article is about."""


@dataclass(frozen=True, slots=True)
class Mentions:
    """``weights``: words of names, in lower case, with how much the article dwells on each.
    ``near``: those in and right before the sentence of the answer. ``runs``: whole names as
    written, titles included; ``near_runs``: those of them near the answer.
    """

    weights: Mapping[str, float]
    near: frozenset[str]
    runs: frozenset[str]
    near_runs: frozenset[str]

    def main(self) -> dict[str, float]:
        """The weightiest words; their shares sum to 1."""
        top = sorted(self.weights.items(), key=lambda item: (-item[1], item[0]))[:_MAIN]
        total = sum(weight for _, weight in top) or 1.0
        return {word: weight / total for word, weight in top}

    def full_names(self, surname: str) -> frozenset[str]:
        """The surname with the first names that stand before it: "Trevor Reed", "Lou Reed"; none
        where it does not stand near the answer.
        """
        if not any(surname in run.split() for run in self.near_runs):
            return frozenset()
        found = set()
        for words in map(str.split, self.runs):
            if len(words) > 1 and words[-1] == surname:
                first = words[-2]
                if first.casefold().strip(".") not in _NOT_TELLING:
                    found.add(f"{first} {surname}")
        return frozenset(found)

    def person(self) -> str | None:
        """The only person near the answer, with the first name; None where there may be several.

        Whom an article also calls by the surname alone is a person: "Izkia Siches ... Siches".
        """
        surnames = {run.split()[-1] for run in self.near_runs} & self.runs
        found = {name for surname in surnames for name in self.full_names(surname)}
        others = {run for run in self.near_runs if " " in run and run.split()[-1] not in surnames}
        return found.pop() if len(found) == 1 and not others else None


def mentions_of(article: Article, sentence: TextRange, asked: Set[str]) -> Mentions:
    """What ``article`` names; ``sentence`` holds the answer. Words of the question, in lower case,
    are left out: they tell nothing apart.
    """
    texts = [visible_text(article, place) for place in article.sentences]
    body = [text for text in texts if not _is_headline(text)]
    counts, in_lower_case = _counted(body, article.title or "")
    runs = frozenset(run for text in body for run in _runs(text))
    unusable = in_lower_case | _NOT_TELLING | asked
    weights = {
        word: float(min(count, _MOST_COUNTED))
        for word, count in counts.items()
        if word not in unusable and len(word) > 2
    }
    around = list(_texts_near(article, sentence))
    near = {word for text in around for word in _words(text)} & weights.keys()
    near_runs = frozenset(run for text in around for run in _runs(text))
    for text, more in [(article.title or "", 3), *((text, 1) for text in texts[:_LEAD])]:
        for word in _words(text) & weights.keys():
            weights[word] += more
    for word in near:
        weights[word] += 2
    return Mentions(weights, frozenset(near), runs, near_runs)


def _counted(sentences: Sequence[str], title: str) -> tuple[Counter[str], set[str]]:
    """How often each word is written with a capital, and the words that are written without one.

    A capital that only begins a sentence counts where the word has one elsewhere too, or begins a
    name of several words.
    """
    counts: Counter[str] = Counter()
    first: Counter[str] = Counter()
    in_lower_case: set[str] = set()
    for text in sentences:
        words = list(_WORD.finditer(text))
        run = _NAME.match(text)
        for at, word in enumerate(words):
            plain = _OWN.sub("", word.group())
            if not plain[0].isupper():
                in_lower_case.add(plain.casefold())
            elif at == 0 and not (run and " " in run.group()):
                first[plain.casefold()] += 1
            else:
                counts[plain.casefold()] += 1
    known = counts.keys() | _words(title)
    return counts + Counter({w: n for w, n in first.items() if w in known}), in_lower_case


def likeness(a: Mentions, b: Mentions) -> float:
    """How much of what two articles dwell on is common to both, 0..1."""
    one, other = a.main(), b.main()
    return sum(min(one[word], other[word]) for word in one.keys() & other.keys())


def names_in(
    article: Article, sentence: TextRange, own: Mentions, others: Sequence[Mentions]
) -> tuple[str, ...]:
    """At most three names as ``article`` writes them near its answer or in its title, which the
    others do not dwell on, the weightiest first.
    """
    share = own.main()
    strange = {
        word: weight
        for word, weight in own.weights.items()
        if all(_is_strange(word, share.get(word, 0.0), other) for other in others)
    }
    found: dict[str, float] = {}
    for text in (article.title or "", *_texts_near(article, sentence)):
        for match in _NAME.finditer(text):
            name = _telling(_OWN.sub("", match.group()), strange)
            words = set(name.casefold().split())
            # "Biden" after "Joe Biden" is no second name, nor the other way round.
            if name and not any(words & set(known.casefold().split()) for known in found):
                found[name] = max(strange.get(w.casefold(), 0.0) for w in name.split())
    best = sorted(found, key=lambda name: -found[name])[:_SHOWN]
    return tuple(best)


def places_among(names: Sequence[str], article: Article, sentence: TextRange) -> tuple[str, ...]:
    """Those of ``names`` that "in" or "at" stands before, in the title or near the answer."""
    texts = (article.title or "", *_texts_near(article, sentence))
    before = r"\b(?:in|at|near)[ \xa0](?:the[ \xa0])?"
    return tuple(
        name
        for name in names
        if not name.isupper()
        and any(re.search(rf"{before}{re.escape(name)}\b", text) for text in texts)
    )


def _is_strange(word: str, share: float, other: Mentions) -> bool:
    """Whether ``other`` does not dwell on a word that has ``share`` of the article's own."""
    return word not in other.near and 3 * other.main().get(word, 0.0) <= share


def _telling(run: str, strange: Mapping[str, float]) -> str:
    """The part of a capitalised run from its first telling word to its last: all of "Jens
    Stoltenberg", the last of "Wednesday Reykjavik"; "" when there is none.
    """
    words = run.split()
    at = [
        i
        for i, word in enumerate(words)
        if word.casefold().strip(".") in strange and not (word.isupper() and len(word) > 4)
    ]
    return " ".join(words[at[0] : at[-1] + 1]) if at else ""


def _runs(text: str) -> Iterator[str]:
    """Whole names, titles before them included."""
    return (_OWN.sub("", match.group()) for match in _NAME.finditer(text))


def _words(text: str) -> set[str]:
    return {
        _OWN.sub("", m.group()).casefold() for m in _WORD.finditer(text) if m.group()[0].isupper()
    }


def _texts_near(article: Article, sentence: TextRange) -> Iterator[str]:
    """The answer's sentence and the one before it, in their order."""
    before = [place for place in article.sentences if place.end <= sentence.start][-1:]
    for place in (*before, sentence):
        yield visible_text(article, place)


def _is_headline(text: str) -> bool:
    """Whether it is no sentence: written with capitals, and without a full stop."""
    if text.rstrip("”’\"') \n").endswith((".", "!", "?")):
        return False
    words = [m.group() for m in _WORD.finditer(text) if len(m.group()) > 3]
    capitals = sum(word[0].isupper() for word in words)
    return not words or capitals > 0.6 * len(words)
