"""Chunks: what has no space or punctuation inside, cut into words. See ``retrieval.text.analyser``."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import Final, NamedTuple

from retrieval.letters import GREEK_NAMES
from retrieval.text.compounds import ONE_WORD, TWO_WORDS
from retrieval.text.spelling import one_spelling
from retrieval.text.stop_words import STOP_WORDS


class Token(NamedTuple):
    """A word or number: ``text`` is in lower case, the offsets are those of the original."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """The words of a chunk. ``names`` are the same words, those together that may be one name: ``gpt``, ``4``.

    ``joined`` are words without the hyphens between them, and names of several words as one.
    """

    tokens: tuple[Token, ...]
    names: tuple[tuple[Token, ...], ...]
    joined: tuple[str, ...]


ASCII_CHUNK: Final = re.compile(
    r"[a-z0-9]+(?:[-.,'$](?:"  # starts with a plain set, so that the search goes on at once after most words
    r"(?<=-)\$?[a-z0-9]+|(?<=[0-9][.,])[0-9]+[a-z0-9]*|(?<=[a-z]')[a-z]+|(?<=\$)-\$?[a-z0-9]+))*"
)
"""In lower-case ASCII."""

_HYPHENS: Final = "-\u2010\u2011\u2013\u2212\uff0d"
_CJK: Final = "\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f"
_INVISIBLE: Final = "\u00ad\u200b-\u200d\u2060\ufeff\u180e"
_ENTITY: Final = r"&(?:[A-Za-z]{2,8}|#[0-9]{2,6}|#x[0-9A-Fa-f]{2,5});"
_ACCENT: Final = (
    r"\{?\\(?:[\"`^~=.]|'(?!(?:s|t|re|ll|ve|m|d)\b)|[uvHckdbrt](?=[\s{\\]))\s?"
    r"(?:\{\\?[A-Za-z]\}|\\?[A-Za-z](?:\{\})?)\}?"
)
_SYMBOL: Final = (
    r"\{?\\(?:ss|ae|AE|oe|OE|aa|AA|dh|DH|th|TH|dj|DJ|ng|NG|[oOlLij])(?![A-Za-z])(?:\{\}|[ ](?=[A-Za-z]))?\}?"
)
_PART: Final = re.compile(rf"(?P<accent>{_ACCENT})|(?P<symbol>{_SYMBOL})|(?P<entity>{_ENTITY})|(?P<sign>.)", re.DOTALL)
_COMMAND: Final = (
    r"\\(?:emph|textbf|textit|textsc|texttt|textrm|textsf|textsl|text|mathbf|mathrm|mathcal|mathbb|mathit|mathsf|mathtt|"
    r"mathfrak|boldsymbol|bm|underline|url|href|cite[tp]?|ref|label|footnote|left|right|operatorname|mbox|hbox|mathop|"
    r"texorpdfstring|textsuperscript|textsubscript|textcolor|xspace|rm|bf|it|em|tt|sc|sf)(?![A-Za-z])"
)
_LETTER: Final = rf"(?:[^\W_{_CJK}]|[\u0300-\u036f{_INVISIBLE}]|{_ACCENT}|{_SYMBOL}|{_ENTITY})"
COMMAND: Final = re.compile(_COMMAND)
"""A LaTeX command that is no word."""
WRITTEN: Final = re.compile(rf"{_ACCENT}|{_SYMBOL}|{_ENTITY}")
"""A letter that is written in LaTeX or HTML."""
WIDE_CHUNK: Final = re.compile(
    rf"{_COMMAND}|[{_CJK}]+|{_LETTER}(?:{_LETTER}|(?:\$?[{_HYPHENS}]\$?|(?<=\d)[.,](?=\d)|['’](?=[^\W\d_])){_LETTER})*"
)
"""In any text."""
_ACCENTS: Final = "\u0308\u0301\u0300\u0302\u0303\u0304\u0307\u0306\u030c\u030b\u0327\u0328\u0323\u0331\u030a\u0361"
_PLAIN_ACCENTS: Final = MappingProxyType(dict(zip("\"'`^~=.uvHckdbrt", _ACCENTS, strict=True)))
_SYMBOLS: Final = MappingProxyType(
    {
        "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "dh": "ð", "DH": "Ð", "th": "þ",
        "TH": "Þ", "dj": "đ", "DJ": "Đ", "ng": "ŋ", "NG": "Ŋ", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł",
        "i": "i", "j": "j",
    }
)  # fmt: skip

_WORD: Final = re.compile(
    r"(?<=[^\W\d_])2(?=[^\W\d_]{3})|"  # text2image: "to"
    r"[α-ω]\d+(?:\.\d+)?[^\W_]*|"
    r"\d+(?:[.,]\d+)*|[^\W\d_](?:\d+[^\W_]*|(?![^\W_]|[\u0300-\u036f'’]))|"
    r"(?:[^\W\d_][\u0300-\u036f]*)+(?:['’](?:[^\W\d_][\u0300-\u036f]*)+)*"
)
_NUMBER: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_SEGMENT: Final = re.compile(rf"[^{_HYPHENS}$]+")
_LONGEST: Final = 30
"""Letters of a joined word, at most."""


def simple_chunk(chunk: str) -> tuple[Sequence[str], Sequence[str]] | None:
    """The words and joined words of a chunk of plain letters, hyphens or digits: what ``read_chunk`` says, quickly."""
    if not chunk.isascii():
        return None
    lowered = chunk.lower()
    if lowered.isalpha():
        return _two_words(lowered), (lowered,) if lowered in TWO_WORDS else ()
    if _NUMBER.fullmatch(lowered):
        return (lowered,), ()
    if not lowered.replace("-", "").isalpha() or "--" in lowered or lowered[-1] == "-":
        return None
    segments, words = list[str](), list[str]()
    for part in lowered.split("-"):
        if segments and ONE_WORD.get(segments[-1] + part) == len(segments[-1]) and words[-1] == segments[-1]:
            segments[-1] = words[-1] = segments[-1] + part
        else:
            segments.append(part)
            words += _two_words(part)
    return words, _joined_words(segments, [segment for segment in segments if segment in TWO_WORDS])


def _two_words(word: str) -> tuple[str, ...]:
    cut = TWO_WORDS.get(word)
    return (word,) if cut is None else (word[:cut], word[cut:])


def read_chunk(chunk: str) -> Chunk:
    """Cut a chunk into words."""
    if chunk.isascii() and chunk.isalpha() and (lowered := chunk.lower()) not in TWO_WORDS:  # most are a word
        word = Token(0, len(chunk), lowered)
        return Chunk((word,), ((word,),), ())
    if re.match(rf"[{_CJK}]", chunk):
        return _bigrams(chunk)
    if chunk.startswith("\\") and COMMAND.fullmatch(chunk):
        return Chunk((), (), ())
    text, origins = _read(chunk)
    segments = list(_segments(text))
    names = tuple(tuple(_at(token, origins) for token in part) for part in _names(segments))
    together = tuple(token for part in names for token in part)
    return Chunk(together, names, _joined(segments))


def _bigrams(chunk: str) -> Chunk:
    """Two characters each, overlapping: words have no spaces between them."""
    text = unicodedata.normalize("NFKC", chunk)
    text = text if len(text) == len(chunk) else chunk
    pairs = [Token(at, at + 2, text[at : at + 2]) for at in range(len(text) - 1)] or [Token(0, len(text), text)]
    return Chunk(tuple(pairs), tuple((each,) for each in pairs), ())


def _read(chunk: str) -> tuple[str, Sequence[tuple[int, int]] | None]:
    """What a chunk means in lower case, and where each character of that comes from; ``None``: from its own place."""
    if chunk.isascii() and "\\" not in chunk and "&" not in chunk:
        return chunk.lower(), None
    letters, origins = list[str](), list[tuple[int, int]]()
    for found in _PART.finditer(chunk):
        meant = unicodedata.normalize("NFKC", _meaning(found)).lower()
        letters.append(meant)
        origins += [found.span()] * len(meant)
    return "".join(letters), origins


def _meaning(found: re.Match[str]) -> str:
    written = found[0].strip("{}")
    match found.lastgroup:
        case "accent":
            return unicodedata.normalize("NFC", re.sub(r"[\s{}\\]", "", written[2:]) + _PLAIN_ACCENTS[written[1]])
        case "symbol":
            return _SYMBOLS[written[1:].rstrip(" {}")]
        case "entity":
            meant = html.unescape(written)
            return meant if len(meant) == 1 else " "
        case _:
            return "" if re.match(rf"[{_INVISIBLE}]", written) else "'" if written == "’" else found[0]


def _at(token: Token, origins: Sequence[tuple[int, int]] | None) -> Token:
    """The token with its offsets in the chunk as it is written."""
    if origins is None:
        return token
    return Token(origins[token.start][0], origins[token.end - 1][1], token.text)


def _segments(text: str) -> Iterator[list[Token]]:
    """The words between hyphens; those of a compound that is one word are one segment."""
    found = [each.span() for each in _SEGMENT.finditer(text)]
    at = 0
    while at < len(found):
        (start, end), after = found[at], found[at + 1] if at + 1 < len(found) else (0, 0)
        joined = text[start:end] + text[slice(*after)]
        if after[1] and ONE_WORD.get(joined) == end - start:
            yield [Token(start, after[1], joined)]
            at += 2
        else:
            yield list(_cut(text, start, end))
            at += 1


def _cut(text: str, start: int, end: int) -> Iterator[Token]:
    """The words of a segment."""
    for found in _WORD.finditer(text, start, end):
        word = found[0]
        cut = TWO_WORDS.get(word)
        if word[0] in GREEK_NAMES and not word[1:].isalpha():  # π, π0.5
            yield Token(found.start(), found.end(), GREEK_NAMES[word[0]] + word[1:])
        elif cut is not None:
            yield Token(found.start(), found.start() + cut, word[:cut])
            yield Token(found.start() + cut, found.end(), word[cut:])
        elif word != "2" or not (start < found.start() and found.end() + 2 < end and text[found.end()].isalpha()):
            yield Token(found.start(), found.end(), word)


def _names(segments: Sequence[Sequence[Token]]) -> Iterator[tuple[Token, ...]]:
    """Words that may be one name: those of a segment, letters before a segment that starts with a digit."""
    at = 0
    while at < len(segments):
        here = segments[at]
        if at + 1 < len(segments) and _one_name(here, segments[at + 1]):
            yield (*here, *segments[at + 1])
            at += 2
            continue
        if any(token.text[0].isdigit() for token in here):
            yield tuple(here)
        else:
            yield from ((token,) for token in here)
        at += 1


def _one_name(here: Sequence[Token], after: Sequence[Token]) -> bool:
    """Whether neighbouring segments are one name: ``GPT-4``, ``k-NN``, ``3-D``."""
    if not after or len(here) != 1 or _is_stop(here[0].text):
        return False
    if here[0].text.isdigit():  # 3-D
        return len(after) == 1 and len(after[0].text) == 1 and after[0].text.isalpha()
    if not here[0].text[0].isalpha():
        return False
    initial = len(here[0].text) == 1 and len(after) == 1 and not _is_stop(after[0].text)
    return initial or after[0].text[0].isdigit()


def _joined(segments: Sequence[Sequence[Token]]) -> tuple[str, ...]:
    """Segments of several words as one, neighbouring segments as one, and all of them."""
    whole = ["".join(token.text for token in segment) for segment in segments]
    several = [text for text, segment in zip(whole, segments, strict=True) if len(segment) > 1]
    return _joined_words(whole, several)


def _joined_words(segments: Sequence[str], several: Sequence[str] = ()) -> tuple[str, ...]:
    stops = [len(segment) > 1 and segment in STOP_WORDS for segment in segments]
    if len(segments) == 2:  # noqa: PLR2004 - most compounds; ``on-policy`` is also ``onpolicy``
        joined = join_words(*segments)
        found = [*several] if all(stops) else [*several, joined]
        return tuple(each for each in found if len(each) <= _LONGEST)
    pairs = zip(pairwise(segments), pairwise(stops), strict=True)
    found = [*several, *(join_words(one, other) for (one, other), stop in pairs if not any(stop))]
    if len(segments) > 2 and not any(stops):  # noqa: PLR2004
        found.append("".join(segments))
    return tuple(each for each in dict.fromkeys(found) if len(each) <= _LONGEST)


def join_words(one: str, other: str) -> str:
    """Two words as one, in one spelling: ``graybox`` for ``grey-box``."""
    if len(one) > 1 and len(other) > 1 and one.isalpha() and other.isalpha():
        return one_spelling(one) + one_spelling(other)
    return one + other


def _is_stop(word: str) -> bool:
    """Whether a word is never part of a name; a single letter may be (``T-5``)."""
    return len(word) > 1 and word in STOP_WORDS
