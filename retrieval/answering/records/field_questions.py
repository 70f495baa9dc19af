"""Questions about a field of one paper: "who wrote X?", "how many votes has X?", "is there code for X?"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from retrieval.answering.question.phrases import questions
from retrieval.answering.records.field_words import (
    PARTS,
    by_keyword,
    has_a_keyword,
    names_written,
    only_keyword,
    paper_name,
)
from retrieval.answering.records.fields import Field, FieldQuestion, UnrecordedField

_CERTAIN: Final = {
    UnrecordedField.CITATIONS: questions(
        """
        how many citations (?:does|did|has|have|are there (?:for|of)|for|of|on) <x><have>
        how (?:many times|often|much) (?:is|was|has|have|does|did) <x> (?:been |get |got )?cited(?: so far| yet)?
        <ask>(?:the )?(?:citation count|number of citations|citations?)(?: count)? <of> <x>
        (?:who|which papers?|what(?: papers?)?|how many (?:people|papers|works|others)) (?:has |have )?cite[sd]? <x>
        <ask><x><its> citations?(?: count)?
        """,
        PARTS,
    ),
    UnrecordedField.H_INDEX: questions("<ask>(?:the )?h[- ]?index <of> <x>\n<ask><x><its> h[- ]?index", PARTS),
    UnrecordedField.PRODUCTIVITY: questions(
        r"""
        (?:who|<people>)(?: (?:has|have|had|did))?(?: (?:wrote|written|published?|writes?|publishes|authored
          |got))? (?:the )?most
          [ ](?:papers|publications|works|articles)(?P<x>.*)
        (?:(?:who(?:['’]s| is| are)|<people> (?:is|are)) (?:the )?most (?:prolific|productive)
          |(?:the )?(?:most (?:prolific
          |productive)|top) <people>)(?P<x>.*)
        """,
        {"people": r"(?:(?:which|what) )?(?:authors?|researchers?|persons?|people|scientists?|professors?)"},
    ),
    UnrecordedField.PAGES: questions(
        """
        how long is <x> in pages
        how many pages (?:does|did|has|is|are (?:in|there in)|in) <x><have>(?: long)?
        <ask>(?:the )?(?:number of pages|page count|length in pages) <of> <x>
        """,
        PARTS,
    ),
    UnrecordedField.REVIEWS: questions("who (?:has |have )?(?:peer[- ])?review(?:ed|s) <x>", PARTS),
    UnrecordedField.REFERENCES: questions(
        "how many (?:references|refs|sources) (?:does|did|has|do|have|are (?:there )?in|in) <x><have>", PARTS
    ),
    UnrecordedField.VENUE: questions(
        """
        (?:(?:at|in|to|by) )?(?:what|which) (?:conference|venue|journal|workshop)(?: is| was| did| accepted
          | published)* <x>
          (?: (?:published|presented|accepted|appear(?:ed)?|in|at|to|by|get|into))*
        <ask>(?:the )?(?:conference|venue|journal|peer reviews?) <of> <x>
        <ask>(?:the )?impact factor <of> (?P<x>(?:these|those|this|that) papers?)
        where (?:was|were|is|has) <x> (?:been )?(?:accepted|presented|published)(?: (?:at|in))?
        (?:was|is|did|has) <x> (?:been |get )?(?:accepted|peer[- ]reviewed|presented)(?: (?:at|to|by|in) .+)?
        """,
        PARTS,
    ),
    UnrecordedField.AFFILIATIONS: questions(
        """
        <ask>(?:the )?(?:authors?['’]? )?affiliations?(?: (?:of|for) the authors?)? <of> <x>
        (?:(?:at|in|from|for) )?(?:what|which) <institution> (?:is|are|was|were|did|does|do|made|wrote|published
          |released) (?:behind |from |responsible for )?<x>
          (?: (?:from|come from|at|work(?:ing)?(?: (?:at|for))?|by|affiliated with))?
        (?:what|which) <institution> (?:is|are|was|were) (?:the )?<x> (?:people|authors?|team|folks|guys
          |group) (?:at|from|in)
        where (?:do|does|did) the authors? <of> <x> (?:work|come from|study)
        """,
        PARTS,
    ),
    UnrecordedField.READERS: questions(
        """
        how (?:many times|often|much) (?:has|was|is) <x> (?:been )?(?:downloaded|read|viewed)
        how many (?:downloads|views|readers|reads) (?:does|did|has) <x><have>
        """,
        PARTS,
    ),
    Field.LAST_AUTHOR: questions(
        """
        <ask>(?:the )?(?:last|senior) author <of> <x>
        who (?:is|was) <x><its> (?:last|senior) author
        """,
        PARTS,
    ),
    UnrecordedField.FUNDING: questions(
        r"(?:who|(?:which|what) \w+) (?:has |have )?(?:funded|sponsored|paid for|financed) <x>", PARTS
    ),
    Field.AUTHORS: questions(
        """
        (?:who|(?:what|which) <people>|<ask>(?:the )?(?:names? of )?(?:the )?(?:<people>|guys) (?:who|that))(?: all
          | else| exactly)? (?:wrote|(?:co-?)?authored|co-?wrote|penned|(?:has
          |have) (?:written|authored)) <x>
        who (?:is|are|was|were) (?:all )?(?:the |an? )?<author>(?: list)? <of> <x>
        (?:who|(?:what|which) <people>)(?:['’]s| is| are| was| were)(?: the <people>)? (?:behind|responsible for) <x>
        whose (?:work|paper|project|idea|article) is <x>
        <ask>(?:all )?(?:of )?(?:the )?(?:names? of (?:all )?(?:of )?(?:the )?|list of (?:the )?)?<author>(?: list
          | names?)? <of> <x>
        how many (?:<people>|authors|co-?authors) (?!.*\\b(?:voted?|upvoted|liked?)\\b)(?:does|did|has|have
          |are (?:there )?(?:on|in|for|behind)|wrote
          |worked on|on) <x><have>
        who (?:is|are|were|was) <x><its> <author>
        (?:of|from) (?:who|whom) is <x>
        who (?:else )?(?:is|was|are) (?:all )?(?:(?:these|those|the) people )?(?:on|in) <x>
        who (?:stands?|stood) behind <x>
        who (?:do|should|must) i cite for <x>
        by whom (?:was |is |were )?<x> (?:was |is |were )?(?:written|authored|published)
        <x>,? (?:was )?(?:written|authored) by (?:whom|who)
        (?:is|was|are|were) .+ (?:the |an? |one of the )?(?:co-?)?authors? (?:of|on) (?!(?:any|some|an?) )<x>
        """,
        PARTS,
    ),
    Field.LISTED: questions(
        """
        (?:which|what) (?:day['’]?s )?list (?:included|includes|had|has|contained|featured|listed|showed) <x>
        (?:when|(?:on )?(?:which|what) (?:day|date)|(?:on|in) (?:which|what) (?:daily )?lists?|(?:which
          |what) (?:daily )?lists?(?: day)?) (?:was|is|did
          |has) (?!.* published on$)<x>
           [ ](?:get |been |appear |first |shown )*(?:(?:listed|featured)(?: <onlist>)?|<onlist>|on)
        """,
        PARTS,
    ),
    Field.PUBLISHED: questions(
        """
        <when> (?:was|were|is|did|has|had) <x> (?:first |been |originally |initially |actually |get )?<came>(?: on)?
        <when> (?:did|have|had) (?:they|the authors|the team) (?:first )?(?:publish|release|post|submit
          |upload)(?:ed)? <x>
        <x> (?:was |has been )?<came> when
        <when> (?:was|were|is|does|did|has|been| )+ ?(?:first )?<came> (?:the (?:paper|article|preprint) )?<x>
        from (?:which|what) (?:day|date|year|month) is <x>
        <when> (?:did )?<x> (?:came out|appeared|(?:was|got|were) (?:first )?<came>)
        when['’]s <x> from
        how (?:old|recent|new) is <x>
        (?:is|was) <x> (?:published |released )?from (?:19|20)[0-9][0-9](?: or (?:19|20)[0-9][0-9])?
        how long (?:has|is) <x> (?:been |already |now )*(?:out|around|available|published|online|there
          |on arxiv)(?: now| already)?
        <ask>(?:the )?(?:(?:publication|release|submission|publishing|posting|arxiv) )?(?:date|day|year)
          (?: of publication)? <of> <x>
        """,
        PARTS,
    ),
    Field.COMMENTS: questions("how many comments (?:does|did|has|have|are there (?:on|for)|on|for) <x><have>", PARTS),
    Field.VOTES: questions(
        """
        how many <votes> (?:has|have|had|are there (?:for|on)|for|on|of|were cast for|went to|is) <x><have>
        how many <votes> (?:does|did|do) <x>(?: (?:have|get|got|received?|earn|collect|gain))<have>
        how many <votes> (?:does|did|do) (?P<x>\\S+(?: \\S+)??)
        how many (?:people|members|users|folks|persons|readers) (?:have )?
          (?:(?:up-?)?voted(?: (?:for|on)|(?= the (?:paper|article)))|up-?voted|liked) <x>
        <ask>(?:the )?(?:number of <votes>|(?:up-?)?vote (?:count|tally|total|number)|<votes>) <of> <x>
        (?:does|did|has) <x> (?:have|get|got|received?) (?:any|many|a lot of) <votes>
        """,
        PARTS,
    ),
    Field.CATEGORY: questions(
        """
        (?:(?:in|under|to) )?(?:what|which) <category> (?:is|does|are|was|has|do|did) <x>
          (?: (?:in|under|to|(?:listed|filed|put|classified|posted)(?: (?:in|under|as))?|belongs?(?: to)?|falls?
          (?: (?:in|under|into))?|have|from|of))*
        <ask>(?:the )?<category> <of> <x>
        how is <x> (?:categori[sz]ed|classified)
        """,
        PARTS,
    ),
    Field.VERSION: questions(
        """
        (?:what|which|how many|what['’]s the|what is the|the) (?:latest |current |newest |arxiv )*versions? (?:is|of
          |does|are there of|has|number of|do you have of) <x><have>
          (?: (?:at|on|there|is (?:this|it|here|that|(?:the )?(?:newest|latest|current|most recent|last))
            |do you (?:have|know)))?
        (?:has|was) <x> (?:been )?(?:revised|updated)(?: on arxiv)?
        """,
        PARTS,
    ),
    Field.PDF: questions(
        """
        <ask>(?:where can i (?:find|get|download|read) )?(?:a |an |the )?(?:(?:link|url) to (?:the )?)?pdf(?: link
          | file| url| version)? <of> <x>
        (?:where|how) can (?:i|we|one) download (?!.*\\bcode\\b)<x>
        (?:is|are) there (?:a |an )?pdf <of> <x>
        """,
        PARTS,
    ),
    Field.PROJECT: questions(
        """
        <ask>(?:is there |does it have )?(?:a |an |the )?<site>(?: link)? <of> <x>
        does <x> have (?:a |an )?<site>
        """,
        PARTS,
    ),
    Field.LINK: questions(
        """
        <ask>(?:a |an |the )?(?:arxiv )?(?!.*\\b(?:code|github|repo|repository|pdf)\\b)(?:link|url|address
          |web address|arxiv (?:page|id|number|identifier))(?: to the paper)? <of> <x>
        link me (?:to )?<x>
        """,
        PARTS,
    ),
    Field.TITLE: questions("<ask>(?:the )?(?:full )?(?:title|name) of <x>", PARTS),
    Field.ABSTRACT: questions(
        """
        <ask>(?:the )?(?:whole |full |entire )?abstract (?:of|for|from) <x>
        (?:show|open|read|display|pull up)(?: me| us)? (?:the )?(?:whole |full )?(?:abstract|paper|card) (?:of|for
          |called|titled|named) <x>
        """,
        PARTS,
    ),
}  # fmt: skip
_POSSIBLE: Final = {
    Field.LINK: questions(
        "where (?:to|(?:can|do|could) (?:i|we|one)) (?:find|read|get|see|access) "
        r"(?!.*\b(?:code|github|repo|repository|pdf)\b)<x>",
        PARTS,
    ),
    Field.CODE: questions(
        """
        where (?:is|are) <any><code> <of> <x> (?:hosted|located|published|kept|stored)
        (?:is|are|was) there <any><code>(?: <out>)? (?:<of>|with|that goes with|accompanying) <x>
        (?:does|did|do|has|have) <x> (?:have|come with|provide[d]?|release[d]?|ship(?: with)?|include|share[d]?
          |publish(?:ed)?|offer|open-?source[d]?|got|link(?: to)?|make|made) <any><code>(?: <out>)?
        (?:(?:where|what|which|how)(?:['’]s| (?:is|are|can (?:i|we|one) (?:find|get|see)|do (?:i|we) (?:find
          |get)))? |any |got |(?:show|give|send|get|link)(?: me| us)? (?:to )?)?
          <any>(?:(?:link|url) (?:to|for) )?<any><code> <of> <x>
        (?:is|are|was|has) <any><code> <of> <x> (?:been |ever |already |yet )*<out>
        (?:is|are|was|has) <x>(?:<its>)? <code> (?:been )?<out>
        (?:is|was) <x> open[- ]sourced?
        (?!.*\\b(?:that|which|who|papers?|works?|anything)\\b)<x>,? (?:it |they |the authors )?(?:has|have|got
          |comes with) <any><code>(?: <out>)?
        where (?:can|could|do) (?:i|we|one) (?:clone|fork|git clone|star|install) <name>
        can (?:i|we|one) (?:clone|fork|run|try|install) <name>(?: (?:myself|ourselves|locally|at home))*
        did (?:somebody|someone|anyone|anybody|they) (?:release|publish|share|post|put out) <any><code> (?:for|of) <x>
        (?:do|did) (?:they|the authors) (?:release|share|publish|provide|have) <any><code> <of> <x>
        """,
        PARTS,
    ),
    Field.PUBLISHED: questions(
        """
        (?:was|were|did) <x> <came> (?:already )?(?:in|on|before|after|last|this|during|around|since) (?=.*<time>).+
        """,
        PARTS,
    ),
    Field.VERSION: questions(
        """
        (?:has|was) <x> (?:ever |since )?(?:been )?(?:revised|updated)(?: (?:on arxiv|since .+|after .+|lately|recently
          |again))*
        """,
        PARTS,
    ),
    Field.CATEGORY: questions(
        r"(?:is|was) <x> (?:an? |in |under |(?:filed|listed) under )?(?:cs|stat|math|eess)\.[a-z]{2}(?: paper)?", PARTS
    ),
    Field.VOTES: questions("how (?:popular|well[- ]liked|upvoted|highly voted) is <x>", PARTS),
    Field.AUTHORS: questions(
        """
        (?:the )?<people> behind <x>
        <ask>(?:the )?(?:author )?names on <x>
        who(?:['’]?s| is| was) <x> (?:from|by)
        <ask>(?:the )?(?:names? of )?(?:all )?(?:the )?(?:<people>|guys) (?:who|that) (?:made|built|created|proposed|did
          |introduced|developed|worked on|came up with) <x>
        (?:who|(?:what|which) <people>) (?:all )?(?:cooked(?: up)?|brewed|crafted|coded|shipped|dropped|conceived
          |devised
          |engineered|put out|made|built|created|proposed|introduced|developed|released|published
          |invented|designed|came up with|did
          |worked on) <x>
        """,
        PARTS,
    ),
}  # fmt: skip

_LEAD: Final = re.compile(
    r"^(?:(?:and|but|so|ok(?:ay)?|hey|hi|hello|also|then|well|please|pls|plz|btw|by the way|just|any idea|remind me"
    r"|i wonder|wondering"
    r"|(?:do|does|would|did) (?:you|u|anyone|anybody|somebody) (?:know|happen to know|remember)(?: (?:whether|if))?"
    r"|(?:can|could|would|will) (?:you|u)(?: please)? (?:tell|show|give) me|(?:please )?tell me"
    r"|(?:can|could|would) (?:someone|somebody|anyone|anybody) (?:please )?tell me"
    r"|i(?:['’]d| would)? (?:want|like|need)(?: to)? (?:know|see)(?: (?:whether|if))?|for"
    r"|i (?:forgot|forget|don['’]t know|can['’]t remember|can['’]t recall)"
    r"|would you mind telling me(?: (?:whether|if))?|(?:is it|it is|it['’]s) possible to (?:know|see|get|have|find out)"
    r"(?: (?:whether|if))?)[\s,:]+)+",
    re.IGNORECASE,
)
_TAIL: Final = re.compile(
    r"(?:[\s,]+(?:or (?:no|not|nah|what)|please|pls|plz|lol|btw|thanks|thank you|anyway|exactly|again|remind me"
    r"|can you remind me"
    r"|(?:for|in) (?:a|an|my|the|our|his) (?:citation|bibliography|references?|slides|talk|thesis|related work"
    r"|seminar)))+$",
    re.IGNORECASE,
)
_CLAUSE: Final = re.compile(r"(?<=[\w)\"”'’+])[,;:?!.]\s+|\s[-–—]\s|,?\s(?:and|but|so)\s")
"""What parts the clauses of a question: the paper may be named in one, and the field in another."""
_SHORT_NAME: Final = 6
"""Words before a colon that are taken for a paper's name, whether or not there is one: "LynxLM: who wrote it?"."""
_ONE_OF_MANY: Final = re.compile(
    r"\b(?:papers|most|fewest|least|best|top|newest|oldest|anything|something)\b|^(?:anyone|anybody)", re.IGNORECASE
)
"""With one of these nobody names a paper beside a field."""
_TELLS: Final = re.compile(
    r"(?:i|we|my|our|he|she)\b(?!(?: still| also| just| only| really)* (?:need|want|would like|look)|['’]d like)",
    re.IGNORECASE,
)
"""How clauses begin that say why somebody asks."""
_ASKS: Final = re.compile(r"\b(?:who|whom|whose|what|which|when|where|how)\b", re.IGNORECASE)
_OF_LICENCE: Final = re.compile(r"\blicen[cs]e", re.IGNORECASE)
_LONGEST: Final = 40  # words of a question about a field


def bare_question(text: str) -> str:
    """The question without what surrounds it: a greeting, "do you know", the question mark."""
    return _TAIL.sub("", _LEAD.sub("", " ".join(text.split()).rstrip(" ?!.…"))).strip()


def read_field_question(text: str) -> FieldQuestion | None:
    """The field that a question asks for, and the paper as it is written; ``None`` for other questions."""
    asked = bare_question(text)
    if len(asked.split()) > _LONGEST or _OF_LICENCE.search(asked):
        return None
    found = _by_form(asked)
    if found is not None:
        return found
    if not has_a_keyword(asked) and not _ASKS.search(asked):
        return None
    clauses = list(_clauses(asked))
    by_clause = _by_clause(asked, clauses) if len(clauses) > 1 else None
    return by_clause or (None if _ONE_OF_MANY.search(asked) else by_keyword(asked))


def _by_form(asked: str) -> FieldQuestion | None:
    for forms, certain in ((_CERTAIN, True), (_POSSIBLE, False)):
        for field, patterns in forms.items():
            found = next((found for pattern in patterns if (found := pattern.fullmatch(asked))), None)
            if found:
                return FieldQuestion(field, found["x"], certain)
    return None


def _clauses(asked: str) -> Iterator[tuple[int, int]]:
    """Where the clauses of a question are, the last one first."""
    ends = [(0, 0), *((found.start(), found.end()) for found in _CLAUSE.finditer(asked)), (len(asked), len(asked))]
    for (_, start), (end, _) in reversed(list(pairwise(ends))):
        if start < end:
            yield start, end


def _by_clause(asked: str, clauses: Sequence[tuple[int, int]]) -> FieldQuestion | None:
    """The field that one clause asks for, of a paper that it names, or another one: "… X; who were its authors?"."""
    for start, end in clauses:
        clause, others = asked[start:end], (asked[:start], asked[end:])
        asks = _ASKS.search(clause)
        if (
            _ONE_OF_MANY.search(clause)
            or (_TELLS.match(clause) and len(clauses) > 1 and not asks)
            or not (has_a_keyword(clause) or asks)
        ):
            continue
        if not asks and _ASKS.search(others[0]) and asked[:start].rstrip().endswith((",", "and", "but", "so")):
            continue  # "how many samples, categories and languages has X?"
        about_it = read_field_follow_up(clause)
        if about_it is not None:
            whole = [text.strip(" ,;:-–—?!.") for text in others]
            names = [name for text in whole for name in ((text, *names_written(text)) if text else ())]
            short = len(whole[0].split()) <= _SHORT_NAME and not whole[1] and not _ASKS.search(whole[0])
            if names:
                return FieldQuestion(
                    about_it.field,
                    whole[0],
                    about_it.certain and short and bool(asks),
                    () if short and asks and about_it.certain else tuple(names),
                )
            continue
        bare = bare_question(clause)
        named = _by_form(bare) or (by_keyword(bare) if has_a_keyword(clause, alone=True) else None)
        if named is not None:
            names = (*named.names, paper_name(named.paper), *names_written(named.paper))
            return FieldQuestion(named.field, named.paper, certain=False, names=names)
    return None


def read_field_follow_up(text: str, *, of_one: bool = True) -> FieldQuestion | None:
    """The field that a short follow-up asks for of the paper before: "and the date?", "how many votes?".

    ``of_one``: it was a single one; else the field's name alone rather asks about the list.
    """
    asked = bare_question(text)
    field = only_keyword(asked) if of_one else None
    if field is not None:
        return FieldQuestion(field, "it")
    for completed in (asked, f"{asked} of it", f"{asked} does it have"):
        found = _by_form(re.sub(r"\b(?:its|their) ", "the ", completed))
        if found is not None and found.paper in {"it", "this", "that"}:
            return found
    return None
