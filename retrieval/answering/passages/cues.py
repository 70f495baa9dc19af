"""Cues: wording that shows whether a sentence gives a number, a reason, a result.

Most cues are single words; the flags of a word are computed once and cached. The patterns of several words are only
tried if no single word gives the cue and the sentence has a word that the pattern requires.
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
    "proposal": "",
    "reason": r"however|despite|but|although|while|whereas|yet|because|due|since|lack\w*|limit\w*|challeng\w*|"
    r"difficult\w*|suffer\w*|fail\w*|struggl\w*|bottleneck\w*|costly|expensive|inefficien\w*|remains?|hinder\w*|problems?",
    "definition": r"defined|termed|called|namely|means",
    "availability": r"github|huggingface|publicly|release[ds]?|available|accessible|https?",
    "comparison": r"than|compared|versus|vs|outperform\w*|surpass\w*|exceed\w*|baselines?|respectively|over",
    "finding": r"surprisingly|notably|interestingly|crucially|remarkably|conversely|find|found|shows?|reveals?|"
    r"observed?|discover\w*|suggests?|indicates?|identif\w+|confirms?|uncover\w*",
    "purpose": r"thereby|thus|hence|enabling|allowing",
    "materials": r"datasets?|benchmarks?|corpus|corpora|tasks?",
    "dependent": "",
    "items": r"includ\w*|compris\w*|consist\w*",
}
# Patterns that start with literal letters are fast to search, so the boundary is checked by a lookbehind after them.
_PHRASES: Final[dict[str, str]] = {
    "proposal": r"(?i)\b(?:we|this (?:paper|work|study|article|survey|report)|here,? we) (?:\w+ )?"
    r"(?:propos|introduc|present|develop|describ|releas|stud|investigat|explor|show)\w*\b",
    "definition": r"is(?<!\wis) (?:an? |the )|are(?<!\ware) (?:an? |the )|refer(?<!\wrefer)s? to\b|"
    r"known(?<!\wknown) as\b|i\.e\.(?<!\wi\.e\.)|\([A-Z][\w-]+\)",
    "availability": r"(?i)\bopen[- ]?sourced?\b|\bhugging face\b",
    "comparison": r"state-of-the-art",
    "finding": r"\b[Ii]n contrast\b|\bdemonstrates? that\b",
    "purpose": r"\b[Tt]o (?:address|tackle|solve|bridge|mitigate|overcome|achieve|enable|this end|reduce|improve)\b|"
    r"\b(?:in order to|so that)\b",
    "materials": r"\b(?:trained|evaluated?|experiments) on\b",
    "items": r"(?i)\(\s*(?:i{1,3}|\d|[a-c])\s*\)|,[^,]+,[^,]+,? and\b|: ",
}

_DEPENDENT: Final = re.compile(
    r"(?:This|These|It|They|Its|Their|Such|Specifically|In particular|By |To this end|Here|First|Then|"
    r"Moreover|Furthermore|Additionally|Both|Each)\b"
)
"""The beginning of a sentence that depends on the one before."""
_REQUIRED: Final[dict[str, str]] = {
    "proposal": r"(?:propos|introduc|present|develop|describ|releas|stud|investigat|explor|show)\w*",
    "definition": r"is|are|refers?|known|i",
    "availability": r"open\w*|hugging",
    "comparison": r"state",
    "finding": r"contrast|demonstrates?",
    "purpose": r"address|tackle|solve|bridge|mitigate|overcome|achieve|enable|end|reduce|improve|order|so",
    "materials": r"trained|evaluated?|experiments",
}
"""Each phrase contains one of these words, unless ``_possible_by_punctuation`` covers it."""
CUES: Final = tuple(_WORDS)

_WORD_PATTERNS: Final = {cue: re.compile(pattern) for cue, pattern in _WORDS.items() if pattern}
_PHRASE_PATTERNS: Final = {cue: re.compile(pattern) for cue, pattern in _PHRASES.items()}
_REQUIRED_PATTERNS: Final = {cue: re.compile(pattern) for cue, pattern in _REQUIRED.items()}
_ANY_WORD: Final = re.compile("|".join(filter(None, _WORDS.values())))
_ANY_REQUIRED: Final = re.compile("|".join(_REQUIRED.values()))
"""What any of the patterns matches: most words match none, which takes one test."""
_BIT: Final = {cue: 1 << place for place, cue in enumerate(CUES)}
_ALL: Final = (1 << len(CUES)) - 1
_POSSIBLE: Final = len(CUES)
"""The shift of the bits that say: this word may be part of such a phrase."""
_COMMAS: Final = 2
"""Commas in the shortest list: "a, b, c and d"."""


def cue_flags(word: str, parts: Sequence[str]) -> int:
    """The bits of the cues that a lowercased word gives, and, shifted, those of the phrases it may be part of.

    ``parts`` are the word split at anything but letters and digits, because phrases contain no apostrophes.
    """
    flags = 0
    if _ANY_WORD.fullmatch(word):
        flags |= sum(_BIT[cue] for cue, pattern in _WORD_PATTERNS.items() if pattern.fullmatch(word))
    for part in filter(_ANY_REQUIRED.fullmatch, parts):
        flags |= sum(_BIT[cue] << _POSSIBLE for cue, pattern in _REQUIRED_PATTERNS.items() if pattern.fullmatch(part))
    return flags


def cues_of(sentence: str, flags: int) -> int:
    """The bits of a sentence's cues, in the order of ``CUES``; ``flags`` are those of all its words."""
    found = flags & _ALL
    if _DEPENDENT.match(sentence):
        found |= _BIT["dependent"]
    for bit, pattern in _phrases((flags >> _POSSIBLE | _possible_by_punctuation(sentence)) & ~found):
        if pattern.search(sentence):
            found |= bit
    return found


def _possible_by_punctuation(sentence: str) -> int:
    """The bits of the phrases that a sentence may have by its punctuation, whatever its words."""
    possible = 0
    if "(" in sentence:
        possible |= _BIT["definition"] | _BIT["items"]
    elif ": " in sentence or sentence.count(",") >= _COMMAS:
        possible |= _BIT["items"]
    return possible


@cache
def _phrases(bits: int) -> tuple[tuple[int, re.Pattern[str]], ...]:
    """The patterns of these bits, each with its bit."""
    return tuple((_BIT[cue], pattern) for cue, pattern in _PHRASE_PATTERNS.items() if bits & _BIT[cue])
