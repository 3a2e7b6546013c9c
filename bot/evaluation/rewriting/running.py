"""Conversations replayed through a rewriter, turn by turn. Knows no concrete rewriter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from bot.dialogue.conversation import Answered, Conversation, Turn
from bot.dialogue.rewriting import Rewrite, Rewriter
from bot.evaluation.sets.rewrite import Exchange, RewriteExample


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What became of one example; ``elapsed_ms`` is wall-clock time."""

    example: RewriteExample
    rewrite: Rewrite
    elapsed_ms: float

    def prediction(self) -> dict[str, Any]:
        """The example's line of ``predictions.jsonl``; ``rewrite`` is the human's."""
        return {
            "id": self.example.id,
            "conversation": self.example.conversation,
            "turn": self.example.turn,
            "question": self.example.question,
            "standalone_question": self.rewrite.question,
            "rewrite": self.example.gold,
            "edits": [
                {"said": edit.said, "meant": edit.meant, "why": edit.why}
                for edit in self.rewrite.edits
            ],
            "others": list(self.rewrite.others),
            "elapsed_ms": self.elapsed_ms,
        }


def rewrite_examples(
    examples: Sequence[RewriteExample],
    rewriter: Rewriter,
    progress: Callable[[int, int], None],
    clock: Callable[[], float] = perf_counter,
) -> tuple[Rewritten, ...]:
    """Rewrites every example after the conversation that precedes it.

    Earlier turns keep the system's own standalone questions, as in a real conversation, which has
    no human rewrites. ``clock`` gives seconds.
    """
    done: list[Rewritten] = []
    ours: dict[str, dict[int, str]] = {}
    for example in examples:
        own = ours.setdefault(example.conversation, {})
        conversation = conversation_before(example, own)
        started = clock()
        rewrite = rewriter.rewrite(conversation, example.question)
        elapsed = round(1000 * (clock() - started), 3)
        own[example.turn] = rewrite.question
        done.append(Rewritten(example, rewrite, elapsed))
        progress(len(done), len(examples))
    return tuple(done)


def conversation_before(example: RewriteExample, ours: Mapping[int, str]) -> Conversation:
    """The conversation in which the example is asked.

    ``ours`` are the standalone questions of earlier turns by turn number; a turn without one keeps
    its question as typed.
    """
    conversation = Conversation(topic=example.topic, subtopic=example.subtopic)
    for number, exchange in enumerate(example.before, start=1):
        standalone = ours.get(number, exchange.question)
        conversation = conversation.with_turn(
            Turn(exchange.question, standalone, _answered(exchange))
        )
    return conversation


def _answered(exchange: Exchange) -> Answered | None:
    answer = exchange.answer
    return None if answer is None else Answered(text=answer, sentence=answer)
