"""An article on a screen: a ``Marking`` drawn as the rows that prompt_toolkit asks for."""

from __future__ import annotations

from itertools import pairwise

from prompt_toolkit.data_structures import Point
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.layout import ScrollOffsets, UIContent, UIControl, Window
from prompt_toolkit.utils import get_cwidth

from bot.evaluation.labelling.marking import Marking, Rows, rows_of, shown_text
from retrieval.datatypes import Article, TextRange

_VARIANTS = dict.fromkeys(range(0xFE00, 0xFE10))
"""Say how the character before them is drawn, which terminals do not agree on: not shown."""


class ArticleControl(UIControl):
    """The article with its noise, the span that was offered and what is marked.

    Only the rows on the screen are drawn: a long article costs no more than a short one.
    """

    def __init__(self, article: Article, offered: TextRange) -> None:
        self.article = article
        self.marking = Marking(article.text)
        self.window = Window(self, wrap_lines=False, scroll_offsets=ScrollOffsets(top=2, bottom=2))
        self.show(article, offered)

    def show(self, article: Article, offered: TextRange) -> None:
        """Another article, or another place in this one, where a start mark then stays."""
        if article.id != self.article.id:
            self.marking = Marking(article.text)
        self.article = article
        self.offered = offered
        self.shown = shown_text(article.text)
        self._width = 0
        self._rows = Rows((0,), len(article.text))
        self.go(self.marking.at(offered.start))

    def go(self, marking: Marking) -> None:
        """Moves the cursor, maybe far away, and shows what stands around it."""
        self.marking = marking
        self._centre = True

    def up(self, marking: Marking) -> Marking:
        """One row up."""
        return self._rows.moved(marking, -1)

    def down(self, marking: Marking) -> Marking:
        """One row down."""
        return self._rows.moved(marking, 1)

    def page_up(self, marking: Marking) -> Marking:
        """As many rows up as are on the screen, but for two."""
        return self._rows.moved(marking, -self._page)

    def page_down(self, marking: Marking) -> Marking:
        """As many rows down."""
        return self._rows.moved(marking, self._page)

    def home(self, marking: Marking) -> Marking:
        """To the start of the row."""
        return self._rows.home(marking)

    def end(self, marking: Marking) -> Marking:
        """To the end of the row."""
        return self._rows.end(marking)

    @property
    def _page(self) -> int:
        info = self.window.render_info
        return max(1, (info.window_height if info else 20) - 2)

    def is_focusable(self) -> bool:
        return True

    def create_content(self, width: int, height: int) -> UIContent:
        # The last column is left to the end of a line, where the cursor may stand.
        if self._width != width:
            self._width = width
            self._rows = rows_of(self.article.text, max(2, width - 1), get_cwidth)
        rows, cursor = self._rows, self.marking.cursor
        row = rows.row_of(cursor)
        if self._centre:
            self.window.vertical_scroll = max(0, row - height // 3)
            self._centre = False
        return UIContent(
            get_line=lambda number: self._line(rows.range(number)),
            line_count=len(rows),
            cursor_position=Point(len(self._drawn(rows.starts[row], cursor)), row),
        )

    def _drawn(self, start: int, end: int) -> str:
        return self.shown[start:end].translate(_VARIANTS)

    def _line(self, row: TextRange) -> StyleAndTextTuples:
        """A row in pieces of one style each."""
        styled = [(noise.range, "class:noise") for noise in self.article.noise]
        styled.append((self.offered, "class:offered"))
        if self.marking.highlighted:
            styled.append((self.marking.highlighted, "class:marked"))
        here = [(place, style) for place, style in styled if place.overlaps(row)]
        cuts = {cut for place, _ in here for cut in (place.start, place.end)}
        edges = sorted({row.start, row.end, *(c for c in cuts if row.start < c < row.end)})
        pieces: StyleAndTextTuples = []
        for start, end in pairwise(edges):
            inside = TextRange(start, end)
            style = " ".join(style for place, style in here if place.overlaps(inside))
            pieces.append((style, self._drawn(start, end)))
        return pieces or [("", "")]
