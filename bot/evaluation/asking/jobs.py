"""What a worker asks with, for each task: a picklable job in, a function from units out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from bot.assembly.application import Application, open_application
from bot.assembly.question_sets import paragraph_assistants
from bot.config import Config
from bot.dialogue.assistant import Assistant
from bot.dialogue.conversation import Conversation
from bot.evaluation.asking.histories import with_histories
from bot.evaluation.asking.workers import Ask, Unit
from bot.evaluation.measuring.predictions import Prediction
from bot.evaluation.sets.questions import Paragraph
from bot.presentation.reply_json import passages_json, to_json
from retrieval.datatypes import Query

RETRIEVED = 20
"""Passages ranked for each question by the task ``retrieve``: the deepest cut-off measured."""
RETRIEVED_FOR_ARTICLES = 100
"""The same where articles were judged: several passages of one count once."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be asked, and of what. ``threads``: of each model; 0 leaves it to the config."""

    task: str
    config: Config
    index_folder: Path
    always_answer: bool = False
    limit: int = RETRIEVED
    threads: int = 0

    @contextmanager
    def __call__(self) -> Iterator[Ask]:
        """Opens what the task needs. Raises the errors of ``open_application``."""
        config = with_threads(self.config, self.threads)
        if self.task == "read":
            with paragraph_assistants(
                config, self.index_folder, always_answer=self.always_answer
            ) as make:
                yield lambda unit: ask_paragraph(
                    unit, lambda context: make(context.id, context.title, context.text)
                )
            return
        application = open_application(config, self.index_folder)
        if self.task == "retrieve":
            yield lambda unit: [rank(application, question, self.limit) for question in unit]
        else:
            article = application.index.articles.article
            yield lambda unit: with_histories(
                unit, ask_conversation(unit, application.assistant), application.assistant, article
            )


def with_threads(config: Config, threads: int) -> Config:
    """The config with so many threads for each model, where it does not say."""
    if not threads:
        return config
    update: dict[str, Any] = {
        name: section.model_copy(update={"threads": section.threads or threads})
        for name, section in (("encoder", config.encoder), ("reader", config.reader))
    }
    return config.model_copy(update=update)


def ask_conversation(unit: Unit, assistant: Assistant) -> list[Prediction]:
    """Each question as the next turn, after the small talk before it; one that belongs to no
    conversation stands alone.
    """
    predictions: list[Prediction] = []
    conversations: dict[str | None, Conversation] = {}
    for question in unit:
        before = conversations.get(question.conversation, Conversation())
        for remark in question.remarks:
            _, before = assistant.reply(before, remark, question.date)
        reply, after = assistant.reply(before, question.question, question.date)
        if question.conversation is not None:
            conversations[question.conversation] = after
        predictions.append(to_json(reply, question.id))
    return predictions


def ask_paragraph(unit: Unit, assistant_for: Any) -> list[Prediction]:
    """The questions of one paragraph, which alone may answer."""
    paragraph: Paragraph | None = unit[0].context
    assert paragraph is not None
    return ask_conversation(unit, assistant_for(paragraph))


def rank(application: Application, question: Any, limit: int) -> Mapping[str, Any]:
    """The passages found for one question, best first."""
    started = perf_counter()
    # The ranking alone is measured: a follow-up is searched for in a person's words, if known.
    wording = question.rewrite or question.question
    query = Query(wording, question.date, asked_on=question.date)
    found = application.retrieve(query, limit)
    return {
        "id": question.id,
        "question": question.question,
        "standalone_question": wording,
        "elapsed_ms": round(1000 * (perf_counter() - started), 1),
        "passages": passages_json(found),
    }
