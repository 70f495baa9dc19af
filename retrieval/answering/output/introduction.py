"""A paper as a whole: the sentence that introduces its subject, and the sentences that sum it up."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from retrieval.answering.passages.names import name_pattern, squeeze
from retrieval.answering.passages.passages import SIGNALS
from retrieval.answering.passages.roles import Role
from retrieval.answering.question.subjects import Wanted
from retrieval.answering.scoring.match_table import MatchTable
from retrieval.answering.scoring.ranking import Ranking
from retrieval.text import terms

_LATER: Final = 0.1
"""What a sentence loses for each one before it: an introduction comes early."""

_FURTHER: Final = 2.0
"""What a sentence loses that adds to another one."""
_CLEARLY: Final = 0.75
"""How much better than the best sentence another one must explain a name."""
_PLAIN: Final = 2.0
"""How well a sentence must explain a name to answer what it is, however unlikely it seems otherwise."""
_LIKELY: Final = 60
"""Sentences among which one that explains a name is looked for."""
_ADDS: Final = re.compile(
    r"(?:Additionally|Furthermore|Moreover|Besides|Finally|In addition|Also|We (?:also|further))\b"
)
_PROPOSES: Final = re.compile(
    r"\b(?:propos|introduc|present|develop|releas|describ|design|creat|construct|contribut)(?:e[sd]?|s|ed)?\b"
    r"|\bbuil(?:d|t)\b|\b(?:called|named|namely|termed|dubbed|the name)\b",
    re.IGNORECASE,
)
_NO_SUBJECT: Final = "|".join(
    """
    After Although Among As At Based Because Before Beyond By Despite Due During For From Given If In Like On Since
    Though Through To Under Unlike Using Via We When While With Within
    """.split()
)
_SUBJECT: Final = rf"(?:^|^(?-i:[A-Z])\w+, )(?:The |An? )?(?!(?-i:{_NO_SUBJECT})\b)"
_FORMS: Final = {
    _SUBJECT + r"(?:\g<name>|(?i:\g<initial>)[\w -]{0,60}\(\g<name>\))": 2.0,
    r"\(\g<name>\)": 1.0,
    r"(?:^|[,;:(] ?|\bThe |\ban? )\g<name>(?: \([\w-]+\)|\))? (?:is|are|refers|stands for|means|aims|has emerged"
    r"|have emerged) ": 1.5,
    r"(?:\g<name>, (?:an?|the|which|where)|\(\g<name>\), (?:an?|which|where)) ": 1.0,
    (_APPOSITION := r"^\g<name>, [^,.]{8,120}, (?:is|are|was|were|has|have) "): 1.5,
    (_COLON := r"\g<name>: (?-i:[a-z])"): 1.0,
    r"\b(?:call|name|term|dub|define)(?:s|d|ed)? (?:as )?(?:an? |the )?\g<name>(?! (?-i:[A-Z]))": 2.0,
}
"""Forms of sentences that explain a name or a term, and what each is worth."""
_PROPOSAL: Final = (
    r"\b(?:propose|introduce|present)(?:s|d|ed)? (?:an? |the )?(?:(?-i:[a-z])[\w-]* )?\g<name>(?! (?-i:[A-Z]))"
)
"""The form that explains a name, but of a term only says that there is another one."""
_PROPOSED: Final = 2.0
_LONGEST_NAME: Final = 80
"""Characters before parentheses in which the words are that a name in them is short for."""
_GOES_ON: Final = re.compile(r"-\w")
_SIZE: Final = re.compile(
    r"\W*(?:and |so |but )?how (?:big|large) (?:is|are|was|were) (?:it|they|this|that)\W*$", re.IGNORECASE
)
_COUNT: Final = re.compile(
    r"(?<![\w.])\d[\d,.]*(?: ?(?:[kKMB]|thousand|million|billion|trillion))?[ -](?!times\b|percent\b)[a-z]{3,}"
)
"""A number of things."""
_URL: Final = re.compile(r"https?://\S+")


def introducing_row(ranking: Ranking, name: str, place: int) -> int:
    """The sentence of a paper that introduces a name, or else says what the paper does."""
    rows = _rows(ranking.table, place)
    return max(rows, key=lambda row: (_introduces(ranking, row, name), -row))


def introduces(ranking: Ranking, row: int) -> bool:
    """Whether a question asks what a name is, and a sentence says so in one of the forms that only say that."""
    subject = ranking.table.analysis.subject
    if subject is None or subject.wanted is not Wanted.INTRODUCTION or not subject.is_name:
        return False
    return _explains(ranking, row, subject.name) and _form_value(ranking, row, subject.name) >= _PLAIN


def explaining_row(ranking: Ranking, name: str) -> int:
    """The sentence that explains a name that no paper has for its title; the best one if none does."""
    likely = [int(row) for row in ranking.order[:_LIKELY]]
    explaining = [row for row in likely if _explains(ranking, row, name) and _form_value(ranking, row, name)]
    if not explaining:
        return ranking.first
    worth = {row: _explains_well(ranking, row, name) for row in explaining}
    best = max(explaining, key=lambda row: worth[row])
    return ranking.first if worth.get(ranking.first, -1.0) > worth[best] - _CLEARLY else best


def _explains(ranking: Ranking, row: int, name: str) -> bool:
    """Whether a sentence says what a name is or stands for."""
    passage = ranking.passage(row)
    explained = set(terms(name)) <= passage.explained or f"({name})".lower() in passage.text.lower()
    explained = explained or any(_by_itself(name, form).search(passage.text) for form in (_APPOSITION, _COLON))
    has_it = _by_itself(name, r"\g<name>").search(passage.text) is not None
    return explained and has_it and _is_short(passage.text, name)


def _is_short(text: str, name: str) -> bool:
    """Whether a name in parentheses is short for the words before them, or isn't in any."""
    before, found, _ = text.partition(f"({name})")
    if not found:
        return True
    letters = iter(squeeze(before[-_LONGEST_NAME:]))
    return all(letter in letters for letter in squeeze(name))


def _explains_well(ranking: Ranking, row: int, name: str) -> float:
    """How well a sentence explains a name: it begins with it, proposes it, says what it is or is short for."""
    return _form_value(ranking, row, name) + float(ranking.shares[row])


def _form_value(ranking: Ranking, row: int, name: str) -> float:
    text, proposes = ranking.passage(row).text, name != name.lower() and _by_itself(name, _PROPOSAL)
    value = sum(weight for form, weight in _FORMS.items() if _by_itself(name, form).search(text))
    return value + _PROPOSED * bool(proposes and proposes.search(text))


@lru_cache(maxsize=64)
def _by_itself(name: str, form: str) -> re.Pattern[str]:
    """A form with a name in it; capitals count in a name of one word that has some."""
    written = rf"(?<![\w-]){re.escape(name)}(?![\w-]|\.\w)"
    exactly = name != name.lower() and " " not in name
    form = form.replace(r"\g<name>", written).replace(r"\g<initial>", re.escape(name[:1]))
    return re.compile(form, 0 if exactly else re.IGNORECASE)


def size_row(ranking: Ranking) -> int | None:
    """The sentence that answers "how big is it?": the first of the conversation's paper with a number of things."""
    analysis = ranking.table.analysis
    if not analysis.earlier_papers or not _SIZE.match(analysis.text):
        return None
    of_it = (row for row in range(len(ranking.table)) if ranking.paper(row).paper.id == analysis.earlier_papers[0])
    return next((row for row in of_it if _COUNT.search(ranking.passage(row).text)), None)


def summary_rows(ranking: Ranking, name: str, place: int) -> list[int]:
    """What a paper does, how, and what came out: up to three sentences, by their roles in the abstract."""
    table, first = ranking.table, introducing_row(ranking, name, place)
    others = [row for row in _rows(table, place) if row != first]
    later = [row for row in others if row > first]
    result = _best(later or others, lambda row: _reports(table, row))
    between = [row for row in later if result is None or row < result]
    method = _best(between, lambda row: _tells_how(ranking, row, name))
    return [first, *(row for row in (method, result) if row is not None)]


def _best(rows: list[int], value: Callable[[int], float]) -> int | None:
    """The row with the highest value above 0, the first of several."""
    best = max(rows, key=lambda row: (value(row), -row), default=None)
    return best if best is not None and value(best) > 0 else None


def _reports(table: MatchTable, row: int) -> float:
    """How likely a sentence says what came out: by its role, its numbers and its comparison."""
    reported = has_signal(table, row, f"in_{Role.RESULT}") + has_signal(table, row, "result")
    reported += has_signal(table, row, f"in_{Role.CONCLUSION}") * has_signal(table, row, "result")
    return reported and reported + 0.5 * has_signal(table, row, "number") + 0.5 * has_signal(table, row, "comparison")


def _tells_how(ranking: Ranking, row: int, name: str) -> float:
    """How likely a sentence says how it is done: by its role, its name, and that it reports and laments nothing."""
    table = ranking.table
    other = has_signal(table, row, "result") + has_signal(table, row, "reason")
    own = any(_holds(ranking.passage(row).text, each) for each in (squeeze(name), ranking.paper(row).head) if each)
    return has_signal(table, row, f"in_{Role.METHOD}") + 0.75 * own + 0.5 - 0.5 * other


def _introduces(ranking: Ranking, row: int, name: str) -> float:
    """How likely a sentence introduces a name: it has the name, proposes or explains it, and comes early."""
    table, passage = ranking.table, ranking.passage(row)
    text = _URL.sub("", passage.text)
    names = [each for each in (squeeze(name), ranking.paper(row).head) if each]
    has_name = any(_holds(text, each) for each in names)
    proposes = bool(_PROPOSES.search(text)) or has_signal(table, row, f"in_{Role.AIM}")
    explains = set(terms(name)) <= passage.explained and bool(terms(name))
    begins = has_name and any(squeeze(text).startswith(each) for each in names)
    value = 2 * has_name + proposes + 2 * (has_name and proposes) + 1.5 * explains + begins
    return value - _FURTHER * bool(_ADDS.match(text)) - _LATER * float(table.order[row])


def names_subject(ranking: Ranking, row: int, name: str) -> bool:
    """Whether a sentence has a name, or the one of its paper's system."""
    names = [each for each in (squeeze(name), ranking.paper(row).head) if each]
    return any(_holds(_URL.sub("", ranking.passage(row).text), each) for each in names)


def _holds(text: str, name: str) -> bool:
    """Whether a text has a squeezed name by itself: "LoFT", but not "LoFT-OW"."""
    lowered = text.lower()
    return any(
        not _GOES_ON.match(lowered, found.end()) and lowered[: found.start()][-1:] != "-"
        for found in name_pattern(name).finditer(lowered)
    )


def has_signal(table: MatchTable, row: int, signal: str) -> bool:
    """Whether a sentence's wording gives a signal."""
    return bool(table.signals[row, SIGNALS.index(signal)])


def _rows(table: MatchTable, place: int) -> range:
    return range(int(table.starts[place]), int(table.starts[place]) + len(table.papers[place].passages))
