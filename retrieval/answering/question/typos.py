"""Slips of the fingers: a word that nobody wrote becomes the word that was meant."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator, Sequence
from typing import Final

_SHORTEST: Final = 4
"""Shorter words have too many neighbours."""

_LONGEST: Final = 24
"""What is longer is no word, and its neighbours would be too many to look at."""


HowCommon = Callable[[Sequence[str]], Sequence[int]]
"""How many papers hold each of these lowered words, 0 for a word that nobody wrote."""


def repaired(word: str, how_common: HowCommon) -> str:
    """The commonest word one slip away; ``word`` itself where it is known, too short or long, a number, or alone.

    Two letters that changed places are tried first: that is the slip that fingers make most.
    """
    if not _SHORTEST <= len(word) <= _LONGEST or any(sign.isdigit() for sign in word) or any(how_common([word])):
        return word
    for neighbours in (list(_swapped(word)), list(_changed(word))):
        count, best = max(zip(how_common(neighbours), neighbours, strict=True))
        if count:
            return best
    return word


def _swapped(word: str) -> Iterator[str]:
    for at in range(len(word) - 1):
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _changed(word: str) -> Iterator[str]:
    """One letter left out, doubled, added or replaced; the first letter is hardly ever wrong."""
    for at in range(1, len(word)):
        yield word[:at] + word[at + 1 :]
        for letter in string.ascii_lowercase:
            yield word[:at] + letter + word[at + 1 :]
            yield word[:at] + letter + word[at:]
    for letter in string.ascii_lowercase:
        yield word + letter
