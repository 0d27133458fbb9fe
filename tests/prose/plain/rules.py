"""The rules for one sentence. Each rule returns the problem and the fix, or None."""

import re

CLAUSE = r"What|Who|Whoever|Whom|Whose|Whatever|Whichever|Wherever|Whether|That which|By which|To whom|Nor|How far|Of (?!course\b)"
HEADLESS = re.compile(rf"[(\"']?(?:{CLAUSE})\b")
# "That is why" starts with a pronoun, "That a client" with a clause. "Where x, y" is a subordinate clause.
NOUN = "a|an|the|this|its|it|no|nobody|everybody|somebody|each|every|we|you|they|one|two|many|several|all|some"
HEADLESS_MARKDOWN = re.compile(rf"\(?(?:{CLAUSE}|That (?:{NOUN})|Not to|Which|Where(?![^,]*,))\b")
TELL = re.compile(r"\b(?:told|tell|tells|telling|said|says|say|saying)\b", re.IGNORECASE)

LONG = 30


def headless(sentence, markdown):
    match = (HEADLESS_MARKDOWN if markdown else HEADLESS).match(sentence)
    if match and not sentence.endswith("?"):
        return f'starts with "{match.group().split()[0]}". Start with the subject and an active verb'
    return None


def long(sentence):
    words = len(sentence.split())
    return f"has {words} words. Split it into sentences of at most 25" if words > LONG else None


def tell(sentence):
    match = TELL.search(sentence)
    return f'uses "{match.group()}". Write send, report, print, log, return or configure' if match else None
