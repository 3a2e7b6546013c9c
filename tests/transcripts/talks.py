"""Whole conversations, typed into ``pullquote chat``: what is understood, answered and refused.

Five are about ``seeds/``, five about short articles that were written for them (``articles/``).
"""

from __future__ import annotations

from pathlib import Path

ARTICLES = Path(__file__).parent / "articles"
ON_SEEDS = {
    "meeting": (
        "Whom did Blinken meet in Reykjavik?",
        "How long did it last?",
        "Was that longer than expected?",
        "can you tell me who takes over the chairmanship of the council?",
        "For how long?",
        "thanks, and since when does the council exist?",
    ),
    "marines": (
        "Which former Marines are held in Russia?",
        "How many years did the second one get?",
        "And Whelan?",
        "why?",
        "When was the Arctic Council founded?",
        "back to Reed: when was he arrested?",
    ),
    "journey": (
        "Where did Blinken go before Iceland?",
        "What did he talk about there?",
        "who else?",
        "no, I meant the summit",
        "2",
        "give me a summary",
    ),
    "summit": (
        "Who met at the summit in 1986?",
        "Where was it held?",
        "who wrote that article?",
        "Who is Ned Price?",
        "What did he say the meeting would provide?",
        "how old is he?",
        "and where does he live?",
    ),
    "treaty": (
        "What did the two countries extend?",
        "For how many years?",
        "when was it signed?",
        "Who signed it and when does it end?",
        "How many members does the Arctic Council have?",
        "which ones?",
    ),
}
ON_ARTICLES = {
    "strike": (
        "Why did ferry crews in Bergen stop work?",
        "how many joined?",
        "who leads the union?",
        "what did she say about the plan?",
        "and when was the last strike?",
        "how long did it last?",
        "who is the chief executive of Fjordlinks?",
        "Since when?",
    ),
    "agreement": (
        "How did the strike in Bergen end?",
        "How long did the talks last?",
        "Who is the mayor?",
        "How old is he?",
        "how much did the islands lose?",
        "ok, and how many ferries does the company run?",
    ),
    "fire": (
        "When did the paper mill in Lindholm burn?",
        "who did it?",
        "How old is he?",
        "why did he do it?",
        "what did the judge give him?",
        "was anybody hurt?",
        "How big was the damage?",
    ),
    "watchman": (
        "Who is Emil Rask?",
        "was he hurt?",
        "who is Karin Dahl?",
        "what did she say about the fire?",
        "what is her salary?",
        "and where does she live?",
        "When and where was the mill built?",
    ),
    "festival": (
        "Which film won in Turku?",
        "Who directed it?",
        "What did her mother sell?",
        "and the best actor?",
        "How old is he?",
        "back to the prize: how much is it worth?",
        "when was the festival founded?",
        "who led the jury?",
    ),
}
