"""Typos: the words one keystroke away from a typed word, and which of them was probably meant.

Candidates are compared with what is known (terms of the index, words of names) by looking all of them up at once,
so the size of the corpus makes no difference.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping, Sequence
from typing import Final

SHORTEST: Final = 4
"""Shorter words have too many neighbours."""
_LONGEST: Final = 24
"""Longer strings aren't words, and have too many neighbours to look up."""

Frequencies = Callable[[Sequence[str]], Sequence[int]]
"""How many papers contain each of these words, in their order."""


def typo_candidates(word: str, *, shortest: int = SHORTEST, keep_first: bool = False) -> dict[str, int]:
    """The words one typo away, each with its cost: 0 for two swapped letters, the most frequent typo, else 1.

    The other typos are a letter left out, added or replaced, and the wrong letter doubled. ``keep_first``: except for
    swaps, the first letter is taken to be right. Words that are shorter than ``shortest``, too long, or contain digits
    have no candidates.
    """
    if not shortest <= len(word) <= _LONGEST or any(character.isdigit() for character in word):
        return {}
    splits = [(word[:at], word[at:]) for at in range(int(keep_first), len(word) + 1)]
    edited = {left + right[1:] for left, right in splits if right}
    for letter in string.ascii_lowercase:
        edited |= {left + letter + right for left, right in splits}
        edited |= {left + letter + right[1:] for left, right in splits if right}
    single = {left + right[1:] for left, right in splits if right and left[-1:] == right[0]}
    edited |= {each[:at] + each[at - 1] + each[at:] for each in single for at in range(1, len(each) + 1)}
    swapped = [word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)]
    return {**dict.fromkeys(edited, 1), **dict.fromkeys(swapped, 0)}


def most_likely(candidates: Mapping[str, int], counts: Mapping[str, int]) -> str | None:
    """The candidate that was probably meant, by how often each occurs; ``None`` if none of them occurs.

    Swaps come before other typos, then the most frequent word, then the longest: a letter is left out more often
    than added.
    """
    known = [word for word in candidates if counts.get(word)]
    return min(known, key=lambda word: (candidates[word], -counts[word], -len(word), word), default=None)


def corrected(word: str, frequencies: Frequencies) -> str:
    """A lower-case word without its typo; ``word`` itself if it occurs in papers, or nothing like it does."""
    if any(frequencies([word])):
        return word
    candidates = typo_candidates(word, keep_first=True)
    counts = dict(zip(candidates, frequencies(list(candidates)), strict=True))
    return most_likely(candidates, counts) or word
