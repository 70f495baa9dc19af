"""The kind of answer that a question asks for."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from retrieval.answering.question.subjects import bare, loosely_requested_topic, requested_topic


class Kind(StrEnum):
    """Kinds of questions."""

    NUMBER = "number"
    DEFINITION = "definition"
    METHOD = "method"
    REASON = "reason"
    RESULT = "result"
    COMPARISON = "comparison"
    ITEMS = "items"
    AVAILABILITY = "availability"
    LOOKUP = "lookup"
    LIST = "list"
    OTHER = "other"


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_MEASURES: Final = (
    r"(?:latency|throughput|fps|speedups?|speed|accuracy|sizes?|scores?|costs?|price|memory|rate|resolution|"
    r"f1|bleu|auc|elo|wer|psnr|parameter (?:count|range)|percentages?|number)"
)
_NO_NOUN: Final = r"(?:of|have|has|had|do|does|did|is|are|was|were|can|could|in|by|from)"
"""Between a question word and papers: these aren't what is asked for ("what metrics have earlier works used")."""
_PAPERS: Final = r"(?:papers|works|studies|publications|articles|surveys|preprints|abstracts)"
_QUESTIONS: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
    (
        Kind.LIST,
        _any(
            rf"\b(?:which|wich|whcih|what|wat)\b(?: (?!{_NO_NOUN}\b)\w+){{0,3}} {_PAPERS}\b",
            rf"\b(?:any|some|list|find|show|all|other|recent|several|multiple|(?<!how )many|few|name|are there|got"
            rf"|we have|you have)\b(?: \w+){{0,3}} {_PAPERS}\b",
            rf"^wh?at(?:['’]?s| are)(?: \w+){{0,2}} {_PAPERS} (?:on|about|that|which|with|using|for)\b",
            rf"^{_PAPERS}\b",
            rf"\bmore {_PAPERS} (?:on|about|like)\b",
            rf"\bwhich of (?:the|these|those|our|your)(?: \w+)? {_PAPERS}\b",
            r"\b(?:each|every|all) (?:paper|work|study|article)s? (?:on|about|regarding|with|using|that|which)\b",
            r"^(?!.*\b(?:how many|number of|how|does|do|did|is|are|was|were|why|claims?|indexed|instead of|if not)\b)"
            r".*\b(?:papers|works|studies)\s*(?:pls|please)?\s*\??$",
            r"\bwh?at(?:['’]?s| have| has)? (?:people|anyone|others|been|already been) (?:written|done|published)",
            r"^who (?:builds|studies|works|uses|does|trains|proposes|develops|evaluates|applies)\b",
            r"^who(?:['’]?s| is| are| else is)? (?:\w+ )?(?:working on|doing|studying|building|researching|developing"
            r"|exploring|investigating|tackling|looking (?:at|into))\b",
            r"^(?:and |so |but )?which (?:works|groups|teams|authors|ones)\b",
            r"\bwhich ones (?:(?:do|have) (?:we|you)|are there|exist)\b",
            r"\b(?:list|name) (?:them )?all\b",
            r"\blist (?:['’]?em|them|those|what(?:ever)?)\b",
            r"^wh?at(?:['’]?s| is| are| else is)?(?: all)?(?: out)? there\b.*\b(?:on|about|for|regarding)\b",
            r"^wh?at(?: else)? (?:do (?:we|you) have|have (?:we|you))\b.*\b(?:on|about|for|regarding)\b",
            r"^(?:what|which)(?: (?!of\b)\w+){1,3} (?:are (?:out )?there|do (?:we|you) have|exists?|is there)"
            r" (?:on|about|for|to)\b",
            r"^(?:show|give|find)(?: me| us)? (?:everything|all|whatever|stuff) (?:\w+ ){0,3}(?:on|about)\b",
            r"^(?:everything|literature)(?: \w+){0,3} (?:on|about)\b",
        ),
    ),
    (
        Kind.LOOKUP,
        _any(
            r"^(?:which|what) (?:paper|work|study|article)\b",
            r"^(?:a|the|that) (?:paper|work|study|article) (?:was|about|where|that|on|which|with)\b",
            r"^(?:is|was) there (?:a|any|an|some)\b",
            r"\b(?:any|a) (?:paper|papr|study|work)\b",
            r"^(?:any|some)(?:thing|one|body)\b",
            r"^(?:a|an|the) (?:method|model|way|system|approach|benchmark|dataset)\b",
            r"^has (?:anyone|anybody|somebody|someone)\b",
            r"\b(?:looking for|somebody posted|someone posted)\b",
        ),
    ),
    (
        Kind.AVAILABILITY,
        _any(
            r"\b(?:github|repo|repository|download|open[- ]?source[d]?|huggingface|checkpoints? (?:out|available))\b",
            r"\b(?:code|weights|data|datasets?|models?|checkpoints?|everything)\b.*\b(?:available|released?|public|open|link)\b",
            r"\b(?:release[ds]?|publish(?:ed)?|share[ds]?|open)\b.*\b(?:code|weights|data|datasets?|models?|checkpoints?)\b",
            r"\bwhere (?:can|do|could) (?:i|we|one|you)\b",
            r"\bwhere .*\b(?:be (?:found|downloaded|accessed)|grab)\b",
            r"\bwhere (?!.*\bfrom(?:\W*$| (?:if|when|in|without)\b)).*\bget\b",
            r"\b(?:code|dataset|weights|data) (?:link|url|release|availab\w+)\b",
            r"\burl\b|\blink\b\s*\??$",
        ),
    ),
    (
        Kind.NUMBER,
        _any(
            r"\bhow (?:many|much|large|big|long|fast|often|small|far|old|high|low|deep)\b",
            r"\b(?:number|amount|percentage|percent|fraction|share|size|count|rate|score|accuracy|factor|speedup) of\b",
            r"\bby (?:what|how much|which) (?:factor|margin|percentage|amount)?\b",
            r"\bwhat (?:percentage|percent|fraction|share|factor|size|accuracy|score|speedup|resolution|rate)\b",
            rf"\b(?:what(?:'?s)?|wat|which)(?: (?:is|are|was|were))? (?:(?:the|its|their) )?(?:\w+ )?{_MEASURES}\b",
            r"\b(?:params|parameters|percent|percentage|accuracy|fps|latency|speedup|throughput|score|size)\s*\??$",
            r"\b(?:h[ow]{2}) (?:many|mnay|manny|mutch)\b",
            r"\b(?:sizes?|scores?|margin|gains?|counts?|fps|bleu|f1|auc|elo|percent|rate|improvement|speed|cost|tokens|"
            r"test cases|hours|length|width|frames|memory|accuracy|budget|reduction|drop)\s*\??$",
        ),
    ),
    (
        Kind.COMPARISON,
        _any(
            r"\b(?:vs\.?|versus|compared?|comparison|differen(?:ce|t) (?:between|from))\b",
            r"\b(?:better|worse|faster|slower|cheaper|stronger|larger|smaller|more \w+|less \w+) (?:than|then)\b",
            r"\b(?:beat|outperform|surpass|exceed|rival)\w*\b",
        ),
    ),
    (
        Kind.REASON,
        _any(
            r"^(?:and |but |so )?why\b",
            r"\bwhy\b",
            r"\b(?:motivat\w+|reason for|drawbacks?|shortcomings?|limitations? of|what(?:'s| is) wrong|problem with)\b",
            r"\bwhat (?:problem|issue|challenge|gap|limitation|drawback)s?\b",
            r"\bwhat (?:makes|keeps|prevents|stops|causes)\b",
        ),
    ),
    (
        Kind.DEFINITION,
        _any(
            r"^(?:and |so )?(?:what|whats|what's|wat|waht) (?:is|are|'s|does|dose)?\s*(?:an? |the )?[\w\- ]{1,40}\??$",
            r"\bstands? for\b|\bdefin(?:e|ition)\b|\bmeans?\b|\bmeaning of\b|\bwhat do you call\b|\bdenote\b",
            r"\bwhat (?:exactly )?(?:is|are)\b",
            r"\btell (?:me|us)(?: (?:something|more|a bit|a little|all|everything))* (?:about|on|of)\b",
            r"\b(?:summari[sz]e|summary|overview|gist|tl;?dr|in a nutshell)\b",
            r"^\W*(?:(?:can|could|would) you |please |pls )*(?:explain|describe|introduce)(?: \S+){1,4}$",
        ),
    ),
    (
        Kind.METHOD,
        _any(
            r"^(?:and |but |so )?how (?:do|does|did|dose|is|are|was|were|can|could|to)\b",
            r"\bhow\b.*\b(?:work|trained|built|made|done|handle|solve)\w*\b",
            r"\b(?:method|approach|technique|architecture|trick|mechanism|algorithm|pipeline|strategy)\b",
        ),
    ),
    (
        Kind.RESULT,
        _any(
            r"\b(?:results?|performance|performs?|improve\w*|gains?|achieve\w*|findings?|found|show(?:s|ed|n)?|effect|impact)\b",
            r"\b(?:does|did|do|can|is|are) (?:it|they|this|that)\b",
        ),
    ),
    (
        Kind.ITEMS,
        _any(
            r"\b(?:two|three|four|five|six|seven|eight|nine|ten)\b",
            r"\b(?:components|parts|stages|types|kinds|categories|dimensions|steps|tasks|domains|challenges)\b",
            r"\b(?:list|name|which)\b",
        ),
    ),
)


def asks_for_list(question: str) -> bool:
    """Whether a text asks for a list of papers, if nothing in the conversation is called as its topic."""
    return kinds_of(question)[0] is Kind.LIST or loosely_requested_topic(question) is not None


def kinds_of(question: str) -> tuple[Kind, ...]:
    """The kinds that a question may have, the most specific first; never empty."""
    text = " ".join(question.split())
    if requested_topic(text) is not None:
        return (Kind.LIST,)
    kinds = tuple(kind for kind, pattern in _QUESTIONS if pattern.search(text)) or (Kind.OTHER,)
    asks_for_papers = Kind.LIST not in kinds and any(
        pattern.search(bare(text)) for kind, pattern in _QUESTIONS if kind is Kind.LIST
    )
    return (Kind.LIST, *kinds) if asks_for_papers else kinds
