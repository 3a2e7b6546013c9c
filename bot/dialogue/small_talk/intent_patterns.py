"""The whole texts that ask for no answer: about the program, and about what articles there are.

Every pattern is to match a whole text, on one line, with straight quotes and without courtesies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

COLLECTION = (
    r"(?:the|your|this) (?:collection|index|library|archive|database|(?:set of )?articles|corpus)"
)
_NOUN = r"(?:(?:(?:news|newspaper|press) )?articles?|news stories|clippings?)"
_OWN_NOUN = rf"(?:{_NOUN}|stories|texts?|documents?|sources?)"
"""What the collection can only be meant by where "you have" stands next to it."""
_SO_FAR = rf"(?: (?:here|now|so far|got|available|indexed|in {COLLECTION}|in total|altogether))*"
_YOU_HAVE = (
    r"(?:(?:do|can|did|have) (?:you|u|i) (?:have|got|hold|know|read|search|see|find|collect|"
    r"ask(?: you)? about|indexed)|(?:you|u) have)"
)
_HELD = rf"(?:{_OWN_NOUN} {_YOU_HAVE}|{_NOUN} (?:are|is) there|{_NOUN} exist){_SO_FAR}"
"""Behind "how many" or "which"."""
_ASKS_FOR = (
    r"(?:(?:can|could|would|will) (?:you|u|i) (?:please )?(?:tell|show|list|give|name|see|get|have)"
    r"(?: me)?|(?:tell|show|give|list|find|get|search|name)(?: me| us)?|"
    r"i (?:want|would like|need)(?: to (?:see|know|read))?|i(?:'d| would) like(?: to see)?|"
    r"let me see|do you know)"
)
_ANY = r"(?:(?:all|any|some|the|your|an?|more|other|of|every|available|recent) )*"
_LINK = r"(?:about|on|regarding|concerning|mentioning|covering|that (?:mention|tell of|talk about))"
_TELLS = (
    r"(?:mentions?|talks? about|tells? (?:of|about)|speaks? (?:of|about)|reports? (?:on|about)|"
    r"(?:is|are) about|writes? about|says? (?:anything|something) (?:about|on)|"
    r"has anything (?:about|on)|have anything (?:about|on))"
)
_TOPIC = r"(\S.*?)"


@dataclass(frozen=True, slots=True)
class WholeText:
    """Patterns for whole texts. Compiled when first asked: it takes some 10 ms for the large ones,
    and most questions ask for none of them.
    """

    pattern: str

    def fullmatch(self, text: str) -> re.Match[str] | None:
        return _compiled(self.pattern).fullmatch(text)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.I)


def _whole(*patterns: str) -> WholeText:
    return WholeText("|".join(f"(?:{pattern})" for pattern in patterns))


COLLECTION_HINT = re.compile(
    r"\b(?:articles?|stor(?:y|ies)|clippings?|texts?|documents?|sources?|news|new|whats|newest|latest|"
    r"recent|anything|something|mentioned|you|collection|index|library|archive|database|corpus|"
    r"up[ -]to[ -]date)\b",
    re.I,
)
"""One of these words is in every text that asks about the collection."""


HELP = _whole(
    r"help(?: me| please)*",
    r"i need (?:some )?help",
    r"(?:can|could|will) (?:you|u) help(?: me)?(?: please)?",
    r"(?:so )?what (?:can|do|could) (?:you|u)(?: actually)? do(?: for me| here)?",
    r"what (?:can|could|should|may|do) i (?:ask|type|say|do)(?: (?:you|here|about|now))*",
    r"what (?:(?:kinds? of |sorts? of )?questions|(?:topics|subjects)) (?:can|could|may|should|do)"
    r" (?:i ask|you (?:answer|cover|know))(?: you)?",
    r"what (?:are|r) (?:you|u) (?:for|good (?:for|at)|able to do|capable of)",
    r"how (?:do|can|should|would) i (?:use|ask|work with|talk to) (?:this|you|it|pullquote)"
    r"(?: (?:thing|bot|program|tool))?",
    r"how (?:do|does) (?:you|pullquote) work",
    r"(?:show|list)(?: me)? (?:the |all |your )*(?:commands|options|help)",
    r"commands|instructions|usage|manual|what (?:are the|commands are there)(?: commands)?",
    r"what are your (?:capabilities|abilities|features|functions|commands)",
)
FIRST_HELP = _whole(
    r"how does (?:this|it)(?: thing| bot| program| tool)? work",
    r"what is (?:this|it)(?: thing| bot| program| for| about| good for)*",
    r"what now|what next|what do i do",
)
"""At the beginning of a conversation; later they ask about what was spoken of."""
WHO = _whole(
    r"(?:who|what) (?:are|r) (?:you|u)(?: (?:exactly|really|actually|then))?",
    r"(?:who|what) (?:is|are) (?:this bot|pullquote)",
    r"(?:are|r) (?:you|u) (?:even |really |actually )?(?:(?:an? |the )?(?:real |actual )?"
    r"(?:bot|robot|human|human being|person|machine|computer|ai|a\.i\.|program|chatbot|assistant|"
    r"llm|(?:large )?language model|ai model|journalist|chat ?gpt|gpt|claude|gemini|siri|alexa|"
    r"search engine|model|artificial intelligence)|real|alive|human|chat ?gpt|open ?ai|intelligent)"
    r"(?: or (?:an? )?(?:human|bot|robot|person|machine|real person|computer|program))?",
    r"am i (?:talking|speaking|chatting) (?:to|with) (?:an? )?(?:real )?(?:bot|robot|human|person|"
    r"machine|computer|ai|chatbot|chat ?gpt)|is this (?:a |an )?(?:bot|ai|chatbot|chat ?gpt)",
    r"what(?:'?s| is) (?:your name|pullquote)|do you have a name|what are you called",
    r"what should i call you|"
    r"(?:tell me (?:about|something about)|introduce|describe) (?:you|yourself)",
    r"who (?:made|built|created|wrote|programmed|trained|developed|owns|runs) (?:you|this bot)",
    r"do you (?:use|run) (?:an? )?(?:ai|llm|chat ?gpt|gpt|language model)",
    r"how old are you|where (?:are you from|do you live)",
)
SOURCES = _whole(
    r"(?:where|from where|how) do(?: you|es pullquote) (?:get|have|take|know|find)"
    r" (?:your|the|these|all) (?:answers?|information|info|data|news|knowledge|quotes?|facts|this)"
    r"(?: from)?",
    r"(?:where|how) do you know(?: (?:this|that|it|all this))?(?: from)?",
    r"what (?:are|is) your (?:sources?|data|knowledge)(?: based on)?",
    r"do you (?:ever )?(?:make|invent|hallucinate)(?: (?:things|stuff|answers|this|that|it))?"
    r"(?: up)?",
    r"(?:are you|is this|did you) (?:making (?:this|that|it) up|make (?:this|that|it) up|"
    r"hallucinating|inventing (?:this|that|it))",
    r"(?:do|can) you (?:search|use|access|browse|look (?:on|up on))"
    r" (?:the )?(?:internet|web|google|wikipedia)",
    r"are you (?:online|offline|connected to the internet)",
)
COUNT = _whole(
    rf"how many (?:different |other )?{_HELD}",
    rf"how many {_NOUN}",
    rf"how (?:big|large) is {COLLECTION}",
    rf"(?:what(?:'s| is) the )?(?:number|count) of {_NOUN}",
    rf"count (?:the|your|all) {_NOUN}",
)
ALL = _whole(
    rf"(?:{_ASKS_FOR} )?(?:what|which) (?:other |kinds? of |sorts? of )?{_HELD}",
    rf"(?:{_ASKS_FOR} ){_ANY}{_NOUN}(?: (?:you have|there are))?",
    rf"what(?:'?s| is| are) in {COLLECTION}",
    rf"what (?:is|are) (?:the|your|these) {_NOUN} about",
    r"what do you (?:have|know)(?: about)?(?: here)?",
    rf"do you have {_ANY}{_NOUN}",
    rf"(?:all|any) {_NOUN}|articles",
)
NEWEST = _whole(
    rf"(?:{_ASKS_FOR} )?(?:(?:what(?:'?s| is| are| was| were)|which (?:is|are|one is)) )?"
    rf"(?:the |your |all )*(?:latest|newest|most recent) (?:{_NOUN}|news)"
    r"(?: (?:that )?(?:you have|there is|there are|do you have)| here)?",
    rf"what (?:is|are) your (?:latest|newest|most recent) (?:{_NOUN})?",
    rf"(?:which|what) {_NOUN} (?:is|are) (?:the )?(?:latest|newest|most recent)",
    rf"when (?:was|is) (?:the|your) (?:latest|newest|most recent|last) {_NOUN}"
    r"(?: (?:from|published|written|added))?",
    r"how (?:recent|new|old|fresh|current|up[ -]to[ -]date) (?:are|is) (?:you|"
    rf"(?:the|your) (?:{_NOUN}|news|information|data|knowledge|collection|index))",
    r"are you up[ -]to[ -]date",
)
TOPICAL = _whole(
    rf"(?:{_ASKS_FOR} )?(?:what|which|how many) {_ANY}{_HELD} {_LINK} {_TOPIC}",
    rf"(?:what|which|how many) {_NOUN} {_TELLS} {_TOPIC}",
    rf"(?:what|which) {_NOUN} (?:are|is) (?:there )?{_LINK} {_TOPIC}",
    rf"(?:do|have) (?:you|u) (?:have|got|know|read|know of) "
    rf"{_ANY}(?:{_OWN_NOUN}|anything|something|news|coverage|information|info|reports?)"
    rf"(?: at all)? (?:{_LINK}|of) {_TOPIC}",
    rf"(?:is|are) there {_ANY}(?:{_NOUN}|news|coverage) {_LINK} {_TOPIC}",
    rf"(?:is|are) there (?:anything|something)(?: here)? about {_TOPIC}",
    rf"(?:{_ASKS_FOR} ){_ANY}(?:latest |newest |most recent )?{_NOUN} {_LINK} {_TOPIC}",
    rf"(?:(?:what(?:'?s| is| are) )?the )?(?:latest|newest|most recent) {_NOUN} {_LINK} {_TOPIC}",
    rf"{_ANY}{_NOUN} (?:about|mentioning|that mention) {_TOPIC}",
    rf"(?:any {_NOUN}|any news) (?:about|on) {_TOPIC}",
    rf"what (?:do you have|have you(?: got)?) (?:about|on) {_TOPIC}",
    rf"(?:do|does) (?:the|your|any|these|any of the|any of your) {_NOUN} {_TELLS} {_TOPIC}",
    r"(?:is|are) (\S.*?) mentioned (?:anywhere|in (?:the|your|any) articles?)",
)
FIRST_TOPICAL = _whole(rf"(?:anything|something) about {_TOPIC}")
"""At the beginning; later it goes on about what was spoken of."""
_NEW = (
    rf"(?:(?:(?:{_ASKS_FOR} )?(?:what(?:'?s| is| are| has been)|is there anything|anything|"
    r"whats|what else is) (?:(?:the|really) )?(?:new|news))|"
    rf"(?:{_ASKS_FOR} )?{_ANY}(?:new |latest )?(?:news|{_NOUN})|"
    rf"(?:{_ASKS_FOR} )?(?:what|which|how many) (?:new )?{_NOUN}"
    rf" (?:{_YOU_HAVE}|are there|are(?: new)?|is new|came(?: in| out)?|appeared|"
    r"(?:were|was|have been|are) (?:published|written|added|new))|"
    rf"(?:do|have) you (?:have|got) {_ANY}(?:anything (?:new|recent)?|news|new {_NOUN}|{_NOUN})|"
    rf"(?:are|is) there {_ANY}(?:news|new {_NOUN}|{_NOUN})|"
    rf"has anything (?:new )?(?:been )?(?:come in|appeared|added|published)|the news)"
)
ONLY_NEW = _whole(
    r"(?:what(?:'?s| is| are| has been)|whats) new(?: here| in here)?",
    rf"what(?:'?s| is) new in {COLLECTION}",
    r"(?:is there |do you have |are there )?(?:anything|something) new(?: here)?",
    r"(?:(?:is there |do you have )?any |the )?(?:new )?news",
    r"(?:(?:any|which) )?new articles",
    r"what(?:'?s| is| are) (?:in )?the news",
    rf"(?:what|which) {_NOUN} (?:are|is) new",
)
FIRST_NEW = _whole(r"what(?:'?s| is) the latest")
WHEN = _whole(
    rf"{_NEW}(?: (?:here|in here|in {COLLECTION}))?[ ,]+"
    r"(?P<when>(?:since|from|after|on|in|during|over|of|for|published|dated|within|this|last|past|"
    r"today|yesterday|the|between)\b.*)",
)
TODAYS = _whole(
    rf"(?:{_ASKS_FOR} )?(?:what(?:'?s| is| are) )?(?P<when>today|yesterday|this week|last week|"
    rf"this month)'?s? (?:news|{_NOUN})",
)
