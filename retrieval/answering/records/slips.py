"""What is mistyped or shortened in a question, written out: "papres", "w/ code", "twenty twenty four"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Final

from retrieval.answering.records.periods import DAY_WORDS, MONTH
from retrieval.answering.records.sentence import NUMBER_WORDS
from retrieval.answering.records.vocabulary import vocabulary
from retrieval.index.typos import typo_candidates
from retrieval.text import STOP_WORDS

_SHORTEST: Final = 4
"""Letters of a cue for which a word is a slip only where two of them are swapped."""
_YEARS: Final = {"": "0"} | {
    word: str(number) for number, word in enumerate("one two three four five six seven eight nine".split(), start=1)
}
_ORDINALS: Final = tuple(
    """
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
    sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth
    twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first
    """.split()
)
_IN_PLACE: Final = tuple(
    (re.compile(rf"(?<![\w/-])(?:{short})(?![\w/-])", re.IGNORECASE), whole)
    for short, whole in (
        (r"^@\w+[,:]?(?= )", ""),
        (r"(?:mister|mr|mrs|ms|dr|prof)\.?(?= [A-Z])|professor(?= [A-Z])", ""),
        (r"(?:&|and) (?:co|al)\b\.?(?! )", "et al"),
        (r"w(?= (?:code|a repo|repos?|github)\b)", "with"),
        (r"how may(?= (?:papers?|votes|works|upvotes|articles)\b)", "how many"),
        (r"(?-i:^dos)(?= \w)", "does"),
        (r"(?-i:form)(?= (?:[A-Z]|(?:the )?last|this|yesterday|today|20\d\d))|(?<=\bpapers )(?-i:form)", "from"),
        (r"(?-i:mots|monst)(?= (?:up|vot|lik|pop|rec|cit))", "most"),
        (r"(?<=\b(?:have|with) )(?-i:cod)|(?-i:cod)(?= (?:avail|link|repo))", "code"),
        (r"(?-i:sum)(?= (?:\S+ )?(?:papers?|stuff|works?)\b)", "some"),
        ("lates(?= (?:papers?|works?|lists?|one|stuff))", "latest"),
        ("bst(?= (?:papers?|of|works?|ones?))", "best"),
        (r"(?<=\w )rite$", "wrote"),
        (r"(top|first|last|bottom|best)(\d{1,2})", r"\1 \2"),
        (r"(top|bottom)-(\d{1,2})(?= (?:papers?|of|on|about|from|in|this|20\d\d)|$)", r"\1 \2"),
    )
)
"""What is short for something, or mistyped, only with these words beside it."""
_POSSESSIVE: Final = re.compile(r"(?<![\w/-])(today|yesterday)s(?= \w)", re.IGNORECASE)
_KEYED: Final = re.compile(
    r"(?<![\w/-])(author|by|year|votes?|upvotes|topic|date|code|category) ?= ?(?=\w)", re.IGNORECASE
)
"""How a query language would name a field: "author=Ada Okafor year=2025"."""
_YEAR_IN_WORDS: Final = re.compile(rf"\btwenty[ -]twenty(?:[ -]({'|'.join(filter(None, _YEARS))}))?\b", re.IGNORECASE)
_DAY_IN_WORDS: Final = re.compile(
    rf"\b(?:({'|'.join(_ORDINALS)}) of (?={MONTH})|({MONTH}) (?:the )?({'|'.join(_ORDINALS)})\b)", re.IGNORECASE
)


@cache
def _short_form() -> re.Pattern[str]:
    words = sorted(map(re.escape, vocabulary().short_forms), key=len, reverse=True)
    return re.compile(rf"(?<![\w/-])(?:{'|'.join(words)})(?![\w/-])|(?<![\w/-])w/(?=\w)", re.IGNORECASE)


@lru_cache(maxsize=16)
def written_out(text: str) -> str:
    """The text with what chats shorten written out, and years and days in digits: "w/ code", "the third of May"."""
    short_forms = vocabulary().short_forms
    text = _short_form().sub(lambda found: _whole(found, short_forms), text)
    for pattern, whole in _IN_PLACE:
        text = pattern.sub(whole, text)
    text = _KEYED.sub(r", \1: ", text).removeprefix(", ") if "=" in text else text
    lowered = text.lower()
    if "twenty" in lowered:
        text = _YEAR_IN_WORDS.sub(lambda found: f"202{_YEARS[(found[1] or '').lower()]}", text)
    return _DAY_IN_WORDS.sub(_day_in_digits, text) if any(each in lowered for each in _ORDINALS) else text


def _whole(found: re.Match[str], short_forms: Mapping[str, str]) -> str:
    short = found[0]
    if found.start() and not short.islower():
        return short  # a name
    return short_forms[short.lower()] + " " * (short.endswith("/") and not found.string[found.end() :].startswith(" "))


def _day_in_digits(found: re.Match[str]) -> str:
    day = _ORDINALS.index((found[1] or found[3]).lower()) + 1
    return f"{found[2]} {day}" if found[2] else f"{day} "


def slips_in(text: str, is_word: Callable[[str], bool]) -> dict[str, str]:
    """The mistyped words of a text, each with the cue that is meant.

    ``is_word`` tells whether anybody ever wrote a lowered word: such a word is a slip only where two letters of a cue
    are swapped in it.
    """
    slips, cues, known = dict[str, str](), _cues(), vocabulary().concepts
    for found in _WORD.finditer(written_out(text)):
        word = found[0].lower()
        if word in slips or word in STOP_WORDS or word in NUMBER_WORDS or word in cues or (word,) in known:
            continue
        meant = _meant(word, known=is_word(word))
        if meant:
            slips[word] = meant
    return slips


@lru_cache(maxsize=16_384)
def _meant(word: str, *, known: bool) -> str | None:
    """The cue that a word may be a slip of; ``known``: somebody wrote it."""
    candidates = _swapped(word) if known else {**typo_candidates(word), **_anagrams(word)}
    cues = _cues()
    likely = ((cost, cue) for cue, cost in candidates.items() if cue in cues and (len(cue) > _SHORTEST or cost == 0))
    return min(likely, default=(0, None))[1]


@cache
def _cues() -> frozenset[str]:
    """The words by which questions are read, of which a word may be a slip."""
    cues = (*vocabulary().cues, *DAY_WORDS, *"which where what when many since before after between until".split())
    return frozenset(cue for cue in cues if len(cue) >= _SHORTEST and cue.isalpha())


_WORD: Final = re.compile(r"(?:(?<![\w-])[a-z]|^[A-Z])[a-z]{2,13}(?![\w-])")


def _anagrams(word: str) -> dict[str, int]:
    """The long cues with the letters of a word in another order: "uptoves"."""
    same = {cue: 1 for cue in _cues() if len(cue) == len(word) and cue[0] == word[0] and sorted(cue) == sorted(word)}
    return same if len(word) > _SHORTEST else {}


def _swapped(word: str) -> dict[str, int]:
    """What a long word has two letters swapped of, which is hardly anything but a slip: "papres"."""
    swaps = (word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1))
    return dict.fromkeys(swaps, 0) if len(word) > _SHORTEST else {}


def with_slips_repaired(text: str, slips: Mapping[str, str]) -> str:
    """The text written out, with the cues in the place of ``slips``."""
    text = written_out(text)
    if slips:
        text = _WORD.sub(lambda found: slips.get(found[0].lower(), found[0]), text)
    return _POSSESSIVE.sub(r"\1's", text)
