"""What each sentence of an abstract is there for: background, aim, method, result, or what follows from it.

Abstracts of every field go this way ("moves": Swales, Genre Analysis, 1990). Biomedical ones often say
so with labels; in others the first "we propose" parts what was known from what is new, and the first
sentence that reports something parts what was done from what came out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What a sentence is there for, in the order in which abstracts go."""

    BACKGROUND = "background"
    AIM = "aim"
    METHOD = "method"
    RESULT = "result"
    CONCLUSION = "conclusion"


_LABELS: Final = {
    Role.BACKGROUND: "background|introduction|context|rationale|motivation|importance",
    Role.AIM: "objectives?|aims?|purpose|goals?|hypothesis|study question",
    Role.METHOD: "(?:materials? and )?methods?|methodology|design|study design|setting|participants|patients|"
    "interventions?|methods and findings|main outcome measures?|measurements|subjects|data sources?",
    Role.RESULT: "results?|findings|main results|outcomes?|principal findings",
    Role.CONCLUSION: "conclusions?|interpretation|significance|implications|discussion|conclusions and relevance",
}
_LABEL: Final = re.compile("|".join(rf"(?P<{role}>{words})" for role, words in _LABELS.items()), re.IGNORECASE)
_LABELLED: Final = re.compile(
    r"^\W{0,3}(?P<label>[A-Z][A-Za-z/&-]*(?: (?:and |AND |& )?[A-Z]?[A-Za-z]+){0,4})\s?(?::|(?<=[A-Z]{4})\s(?=[A-Z]))"
)
_MAY_LABEL: Final = re.compile(r":|[A-Z]{4}\s")
_LONGEST_LABEL: Final = 100
_AIM: Final = re.compile(
    r"\b(?:we|this (?:\w+ )?(?:paper|work|study|article|survey|report|review|thesis)|here,? we|our (?:work|study))\b"
    r"(?:[ ,]+\w+){0,2} (?:propos|introduc|present|develop|describ|releas|stud|investigat|explor|examin|aim|ask|"
    r"address|analy[sz]|built?d?|creat|design|offer|sought|set out|test|assess|evaluat|compar|show|report)\w*|"
    r"\b(?:is|are|was|were) (?:proposed|introduced|presented)\b|\bthe aim of\b|\bto this end\b",
    re.IGNORECASE,
)
_RESULT: Final = re.compile(
    r"\b(?:experiment|result|evaluation|finding|ablation|simulation|analys[ei])\w*\b[^.]{0,60}"
    r"\b(?:show|demonstrat|reveal|indicat|confirm|suggest|on|across)\w*|"
    r"\b(?:outperform|achiev|surpass|attain|improv|exceed|reduc|increas|decreas)(?:s|es|ed|d|ing)?\b|"
    r"\bwe (?:also )?(?:find|found|observed?|show(?:ed)?|demonstrated?|identified)\b|"
    r"\b(?:significant(?:ly)?|compared (?:to|with)|associated with|respectively|state-of-the-art)\b|\bp\s?[<=]\s?0?\.",
    re.IGNORECASE,
)
_CONCLUSION: Final = re.compile(
    r"\W*(?:in conclusion|in summary|overall|taken together|together,|thus,|therefore,|our (?:results|findings|work)|"
    r"these (?:results|findings|data)|code|the code|we release|project page)\b",
    re.IGNORECASE,
)

_MAY_AIM: Final = 1
_MAY_REPORT: Final = 2
_NEEDED: Final = {
    _MAY_AIM: re.compile(
        r"(?:propos|introduc|present|develop|describ|releas|stud|investigat|explor|examin|aim|ask|address|analy[sz]|"
        r"buil|creat|design|offer|sought|set|test|assess|evaluat|compar|show|report)\w*|end"
    ),
    _MAY_REPORT: re.compile(
        r"(?:experiment|result|evaluation|finding|ablation|simulation|analys[ei])\w*|"
        r"(?:outperform|achiev|surpass|attain|improv|exceed|reduc|increas|decreas)(?:s|es|ed|d|ing)?|"
        r"find|found|observed?|show(?:ed)?|demonstrated?|identified|significant(?:ly)?|compared|associated|"
        r"respectively|state|p"
    ),
}
"""Words one of which stands in what ``_AIM`` and ``_RESULT`` find: most sentences have none, and need no look."""


def signs_of(parts: Sequence[str]) -> int:
    """The bits of the patterns that find nothing in a text without such a word (the parts of a lowered one)."""
    return sum(bit for bit, pattern in _NEEDED.items() if any(map(pattern.fullmatch, parts)))


def roles_of(texts: Sequence[str], signs: Sequence[int]) -> tuple[Role, ...]:
    """The roles of an abstract's sentences; ``signs`` are those of the words of each. A label holds until the next."""
    found, labelled, before = list[Role](), False, Role.BACKGROUND
    for text, needed in zip(texts, signs, strict=True):
        role = _labelled(text)
        if role is not None:
            labelled = True
        elif labelled:
            role = before
        else:
            role = _unlabelled(text, needed, before, last=len(found) == len(texts) - 1)
        found.append(role)
        before = role
    return tuple(found)


def _labelled(text: str) -> Role | None:
    may = _MAY_LABEL.search(text, 0, _LONGEST_LABEL)  # most sentences have no sign of one, which is soon seen
    label = _LABELLED.match(text) if may else None
    found = _LABEL.fullmatch(label["label"]) if label else None
    return Role(found.lastgroup) if found and found.lastgroup else None


def _unlabelled(text: str, signs: int, before: Role, *, last: bool) -> Role:
    """By what the sentence says, but never back to an earlier part than that of the one before."""
    reported = before is Role.RESULT or before is Role.CONCLUSION
    if reported or last:
        if _CONCLUSION.match(text):
            return Role.CONCLUSION
        return Role.RESULT if reported or _tells(_RESULT, signs & _MAY_REPORT, text) else before
    if before is Role.BACKGROUND:
        return Role.AIM if _tells(_AIM, signs & _MAY_AIM, text) else before
    return Role.RESULT if _tells(_RESULT, signs & _MAY_REPORT, text) else Role.METHOD


def _tells(pattern: re.Pattern[str], needed: int, text: str) -> bool:
    return needed != 0 and pattern.search(text) is not None
