"""The ``verify`` command: kept answers in, counts and what no longer stands out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.assembly.holdings import open_catalogue
from bot.evaluation.verifying.citations import Standing, Verified, found_elsewhere, verify
from bot.evaluation.verifying.records import kept_citations
from retrieval.text.characters import printable

_SHOWN = 80
"""Code points of a quote that are printed; ``--json`` has it whole."""


def run_verify(named: str, index_folder: Path, *, as_json: bool) -> int:
    """Gives the exit status: 0 where every quote is still in its article, else 1. Raises
    ``UsageError`` for what cannot be read, and the errors of opening an index.
    """
    with open_catalogue(index_folder) as catalogue:
        article = catalogue.text_and_title
        counts: Counter[Standing] = Counter()
        others = []
        for kept in kept_citations(named):
            verified = verify(kept, article)
            counts[verified.standing] += 1
            if verified.standing is not Standing.SAME:
                others.append(verified)
        addresses = ((source.id, source.url) for source in catalogue.sources())
        others = found_elsewhere(others, addresses, catalogue.texts, article)
    if as_json:
        print(json.dumps(_json(counts, others)))
    else:
        for line in verified_lines(counts, others):
            print(line)
    return 1 if counts[Standing.CHANGED] or counts[Standing.GONE] else 0


def verified_lines(counts: Counter[Standing], others: Sequence[Verified]) -> list[str]:
    """A table of counts, then every citation that is not the same, in a line each."""
    if not counts:
        return ["there are no citations in it"]
    width = len(f"{max(counts.values()):,}")
    lines = [f"{standing.value:<8}{counts[standing]:>{width},}" for standing in Standing]
    return lines + [printable(_line(verified)) for verified in others]


def _line(verified: Verified) -> str:
    kept = verified.kept
    part = "title, " if kept.in_title else ""
    place = f"{kept.article_id}, {part}characters {kept.start}–{kept.end}"
    quote = kept.quote if len(kept.quote) <= _SHOWN else kept.quote[: _SHOWN - 1] + "…"
    return f"{verified.standing.value}: {place}: “{quote}” {_told(verified)}"


def _told(verified: Verified) -> str:
    kept = verified.kept
    match verified.standing:
        case Standing.MOVED:
            begins = verified.now or 0
            where = f"stands at {begins}–{begins + len(kept.quote)} now"
            return where if verified.same_sentence else f"{where}, in another sentence"
        case Standing.CHANGED:
            return f"no longer stands in the {'title' if kept.in_title else 'article'}"
        case _ if verified.elsewhere is not None:
            return f"stands in {verified.elsewhere}; the article itself is not in the index"
        case _:
            return "cannot be looked up: the article is not in the index"


def _json(counts: Counter[Standing], others: Sequence[Verified]) -> dict[str, Any]:
    return {
        **{standing.value: counts[standing] for standing in Standing},
        "citations": [_citation_json(verified) for verified in others],
    }


def _citation_json(verified: Verified) -> dict[str, Any]:
    """``now`` only where it has moved, ``elsewhere`` where another article holds it."""
    kept = verified.kept
    found: dict[str, Any] = {
        "standing": verified.standing.value,
        "question": kept.question,
        "article_id": kept.article_id,
        "in_title": kept.in_title,
        "start": kept.start,
        "end": kept.end,
        "quote": kept.quote,
    }
    if verified.now is not None:
        end = verified.now + len(kept.quote)
        same = verified.same_sentence
        found["now"] = {"start": verified.now, "end": end, "same_sentence": same}
    if verified.elsewhere is not None:
        found["elsewhere"] = verified.elsewhere
    return found
