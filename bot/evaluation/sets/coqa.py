"""Question sets in the JSON of CoQA (Reddy, Chen and Manning 2019): conversations about a story.

``{"data": [{"id", "source", "story", "questions": [{"input_text", "turn_id"}], "answers":
[{"input_text", "turn_id", ...}], "additional_answers": {"0": [...]}}]}``. Answers are what people
typed (``input_text``), which CoQA's own script scores too, not the words they pointed at.

One person answered each question in ``answers``, others in ``additional_answers``. Where more than
half of them say "unknown", the question has no answer; else those are dropped. At a tie the answer
stands: somebody found it in the story.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.evaluation.sets.documents import objects
from bot.evaluation.sets.fields import (
    Record,
    asked_text,
    claim_id,
    label,
    optional_number,
    optional_text,
    required_text,
    unique,
)
from bot.evaluation.sets.questions import EvalQuestion, Paragraph, QuestionSet
from retrieval.errors import QuestionSetError

_UNKNOWN = "unknown"
_Answers = dict[int, str | None]
"""What one person typed at each turn; None: nothing."""


def is_coqa(document: Record) -> bool:
    """Whether the first entry of ``data`` is a story with questions, not a SQuAD article."""
    data = document.get("data")
    first = data[0] if isinstance(data, list) and data else None
    return (
        isinstance(first, dict)
        and "paragraphs" not in first
        and not {"story", "questions"}.isdisjoint(first)
    )


def parse_coqa(document: Record, name: str) -> QuestionSet:
    """The set in a parsed CoQA file; ``name`` is the file, for errors."""
    seen: dict[str, str] = {}
    stories: dict[str, str] = {}
    questions: list[EvalQuestion] = []
    for story, place in objects(document, "data", f"{name}: ", "CoQA"):
        claim_id(stories, required_text(story, "id", place), place)
        for question, question_place in _questions(story, place):
            claim_id(seen, question.id, question_place)
            questions.append(question)
    if not questions:
        raise QuestionSetError(f"{name}: the CoQA file holds no question; put at least one in.")
    return QuestionSet(name, tuple(questions))


def _questions(story: Record, place: str) -> Iterator[tuple[EvalQuestion, str]]:
    story_id = required_text(story, "id", place)
    paragraph = Paragraph(story_id, "untitled", required_text(story, "story", place))
    people = [_typed(story, "answers", place), *_additional(story, place)]
    for record, question_place in objects(story, "questions", place, "CoQA"):
        turn = _turn(record, question_place)
        typed = [text for answers in people if (text := answers.get(turn)) is not None]
        if not typed:
            raise QuestionSetError(
                f'{question_place} has no answer: none in "answers" has its turn_id {turn}; '
                'add one, "unknown" where the story does not say.'
            )
        yield (
            EvalQuestion(
                id=f"{story_id}_{turn}",
                question=asked_text(record, "input_text", question_place),
                answers=scored(typed),
                conversation=story_id,
                turn=turn,
                context=paragraph,
                source=label(story, "source"),
            ),
            question_place,
        )


def scored(typed: Sequence[str]) -> tuple[str, ...]:
    """The answers that count, each once; none where more than half of the people know of none."""
    found = [text for text in typed if text.strip().rstrip(".").casefold() != _UNKNOWN]
    return unique(found) if found and 2 * len(found) >= len(typed) else ()


def _additional(story: Record, place: str) -> Iterator[_Answers]:
    others = story.get("additional_answers")
    if others is None:
        return
    if not isinstance(others, dict):
        raise QuestionSetError(
            f'{place}: the "additional_answers" is not a JSON object; write {{"0": [...]}}.'
        )
    for number, typed in enumerate(others.values()):  # their names are such numbers
        yield _typed({str(number): typed}, str(number), f"{place}.additional_answers")


def _typed(record: Record, key: str, place: str) -> _Answers:
    return {
        _turn(answer, answer_place): optional_text(answer, "input_text", answer_place)
        for answer, answer_place in objects(record, key, place, "CoQA")
    }


def _turn(record: Record, place: str) -> int:
    turn = optional_number(record, "turn_id", place)
    if turn is None or not 0 <= turn < 10**9:
        raise QuestionSetError(
            f'{place} has no "turn_id" that counts its turn; write 1, 2, 3, the same for a '
            "question and its answers."
        )
    return turn
