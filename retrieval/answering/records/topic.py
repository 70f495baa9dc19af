"""What the papers that a question asks for are about: its words beside names, conditions and what only phrases it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from retrieval.answering.question.phrases import phrase
from retrieval.answering.records.cues import PARTS
from retrieval.answering.records.fillers import ASIDES, FILLERS
from retrieval.answering.records.remainder import CUT
from retrieval.text import STOP_WORDS

SUBJECT: Final = re.compile(
    r"(?:^|\s)(?:on|about|regarding|concerning|covering|related to|with (?:regard|respect) to|as regards|around"
    r"|deal(?:s|ing)? with|dealt with|treat(?:s"
    r"|ing)? (?:of )?"
    r"|speak(?:s|ing)? (?:about|of)|(?:do|does|did|done|anything|something|stuff) (?:with|in)) (?=[^|\s])(?!top\b"
    r"|what|which|how\b|whatever|that\b|it\b)",
    re.IGNORECASE,
)

WITHOUT_SUBJECT: Final = re.compile(
    r"(?:(?:\b(?:but|and|yet)|^|[,|;(]) ?(?:not|no|nothing)|\bexcept(?: for)?|\bexcluding|\bminus|\b(?:other|rather)"
    r" than"
    r"|\bapart from|\bnot)(?: (?:about|on|any|related to|concerning|with))+(?: (?:the|those|ones|papers))*"
    r" (?P<about>[^\s|,;]{3,})(?: (?:ones|papers))?(?=\W*$| ?[|,;])"
    r"|(?:(?:\b(?:but|and|yet)|^|[,|;(]) ?(?:not|no)|\bexcept(?: for)?|\bexcluding|\bminus)(?: (?:the|those|any"
    r"|papers))*"
    r" (?P<words>(?!\d)[^\s|,;]{3,})(?: (?:ones|papers))?(?=\W*$| ?[|,;])",
    re.IGNORECASE,
)
"""A subject that isn't wanted: "diffusion but not video", "RAG, no surveys"."""


def topic_words(text: str, *, terse: bool) -> Iterator[str]:
    """The words that say what the papers are about.

    Those behind "on" or "about", where there are any; else those beside the word for papers; else all. ``terse``: it
    is no sentence, and all of its words are meant.
    """
    text = _without_asides(text)
    subject, fillers = _subject_in(text), FILLERS | ASIDES
    if subject is not None and any(map(tells, text[subject.end() :].split())):
        text, fillers = _VERB.split(text[subject.end() :])[0], FILLERS
    elif not terse:
        papers = PAPERS.search(text)
        beside = f"{run_before(text[: papers.start()])} {text[papers.end() :]}" if papers else text
        text = beside if _telling_words(beside, fillers) or len(_telling_words(text, fillers)) <= 1 else text
    words = _telling_words(text, fillers)
    yield from (word for at, word in enumerate(words) if word != "or" or (0 < at < len(words) - 1))


def _telling_words(text: str, fillers: Collection[str]) -> list[str]:
    """The words of a subject, with "or" between them."""
    words = list[str]()
    for written in re.split(rf"[\s,;:={CUT}()\"“”]+", text):
        word = re.sub(r"['’]s?$", "", written.strip(".?!'’‘*_`+"))
        if tells(word, fillers) or (word == "or" and words[-1:] != ["or"]):
            words.append(word)
    return words


def run_before(text: str) -> str:
    """The words directly before the word for papers: "GUI agent" in "show me GUI agent papers"."""
    run = list[str]()
    for word in reversed(text.split()):
        if not (tells(word, FILLERS | ASIDES) or (run and word.lower() in {"and", "or", "&"})) or word.endswith(","):
            break
        run.insert(0, word)
    return " ".join(run)


_VERB: Final = re.compile(r"\s(?:were|was|has been|have been|are being|had been)\s")
PAPERS: Final = phrase("<papers>|<paper>|stuff|research|literature", PARTS)


def _without_asides(text: str) -> str:
    """The clauses that ask for papers, where others only say why: "I was away, what was listed?"."""
    clauses = _CLAUSE.split(text)
    asking = [each for each in clauses if not _ASIDE.match(each) or _OF_PAPERS.search(each) or SUBJECT.search(each)]
    return ", ".join(asking if any(_OF_PAPERS.search(each) for each in asking) else clauses)


def _subject_in(text: str) -> re.Match[str] | None:
    """What the papers are on: behind the word for papers, where there is one."""
    subjects, papers = list(SUBJECT.finditer(text)), _OF_PAPERS.search(text)
    behind = [each for each in subjects if papers and each.start() >= papers.end() - 1]
    return next(iter(behind or subjects), None)


_CLAUSE: Final = re.compile(r"[,;:?!.]\s+|\s[-–—]\s")
_ASIDE: Final = re.compile(
    r"\W*(?:i|i['’]\w+|we|we['’]\w+|my|our|since|because|as|if|though|while|he|she|they|someone|somebody|out of"
    r"|before|after"
    r"|when|a friend|a colleague|considering)\b",
    re.IGNORECASE,
)
"""How clauses begin that say why somebody asks."""
_OF_PAPERS: Final = phrase(
    r"<papers>|<paper>|<anything>|listed|lists?|c[ao]me out|published|released|appeared|what", PARTS
)


def tells(word: str, fillers: Collection[str] = FILLERS) -> bool:
    """Whether a word may say what papers are about."""
    lowered = re.sub(r"['’]s?$", "", word.lower().strip(".?!,"))
    meaningful = bool(re.search(r"\w\w|[A-Z\d]", word)) and not {lowered, word.lower()} & STOP_WORDS
    return meaningful and lowered not in fillers
