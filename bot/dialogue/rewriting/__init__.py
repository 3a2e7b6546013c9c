"""A follow-up to a standalone question: a pure function of the conversation and the text.

Every edit is named with its reason, and the user sees the whole question that came of it.
"""

from bot.dialogue.rewriting.rule_rewriter import RuleRewriter, rewrite
from bot.dialogue.rewriting.values import Edit, Rewrite, Rewriter

__all__ = ["Edit", "Rewrite", "Rewriter", "RuleRewriter", "rewrite"]
