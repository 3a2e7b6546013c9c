"""Rewriting with a model of edits in addition to the rules.

The rules have the word where they are sure: what leans wholly on the last turn, and pronouns for
which the last answer is of the right kind. The model sees to the rest, and the rules step in again
where it finds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from bot.dialogue.conversation import Conversation
from bot.dialogue.rewriting.anaphora import has_own_meaning, introduces, points_back
from bot.dialogue.rewriting.coreference import Reference, references
from bot.dialogue.rewriting.ellipsis import whole_question
from bot.dialogue.rewriting.leaning import Leaning, leaning
from bot.dialogue.rewriting.proposals import best_of
from bot.dialogue.rewriting.returning import returned
from bot.dialogue.rewriting.rule_rewriter import replaced, rewrite
from bot.dialogue.rewriting.values import Edit, Rewrite
from bot.dialogue.small_talk.courtesies import without_courtesies
from retrieval.edits.values import EditModel, TextEdit
from retrieval.english.names import may_be_a_person, without_possessive

_PERSON = re.compile(r"(?:he|she|him|his|her|hers)", re.I)
_NO_QUESTION = re.compile(
    r"^(?:and|but|so|what about|how about)\s+(?:the|a|an|his|her|its)\b", re.I
)
_SENTENCE_END = re.compile(r"[.!?…]+[\"”’)]*\s+(?=\S)")
_REMARK = re.compile(r"^(?:that|it|this)[’']s\b|^(?:they)[’']re\b", re.I)
_WORD = re.compile(r"[\w’'-]+")
_PIECE = re.compile(r"\s+|\w+|[^\w\s]")
_SINGULAR = re.compile(r"its?|he|she|him|his|her|hers", re.I)
_TWO_NAMES = re.compile(r"[A-Z][\w.’' -]*? and [A-Z][\w.’' -]*")
_NO_PHRASE = re.compile(
    r"\?|^(?:who|whom|whose|what|which|when|where|why|how|did|does|do|is|are|was|were)\b", re.I
)
# Two sentences or clauses; "Stephen F. Austin" is neither.
_CLAUSE_END = re.compile(r"(?<=[a-z]{3})[.;:]\s|,\s+(?:the|an?|it|he|she|they|who|which|but)\b")
_LOOKED_BACK = 8
"""Turns whose words the model sees, as far as they fit."""
_LONG, _KEPT_OF_LONG = 40, 15
"""Words of an answer from which it is long, and how many of them the model then sees."""


class LearnedRewriter:
    """Implements ``Rewriter``."""

    def __init__(self, completer: EditModel) -> None:
        self._completer = completer

    def rewrite(self, conversation: Conversation, text: str) -> Rewrite:
        plain = without_courtesies(text.strip())
        if not conversation.turns and not conversation.topic:
            return Rewrite(plain)
        since, asked = returned(conversation, plain)
        # "Feinstein will not run. When was she elected?" says itself whom it speaks of.
        if introduces(last_sentence(asked)[0]):
            return Rewrite(asked)
        leans = leaning(asked)
        if leans is Leaning.PLAINLY:
            both = [self.completed(since, asked), rewrite(since, asked)]
            return best_of(since, asked, leans, both)
        # The model is asked nothing where its edits would not be taken.
        whole = _made_whole(since, asked)
        return best_of(since, asked, leans, [whole] if whole else [])

    def completed(self, conversation: Conversation, plain: str) -> Rewrite:
        """The rewrite of rules and model, as it comes."""
        whole = _made_whole(conversation, plain)
        if whole:
            return whole
        before, question = last_sentence(plain)
        edits = self._edits(conversation, before, question)
        standalone = before + _capitalised_as(question, replaced(question, edits))
        told = [Edit(question[r.start : r.end], r.meant.strip(), r.why) for r in edits]
        return Rewrite(standalone, tuple(told)) if told else Rewrite(plain)

    def _edits(self, conversation: Conversation, before: str, question: str) -> list[Reference]:
        """What to put into the question, in its order."""
        found = [
            reference
            for reference in (references(conversation, question) if not before else ())
            if not has_own_meaning(question, reference.start, reference.end)
        ]
        sure = [reference for reference in found if reference.is_sure]
        texts = texts_around(conversation)
        learned: list[TextEdit] = []
        proposed = self._completer.edits(question, [before.strip(), *texts] if before else texts)
        for edit in sorted(map(_one_clause, proposed), key=lambda e: (e.adds, -e.certainty)):
            said = [*(r.meant for r in sure), *(e.phrase for e in learned)]
            if _agrees(question, edit) and not _taken(sure, edit) and not _repeats(edit, said):
                learned.append(edit)
        fallback = [
            reference
            for reference in found
            if not reference.is_sure
            and not any(e.start < reference.end and reference.start < e.end for e in learned)
        ]
        edits = [*sure, *fallback, *map(_as_reference, learned)]
        return sorted(edits, key=lambda r: (r.start, r.end))


def _made_whole(conversation: Conversation, plain: str) -> Rewrite | None:
    """What a rule makes of the whole text."""
    whole = whole_question(conversation, plain)
    return Rewrite(whole.question, (Edit(plain, whole.question, whole.why),)) if whole else None


def last_sentence(text: str) -> tuple[str, str]:
    """What is said before the question, and the question: "I never heard of it. What is it?".

    What is said before is left as it is; it is the newest that the question can speak of.
    """
    breaks = [m.end() for m in _SENTENCE_END.finditer(text)]
    at = breaks[-1] if breaks else 0
    return text[:at], text[at:]


def texts_around(conversation: Conversation) -> list[str]:
    """The texts that a follow-up may speak of, the most important first: what the conversation is
    about, then the turns, newest first, each its answer, the sentence of it, and its question.
    """
    texts = [text for text in (conversation.topic, conversation.subtopic) if text]
    for turn in reversed(conversation.turns[-_LOOKED_BACK:]):
        if turn.answered:
            texts.append(_beginning(turn.answered.text))
            if turn.answered.sentence != turn.answered.text:
                texts.append(_beginning(turn.answered.sentence))
        texts.append(without_added(turn.question, turn.standalone_question))
    return texts


def _beginning(text: str) -> str:
    """A long text's first words: what comes first is what it is about, and there is little room."""
    words = text.split()
    return text if len(words) <= _LONG else " ".join(words[:_KEPT_OF_LONG])


def without_added(typed: str, standalone: str) -> str:
    """The standalone question with what was replaced, without what was added: a guess that was
    put in once must not be taken for something that somebody said.
    """
    before, after = _PIECE.findall(typed), _PIECE.findall(standalone)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    kept = [after[c:d] for op, _, _, c, d in matcher.get_opcodes() if op != "insert"]
    return "".join(piece for pieces in kept for piece in pieces).strip() or standalone


def _one_clause(edit: TextEdit) -> TextEdit:
    """What is put in for a word ends with its clause: "Moscow", not "Moscow, the call also"."""
    end = None if edit.adds else _CLAUSE_END.search(edit.phrase)
    if end is None:
        return edit
    phrase = edit.phrase[: end.start()].rstrip(" ,.;:")
    return replace(edit, phrase=phrase, text=edit.text.replace(edit.phrase, phrase))


def _agrees(asked: str, edit: TextEdit) -> bool:
    """False for what is no phrase at all, for words added to what is no question, for a remark
    such as "That's rather vague", and where "he" would become what is no person.
    """
    if _NO_PHRASE.search(edit.phrase) or edit.phrase.casefold() in asked.casefold():
        return False
    if edit.adds:
        # A name of which a part stands there already would only be said twice.
        there = {without_possessive(word) for word in _WORD.findall(asked.casefold())}
        named = {word.casefold() for word in _WORD.findall(edit.phrase) if word[0].isupper()}
        return not _NO_QUESTION.match(asked) and not named & there
    place = (asked, edit.start, edit.end)
    if not points_back(*place, edit.phrase) or has_own_meaning(*place):
        return False
    if edit.start == 0 and _REMARK.match(asked):
        return False
    said = asked[edit.start : edit.end]
    if _SINGULAR.fullmatch(said) and _TWO_NAMES.fullmatch(edit.phrase):
        return False
    is_name = edit.phrase[:1].isupper() and may_be_a_person(edit.phrase)
    return is_name or not _PERSON.fullmatch(said)


def _repeats(edit: TextEdit, said: Sequence[str]) -> bool:
    """Whether the same phrase would stand in the question twice."""
    return any(edit.phrase.casefold() in other.casefold() for other in said)


def _taken(sure: Sequence[Reference], edit: TextEdit) -> bool:
    """Whether a rule has spoken already of the words."""
    return any(edit.start < other.end and other.start < edit.end for other in sure)


def _as_reference(edit: TextEdit) -> Reference:
    why = "added: what it is asked of" if edit.adds else "spoken of before"
    return Reference(edit.start, edit.end, edit.text, why, is_sure=False)


def _capitalised_as(asked: str, question: str) -> str:
    """Begins with a capital where what was typed did."""
    return question[:1].upper() + question[1:] if asked[:1].isupper() else question
