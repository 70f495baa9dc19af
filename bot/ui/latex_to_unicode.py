r"""A typed wrapper of pylatexenc: converts one formula, macro or HTML tag to Unicode.

pylatexenc ignores scripts and drops unknown macros. Here scripts become Unicode's superscript and subscript characters
if it has them, and an unknown macro (``\ours``) stays unchanged.
"""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, Final
from unicodedata import normalize

from pylatexenc.latex2text import (  # pyright: ignore[reportMissingTypeStubs] - the library has no types
    LatexNodes2Text,
    MacroTextSpec,
    get_default_latex_context_db,
)
from pylatexenc.latexwalker import LatexWalkerError  # pyright: ignore[reportMissingTypeStubs]

from retrieval.ingest.parsers.html_text import script_sign

_RAISED: Final = str.maketrans(
    "0123456789+-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW−*βγδθφχ",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ⁻*ᵝᵞᵟᶿᵠᵡ",
)
_LOWERED: Final = str.maketrans(
    "0123456789+-=()aehijklmnoprstuvx−βγρφχ",
    "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ₋ᵦᵧᵨᵩᵪ",
)
_SMALL: Final = frozenset(map(chr, (*_RAISED.values(), *_LOWERED.values()))) - {"*"}
_BRACED: Final = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
_SCRIPT: Final = re.compile(rf"(?<!\\)([\^_])\s*({_BRACED}|\\[A-Za-z]+(?:{_BRACED})?|\d+|[^\s\\{{}}$])")
_TEXT_SCRIPTS: Final = {"super": "^", "sub": "_"}
_TEXT_SCRIPT: Final = re.compile(rf"\\text(super|sub)script\s*({_BRACED})")
_NUMBER: Final = re.compile(r"[0-9]+|[⁰¹²³⁴⁵⁶⁷⁸⁹]+|[₀₁₂₃₄₅₆₇₈₉]+")
_SMALL_DIGITS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "0123456789" * 2)
_SPACES: Final = {r"\,": " ", r"\;": " ", "\\ ": " ", "\\\\": "", r"\!": "", r"\~": "~"}
_STANDS_ALONE: Final = re.compile(r"[\w.*]+|.|\([^()]*\)")
"""A script that needs no brackets, if it has no scripts of its own."""
_LONGEST_WORD: Final = 3  # letters of a script that are still readable when small
_WORDS: Final = {
    "checkmark": "✓", "textless": "<", "textgreater": ">", "textbar": "|", "textasciitilde": "~",
    "textasciicircum": "^", "textbackslash": "∖", "space": " ", "quad": " ", "qquad": " ", "slash": "/",
    "textmu": "µ", "upmu": "µ",
    "copyright": "©", "pounds": "£", "euro": "€", "texteuro": "€",
    "circledR": "®", "textregistered": "®", "textemdash": "—", "textendash": "–", "gtrsim": "≳", "lesssim": "≲",
    "colon": ":", "displaystyle": "", "noindent": "", "xspace": "", "small": "", "footnotesize": "", "large": "",
    "deg": "°", "degree": "°", "eg": "e.g.", "ie": "i.e.", "etc": "etc.", "LaTeX": "LaTeX", "TeX": "TeX",
    "|": "‖", "lVert": "‖", "rVert": "‖", "star": "⋆", "ast": "*", "dag": "†", "prime": "′", "allowbreak": "",
}  # fmt: skip
_SIGNS: Final = {"~": " ", "--": "–", "---": "—", "``": "“", "''": "”"}
_OVER_SEVERAL: Final = {"overline": "\u0305", "widetilde": "\u0303", "widehat": "\u0302"}
_ROOTS: Final = {"": "√", "2": "√", "3": "∛", "4": "∜"}
_OPERATORS: Final = (
    "arg", "argmax", "argmin", "cos", "det", "dim", "exp", "gcd", "inf", "ker", "lim", "ln", "log", "max",
    "min", "mod", "Pr", "sin", "sup", "tan", "tanh",
)  # fmt: skip
_SWITCHES: Final = ("em", "it", "bf", "sc", "tt", "rm", "sl", "sf", "itshape", "bfseries", "ttfamily")
_CITATIONS: Final = ("cite", "citep", "citet", "ref", "label", "gls", "ac")
_REWRITTEN: Final = [
    (re.compile(pattern), by)
    for pattern, by in (
        (r"(?<=\d)\s*(\\[dt]?frac)", r"\\ \1"),  # 1\frac{1}{2} isn't eleven halves
        (rf"(\\[dt]?frac\s*{_BRACED}\s*{_BRACED}|\\sqrt(?:\[\w+\])?\s*{_BRACED})(?=\s*[0-9A-Za-z])", r"\1\\ "),
        (r"(?<!\\)([%#&])", r"\\\1"),  # meant literally, not as a comment or parameter
        (
            r"\\(?:texttt|textsf|textrm|mbox|hbox|uline|ul|operatorname\*?|boldsymbol|bm"
            r"|math(?:bf|rm|sf|tt|it)|left|right)\s*(?=[{\\()\[\]|])",
            "",
        ),
        (r"\\pmod\s*\{([^{}]*)\}", r"(mod {\1})"),
        (r"(\\[A-Za-z]+)\s+(?=\\)", r"\1{} "),  # TeX drops this space, but readers need it
    )
]
"""Replacements for what pylatexenc doesn't understand."""


def unicode_of(kind: str, source: str) -> str:
    """``source`` as Unicode, or unchanged if that isn't possible. Kinds are those of ``bot.ui.latex.kinds_of``."""
    match kind:
        case "url" | "twice":
            shown = source.partition("{")[0]
        case "strong":
            shown = source.strip("*")
        case "apostrophe":
            shown = "'"
        case "tie" | "dash" | "quotation":
            shown = _SIGNS[source]
        case "raised" | "lowered":
            shown = _script_alone(source)
        case "script":
            shown = _script_alone(script_sign(source) + re.sub("<[^<>]*>", "", source))
        case "entity":
            shown = html.unescape(source)
        case "break" | "tag":
            shown = " " if kind == "break" else ""
        case "link":
            shown = _linked(source)
        case _:
            shown = _SPACES[source] if source in _SPACES else _converted(source)
    return shown


def _linked(source: str) -> str:
    r"""``\href{address}{words}`` as words and address."""
    address, *words = re.findall(r"\{([^{}]*)\}", source)
    return address if not words or words[0] in ("", address) else f"{words[0]} ({address})"


def _script_alone(source: str) -> str:
    """A superscript or subscript outside formulas (``10^{-3}``, ``x_i``)."""
    if source.endswith("circ"):
        return "°"
    content = source[1:].strip("{}")
    small = _small(source[0], content)
    if small is not None:
        return small
    return f"_{content}" if source[0] == "_" and re.fullmatch(r"[\w.]+", content) else source


@lru_cache(maxsize=4096)
def _converted(source: str) -> str:
    if bold := re.fullmatch(r"\\[bcdkruvH]\{([^{}\\$]*[^\W\d_]{2,}\s[^{}\\$]*)\}", source):
        return bold[1]  # an author's own macro: no accent is over several words
    if source.startswith((r"\etc.", r"\eg.", r"\ie.")):
        source = source[:-1]
    if re.match(r"\\[bcdkruvH]\{[A-Za-z]{2,}\}", source):
        return source  # no accent: half of a macro that a program took for an escape, such as \beta
    prepared = re.sub(r"\\unicode\{x([0-9A-Fa-f]{2,5})\}", lambda code: chr(int(code[1], 16)), source)
    expected = numbers(prepared)
    prepared = _TEXT_SCRIPT.sub(lambda found: f"{_TEXT_SCRIPTS[found[1]]}{found[2]}", prepared)
    if not source.startswith(r"\texttt"):
        prepared = _SCRIPT.sub(_script, prepared)
    for pattern, by in _REWRITTEN:
        prepared = pattern.sub(by, prepared)
    try:
        text = _text_of(prepared)
    except (LatexWalkerError, IndexError, ValueError, KeyError, AttributeError, TypeError, RecursionError):
        return source
    text = _tidy(text, source)
    return text if numbers(text) == expected else source


def _text_of(prepared: str) -> str:
    converter: Any = _converter()
    return str(converter.latex_to_text(prepared))


def _tidy(text: str, source: str) -> str:
    """The converted text without extra spaces, or the source if a macro is still unknown."""
    text = re.sub(r"\(\s+|\s+\)", lambda found: found[0].strip(), " ".join(text.split()))
    text = re.sub(r"(?<=\w) (?=[⁰¹²³⁴-ₜ])", "", text)
    text = re.sub(r"(?<=[^\s(\[{|])([→←↦⇒≡∼≈≃≅≤≥≠∈∉⊂⊆∝≪≫‖])(?= \S)", r" \1", text)
    if "\\" in text:
        alone = re.fullmatch(r"\$?(\\[A-Za-z]+)(?:\{\})?\$?", source)
        return alone[1] if alone else source
    return text or source


def numbers(text: str) -> list[str]:
    """The numbers in a text, digit by digit: what is raised, lowered or apart is a number of its own."""
    return [found.translate(_SMALL_DIGITS) for found in _NUMBER.findall(text.replace("∛", "3 ").replace("∜", "4 "))]


def _script(found: re.Match[str]) -> str:
    """A superscript or subscript inside a formula: with Unicode's characters if it has them, else in brackets."""
    sign, content = found[1], found[2]
    inner = _converted(content[1:-1] if content.startswith("{") else content)
    if inner in ("∘", "°") or (inner and not inner.strip("'′")):
        return inner.replace("∘", "°").replace("'", "′")
    small = _small(sign, inner.replace(" ", ""))
    if small is not None:
        return f"{{{small}}}"
    alone = _STANDS_ALONE.fullmatch(inner) and not _SMALL & set(inner)
    return f"{{{sign}{inner}}}" if alone else f"{{{sign}({inner})}}"


def _small(sign: str, content: str) -> str | None:
    """``content`` in Unicode's superscript or subscript characters, if it has them and they are readable."""
    table = _RAISED if sign == "^" else _LOWERED
    readable = content and not re.search(rf"[^\W\d]{{{_LONGEST_WORD + 1}}}", content)
    return content.translate(table) if readable and all(ord(each) in table for each in content) else None


def _verbatim(node: Any, **_: Any) -> str:
    return str(node.latex_verbatim()).strip()


def _argument(node: Any, converter: Any, number: int) -> str:
    found = node.nodeargd.argnlist[number]
    return "" if found is None else str(converter.nodelist_to_text([found])).strip()


def _fraction(node: Any, l2tobj: Any) -> str:
    above, below = (_argument(node, l2tobj, number) for number in (0, 1))
    return "/".join(part if re.fullmatch(r"[\w.′]+", part) else f"({part})" for part in (above, below))


def _root(node: Any, l2tobj: Any) -> str:
    degree, inner = _argument(node, l2tobj, 0).strip("[]"), _argument(node, l2tobj, 1)
    sign = _ROOTS.get(degree) or f"{_small('^', degree) or f'{degree}-'}√"
    return f"{sign}{inner}" if re.fullmatch(r"\w+", inner) else f"{sign}({inner})"


def _with_mark(mark: str, longest: int) -> Callable[..., str]:
    """A mark over letters; one over more than ``longest`` can't be shown, and an accent macro is no macro then."""

    def marked(node: Any, l2tobj: Any) -> str:
        inner = _argument(node, l2tobj, 0)
        return (
            normalize("NFC", "".join(letter + mark for letter in inner))
            if re.fullmatch(rf"\w{{1,{longest}}}", inner)
            else _verbatim(node)
        )

    return marked


@cache
def _converter() -> LatexNodes2Text:
    """The library's converter, with our macros before its own."""
    logging.getLogger("pylatexenc").setLevel(logging.ERROR)  # authors' broken LaTeX doesn't concern the operator
    own: list[Any] = [MacroTextSpec(name, text) for name, text in _WORDS.items()]
    own += [MacroTextSpec(name, f" {name} ") for name in _OPERATORS]
    own += [MacroTextSpec(name, "") for name in _SWITCHES]
    own += [MacroTextSpec(name, simplify_repl=_verbatim) for name in _CITATIONS]
    own += [MacroTextSpec("frac", simplify_repl=_fraction), MacroTextSpec("sqrt", simplify_repl=_root)]
    own += [MacroTextSpec(name, simplify_repl=_with_mark(mark, 3)) for name, mark in _OVER_SEVERAL.items()]
    context: Any = get_default_latex_context_db()
    context.add_context_category("cards", prepend=True, macros=own)
    context.set_unknown_macro_spec(MacroTextSpec("", simplify_repl=_verbatim))
    return LatexNodes2Text(context, math_mode="text", strict_latex_spaces="based-on-source")
