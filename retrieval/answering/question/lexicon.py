"""Everyday words and the field's terms for them, from ``config/lexicon.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache

from pydantic import BaseModel, ConfigDict

from retrieval.settings import PROJECT
from retrieval.text import terms

LEXICON_FILE = PROJECT / "config" / "lexicon.toml"

Lexicon = Mapping[str, frozenset[str]]
"""Maps the stem of an everyday word to the stems of the field's terms for it."""


class _LexiconFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    words: dict[str, list[str]]


@cache
def lexicon() -> Lexicon:
    """The stemmed lexicon; entries with the same stem are merged."""
    file = _LexiconFile.model_validate(tomllib.loads(LEXICON_FILE.read_text(encoding="utf-8")))
    stemmed: dict[str, frozenset[str]] = {}
    for word, synonyms in file.words.items():
        for key in terms(word):
            found = frozenset(stem for synonym in synonyms for stem in terms(synonym))
            stemmed[key] = (stemmed.get(key, frozenset()) | found) - {key}
    return stemmed
