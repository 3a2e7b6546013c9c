"""A page of values as one HTML file that needs nothing else: no network, every text escaped.

The policy in its head lets no request leave it, and no script run but ours: ``page.js``, named by
its hash, is there only when there is a table to search. What the page says is not known here.
"""

from __future__ import annotations

import base64
import hashlib
import re
from importlib import resources

from jinja2 import Environment, StrictUndefined

from bot.evaluation.report.rows_json import details_lines, options, table_json
from bot.evaluation.report.values import Page, QuestionTable

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src {script}; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)


def render_page(page: Page) -> str:
    """The HTML text; sections with nothing in them are left out."""
    sections = [section for section in page.sections if not section.empty]
    table = next((s.questions for s in sections if s.questions is not None), None)
    script = _asset("page.js") if table else ""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["css_class"] = css_class
    html: str = environment.from_string(_asset("page.html")).render(
        page=page,
        sections=sections,
        policy=_POLICY.format(script=f"'{_hash(script)}'" if script else "'none'"),
        style=_asset("page.css"),
        script=script,
        widest=max((bar.count for s in sections for bar in s.bars), default=0),
        options={f.key: options(table, f.key) for f in table.filters} if table else {},
        rows=table_json(table) if table else "",
        details=details_lines(table) if table else "",
        sortable=_sortable(table),
    )
    return _LONE_SURROGATE.sub("\ufffd", html)


def css_class(words: str) -> str:
    """A verdict or another kind as the name of a CSS class."""
    return re.sub(r"[^a-z]+", "-", words.lower()).strip("-")


def base_name(path: str) -> str:
    """The last part of a path of either kind."""
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2]


def _sortable(table: QuestionTable | None) -> list[tuple[str, str]]:
    return [(column.key, column.label) for column in table.columns] if table else []


def _asset(name: str) -> str:
    return resources.files("bot.evaluation.report").joinpath(name).read_text("utf-8")


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return "sha256-" + base64.b64encode(digest).decode("ascii")
