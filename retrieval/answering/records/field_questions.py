"""Questions about a field of one paper: "who wrote X?", "how many votes has X?", "is there code for X?".

A question is one when a field is named, and what remains beside the words that ask for it can be a paper's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from retrieval.answering.records.field_rules import CERTAIN, ONLY_RECORDS, Mention, mentioned_field
from retrieval.answering.records.fields import Field, FieldQuestion, UnrecordedField
from retrieval.answering.records.paper_names import names_written, paper_name, quoted_name
from retrieval.answering.records.periods import DAY_WORDS
from retrieval.answering.records.sentence import Sentence, Unit, rule

_LONGEST: Final = 40  # words of a question about a field
_SHORT: Final = 6  # words of a question that "who" or "when" alone may make one about a field
_SHORT_NAME: Final = 6
"""Words before a colon that are taken for a paper's name, whether or not there is one: "LynxLM: who wrote it?"."""
_MOST_BESIDE: Final = 2
"""Words of a question, at most, that are neither its field nor the name of its paper."""
_NARROWS: Final = rule(
    """
    what from (?:them|ones|again)
    with|without|'only'|'just'|by|order_by|'since'|'before'|'after'|ones|most|least|best|worst|newest|oldest|'last'
    from (?=.)(?!it|them|who) | 'this' (?!one|paper) | ^ (?!yes_no) .* 'available'
    days | new | exclude | papers | 'which' 'are'
    """
)
"""With one of these a field says which papers are wanted: "only with code", "by votes"."""
_NARROWS_A_LIST: Final = rule("papers|any_paper | (?:with|without|'only') (?:code|votes)")
_ONE_OF_MANY: Final = rule("papers|most|least|best|newest|oldest|any_paper | ^ (?:'anyone'|'anybody')")
"""With one of these nobody names a paper beside a field."""
_OF_PAPERS: Final = rule("papers | any_paper")
_OTHER_THINGS: Final = re.compile(
    r"\b(?:data|data ?sets?|weights|checkpoints?|models?|stuff|videos?|samples|demos?|licen[cs]e)\b", re.IGNORECASE
)
"""What is linked to and downloaded beside papers."""
_OF_LICENCE: Final = re.compile(r"\blicen[cs]e", re.IGNORECASE)
_ASKS: Final = ("who", "whose", "what", "when", "where", "how_many", "how_old", "how_long", "how_popular")
_TELLS: Final = re.compile(
    r"(?:i|we|my|our|he|she)\b(?!(?: still| also| just| only| really)* (?:need|want|would like|look)|['’]d like)",
    re.IGNORECASE,
)
"""How clauses begin that say why somebody asks."""
_SOME_OF_THEM: Final = rule("{lead} (?:what from (?:them|ones|again) (?:have|come_out|with)|'the'? ones about)")
"""How some of the papers before are picked by what they have: "which of them have code?"."""
_ONLY_DAYS: Final = re.compile(rf"(?:(?:{'|'.join(DAY_WORDS)}|20\d\d)\W*)+", re.IGNORECASE)
_NEWEST: Final = rule("(?:newest|oldest) (?:paper|one)")
_POINTER: Final = rule(
    """
    (?:'the'|'this'|'that'|'these'|'those'|it|them) (?:same|other)? (?:one|ones|paper|papers|'method'|'model')
    it | them
    """
)


def read_field_question(text: str) -> FieldQuestion | None:
    """The field that a question asks for, and the paper as it is written; ``None`` for other questions."""
    text = " ".join(text.split()).rstrip(" ?!.…")
    if len(text.split()) > _LONGEST or _OF_LICENCE.search(text):
        return None
    sentence = Sentence.of(text)
    if _SOME_OF_THEM.begins(sentence):
        return None
    clauses = list(_clauses(sentence.units))
    asked = _by_clause(text, clauses) or _of_name(text, mentioned_field(sentence))
    if asked is not None and _ONLY_DAYS.fullmatch(asked.paper):
        return None
    return _with_further(asked, clauses) if asked is not None and len(clauses) > 1 else asked


def _with_further(asked: FieldQuestion, clauses: Sequence[Sequence[Unit]]) -> FieldQuestion:
    """The question with the fields that its other clauses ask for of the same paper, the one that is named first."""
    mentions = [mentioned_field(Sentence([*clause])) for clause in clauses]
    fields = [
        mention.field
        for mention in mentions
        if mention is not None
        and isinstance(mention.field, Field)
        and mention.fits
        and (mention.field is asked.field or not any(unit.may_be_named for unit in mention.outside))
    ]
    if asked.field not in fields or _NARROWS_A_LIST.search(Sentence([unit for clause in clauses for unit in clause])):
        return asked
    first, *further = dict.fromkeys(fields)
    return replace(asked, field=first, further=tuple(further))


def asks_for_paper(text: str) -> bool:
    """Whether it is asked if a paper is here that is called by its name, or for the newest or oldest one."""
    if _NEWEST.search(Sentence.of(text)):
        return True
    asked = read_field_question(text)
    return asked is not None and asked.field is Field.ABSTRACT and asked.asks and bool(names_written(text))


def read_field_follow_up(text: str, *, of_one: bool = True) -> FieldQuestion | None:
    """The field that a short follow-up asks for of the paper before: "and the date?", "how many votes?".

    ``of_one``: it was a single one; else the field's name alone rather asks about the list.
    """
    sentence = Sentence.of(text.strip().rstrip(" ?!.…"))
    mention = mentioned_field(sentence)
    if mention is None or any(unit.may_be_named for unit in mention.outside) or not mention.fits:
        return None
    points = of_one or _POINTER.search(sentence) is not None
    if not points or _NARROWS.search(sentence):
        return None
    return FieldQuestion(mention.field, "it")


def _of_name(text: str, mention: Mention | None) -> FieldQuestion | None:
    """A question that says nothing but a field's name and one other thing, which may be a paper's name."""
    if mention is None or mention.field is UnrecordedField.PRODUCTIVITY:
        return FieldQuestion(mention.field, "") if mention else None
    units = mention.sentence.units
    runs = [run for run in (_run(units[mention.last :]), _run(units[: mention.first])) if run]
    of_papers = _OF_PAPERS.search(mention.sentence) and not (isinstance(mention.field, UnrecordedField) and not runs)
    many = mention.is_weak and bool(runs) and (len(text.split()) > _SHORT or len(runs) > 1)
    if of_papers or many or not mention.fits:
        return None
    asks = units[0].has("yes_no", "what", "where") and mention.units[0].text.lower() != "on github"
    if quoted := quoted_name(text):
        return FieldQuestion(mention.field, quoted, mention.field in CERTAIN, (quoted,), asks)
    return _of_runs(text, mention, runs, asks=asks) if runs else _of_pointer(mention)


def _of_runs(text: str, mention: Mention, runs: Sequence[Sequence[Unit]], *, asks: bool) -> FieldQuestion | None:
    """A question with one run of words that may be a name, or with one before and one behind the field's name."""
    rest = [unit.text for run in runs for unit in run if unit.may_be_named]
    beside, one_of_many = _names_beside(mention.field, text, rest), _ONE_OF_MANY.search(mention.sentence)
    if len(runs) > 1:
        return FieldQuestion(mention.field, text, certain=False, names=beside) if beside and not one_of_many else None
    certain = mention.field in CERTAIN and not mention.is_weak and not _is_left_open(mention)
    if one_of_many and not certain:
        return None
    units, whole = mention.sentence.units, text[runs[0][0].start : runs[0][-1].end]
    paper = _trimmed(text[units[mention.last].start :] if mention.last <= units.index(runs[0][0]) else whole)
    return FieldQuestion(
        mention.field, paper, certain, tuple(dict.fromkeys((paper, whole, _NOUN.sub("", whole), *beside))), asks
    )


def _is_left_open(mention: Mention) -> bool:
    """Whether an abstract might answer it as well: "does X beat Y on votes?", "is X from 2025?"."""
    begins = mention.sentence.units[0].has("yes_no", "why") and mention.field in {Field.VOTES, Field.AUTHORS}
    return begins or any(unit.has("year_number") or unit.text.lower() == "download" for unit in mention.units)


_PLACES: Final = "newest oldest best most least first last second third fourth fifth".split()
_PLACE: Final = rule("(?:first|second|third|fourth|fifth|last) (?:one|paper) | (?:first|second|third|fourth|fifth) $")
_NOUN: Final = re.compile(r" (?:technical )?(?:report|paper|model|benchmark|dataset|framework|thing)$")


def _of_pointer(mention: Mention) -> FieldQuestion | None:
    """A question that names no paper: "who wrote it?", "who wrote the newest paper?"."""
    units = mention.sentence.units
    place = next((at for at, unit in enumerate(units) if unit.has(*_PLACES) and unit not in mention.units), None)
    pointer = _PLACE.search(mention.sentence) or (_POINTER.search(mention.sentence) if place is None else None)
    if place is None and pointer is None:
        return None
    some = units[pointer.first : pointer.last] if pointer else units[place:]
    return FieldQuestion(mention.field, " ".join(unit.text for unit in some))


def _run(units: Sequence[Unit]) -> Sequence[Unit]:
    """The units from the first to the last one that may be of a name."""
    places = [at for at, unit in enumerate(units) if unit.may_be_named]
    if not places:
        return ()
    first, last = places[0], places[-1] + 1
    asks = len(places) > 1 and units[0].has("yes_no", "what")
    while first and units[first - 1].has("capital") and not (first == 1 and asks):
        first -= 1
    while last < len(units) and units[last].has("capital"):
        last += 1
    return units[first:last]


_LEADING: Final = ("from", "by", "about", "behind", "with", "yes_no", "have", "link")
_ENDING: Final = "filler aside have come_out boundary possessive available function write show sign".split()


def _trimmed(written: str) -> str:
    """What is behind a field's name without what leads to the paper and what ends a question."""
    units = Sentence.of(written).units
    first, last = 0, len(units)
    while first < last and (units[first].has(*_LEADING) or units[first].text in {"for", "to", "in"}):
        first += 1
    while last > first and units[last - 1].has(*_ENDING) and not units[last - 1].has("capital"):
        last -= 1
    return written[units[first].start : units[last - 1].end] if first < last else ""


_CODE_OF: Final = re.compile(
    r"\b(?:code|repo(?:sitory)?|github|implementation) (?:of|for)\b|['’]s (?:source )?(?:code|repo|github)\b"
    r"|\brepo\b|\bgithub\b",
    re.IGNORECASE,
)


def _names_beside(field: Field | UnrecordedField, text: str, rest: Sequence[str]) -> tuple[str, ...]:
    """The names beside a field's that a question may be about, where it says little else: "votes for X by now"."""
    of_code = field is Field.CODE and _CODE_OF.search(text)
    if _OTHER_THINGS.search(text) or not (field in ONLY_RECORDS or of_code or isinstance(field, UnrecordedField)):
        return ()
    return tuple(
        name
        for name in names_written(text)
        if sum(word not in name for word in rest) <= _MOST_BESIDE and re.search(r"\W|\d|[a-z][A-Z]|[A-Z]{2}", name)
    )


# --- clauses ----------------------------------------------------------------------------------------


_JOINS: Final = frozenset({"and", "but", "so", "&", "+", "plus"})


def _clauses(units: Sequence[Unit]) -> Iterator[Sequence[Unit]]:
    """The clauses of a question: the paper may be named in one, and the field in another."""
    clause = list[Unit]()
    for unit in units:
        ends = (unit.has("boundary") and unit.text not in '/()"“”') or unit.text.lower() in _JOINS
        if ends and clause:
            yield clause
            clause = []
        elif not ends:
            clause.append(unit)
    if clause:
        yield clause


def _by_clause(text: str, clauses: Sequence[Sequence[Unit]]) -> FieldQuestion | None:
    """The field that one clause asks for, of a paper that it names, or another one: "… X; who were its authors?"."""
    for at, clause in reversed(list(enumerate(clauses)) if len(clauses) > 1 else []):
        written, asks = text[clause[0].start : clause[-1].end], any(unit.has(*_ASKS) for unit in clause)
        if _ONE_OF_MANY.search(Sentence([*clause])) or (_TELLS.match(written) and not asks):
            continue
        if not asks and any(unit.has("what", "how_many") for each in clauses[:at] for unit in each):
            continue  # "how many samples, categories and languages has X?"
        about_it = read_field_follow_up(written)
        if about_it is None:
            named = _of_name(written, mentioned_field(Sentence.of(written)))
            if named is not None and named.names:
                return replace(named, certain=False, names=(*named.names, paper_name(named.paper)))
            continue
        others = [part.strip(" ,;:-–—?!.") for part in (text[: clause[0].start], text[clause[-1].end :])]
        before = _of_name(others[0], mentioned_field(Sentence.of(others[0]))) if at else None
        if before is not None and before.names:
            return before  # "who wrote it and when?": the first field
        names = [name for each in others if each for name in (each, *names_written(each))]
        if names:
            short = asks and not others[1] and len(others[0].split()) <= _SHORT_NAME and not _asks_else(clauses[:at])
            return FieldQuestion(about_it.field, others[0], short, tuple(names))
    return None


def _asks_else(clauses: Sequence[Sequence[Unit]]) -> bool:
    return any(unit.has(*_ASKS) for clause in clauses for unit in clause)
