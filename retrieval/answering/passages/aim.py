"""The sentence of an abstract that says what the paper does, to be shown below its title."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from retrieval.text import sentences, terms

Span = tuple[int, int]

_ADVERBS: Final = r"(?:[ ,]+(?:\w+ly|also|first|then|here|thus|therefore|further|therefore,|instead)){0,2} "
_WHO: Final = (
    r"\b(?:we|here,? we|i|(?:this|the present|our) (?:\w+ )?"
    r"(?:paper|work|study|article|survey|report|review|thesis|tutorial|position paper|technical report|research))\b"
)
_MAKES: Final = re.compile(
    rf"{_WHO}{_ADVERBS}(?:propos|introduc|present|develop|releas|describ|offer|contribut|unveil|built?|build|creat|design|"
    r"construct|establish|formaliz|formulat|devis|provid|open-sourc)\w*|"
    r"\b(?:is|are|was) (?:proposed|introduced|presented|developed)\b|\bthis (?:leads|motivates) us to\b",
    re.IGNORECASE,
)
_STUDIES: Final = re.compile(
    rf"{_WHO}{_ADVERBS}(?:stud|investigat|explor|examin|ask|address|analy[sz]|argu|revisit|review|survey|show|demonstrat|"
    r"prove|aim|tackl|evaluat|test|assess|compar|conduct|consider|extend|adapt|report|identif|tak|seek|rethink|find|"
    r"focus|discuss|challeng|re-?examin|characteri[sz]|quantif)\w*|"
    r"\bthe (?:aim|goal|purpose) of (?:this|our)\b",
    re.IGNORECASE,
)
_THIS_PAPER: Final = re.compile(
    r"\b(?:in|through) (?:this|the present|our) (?:paper|work|study|report|survey)\b", re.IGNORECASE
)
_IS: Final = re.compile(
    r"(?:,| is| are) (?:an?|the first|one)\b|\ba (?:new|novel)\b|, (?:which|where)\b", re.IGNORECASE
)
_ADDS: Final = re.compile(
    r"(?:\(\d\)|Additionally|Furthermore|Moreover|Besides|Finally|In addition|Also|Lastly|Second|Third|Based on|"
    r"Building on|To (?:evaluate|validate|assess|verify|support|facilitate)|Experiment|"
    r"Extensive|Empirical|Our experiments|"
    r"We (?:also|further|additionally|then|finally|evaluate|release (?:the|our|all) (?:code|data|model)))\b"
)
_BACKGROUND: Final = re.compile(
    r"(?:However|Despite|Although|While|Existing|Recent|Recently|Current|Most|Traditional|Prior|Previous|Unfortunately|"
    r"Yet|Nevertheless)\b"
)
_RELEASES: Final = re.compile(
    r"\b(?:code|dataset|model|project page)s? (?:is|are|will be) (?:\w+ )?available|https?://", re.IGNORECASE
)
_LATER: Final = 0.12
"""What a sentence loses for each one before it."""


@lru_cache(maxsize=1024)  # a card is drawn with several budgets
def aim_sentence(title: str, abstract: str) -> Span | None:
    """The slice of the abstract that says what the paper does; ``None`` if the abstract is empty.

    Judged by words alone: who does what, the name that the title gives, and the place in the abstract.
    """
    spans = sentences(abstract)
    name = title.partition(":")[0].strip() if ":" in title else ""
    subject = frozenset(terms(title))
    return max(
        spans, key=lambda span: _value(abstract[slice(*span)], name, subject) - _LATER * spans.index(span), default=None
    )


def _value(sentence: str, name: str, subject: frozenset[str]) -> float:
    makes, studies = _MAKES.search(sentence), _STUDIES.search(sentence)
    value = 3.0 if makes else 1.8 if studies else 0.0
    value += 0.7 * bool(_THIS_PAPER.search(sentence))
    has_name = bool(name) and name.lower() in sentence.lower()
    value += 1.5 * has_name + 0.5 * (has_name and bool(makes or _IS.search(sentence)))
    value += 2.0 * len(subject & set(terms(sentence))) / max(len(subject), 1)
    value -= 2.5 * bool(_ADDS.match(sentence)) + 1.0 * bool(_BACKGROUND.match(sentence) and not makes)
    return value - 2.0 * bool(_RELEASES.search(sentence))
