"""Text analysis: sentences with exact offsets, words, terms."""

from retrieval.letters import plain
from retrieval.text.analyser import (
    ANALYSER_VERSION,
    WantedWord,
    index_terms,
    stem,
    term_lines,
    terms,
    terms_of,
    tokens,
    wanted_words,
    words,
)
from retrieval.text.chunks import Token
from retrieval.text.sentences import Span, sentences
from retrieval.text.spelling import one_spelling
from retrieval.text.stop_words import STOP_WORDS

__all__ = [
    "ANALYSER_VERSION",
    "STOP_WORDS",
    "Span",
    "Token",
    "WantedWord",
    "index_terms",
    "one_spelling",
    "plain",
    "sentences",
    "stem",
    "term_lines",
    "terms",
    "terms_of",
    "tokens",
    "wanted_words",
    "words",
]
