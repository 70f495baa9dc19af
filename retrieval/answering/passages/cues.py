"""What sentences look like that give a number, a reason, a result: their cues.

Most cues are single words: each word has signs, which are reckoned once. Only where no word tells, and where
a word stands that a phrase cannot do without, are the patterns of several words tried.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

_WORDS: Final[dict[str, str]] = {
    "number": r"\d.*|two|three|four|five|six|seven|eight|nine|ten|dozens?|hundreds?|thousands?|half",
    "result": r"(?:achiev|outperform|surpass|improv|reduc|increas|exceed|demonstrat|reach|yield|attain)\w*|"
    r"experiments?|results?|evaluations?|extensive|empirical\w*|findings?|significant\w*",
    "method": r"specifically|via|through|based|first|then|"
    r"(?:employ|leverag|combin|integrat|optimi[sz]|decoupl|construct)\w*",
    "proposal": "",
    "reason": r"however|despite|but|although|while|whereas|yet|because|due|since|lack\w*|limit\w*|challeng\w*|"
    r"difficult\w*|suffer\w*|fail\w*|struggl\w*|bottleneck\w*|costly|expensive|inefficien\w*|remains?|hinder\w*|problems?",
    "definition": r"defined|termed|called|namely|means",
    "availability": r"github|huggingface|publicly|release[ds]?|available|accessible|https?",
    "comparison": r"than|compared|versus|vs|outperform\w*|surpass\w*|exceed\w*|baselines?|respectively|over",
    "naming": r"call|called|termed?|dub|dubbed|named?|namely|coin\w*|defin\w+",
    "finding": r"surprisingly|notably|interestingly|crucially|remarkably|conversely|find|found|shows?|reveals?|"
    r"observed?|discover\w*|suggests?|indicates?|identif\w+|confirms?|uncover\w*",
    "names": "",
    "purpose": r"thereby|thus|hence|enabling|allowing",
    "materials": r"datasets?|benchmarks?|corpus|corpora|tasks?",
    "leaning": "",
    "items": r"includ\w*|compris\w*|consist\w*",
}
# A pattern that begins with plain letters leaps to them: what stands before is looked at behind them, not by \b.
_NAME: Final = r"[A-Z](?<!\w[A-Z])[\w-]*?[A-Z0-9][\w-]*?\b"
_PHRASES: Final[dict[str, str]] = {
    "method": r"(?i)\b(?:we|that|which|method|model|framework|approach|it)\b.*\b(?:us|learn|train|encod|design|"
    r"adopt|appl|generat)\w*\b|\bby \w+ing\b",
    "proposal": r"(?i)\b(?:we|this (?:paper|work|study|article|survey|report)|here,? we) (?:\w+ )?"
    r"(?:propos|introduc|present|develop|describ|releas|stud|investigat|explor|show)\w*\b",
    "definition": r"is(?<!\wis) (?:an? |the )|are(?<!\ware) (?:an? |the )|refer(?<!\wrefer)s? to\b|"
    r"known(?<!\wknown) as\b|i\.e\.(?<!\wi\.e\.)|\([A-Z][\w-]+\)",
    "availability": r"(?i)\bopen[- ]?sourced?\b|\bhugging face\b",
    "comparison": r"state-of-the-art",
    "naming": r"\b(?:short for|stands? for|refer(?:s|red)? to)\b|"
    r"\b(?:propose|introduce|present)s?\b[^.]{0,60}[A-Z]\w*[A-Z]",
    "finding": r"\b[Ii]n contrast\b|\bdemonstrates? that\b",
    "names": rf"(?>{_NAME}).*?{_NAME}",
    "purpose": r"\b[Tt]o (?:address|tackle|solve|bridge|mitigate|overcome|achieve|enable|this end|reduce|improve)\b|"
    r"\b(?:in order to|so that)\b",
    "materials": r"\b(?:trained|evaluated?|experiments) on\b",
    "items": r"(?i)\(\s*(?:i{1,3}|\d|[a-c])\s*\)|,[^,]+,[^,]+,? and\b|: ",
}

_LEANING: Final = re.compile(
    r"(?:This|These|It|They|Its|Their|Such|Specifically|In particular|By |To this end|Here|First|Then|"
    r"Moreover|Furthermore|Additionally|Both|Each)\b"
)
"""What stands at the beginning of a sentence that leans on the one before."""
_NEEDED: Final[dict[str, str]] = {
    "method": r"(?:us|learn|train|encod|design|adopt|appl|generat)\w*|by",
    "proposal": r"(?:propos|introduc|present|develop|describ|releas|stud|investigat|explor|show)\w*",
    "definition": r"is|are|refers?|known|i",
    "availability": r"open\w*|hugging",
    "comparison": r"state",
    "naming": r"short|stands?|refer(?:s|red)?|(?:propose|introduce|present)s?",
    "finding": r"contrast|demonstrates?",
    "purpose": r"address|tackle|solve|bridge|mitigate|overcome|achieve|enable|end|reduce|improve|order|so",
    "materials": r"trained|evaluated?|experiments",
}
"""Words one of which each phrase has, but those that ``_told_by_marks`` tells."""
CUES: Final = tuple(_WORDS)

_WORD_PATTERNS: Final = {cue: re.compile(pattern) for cue, pattern in _WORDS.items() if pattern}
_PHRASE_PATTERNS: Final = {cue: re.compile(pattern) for cue, pattern in _PHRASES.items()}
_NEEDED_PATTERNS: Final = {cue: re.compile(pattern) for cue, pattern in _NEEDED.items()}
_ANY_WORD: Final = re.compile("|".join(filter(None, _WORDS.values())))
_ANY_NEEDED: Final = re.compile("|".join(_NEEDED.values()))
"""What any of the patterns matches: most words tell nothing, and are looked at but once."""
_BIT: Final = {cue: 1 << place for place, cue in enumerate(CUES)}
_ALL: Final = (1 << len(CUES)) - 1
_MAYBE: Final = len(CUES)
"""By how much a bit is moved up that says: this word may be part of such a phrase."""
_COMMAS: Final = 2
"""Commas of the shortest list: "a, b, c and d"."""


def signs_of(word: str, parts: Sequence[str]) -> int:
    """The bits of the cues that a lowered word is, and, moved up, those of the phrases that it may be part of.

    ``parts`` are the word cut at what is no letter or digit: phrases know no apostrophe.
    """
    signs = 0
    if _ANY_WORD.fullmatch(word):
        signs |= sum(_BIT[cue] for cue, pattern in _WORD_PATTERNS.items() if pattern.fullmatch(word))
    for part in filter(_ANY_NEEDED.fullmatch, parts):
        signs |= sum(_BIT[cue] << _MAYBE for cue, pattern in _NEEDED_PATTERNS.items() if pattern.fullmatch(part))
    return signs


def cues_of(sentence: str, signs: int) -> int:
    """The bits of a sentence's cues, in the order of ``CUES``; ``signs`` are those of all its words."""
    told = signs & _ALL
    if _LEANING.match(sentence):
        told |= _BIT["leaning"]
    for bit, pattern in _phrases((signs >> _MAYBE | _told_by_marks(sentence)) & ~told):
        if pattern.search(sentence):
            told |= bit
    return told


@cache
def named(bits: int) -> frozenset[str]:
    """The cues of bits; one set for all sentences that look alike."""
    return frozenset(cue for cue, bit in _BIT.items() if bits & bit)


def _told_by_marks(sentence: str) -> int:
    """The bits of the phrases that a sentence may have by its marks and capitals, whatever its words."""
    maybe = _BIT["names"]
    if "(" in sentence:
        maybe |= _BIT["definition"] | _BIT["items"]
    elif ": " in sentence or sentence.count(",") >= _COMMAS:
        maybe |= _BIT["items"]
    return maybe


@cache
def _phrases(bits: int) -> tuple[tuple[int, re.Pattern[str]], ...]:
    """The patterns of bits, each with its own."""
    return tuple((_BIT[cue], pattern) for cue, pattern in _PHRASE_PATTERNS.items() if bits & _BIT[cue])
