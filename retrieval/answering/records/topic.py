"""What the papers that a question asks for are about: its words beside names, conditions and what only phrases it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, takewhile
from typing import Final

from retrieval.answering.records.sentence import CUT, Sentence, Unit, rule

_NO_TOPIC: Final = frozenset(
    """
    function boundary cut author_name days sign filler papers any_paper paper possessive write show come_out person
    title_of exclude without not offer order_by at_least at_most more_than less_than
    """.split()
)
"""What is no topic, not even behind "about"."""
_IN_COMPOUNDS: Final = frozenset(
    """
    code codes votes vote cited citation citations review comments link page pages contact organization at_venue site
    category abstract title person persons first new call fund name names people readers references trending order_by
    list version unit best popular noun_aside
    """.split()
)
"""What is a part of a topic before another word of it: "vote aggregation", "code generation"."""
_BEFORE_PAPERS: Final = ("noun_aside",)
"""What is a topic before the word for papers: "student papers"."""
_SUBJECT: Final = rule(
    """
    about (?!what|'how'|'whatever'|'that'|'it'|'there'|boundary|cut|days|author_name|best|list|papers|function? person)
    any_paper aside? (?:'with'|'in') (?=other|noun_aside)
    happen (?:'with'|'in'|from) (?=.* (?:days|cut))
    """
)
_UNWANTED: Final = rule(
    """
    {exclude} (?:about|'any'|'with'|'the'|'those'|ones|papers)* (?P<T>other{1,3}|papers) (?:papers|ones)?
      (?=boundary|cut|$)
    {exclude} (?:about|'any'|'with'|'the'|'those'|ones|papers)* (?P<T>other{1,3}|papers)
      (?=from|by|author_name|days|'in')
    """
)
_OF_PAPERS: Final = ("papers", "paper", "any_paper", "feature", "list", "come_out", "what", "show")
_TELLS_OF_ONESELF: Final = rule(
    "(?:and|'so')? (?:'i'|'i''ve'|'we'|'we''ve'|'my') (?:'was'|'were'|'been'|'went'|'missed')"
)
_ASIDE: Final = rule(
    """
    (?:and|'so'|'but')? (?:'i'|'i''m'|'i''ve'|'i''d'|'we'|'we''re'|'my'|'our'|'he'|'she'|'they'|'someone'|'somebody')
    (?:and|'so'|'but')? (?:'since'|'because'|'as'|'if'|'though'|'while'|'before'|'after'|'when'|'considering')
    """
)
"""How clauses begin that say why somebody asks."""


def take_unwanted(sentence: Sentence) -> str:
    """The subject that isn't wanted: "diffusion but not video", "RAG, no surveys"."""
    found = sentence.take(_UNWANTED)
    return found.text("T") if found else ""


def has_subject(sentence: Sentence) -> bool:
    """Whether a subject is marked as such."""
    return _SUBJECT.search(sentence) is not None


def topic_words(sentence: Sentence, *, terse: bool) -> list[str]:
    """The words that say what the papers are about.

    Those behind "on" or "about", where there are any; else those beside the word for papers; else all. ``terse``: it
    is no sentence, and all of its words are meant.
    """
    asking = Sentence(with_terms_of(_without_asides(sentence)))
    marked = _marked(asking)
    if marked:
        return marked
    units = asking.units
    papers = next((at for at, unit in enumerate(units) if unit.has("papers", "paper", "any_paper")), None)
    if not terse and papers is not None:
        first = papers
        while first and (_is_part(units, first - 1) or units[first - 1].has("or", "and")):
            first -= 1
        beside = [*units[first : papers + 1], *units[papers + 1 :]]
        words = _words(beside)
        if words or len(_words(units)) <= 1:
            return words or _words(units)
    return _words(units)


def with_terms_of(units: Sequence[Unit]) -> list[Unit]:
    """The units with "theory of mind" as one."""
    joined = list[Unit]()
    for at, unit in enumerate(units):
        before = units[at - 2] if at > 1 and units[at - 1].text.lower() == "of" else None
        if before is not None and joined[-2:-1] == [before] and _tells(before) and _ends_a_term(unit):
            text = f"{before.text} of {unit.text}"
            joined[-2:] = [Unit(text, before.start, unit.end, frozenset({"other"}))]
        else:
            joined.append(unit)
    return joined


def _ends_a_term(unit: Unit) -> bool:
    return not unit.has("function", "boundary", "papers", "days", "author_name", "number", CUT)


def _marked(sentence: Sentence) -> list[str]:
    """The words behind "on" or "about", if anything follows; behind the word for papers, where there is one."""
    units, start, found = sentence.units, 0, list[int]()
    while (match := _SUBJECT.search(sentence, start=start)) is not None:
        found.append(match.last)
        start = match.first + 1
    papers = next((at for at, unit in enumerate(units) if unit.has(*_OF_PAPERS)), -1)
    for at in [at for at in found if at > papers] + [at for at in found if at <= papers]:
        behind = list(takewhile(lambda unit: unit.text.lower() not in _VERBS, units[at:]))
        words = _words(behind, marked=True)
        if words:
            return words
    return []


_VERBS: Final = frozenset("were was been are".split())


def _words(units: Sequence[Unit], *, marked: bool = False) -> list[str]:
    words = list[str]()
    soft = marked
    for at, unit in enumerate(units):
        after = units[at + 1] if at + 1 < len(units) else None
        compound = _is_in_compound(unit, after)
        soft = soft and not unit.has("boundary", CUT)
        if unit.text == "or" and words and words[-1] != "or":
            words.append("or")
        elif unit.text == "to" and 0 < at < len(units) - 1 and _tells(units[at - 1]) and _tells(units[at + 1]):
            words[-1] += "-to-"  # "text to video" is one term
        elif _tells(unit, marked=soft) or (
            compound and (soft or (at and _tells(units[at - 1])) or not unit.has("function"))
        ):
            words += unit.text.strip("*_`").split()
            if len(words) > 1 and words[-2].endswith("-to-"):
                words[-2:] = ["".join(words[-2:])]
    return words[:-1] if words[-1:] == ["or"] else words


def _is_part(units: Sequence[Unit], at: int) -> bool:
    return _tells(units[at]) or _is_in_compound(units[at], units[at + 1])


def _is_in_compound(unit: Unit, after: Unit | None) -> bool:
    """Whether a word of requests says what papers are about before another word: "vote aggregation"."""
    if after is None:
        return False
    before_papers = after.has("papers", "paper") and unit.has(*_BEFORE_PAPERS)
    return before_papers or (after.has("other") and unit.has(*_IN_COMPOUNDS))


def _tells(unit: Unit, *, marked: bool = False) -> bool:
    """Whether a unit may say what papers are about; where the subject is ``marked``, words of requests may, too."""
    if unit.has("other"):
        return len(unit.text) > 1 or unit.text.isupper() or unit.text.isdigit()
    if unit.has("number"):
        return unit.text[0].isdigit() and marked
    return marked and not unit.has(*_NO_TOPIC)


def telling_words(units: Sequence[Unit]) -> int:
    """How many words may say what papers are about."""
    return sum(map(_tells, units))


def _without_asides(sentence: Sentence) -> list[Unit]:
    """The clauses that ask for papers, where others only say why: "I was away, what was listed?"."""
    clauses = list(_clauses(sentence.units))
    asking = [each for each in clauses if not _TELLS_OF_ONESELF.begins(Sentence(each))] or clauses
    asking = [each for each in asking if not _ASIDE.begins(Sentence(each)) or _asks(each)]
    return [unit for each in (asking if any(map(_asks, asking)) else clauses) for unit in each]


def _asks(clause: Sequence[Unit]) -> bool:
    return any(unit.has(*_OF_PAPERS) for unit in clause) or has_subject(Sentence([*clause]))


def _clauses(units: Sequence[Unit]) -> Iterator[list[Unit]]:
    clause = list[Unit]()
    for ends, some in groupby(units, lambda unit: unit.has("boundary") and unit.text not in '-/()"'):
        clause += some
        if ends:
            yield clause
            clause = []
    yield clause
