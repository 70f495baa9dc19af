"""Slips in the words that questions are read by, and what chats shorten: "papres", "w/ code", "twenty twenty four"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from retrieval.answering.records.fillers import ASIDES, FILLERS
from retrieval.index.typos import typo_candidates
from retrieval.text import STOP_WORDS

_CUES: Final = frozenset(
    """
    paper papers author authors published publish publication publications article articles preprint preprints written
    wrote writer writers vote voted votes voting upvote upvoted upvotes popular citation citations cited newest latest
    oldest earliest recent recently trending category categories version versions code github repository
    implementation today yesterday todays yesterdays tomorrow which where when what many count number since before after
    between until about regarding with without list lists listed week weeks weekend month months year years quarter days
    release released posted anything everything something abstract available project website popularity sorted order
    january february march april june july august september october november december monday tuesday wednesday thursday
    friday saturday sunday spring summer autumn winter least highest lowest fewest exclude excluding except neither
    either together collaboration coauthors colleague please newer older link from most last past best code
    """.split()
)
"""The words by which questions for records are read."""
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
_MONTH: Final = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug|sept?|oct|nov|dec)\w*"
_SHORT_FORMS: Final = tuple(
    (re.compile(rf"(?<![\w/-])(?:{short})(?![\w/-])", re.IGNORECASE), whole)
    for short, whole in (
        (r"^@\w+[,:]?(?= )", ""),
        (r"w/o ?|w/out", "without "),
        (r"how (?:meny|mani|mny|manny|may)(?= (?:pap|art|pub|works|vot|up|of|are|did|do|have|has))", "how many"),
        (r"w/ ?|w(?= (?:code|a repo|repos?|github)\b)", "with "),
        (r"(what|who|where|when|how)s", r"\1's"),
        (r"(?:mr|mrs|ms|dr|prof)\.?(?= [A-Z])|professor(?= [A-Z])", ""),
        (r"(?:&|and) (?:co|al)\b\.?(?! )", "et al"),
        ("gimme", "give me"),
        ("lemme see", "show me"),
        (r"(?-i:wen)(?= (?:was|were|is|did|does|has)\b)", "when"),
        ("wich|whcih", "which"),
        ("(?-i:wats)", "what's"),
        ("2day|td[ay]y?", "today"),
        ("yday|yest|yst(?:er)?d(?:a?y)?", "yesterday"),
        ("(?-i:wat|waht|whta)", "what"),
        ("(?-i:hwo)", "how"),
        ("(?-i:teh)", "the"),
        ("waz", "was"),
        (r"(?-i:^dos)(?= \w)", "does"),
        ("(?-i:hav)", "have"),
        ("(?-i:abt|bout|abot)", "about"),
        ("(?-i:ths)", "this"),
        ("(?-i:monst)(?= (?:up|vot|lik|pop))", "most"),
        ("(?-i:frm)", "from"),
        (r"(?-i:form)(?= (?:[A-Z]|(?:the )?last|this|yesterday|today|20\d\d))|(?<=\bpapers )(?-i:form)", "from"),
        (r"(?-i:mots)(?= (?:up|vot|lik|pop|rec|cit))", "most"),
        (r"(?<=\b(?:have|with) )(?-i:cod|coed|cdoe)|(?-i:cod)(?= (?:avail|link|repo))", "code"),
        (r"(?-i:sum)(?= (?:\S+ )?(?:papers?|stuff|works?)\b)", "some"),
        ("(?-i:ther)", "there"),
        (r"(?-i:papr)(s?)", r"paper\1"),
        ("wek|wk", "week"),
        ("w(?:ee?|e)?ks", "weeks"),
        ("m(?:o?n)?ths", "months"),
        ("yrs", "years"),
        ("ppl", "people"),
        (r"(any|some|every)thin['’]?", r"\1thing"),
        (r"(top|first|last)(\d{1,2})", r"\1 \2"),
        (r"writed|(?<=\w )rite$", "wrote"),
        ("lates(?= (?:papers?|works?|lists?|one|stuff))", "latest"),
        ("bst(?= (?:papers?|of|works?|ones?))", "best"),
        (r"(?<=\bwho )r|^r(?= (?:u|you|there|these)\b)", "are"),
        ("u", "you"),
        ("ur", "your"),
        ("pls|plz", "please"),
    )
)
_ANY_SHORT_FORM: Final = re.compile("|".join(f"(?:{each.pattern})" for each, _ in _SHORT_FORMS), re.IGNORECASE)
_POSSESSIVE: Final = re.compile(r"(?<![\w/-])(today|yesterday)s(?= \w)", re.IGNORECASE)
_KEYED: Final = re.compile(
    r"(?<![\w/-])(author|by|year|votes?|upvotes|topic|date|code|category) ?= ?(?=\w)", re.IGNORECASE
)
"""How a query language would name a field: "author=Ada Okafor year=2025"."""
_YEAR_IN_WORDS: Final = re.compile(rf"\btwenty[ -]twenty(?:[ -]({'|'.join(filter(None, _YEARS))}))?\b", re.IGNORECASE)
_DAY_IN_WORDS: Final = re.compile(
    rf"\b(?:({'|'.join(_ORDINALS)}) of (?={_MONTH}\b)|(?<=\b)({_MONTH}) (?:the )?({'|'.join(_ORDINALS)})\b)",
    re.IGNORECASE,
)


def written_out(text: str) -> str:
    """The text with what chats shorten written out, and years and days in digits: "w/ code", "the third of May"."""
    if _ANY_SHORT_FORM.search(text):
        for pattern, whole in _SHORT_FORMS:
            text = pattern.sub(whole, text)
    text = _KEYED.sub(r", \1: ", text).removeprefix(", ") if "=" in text else text
    lowered = text.lower()
    if "twenty" in lowered:
        text = _YEAR_IN_WORDS.sub(lambda found: f"202{_YEARS[(found[1] or '').lower()]}", text)
    return _DAY_IN_WORDS.sub(_day_in_digits, text) if any(each in lowered for each in _ORDINALS) else text


def _day_in_digits(found: re.Match[str]) -> str:
    day = _ORDINALS.index((found[1] or found[3]).lower()) + 1
    return f"{found[2]} {day}" if found[2] else f"{day} "


def slips_in(text: str, is_word: Callable[[str], bool]) -> dict[str, str]:
    """The mistyped words of a text, each with the cue that is meant.

    ``is_word`` tells whether anybody ever wrote a lowered word: such a word is a slip only where two letters of a cue
    are swapped in it.
    """
    slips = dict[str, str]()
    for found in _WORD.finditer(written_out(text)):
        word = found[0].lower()
        if word in slips or any(word in known for known in (_CUES, STOP_WORDS, FILLERS, ASIDES)):
            continue
        candidates = {**typo_candidates(word), **_anagrams(word)} if not is_word(word) else _swapped(word)
        meant = sorted(
            (cost, cue) for cue, cost in candidates.items() if cue in _CUES and (len(cue) > _SHORTEST or cost == 0)
        )
        if meant:
            slips[word] = meant[0][1]
    return slips


_WORD: Final = re.compile(r"(?:(?<![\w-])[a-z]|^[A-Z])[a-z]{2,13}(?![\w-])")


def _anagrams(word: str) -> dict[str, int]:
    """The long cues with the letters of a word in another order: "uptoves"."""
    same = {cue: 1 for cue in _CUES if len(cue) == len(word) and cue[0] == word[0] and sorted(cue) == sorted(word)}
    return same if len(word) > _SHORTEST else {}


def _swapped(word: str) -> dict[str, int]:
    """What a long word has two letters swapped of, which is hardly anything but a slip: "papres"."""
    swaps = (word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1))
    return dict.fromkeys(swaps, 0) if len(word) > _SHORTEST else {}


def with_cues_repaired(text: str, slips: Mapping[str, str]) -> str:
    """The text written out, with the cues in the place of ``slips``."""
    text = written_out(text)
    if slips:
        text = _WORD.sub(lambda found: slips.get(found[0].lower(), found[0]), text)
    return _POSSESSIVE.sub(r"\1's", text)
