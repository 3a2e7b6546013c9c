"""Part of the composition root: what makes follow-ups standalone, as the config names it."""

from __future__ import annotations

from bot.config import Config
from bot.dialogue.rewriting import Rewriter, RuleRewriter
from bot.dialogue.rewriting.edit_rewriter import LearnedRewriter
from retrieval.edits.model import OnnxEditModel, bundled_folder

RULES = "rules"
"""The rewriter without a model."""


def make_rewriter(config: Config) -> Rewriter:
    """Cheap: a model loads at the first follow-up, and raises ``ModelError`` then."""
    if config.conversation.rewriter == RULES:
        return RuleRewriter()
    return LearnedRewriter(OnnxEditModel(bundled_folder()))


def check_rewriter(config: Config) -> str:
    """What ``doctor`` says of it. Raises ``ModelError`` when its files are not whole."""
    if config.conversation.rewriter == RULES:
        return "rules alone, nothing to load"
    model = OnnxEditModel(bundled_folder())
    model.load()
    return f"{model.identity}, every file matches its checksum"
