"""A question that is to be labelled as rich renderables.

Everything from articles and question sets has its control characters replaced.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text

from bot.evaluation.labelling.asking import Candidate, Found
from bot.evaluation.labelling.session import Session
from bot.presentation.wording import confidence, source_line, split_sentence
from retrieval.text.characters import printable

_AROUND = 160
"""Most code points of a sentence shown on each side of a span."""
_LONGEST = 400
"""Most code points of a span shown."""
_EARLIER = 3


def question_view(session: Session, found: Found) -> RenderableType:
    """The question with what is known of it; the spans follow below."""
    question = session.current
    assert question is not None
    facts = [f"Question {session.number} of {len(session.questions)}", question.id]
    if question.date:
        facts.append(f"asked on {question.date.isoformat()}")
    rule = Rule(Text(printable(" · ".join(facts)), style="cyan"), style="dim", align="left")
    earlier = found.earlier[-_EARLIER:]
    parts: list[RenderableType] = [
        Text(),
        rule,
        *(Text(f"before: {printable(text)}", style="dim") for text in earlier),
        Text(printable(question.question), style="bold"),
    ]
    if found.understood:
        parts.append(Text(printable(found.understood), style="italic dim"))
    if found.remark:
        parts.append(Text(printable(found.remark), style="yellow"))
    elif not found.candidates:
        parts.append(Text("No span was found.", style="yellow"))
    return Group(*parts)


def candidate_view(number: int, candidate: Candidate) -> RenderableType:
    """A span in its sentence, with its source."""
    citation = candidate.citation
    before, quote, after = (printable(part) for part in split_sentence(citation))
    head = Text.assemble(
        (f"{number} ", "bold cyan"),
        (_cut(printable(" ".join(candidate.quote.text.split()))), "bold green"),
        (f"  {confidence(candidate.group)}", "dim"),
    )
    sentence = Text.assemble(_tail(before), (_cut(quote), "bold reverse"), _head(after))
    source = Text(
        printable(f"{source_line(citation)} · {citation.article_id}"),
        style="dim",
        no_wrap=True,
        overflow="ellipsis",
    )
    return Group(head, Padding(Group(sentence, source), (0, 0, 0, 2), expand=False))


def that_fit(
    candidates: Sequence[Candidate], console: Console, taken: int
) -> tuple[Candidate, ...]:
    """The first candidates, as many as the screen has rows for below ``taken`` rows; at least one.

    What has scrolled away must not be accepted.
    """
    fitting: list[Candidate] = []
    for number, candidate in enumerate(candidates, start=1):
        taken += height(candidate_view(number, candidate), console)
        if fitting and taken > console.height:
            break
        fitting.append(candidate)
    return tuple(fitting)


def key_lines(keys: Sequence[str], width: int) -> str:
    """What keys do, in lines of at most ``width`` that break between two of them."""
    lines = [""]
    for key in keys:
        longer = f"{lines[-1]} · {key}" if lines[-1] else key
        if len(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(key)
    return "\n".join(lines)


def height(view: RenderableType, console: Console) -> int:
    """The rows that ``view`` takes."""
    return len(console.render_lines(view, pad=False))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST].rstrip() + " …"


def _tail(text: str) -> str:
    return text if len(text) <= _AROUND else "… " + text[-_AROUND:].split(" ", 1)[-1]


def _head(text: str) -> str:
    return text if len(text) <= _AROUND else text[:_AROUND].rsplit(" ", 1)[0] + " …"
