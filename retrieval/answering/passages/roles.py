"""The role of each sentence in an abstract: background, aim, method, result or conclusion.

Abstracts of all fields follow this order ("moves": Swales, Genre Analysis, 1990). Biomedical ones often have
labels; in others the first "we propose" ends the background, and the first sentence that reports something ends the
method.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """The role of a sentence, in the usual order."""

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

_POSSIBLE_AIM: Final = 1
_POSSIBLE_RESULT: Final = 2
_REQUIRED: Final = {
    _POSSIBLE_AIM: re.compile(
        r"(?:propos|introduc|present|develop|describ|releas|stud|investigat|explor|examin|aim|ask|address|analy[sz]|"
        r"buil|creat|design|offer|sought|set|test|assess|evaluat|compar|show|report)\w*|end"
    ),
    _POSSIBLE_RESULT: re.compile(
        r"(?:experiment|result|evaluation|finding|ablation|simulation|analys[ei])\w*|"
        r"(?:outperform|achiev|surpass|attain|improv|exceed|reduc|increas|decreas)(?:s|es|ed|d|ing)?|"
        r"find|found|observed?|show(?:ed)?|demonstrated?|identified|significant(?:ly)?|compared|associated|"
        r"respectively|state|p"
    ),
}
"""Whatever ``_AIM`` and ``_RESULT`` match contains one of these words; most sentences have none and are skipped."""


def role_flags(parts: Sequence[str]) -> int:
    """The bits of the patterns that can match a text because of a word, given the parts of the lowercased word."""
    return sum(bit for bit, pattern in _REQUIRED.items() if any(map(pattern.fullmatch, parts)))


def roles_of(texts: Sequence[str], flags: Sequence[int]) -> tuple[Role, ...]:
    """The roles of an abstract's sentences; ``flags`` are those of each one's words. A label applies until the next."""
    found, has_label, previous = list[Role](), False, Role.BACKGROUND
    for text, possible in zip(texts, flags, strict=True):
        role = _label_role(text)
        if role is not None:
            has_label = True
        elif has_label:
            role = previous
        else:
            role = _wording_role(text, possible, previous, last=len(found) == len(texts) - 1)
        found.append(role)
        previous = role
    return tuple(found)


def _label_role(text: str) -> Role | None:
    possible = _MAY_LABEL.search(text, 0, _LONGEST_LABEL)  # quickly rules out most sentences
    label = _LABELLED.match(text) if possible else None
    found = _LABEL.fullmatch(label["label"]) if label else None
    return Role(found.lastgroup) if found and found.lastgroup else None


def _wording_role(text: str, flags: int, previous: Role, *, last: bool) -> Role:
    """The role by the sentence's wording, but never an earlier one than the previous sentence's."""
    reported = previous is Role.RESULT or previous is Role.CONCLUSION
    is_result = flags & _POSSIBLE_RESULT and _RESULT.search(text)
    if reported or last:
        if _CONCLUSION.match(text):
            return Role.CONCLUSION
        return Role.RESULT if reported or is_result else previous
    if previous is Role.BACKGROUND:
        return Role.AIM if flags & _POSSIBLE_AIM and _AIM.search(text) else previous
    return Role.RESULT if is_result else Role.METHOD
