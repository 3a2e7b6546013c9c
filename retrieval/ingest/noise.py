"""Finds the noise of scraped pages, as ranges to mask. Nothing is ever cut or edited.

Every rule looks at one line and its neighbours, and prefers to leave a line alone: a missed credit
costs a little clutter, a masked fact costs an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from retrieval.datatypes import Noise, NoiseKind, TextRange
from retrieval.ingest.metadata import parse_date_line
from retrieval.ingest.sentences import lines_of

_AGENCY = (
    r"(?:Reuters|AP(?: Photo)?|AFP|Getty(?: Images)?|Bloomberg|EPA(?:-EFE)?|DPA|TASS|Xinhua|"
    r"Shutterstock|iStock|Alamy|PA (?:Wire|Media)|UPI|Zuma(?: Press)?|NurPhoto|Sipa|CNBC|CNN|"
    r"Press Association|Anadolu(?: Agency)?|Unsplash|Pixabay|Wikimedia(?: Commons)?|Handout|"
    r"[A-Z][a-z]+wire|[A-Z][a-z]+ (?:Images|Photos?|Pictures))"
)
_PERSON = r"(?:[A-Z][\w'’.-]*\s+){1,3}[A-Z][\w'’-]+"
_NAMED_CREDIT = re.compile(
    rf"^{_PERSON}\s*[|/]\s*(?:{_AGENCY}|[A-Z][\w. ]{{1,24}})(?:\s+via\s+{_AGENCY})?$"
    rf"|^{_PERSON}\s*,?\s+{_AGENCY}(?:\s+via\s+{_AGENCY})?$"
)
_LABELLED_CREDIT = re.compile(
    r"^(?:photo|photograph|picture|image|video|foto|pic)s?\s*(?:credit|courtesy|by|:|©|\()", re.I
)
_IMAGE_CREDIT = re.compile(
    rf"^(?:©|\(c\)|copyright)?\s*(?:\d{{4}}\s*)?(?:{_PERSON}\s*[/,]\s*)?"
    rf"(?:Getty Images|AP Photo|AFP|Shutterstock|iStock|Alamy|EPA|Reuters|{_AGENCY}/{_AGENCY})"
    r"(?:\s*/\s*[\w .'’-]+)?$"
)
_COPYRIGHT = re.compile(r"^(?:©|\(c\)\s*\d|copyright\b|all rights reserved\b)", re.I)
_AGENCY_CREDIT = re.compile(
    r"^\(?(?:with (?:additional )?(?:reporting|material|files?|inputs?) (?:by|from)\b"
    r"|(?:additional )?(?:reporting|writing|editing) by\b|source: |\w+ contributed to this)",
    re.I,
)
_SHARE = re.compile(
    r"^(?:share(?: (?:this|on|via|article|story)\b.*)?|tweet|email|print|whatsapp|copy link"
    r"|(?:follow|like|join) us\b.*|(?:facebook|twitter|linkedin|reddit|pinterest|whatsapp"
    r"|telegram|email|share|tweet|print|flipboard|save|copy link|link copied|\W)+)$",
    re.I,
)
_FURNITURE = re.compile(
    r"^(?:advertisement|sponsored(?: content)?|skip (?:to|past)\b.*|story continues below.*"
    r"|loading\W*"
    r"|click here\b.*|tap here\b.*|sign up (?:here|for|to)\b.*|subscribe\b.*newsletter.*"
    r"|subscribe(?: now| to\b.*)?|get the latest\b.*|download (?:our|the) app\b.*"
    r"|\d+ (?:min(?:ute)?s? read|comments?|shares?)|accept(?: all)? cookies\b.*)$",
    re.I,
)
_RELATED_LINE = re.compile(
    r"^(?:read (?:more|also|next)|related(?: (?:stories|articles|links|content|news))?|see also"
    r"|also read|more (?:on|from) this\b.*|most (?:read|popular)|recommended|trending(?: now)?"
    r"|must.?reads?|watch(?: now)?|listen(?: now)?|don[’']t miss)\s*(?::.*|\W*)$"
    r"|^JUST WATCHED\b.*\bMUST WATCH\b.*$",
    re.I,
)
# The Hill's pages paste a topic link into the sentence: the name, glued to the name again, glued to
# headlines, up to MORE: "BlinkenAntony BlinkenUS calls on ... MORE will meet". The first surname is
# the sentence's own; what follows it, up to and with MORE, is the pasted run.
_PASTED_RUN = re.compile(
    r"\b(?P<name>[^\W\d_]{3,})"
    r"(?P<run>(?:[^\W\d_][\w.'’-]*[ \xa0]){0,4}(?P=name)(?=[A-Z0-9'’‘\"“]).{0,800}?\bMORE\b)"
)
_CAPTION_LIMIT = 220
_CREDIT_LIMIT = 100


def find_noise(text: str, title: str | None) -> tuple[Noise, ...]:
    """All noise of an article, in order of position; ``title`` helps to know repeated headlines.

    Ranges of different kinds do not overlap. Pure.
    """
    lines = lines_of(text)
    found: dict[TextRange, NoiseKind] = {}
    for position, line in enumerate(lines):
        kind = _line_kind(text[line.start : line.end], is_first=position == 0)
        if kind is not None:
            found[line] = kind
    found.update(_captions(text, lines, found, title))
    found.update(_repeated_headlines(text, lines, found, title))
    for line in lines:
        if line not in found:
            found.update((run, NoiseKind.RELATED_LINKS) for run in _pasted_runs(text, line))
    return tuple(Noise(place, found[place]) for place in sorted(found))


def first_line_is_image_text(lines: Sequence[str]) -> bool:
    """Whether the first line is an image's alternative text: a few words above the headline."""
    if len(lines) < 3:
        return False
    first, second = lines[0].split(), lines[1].split()
    return (
        len(first) <= 5
        and 6 <= len(second) <= 30
        and lines[0][-1].isalnum()
        and lines[1][-1] not in ".!…"
        and not lines[0].isupper()
    )


def _line_kind(line: str, *, is_first: bool) -> NoiseKind | None:
    if is_first and parse_date_line(line) is not None:
        return NoiseKind.PAGE_DATE
    if len(line) <= _CREDIT_LIMIT:
        if _NAMED_CREDIT.match(line) or _LABELLED_CREDIT.match(line) or _IMAGE_CREDIT.match(line):
            return NoiseKind.PHOTO_CREDIT
        if _SHARE.match(line):
            return NoiseKind.SHARE_BUTTONS
        if _FURNITURE.match(line):
            return NoiseKind.PAGE_FURNITURE
    if len(line) <= 2 * _CREDIT_LIMIT:
        if _COPYRIGHT.match(line):
            return NoiseKind.COPYRIGHT
        if _AGENCY_CREDIT.match(line):
            return NoiseKind.AGENCY_CREDIT
    if _RELATED_LINE.match(line):
        return NoiseKind.RELATED_LINKS
    return None


def _captions(
    text: str,
    lines: Sequence[TextRange],
    found: dict[TextRange, NoiseKind],
    title: str | None,
) -> dict[TextRange, NoiseKind]:
    """The image text above the headline, and a short line right above a photographer's credit."""
    captions: dict[TextRange, NoiseKind] = {}
    contents = [text[line.start : line.end] for line in lines]
    clean = [content for line, content in zip(lines, contents, strict=True) if line not in found]
    if first_line_is_image_text(clean):
        captions[next(line for line in lines if line not in found)] = NoiseKind.CAPTION
    for above, credit in zip(range(len(lines)), range(1, len(lines)), strict=False):
        is_credit = found.get(lines[credit]) is NoiseKind.PHOTO_CREDIT
        if not is_credit or lines[above] in found or _same_words(contents[above], title):
            continue
        named = bool(_NAMED_CREDIT.match(contents[credit]))
        unfinished = contents[above][-1] not in '.!?…”"'
        if len(contents[above]) <= _CAPTION_LIMIT and (named or (unfinished and above > 0)):
            captions[lines[above]] = NoiseKind.CAPTION
    return captions


def _repeated_headlines(
    text: str,
    lines: Sequence[TextRange],
    found: dict[TextRange, NoiseKind],
    title: str | None,
) -> dict[TextRange, NoiseKind]:
    """Every line that says the headline again; its first standing is kept."""
    same = [
        line
        for line in lines
        if line not in found and _same_words(text[line.start : line.end], title)
    ]
    return dict.fromkeys(same[1:], NoiseKind.REPEATED_HEADLINE)


def _pasted_runs(text: str, line: TextRange) -> Iterator[TextRange]:
    for match in _PASTED_RUN.finditer(text, line.start, line.end):
        yield TextRange(*match.span("run"))


def _same_words(line: str, title: str | None) -> bool:
    return title is not None and line.casefold().split() == title.casefold().split()
