"""Pictures drawn by matplotlib as SVG that lives in a page: its colours, its fonts, light and dark.

A picture is drawn in placeholder colours, which become the page's CSS variables; equal drawings
give equal text, and names are the picture's own, so that many can stand in one page.
"""

from __future__ import annotations

import io
import logging
import re
from typing import TYPE_CHECKING
from warnings import catch_warnings, simplefilter
from xml.etree import ElementTree

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, SOFT, LINE, PAGE = "#010101", "#020202", "#030303", "#040404"
ACCENT, SECOND, BAND = "#050505", "#060606", "#070707"
RIGHT, WRONG = "#080808", "#090909"
REFUSED_RIGHTLY, REFUSED_WRONGLY = "#0a0a0a", "#0b0b0b"
_VARIABLES = {
    INK: "--ink",
    SOFT: "--soft",
    LINE: "--line",
    PAGE: "--card",
    ACCENT: "--accent",
    SECOND: "--second",
    BAND: "--band",
    RIGHT: "--right",
    WRONG: "--wrong",
    REFUSED_RIGHTLY: "--refused-rightly",
    REFUSED_WRONGLY: "--refused-wrongly",
}
WIDTH = 5.0
"""Inches of every picture: 360 units, about as wide as a phone, so that text keeps its size."""
TEXT = 11.5
_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_FONT = re.compile(r"\s*font-family:[^;\"]*(?:;|$)")
_NO_TURN = re.compile(r"rotate\(-?0(?:\.0)? [^)]*\)")


def new_axes(height: float = 3.3) -> tuple[Figure, Axes]:
    """A drawing, ``height`` inches high, with axes in the page's colours and no frame."""
    # It reports its font cache, which nobody asked about.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    axes = figure.subplots()
    plain(axes)
    return figure, axes


def plain(axes: Axes) -> None:
    """Takes away the frame and the ticks, and gives what stays the page's colours."""
    for side, spine in axes.spines.items():
        spine.set_visible(side == "bottom")
        spine.set_color(LINE)
    axes.tick_params(length=0, labelsize=TEXT, labelcolor=SOFT, color=LINE)
    axes.xaxis.label.set_color(SOFT)
    axes.yaxis.label.set_color(SOFT)
    axes.xaxis.label.set_fontsize(TEXT)
    axes.yaxis.label.set_fontsize(TEXT)
    axes.tick_params(axis="x", pad=10)  # the first label stands clear of the other axis's 0
    axes.set_axisbelow(True)
    axes.grid(axis="y", color=LINE, linewidth=0.7)


def as_percent(axes: Axes, which: str, top: float = 1.0) -> None:
    """Labels an axis of shares in percent, from 0 to ``top`` and a little over."""
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    axis = axes.xaxis if which == "x" else axes.yaxis
    (axes.set_xlim if which == "x" else axes.set_ylim)(-0.01 * top, 1.03 * top)
    axis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(PercentFormatter(1.0, decimals=None if top < 0.04 else 0, symbol=" %"))


def legend(axes: Axes) -> None:
    """The legend above the drawing, without a frame."""
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=2,
        frameon=False,
        fontsize=TEXT,
        labelcolor=INK,
        borderaxespad=0.2,
        handlelength=1.2,
        columnspacing=1.2,
    )


def to_svg(figure: Figure, name: str) -> str:
    """The drawing as an ``<svg>`` element; ``name`` (letters, digits, ``-``) sets its ids apart."""
    from matplotlib import rc_context

    written = io.BytesIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "pullquote"}), catch_warnings():
        simplefilter("ignore")  # letters that matplotlib's own font lacks: the reader's has them
        figure.savefig(written, format="svg", transparent=True, metadata={"Date": None})
    root = ElementTree.fromstring(written.getvalue())
    for part in list(root):
        if part.tag == f"{_SVG}metadata" or part.find(f"{_SVG}style") is not None:
            root.remove(part)
    root.attrib = {"viewBox": root.attrib["viewBox"], "aria-hidden": "true", "focusable": "false"}
    targets = _targets(root)
    for element in root.iter():
        _tidy(element, name, targets)
    ElementTree.register_namespace("", _SVG[1:-1])
    text = ElementTree.tostring(root, encoding="unicode")
    for colour, variable in _VARIABLES.items():
        text = text.replace(colour, f"var({variable})")
    return text


def _targets(root: ElementTree.Element) -> set[str]:
    """The ids that something in the drawing points to."""
    found = set()
    for element in root.iter():
        for key, value in element.attrib.items():
            if key == _LINK:
                found.add(value.lstrip("#"))
            found.update(re.findall(r"url\(#([^)]+)\)", value))
    return found


def _tidy(element: ElementTree.Element, name: str, targets: set[str]) -> None:
    """Makes names the picture's own and numbers short; drops blanks, fonts and unused names."""
    element.tag = element.tag if isinstance(element.tag, str) else _SVG + "g"
    element.tail = None
    if element.tag != f"{_SVG}text":
        element.text = None
    attributes = {}
    for key, value in element.attrib.items():
        if key == "id":
            if value in targets:
                attributes["id"] = f"{name}-{value}"
            continue
        if key == _LINK:
            attributes["href"] = f"#{name}-{value[1:]}"
            continue
        value = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", value)
        if key in ("d", "x", "y", "transform", "points", "width", "height"):
            value = _NO_TURN.sub("", " ".join(_NUMBER.sub(_short, value).split()))
        elif key == "style":
            value = _FONT.sub("", value).strip()
        if value:
            attributes[key] = value
    element.attrib = attributes


def _short(number: re.Match[str]) -> str:
    return f"{float(number[0]):.1f}".removesuffix(".0")
