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
    r"^\W*(?:in conclusion|in summary|overall|taken together|together,|thus,|therefore,|our (?:results|findings|work)|"
    r"these (?:results|findings|data)|code|the code|we release|project page)\b",
    re.IGNORECASE,
)


def roles_of(texts: Sequence[str]) -> tuple[Role, ...]:
    """The roles of an abstract's sentences. A label holds until the next one."""
    found, labelled = list[Role](), False
    for text in texts:
        role = _labelled(text)
        if role is not None:
            labelled = True
        elif labelled:
            role = found[-1]
        else:
            role = _unlabelled(text, found[-1] if found else Role.BACKGROUND, last=len(found) == len(texts) - 1)
        found.append(role)
    return tuple(found)


def _labelled(text: str) -> Role | None:
    label = _LABELLED.match(text)
    found = _LABEL.fullmatch(label["label"]) if label else None
    return Role(found.lastgroup) if found and found.lastgroup else None


def _unlabelled(text: str, before: Role, *, last: bool) -> Role:
    """By what the sentence says, but never back to an earlier part than that of the one before."""
    if before in {Role.RESULT, Role.CONCLUSION} or last:
        if _CONCLUSION.search(text):
            return Role.CONCLUSION
        return Role.RESULT if before in {Role.RESULT, Role.CONCLUSION} or _RESULT.search(text) else before
    if before is Role.BACKGROUND:
        return Role.AIM if _AIM.search(text) else before
    return Role.RESULT if _RESULT.search(text) else Role.METHOD
