"""Articles about a made-up world: each toll of each event told by several papers, in several
ways; some retell another paper, and say so.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from benchmarks.worlds.world import PAPERS, Event, Toll, World

_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TOLD = (
    "{Killed} people were killed and {injured} injured when {a_kind} struck {town} on {weekday}, "
    "officials said.",
    "At least {killed} people died in {a_kind} in {town} on {weekday}. {Injured} others were "
    "injured, the police said.",
    "{A_kind} in {town} left {killed} dead and {injured} hurt on {weekday}.",
)
_UPDATED = (
    "The death toll of the {kind} in {town} has risen to {killed}, the governor said on "
    "{today}. {Injured} people were injured.",
    "{Killed} people are now known to have died in the {kind} that struck {town} last {weekday}. "
    "The number of injured stands at {injured}.",
    "Rescuers in {town} have found more victims of the {kind}: {killed} people were killed and "
    "{injured} injured, officials said on {today}.",
)
_BESIDE = (
    "Schools stayed closed, and {volunteers} volunteers came to help.",
    "The mayor thanked the firefighters, who had worked for {hours} hours.",
    "A crisis centre was opened in the town hall, which has {beds} beds.",
    "The road to the coast was blocked for {hours} hours.",
    "Shops on the market square gave out soup and blankets.",
)


@dataclass(frozen=True, slots=True)
class Report:
    """An article. ``event`` and ``toll`` are what it tells; ``retells`` is the paper that it names
    as its source.
    """

    id: str
    title: str
    text: str
    paper: str
    published: date
    event: Event
    toll: Toll
    retells: str | None = None

    def row(self) -> dict[str, str]:
        """A line of a JSONL file to index."""
        return {
            "id": self.id,
            "title": self.title,
            "text": self.text,
            "publisher": self.paper,
            "published": self.published.isoformat(),
        }


def reports(world: World, copies: int, seed: int) -> tuple[Report, ...]:
    """``copies`` articles for each toll, by different papers; every third one retells the first."""
    rng = random.Random(seed)
    return tuple(report for event in world.events for report in _of_event(event, copies, rng))


def _of_event(event: Event, copies: int, rng: random.Random) -> Iterator[Report]:
    for number, toll in enumerate(event.tolls):
        papers = rng.sample(PAPERS, min(copies, len(PAPERS)))
        ways = rng.sample(_UPDATED if number else _TOLD, len(papers[:3]))
        for at, paper in enumerate(papers):
            sentence = _told(ways[at % len(ways)], event, toll)
            retells = papers[0] if at % 3 == 2 else None
            if retells:
                sentence = f"{retells} reports: “{sentence}”"
            beside = [_beside(text, rng) for text in rng.sample(_BESIDE, 2)]
            lead = f"{event.town.upper()} - "
            yield Report(
                id=f"{event.town.lower()}-{number}-{at}",
                title=_title(event, number),
                text=f"{lead}{sentence}\n\n{beside[0]} {beside[1]}\n",
                paper=paper,
                published=toll.day,
                event=event,
                toll=toll,
                retells=retells,
            )


def _title(event: Event, number: int) -> str:
    return (
        f"More victims in {event.town}" if number else f"{event.kind.capitalize()} in {event.town}"
    )


def _told(way: str, event: Event, toll: Toll) -> str:
    article = "an" if event.kind[0] in "aeiou" else "a"
    a_kind = f"{article} {event.kind}"
    killed, injured = number_words(toll.killed), number_words(toll.injured)
    return way.format(
        town=event.town,
        kind=event.kind,
        a_kind=a_kind,
        A_kind=a_kind.capitalize(),
        killed=killed,
        Killed=killed.capitalize(),
        injured=injured,
        Injured=injured.capitalize(),
        weekday=event.day.strftime("%A"),
        today=toll.day.strftime("%A"),
    )


def number_words(number: int) -> str:
    """As papers write it: in words below ten."""
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def _beside(text: str, rng: random.Random) -> str:
    return text.format(
        volunteers=rng.randrange(20, 90), hours=rng.randrange(11, 30), beds=rng.randrange(10, 60)
    )
