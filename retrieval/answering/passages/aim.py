"""What a paper does, in a sentence of its abstract, to be shown below its title."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from retrieval.text import sentences, terms

Span = tuple[int, int]

_OWN: Final = r"(?:\w+ ){0,2}(?:paper|work|study|article|survey|report|review|thesis|tutorial|research|project)\b"
_ADVERBS: Final = r"(?:[ ,]+(?:\w+ly|also|first|then|here|thus|therefore|further|therefore,|instead)){0,2} "
_WHO: Final = rf"\b(?:we|here,? we|i|(?:this|the present|our) {_OWN})"
_MAKES: Final = re.compile(
    rf"{_WHO}{_ADVERBS}(?:propos|introduc|present|develop|describ|offer|contribut|unveil|built?|build|creat|design|"
    r"construct|establish|formaliz|formulat|devis|provid)\w*|"
    rf"{_WHO} (?:[\w-]+ ){{1,12}}by (?:arguing|developing|introducing|presenting|proposing)\b|"
    r"\b(?:is|are) (?:proposed|introduced|presented|developed)\b|\bthis leads us to\b|"
    r"\bmotivat\w+ (?:us to|the introduction of|our)\b|"
    r"(?:^|, )our (?:\w+ ){0,2}(?:approach|framework|method|model|system),? (?:called|coined|dubbed|named|termed)\b",
    re.IGNORECASE,
)
_STUDIES: Final = re.compile(
    rf"{_WHO}{_ADVERBS}(?:stud|investigat|explor|examin|ask|address|analy[sz]|argu|revisit|review|survey|show|demonstrat|"
    r"prove|aim|tackl|evaluat|test|assess|compar|conduct|consider|extend|adapt|report|identif|tak|seek|rethink|find|"
    r"discuss|challeng|re-?examin|characteri[sz]|quantif|releas|open-sourc)\w*|"
    r"\bthe (?:aim|goal|purpose) of (?:this|our)\b",
    re.IGNORECASE,
)
_WE: Final = re.compile(r"(?:^|[,:;] )(?:\w+ly,? )?we\b(?! (?:call|name|term)\b)", re.IGNORECASE)
_THIS_PAPER: Final = re.compile(
    r"\b(?:in|through) (?:this|the present|our) (?:paper|work|study|report|survey|project)\b", re.IGNORECASE
)
_IS: Final = re.compile(
    r"(?:,| is| are) (?:an?|the first|one)\b|\ba (?:new|novel)\b|, (?:which|where)\b", re.IGNORECASE
)
_ADDS: Final = re.compile(
    r"(?:\((?:\d|[IVXivx]+)\) |Additionally|Alongside|Furthermore|Moreover|Besides|Beyond|Next|Finally|In addition|"
    r"Also|Lastly|Second|Third|As an? (?:\w+ )?(?:case study|example|instantiation)|"
    r"To (?:benchmark|evaluate|validate|assess|verify|support|facilitate)|Experiment|"
    r"Extensive|Empirical|Our experiments|"
    r"We (?:also|further|additionally|finally|evaluate|validate|release (?:the|our|all) (?:code|data|model)))\b"
)
_FOLLOWS: Final = re.compile(
    r"(?:Based|Building|Built) (?:up)?on (?!th(?:is|ese)\b)|We then\b|"
    r".*\bwe (?:additionally|also|further)\b",
    re.IGNORECASE,
)
_BACKGROUND: Final = re.compile(
    r"(?:However|Despite|Although|While|Existing|Recent|Recently|Current|Most|Traditional|Prior|Previous|Unfortunately|"
    r"Yet|Nevertheless)\b"
)
_TREND: Final = re.compile(r"\b(?:has|have) (?:\w+ly )?(?:achiev|attract|becom|demonstrat|emerg|gain|show)\w*")
_RELEASES: Final = re.compile(
    r"\b(?:code|dataset|model|project page)s? (?:is|are|will be) (?:\w+ )?available|https?://|"
    r"\bwe (?:\w+ )?(?:open-source|provide|release|share) (?:\w+,? ){0,3}(?:checkpoints|code|scripts|weights)\b",
    re.IGNORECASE,
)
_PROMISES: Final = re.compile(
    r"\b(?:contribut|establish|offer|provid)\w* (?:[\w-]+,? ){0,4}"
    r"(?:direction|evidence|foundation|grounding|guidance|insight|path|perspective|step)s?\b",
    re.IGNORECASE,
)
_PRAISES: Final = re.compile(r"\b(?:effectiveness|outperform\w*|state-of-the-art|superior\w*)\b", re.IGNORECASE)
_REFERS_BACK: Final = re.compile(
    r"\b(?:this|these|those|such) (?:\w+ )?(?:assumption|bottleneck|challenge|claim|gap|issue|limitation|phenomenon|"
    r"problem|question|scenario|shortcoming|task)s?\b|\bboth (?:challenges|gaps|issues|limitations|problems)\b|"
    r"\b(?:address|overcome|resolve)s? (?:both|this)\b|\b(?:call|define|name|refer to|term) (?:it|them|this)\b",
    re.IGNORECASE,
)
_PURPOSE: Final = re.compile(rf"^To .{{1,200}}?, (?={_WHO}\b)", re.IGNORECASE)
_LEAD: Final = re.compile(
    r"(?:(?:As an? (?:\w+ )?step to\w* )?(?:[^\s,]+ ){0,3}(?:it|them|this|these|those|such|"
    r"the (?:\w+ )?(?:challenge|gap|issue|limitation|problem)s?)\b(?: [^\s,]+){0,2}|"
    r"Accordingly|Consequently|Hence|However|In particular|In response|Specifically|Therefore|Thus), "
    rf"(?={_WHO}\b)",
    re.IGNORECASE,
)
_OWN_LEAD: Final = re.compile(rf"\b(?:this|these) {_OWN}", re.IGNORECASE)
_GENERAL: Final = frozenset(
    terms(
        "a new novel simple general unified effective efficient comprehensive approach method framework model system"
        " technique algorithm strategy pipeline solution family paradigm idea paper work study propose introduce"
        " present address overcome solve tackle challenge gap issue limitation problem task both two three several key"
        " called named contribution innovation feature component"
    )
)
"""Terms that say nothing about one paper."""
_VERSION: Final = re.compile(r"\s+v?\d[\w.]*$", re.IGNORECASE)
_LOWER_CASE: Final = re.compile(r"(?<![\w-])[a-z][a-z-]+\b")
_ENOUGH: Final = 3
"""Specific terms that a sentence needs to say something."""
_ABOUT: Final = 0.5
"""The share of the title's terms from which on a sentence is about what the title names."""
_LATER: Final = 0.12
"""What a sentence loses for each one before it."""


@lru_cache(maxsize=1024)  # a card is drawn with several budgets
def aim_sentence(title: str, abstract: str) -> Span | None:
    """The slice of the abstract that says what the paper does; ``None`` if the abstract is empty.

    Judged by words alone: who does what, the name that the title gives, and the place in the abstract.
    """
    spans = sentences(abstract)
    name = _VERSION.sub("", title.partition(":")[0].strip()) if ":" in title else ""
    subject = frozenset(terms(title))
    return max(
        spans, key=lambda span: _value(abstract[slice(*span)], name, subject) - _LATER * spans.index(span), default=None
    )


def aim_quote(title: str, abstract: str, most: int = 0) -> str:
    """What the paper does, word for word, and the sentences after it that end within ``most`` characters.

    A beginning that only refers back, such as "To address this gap, ", is left out: "…we propose".
    """
    span = aim_sentence(title, abstract)
    if span is None:
        return ""
    start = span[0] + main_clause(abstract[slice(*span)])
    ends = [end for _, end in sentences(abstract) if span[1] <= end <= span[0] + most] if most else []
    return ("…" if start > span[0] else "") + abstract[start : max(ends, default=span[1])]


def main_clause(sentence: str) -> int:
    """Where a sentence begins to speak for itself: after "To address this gap, "; 0 if it does from the start."""
    lead = _LEAD.match(sentence)
    return 0 if lead is None or _OWN_LEAD.search(lead[0]) else lead.end()


def _value(sentence: str, name: str, subject: frozenset[str]) -> float:
    makes, studies = _MAKES.search(sentence), _STUDIES.search(sentence)
    value = 3.0 if makes else 1.8 if studies else 1.0 if _WE.search(sentence) else 0.0
    value += 0.7 * bool(_THIS_PAPER.search(sentence))
    has_name = bool(name) and re.search(rf"(?<!\w){re.escape(name)}(?![\w-])", sentence, re.IGNORECASE) is not None
    value += 1.5 * has_name + 0.5 * (has_name and bool(makes or _IS.search(sentence)))
    about = len(subject & set(terms(sentence))) / max(len(subject), 1)
    value += 2.0 * about
    value -= 2.5 * bool(_ADDS.match(sentence))
    value -= 1.2 * bool(not has_name and about < _ABOUT and _FOLLOWS.match(sentence))
    value -= 1.0 * bool(not makes and (_BACKGROUND.match(sentence) or (not studies and _TREND.search(sentence))))
    value -= 2.0 * bool(_RELEASES.search(sentence))
    value -= 1.2 * bool(_PROMISES.search(sentence)) + 0.6 * bool(not makes and _PRAISES.search(sentence))
    statement = _PURPOSE.sub("", sentence[main_clause(sentence) :])
    return value - 0.5 * bool(_REFERS_BACK.search(statement)) - min(2.5, 1.5 * _emptiness(statement, name))


def _emptiness(statement: str, name: str) -> float:
    """From 0 to 3: how little a statement says besides names, and words such as "novel" and "framework"."""
    said = {*terms(statement)} - _GENERAL - {*terms(name)}
    specific = {*terms(" ".join(_LOWER_CASE.findall(statement)))} - _GENERAL
    return max(0.0, _ENOUGH - len(specific) - len(said - specific) / 4)  # a spelt-out name says a little
