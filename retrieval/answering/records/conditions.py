"""What a question says of the papers that it asks for: code, votes, order, number, category, list."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

from retrieval.answering.records.fields import UnrecordedField
from retrieval.answering.records.request import Order
from retrieval.answering.records.sentence import Sentence, rule
from retrieval.query.fields import ARCHIVES

_VOTES: Final = rule(
    """
    (?P<A>number) (?:'and'|'to'|'-'|'–'|at_most) (?P<B>number) votes
    votes (?:':'|'between'|from)? (?P<A>number) (?:'and'|'to'|'-'|'–'|at_most) (?P<B>number)
    (?P<S>at_least|at_most|more_than|less_than|exactly)? (?P<N>number) (?P<S>or_more|or_less)? votes
      (?P<S>or_more|or_less)?
    votes (?:'is'|from|':'|'are')? (?P<S>at_least|at_most|more_than|less_than|exactly) (?P<N>number)
    votes ':' (?P<N>number) (?P<S>or_more|or_less)?
    vote 'by'? (?P<S>at_least|at_most|more_than|less_than|exactly) (?P<N>number)
    (?P<Z>(?:not|without) (?:have|with|function)* (?:votes|vote))
    """
)
_SIGNS: Final = MappingProxyType(
    {"or_more": ">=", "or_less": "<=", "at_least": ">=", "at_most": "<=", "more_than": ">", "less_than": "<"}
)


def take_votes(sentence: Sentence) -> str:
    """How many votes papers must have, as the search language writes it: ``>=20``; both ends of a range."""
    found = sentence.take(_VOTES)
    if found is None or "Z" in found.parts:
        return "0" if found else ""
    if "A" in found.parts:
        return f">={found.parts['A'][0].number} <={found.parts['B'][0].number}"
    sign = next((_SIGNS[each] for unit in found.parts.get("S", ()) for each in _SIGNS if unit.has(each)), "")
    return f"{sign}{found.parts['N'][0].number}"


_MOST: Final = 1_000
"""Papers that are asked for by number, at most; what is larger is none."""
_NUMBER: Final = rule(
    """
    {superlative} (?:vote|popular|votes)? '-'? (?P<N>number) (?!votes)
    (?P<N>number) (?=function? {superlative}? other? (?:{superlative}|papers|paper))
    """
)
_OF_PAPERS: Final = "(?:(?=other{1,3} {any_noun})|(?!other))"
"""What follows words of praise where papers are praised, rather than a "most liked model"."""
_ORDERS: Final = MappingProxyType(
    {
        Order.FEWEST_VOTES: rule("least (?:function|count|'-')* (?:votes|vote|popular|popularity) | worst"),
        Order.TRENDING: rule("trending | people function? discuss"),
        Order.VOTES: rule(
            f"""
            (?:order_by|again)* 'by' (?:function|most|count)* popularity
            (?:most|best) (?:function|count|from|'-')* {{vote}} {_OF_PAPERS}
            people (?:function|other|have)? (?:vote|feel) (?:most|best)?
            (?:what|have|function) vote most? | vote (?:function)* most
            'the'? best (?=.{{0,3}} {{any_noun}})
            'the'? best (?=cut|boundary|days|from|by|author_name|number|$)
            'the'? best (?='so'|'here'|'right'|'now'|'among'|'ever'|'please'|'for'|'this'|'of'|'today')
            popular {_OF_PAPERS} | went_viral | order_by (?=cut|days|$|{{any_noun}} $)
            """
        ),
        Order.OLDEST: rule("'by'? oldest first? | first (?=.{0,2} (?:paper|one))"),
        Order.NEWEST: rule(
            """
            newest (?:come_out|first)? | order_by? 'by' recency
            recent (?=other? {any_noun}) | recent come_out | new (?=.{0,3} {any_noun}) | new $
            (?:any_paper|what|'any') (?:function)* new | last (?=other? (?:paper|one))
            """
        ),
    }
)


def take_order(sentence: Sentence) -> tuple[Order | None, int | None]:
    """Which papers come first, and how many are asked for."""
    found = _NUMBER.search(sentence)
    number = found.parts["N"][0] if found else None
    first = sentence.units[found.first] if found else None
    most = number.number if number and number.number < _MOST else None
    if number is not None and most:
        at = sentence.units.index(number)
        sentence.cut(at, at + 1)
    orders = list[Order]()
    for order, pattern in _ORDERS.items():
        while sentence.take(pattern):
            orders.append(order)
    if most and first is not None and first is not number and not orders:
        orders = [Order.NEWEST if first.has("newest", "last", "recent") else Order.VOTES]
    return next(iter(orders), None), most


_RANK: Final = rule("(?P<R>second|third|fourth|fifth) '-'? (?={superlative}) | (?P<R>second) (?=by|from|cut|days|$)")
_RANKS: Final = MappingProxyType({"second": 2, "third": 3, "fourth": 4, "fifth": 5})


def take_rank(sentence: Sentence) -> int | None:
    """Which one of a ranking is asked for: "the second most upvoted paper"."""
    found = sentence.take(_RANK)
    return next(rank for name, rank in _RANKS.items() if found.parts["R"][0].has(name)) if found else None


_ARCHIVE: Final = re.compile(
    rf"(?:{ARCHIVES})\.[a-z]{{2}}(?:-[a-z]+)?"
    r"|quant-ph|hep-(?:th|ph|ex|lat)|gr-qc|nucl-(?:th|ex)|math-ph",
    re.IGNORECASE,
)
_TWO_LETTERS: Final = re.compile(r"\w\w")
_CATEGORY_NAMES: Final = MappingProxyType(
    {
        "computer vision": "cs.CV", "computation and language": "cs.CL", "natural language processing": "cs.CL",
        "nlp": "cs.CL", "machine learning": "cs.LG", "robotics": "cs.RO", "artificial intelligence": "cs.AI",
        "information retrieval": "cs.IR", "software engineering": "cs.SE", "cryptography": "cs.CR", "graphics": "cs.GR",
        "human-computer interaction": "cs.HC", "sound": "cs.SD", "multiagent systems": "cs.MA", "databases": "cs.DB",
    }
)  # fmt: skip
_CATEGORY: Final = rule(
    "category from? (?P<N>other (?:'and'? other){0,2}) | (?P<N>other (?:'and'? other){0,2}) category"
)


def take_category(sentence: Sentence) -> str:
    """The category as arXiv writes it: ``cs.CL``."""
    for at, unit in enumerate(sentence.units):
        if _ARCHIVE.fullmatch(unit.text):
            sentence.cut(at, at + 1)
            archive, _, name = unit.text.partition(".")
            upper = name.upper() if _TWO_LETTERS.fullmatch(name) else name.lower()
            return ".".join(part for part in (archive.lower(), upper) if part)
    found = _CATEGORY.search(sentence)
    named = _CATEGORY_NAMES.get(found.text("N").lower(), "") if found else ""
    if found and named:
        sentence.cut(found.first, found.last)
    return named


_LIST: Final = rule(
    """
    (?:days|possessive|from|'the'|'your'|'on'|'in'|newest|last|new|'a'|'current') (?:'full'|'whole')? list (?!other)
    ^ (?:list|lists) ','? (?=from|days|'for'|'on') | list (?=days|from days) | 'daily' papers
    feature (?=about? days|from days) | (?:'listed'|'featured') about? $
    (?:'did'|'have'|'has'|'was') (?:by? host|'you'|'we'|'they') (?:feature|'post'|'share'|'get'|'show'|'list'|'have')
    """
)
_COUNT: Final = rule(
    """
    (?:how_many|how_much) (?=(?:function|further|recent|new)* (?!.{0,2} boundary).{0,3} {any_noun})
    how_much (?=(?:yes_no|have|author_name|function)* (?:write|come_out) (?:$|days|cut|about))
    how_many (?=again|yes_no|have|come_out|from|days|cut|author_name|boundary|about|$|'all'|'in'|filler|with|write)
    how_many (?=.{0,2} list)
    count (?=(?:function|from|author_name|days|cut|possessive|other){0,4} {any_noun}) | count how_many
    (?:paper|papers) count | prolific | ^ count (?=function papers)
    (?:^|cut|author_name|days|boundary) function* count (?=boundary|days|author_name|cut|from|$|about)
    """
)
_SITE: Final = rule("(?:with|have|offer|and|include) (?:function|from)* site")


_SURVEYS: Final = rule("(?!exclude|without|not) . (?:survey|surveys) (?!other)\n^ (?:survey|surveys) (?!other)")


def asks_for_surveys(sentence: Sentence) -> bool:
    """Whether the papers must be surveys."""
    return _SURVEYS.search(sentence) is not None


def take_list(sentence: Sentence) -> bool:
    """Whether the papers of a daily list are asked for."""
    return sentence.take(_LIST) is not None


def take_count(sentence: Sentence) -> bool:
    """Whether it is asked how many papers there are."""
    return sentence.take(_COUNT) is not None


def take_site(sentence: Sentence) -> bool:
    """Whether papers must have a page of their project."""
    return sentence.take(_SITE) is not None


_BEFORE_CODE: Final = "(?P<N>(?:exclude|without|not|function|have|offer|available|with|yes_no|papers|ones|come_out)*)"
_CODE: Final = rule(
    f"""
    {_BEFORE_CODE} (?P<C>code|codes) (?!other|review|cite|papers|paper) (?:available|code|'only'|link)*
    {_BEFORE_CODE} (?P<C>open_source) (?!other) (?:available|code|'only'|link)*
    (?P<Y>available_for) | (?P<Z>codeless)
    """
)


def take_code(sentence: Sentence) -> bool | None:
    """Whether papers with code are asked for, or papers without; ``None`` where code is not a condition.

    What excludes twice doesn't exclude: "hide those without code".
    """
    start = 0
    while (found := _CODE.search(sentence, start=start)) is not None:
        if "C" not in found.parts:
            sentence.cut(found.first, found.last)
            return "Y" in found.parts
        at = sentence.units.index(found.parts["C"][0])
        before = sentence.units[at - 1] if at else None
        if before is not None and before.has("about"):
            start = at + 1  # a topic
            continue
        negations = sum(unit.has("exclude", "without", "not") for unit in found.parts.get("N", ()))
        sentence.cut(at, found.last)
        return negations % 2 == 0
    return None


_UNRECORDED: Final = MappingProxyType(
    {
        UnrecordedField.CITATIONS: rule(
            "(?:most|best|least) (?:from|function|count|'-')* cited | (?:'by'|'highly') cited | cited function* most"
        ),
        UnrecordedField.VENUE: rule(
            """
            (?:accept|come_out)? (?:at|'in'|from|by|'to'|'at') function* at_venue
            ^ (?:show|function|what|filler)* at_venue (?=days? {any_noun})
            """
        ),
        UnrecordedField.AFFILIATIONS: rule(
            """
            (?:from|by|at) (?:function|(?:persons|person|people) from?)* organization
            (?:from|by|at) (?!'our'|'my') function* namelike{1,3} (?:institution|institutions) (?:from namelike+)?
            (?:from|by|at) (?:function|(?:persons|person|people) from?)* (?:institutions|institution from namelike+)
            ^ (?:show|function|new|recent|newest|further|filler)* organization possessive? (?=papers)
            """
        ),
    }
)


def take_unrecorded(sentence: Sentence) -> UnrecordedField | None:
    """What papers are chosen by and no record holds: "most cited", "from Stanford"."""
    return next((field for field, pattern in _UNRECORDED.items() if sentence.take(pattern)), None)
