"""Words by which messages to the bot are told from questions about papers, where no form fits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from retrieval.text import STOP_WORDS


@dataclass(frozen=True, slots=True)
class TopicWords:
    """Words of something that people ask the bot about: one of ``telling`` must be there, ``others`` may be.

    Without "you", a message must begin with a telling word or ask how something is done: "bookmark a paper".
    """

    telling: frozenset[str]
    others: frozenset[str]
    spoken_to: bool

    @classmethod
    def of(cls, telling: str, others: str = "", *, spoken_to: bool = False) -> TopicWords:
        """Of words with white space between them; ``spoken_to``: only with "you"."""
        return cls(frozenset(telling.split()), frozenset(others.split()), spoken_to)

    def fit(self, text: str, words: Sequence[str]) -> bool:
        """Whether a message has these words and says nothing else."""
        if self.telling.isdisjoint(words) or _ASKS_WHAT_WAS.match(text):
            return False
        said = {word for word in words if word not in STOP_WORDS | _NEUTRAL and not _HOUR.fullmatch(word)}
        if not said <= self.telling | self.others | _ADDRESSED:
            return False
        asks_how = words[0] in self.telling or bool(_ASKS_HOW.match(text))
        return not _ADDRESSED.isdisjoint(words) or (asks_how and not self.spoken_to)


_ADDRESSED: Final = frozenset("you your yours yourself u ur bot".split())
_HOUR: Final = re.compile(r"\d{1,2}(?:am|pm)?")
_ASKS_HOW: Final = re.compile(
    r"(?:how (?:do|can|would|should|could) (?:i|we)|how to|can (?:i|we)|could (?:i|we)|may i|where (?:are|is) my"
    r"|where (?:do|can) i|(?:what|which) command|is there (?:a|any) (?:way|command|option)"
    r"|i(?:['’]d| would)? (?:want|like|need) to|please|is it possible to)\b",
    re.IGNORECASE,
)
_ASKS_WHAT_WAS: Final = re.compile(r"(?:what|which)(?: \S+)? (?:did|have|has|was|were)\b", re.IGNORECASE)
_NEUTRAL: Final = frozenset(
    """
    paper papers thing things stuff something anything everything question questions answer answers abstract abstracts
    article articles day days daily morning evening every new channel server message messages list lists please pls
    thanks hey hi hello ok okay way command option feature works work working use used using get gets got want like
    need know tell show give make one ones here really actually exactly always still also just time people guys
    possible now go going come comes say says mean user users set turn add see find look good simple quick ever
    """.split()
)


def bare_words(text: str) -> list[str]:
    """The lowered words of a message, without "'s" and "'re"."""
    return [_ENDING.sub("", word) for word in _WORD.findall(text.lower())]


_WORD: Final = re.compile(r"[^\W_][\w'’-]*")
_ENDING: Final = re.compile(r"['’](?:s|re|ve|d|ll|m)$")
