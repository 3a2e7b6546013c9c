"""One kept citation against the article of today: the same, moved, changed or gone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.evaluation.verifying.records import Kept

MOST_LOOKED_FOR = 100
"""Articles that are gone whose sentences are looked for in all others: each costs a search through
every text."""

TextAndTitle = Callable[[str], tuple[str, str | None]]
"""Of the article with that id. Raises ``KeyError`` where there is none."""


class Standing(StrEnum):
    """How a citation stands: its words are at their place; elsewhere in the same article; no longer
    in it; or the article is not there.
    """

    SAME = "same"
    MOVED = "moved"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Verified:
    """``now`` is where the words begin today, in code points of text or title. ``same_sentence``:
    whether they stand there in the sentence that was cited. ``elsewhere`` is the id of another
    article that holds the quote, at the same address or in the same sentence.
    """

    kept: Kept
    standing: Standing
    now: int | None = None
    same_sentence: bool = True
    elsewhere: str | None = None


def verify(kept: Kept, article: TextAndTitle) -> Verified:
    """Looks into the article alone; for ``elsewhere`` see ``found_elsewhere``."""
    try:
        text, title = article(kept.article_id)
    except KeyError:
        return Verified(kept, Standing.GONE)
    whole = (title or "") if kept.in_title else text
    if whole[kept.start : kept.end] == kept.quote:
        return Verified(kept, Standing.SAME, kept.start)
    in_sentence = _in_sentence(kept, whole)
    if in_sentence is not None:
        return Verified(kept, Standing.MOVED, in_sentence)
    nearest = min(_places(kept.quote, whole), key=lambda at: abs(at - kept.start), default=None)
    if nearest is not None:
        return Verified(kept, Standing.MOVED, nearest, same_sentence=False)
    return Verified(kept, Standing.CHANGED)


def _in_sentence(kept: Kept, whole: str) -> int | None:
    if kept.inside is None:
        return None
    places = _places(kept.sentence, whole)
    nearest = min(places, key=lambda at: abs(at + (kept.inside or 0) - kept.start), default=None)
    return None if nearest is None else nearest + kept.inside


def _places(part: str, whole: str) -> Iterator[int]:
    at = whole.find(part)
    while at >= 0:
        yield at
        at = whole.find(part, at + 1)


def found_elsewhere(
    verified: Iterable[Verified],
    addresses: Iterable[tuple[str, str | None]],
    texts: Callable[[], Iterable[tuple[str, str]]],
    article: TextAndTitle,
) -> list[Verified]:
    """The same; those that are gone with the article that holds their quote now.

    ``addresses`` are those of all articles by id; ``texts`` gives all ids and texts, one at a time,
    and is asked only for what no address finds.
    """
    all_verified = list(verified)
    gone = [v.kept for v in all_verified if v.standing is Standing.GONE]
    if not gone:
        return all_verified
    holders = _by_address(gone, addresses)
    unfound = [kept for kept in gone if kept.article_id not in holders and not kept.in_title]
    longest = {k.article_id: k.sentence for k in sorted(unfound, key=lambda k: len(k.sentence))}
    looked_for = dict(sorted(longest.items())[:MOST_LOOKED_FOR])
    if looked_for:
        for id_, text in texts():
            for article_id in [a for a, sentence in looked_for.items() if sentence in text]:
                holders[article_id] = id_
                del looked_for[article_id]
    return [
        v if v.standing is not Standing.GONE else _elsewhere(v, holders, article)
        for v in all_verified
    ]


def _by_address(
    gone: Iterable[Kept], addresses: Iterable[tuple[str, str | None]]
) -> dict[str, str]:
    """The article that has the address now, for each that is gone."""
    articles_of: defaultdict[str, set[str]] = defaultdict(set)
    for kept in gone:
        if kept.url:
            articles_of[kept.url].add(kept.article_id)
    return {old: id_ for id_, url in addresses if url for old in articles_of.get(url, ())}


def _elsewhere(gone: Verified, holders: Mapping[str, str], article: TextAndTitle) -> Verified:
    holder = holders.get(gone.kept.article_id)
    if holder is None:
        return gone
    text, title = article(holder)
    whole = (title or "") if gone.kept.in_title else text
    return replace(gone, elsewhere=holder) if gone.kept.quote in whole else gone
