"""Requests by their vocabulary: for papers on a subject, and for a paper by its name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Final

_MARKS: Final = ",;:.!?\"“”„'‘’«»()*`…"
_CLAUSE: Final = re.compile(r"[,;:.!?]+\s+(?:and |but |so )?")
_LONGEST_TOPIC: Final = 7  # words; what says more looks for one paper
_LONGEST_NAME: Final = 8

_DETERMINERS: Final = frozenset("the a an any some more new recent this my your our".split())
_FRAME: Final = _DETERMINERS | frozenset(
    """
    i you u ya we me us i'm im i've i'd you've we're am are is be been do does did have has had got get give show
    find tell want need would like love could can should shall might may must will to good nice great interesting
    best few couple little bit something anything stuff thing things paper papers article articles work works study
    studies research literature reading readings read reads resource resources material intro introduction survey
    surveys beginner newcomer newbie novice noob complete total absolute here there also maybe perhaps please pls
    hey hi so what what's whats which where how one anyone anybody someone somebody people researchers start starts
    begin begins first starting getting started into in on about for with regarding concerning around at of and know
    knows aware familiar come across upon seen heard hear recommend recommended recommendation recommendations
    suggest suggested suggestion suggestions advise advice tip tips hint hints idea ideas pointer pointers point
    recs favourite favorite favourites favorites must-read worth looking look looked search searching dive deep
    deeper learn understand catch up check studying working researching doing done written published nothing much
    just help guys all subject topic field area as go from ever already happen by chance out really very quite
    completely quickly today
    """.split()
)
"""Words of a request beside its subject."""
_ABOUT: Final = frozenset("on about regarding concerning around studying researching understand".split())
_INTO: Final = frozenset("into in with to at for of".split())
_ASKS_TO_READ: Final = frozenset(
    """
    recommend recommended recommendation recommendations suggest suggested suggestion suggestions advise advice tip
    tips hint hints pointer pointers recs favourite favorite favourites favorites must-read worth literature aware
    familiar across studying working researching looked reading reads catch
    """.split()
)
_BEGINS: Final = frozenset("start begin starting getting started beginner newcomer newbie novice noob dive".split())
_MANY: Final = frozenset(
    "papers work works articles studies research stuff something anything things resources material surveys".split()
)
_HAVE: Final = frozenset("have got know seen heard".split())
_OTHERS: Final = frozenset("you you've u guys anyone anybody someone somebody".split())
_NO_TOPIC: Final = frozenset(
    "this that it its these those them here you your bot using use what who how why when which today".split()
)
"""How what is no topic begins."""

_NAMED: Final = frozenset("called named titled entitled name title paper article".split())
_HELD: Final = frozenset(
    """
    know knows known have has got heard seen read find hold holds contain contains include includes own keep cover
    covers library collection database catalogue catalog index archive corpus among aware familiar across present
    stored
    """.split()
)
_FRAME_OF_NAME: Final = (
    _FRAME
    | _NAMED
    | _HELD
    | frozenset(
        """
        whether if chance records lists list system part entry check see not don't dont doesn't wonder made it look
        present available from under does papers abstract preprint report stumbled encountered met acquainted listed
        would happened
        """.split()
    )
) - frozenset("what what's whats which where how one people".split())
_ASKS_ELSE: Final = frozenset("what who when why how which where whose many much what's whats who's".split())


def _core(word: str) -> str:
    return word.strip(_MARKS).lower().replace("’", "'")


def topic_of_request(text: str) -> str | None:
    """The subject of a request for something to read: "any hints on owls?", "new to owls, where do I start?"."""
    head, tail = _without_tail(text)
    words = head.split()
    before = list(takewhile(lambda word: _core(word) in _FRAME, words))
    while before and _core(before[-1]) in _DETERMINERS:
        before.pop()
    topic = words[len(before) :]
    if not before or not 0 < len(topic) <= _LONGEST_TOPIC or _core(topic[0]) in _NO_TOPIC or _CLAUSE.search(head):
        return None
    said = [*map(_core, before), *tail]
    return " ".join(topic).strip(_MARKS) if _requests(said, said[len(before) - 1]) else None


def _requests(said: Sequence[str], leads: str) -> bool:
    """Whether the words around a subject, of which one ``leads`` to it, ask for something to read."""
    words, phrase = set(said), " ".join(said)
    begins = not words.isdisjoint(_BEGINS) or "new to" in phrase or "should i" in phrase
    if "how" in words or not (leads in _ABOUT or (leads in _INTO and begins)):
        return False
    if begins or not words.isdisjoint(_ASKS_TO_READ):
        return True
    has = not (words.isdisjoint(_HAVE) or words.isdisjoint(_OTHERS))
    if words.isdisjoint(_MANY):
        return has and "what" in words and "know" not in words
    return has or "look for" in phrase


def _without_tail(text: str) -> tuple[str, list[str]]:
    """A text without a last clause that only asks where to begin, and that clause's words."""
    parts = list(_CLAUSE.finditer(text))
    tail = [_core(word) for word in text[parts[-1].end() :].split()] if parts else []
    return (text[: parts[-1].start()], tail) if tail and all(word in _FRAME for word in tail) else (text, [])


def held_name(text: str) -> str | None:
    """What is asked for by its name: "EMOVA" in "do you know the EMOVA paper?"; ``None`` for other questions."""
    words = text.split()
    cores = [_core(word) for word in words]
    places = [at for at, word in enumerate(cores) if word not in _FRAME_OF_NAME]
    if not places or not _ASKS_ELSE.isdisjoint(cores):
        return None
    first, last = places[0], places[-1] + 1
    beside = {*cores[:first], *cores[last:]}
    name = " ".join(words[first:last]).strip(_MARKS)
    is_written_so = last - first > 1 or any(sign.isupper() or sign.isdigit() for sign in name)
    may_be_one = is_written_so or not beside.isdisjoint(_NAMED | {"know", "heard"})
    return name if may_be_one and last - first <= _LONGEST_NAME and not beside.isdisjoint(_HELD) else None
