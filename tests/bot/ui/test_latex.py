r"""LaTeX becomes readable, money stays money, and nothing else changes."""

from __future__ import annotations

import gzip
import json
import re
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ui.latex import kinds_of, last_break, readable, readable_with_marks
from bot.ui.latex_to_unicode import numbers, unicode_of
from bot.ui.markdown import JOINER
from retrieval.papers import normalise
from tests.bot.ui.discord_markdown import read
from tests.shared_data import SHARED, needs_shared

CONVERTED = [
    (r"GPT-4o\'s answers", "GPT-4o's answers"),
    (r"owls, mice, \etc. And", "owls, mice, etc. And"),
    (r"we propose \b{Coupled Owl Learning}", "we propose Coupled Owl Learning"),
    (r"up to 2.4\times speedup", "up to 2.4× speedup"),
    (r"$\alpha$ and $\beta$-VAE", "α and β-VAE"),
    (r"a rate of 10^{-3}, $p<10^{-5}$", "a rate of 10⁻³, p<10⁻⁵"),
    (r"x_i, $x_i$, $x_{i+1}$, F_1", "xᵢ, xᵢ, xᵢ₊₁, F₁"),
    (r"$\mathcal{O}(n\log n)$ not $O(n^2)$", "𝒪(n log n) not O(n²)"),
    (r"\textbf{bold \emph{and} more}, {\em old}", "bold and more, old"),
    (r"Schr\"odinger, Erd\H{o}s, na\"{\i}ve, \'Etale", "Schrödinger, Erdős, naïve, Étale"),
    (r"10\% of \$5 \& \_x\_", "10% of $5 & _x_"),
    (r"Fig.~3 of about ~9%, 100~200", "Fig. 3 of about ~9%, 100~200"),
    (r"M$^3$-Bench, C^2-Syn, pass^8", "M³-Bench, C²-Syn, pass⁸"),
    (r"360$^\circ$ 360^circ 360{\deg}", "360° 360° 360°"),
    (r"$\frac{1}{2}$, $\frac{a+b}{c}$, $\sqrt{n}$", "1/2, (a+b)/c, √n"),
    (r"$\sum_{i=1}^n x_i$ and $D_{\text{KL}}$", "∑ᵢ₌₁ⁿ xᵢ and D_KL"),
    (r"\(x \leq 3\) and $\approx$66 Hz at $\sim$20", "x ≤ 3 and ≈66 Hz at ∼20"),
    (r"10\textsuperscript{92} H\textsubscript{2}O", "10⁹² H₂O"),
    (r"$1\frac{1}{2}$, $\frac{1}{2}3$, $\sqrt{2}3$", "1 1/2, 1/2 3, √2 3"),
    (r"$2^{2^{3}}$, $x_{i_j}$, $\sqrt[3]{x}$, \sqrt[3]{x}", "2^(2³), x_(iⱼ), ∛x, ∛x"),
    (
        r"{\"o}, {\'\i}, \H os, \v Cech, N{\'u}{\~n}ez, \L{}ukasz, \aa ngstrom",
        "ö, í, ős, Čech, Núñez, Łukasz, ångstrom",
    ),
    (r"$>$90\%, a \textless b, \checkmark, $\not\in$", ">90%, a < b, ✓, ∉"),
    (r"$\widetilde{O}(n)$, $\overline{x}$", "Õ(n), x̅"),
    (r"$10^{-3}$--$10^{-2}$, 1\%--2\%, \copyright 2024", "10⁻³–10⁻², 1%–2%, © 2024"),
    ("wait --- no -- yes, 3--5, ``so'' or ``A''", "wait — no – yes, 3–5, “so” or “A”"),
    (r"9{,}600 and $K{=}200$", "9,600 and K=200"),
    (r"na\"\i ve, $\lambda \to 0$, $q\equiv 3$, $\sim 20$", "naïve, λ → 0, q ≡ 3, ∼ 20"),
    ("<p>We do <em>this</em> &amp; that.</p> <p>It&nbsp;works: a&lt;b.</p>", "We do this & that. It\xa0works: a<b."),
    ("<jats:title>Aim</jats:title><jats:p>H<sub>2</sub>O, 10<sup>-3</sup></jats:p>", "Aim H₂O, 10⁻³"),
    (
        r"\href{https://a.example/x_y}{code} \url{https://a.example/z}",
        "code (https://a.example/x_y) https://a.example/z",
    ),
    ("the **O**wl **N**et, **Owls at Night (OaN)**, (**new**)", "the Owl Net, Owls at Night (OaN), (new)"),
    ("see https://a.example/b/{https://a.example/b/}.", "see https://a.example/b/."),
]
UNCHANGED = [
    "2**3 and 2**n**m, ** and **, ****, A* or *this*, f(**args, **more)",
    "see https://a.example/b{https://a.example/c}.",
    "It costs $5 million and $3 more.", "for $15 per paper, or $20 per year", "4$ per hour, 1$: cheap",
    "US$44 in tokens", "snake_case and __init__ and x_train", "{-1, 0, 1}", "https://a.example/x_y~z^2",
    r"\ours beats \method", r"\textit{unclosed", "$", "$$", r"\begin{x}", "100% sure", "C# and F#", "run --fast",
    r"\b{eta} and \k{appa}", "a<b and c>d", "Let's <think>", "AT&T; R&D", r"$\binom{n}{k}$", r"$\widehat{ABCD}$",
]  # fmt: skip

LOOKS = """
    textbf textit emph texttt textsc text mathcal mathrm mathbf mathbb em textcolor it right left bf mathsf mbox
    boldsymbol operatorname textsf uline bm rm mathtt mathfrak small textrm large mathscr tt mathit sf sc footnotesize
"""
"""Macros that say how a text looks."""
SHOWN_BY_ARGUMENTS = """
    frac sqrt footnote textsuperscript textsubscript widetilde widehat overline pmod unicode space quad
"""

pieces = [
    *r"\\$$${}{}^^__~ abcxin0123.,=-*[]()@#&%α",
    r"\frac",
    r"\text{",
    r"\sqrt",
    r"\left",
    r"\bm",
    r"\href{",
    "https://",
]
latex = st.lists(st.sampled_from(pieces), max_size=40).map("".join)
known = st.lists(st.sampled_from([source for source, _ in CONVERTED] + UNCHANGED), max_size=4).map(" ".join)
texts = st.one_of(latex, st.text(max_size=60), known)


@pytest.mark.parametrize(("source", "wanted"), CONVERTED)
def test_latex_is_shown_as_people_write_it(source: str, wanted: str) -> None:
    """Formulas, macros, accents and scripts become Unicode."""
    assert readable(source) == wanted


@pytest.mark.parametrize("text", UNCHANGED)
def test_other_text_and_unknown_macros_stay(text: str) -> None:
    """Money, identifiers, addresses and authors' own macros are shown unchanged."""
    assert readable(text) == text


@given(texts)
def test_no_number_changes(text: str) -> None:
    """Digits that are raised, lowered or apart stay so; what can't be shown well is left as LaTeX."""
    for kind, source in kinds_of(text):
        if kind in {"formula", "macro", "raised", "lowered"} and "unicode" not in source:
            assert numbers(unicode_of(kind, source)) == numbers(source)


@needs_shared
def test_no_number_of_a_real_paper_changes() -> None:
    """In 84,000 titles and abstracts."""
    assert [source for kind, source, shown in recorded_pieces() if changes_a_number(kind, source, shown)] == []


def changes_a_number(kind: str, source: str, shown: str) -> bool:
    """Whether a number is shown differently."""
    if kind in {"url", "twice", "link", "entity"}:
        return False
    return numbers(shown) != numbers(re.sub(r"\\unicode\{x[0-9A-Fa-f]+\}", "", source))


@needs_shared
def test_no_macro_of_a_real_paper_is_dropped_with_its_meaning() -> None:
    """Only what is known to say how a text looks, or what has arguments and is shown by them, leaves no sign."""
    dropped = {
        name
        for kind, source, shown in recorded_pieces()
        if kind not in {"url", "link"} and shown != source
        for name in re.findall(r"\\([A-Za-z]+)", source)
        if rf"\{name}" not in shown and unicode_of("macro", rf"\{name}").strip() in {"", rf"\{name}"}
    }
    assert dropped <= {*LOOKS.split(), *SHOWN_BY_ARGUMENTS.split()}


@cache
def recorded_pieces() -> list[tuple[str, str, str]]:
    """All pieces of the recorded texts that aren't plain text: their kind, their source and how they are shown."""
    found = {each for text in recorded_texts() for each in kinds_of(text) if each[0] != "text"}
    return [(kind, source, unicode_of(kind, source)) for kind, source in found]


def recorded_texts() -> list[str]:
    """Titles and abstracts of the recorded lists and of arXiv's snapshot that have LaTeX in them."""
    found = list[str]()
    for name in ("arxiv_abstracts.jsonl.gz", "hf_daily_papers.jsonl.gz"):
        with gzip.open(SHARED / "data" / name, "rt", encoding="utf-8") as lines:
            rows = (json.loads(line) for line in lines if re.search(r"[\\\\$^_]", line))
            papers = [row["item"]["paper"] if isinstance(row.get("item"), dict) else row for row in rows]
        found += [normalise(str(paper.get(key) or "")) for paper in papers for key in ("title", "abstract", "summary")]
    return [text for text in found if re.search(r"[\\$^_]", text)]


@given(texts)
def test_conversion_never_raises(text: str) -> None:
    """There is always something to show."""
    assert isinstance(readable(text), str)


@given(st.text(alphabet=st.characters(exclude_characters="\\${}^_~<&*")))
def test_text_without_latex_is_unchanged(text: str) -> None:
    """Only LaTeX is converted."""
    assert readable(text) == text


@given(texts, st.data())
def test_marks_only_add_bold(text: str, data: st.DataObject) -> None:
    """A marked slice has the slice's text, with nothing but bold and links added."""
    text = normalise(text).replace("\ue000", "").replace("\ue001", "")
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    places = sorted(data.draw(st.lists(st.integers(start, end), max_size=6)))
    highlights = list(zip(places[::2], places[1::2], strict=False))
    reading = read(readable_with_marks(text, start, end, highlights))
    without = read(readable_with_marks(text, start, end, []))
    assert set(reading.effects) <= {"bold", "address"}
    assert reading.shown.replace(JOINER, "") == without.shown.replace(JOINER, "")
    assert "bold" not in without.effects


@pytest.mark.parametrize(
    ("text", "part", "wanted"),
    [
        (r"we get 2.4\times speedup", "2.4", "we get **2.4×** speedup"),
        (r"we get 2.4\times speedup", "times sp", "we get **2.4× speedup**"),
        (r"bound $x_i + y$ holds", "_i", "bound **xᵢ + y** holds"),
        ("a well-known result", "known", "a **well-known** result"),
        ("so *it* is", "*it*", r"so **\*it\*** is"),
        ("only spaces  here", "  ", "only spaces  here"),
        ("see https://a.example/b now", "example", "see **<https://a.example/b>** now"),
        ("up to 91% better", "91%", "up to **91%** better"),
    ],
)
def test_marks_are_widened_to_words_and_formulas(text: str, part: str, wanted: str) -> None:
    """Bold breaks no word, formula, address or escape."""
    start = text.index(part)
    assert readable_with_marks(text, 0, len(text), [(start, start + len(part))]) == wanted


def test_marks_are_offsets_into_the_whole_text() -> None:
    """Not into the slice. Marks that touch become one."""
    text = "First sentence. The second one is bold here."
    start = text.index("The")
    second, one = text.index("second"), text.index("one")
    assert readable_with_marks(text, start, len(text), [(second, second + 6), (one - 1, one + 3)]) == (
        "The **second one** is bold here."
    )


def test_marks_with_nothing_visible_between_them_become_one() -> None:
    """Two pairs of asterisks in a row would be shown as asterisks."""
    assert readable_with_marks("a\x1bb", 0, 3, [(0, 1), (2, 3)]) == "**ab**"


def test_a_text_is_never_cut_inside_a_formula() -> None:
    """The place to cut a quote off is a space between words, before a formula that would be split."""
    text = r"it is $x + y + z$ indeed"
    assert last_break(text, 0, text.index("z")) == text.index("$") - 1
    assert last_break("unbreakable", 0, 5) == 5
