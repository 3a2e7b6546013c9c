"""Finds the noise of scraped pages, as ranges to mask. Nothing is ever cut or edited.

Every rule looks at one line and its neighbours, and prefers to leave a line alone: a missed credit
costs a little clutter, a masked fact costs an answer. ``non_prose`` finds what is no text at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from retrieval.datatypes import Noise, NoiseKind, TextRange
from retrieval.ingest.addresses import address_lines
from retrieval.ingest.front_matter import front_matter
from retrieval.ingest.metadata import numeric_date_line, parse_date_line
from retrieval.ingest.non_prose import non_prose
from retrieval.ingest.sentences import lines_of

_AGENCY = (
    r"(?:Reuters|AP(?: Photo)?|AFP|Getty(?: Images)?|Bloomberg|EPA(?:-EFE)?|DPA|TASS|Xinhua|"
    r"Shutterstock|iStock|Alamy|PA (?:Wire|Media)|UPI|Zuma(?: Press)?|NurPhoto|Sipa|CNBC|CNN|"
    r"Press Association|Anadolu(?: Agency)?|Unsplash|Pixabay|Wikimedia(?: Commons)?|Handout|"
    r"[A-Z][a-z]+wire|[A-Z][a-z]+ (?:Images|Photos?|Pictures))"
)
_PERSON = r"(?:[A-Z][\w'’.-]*\s+){1,3}[A-Z][\w'’-]+"
_NAMED_CREDIT = re.compile(
    rf"^{_PERSON}\s*\|\s*(?:{_AGENCY}|[A-Z][\w. ]{{1,24}})(?:\s*(?:\||/|via)\s*{_AGENCY})*$"
    rf"|^{_PERSON}\s*(?:[,/]\s*|\s+){_AGENCY}(?:\s*(?:\||/|via)\s*{_AGENCY})*$"
)
_LABELLED_CREDIT = re.compile(
    r"^(?:photo|photograph|picture|image|video|foto|pic)s?\s*"
    r"(?:credits?\b|courtesy\b|:|©|\((?:c|©|AP|AFP|Reuters|Getty)|by\s+(?=[A-Z]))",
    re.I,
)
_IMAGE_CREDIT = re.compile(
    rf"^(?:©|\(c\)|copyright)?\s*(?:\d{{4}}\s*)?(?:{_PERSON}\s*[/,]\s*)?"
    rf"(?:Getty Images|AP Photo|AFP|Shutterstock|iStock|Alamy|EPA|Reuters|{_AGENCY}/{_AGENCY})"
    r"(?:\s*/\s*[\w .'’-]+)?$"
)
_COPYRIGHT = re.compile(
    r"^(?:©|\(c\)\s*\d|copyright\s*(?:©|\(c\)|\d{4})|all rights reserved\b)", re.I
)
_AGENCY_CREDIT = re.compile(
    r"^\(?(?:with (?:additional )?(?:reporting|material|files?|inputs?) (?:by|from) (?=[A-Z])"
    r"|(?:additional )?(?:reporting|writing|editing) by (?=[A-Z])|source: "
    r"|.{1,80} contributed to this (?:report|article|story)\b)",
    re.I,
)
_SHARE = re.compile(
    r"^(?:share(?: (?:this|on|via|article|story)\b.*)?|tweet|email|print|whatsapp|copy link"
    r"|(?:follow|like|join) us\b.*|(?:facebook|twitter|linkedin|reddit|pinterest|whatsapp"
    r"|telegram|email|share|tweet|print|flipboard|save|copy link|link copied|on|\W)+)$",
    re.I,
)
_FURNITURE = re.compile(
    r"^(?:advertisement|sponsored(?: content)?|skip (?:to|past)\b.*|story continues below.*"
    r"|loading\W*|click here\b.*|tap here\b.*|sign up (?:here|for|to)\b.*"
    r"|subscribe(?: now| to)?\b.*|get the latest\b.*|download (?:our|the) app\b.*"
    r"|\d+ (?:min(?:ute)?s? read|comments?|shares?)|comments? \(\d+\)"
    r"|accept(?: all)? cookies\b.*"
    r"|cookie (?:notice|policy|consent|settings|preferences)\b.*"
    r"|(?:we|this (?:site|website)) uses? cookies\b.*"
    r"|we (?:and|value) (?:our|your) .{0,20}(?:partners|privacy)\b.*)$",
    re.I,
)
_TIME_STAMP = re.compile(
    r"^(?:(?:posted|updated)(?: at)?:?\s+)?(?:\d{1,2}:\d\d(?:\s*[ap]\.?m\b\.?)?"
    r"|\d{1,2}(?:\.\d\d)?\s*[ap]\.?m\b\.?|\d{1,2}\.\d\d(?=\s+[A-Z]{2,4}\b))"
    r"(?:\s*\(?[A-Z]{2,4}\)?)?(?:\s*[,|·–-]?\s+(?P<date>\S.{5,30}))?$"
    r"|^\d{1,3}\s?(?:h|hrs?|hours?|m|mins?|minutes?|days?) ago$",
    re.I,
)
"""Of an entry of a live blog: "1:04 p.m. ET, August 11, 2023", "14.32 BST", "2h ago"."""
_UPDATE_NOTE = re.compile(
    r"^\((?:this (?:story|article|post) (?:was|has been) updated|(?:updates?|updated|adds|corrects|"
    r"recasts|refiles|rewrites|clarifies) )\b.*\)$",
    re.I,
)
_RELATED_LINE = re.compile(
    r"^(?:read (?:more|also|next)|related(?: (?:stories|articles|links|content|news))?|see also"
    r"|also read|more(?=:)|more (?:on|from) this\b.*|most (?:read|popular|viewed|shared)"
    r"|recommended|trending(?: now)?"
    r"|must.?reads?|watch(?: now)?|listen(?: now)?|don[’']t miss)\s*(?::.*|\W*)$"
    r"|^JUST WATCHED\b.*\bMUST WATCH\b.*$",
    re.I,
)
_COMMENTS = re.compile(
    r"^(?:(?:readers?['’]? )?comments?(?: ?[(\[]?\d+[)\]]?)?|\d+ comments?"
    r"|join the (?:conversation|discussion)|leave a (?:comment|reply))\W*$",
    re.I,
)
"""Above what readers say: from there on nothing is the paper's."""
_HEADS_LIST = re.compile(r"^[\w .’'-]++\W*$")
"""Of a related line: it names nothing itself, as "Read more: Storm hits coast" does."""
_LISTED = re.compile(r"^(?:\d{1,2}[.):]?|[-–•*▪◦])\s+\S")
_LONGEST_LIST = 12
# Lines that ask the reader for something name what they ask for; sentences of a story do not.
_ASKS_READER = re.compile(
    r"\b(?:newsletters?|e-?mails?|inbox|apps?|podcasts?|facebook|twitter|instagram|whatsapp|"
    r"youtube|telegram|our (?:page|channel))\b",
    re.I,
)
_SENTENCE_WORDS = 6
_CREDIT_WORDS = frozenset(
    """with and in by for from via of the additional reporting writing editing material files file
    inputs input source photo photos photograph photographs video image images picture pictures
    courtesy credit contributed to this report article story writer writers
    reporter reporters""".split()
)
_CAPTION_WORDS = re.compile(
    r"\b(?:is|are) (?:seen|pictured|shown)\b|\bpictured\b|\bfile photo\b|\b(?:poses?|arrives?|"
    r"speaks?|walks?|makes?|meets?|attends?|waves?|looks?|holds?|stands?|shakes?|gestures?|"
    r"listens?|leaves?|sits?|addresses|during)\b|[,.] (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|"
    r"Nov|Dec)\w*\.? \d{1,2}, \d{4}"
)
_CAPTION_NAME_WORDS = 8
# The Hill's pages paste a topic link into the sentence: the name, glued to the name again, glued to
# headlines, up to MORE: "BlinkenAntony BlinkenUS calls on ... MORE will meet". The first surname is
# the sentence's own; what follows it, up to and with MORE, is the pasted run.
_PASTED_RUN = re.compile(
    r"\b(?P<name>[^\W\d_]{3,40})"
    r"(?P<run>(?=[^\W\d_a-z])(?:[^\W\d_][\w.'’-]{0,40}[ \xa0]){0,4}(?P=name)"
    r"(?=[A-Z0-9'’‘\"“]).{0,800}?\bMORE\b)"
)
_CAPTION_LIMIT = 220
_CREDIT_LIMIT = 100


def find_noise(text: str, title: str | None) -> tuple[Noise, ...]:
    """All noise of an article, in order of position; ``title`` helps to know repeated headlines.

    Ranges of different kinds do not overlap.
    """
    matter = front_matter(text)
    begin = matter.end if matter else 0
    all_lines = lines_of(text)
    lines = tuple(line for line in all_lines if line.start >= begin)
    found = {line: NoiseKind.FRONT_MATTER for line in all_lines if line.start < begin}
    is_top = True
    for line in lines:
        content = text[line.start : line.end]
        kind = _line_kind(content, is_top=is_top)
        is_top = is_top and not _is_sentence(content)
        if kind is not None:
            found[line] = kind
    contents = [text[line.start : line.end] for line in lines]
    found.update((lines[at], NoiseKind.PAGE_FURNITURE) for at, _ in address_lines(contents))
    found.update(_captions(text, lines, found, title))
    found.update(_repeated_headlines(text, lines, found, title))
    found.update(_lists_of_others(text, lines))
    found.update(_comments(text, lines))
    for line in lines:
        if line not in found:
            data = non_prose(text, line)
            found.update((stretch, NoiseKind.NON_PROSE) for stretch in data)
            found.update(
                (run, NoiseKind.RELATED_LINKS)
                for run in _pasted_runs(text, line)
                if not any(run.overlaps(stretch) for stretch in data)
            )
    return tuple(Noise(place, found[place]) for place in sorted(found))


def first_line_is_image_text(lines: Sequence[str]) -> bool:
    """Whether the first line is an image's alternative text: a few words above the headline.

    A short headline above its standfirst looks much the same, but it has a verb or a figure.
    """
    if len(lines) < 3:
        return False
    first, second = lines[0].split(), lines[1].split()
    verb_like = any(re.fullmatch(r"[a-z]+(?:s|ed)", word) for word in first[:-1])
    return (
        2 <= len(first) <= 5
        and 6 <= len(second) <= 30
        and lines[0][-1].isalnum()
        and lines[1][-1] not in ".!…"
        and not lines[0].isupper()
        and not verb_like
        and not any(c.isdigit() for c in lines[0])
    )


def _line_kind(line: str, *, is_top: bool) -> NoiseKind | None:
    if is_top and (parse_date_line(line) or numeric_date_line(line)):
        return NoiseKind.PAGE_DATE
    sentence = _is_sentence(line)
    if len(line) <= _CREDIT_LIMIT:
        labelled = _LABELLED_CREDIT.match(line) and (_is_credit(line) or ":" in line[:12])
        if _NAMED_CREDIT.match(line) or labelled or _IMAGE_CREDIT.match(line):
            return NoiseKind.PHOTO_CREDIT
        asks = not sentence or bool(_ASKS_READER.search(line))
        if asks and _SHARE.match(line):
            return NoiseKind.SHARE_BUTTONS
        if asks and _FURNITURE.match(line):
            return NoiseKind.PAGE_FURNITURE
    if len(line) <= 2 * _CREDIT_LIMIT:
        if _COPYRIGHT.match(line):
            return NoiseKind.COPYRIGHT
        if _AGENCY_CREDIT.match(line) and _is_credit(line):
            return NoiseKind.AGENCY_CREDIT
    if _RELATED_LINE.match(line):
        return NoiseKind.RELATED_LINKS
    if _is_time_stamp(line) or _UPDATE_NOTE.match(line):
        return NoiseKind.PAGE_FURNITURE
    return None


def _is_time_stamp(line: str) -> bool:
    stamp = _TIME_STAMP.match(line)
    if stamp is None or stamp["date"] is None:
        return stamp is not None
    return parse_date_line(stamp["date"]) is not None


def _is_sentence(line: str) -> bool:
    return len(line.split()) >= _SENTENCE_WORDS and line.rstrip("”\"’')").endswith((".", "!", "?"))


def _is_credit(line: str) -> bool:
    """Whether all its words are names or the few small words that credits are made of."""
    words = re.findall(r"[^\W\d_][\w’'-]*", line)
    return all(word[0].isupper() or word in _CREDIT_WORDS for word in words)


def _is_caption(line: str) -> bool:
    """Whether a line above a photographer's credit describes a picture rather than the event."""
    unfinished = line[-1] not in '.!?…”"'
    short = len(line.split()) <= _CAPTION_NAME_WORDS and not re.search(r"\b[a-z]+(?:ed|s)\b", line)
    return unfinished or short or bool(_CAPTION_WORDS.search(line))


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
    # What stands right above the page's date is its headline, however short.
    is_dated = len(lines) > 1 and found.get(lines[1]) is NoiseKind.PAGE_DATE
    if not is_dated and first_line_is_image_text(clean):
        captions[next(line for line in lines if line not in found)] = NoiseKind.CAPTION
    for above, credit in zip(range(len(lines)), range(1, len(lines)), strict=False):
        is_credit = found.get(lines[credit]) is NoiseKind.PHOTO_CREDIT
        if not is_credit or lines[above] in found or _same_words(contents[above], title):
            continue
        if above > 0 and len(contents[above]) <= _CAPTION_LIMIT and _is_caption(contents[above]):
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


def _comments(text: str, lines: Sequence[TextRange]) -> dict[TextRange, NoiseKind]:
    """What readers say below a story: all lines from the heading above them on. A heading before
    any sentence is none.
    """
    story = False
    for at, line in enumerate(lines):
        content = text[line.start : line.end]
        if story and _COMMENTS.match(content):
            return dict.fromkeys(lines[at:], NoiseKind.PAGE_FURNITURE)
        story = story or _is_sentence(content)
    return {}


def _lists_of_others(text: str, lines: Sequence[TextRange]) -> dict[TextRange, NoiseKind]:
    """The headlines of other stories below "Most read": numbered or marked ones, or lines that end
    like no sentence, as far as no blank line comes between.
    """
    result: dict[TextRange, NoiseKind] = {}
    for at, line in enumerate(lines):
        heading = text[line.start : line.end]
        if not (_RELATED_LINE.match(heading) and _HEADS_LIST.match(heading)):
            continue
        end = line.end
        for other in lines[at + 1 : at + 1 + _LONGEST_LIST]:
            content = text[other.start : other.end]
            apart = text.count("\n", end, other.start) > 1
            if not _LISTED.match(content) and (apart or content[-1] in '.!?…”"'):
                break
            result[line] = result[other] = NoiseKind.RELATED_LINKS
            end = other.end
    return result


def _pasted_runs(text: str, line: TextRange) -> Iterator[TextRange]:
    for match in _PASTED_RUN.finditer(text, line.start, line.end):
        yield TextRange(*match.span("run"))


def _same_words(line: str, title: str | None) -> bool:
    return title is not None and line.casefold().split() == title.casefold().split()
