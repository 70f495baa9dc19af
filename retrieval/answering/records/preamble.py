"""What polite people say before they ask: "I'm sorry to bother you, but do you by any chance know …"."""

from __future__ import annotations

import re
from typing import Final

_WORDS: Final = """
    a able about actually advance afternoon again all am any anybody anyone appreciate are ask asking at be been bit bot
    bother bothering bro buddy but by can chance check clue could day dear do does dude earlier evening everybody
    everyone excuse find folks for friend friends get give glad good got grateful great guys happen happy have hello
    help helping hey hi hiya hope i i'd i'm i've idea if in interested is it it's just kind kindly know let like lot
    love mate maybe me mind moment more morning much my need nice now of ok okay once one out over pardon perhaps
    please possible possibly pull question quick quickly really remember remind say see so sorry still sup sure team
    tell telling thank thanks that there thing this time to today's too trouble trying u us very want wanted wanna was
    we well were what's whether will wonder wondered wondering would yes yo you you'd you're your
    know's terribly awfully curious curiosity happen somebody someone list show doing reading hoping
"""
_CORE: Final = r"""
    who|whom|whose|who['’]s|what|which|when|where|how|since\ when|in\ (?:what|which)|by\ whom
    |(?:(?:the|all|all\ the|any|some|a\ list\ of|every|everything|the\ \S+\ \S+)\ )?
     (?:papers?|works?|publications?|articles?|preprints?|stud(?:y|ies)|surveys?|everything|anything|something|stuff)
    |(?:the\ )?(?:list|authors?|votes?|upvotes|code|repo|github|link|pdf|date|title|most|newest|latest|best|top|oldest)
"""
_PREAMBLE: Final = re.compile(
    rf"^(?:(?:{'|'.join(map(re.escape, _WORDS.split()))})[\s,.!;:?–—-]+)+(?=(?:{_CORE})\b)", re.IGNORECASE | re.VERBOSE
)
_BEGINS: Final = re.compile(
    r"(?:(?:hi|hey|hello|dear|good|sorry|excuse|pardon|thanks?|please|kindly|yo|ok(?:ay)?|i|i['’]\w+|we|do|does|did|can"
    r"|could|would|will|is|may|might|any|if|just|quick|one|hope|wonder\w*|tell|remind|let|sup|dude|bro)\b|\W)",
    re.IGNORECASE,
)
_ASKS_ITSELF: Final = re.compile(r"(?:is|are|do|does|did|any|one)(?: \S+){0,2} ?$", re.IGNORECASE)


def without_preamble(text: str) -> str:
    """The question from its first word that asks; the whole text where something else comes before it."""
    found = _PREAMBLE.match(text.replace("’", "'"))
    if found is None or _ASKS_ITSELF.fullmatch(found[0].strip()) or not _BEGINS.match(text):
        return text
    return text[found.end() :]
