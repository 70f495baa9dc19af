"""The forms of questions for papers: whether one may ask for papers, for one of them, or go on from another."""

from __future__ import annotations

import re
from typing import Final

from retrieval.answering.records.periods import DAY_WORDS
from retrieval.answering.records.sentence import Sentence, rule
from retrieval.query.fields import ARCHIVES

_SHORT_STATEMENT: Final = 8  # words that may be about anybody's papers: "i want all that Ada Okafor did"
LONGEST_FRAGMENT: Final = 12  # words
_LONGEST_WITH_NAME: Final = 24
_LONGEST_IN_LOWER_CASE: Final = 30

EXTREME: Final = "(?:most|least|best|worst|newest|oldest|trending|last|first)"
"""A part of rules: what puts papers in an order."""
_ASKS: Final = rule(
    f"""
    papers | trending | write by | show author_name | 'all' 'that' author_name | most (?:vote|votes|cited|popular)
    (?:what|'any'|'some'|'a'|'an'|'another'|'one'|show|'every'|'each'|'no'|recent|new) (?:(?!boundary) .){{0,4}}? paper
    {EXTREME} .{{0,3}}? (?:paper|ones|any_paper|number) | {EXTREME} one (?!about) | best (?:days|from days|from)
    newest about | what yes_no 'there' (?:about|from|by|days|'in'|with)
    paper .{{0,5}}? (?:with|have) 'the'? (?:most|least)
    any_paper (?:function|have|show|aside)* (?:new|recent|newer|older|oldest|newest|by|from|about|write|with|days)
    any_paper (?:function|have|show|aside)* author_name | any_paper aside? (?:'in'|with) other .{{0,3}} days
    any_paper (?:function|have|show)* (?:come_out|people|without|cut|earlier|later)
    (?:what|any_paper) (?:yes_no|function|people|'on')* (?:new|recent) (?!'in'|with|from|'to')
    (?:what|any_paper) (?:yes_no|function|people|persons|'on'|have)* (?:trending|popular|come_out|vote|went_viral)
    (?:what|any_paper) (?:yes_no|function|people|'on')* feature
    (?:what|any_paper) (?:yes_no|function|people|'on')* (?:newest|list|feel|discuss|best days)
    what (?:yes_no|'on')? days (?!possessive|other)
    what yes_no (?:'you'|'we'|'they'|host) (?:have|show|feature|write|offer)
    (?:what|'any') (?:yes_no|function|filler|aside)* happen .* days
    (?:new|recent) (?:any_paper|ones|about|from|days|$) | 'any' (?:new|aside $|aside days|aside boundary)
    what yes_no? people (?:function|other)? (?:feel|vote|discuss) | how_many (?:yes_no|from|have|with)
    (?:days|newest|last|possessive|'the'|'on') .{{0,1}} list | list (?:from|days|about)
    """
)
"""How papers are asked for."""
_WORTH_A_LOOK: Final = rule(
    """
    days|author_name|list|votes|vote|code|codes|site|trending|popular|newest|oldest|new|best|most|cited|by|write|papers
    any_paper|collective|et_al|author|authors|surname|'since'|person whose? (?:name|title_of)
    """
)
_LIST_FORM: Final = (
    "new|recent|trending|host|'today'|'yesterday'|most|best|newest|oldest|least|popular|people|persons|days|author_name|papers|there|come_out|'be'|'been'|vote"
    "|feature|number|'on'|'in'|from|boundary|$|last|first|how_many|count|paper|list"
)
"""What follows "what is" or "what are" where papers are asked for."""
_CONTENT: Final = (
    "why (?!'about'|popular) | what 'makes' | "
    f"what yes_no (?!{_LIST_FORM}|'the' (?:other|aside|filler)? (?:{_LIST_FORM}|second|third))"
    "(?!(?:'you'|'we'|'they') (?:have|show|feature|write|offer|list))"
    " | how_many papers yes_no (?:'it'|'they' (?!list|feature|come_out)|'he'|'she'|'the' (?:author|authors|paper))"
    " | how_many papers yes_no 'the' other"
)
"""How what papers say is asked for."""
_NO_PAPERS: Final = (
    "there|author_name|papers|any_paper|'the'|'this'|people|new|recent|days|list|'it'|'some'|other papers"
)
_ABOUT_CONTENT: Final = rule(f"{_CONTENT}\n^ {{lead}} yes_no (?!{_NO_PAPERS})")
_BEGINS_WITH_CONTENT: Final = rule(f"^ {{lead}} (?:{_CONTENT})\n^ yes_no (?!{_NO_PAPERS}|namelike)")
_BEGINS_A_QUESTION: Final = rule("^ (?:what|why|yes_no|who|whose|when|where|how_many|how_old)")
_ONE: Final = rule(
    f"""
    (?:{EXTREME}|recent|new) (?:vote|popular|votes|cited|'-'|and|other|function){{0,4}}? (?:paper|one)
    what (?:'is'|'was')? 'the' paper | winner | 'runner-up' | what paper .{{0,4}} best
    (?:what (?:'is'|'was'|'the')*|possessive|and? 'the') (?!trending) {EXTREME} (?:vote|popular|from (?:them|again))? $
    what one? from (?:'the'|'these'|'those'|'all'|again|days|cut|author_name|possessive)* .{{0,9}}?
      (?:have|yes_no|with) .{{0,2}}? (?:most|least)
    (?:paper|one|what) .{{0,5}}? (?:with|have|yes_no|vote|feel) 'the'?
      (?:most|least|newest|oldest|best) (?!papers|.papers)
    ^ {EXTREME} (?:vote|popular)? one? 'only' $
    """
)
"""How one paper is asked for, the newest or the best."""
_FIRST: Final = rule("(?:one|ones|paper|papers|vote|popular) 'first' | 'first' $")
_GOES_ON: Final = rule(
    """
    ^ (?:and|'but'|or|'also'|'only'|'just'|'now'|'ok'|'okay'|'then'|same|ones|them|one|with|without|from|'since')
    ^ (?:'before'|'after'|'between'|'in'|by|about|order_by|how_many|best|further|newest|oldest|exclude|days|'any')
    ^ (?:'what'|'how') about | ^ what (?:ones|one|from (?:them|again)) | ^ 'the' (?:ones|same|newest|oldest|best)
    ^ yes_no 'any'
    """
)
_OF_THE_AUTHOR: Final = rule(
    """
    he_or_she .* (?:papers|paper|any_paper|write|newest|oldest|best|most|code|codes|list|further)
    (?:papers|paper|any_paper|what|further|by|from) .* he_or_she
    """
)
_SHOWS_AGAIN: Final = rule(
    """
    (?:'okay'|'now'|'can' 'you'|'could' 'you'|'would' 'you'|{lead})*
      (?:show|'what' 'are'|'let' 'me' 'see') 'me'? (?:again|papers|'the' papers|them|it) (?:'all'|'please'|'then')*
    """
)
_TWO_CAPITALS: Final = re.compile(r"(?<=\s)[A-Z][\w'’.-]*\s+[A-Z]")


def begins_a_question(sentence: Sentence) -> bool:
    """Whether it begins as questions do, and is more than a name."""
    return _BEGINS_A_QUESTION.begins(sentence) is not None


def may_name_authors(whole: Sentence) -> bool:
    """Whether a word says that somebody's papers may be asked for."""
    return whole.has(
        "by",
        "from",
        "author",
        "authors",
        "collective",
        "write",
        "papers",
        "any_paper",
        "surname",
        "paper",
        "person",
        "name",
        "ones",
        "make",
        "search",
    )


def may_ask_for_papers(text: str) -> bool:
    """Whether it is worth a look at the catalogue to read a question as one for papers: most aren't."""
    sentence = Sentence.of(text)
    short = len(text.split()) <= _SHORT_STATEMENT and not begins_a_question(sentence)
    asks = _WORTH_A_LOOK.search(sentence) or _ASKS.search(sentence) or _TELLS_DAYS.search(text)
    by_somebody = _BY_SOMEBODY.search(sentence) is not None
    return (
        short or by_somebody or has_two_capitals(text) or (bool(asks) and _BEGINS_WITH_CONTENT.begins(sentence) is None)
    )


_BY_SOMEBODY: Final = rule(
    "yes_no namelike{1,4} (?:function|recent|further)* write (?=$|boundary|days|'in'|about|recent|from|with)"
)
_TELLS_DAYS: Final = re.compile(
    rf"\b(?:{'|'.join(DAY_WORDS)}|(?:19|20)\d\d|(?:{ARCHIVES})\.[a-z]{{2}})\b", re.IGNORECASE
)


def has_two_capitals(text: str) -> bool:
    """Whether a short question has two words with capitals side by side, as names of people have."""
    return len(text.split()) <= _LONGEST_WITH_NAME and bool(_TWO_CAPITALS.search(text))


def may_hold_names(text: str) -> bool:
    """Whether it's worth a look at the catalogue's names: the text is short, or has a place for one."""
    sentence, words = Sentence.of(text), len(text.split())
    names_authors = may_name_authors(sentence)
    if words <= _SHORT_STATEMENT and (names_authors or not begins_a_question(sentence)):
        return True
    return has_two_capitals(text) or (
        words <= _LONGEST_IN_LOWER_CASE
        and names_authors
        and sentence.has("by", "write", "author", "authors", "surname", "possessive", "person", "papers")
    )


def asks_for_one(sentence: Sentence) -> bool:
    """Whether one paper is asked for, the newest or the best: "the newest paper on X"."""
    return _ONE.search(sentence) is not None and _FIRST.search(sentence) is None


def shows_again(text: str) -> bool:
    """Whether a follow-up only asks to see what was counted or named before: "show them"."""
    return _SHOWS_AGAIN.covers(Sentence.of(text.strip(" .!?"))) is not None


def is_about_the_author(text: str) -> bool:
    """Whether a follow-up asks for papers of the author before: "does she have anything on agents?"."""
    return len(text.split()) <= LONGEST_FRAGMENT and _OF_THE_AUTHOR.search(Sentence.of(text)) is not None


def may_go_on(text: str) -> bool:
    """Whether a question is short enough to go on from the one before it."""
    words = len(text.split())
    return words <= LONGEST_FRAGMENT and (
        _GOES_ON.begins(Sentence.of(text)) is not None or words <= LONGEST_FRAGMENT // 2 or is_about_the_author(text)
    )


def asks_for_papers(sentence: Sentence) -> bool:
    """Whether papers are asked for, in any form."""
    return _ASKS.search(sentence) is not None


def is_about_content(sentence: Sentence) -> bool:
    """Whether what papers say is asked for."""
    return _ABOUT_CONTENT.search(sentence) is not None


def is_continuation(sentence: Sentence) -> bool:
    """Whether it begins as follow-ups do."""
    return _GOES_ON.begins(sentence) is not None
