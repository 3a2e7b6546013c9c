"""What measured series come to. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from statistics import fmean, median


@dataclass(frozen=True, slots=True)
class Run:
    """One burst of questions through the bot, or through the pipeline alone.

    ``seconds`` is from the first question to the last answer, ``cpu`` the processor time of the
    process that answered, ``loop`` the part of it that its event loop took: all that the front end
    does but rendering. ``others`` is that of the processes that only play Telegram.
    """

    questions: int
    seconds: float
    cpu: float
    others: float = 0.0
    loop: float = 0.0

    @property
    def rate(self) -> float:
        """Questions a second."""
        return self.questions / self.seconds

    @property
    def cpu_each(self) -> float:
        """Processor seconds of a question."""
        return self.cpu / self.questions


@dataclass(frozen=True, slots=True)
class Cost:
    """How much more a question costs with the front end, as a share: 0.1 is ten percent.

    ``wall`` counts by the clock, all that plays Telegram on the same cores included;
    ``wall_corrected`` takes the processor time of that off; ``cpu`` is of processor time, which
    other work on the machine disturbs least.
    """

    wall: float
    wall_corrected: float
    cpu: float


def cost(bot: Run, pipeline: Run, cores: int) -> Cost:
    """Of a burst through the bot beside the same questions through the pipeline."""
    alone = pipeline.seconds / pipeline.questions
    return Cost(
        bot.seconds / bot.questions / alone - 1,
        (bot.seconds - bot.others / cores) / bot.questions / alone - 1,
        bot.cpu_each / pipeline.cpu_each - 1,
    )


def median_cost(costs: Sequence[Cost]) -> Cost:
    """The median of each part."""
    return Cost(
        median(c.wall for c in costs),
        median(c.wall_corrected for c in costs),
        median(c.cpu for c in costs),
    )


def smoothed(values: Sequence[float], width: int) -> list[float]:
    """The median of every ``width`` neighbours: a single peak, as of a request just then, goes."""
    if len(values) < width:
        return [median(values)] if values else []
    return [median(values[at : at + width]) for at in range(len(values) - width + 1)]


def spread(values: Sequence[float]) -> float:
    """Highest less lowest, as a share of the mean."""
    return (max(values) - min(values)) / fmean(values) if values else 0.0


def slope(times: Sequence[float], values: Sequence[float]) -> float:
    """By how much a series rises in one unit of time: the median over all pairs (Theil and Sen)."""
    pairs = list(zip(times, values, strict=True))
    rises = [
        (later[1] - earlier[1]) / (later[0] - earlier[0])
        for number, earlier in enumerate(pairs)
        for later in pairs[number + 1 :]
        if later[0] != earlier[0]
    ]
    return median(rises) if rises else 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """The least value that ``share`` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]
