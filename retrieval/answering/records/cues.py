"""How questions say which papers are asked for: code, votes, order, number, category, list."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

from retrieval.answering.question.phrases import lines, phrase
from retrieval.answering.records.remainder import Remainder
from retrieval.answering.records.request import Order

_COUNTS: Final = MappingProxyType(
    {word: number for number, word in enumerate("one two three four five six seven eight nine ten".split(), start=1)}
    | {"a dozen": 12, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "fifty": 50}
    | {"a hundred": 100, "one hundred": 100, "two hundred": 200, "five hundred": 500, "a thousand": 1_000}
)
PARTS: Final = {
    "papers": r"pap(?:er|re)s|works|articles|publications|preprints|studies|manuscripts|surveys|collab(?:oration)?s"
    r"|titles"
    r"|submissions|entries",
    "paper": r"pap(?:er|re)|work|article|publication|preprint|study|manuscript|survey|collaboration|submission|entry",
    "ones": r"arrivals?|pap(?:er|re)s?|works?|articles?|publications?|preprints?|stud(?:y|ies)|ones?|things?|stuff"
    r"|research"
    r"|entr(?:y|ies)|thing",
    "anything": r"anything|something|everything|stuff|work|research|literature|reads?|whatever",
    "people": r"people|folks|everyone|everybody|members|users|we|others|readers",
    "superlative": r"new(?:est)?|latest|most recent|oldest|earliest|best|top|highest[- ](?:voted|rated|ranked)"
    r"|trending|hottest"
    r"|worst|(?:most|least) (?:up-?voted|voted|popular|liked|loved|cited)|first|last|(?:number|no\.?|nr\.?|#)"
    r" ?(?:one|1)"
    r"|fav(?:ou?)rite",
    "votes": r"(?:up-?)?vo?tes?|likes|thumbs(?:[- ]ups?)?",
    "number": rf"\d{{1,3}}|{'|'.join(_COUNTS)}",
    "many": rf"\d[\d,]*k?|{'|'.join(_COUNTS)}",
    "voted": r"up-?voted|voted|liked",
    "extreme": r"most|fewest|highest|least|biggest|largest|lowest|smallest|less",
    "any": r"a|an|any|the|their|its|some|public|open|official|available|released|linked|working|source",
    "code": r"(?:source )?code(?: ?base)?s?(?: ?(?:repos?|repositor(?:y|ies)))?"
    r"|repos?|repositor(?:y|ies)|git ?hub(?: (?:link|repo|repository|page)s?)?"
    r"|implementations?",
    "thing": r" (?!papers?|works?|articles?|publications?|preprints?|stud(?:y|ies)|ones?|and|or|in|on|of|from|about"
    r"|since|this"
    r"|last|today|yesterday|right|now|here|overall|among|so|ever|please|that|which|with|for|by|at|is|are|was"
    r"|were)[a-z]",
    "end": r"\W*$| of\b| \| ?| (?:from|in|on|since|so far|here|right now|today|this|about|among|for|by|ever|please)\b",
}

_NOT_NO_CODE: Final = phrase(
    r"(?:hide|drop|skip|exclud(?:e|ing)|minus|remove|not|ignor(?:e|ing)|leave out|except(?: for)?)(?: (?:the|those"
    r"|these|ones"
    r"|papers|all|any))* (?:without|with no|lacking) (?:<any> )*<code>",
    PARTS,
)
_NO_CODE: Final = phrase(
    r"""
    (?:that |which )?(?:do|does|did)(?: not|n['’]t) (?:have|release|provide|share|publish|come with|include|ship)
      [ ](?:<any> )*<code>(?: (?:available|released|links?))*
    (?:without|with no|lacking|missing|that lack|(?:that |which |and )?(?:have|has|ship|come with) no
      |(?:that |which )?(?:do|does)(?: not|n['’]t) have) (?:<any> )*<code>(?: (?:available|released|links?))*
    no <code>|<code>[- ]less|(?:not|(?:are|is)n['’]t) (?:yet )?open[- ]?sourced?
    """,
    PARTS,
)
_CODE: Final = phrase(
    r"""
    (?:and |but |or |plus )?(?:that |which |who )?(?:also |all )?(?:do (?:any|they|some|these) )?(?:with|having|have
      |has|had|comes? with
      |ships?(?: with)?|releas(?:es?|ed|ing)|includes?|provides?|offers?|shared?|publish(?:ed)?|link(?:s|ed)? to
      |open-?sourced?)
      [ ](?:both )?(?:<any> )*<code>(?: (?:is )?(?:available|released|public|links?|attached|repos?
      |on github))*(?! <noun>)
    (?:whose|where|and) (?:the )?(?:source )?code is (?:available|public|open|released|linked|out)
    (?:only )?(?:if |where |when )?there(?:['’]s| is| are) (?:<any> )*<code>(?: (?:available|link|too))*
    filter(?:ed)? (?:to|by|for|on) (?:<any> )*<code>(?: only)?|<code>-(?:backed|available|released|providing
      |included)|(?:must|should
      |needs? to) have (?:<any> )*<code>
    <code> links? (?:for|to|of)(?= <papers>)
    <code>(?: is)?:? (?:available|released|included|required|provided|attached|needed|wanted|preferred|mandatory
      |a must)|has:code|on github|code-releasing
      |and code|also code
    (?:(?<=^)|(?<=[|,+:;(] )|(?<=[+(])|(?<=^only )|(?<=\bplus )|(?<=^just )|(?<=^and )
      |(?<=^show only )) ?(?:<any> )*<code>
      (?: (?:only|please|too|links?|available))*(?= ?(?:[|,;)+]|$))
    (?:only|just) (?:<any> )*<code>(?=\W*$)
    (?:that are |which are )?open[- ]sourced?(?= <ones>| \||\W*$)
    """,
    {
        **PARTS,
        "noun": r"(?!and|or|but|in|on|about|for|from|of|by|with|since|before|after|between|this|last|today|yesterday"
        r"|please|that|which|too|also|only|sorted|ordered|available|published|released|here|there|as|at|to|is|are"
        r"|do|does|have|has|<papers>|<ones>)[a-z]+",
    },
)
_SIGNS: Final = MappingProxyType(
    {
        "<=": r"at (?:the )?most|no more than|not more than|up to|max(?:imum)?(?: of)?|<=|≤",
        ">=": r"at (?:the )?least|(?:no|not) (?:less|fewer) than|min(?:imum)?(?: of)?|>=|≥",
        ">": r"(?:strictly )?(?:more|greater|higher|bigger) than|over|above|beyond|>",
        "<": r"(?:strictly )?(?:less|fewer|lower|smaller) than|under|below|<",
        "": r"exactly|precisely|=",
    }
)
"""How the search language writes what these words mean."""
_VOTES: Final = phrase(
    r"""
    <lead>(?P<number4><many>) <votes>(?P<plus4> (?:or|and) (?:more|higher|up|over|above|fewer|less))(?!\w)
    <lead>(?P<sign><signs>)? ?(?P<number><many>)(?P<plus> ?\+| or more| plus| and (?:more|up)| or fewer
      | or less)? <votes>
    <lead>(?:an? |the )?(?:<votes>(?: count)?|number of <votes>)(?: is| of
      | are)?:? ?(?P<sign2><signs>) ?(?P<number2><many>)
    <votes>: ?(?P<number5><many>)(?P<plus5> ?\+| or more)?
    (?:<who> )?(?:<voted>|got <voted>) (?:by )?(?P<sign3><signs>) ?(?P<number3><many>)(?: (?:times|people|members
      |users))?
    <lead>(?:between )?(?P<from><many>) ?(?:and|up to|to|-|–) ?(?P<to><many>) <votes>
    <lead><votes> ?(?:between|from|of)? ?(?P<from2><many>) ?(?:and|to|-|–) ?(?P<to2><many>)
    (?P<none>(?:without|no|with (?:no|zero)|zero|having no|<who> no|(?:that |which )?(?:do|did)(?: not|n['’]t) (?:have
      |get))
      (?: (?:any|a single))? <votes>
      |(?:that |which )?(?:nobody|no ?one|none)(?: (?:has|have|had|ever))* <voted>(?: (?:for|on))?)
    """,
    {
        **PARTS,
        "lead": r"(?:(?:(?:that|which|who) )?(?:with|have|having|has|got|getting|received|drew|gathered) )?",
        "who": r"(?:that|which)(?: (?:were|was|are|got|have|received|been))*",
        "signs": "|".join(_SIGNS.values()),
        "many": rf"\d[\d,]*k?|{'|'.join(_COUNTS)}",
        "voted": r"up-?voted|voted|liked",
    },
)

_MOST: Final = phrase(
    r"""
    (?:top|first|best|newest|latest|last|most recent|most up-?voted|most liked)[ -](?P<n><number>)(?![\w.-])
    (?:bottom|lowest|worst|least(?: popular| liked| upvoted)?)[ -](?P<w><number>)(?![\w.-])
    (?P<m><number>)(?! first\b)(?= (?:(?:most|very) )?(?:<superlative>|<papers>))
    """,
    PARTS,
)
_ORDERS: Final = MappingProxyType(
    {
        Order.FEWEST_VOTES: phrase(
            r"(?:(?:with|has|have|had|got) )?(?:the )?(?:least|lowest|fewest|worst|less|smallest)(?: (?:number"
            r"|amount|count)"
            r" of)?[- ](?:up-?voted|voted|popular|rated|liked|<votes>)|worst",
            PARTS,
        ),
        Order.TRENDING: phrase(
            r"""
            (?:currently )?trending(?: (?:right )?now)?|hot(?:test)?(?: right now)?
            (?:what(?: are| do| were| did)? )?<people> (?:are |is |were )?(?:currently )?(?:reading|read
              |talking about|discussing)(?: (?:right )?now)?
            """,
            PARTS,
        ),
        Order.VOTES: phrase(
            r"""
            (?:(?:sort|order|rank)(?:ed)? )?(?:them )?by (?:(?:number of|most|the most) )?(?:<votes>|popularity)
            (?:(?:with|has|have|had|got|gets|received|having|gathered|drew|collected|earned
              |attracted) )?(?:the )?(?:most
              |highest|biggest|largest|greatest|maximum)(?: (?:number|amount|count|quantity|total) of)? (?:<votes>|love
              |(?:up-?)?voted|popular(?!<thing>)|liked
              |loved)(?: (?:one
              |overall))?
            (?:(?:sort|order|rank)(?:ed)? )?by (?:<votes>|popularity) (?:descending|desc|first|high to low)
            (?:the |our |your )?(?:community|people|reader|crowd|member|user)s?['’]?s? fav(?:ou?)rites?|fav(?:ou?)rites
            (?:the )?(?:highest|top|most|best)[- ](?:(?:up-?)?voted|rated|ranked|liked)
            (?:did |do )?<people> (?:\w+ )?(?:excited about|crazy about|into|hyped about|up-?vot(?:e|ed|ing)|lik(?:e
              |ed|ing)|lov(?:e|ed)|vot(?:e|ed|ing) for)
              (?: (?:the )?(?:most|best))?
            (?:got |was |were )?(?:up-?voted|liked)(?: (?:the )?most)?
            (?:the |your )?(?:very )?(?:best|(?<!\bon )(?<!\bat )top|popular|fav(?:ou?)rite|(?:number|no\.?|nr\.?
              |#) ?(?:one|1))(?=(?: [^\s
              |]+){0,3}? <papers>
              (?![\w-])|(?: [^\s|]+){0,3}? <paper>(?![\w-])| <ones>(?![\w-])|<end>)
            (?:most )?popular(?!<thing>)|(?:most |best )(?:appreciated|beloved|praised|recognized|acclaimed)
            (?:blew up|blown up|took off|(?:went|gone|going) viral|ma[dk]e waves|caught on|stood out|hit big)
            (?:big|huge|popular|well[- ]received)(?=(?: \||\W*$))|winners?(?= by| of| \||\W*$)|(?:who['’]?s
              |is)? ?leading(?= by| \||\W*$)
            (?:rank|sort|order)(?:ed)?(?= \|)
            """,
            PARTS,
        ),
        Order.OLDEST: phrase(
            r"(?:(?:sort|order|rank)(?:ed)?(?: them)? )?(?:by )?(?:the )?(?:oldest|earliest|very first"
            r"|first ever)(?: first)?|(?:the )?first(?="
            r"(?: \S+){0,2}? (?:paper|work|thing|publication|article|preprint|one)(?![\w-]))",
            PARTS,
        ),
        Order.NEWEST: phrase(
            r"""
            (?:the )?(?:very )?(?:newest|latest|most recent(?:ly)?|freshest)(?: (?:published|posted|added|first))?
            (?:by|sort(?:ed)? by|order(?:ed)? by) (?:date|recency|day|newest|latest)
            recent(?= <papers>)
            (?:most )?recently (?:published|posted|added|released)
            (?:the )?new(?=(?: [^\s|]+){0,3}? <ones>(?![\w-]))|<anything> new|what(?:['’]?s| is) (?:new|fresh)
              |news(?=\W*$)
              |any(?:thing)? news
            (?:the )?last(?= (?:<paper>|thing)(?![\w-]))
            """,
            PARTS,
        ),
    }
)
_LIST: Final = re.compile(
    r"\b(?:(?:(?:were|was|got|are|is) )?(?:listed|featured)|did (?:you|we) (?:list|feature))(?= \|)"
    r"|(?:\b(?:on|from|in|of) )?(?:(?:\||\b(?:the|your|a|an)) ?(?:(?:daily|day['’]?s|current|newest|latest|last|full"
    r"|whole|paper) )*list\b"
    r"|\b(?:the )?daily (?:digest|post|update|news)\b"
    r"|\b(?:daily|hugging ?face) (?:papers? )?list\b|\bdaily papers\b|^list,?(?= (?:of|for|from)? ?\|))(?: (?:of|for"
    r"|from|on)(?= |$))?",
    re.IGNORECASE,
)
_COUNT: Final = phrase(
    r"""
    how (?:many|mny|much)(?: of)?(?: (?:the|these|those|your|them))?(?: (?:different|new|more|other))?(?=
      (?: [^\s|]+){0,3}? (?:<papers>|<paper>|ones|entries|items)|\W*$)
    (?:the )?(?:total )?(?:amount|count|total) of(?=(?: \S+){0,3}? <papers>)
    (?:^|(?<=\bthe )|(?<=\btotal ))(?:total )?(?:number|nr|no\.|#)(?: of|(?= \|))(?=(?: \S+){0,3}? <papers>)
    count(?: of)?(?: the| all| of)*(?=(?: \S+){0,3}? <papers>)
    (?:the )?(?:number|count) of (?:those|these|them)
    how many(?= (?:are|is|have|has|of|were|do|does|did|can|could|came|come|got|appeared|\|))
      |how many(?: (?:all )?in all| altogether| overall| then| now)?$
    (?:^|(?<=\| ))(?:the )?(?:<paper> )?(?:count|total|how many)(?: (?:of|for|in))?(?= \||\W*$)
    ^(?:n|nr|no|num|number|count|#)\.?(?: of)?(?= (?:<papers>|<paper>)\b)|[#]<papers>
    how (?:prolific|productive)(?= (?:is|was|has|\|)(?!\w))
    (?:^(?:in |the )?|(?<=\band )|(?<=\bin ))total(?: number)?(?:(?= <papers>)|\W*$)
    count (?:how (?:often|many)|the times)|how often(?= (?:does|did|is|was|do|\|))
    """,
    PARTS,
)

_ARCHIVES: Final = "cs|stat|math|eess|econ|q-bio|q-fin|physics|cond-mat|astro-ph|nlin"
_CATEGORY: Final = phrase(
    rf"""
    (?:(?:in|from|under|of) )?(?:the )?(?:arxiv )?(?:category |categories |section )?(?P<code>
      (?:{_ARCHIVES})\.[a-z]{{2}}(?:-[a-z]+)?
      |quant-ph|hep-(?:th|ph|ex|lat)|gr-qc|nucl-(?:th|ex)|math-ph)(?: (?:category|section))?
    """
)
_CATEGORY_NAMES: Final = MappingProxyType(
    {
        "computer vision": "cs.CV", "computation and language": "cs.CL", "natural language processing": "cs.CL",
        "nlp": "cs.CL", "machine learning": "cs.LG", "robotics": "cs.RO", "artificial intelligence": "cs.AI",
        "information retrieval": "cs.IR", "software engineering": "cs.SE", "cryptography": "cs.CR", "graphics": "cs.GR",
        "human-computer interaction": "cs.HC", "sound": "cs.SD", "multiagent systems": "cs.MA", "databases": "cs.DB",
    }
)  # fmt: skip
_CATEGORY_NAME: Final = phrase(
    r"""
    (?:in|from|under|of) (?:the )?(?:arxiv )?(?:category|section)(?: of)? (?P<a><field>)
    (?:(?:in|from|under) (?:the )?)?(?P<b><field>) (?:category|section)
    """,
    {"field": "|".join(_CATEGORY_NAMES)},
)

CITED: Final = phrase(
    r"(?:the )?(?:most|highest|best|top)[- ](?:cited|citations?)|(?:sort(?:ed)? )?by citations?|(?:with )?"
    r"(?:the )?most citations|highly cited|cited (?:the )?most"
)
_FROM_INSTITUTION: Final = (
    r"(?:from|by|at|out of|of)(?: (?:people|researchers|authors|folks|teams?|scientists) (?:from|at|of|in))? (?:the )?"
)
_INSTITUTION: Final = "|".join(
    lines(
        r"""
        google(?: (?:research|brain|deepmind))?|deepmind|openai|anthropic|meta(?: ai)?|facebook|microsoft(?: research)?
        nvidia|apple|amazon|ibm|intel|baidu|tencent|alibaba|bytedance|huawei|xiaomi|salesforce|adobe|samsung|sony|naver
        hugging ?face|mistral(?: ai)?|deepseek(?:-ai)?|moonshot|zhipu|stanford|mit|(?:uc )?berkeley|cmu|carnegie mellon
        harvard|princeton|oxford|cambridge|eth(?: zurich)?|epfl|tsinghua|peking|kaist|mila|inria|max planck|nyu|ucla
        allen institute|ai2|china|germany|france|japan|korea|india|europe|the us|usa|america|canada|switzerland
        """
    )
)
AFFILIATED: Final = phrase(
    rf"""
    {_FROM_INSTITUTION}(?!(?:our|my|your|the|this|a|any|some) |(?:universit|institut|laborator|lab|compan|college))
      (?:(?:[a-z][\w.&-]*|\|) ){{1,3}}?(?:university|institute|laboratory|lab|company|college)(?: of(?: \w+)+)?
    {_FROM_INSTITUTION}(?:universities|institutes|laboratories|labs|companies|academia|industry|startups?
      |(?:university|institute) of(?: \w+)+)
    {_FROM_INSTITUTION}(?:{_INSTITUTION})
    ^(?:(?:any|all|the|new|recent|show|me|list|find|latest|more|some) )*(?:{_INSTITUTION})(?:['’]s)?
      (?= (?:papers|publications|preprints)\b)
    """
)
_VENUE: Final = (
    r"(?:neurips|nips|icml|iclr|cvpr|iccv|eccv|acl|emnlp|naacl|eacl|coling|aaai|ijcai|kdd|sigir|icra|iros|corl"
    r"|siggraph|interspeech"
    r"|icassp|tmlr|jmlr)(?:['’ -]?\d{2,4})?"
)
IN_VENUE: Final = re.compile(
    rf"\b(?:accepted |published |presented )?(?:at|in|from|by|to) (?:the )?{_VENUE}\b"
    rf"|^(?:(?:show|give|list|find|any|which|the|me|all) )*{_VENUE}(?: \|)?(?= (?:{PARTS['papers']})\b)",
    re.IGNORECASE,
)


PROJECT: Final = phrase(
    r"(?:(?:that|which) )?(?:with|having|have|has|got|includ(?:e|ing)|offer(?:ing)?) (?:an? |any |their own |its own )?"
    r"(?:project|demo|home) ?(?:page|site|website)s?|with (?:a )?(?:website|demo)s?"
)
"""A page of the project that papers must have."""


def take_code(rest: Remainder) -> bool | None:
    """Whether papers with code are asked for, or papers without."""
    if rest.take(_NOT_NO_CODE):
        return True
    if rest.take(_NO_CODE):
        return False
    return True if rest.take(_CODE) else None


def take_votes(rest: Remainder) -> str:
    """How many votes papers must have, as the search language writes it: ``>=20``; both ends of a range."""
    found = rest.take(_VOTES)
    if found is None:
        return ""
    if found["none"]:
        return "0"
    least, most = found["from"] or found["from2"], found["to"] or found["to2"]
    if least:
        return f">={_number(least)} <={_number(most)}"
    written = (found["sign"] or found["sign2"] or found["sign3"] or "").lower()
    sign = next((sign for sign, words in _SIGNS.items() if re.fullmatch(words, written)), "")
    plus = found["plus"] or found["plus4"] or found["plus5"]
    if plus:
        sign = "<=" if plus.endswith(("fewer", "less")) else ">="
    number = next(found[name] for name in ("number", "number2", "number3", "number4", "number5") if found[name])
    return f"{sign}{_number(number)}"


def _number(written: str) -> int:
    lowered = written.lower().replace(",", "")
    return _COUNTS.get(lowered) or int(lowered.removesuffix("k")) * (1_000 if lowered.endswith("k") else 1)


def take_order(rest: Remainder) -> tuple[Order | None, int | None]:
    """Which papers come first, and how many are asked for."""
    found = rest.take(_MOST)
    number = (found["n"] or found["m"] or found["w"]).lower() if found else ""
    most = _number(number) if number else None
    orders = [order for order, pattern in _ORDERS.items() if rest.take(pattern)]
    if found and found["w"]:
        orders = [Order.FEWEST_VOTES]
    if found and not orders:
        by_date = re.match(r"newest|latest|last|most recent", found[0], re.IGNORECASE)
        orders = [Order.NEWEST if by_date else Order.VOTES] if found["n"] else []
    return (orders[0] if orders else None), most


_RANK: Final = phrase(
    r"(?:the )?(?P<rank>second|2nd|third|3rd|fourth|4th|fifth|5th)(?=[ -](?:<superlative>|highest|fewest)(?![\w-]))"
    r"|(?:the )?runners?-?up",
    PARTS,
)
_RANKS: Final = {"second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5}


def take_rank(rest: Remainder) -> int | None:
    """Which one of a ranking is asked for: "the second most upvoted paper"."""
    found = rest.take(_RANK)
    return _RANKS[(found["rank"] or "second").lower()] if found else None


def take_category(rest: Remainder) -> str:
    """The category as arXiv writes it: ``cs.CL``."""
    found = rest.take(_CATEGORY)
    if found:
        archive, _, name = found["code"].partition(".")
        of_letters = len(name) == 2  # noqa: PLR2004 - cs.CL, but cond-mat.mtrl-sci
        return ".".join(part for part in (archive.lower(), name.upper() if of_letters else name.lower()) if part)
    named = rest.take(_CATEGORY_NAME)
    return _CATEGORY_NAMES[(named["a"] or named["b"]).lower()] if named else ""


def take_list(rest: Remainder) -> bool:
    """Whether the papers of a daily list are asked for."""
    return bool(rest.take(_LIST))


def take_count(rest: Remainder) -> bool:
    """Whether it is asked how many papers there are."""
    return bool(rest.take(_COUNT))
