"""How questions name a field of a record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from retrieval.answering.records.fields import Field, UnrecordedField
from retrieval.answering.records.sentence import Rule, Sentence, Unit, rule

_WHO: Final = "(?:who|what (?:persons|person|people)|(?:persons|person|people) (?:what|'that'))"
_MADE: Final = "(?:write|make|behind)"
_ANYONE: Final = "(?:who|author|authors|person|persons|what (?:author|authors|persons|person|people))"
_FIELDS: Final[Mapping[Field | UnrecordedField, Rule]] = {
    UnrecordedField.H_INDEX: rule("h_index"),
    UnrecordedField.PRODUCTIVITY: rule(
        f"""
        {_ANYONE} (?:function|have|write)* (?:most (?:papers|any_paper)|prolific_author) | best (?:persons|authors)
        prolific_author {_ANYONE}
        """
    ),
    UnrecordedField.CITATIONS: rule(
        "(?:how_many|how_much|how_often|'number' from)? (?:'times'|function)* (?:cited|citation|citations|cite)"
    ),
    UnrecordedField.CONTACT: rule("contact"),
    UnrecordedField.VENUE: rule(
        """
        what? venue | accept (?:at|'to'|'in'|'by'|'at'|available)? function* venue? | accept
        where yes_no (?!.* (?:code|'data'|'dataset'|'datasets'|'weights'|'models')) (?=.{1,8} come_out $)
        """
    ),
    UnrecordedField.AFFILIATIONS: rule(
        """
        affiliation | what (?:institution|institutions) (?!possessive) | (?:'work'|'based') $
        where (?:yes_no|function)* (?:author|authors) (?=.* (?:'work'|'study'|'from'))
        """
    ),
    UnrecordedField.PAGES: rule("(?:how_many|'number' from|'in') (?:pages|page) | page"),
    UnrecordedField.REFERENCES: rule("how_many (?:references|'sources')"),
    UnrecordedField.READERS: rule("readers | how_many 'times' .* (?:'read'|'viewed'|'downloaded')"),
    UnrecordedField.FUNDING: rule("funding | (?:who|what institution|what) (?:function)* fund"),
    UnrecordedField.STARS: rule("code? stars"),
    UnrecordedField.REVIEWS: rule("who (?:function|have)* review | 'peer' 'reviews'"),
    Field.CODE: rule(
        """
        where (?:function|yes_no)* install | (?:'can'|'how') (?:function)* install
        (?:link|links) (?:'to'|for|function)* (?:code|codes) | code | codes | open_source
        """
    ),
    Field.PDF: rule("pdf | 'download'"),
    Field.COMMENTS: rule("comments"),
    Field.LAST_AUTHOR: rule("last_author"),
    Field.LISTED: rule(
        """
        (?:'on'|'in')? what days? list | (?:'make'|'made') (?:'the'|'a')? list | listed | feature
        (?:'on'|'in') (?:'the'|'a'|'your')* list
        """
    ),
    Field.VOTES: rule(
        """
        how_popular | (?:how_many|how_much|count|'number' from)? votes
        (?:people|person|'anybody'|'anyone') (?:have|function)* vote
        how_many (?:people|persons|readers) (?:have|function)* (?:vote|feel)
        (?:'is'|'was'|'so'|'very'|'that') popular | ^ popular $
        """
    ),
    Field.CATEGORY: rule("category | categories | 'classified' | 'categorized' | 'categorised'"),
    Field.PROJECT: rule("site"),
    Field.PUBLISHED: rule(
        """
        (?:from|about|'in'|'on')? what (?:year|unit|units|date) | when | how_old | how_long | date | dates | year
        (?:from|about|'in'|'before'|'after'|'since'|'during')
          (?:other? year_number|(?:'this'|'last') (?:unit|year)|'today')
        """
    ),
    Field.AUTHORS: rule(
        f"""
        who (?:function)* (?:persons|people|person) (?:from|behind|about)
        how_many (?:people|person|persons) (?:have|function)* {_MADE}
        {_WHO} (?:'that'|'who'|function|aside|have|filler)* {_MADE} | by who | from who | who 'did'
        name (?:from|of) (?:'all'|from|function|any_paper)* (?:author|authors|persons|people)?
        names (?:from|of) (?:'all'|from|function|any_paper)* (?:author|authors|persons|people)?
        (?:persons|people|person) (?:behind|(?:'that'|'who') (?:write|make))
        function? (?:author|authors) names? | author | authors
        whose (?:papers|paper|any_paper|idea)
        """
    ),
    Field.VERSION: rule("(?:what|how_many)? (?:newest|'current')? (?:version|versions) | revise"),
    Field.TITLE: rule("title"),
    Field.ABSTRACT: rule(
        """
        abstract | yes_no (?:'you'|'we') have 'the'? paper title_of? | (?:show|open) 'me'? 'the'? (?=other{1,4} paper $)
        'in' (?:'your'|'our'|'the'|'this') (?:'library'|'collection'|'database'|'catalog'|'catalogue'|'index') $
        """
    ),
    Field.LINK: rule(
        """
        link | links | (?:where|yes_no) (?=.{0,8} on_arxiv $) | where (?:function|filler|yes_no)* (?:show|'access')
        where (?=.{1,8} paper $)
        """
    ),
}
"""How questions name a field; the first one that is named is asked for."""
_BY_A_WORD: Final[Mapping[Field | UnrecordedField, Rule]] = {Field.AUTHORS: rule("who | names | whose")}
"""What may name a field where nothing else does."""
_WEAK: Final = rule(
    """
    who|whose|when|year|names | by who | revise|title|abstract|accept|how_long|feature
    who 'did' | from who | (?:from|about|'in'|'on')? what (?:year|unit|units) | where (?:function|yes_no)* show
    """
)
"""What names a field only where hardly anything accompanies it, or a verb that goes with it."""
_SUPPORT: Final[Mapping[Field | UnrecordedField, tuple[str, ...]]] = {
    Field.PUBLISHED: ("come_out", "write"),
    Field.AUTHORS: ("write", "make", "behind"),
    Field.LISTED: ("when",),
}
"""The verbs that go with a question word."""
_CONDITION: Final[Mapping[Field | UnrecordedField, Rule]] = {
    Field.VOTES: rule(
        """
        (?:most|best|least) (?:vote|popular)
        (?:number|most|least|best|by|with|without|order_by|at_least|more_than|less_than|at_most)
          (?:function|count)* votes
        (?:or_more|not|'any') (?:function|count)* votes | popular (?=number) | what (?:'is'|'was') popular
        votes ':'? function? (?:at_least|more_than|less_than|at_most|number|order_by)
        """
    ),
    Field.CODE: rule(
        """
        (?:with|without|exclude|'only') (?:function|have)* (?:code|codes|open_source)
        (?:code|codes|open_source) 'only'
        codeless
        """
    ),
    Field.PROJECT: rule("(?:with|without|exclude|'only') (?:function|have)* site"),
    Field.PUBLISHED: rule("(?:by|order_by) (?:date|year)"),
    UnrecordedField.CITATIONS: rule("(?:most|best|least|by) (?:function|count)* (?:cited|citations)"),
}
"""How a field is a condition of papers instead: "with more than 100 votes"."""
_COUNTED: Final = frozenset({Field.VOTES, Field.COMMENTS, Field.AUTHORS, Field.VERSION, *UnrecordedField})
"""Fields of which it may be asked how many."""
ONLY_RECORDS: Final = frozenset({Field.VOTES, Field.AUTHORS, Field.PDF, Field.PROJECT, Field.LINK, Field.LISTED})
"""Fields of which abstracts hardly tell."""
CERTAIN: Final = frozenset(
    {*ONLY_RECORDS, Field.LAST_AUTHOR, Field.PUBLISHED, Field.COMMENTS, Field.CATEGORY, Field.TITLE, Field.VERSION}
    | {UnrecordedField.CITATIONS, UnrecordedField.H_INDEX, UnrecordedField.PAGES, UnrecordedField.REFERENCES}
)
"""Fields that only records tell, where nothing but a paper's name accompanies them."""
_ONE_OF_ALL: Final = rule("{superlative} .{0,2} {any_noun}")
_OF_THE_AUTHORS: Final = rule("^ {lead} (?:what|why) (?:'did'|'do'|'does'|'have') 'the' (?:author|authors) (?!$)")
"""How it is asked what authors say rather than who they are."""
_CITING: Final = rule("(?:'we'|'i'|'you'|'they'|'to'|for 'a'|'for'|'my'|'must'|'should'|'a') (?:cited|cite|citation)")
_BY_DAYS: Final = rule(".* (?:year_number|unit|year|'today'|'yesterday')")
_ASKS_FOR_DAY: Final = rule("when | what (?:unit|units|date|list|days) | list $")
_ASKS_ELSE: Final = rule(
    "^ {lead} (?:'what'|'which'|how_many) (?:recent|new)? (?:other|offer (?=from)) (?!paper|papers|possessive)"
)
"""How something else is asked for than a field: "how many tasks", "what share of authors"."""
_GOES_WITH_WEAK: Final = frozenset(
    {"function", "boundary", "it", "them", "come_out", "write", "make", "filler", "paper", "behind"}
    | {"first", "second", "third", "fourth", "fifth", "last", "one"}
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A field that a sentence names in the units from ``first`` to before ``last``.

    ``is_weak``: by a word that may ask for something else, too, as "who" and "when" do.
    """

    field: Field | UnrecordedField
    sentence: Sentence
    first: int
    last: int

    @property
    def units(self) -> Sequence[Unit]:
        """The units that name it."""
        return self.sentence.units[self.first : self.last]

    @property
    def outside(self) -> Sequence[Unit]:
        """All other units."""
        return [*self.sentence.units[: self.first], *self.sentence.units[self.last :]]

    @property
    def is_weak(self) -> bool:
        """See the class."""
        supported = self.sentence.has(*_SUPPORT.get(self.field, ()))
        return not supported and _WEAK.covers(Sentence([*self.units])) is not None

    @property
    def fits(self) -> bool:
        """Whether what is said beside a question word goes with it: "who wrote it", not "who did they compare with"."""
        beside = [unit for unit in self.outside if not unit.may_be_named and not unit.has("capital")]
        return not self.is_weak or all(unit.has(*_GOES_WITH_WEAK) and not unit.has("what", "why") for unit in beside)

    @property
    def asks(self) -> bool:
        """Whether it is asked for rather than a condition of papers, or beside something else that is asked for."""
        if self.field in {Field.LISTED, Field.ABSTRACT} and _ONE_OF_ALL.search(self.sentence):
            return False
        condition = _CONDITION.get(self.field)
        is_condition = condition is not None and condition.search(self.sentence) is not None
        counts_else = self.sentence.has("how_many") and self.field not in _COUNTED
        if is_condition or counts_else or _ASKS_ELSE.begins(self.sentence) is not None:
            return False
        named = self.units[0].text.lower()
        if self.field is Field.PUBLISHED and _BY_DAYS.covers(Sentence([*self.units])):
            return any(unit.has("what") for unit in self.units) or self.sentence.units[0].has("yes_no")
        asks = {
            Field.AUTHORS: _OF_THE_AUTHORS.begins(self.sentence) is None,
            UnrecordedField.CITATIONS: _CITING.search(self.sentence) is None,
            UnrecordedField.AFFILIATIONS: named not in {"work", "based"} or self.sentence.has("where"),
            Field.PDF: named != "download" or any(unit.may_be_named for unit in self.outside),
            Field.LISTED: _ASKS_FOR_DAY.search(self.sentence) is not None,
        }
        return asks.get(self.field, True)


def mentioned_field(sentence: Sentence) -> Mention | None:
    """The field that is asked for, and where it is named."""
    for field, pattern in (*_FIELDS.items(), *_BY_A_WORD.items()):
        found = pattern.search(sentence)
        mention = Mention(field, sentence, found.first, found.last) if found else None
        if mention is not None and mention.asks:
            return mention
    return None
