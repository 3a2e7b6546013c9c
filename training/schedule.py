"""How far a run is, and the learning rate there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Schedule:
    """Linear warm-up, then linear decay to zero at the end of the work or of the time.

    Progress is the larger of the share of tokens read and, when ``budget_seconds`` is set, the
    share of time used. On a shared machine a run that gets less of the processor than planned
    then still ends on time with a fully decayed learning rate, which is worth far more than the
    last examples at a high one. Without a budget the run depends on the seed alone.
    """

    peak: float
    total_tokens: int
    warmup: float = 0.04
    budget_seconds: float | None = None

    def progress(self, tokens: int, seconds: float) -> float:
        """From 0 at the start to 1 at the end."""
        shares = [tokens / self.total_tokens]
        if self.budget_seconds:
            shares.append(seconds / self.budget_seconds)
        return min(1.0, max(shares))

    def rate(self, progress: float) -> float:
        """The learning rate at that progress."""
        if progress < self.warmup:
            return self.peak * (0.05 + 0.95 * progress / self.warmup)
        return self.peak * (1 - progress) / (1 - self.warmup)
