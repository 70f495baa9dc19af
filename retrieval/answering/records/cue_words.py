"""Slips in the words that questions are read by: "papres", "authros"."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Final

from retrieval.index.typos import typo_candidates
from retrieval.text import STOP_WORDS

_CUES: Final = """
    paper papers author authors published written wrote vote voted votes upvote upvoted upvotes citation citations cited
    newest latest recent trending category version code github today yesterday todays yesterdays which when many
    count since before between about with list lists week month released release anything everything written publication
    implementation repository abstract available citation
""".split()
_SHORTEST: Final = 4
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
        ("wen", "when"),
        ("wich|whcih", "which"),
        ("(?-i:wats)", "what's"),
        ("2day", "today"),
        ("(?-i:wat)", "what"),
        ("waz", "was"),
        (r"(?-i:^dos)(?= \w)", "does"),
        ("(?-i:hav)", "have"),
        ("(?-i:abt)", "about"),
        ("(?-i:frm)", "from"),
        ("ther", "there"),
        ("wek", "week"),
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


def written_out(text: str) -> str:
    """The text with what chats shorten written out: "w/ code", "whats new"."""
    if _ANY_SHORT_FORM.search(text):
        for pattern, whole in _SHORT_FORMS:
            text = pattern.sub(whole, text)
    return text


def with_cues_repaired(text: str, is_word: Callable[[str], bool]) -> str:
    """The text with mistyped words of these put right; ``is_word`` tells whether anybody ever wrote a lowered word."""
    text = written_out(text)

    def repaired(found: re.Match[str]) -> str:
        meant = _slips().get(found[0])
        known = found[0] in STOP_WORDS or (is_word(found[0]) and not _is_swap(found[0], meant or ""))
        return found[0] if meant is None or known else meant

    text = re.sub(r"(?<![\w-])[a-z]{3,12}(?![\w-])", repaired, text)
    return _POSSESSIVE.sub(r"\1's", text)


def _is_swap(slip: str, cue: str) -> bool:
    """Whether a long word has two letters of the cue swapped, which is hardly anything but a slip: "papres"."""
    return len(slip) > _SHORTEST and sorted(slip) == sorted(cue)


@cache
def _slips() -> dict[str, str]:
    """Each cue with one typo, but not in its first letter; in short ones, with two letters swapped."""
    slips = {
        slip: cue
        for cue in _CUES
        for slip, cost in typo_candidates(cue, keep_first=True).items()
        if len(cue) > _SHORTEST or cost == 0
    }
    return {slip: cue for slip, cue in slips.items() if slip not in _CUES}
