r"""Text for BibTeX and LaTeX: special characters escaped, accents as macros, formulas unchanged, capitals protected.

BibTeX counts braces, even escaped ones, and lower-cases titles outside of braces ("BibTeXing", O. Patashnik,
1988, https://ctan.org/pkg/bibtex). So braces are always balanced in the result, an author's ``{`` becomes
``\textbraceleft``, and words such as *BERT* are in braces.

The result is ASCII and needs nothing but LaTeX itself with T1 fonts. What these fonts don't have is transliterated:
``Иван`` becomes ``Ivan``, ``Nguyễn`` keeps its accents as ``Nguy{\~{\^{e}}}n``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import cache, lru_cache
from typing import Any, Final
from unicodedata import category, combining, normalize

from anyascii import anyascii
from pylatexenc.latexencode import (  # pyright: ignore[reportMissingTypeStubs]
    RULE_CALLABLE,
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
    "×": r"\ensuremath{\times}",
    "→": r"\ensuremath{\rightarrow}",
    "←": r"\ensuremath{\leftarrow}",
    "¹": r"\ensuremath{^1}",
    "²": r"\ensuremath{^2}",
    "³": r"\ensuremath{^3}",
    "«": r"\guillemotleft",
    "»": r"\guillemotright",
    "ı": r"\i",
}
_ACCENTS: Final = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u", "\u0307": ".",
    "\u0308": '"', "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0323": "d", "\u0326": "textcommabelow",
    "\u0327": "c", "\u0328": "k", "\u0331": "b",
}  # fmt: skip
"""Combining characters and their macros. Others, such as the Vietnamese hook, aren't in T1 fonts."""
_LETTERS: Final = frozenset("ÆæØøŁłŒœßÐðÞþĐđŊŋ")
"""Letters in T1 fonts that can't be decomposed."""
_MACROS: Final = frozenset(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega "
    "leq geq neq le ge ne approx sim simeq equiv cong propto ll gg pm mp times div cdot cdots ldots dots ast star "
    "circ bullet oplus otimes wedge vee cap cup subset supset subseteq supseteq in notin ni forall exists neg "
    "to rightarrow leftarrow leftrightarrow Rightarrow Leftarrow Leftrightarrow uparrow downarrow mapsto infty "
    "partial nabla ell hbar Re Im sum prod int sqrt frac log ln exp min max sup inf lim arg det dim ker sin cos tan "
    "hat bar tilde vec dot ddot overline underline widehat widetilde mathrm mathbf mathcal mathit mathsf mathtt "
    "textsuperscript textsubscript left right lbrace rbrace langle rangle lceil rceil lfloor rfloor mid parallel perp "
    "prime quad triangle angle bot top emptyset setminus backslash ensuremath textdegree textmu textbullet "
    "textperiodcentered S P pounds copyright textregistered texttrademark textexclamdown textquestiondown".split()
)
"""Macros that LaTeX knows without a package."""
_GREEK_WORD: Final = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]{3,}")  # fewer letters are a formula, such as αβ
_OPENING: Final = re.compile(r'(?<![\w.,!?)\]])"(?=\w)')
_DELIMITERS: Final = re.compile(r"\$\$(?P<a>.*)\$\$|\$(?P<b>.*)\$|\\\((?P<c>.*)\\\)|\\\[(?P<d>.*)\\\]", re.DOTALL)
_WORD: Final = re.compile(r"[^\W_]+")


@lru_cache(maxsize=4096)  # the papers of a list share authors and words
def escape_tex(text: str) -> str:
    r"""Plain text with everything escaped that is special to TeX: ``50{\%}``, ``G{\"o}del``.

    A letter that LaTeX can't print is transliterated.
    """
    return escape_tex_once(text)


def escape_tex_once(text: str) -> str:
    """The same for a long text, which isn't kept for the next time."""
    return str(_encoder().unicode_to_latex(_quoted(normalize("NFC", visible(text)))))


def _quoted(text: str) -> str:
    """``text`` with straight quotation marks replaced by opening and closing ones."""
    return _OPENING.sub("“", text).replace('"', "”")


def tex_title(text: str, names: AbstractSet[str] = frozenset()) -> str:
    """A title with its formulas, other LaTeX as text, and significant capitals protected.

    ``names`` are words that have a capital wherever they are; see ``capitalised_names``.
    """
    made = "".join(_part(kind, source, names) for kind, source in kinds_of(text))
    return made if has_balanced_braces(made) else _guarded(readable(text), names)


def has_balanced_braces(text: str) -> bool:
    """Whether braces are balanced as BibTeX counts them, which ignores backslashes."""
    depth = 0
    for sign in re.findall(r"[{}]", text):
        depth += 1 if sign == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def _part(kind: str, source: str, names: AbstractSet[str]) -> str:
    match kind:
        case "formula":
            found = _DELIMITERS.fullmatch(source)
            return _math(found[found.lastgroup or 0] if found else source, source)
        case "lowered" if unicode_of(kind, source) == source and "{" not in source:
            return _guarded(source, names)  # the cards show it as it is, too
        case "raised" | "lowered" if "circ" not in source:
            return _math(source, source)
        case "text" if has_balanced_braces(source):
            return _grouped(source, names)
        case "text":
            return _guarded(source, names)
        case _:
            return _guarded(unicode_of(kind, source), names)


def _math(inner: str, source: str) -> str:
    """A formula in braces, so that BibTeX keeps its case; as text if it wouldn't compile."""
    inner = re.sub(r"\\([{}])", lambda found: r"\lbrace " if found[1] == "{" else r"\rbrace ", inner)
    inner = re.sub(r"(?<!\\)[%#&]", r"\\\g<0>", visible(inner)).strip()
    odd_end = re.search(r"(?<!\\)(?:\\\\)*\\$", inner)
    if not inner or not _is_known(inner) or not has_balanced_braces(inner) or odd_end or re.search(r"(?<!\\)\$", inner):
        return _guarded(unicode_of("formula", source))
    return f"{{${inner}$}}"


def _grouped(text: str, names: AbstractSet[str]) -> str:
    """Text with balanced braces, such as ``{Bayesian} methods``, by which authors protect capitals themselves."""
    parts = re.split(r"\{([^{}]*)\}", text)
    bare = [part.replace("{", "").replace("}", "") for part in parts]
    groups = [f"{{{escape_tex(part)}}}" if part.strip() else "" for part in bare[1::2]]
    plain = [_guarded(part, names) for part in bare[::2]]
    return "".join(each for pair in zip(plain, [*groups, ""], strict=True) for each in pair)


def _guarded(text: str, names: AbstractSet[str] = frozenset()) -> str:
    """Plain text of a title, escaped, with braces around words with significant capitals."""
    text = _quoted(normalize("NFC", visible(text)))
    return "".join(_word(part, names) if _WORD.fullmatch(part) else escape_tex(part) for part in _split(text))


def _split(text: str) -> Iterator[str]:
    at = 0
    for found in _WORD.finditer(text):
        if at < found.start():
            yield text[at : found.start()]
        yield found[0]
        at = found.end()
    if at < len(text):
        yield text[at:]


def _word(word: str, names: AbstractSet[str]) -> str:
    """A word, in braces if it's a name or has a capital besides a normal first letter: ``{GPT}``, ``{3D}``."""
    inner = any(letter.isupper() for letter in word[1:])
    single = word[0].isupper() and word != "A" and (len(word) == 1 or any(map(str.isdigit, word)))
    return f"{{{escape_tex(word)}}}" if inner or single or word in names else escape_tex(word)


@cache
def _encoder() -> Any:
    own = UnicodeToLatexConversionRule(RULE_DICT, {ord(sign): macro for sign, macro in _OWN.items()})
    other = UnicodeToLatexConversionRule(RULE_CALLABLE, _written)
    return UnicodeToLatexEncoder(
        conversion_rules=[own, other, "defaults"],
        replacement_latex_protection="braces-almost-all",
    )


def _written(text: str, at: int) -> tuple[int, str] | None:
    """How many characters of ``text`` at a position are written how; ``None`` leaves them to pylatexenc."""
    if text[at].isascii():
        return None
    if greek := _GREEK_WORD.match(text, at):
        return len(greek[0]), anyascii(greek[0])
    written = _letter_or_symbol(text[at])
    return None if written is None else (1, written)


@lru_cache(maxsize=4096)
def _letter_or_symbol(sign: str) -> str | None:
    """A character that isn't ASCII; ``None`` leaves it to pylatexenc."""
    if accented := _accented(sign):
        return accented
    if sign in _LETTERS or _is_known(str(_plain_encoder().unicode_to_latex(sign))):
        return None
    return "" if category(sign) == "So" else str(_plain_encoder().unicode_to_latex(anyascii(sign)))


def _accented(sign: str) -> str:
    r"""A Latin letter with its accents as macros: ``\~{\^{e}}``; empty for anything else."""
    base, *marks = normalize("NFD", sign)
    if not marks or not (base.isascii() or base in _LETTERS) or not all(map(combining, marks)):
        return ""
    made = base if base.isascii() else str(_plain_encoder().unicode_to_latex(base))
    for macro in filter(None, map(_ACCENTS.get, marks)):
        made = f"\\{macro}{{{made}}}"
    return made


def _is_known(tex: str) -> bool:
    """Whether LaTeX sets this without a package."""
    return tex.isascii() and set(re.findall(r"\\([A-Za-z]+)", tex)) <= _MACROS


@cache
def _plain_encoder() -> Any:
    return UnicodeToLatexEncoder(unknown_char_policy="keep", unknown_char_warning=False)
