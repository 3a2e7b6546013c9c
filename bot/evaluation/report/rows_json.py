"""The rows of the question table as text that ``page.js`` reads. Knows no HTML but the end of it.

Two texts, so that the table stands before the details are read: ``table_json`` has what the table
shows, ``details_lines`` one line for each row, read when the row is opened. Titles and addresses of
articles are kept once each, and sentences once a question; numbers are rounded.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from bot.evaluation.report.values import Column, Kind, QuestionTable, Quote, Text
from bot.presentation.wording import quote_place

GROUPS_SHOWN = 5
CITATIONS_SHOWN = 5
PASSAGES_SHOWN = 20
CONTEXT = 160
"""Characters of a sentence kept on each side of the quote."""
_WEB_SCHEMES = ("http://", "https://")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class _Numbered(dict[tuple[Any, ...], int]):
    """Gives each new key the next number."""

    def __missing__(self, key: tuple[Any, ...]) -> int:
        self[key] = len(self)
        return self[key]


def harmless_json(value: Any) -> str:
    """JSON that cannot end the script element it stands in, nor a line of JavaScript."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    text = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    # Half a character cannot be written as UTF-8; its escape can.
    return _LONE_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def table_json(table: QuestionTable) -> str:
    """Columns, filters and rows: each row is ``[id, cells, values of the filters]``."""
    sources = _Numbered()
    rows = [
        [
            row.id,
            [_cell(c, v, sources) for c, v in zip(table.columns, row.cells, strict=True)],
            [row.values.get(f.key, "") for f in table.filters],
        ]
        for row in table.rows
    ]
    return harmless_json(
        {
            "noun": table.noun,
            "columns": [
                [c.key, c.label, c.kind, c.digits, c.unit, c.empty, c.hidden] for c in table.columns
            ],
            "filters": [f.key for f in table.filters],
            "sources": list(sources),
            "rows": rows,
        }
    )


def details_lines(table: QuestionTable) -> str:
    """The first line: the articles, ``[title, publisher, published, url]``; then a line a row."""
    if not any(row.details for row in table.rows):
        return ""
    articles = _Numbered()
    lines = [harmless_json(_details(row.details, articles)) for row in table.rows]
    return "\n".join([harmless_json(list(articles)), *lines])


def options(table: QuestionTable, key: str) -> list[tuple[str, int]]:
    """The values of a filter and how many rows have each, the commonest first."""
    counts = Counter(row.values[key] for row in table.rows if row.values.get(key))
    return sorted(counts.items(), key=lambda found: (-found[1], found[0]))


def quote_of(citation: Mapping[str, Any]) -> Quote:
    """A citation as a quote in its sentence, with its source in words."""
    before, found, after = around_quote(citation)
    title, publisher, published, url = _article(citation)
    label = ", ".join(part for part in (title, publisher, published) if part)
    return Quote(before, found, after, label, url or None)


def _cell(column: Column, value: Any, sources: _Numbered) -> Any:
    if column.kind is Kind.NUMBER:
        return None if value is None else round(float(value), column.digits + 2)
    if column.kind is Kind.LIST:
        return list(value)
    if not isinstance(value, Text):
        return value
    cell: dict[str, Any] = {"t": value.text}
    if value.notes:
        cell["n"] = value.notes
    if value.soft or value.strong:
        cell["s"] = "soft" if value.soft else "strong"
    if (quote := value.quote) is not None:
        cell["q"] = [quote.before, quote.quote, quote.after]
        cell["c"] = sources[(quote.source, quote.url or "")]
    return cell if len(cell) > 1 else value.text


def _details(details: Mapping[str, Any] | None, articles: _Numbered) -> Any:
    if not details:
        return None
    sentences = _Numbered()
    groups = [
        [
            group.get("answer"),
            _rounded(group.get("probability"), 4),
            group.get("origins"),
            [
                [articles[_article(c)], c.get("start"), c.get("end"), sentences[around_quote(c)]]
                for c in (group.get("citations") or ())[:CITATIONS_SHOWN]
            ],
            max(0, len(group.get("citations") or ()) - CITATIONS_SHOWN),
        ]
        for group in (details.get("groups") or ())[:GROUPS_SHOWN]
    ]
    known = {c["article_id"]: _article(c) for g in details.get("groups") or () for c in _cited(g)}
    passages = [
        [
            articles[known.get(p.get("article_id"), (str(p.get("article_id") or ""), "", "", ""))],
            p.get("start"),
            p.get("end"),
            _rounded(p.get("score"), 3),
        ]
        for p in (details.get("passages") or ())[:PASSAGES_SHOWN]
    ]
    left = max(0, len(details.get("groups") or ()) - GROUPS_SHOWN)
    return [groups, passages, list(sentences), left]


def _cited(group: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [c for c in group.get("citations") or () if c.get("article_id")]


def _article(citation: Mapping[str, Any]) -> tuple[str, str, str, str]:
    published, doubt = citation.get("published"), citation.get("date_doubt")
    if published and doubt:
        published = f"{published} (doubtful: {doubt})"
    url = str(citation.get("url") or "")
    return (
        str(citation.get("title") or citation.get("article_id") or ""),
        str(citation.get("publisher") or ""),
        str(published or ""),
        url if url.lower().startswith(_WEB_SCHEMES) else "",
    )


def around_quote(citation: Mapping[str, Any]) -> tuple[str, str, str]:
    """The cited sentence before, in and after its quote, cut to what a reader needs."""
    place = citation.get("in_title") or citation
    sentence, quote = str(citation.get("sentence") or ""), str(place.get("quote") or "")
    # The sentence has its noise replaced, so a quote across noise need not be found in it.
    offset = int(place.get("start") or 0) - int(citation.get("sentence_start") or 0)
    at = quote_place(sentence, quote, offset if "sentence_start" in citation else 0)
    if not quote or at is None:
        return "", quote or sentence[: 2 * CONTEXT], ""
    before, after = sentence[:at], sentence[at + len(quote) :]
    if len(before) > CONTEXT:
        before = "… " + before[-CONTEXT:].partition(" ")[2]
    if len(after) > CONTEXT:
        after = after[:CONTEXT].rpartition(" ")[0] + " …"
    return before, quote, after


def _rounded(value: Any, digits: int) -> float | None:
    return None if value is None else round(float(value), digits)
