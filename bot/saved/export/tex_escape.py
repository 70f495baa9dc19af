r"""Text for BibTeX and LaTeX: special characters escaped, accents as macros, formulas unchanged, capitals protected.

BibTeX counts braces, even escaped ones, and lower-cases titles outside of braces ("BibTeXing", O. Patashnik,
1988, https://ctan.org/pkg/bibtex). So braces are always balanced in the result, an author's ``{`` becomes
``\textbraceleft``, and words such as *BERT* are in braces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final
from unicodedata import normalize

from pylatexenc.latexencode import (  # pyright: ignore[reportMissingTypeStubs]
    RULE_DICT,
    UnicodeToLatexConversionRule,
    UnicodeToLatexEncoder,
)

from bot.ui.latex import kinds_of, readable
from bot.ui.latex_to_unicode import unicode_of
from bot.ui.markdown import visible

_OWN: Final = {
    "{": r"\textbraceleft",
    "}": r"\textbraceright",
    "“": "``",
    "”": "''",
    "‘": "`",
    "’": "'",
    "–": "--",
    "—": "---",
    "…": r"\ldots",
    "\N{NO-BREAK SPACE}": "~",
    "Ű": r"\H{U}",
    "ű": r"\H{u}",
    **{letter: letter for letter in "ĦħĸĿŀŉŦŧ"},  # LaTeX has no macros for these, and pylatexenc writes other letters
}
_OPENING: Final = re.compile(r'(?<![\w.,!?)\]])"(?=\w)')
_DELIMITERS: Final = re.compile(r"\$\$(?P<a>.*)\$\$|\$(?P<b>.*)\$|\\\((?P<c>.*)\\\)|\\\[(?P<d>.*)\\\]", re.DOTALL)
_WORD: Final = re.compile(r"[^\W_]+")


def escape_tex(text: str) -> str:
    r"""Plain text with everything escaped that is special to TeX: ``50{\%}``, ``G{\"o}del``.

    A letter without a LaTeX macro is unchanged, for engines that read UTF-8.
    """
    return str(_encoder().unicode_to_latex(_quoted(normalize("NFC", visible(text)))))


def _quoted(text: str) -> str:
    """``text`` with straight quotation marks replaced by opening and closing ones."""
    return _OPENING.sub("“", text).replace('"', "”")


def tex_title(text: str) -> str:
    """A title with its formulas, other LaTeX as text, and significant capitals protected."""
    made = "".join(_part(kind, source) for kind, source in kinds_of(text))
    return made if has_balanced_braces(made) else _guarded(readable(text))


def has_balanced_braces(text: str) -> bool:
    """Whether braces are balanced as BibTeX counts them, which ignores backslashes."""
    depth = 0
    for sign in re.findall(r"[{}]", text):
        depth += 1 if sign == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def _part(kind: str, source: str) -> str:
    match kind:
        case "formula":
            found = _DELIMITERS.fullmatch(source)
            return _math(found[found.lastgroup or 0] if found else source, source)
        case "raised" | "lowered" if "circ" not in source:
            return _math(source, source)
        case "text" if has_balanced_braces(source):
            return _grouped(source)
        case "text":
            return _guarded(source)
        case _:
            return _guarded(unicode_of(kind, source))


def _math(inner: str, source: str) -> str:
    """A formula in braces, so that BibTeX keeps its case; as text if it wouldn't compile."""
    inner = re.sub(r"\\([{}])", lambda found: r"\lbrace " if found[1] == "{" else r"\rbrace ", inner)
    inner = re.sub(r"(?<!\\)[%#&]", r"\\\g<0>", visible(inner)).strip()
    odd_end = re.search(r"(?<!\\)(?:\\\\)*\\$", inner)
    if not inner or not inner.isascii() or not has_balanced_braces(inner) or odd_end or re.search(r"(?<!\\)\$", inner):
        return _guarded(unicode_of("formula", source))
    return f"{{${inner}$}}"


def _grouped(text: str) -> str:
    """Text with balanced braces, such as ``{Bayesian} methods``, by which authors protect capitals themselves."""
    parts = re.split(r"\{([^{}]*)\}", text)
    bare = [part.replace("{", "").replace("}", "") for part in parts]
    groups = [f"{{{escape_tex(part)}}}" if part.strip() else "" for part in bare[1::2]]
    return "".join(each for pair in zip(map(_guarded, bare[::2]), [*groups, ""], strict=True) for each in pair)


def _guarded(text: str) -> str:
    """Plain text of a title, escaped, with braces around words with significant capitals."""
    text = _quoted(normalize("NFC", visible(text)))
    return "".join(_word(part) if _WORD.fullmatch(part) else escape_tex(part) for part in _split(text))


def _split(text: str) -> Iterator[str]:
    at = 0
    for found in _WORD.finditer(text):
        if at < found.start():
            yield text[at : found.start()]
        yield found[0]
        at = found.end()
    if at < len(text):
        yield text[at:]


def _word(word: str) -> str:
    """A word, in braces if it has a capital besides a normal first letter: ``{GPT}``, ``{3D}``, ``{X}``."""
    inner = any(letter.isupper() for letter in word[1:])
    single = word[0].isupper() and word != "A" and (len(word) == 1 or any(map(str.isdigit, word)))
    return f"{{{escape_tex(word)}}}" if inner or single else escape_tex(word)


@cache
def _encoder() -> Any:
    own = UnicodeToLatexConversionRule(RULE_DICT, {ord(sign): macro for sign, macro in _OWN.items()})
    return UnicodeToLatexEncoder(
        conversion_rules=[own, "defaults"],
        replacement_latex_protection="braces-almost-all",
        unknown_char_policy="keep",
        unknown_char_warning=False,
    )
