"""Everyday words and what the field calls them: ``config/lexicon.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache

from pydantic import BaseModel, ConfigDict

from retrieval.settings import PROJECT
from retrieval.text import terms

LEXICON_FILE = PROJECT / "config" / "lexicon.toml"

Lexicon = Mapping[str, frozenset[str]]
"""From the stem of an everyday word to the stems of the field's words for it."""


class _LexiconFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    words: dict[str, list[str]]


@cache
def lexicon() -> Lexicon:
    """The lexicon, stemmed. Entries of one stem are joined."""
    file = _LexiconFile.model_validate(tomllib.loads(LEXICON_FILE.read_text(encoding="utf-8")))
    stemmed: dict[str, frozenset[str]] = {}
    for word, meanings in file.words.items():
        for key in terms(word):
            found = frozenset(stem for meaning in meanings for stem in terms(meaning))
            stemmed[key] = (stemmed.get(key, frozenset()) | found) - {key}
    return stemmed
