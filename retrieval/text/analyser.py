"""The one analysis of words: what is written becomes words, words become terms, however they are spelt.

A text is cut into *chunks*, what has no space or punctuation inside: ``GPT-4``, ``multi-modal``, ``Schr\\"odinger``. A
chunk is analysed once, whatever text it is in, into

- its words, each a slice of the text: hyphens separate words, digits separate from the letters before them
  (``GPT4`` is ``gpt``, ``4``; a single letter keeps its digits: ``T5``). Compounds that are usually written one way are
  read that way: ``finetuning`` is two words, ``multi-modal`` is one. LaTeX accents, HTML entities, soft hyphens, and
  full-width forms are read as what they mean. Chinese, Japanese and Korean are words of two characters (bigrams).
- its terms: the Snowball stems of the words that are not stop words, in American spelling, without accents,
  acronyms in the singular.
- its joined terms: ``gpt4`` for ``GPT-4`` and ``GPT4``, ``vqvae`` for ``VQ-VAE``, and the other transcription of
  letters that have two (``soeren`` for ``Søren``). ``GPT 4`` and ``Q learning`` have one, too, and so have names
  of which the words alone say too little: ``us`` for ``US`` and ``U.S.``, ``c++``, ``pi0`` for ``π_0``.

The answerer compares terms. The index counts terms and joined terms alike: for BM25, a joined term is one more word of
the paper, in the term's frequency, in the number of papers, and in the length. A search for ``GPT4`` or ``GPT-4`` wants
the joined term; each plain word of a search may also be found as the joined term of it and the word beside it, which
finds VQVAE for ``VQ VAE`` (see ``wanted_words``).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, pairwise
from typing import Final, NamedTuple

import Stemmer

from retrieval.letters import plain, transcribed
from retrieval.text.chunks import (
    ASCII_CHUNK,
    COMMAND,
    WIDE_CHUNK,
    WRITTEN,
    Chunk,
    Token,
    join_words,
    read_chunk,
    simple_chunk,
)
from retrieval.text.compounds import ONE_WORD
from retrieval.text.special_names import (
    AFTER_CAPITAL,
    IN_PARENTHESES,
    OPERATORS,
    names_with_sign,
    special_name,
    special_names,
)
from retrieval.text.spelling import one_spelling
from retrieval.text.stop_words import STOP_WORDS

ANALYSER_VERSION: Final = 5
"""Increase it whenever any text gets other terms: then saved indexes are rebuilt."""

_CACHED: Final = 200_000
_LONGEST_CACHED: Final = 60
"""Characters: longer chunks, as in Chinese, hardly ever occur again."""
_NEVER_AT_ENDS: Final = ".,;:()"
"""Signs that no chunk begins or ends with."""
_SWITCH: Final = "\0"
_APART: Final = re.compile(
    r" [\dA-Z](?:(?<=\d)(?P<number>\d?(?:\.\d)?[A-Za-z]{0,2}(?![\w.-]*\d)\b)|"  # most spaces are followed by neither
    rf"(?<=[B-HJ-Z])(?P<letter> [a-z]{{2,12}}\b)|(?<=[A-Z])(?P<capitals>{AFTER_CAPITAL}))"
)
"""The second part of ``GPT 4``; the whole of ``Q learning`` and ``U.S.``"""
_VERSION: Final = re.compile(r"\d{1,2}(?:\.\d)?[ov]?")
_NAME_BEFORE: Final = re.compile(r"\b(?:(?![a-zß-öø-ÿ])[^\W\d_]+|[Tt]op)\Z")
_LONGEST_NAME: Final = 24
_MEDIA: Final = (
    "text|images?|img|videos?|speech|audio|music|sounds?|voice|motions?|sketch|code|sql|seq|sequences?|sim|real|end|coarse|fine|"
    "mesh|layout|charts?|tables?|graphs?|data|prompts?|any"
)
_TO: Final = re.compile(rf"\b(?:{_MEDIA}) (?P<to>2) (?=(?:{_MEDIA})\b)", re.IGNORECASE)
"""``text 2 video``, but not ``SAM 2 video``."""
_local: Final = threading.local()


class WantedWord(NamedTuple):
    """A word that a search wants: a paper with any of ``terms`` has it.

    ``apart``: its parts are typed apart (``GPT 4``), and papers may have them next to each other, too.
    """

    start: int
    end: int
    text: str
    terms: tuple[str, ...]
    apart: bool = False


@lru_cache(maxsize=_CACHED)
def stem(word: str) -> str:
    """The term of a lower-case word: its Snowball English stem without accents, in one spelling.

    Source: https://snowballstem.org/algorithms/english
    """
    stemmer = getattr(_local, "stemmer", None)
    if stemmer is None:  # one for each thread: a Stemmer isn't thread-safe; its own cache takes longer than stemming
        stemmer = _local.stemmer = Stemmer.Stemmer("english", 0)
    return str(stemmer.stemWord(one_spelling(word if word.isascii() else plain(word))))


def words(text: str) -> list[str]:
    """The words and numbers of a text in lower case, including stop words: ``tokens`` without offsets."""
    return " ".join(map(_WORDS.__getitem__, _chunks(text))).split()


def terms(text: str) -> list[str]:
    """The terms of a text: stems of all words except stop words, in order, with repeats."""
    return "".join(_pieces(text)[::2]).split()


def index_terms(text: str) -> list[str]:
    """What the index counts for a text: its terms and joined terms."""
    return "".join(term_lines(text)).split()


def term_lines(text: str) -> tuple[str, str]:
    """The ``terms`` of a text, and its joined terms, each with a space behind it: much faster than lists."""
    pieces = _pieces(text)
    names = "".join([f"{stem(name)} " for name in chain(_names_apart(text), names_with_sign(text))])
    return "".join(pieces[::2]), "".join(pieces[1::2]) + names


def terms_of(lowered: Iterable[str]) -> list[str]:
    """The stems of these words except stop words, in order, with repeats."""
    return [stem(word) for word in lowered if word not in STOP_WORDS]


def tokens(text: str) -> list[Token]:
    """Words and numbers of a text, each a slice of it. ``2.4`` and ``10,000`` are one token each."""
    return [
        Token(start + token.start, start + token.end, token.text)
        for start, chunk in _found(text)
        for token in _CHUNKS[chunk].tokens
    ]


def wanted_words(text: str) -> list[WantedWord]:
    """The words that a search for ``text`` wants, without stop words.

    A name with a digit or a single letter (``GPT-4``, ``k-NN``) is one word, wanted as a whole; so are names and
    compounds that are typed apart (``GPT 4``, ``multi modal``). Any other word may also be found joined with its
    neighbour. In a query in capitals, a stop word is one.
    """
    if "2" in text:
        text = _TO.sub(lambda found: found[0].replace("2", " "), text)
    special, found = _wanted_names(text), list[WantedWord]()
    for begin, chunk in _found(text):
        for at, to, said, own, _ in _WANTED[chunk]:
            start, end, last = begin + at, begin + to, found[-1] if found else None
            name = next((name for name in special if name.start < end and start < name.end), None) if special else None
            if name:
                if name != last:
                    found.append(name)
            elif last and text[last.end : start] == " " and _is_one(last, said) and last not in special:
                joined = last.text + said
                found[-1] = WantedWord(last.start, end, joined, (stem(joined),), apart=True)
            else:
                found.append(WantedWord(start, end, said, own))
    beside = [
        stem(join_words(one.text, other.text)) if one.terms and other.terms else None for one, other in pairwise(found)
    ]
    return [
        WantedWord(start, end, said, tuple(dict.fromkeys([*own, *filter(None, near)])), apart)
        for (start, end, said, own, apart), near in zip(found, pairwise([None, *beside, None]), strict=bool(found))
        if own
    ]


def _wanted_names(text: str) -> list[WantedWord]:
    """The words that are names of which the words alone say too little."""
    names = special_names(text)
    if not names:
        return []
    said = text.split()
    capitals_only = len(said) > 1 and all(word in OPERATORS or not any(map(str.islower, word)) for word in said)
    return [
        WantedWord(name.start, name.end, name.text, (stem(name.text),))
        for name in names
        if not (capitals_only and name.text in STOP_WORDS)
    ]


def _is_one(word: WantedWord, following: str) -> bool:
    """Whether two words are one that is typed apart: a name and its version, or a compound that is usually joined."""
    if following[0].isdigit() and _VERSION.fullmatch(following) and word.terms:
        return len(word.text) > 1 and word.text.isalpha()
    return ONE_WORD.get(word.text + following) == len(word.text)


def _names_apart(text: str) -> Iterator[str]:
    """Names that are written apart, ``GPT 4``, ``Llama 3.1``, ``Q learning``, and once each, in capitals: ``US``."""
    capitals = IN_PARENTHESES.findall(text)
    for found in _APART.finditer(f" {text}"):
        written = found[0][1:]
        if found.lastgroup == "capitals":
            capitals.append(written)
        elif found.lastgroup == "letter":
            yield written.replace(" ", "").lower()
        elif name := _NAME_BEFORE.search(text, max(0, found.start() - 1 - _LONGEST_NAME), max(0, found.start() - 1)):
            yield (name[0] + written).lower()
    yield from filter(None, map(special_name, dict.fromkeys(capitals)))


def _wanted(chunk: Chunk) -> Iterator[WantedWord]:
    """The words that a search wants for a chunk; stop words have no terms."""
    for part in chunk.names:
        if len(part) == 1 or _is_name(part):
            start, end, text = part[0].start, part[-1].end, "".join(token.text for token in part)
            yield WantedWord(start, end, text, () if text in STOP_WORDS else _of_word(text))
        else:
            for start, end, text in part:
                yield WantedWord(start, end, text, () if text in STOP_WORDS else _of_word(text))


def _of_word(text: str) -> tuple[str, ...]:
    other = transcribed(text)
    return (stem(text),) if other is None else (stem(text), stem(other))


def _is_name(part: Sequence[Token]) -> bool:
    """Whether tokens without a space between them are one name: with a digit, or a single letter first."""
    return any(token.text[0].isdigit() for token in part) or len(part[0].text) == 1


def _chunks(text: str) -> list[str]:
    """The chunks of a text; those of plain ASCII in lower case."""
    plain_text = _plain(text)
    return WIDE_CHUNK.findall(text) if plain_text is None else ASCII_CHUNK.findall(plain_text)


def _pieces(text: str) -> list[str]:
    """By turns, terms of a text in their order, and the joined terms of what comes before; each with a space behind."""
    plain_text = _plain(text)
    if plain_text is None:
        return "".join(map(_TERMS.__getitem__, WIDE_CHUNK.findall(text))).split(_SWITCH)
    return "".join(map(_PLAIN_TERMS.__getitem__, plain_text.split())).split(_SWITCH)


def _found(text: str) -> list[tuple[int, str]]:
    """The chunks of a text with their places."""
    plain_text = _plain(text)
    found = WIDE_CHUNK.finditer(text) if plain_text is None else ASCII_CHUNK.finditer(plain_text)
    return [(each.start(), each[0]) for each in found]


def _plain(text: str) -> str | None:
    """The text in lower case, with spaces for LaTeX commands; ``None`` unless that is all that there is to do."""
    if not text.isascii():  # lower case can change the length
        return None
    if "\\" in text or "&" in text:
        if WRITTEN.search(text):
            return None
        text = COMMAND.sub(lambda found: " " * len(found[0]), text)
    return text.lower()


class _Cache(dict[str, Chunk]):
    """The analysis of each chunk, made on first use; cleared when there are too many."""

    def __missing__(self, chunk: str) -> Chunk:
        if len(self) >= _CACHED:
            self.clear()
        found = self[chunk] = read_chunk(chunk)
        return found


class _Wanted(dict[str, tuple[WantedWord, ...]]):
    """The words that a search wants for each chunk."""

    def __missing__(self, chunk: str) -> tuple[WantedWord, ...]:
        if len(self) >= _CACHED:
            self.clear()
        found = self[chunk] = tuple(_wanted(_CHUNKS[chunk]))
        return found


class _Words(dict[str, str]):
    """The words of each chunk, joined with spaces: most chunks are a word, and a string is read faster than a tuple."""

    def __missing__(self, chunk: str) -> str:
        if len(self) >= _CACHED:
            self.clear()
        found = self[chunk] = " ".join(self._of(chunk))
        return found

    def _of(self, chunk: str) -> Sequence[str]:
        simple = simple_chunk(chunk)
        return simple[0] if simple else [token.text for token in _CHUNKS[chunk].tokens]


class _Terms(dict[str, str]):
    """What ``read`` says of each chunk or piece, asked on first use; cleared when there are too many."""

    def __init__(self, read: Callable[[str], str]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, piece: str) -> str:
        found = self._read(piece)
        if len(piece) <= _LONGEST_CACHED:
            if len(self) >= _CACHED:
                self.clear()
            self[piece] = found
        return found


def _terms_of_chunk(chunk: str) -> str:
    """The terms of a chunk; then its joined terms between two ``_SWITCH``, if there are any."""
    words, joined = simple_chunk(chunk) or _words_and_joined(_CHUNKS[chunk])
    said = "".join([f"{term} " for term in terms_of(words)])
    return f"{said}{_SWITCH}{''.join([f'{stem(word)} ' for word in joined])}{_SWITCH}" if joined else said


def _words_and_joined(chunk: Chunk) -> tuple[list[str], list[str]]:
    words = [token.text for token in chunk.tokens]
    return words, [*chunk.joined, *filter(None, map(transcribed, words))]


def _terms_of_piece(piece: str) -> str:
    """The terms of the chunks in a piece of plain text, which has no white space inside."""
    bare = piece.strip(_NEVER_AT_ENDS)
    return "".join(map(_terms_of_chunk, ASCII_CHUNK.findall(piece))) if bare == piece else _PLAIN_TERMS[bare]


_CHUNKS: Final = _Cache()
_WANTED: Final = _Wanted()
_WORDS: Final = _Words()
_TERMS: Final = _Terms(_terms_of_chunk)
_PLAIN_TERMS: Final = _Terms(_terms_of_piece)
