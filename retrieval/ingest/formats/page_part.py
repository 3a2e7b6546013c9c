"""The part of a page that holds its article, where nothing in its markup says which one it is.

Pages laid out as tables, and those of site builders, have no element and no class that means
"article". What trafilatura then takes is the whole page. Here the article is what follows its
heading: the paragraphs beside it, or the next containers up to the largest one. Comments and
notices come behind that, menus before it, and links to other articles are mostly links.
"""

from __future__ import annotations

import re
from itertools import islice

from retrieval.ingest.formats.markup import Element, shown, tag_of

_MEANING_TAGS = ("article", "main")
_MEANING = re.compile(r"article|story|post|entry|content|body-?text|field-body|fulltext|main", re.I)
_LEAST_PROSE = 200
"""Code points without links from which on something may be the article."""
_MOST_LINKED = 0.4
_MOST_FIELDS = 50
_NOTICE = 300
"""Code points of a box that asks for an address."""
_NO_BOXES = frozenset({"article", "main", "body", "html", "td"})
_INSIDE = frozenset({"div", "section", "td", "table", "tr", "tbody", "center", "font", "article"})


def says_its_article(root: Element) -> bool:
    """Whether elements or names in the markup mean the article."""
    if next(root.iter(*_MEANING_TAGS), None) is not None:
        return True
    return any(
        _MEANING.search(f"{found.get('class') or ''} {found.get('id') or ''}")
        or found.get("itemprop") == "articleBody"
        for found in root.iter("div", "section", "td")
    )


def without_notices(root: Element) -> None:
    """Takes the boxes out of a page that ask for an e-mail address: newsletters, mostly."""
    for field in list(islice(root.iter("input"), _MOST_FIELDS)):
        kind = f"{field.get('type') or ''} {field.get('name') or ''}".lower()
        if "email" not in kind and "e-mail" not in kind:
            continue
        box = None
        for above in field.iterancestors():
            if tag_of(above) in _NO_BOXES or len(shown("".join(above.itertext()))) > _NOTICE:
                break
            box = above
        if box is not None and box.getparent() is not None:
            box.drop_tree()


def article_parts(root: Element, title: str) -> list[Element]:
    """The elements that hold the article, in order; none where its heading is not found."""
    heading = _heading(root, title)
    if heading is None:
        return []
    node = heading
    while (parent := node.getparent()) is not None:
        if parts := _parts_behind(node):
            return parts
        node = parent
    return []


def _heading(root: Element, title: str) -> Element | None:
    wanted = _letters(title)
    for found in root.iter("h1", "h2", "h3", "b", "strong", "font", "div", "p", "span", "td"):
        if wanted and len(found) <= 1 and _letters("".join(found.itertext())) == wanted:
            return found
    return None


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def _parts_behind(node: Element) -> list[Element]:
    """The heading with what follows it: paragraphs beside it, or all up to the largest container,
    where that holds more than they do. None where there is too little for an article.
    """
    after = [
        (found, _prose(found)) for found in node.itersiblings() if _linked(found) <= _MOST_LINKED
    ]
    loose = sum(len(shown(found.tail or "")) for found in (node, *node.itersiblings()))
    loose += sum(size for found, size in after if not _is_container(found))
    sizes = [size if _is_container(found) else 0 for found, size in after]
    largest = max(sizes, default=0)
    if max(loose, largest) < _LEAST_PROSE:
        return []
    if loose >= largest:
        return [node, *(found for found, _ in after if not _is_container(found))]
    return [node, *(found for found, _ in after[: sizes.index(largest) + 1])]


def _is_container(element: Element) -> bool:
    """Whether it holds blocks rather than one."""
    return tag_of(element) in _INSIDE and any(tag_of(inner) in _INSIDE | {"p"} for inner in element)


def _prose(element: Element) -> int:
    """Code points of its text that are no link."""
    if not isinstance(element.tag, str):
        return 0
    return len(shown("".join(element.itertext()))) - _link_length(element)


def _linked(element: Element) -> float:
    if not isinstance(element.tag, str):
        return 0.0
    whole = len(shown("".join(element.itertext())))
    return _link_length(element) / whole if whole else 0.0


def _link_length(element: Element) -> int:
    return sum(len(shown("".join(link.itertext()))) for link in element.iter("a"))
