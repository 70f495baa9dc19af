"""Questions about a subject as a whole: "what is X?", "summarize X", "X vs Y", "recommend me a paper on X"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from retrieval.answering.question.phrases import phrase, questions
from retrieval.answering.question.requests import topic_of_request
from retrieval.names import folded
from retrieval.text import STOP_WORDS

_LONGEST: Final = 16  # words of a title
_NAME_WORDS: Final = 4
_PARTS: Final = {
    "x": r"(?P<x>.+?)",
    "what": r"wh?at(?: exactly| the hell)?(?:['’]?s| is| are| was| were)",
    "source": r",? (?:according to|per|as (?:defined|described|used|meant) (?:in|by)) .+",
    "paper": r"(?:pap(?:er|re)|article|work|study|preprint)",
    "me": r"(?: (?:me|us))?",
    "brief": r"in (?:a nutshell|short|brief|(?:a few|plain|simple) (?:words|english|terms)|one (?:line|sentence))",
    "some": r"(?:(?:a|an|the|your|some|any|one|two|three|a few|few|couple of|good|nice|great|interesting|recent|short"
    r"|quick|brief|solid|decent|useful|more|other|further|must-read|introductory|best|cool) )*",
    "ones": r"(?:pap(?:er|re)s?|works?|articles?|stud(?:y|ies)|preprints?|reads?|reading|readings|literature|stuff"
    r"|things?|something|anything|resources?|references?|survey|surveys|research|material|one|ones)",
    "on": r"(?:on|about|regarding|concerning|related to|around|covering|dealing with|that (?:deals?|is|are) (?:with|on"
    r"|about)|in the area of|to do with|for|in)",
}


class Wanted(Enum):
    """What is asked about a subject: what it is, or what there is to say of it."""

    INTRODUCTION = "introduction"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True)
class Subject:
    """The subject of a question, as written, and what is asked about it."""

    name: str
    wanted: Wanted

    @property
    def is_pronoun(self) -> bool:
        """Whether it is the paper of the conversation: "it", "this paper"."""
        return bool(_IT.fullmatch(self.name))

    @property
    def titles(self) -> tuple[str, ...]:
        """What its paper may be called: what is in parentheses and before them, or as written."""
        short = re.fullmatch(r"(.+?) ?\(([^()]+)\)", self.name)
        return () if self.is_pronoun else (*(reversed(short.groups()) if short else ()), self.name)

    @property
    def is_name(self) -> bool:
        """Whether it may be a name or a term: a few words, none of which is a preposition or a verb's."""
        words = self.name.split()
        return (
            len(words) <= _NAME_WORDS and not self.is_pronoun and not any(word.lower() in STOP_WORDS for word in words)
        )


_IT: Final = re.compile(
    r"(?:it|this|that|(?:this|that|the|the same) (?:one|paper|article|work|study|preprint))(?: all)?", re.IGNORECASE
)
_FORMS: Final = {
    Wanted.SUMMARY: questions(
        r"""
        (?:summari[sz]e|sum up|describe|explain|present|walk<me> through)(?: (?:for )?(?:me|us))? <x>(?: (?:to
          |for) (?:me|us))?
        (?:(?:give|show|write|get|i want|i need)<me> )?(?:(?:a|an|the) )?(?:(?:short|quick|brief|one[- ]line) )*
          (?:summary|overview|gist|tl;?dr|rundown|recap|synopsis|digest|main points?|key points?) (?:of|on|for
          |about) <x>
        tl;?dr[:,]? (?:of |on |for )?<x>
        (?!<what> )<x>[:,]? (?:tl;?dr|summary|overview|gist|<brief>)
        (?:tell|teach)<me> (?:(?:more|something|a bit(?: more)?|a little(?: more)?|all|everything
          |what you know) )?about <x>
        what(?: do| can| could)? (?:you|u) (?:know|tell<me>|say) about <x>
        <what> <x> (?:all )?about
        <what> (?:(?:the|that) )?<paper> <x> about
        """,
        _PARTS,
    ),
    Wanted.INTRODUCTION: questions(
        r"""
        <what> <x>(?:,? (?:again|exactly|even|actually|then|<brief>)|, (?:the|that) [\w ]{0,30}(?:thing|model|method
          |system|benchmark|dataset|framework|tool|agent)|<source>)?
        what (?:does|do|did|dose) <x> (?:even |actually |really )?(?:(?:do|mean)<source>?|stand for(?: in .+|<source>)?)
        (?:define|definition of|meaning of|what is meant by|introduce) <x>
        """,
        _PARTS,
    ),
}
_LEAD: Final = re.compile(
    r"^\W*(?:(?:and|but|so|ok(?:ay)?|(?:hey|hi|hiya|hello|yo|dear|good (?:morning|afternoon|evening))"
    r"(?: (?:there|bot|all|everyone|guys|folks|team))?|also|then|well|please|pls|plz|btw|by the way|just|quick question"
    r"|(?:can|could|would|will) (?:you|u)(?: please)?|i (?:want|would like|['’]d like) (?:you )?to)[\s,:;!.-]+)+",
    re.IGNORECASE,
)
_TAIL: Final = re.compile(
    r"(?:[\s,]+(?:please|pls|plz|thanks|thank you|for me|for us|in general|lol))+$", re.IGNORECASE
)
_AROUND_NAME: Final = re.compile(
    r"^(?:(?:the|this|that|an?) )?(?:(?:paper|article|work|study|preprint|abstract|acronym|abbreviation|term|name"
    r"|word)\s+)?(?:(?:called|titled|entitled"
    r"|named|about|of|on)\s+)?|(?:['’]s)?\s+(?:paper|article|preprint|work|study)$",
    re.IGNORECASE,
)
_AFTER_NAME: Final = re.compile(
    r"\W*$|\s*:|\s+[-–—]\s|\W*(?:technical report|report|system card|model card|tech report)\b"
)
_REQUEST: Final = questions(
    r"""
    (?:recommend|suggest|advise|propose)<me>(?: to (?:me|us))? <some>(?:<ones> )?(?:(?:to|worth) read(?:ing)? )?<on> <x>
    (?:(?:do|have) (?:you|u) (?:have |got |know )?|got |is there |are there |know of )?(?:any|some) (?:good|nice|great
      |interesting|decent|solid|useful|recommended|must-read|recommendations?|suggestions?|tips|pointers?|reads?|readings?)
      (?: <ones>)?(?: to read)? <on> <x>
    (?:(?:have|do) (?:you|u) )?(?:(?:got|have|know)(?: me)? )?(?:an?|any|some|your) (?:tip|hint|pointer|idea|suggestion
      |recommendation|rec)s? (?:for|on|about) (?:<some><ones> (?:to read )?<on> )?<x>
    (?:point|direct|refer|link)<me> (?:to|at|towards?) <some>(?:<ones> )?<on> <x>
    (?:what|which)(?: <ones>)? (?:should|could|can|shall|must|would you|do you) (?:i |we |one )?(?:read|recommend
      |suggest|look at|check out|start with)(?: first)?(?: to (?:read|learn|get started))? <on> <x>
    where (?:should|can|could|do) (?:i|we) (?:start|begin|read|learn)(?: (?:reading|more|with))* <on> <x>
    (?:i(?:['’]m| am) |we(?:['’]re| are) )?(?:looking for|searching for|interested in|in search of) <some>(?:<ones>
      [ ])<on> <x>
    (?:(?:i|we) (?:need|want)(?: to (?:read|find|see))?|read|find|see) <some>(?:<ones> )<on> <x>
    <some>(?:recommendations?|suggestions?|pointers?|reading list|reading|reads?|must-reads?|literature) <on> <x>
    (?:give|show|find|send|get)<me> <some>(?:<ones> )<on> <x>
    """,
    _PARTS,
)
_WHAT_TO_READ: Final = re.compile(r"^what (?:to|i should) (?:read|look at) (?:on|about|for) ", re.IGNORECASE)
_NEW: Final = r"(?P<x>(?!(?:the|this|that|these|those|it|its|them|their|your?|yourself|me|my|how|what|why|whether)\b)"
"""The start of what the conversation needn't be about."""
_LOOSE_REQUEST: Final = questions(
    r"""
    what (?:do|can|could) (?:you|u|we) (?:know|have|offer) <on> <topic>
    what (?:have|do) (?:you|u|we) got <on> <topic>
    (?:(?:(?:do|have) (?:you|u|we) (?:have |got |know )?|(?:is|are) there |(?:have you )?got )?(?:any |some )?<things>
      (?: here)?|(?:do|have) (?:you|u|we) know) <on> <topic>
    (?:show|list|find|give|get|send)<me> (?:<things>|what(?:ever)? (?:you|u|we) (?:have|know)|what there is) <on>
      [ ]<topic>
    i(?:['’]m| am) (?:interested in|(?:working|researching|writing)(?: on| about)?|studying) <topic>(?:[,.;] any.+)?
    i (?:work on|study|research) <topic>[,.;] any.+
    (?:i(?:['’]d| would)? (?:like|want|love) to |can i |let me )(?:read|know|learn|see)(?: (?:something|anything|more
      |a bit|everything))? (?:on|about) <topic>
    (?:what(?:['’]?s| is)|anything) new (?:in|on|about) <field>
    (?:tell|teach)<me> (?:(?:more|something|a bit|a little|all|everything|what you know) )?about <plain>
    what (?:do|can) (?:you|u) (?:know|tell<me>) about <plain>
    """,
    _PARTS
    | {
        "things": r"(?:anything|something|everything|stuff|things|work|research|literature|material|info|information)",
        "field": _NEW + r"(?:[a-z][a-z-]+ ){0,2}[a-z][a-z-]+)",
        "topic": _NEW + r"(?:[^\s,;.]+ ){0,3}[^\s,;.]+)",
        "plain": _NEW + r"(?-i:(?:[a-z][a-z-]+ ){0,3}[a-z][a-z-]+))",
    },
)
"""Wordings that ask for papers if what they name is a topic, of few words. Of a name they ask what it is."""
_SIDES: Final = questions(
    r"""
    (?P<x>.+?)\s+(?:vs\.?|versus)\s+(?P<y>.+?)(?:\s*[:,;–—-]\s+(?P<point>.+))?
    (?:compare|contrast) (?P<x>.+?) (?:and|with|to|against|vs\.?) (?P<y>.+?)(?: (?:in terms of|on|regarding
      |by|for) (?P<point>.+))?
    (?:(?:what|whats|what['’]s|where) (?:is |are )?(?:the )?)?(?:main |key )?differences? between (?P<x>.+?)
      [ ]and (?P<y>.+)
    how (?:does|do|is|are) (?P<x>.+?) (?:compared?|different|differ|stack up) (?:to|with|from|against) (?P<y>.+)
    """
)
_ONE_WORD: Final = re.compile(r"\S{2,}(?: v?\d[\d.]*)?", re.IGNORECASE)
"""A name with its version; a comparison of more words asks for a point: "X vs Y latency"."""
_SECOND_PART: Final = re.compile(
    r"^(?P<first>(?:what|whats|what['’]s|who|when|where|why|how|which|is|are|does|do|did|can|tell|summari[sz]e|explain"
    r"|describe)\b.{3,}?)[,;]?\s+(?:and|&)\s+(?:also\s+)?(?P<second>(?:how (?:many|much|big|large|long|fast|good|well"
    r"|often|does|do|did|is|are|was|were|can)|what (?:is|are|was|were|does|do|did|can)|what['’]s|whats|why (?:is|are"
    r"|does|do|did|was|were)|who|when|where|which|does|is|did|can|are) (?:.+))$",
    re.IGNORECASE,
)
_UNFINISHED: Final = re.compile(r"(?:how (?:many|much)|which|what) \w+", re.IGNORECASE)
"""The first half of "how many hours and how many speakers …"."""
_ASKED_ABOUT_IT: Final = phrase(r"it|its|it['’]s|they|them|their|he|she|this|that")


_COURTESY: Final = re.compile(
    r"^\W*(?:(?:(?:many )?thanks|thank (?:you|u)|thx|ty|cheers|great|cool|nice|perfect|awesome|wow|interesting|good|hi"
    r"|hello|hey|good (?:morning|evening|afternoon))(?: (?:a lot|(?:very|so) much|there|bot|all|everyone))*[\s,.!:;]+)+"
    r"(?=(?:and|but|so|also|what|whats|which|who|when|where|why|how|is|are|does|do|did|can|could|any|show|tell|give)\b)",
    re.IGNORECASE,
)


def without_courtesy(text: str) -> str:
    """A question without the thanks or greetings before it: "thanks, and who wrote it?"; remarks stay as they are."""
    return _COURTESY.sub("", text)


def bare(text: str) -> str:
    """A question without what surrounds it: "hey, can you …, please?"."""
    return _TAIL.sub("", _LEAD.sub("", " ".join(text.split()).rstrip(" ?!.…"))).strip()


def read_subject(text: str) -> Subject | None:
    """The subject that a question asks about as a whole; ``None`` for other questions."""
    asked = bare(text)
    for wanted, patterns in _FORMS.items():
        for pattern in patterns:
            found = pattern.fullmatch(asked)
            if found is not None and len(found["x"].split()) <= _LONGEST:
                return Subject(_name(found["x"]), wanted)
    return None


def _name(written: str) -> str:
    if _IT.fullmatch(written):
        return written
    return _AROUND_NAME.sub("", written.strip("\"'“”„‘’«»`* ")).strip("\"'“”„‘’«»`* ") or written


def is_called(title: str, name: str) -> bool:
    """Whether a title is that of the paper on a system of this name, and not of one that builds on it."""
    after = folded(title).removeprefix(folded(name).strip())
    return after != folded(title) and bool(_AFTER_NAME.match(after))


def requested_topic(text: str) -> str | None:
    """What somebody wants to read about: "quantization" in "recommend me a paper on quantization"."""
    asked = bare(text)
    found = next(filter(None, (pattern.fullmatch(asked) for pattern in _REQUEST)), None)
    if found is not None:
        return _WHAT_TO_READ.sub("", found["x"])
    return topic_of_request(asked)


def loosely_requested_topic(text: str) -> str | None:
    """The topic of a wording that asks for papers on it if nothing in the conversation is called so."""
    asked = bare(text)
    found = next(filter(None, (pattern.fullmatch(asked) for pattern in _LOOSE_REQUEST)), None)
    return found["x"] if found else None


def compared_names(text: str) -> tuple[str, str] | None:
    """The two names of a question that asks for nothing but their comparison."""
    asked = bare(text)
    for pattern in _SIDES:
        found = pattern.fullmatch(asked)
        if found is not None:
            names = _name(found["x"]), _name(found["y"])
            asks_a_point = found.groupdict().get("point") or not all(map(_ONE_WORD.fullmatch, names))
            return None if asks_a_point or any(map(_IT.fullmatch, names)) else names
    return None


def two_parts(text: str) -> tuple[str, str] | None:
    """The questions of a question that asks two things of one subject: "what is X and how big is it?"."""
    found = _SECOND_PART.match(bare(text))
    if found is None or _UNFINISHED.fullmatch(found["first"]):
        return None
    subject = read_subject(found["first"])
    of_name = subject is not None and (subject.is_name or len(subject.name.split()) == 1)
    if not of_name and not _ASKED_ABOUT_IT.search(found["second"]):
        return None
    return found["first"] + "?", found["second"] + "?"
