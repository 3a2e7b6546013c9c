"""Greetings, thanks and the like: which words are nothing else, and a text without them.

A closed list of whole phrases. What holds one word more than they do is left alone: "Thanks to whom
was the deal signed?" and "Hello Kitty" are no courtesies.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

LONGEST = 300
"""Code points. A longer text is no small talk, and is not searched for it."""


class Courtesy(StrEnum):
    """What a phrase does. ``FILLER`` says nothing of its own."""

    FAREWELL = "farewell"
    THANKS = "thanks"
    DOUBT = "doubt"
    COMPLAINT = "complaint"
    PRAISE = "praise"
    GREETING = "greeting"
    YES_OR_NO = "yes_or_no"
    NOTED = "noted"
    FILLER = "filler"


_IT = r"(?:this|that|it|the answer|your answer)(?: answer)?(?: is|s| was)?"
_VERY = r"(?:(?:so|very|really|pretty|quite|just|all|super|totally|absolutely|completely) )*"
_GOOD = (
    r"(?:great|good|nice|neat|co+l|awesome|perfect|excellent|brilliant|wonderful|amazing|fantastic|"
    r"impressive|lovely|helpful|useful|interesting|fascinating|correct|right|true|well done|"
    r"love it|bravo|superb|clever)"
)
_BAD = (
    r"(?:wrong|incorrect|false|bad|terrible|awful|useless|nonsense|rubbish|bullshit|stupid|silly|"
    r"horrible|crap|untrue|(?:not|isnt|wasnt) (?:right|true|correct|good|helpful|very helpful|it|"
    r"(?:really )?(?:what|the (?:thing|answer|question)) i (?:asked|meant|wanted|was asking)"
    r"(?: for| about)?|an answer|the (?:right )?answer|my question))"
)
_YOU = r"(?: (?:there|all|everyone|everybody|again|bot|pullquote|friend|mate|buddy|sir|team|you))*"
_YOU_ARE = r"(?:you|youre|you are|ur|u r)"
_PHRASES = {
    Courtesy.GREETING: r"(?:(?:hi+|he+y+a?|hello+|helo|hallo|hullo|hiya|howdy|yo|greetings|welcome|"
    r"bonjour|hola|salut|servus|moin|aloha|namaste|gday|sup|whats up|wassup|"
    r"good ?(?:morning|afternoon|evening|day)|morning|evening|"
    r"how (?:are|r) (?:you|u|things)(?: (?:doing|today))*|hows it going|"
    r"how do you do|how have you been|nice to (?:meet|see) you|pleased to meet you|"
    r"(?:are )?you there|anybody (?:there|here|home)|anyone (?:there|here)|is anybody there|"
    r"test|testing|ping)"
    rf"{_YOU})",
    Courtesy.FAREWELL: rf"(?:(?:good ?)?by+e+|bye bye|"
    rf"see (?:you|ya|u)(?: (?:later|soon|tomorrow))?|"
    rf"cya|ciao|farewell|so long|good ?night|(?:talk|speak) to you (?:later|soon)|"
    rf"(?:have|enjoy) (?:a |the |your )?(?:nice|good|great|lovely) ?(?:day|evening|weekend|one)|"
    rf"(?:thats|that is|that was|that will be|thatll be) all(?: for (?:now|today))?|take care|"
    rf"bye (?:for )?now|im (?:off|done)|until (?:next time|tomorrow)){_YOU}",
    Courtesy.THANKS: r"(?:(?:ok )?(?:many |much |big )?(?:thanks+|thx+|thank ?(?:yo)?u+|thanx|tnx|"
    r"thnx|thnks|thankyou|ty|tysm|tyvm|cheers+|much appreciated|(?:i )?appreciate (?:it|that)|"
    r"i am grateful|merci|danke|gracias)"
    r"(?: (?:you|again|a lot|a bunch|a million|so much|very much|so very much|everyone|all|man|"
    r"mate|buddy|bot|pullquote|friend|then|anyway|in advance|"
    r"for (?:that|this|it|everything|(?:the|your|all your) (?:\w+ )?(?:help|answers?|info|"
    r"information|explanation|time|reply|sources?|quotes?))))*)",
    Courtesy.DOUBT: r"(?:(?:are|r) (?:you|u) (?:really |quite |so )?(?:sure|certain)"
    r"(?: (?:about|of) (?:that|this|it))?|(?:oh )?really|seriously|"
    r"is (?:that|this|it) (?:really |actually )?(?:true|right|correct|so)|"
    r"how (?:sure|certain) are you(?: (?:about|of) (?:that|this|it))?|no way|"
    r"can i trust (?:you|this|that|it))",
    Courtesy.COMPLAINT: rf"(?:(?:no )?(?:{_IT} |{_YOU_ARE} (?:are )?){_VERY}{_BAD}|(?:no )?"
    rf"{_VERY}{_BAD}(?: (?:answer|bot|robot|program|result|reply))?|"
    r"(?:i )?(?:dont|do not) (?:like|believe) (?:it|this|that|you)|you (?:suck|lie|lied)|"
    r"(?:that|this|it) (?:doesnt|does not|didnt|did not) (?:help|answer (?:it|that|my question))|"
    r"(?:that|this|it) makes no sense|you (?:didnt|did not) answer(?: (?:that|me|my question))?|"
    r"try again|not (?:what i (?:asked|meant|wanted)(?: for)?|helpful))",
    Courtesy.PRAISE: rf"(?:(?:{_IT} |{_YOU_ARE} (?:are )?)(?:a |an )?{_VERY}"
    rf"{_GOOD}(?: (?:answer|bot|to know|to hear|one|job|work|stuff|tool|program))?|"
    rf"{_VERY}{_GOOD}(?: (?:answer|bot|to know|to hear|one|job|work|stuff|tool|program))?|"
    r"wo+w+|(?:i )?(?:like|love) (?:it|this|that|you)|(?:good|great|nice) (?:job|work|one)|"
    r"(?:ha)+h?|he(?:he)+|lo+l|rofl|lmao|omg|yay|hurray|hooray|glad to hear(?: (?:it|that))?|"
    r"exactly|agreed|thats (?:it|(?:so )?funny)|how (?:interesting|nice|funny|sad|strange))",
    Courtesy.YES_OR_NO: r"(?:yes+|yeah|yep|yup|no+|nope|nah|sure|of course|yes please|"
    r"no thanks|no thank you|maybe|perhaps)",
    Courtesy.NOTED: r"(?:o+k+(?:ay|ey|ie|i)?|k|kk|alright|all ?right|right|fine|got it|"
    r"gotcha|noted|i see|i understand|understood|i get it|makes sense|(?:that|it) makes sense|"
    r"fair enough|(?:thats|that is) (?:a )?(?:fine|ok|okay|fair point|good point|sad|too bad|"
    r"a pity|a shame)|good point|never ?mind|nvm|no (?:problem|worries)|"
    r"(?:i am |im |very |so )?sorry|(?:my )?apologies|my (?:bad|mistake)|excuse me|pardon(?: me)?|"
    r"oh no|oops|too bad|what a (?:pity|shame)|i didnt know that|good to know)",
    Courtesy.FILLER: r"(?:please|pls|plz|so|well|oh|ah+|aha+|um+|uh+|hm+|mm+|er+m*|"
    r"anyway|by the way|btw)",
}
_PHRASE = re.compile(
    "|".join(f"(?P<{kind}>{pattern}(?= |$))" for kind, pattern in _PHRASES.items())
)
_ASKED_AS_WELL = frozenset(
    {Courtesy.PRAISE, Courtesy.COMPLAINT, Courtesy.NOTED, Courtesy.YES_OR_NO}
)
"""With a question mark these ask: "Nice?" is a town, "Right?" wants to know."""
_AT_THE_END = frozenset({Courtesy.THANKS, Courtesy.FILLER, Courtesy.FAREWELL})

_MARKS = r".!?…;\n"
_HEAD = re.compile(rf"[^{_MARKS},:–—]{{1,80}}")
_GAP = re.compile(rf"[\s{_MARKS},:–—)(*~-]*")
_ENDS = re.compile(rf"[{_MARKS}]")
_TAIL = re.compile(rf"(?<=[{_MARKS},])[^{_MARKS},]{{1,60}}[\s.!?…]*$")
_WORD = re.compile(r"\S+")
_MOST_WORDS = 8
_WH = r"(?:who|whom|whose|what|when|where|why|how|which)(?:['’](?:s|re|d|ll))?\b"
_ASKS = re.compile(rf"{_WH}|(?:can|could|would|will|do) (?:you|i)\b|(?:tell|show|give) me\b", re.I)
_GOES_ON = re.compile(
    rf"{_ASKS.pattern}|(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|"
    r"and|but|so|or|please|pls|in|on|at|for|from|to|tell|show|list|explain|describe|find|name|"
    r"about|any|anything|i|i['’]m|let['’]s)\b",
    re.I,
)
_RELATIVE = re.compile(r"(?:who|whom|whose|where|which|when|in|on|at|for|from|to)\b[^,]*,", re.I)
_SO = re.compile(rf"^so,?\s+(?=(?:{_GOES_ON.pattern})\s+\w)", re.I)
"""What is left of "ok, so who won?"; but "so what?" is a question."""
_POLITELY = re.compile(
    r"^(?:please\s+)?(?:(?:can|could|would|will) you (?:please |kindly )?(?:tell|show|say|explain)|"
    r"do you (?:happen to )?know|i(?:[’']d| would) (?:like|love) to (?:know|find out)|"
    r"i (?:want|need) to (?:know|find out)|i (?:was wondering|wonder)|tell|any idea)"
    r"(?: (?:to )?(?:me|us))?(?: please)?[,:]?\s+"
    r"(?=(?:who|whom|whose|what|which|when|where|why|how)\b)",
    re.I,
)
"""What makes a request of a question, and says nothing: "Can you tell me what ..."."""
_PLEASE = re.compile(r"(?:[Pp]lease|PLEASE|[Pp]l[sz])\s+(?=[a-z])")


def courtesies(text: str) -> frozenset[Courtesy]:
    """What the phrases of ``text`` do, where it is nothing but courtesies; else nothing.

    Case, punctuation and emoji do not matter; emoji alone are ``NOTED``.
    """
    if len(text) > LONGEST:
        return frozenset()
    words = _words(text)
    if not words:
        smiles = any(unicodedata.category(c) == "So" for c in text)
        return frozenset({Courtesy.NOTED}) if smiles else frozenset()
    found = set()
    position = 0
    while position < len(words):
        match = _PHRASE.match(words, position)
        if match is None or match.lastgroup is None:
            return frozenset()
        found.add(Courtesy(match.lastgroup))
        position = match.end() + 1
    if "?" in text and found <= _ASKED_AS_WELL:
        return frozenset()
    return frozenset(found)


def without_courtesies(text: str) -> str:
    """``text`` without the courtesies around what it asks: "Thanks. And who chaired it?" gives
    "And who chaired it?".

    The whole text, trimmed, where nothing else is in it; never empty unless ``text`` is blank.
    """
    whole = text.strip()
    if len(whole) > 10 * LONGEST:
        return whole
    rest = whole
    while (shorter := _without_first(rest)) != rest:
        rest = shorter
    if rest != whole:
        rest = _SO.sub("", rest)
    rest = _POLITELY.sub("", rest)
    while (shorter := _without_last(rest)) != rest:
        rest = shorter
    return rest if _words(rest) else whole


def _without_first(text: str) -> str:
    """Without one courtesy at the beginning; as it is where there is none, or nothing else."""
    text = text.lstrip()
    bare = text.lstrip("".join(c for c in text[:8] if _is_ornament(c)))
    if bare and bare[0] in " \t\n":
        return bare.lstrip() or text
    head = _HEAD.match(text)
    if head is None:
        return text
    gap = _GAP.match(text, head.end())
    end = gap.end() if gap else head.end()
    rest = text[end:]
    ends_sentence = _ENDS.search(text, head.end(), end) is not None
    if rest and end > head.end() and _courteous_head(head.group()):
        relative = _RELATIVE.match(rest) is not None
        if ends_sentence or (_GOES_ON.match(rest) and not relative) or courtesies(_first(rest)):
            return rest
    return _without_first_words(text, head.group())


def _without_first_words(text: str, head: str) -> str:
    """Without courtesies that no punctuation parts from the question: "hi how long did it last"."""
    please = _PLEASE.match(text)
    if please and text[please.end() :].strip():
        return text[please.end() :]
    words = list(_WORD.finditer(head))
    for count in range(min(_MOST_WORDS, len(words) - 1), 0, -1):
        found = courtesies(head[: words[count - 1].end()])
        rest = text[words[count].start() :]
        if found - {Courtesy.FILLER} and (_ASKS.match(rest) or _PLEASE.match(rest)):
            return rest
    return text


def _without_last(text: str) -> str:
    tail = _TAIL.search(text)
    if tail is None:
        return text
    found = courtesies(tail.group().replace("?", " "))
    if not found or not found <= _AT_THE_END:
        return text
    rest = text[: tail.start()].rstrip(" ,")
    asks = "?" in tail.group() and not rest.endswith("?")
    return f"{rest}?" if asks and _words(rest) else rest if _words(rest) else text


def _courteous_head(head: str) -> bool:
    return bool(_words(head)) and bool(courtesies(head))


def _first(text: str) -> str:
    head = _HEAD.match(text)
    return head.group() if head else ""


def _words(text: str) -> str:
    """Lower case, apostrophes gone, everything that is no letter or digit a single blank."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = re.sub(r"['’`´\ufe0f\u200b-\u200d]", "", folded)
    return " ".join(re.sub(r"[\W_]+", " ", folded).split())


def _is_ornament(character: str) -> bool:
    """An emoji or a part of one."""
    return unicodedata.category(character) in ("So", "Sk") or character in "\ufe0f\u200d"
