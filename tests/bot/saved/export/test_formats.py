"""Exports, read back by other programs: pybtex for BibTeX, rispy for RIS, the csv module, pydantic."""

from __future__ import annotations

import csv
import io
import re
import warnings
from datetime import UTC, datetime

import pytest
import rispy
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pybtex.database import BibliographyData, Person, parse_string
from pylatexenc.latex2text import LatexNodes2Text  # pyright: ignore[reportMissingTypeStubs] - it has none

from bot.saved.export.author_names import parse_name, parse_names
from bot.saved.export.bibtex import bibtex_author, to_bibtex
from bot.saved.export.formats import (
    ExportedLists,
    ExportFormat,
    escape_formula,
    export,
    file_name,
    to_csv,
    to_json,
    to_markdown,
    to_ris,
)
from bot.saved.export.items import ExportItem
from bot.saved.export.tex_escape import escape_tex, has_balanced_braces, tex_title
from retrieval.papers import Paper
from tests.bot.ui.card_samples import nasty_papers, recorded_papers
from tests.shared_data import needs_shared

WHEN = datetime(2024, 8, 1, 12, tzinfo=UTC)
PAPER = Paper(
    id="2310.07240",
    title="CacheGen: KV Cache Compression for 50% faster LLMs",
    abstract="We study caches.",
    authors=("Yuhan Liu", "Laurens van der Maaten", "Gemini Team, Google", "Kurt Gödel"),
    categories=("cs.NI", "cs.LG"),
    published=WHEN,
)
ITEM = ExportItem(PAPER, "To read", "Compare with & without 10% loss_rate", ("survey", "C#"), WHEN)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
letters = st.text(
    st.characters(categories=["Lu", "Ll", "Nd"], max_codepoint=0x17F, exclude_characters="ĸ")
    | st.sampled_from(" &%$#_{}<>\\^~")
)
papers = st.builds(
    Paper,
    id=st.integers(0, 99_999).map(lambda number: f"2408.{number:05}"),
    title=texts.filter(lambda text: text.strip()),
    authors=st.lists(texts, max_size=4).map(tuple),
    published=st.none() | st.just(WHEN),
)
items = st.builds(ExportItem, papers, texts, texts, st.lists(texts, max_size=3).map(tuple), st.none() | st.just(WHEN))


def read(text: str) -> BibliographyData:
    """The entries of a BibTeX file. A warning of the parser is a failure."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return parse_string(text, "bibtex")


def decoded(tex: str) -> str:
    """The text that LaTeX prints."""
    # What pylatexenc reads otherwise than LaTeX does, or not at all: out of its way, and back.
    signs = {r"\textbraceleft": "{", r"\textbraceright": "}", r"\textasciicircum": "^", r"\textasciitilde": "~"}
    for place, macro in enumerate(signs):
        tex = tex.replace(macro, chr(0xE000 + place))
    converter = LatexNodes2Text(strict_latex_spaces=True, keep_comments=True)
    text = str(converter.latex_to_text(tex))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
    return text.translate({0xE000 + place: sign for place, sign in enumerate(signs.values())})


# --- BibTeX ------------------------------------------------------------------------------------


def test_an_arxiv_paper_has_arxivs_fields() -> None:
    """Eprint, class and address, and the person's tags and note."""
    [(key, entry)] = read(to_bibtex([ITEM])).entries.items()
    assert key == "liu2024cachegen"
    assert entry.fields["title"] == r"{CacheGen}: {KV} Cache Compression for 50{\%} faster {LLMs}"
    assert {name: entry.fields[name] for name in ("year", "month", "eprint", "archivePrefix", "primaryClass")} == {
        "year": "2024",
        "month": "aug",
        "eprint": "2310.07240",
        "archivePrefix": "arXiv",
        "primaryClass": "cs.NI",
    }
    assert entry.fields["url"] == "https://arxiv.org/abs/2310.07240"
    assert entry.fields["keywords"] == r"survey, C{\#}"
    assert entry.fields["annote"] == r"Compare with {\&} without 10{\%} loss{\_}rate"


def test_a_withdrawn_paper_says_so() -> None:
    """Nobody should cite it without knowing."""
    [entry] = read(to_bibtex([ExportItem(PAPER.model_copy(update={"withdrawn": WHEN}))])).entries.values()
    assert entry.fields["note"] == "Withdrawn by its authors"


@pytest.mark.parametrize(
    ("name", "first", "leading", "last", "suffix"),
    [
        ("Yuhan Liu", "Yuhan", "", "Liu", ""),
        ("Laurens van der Maaten", "Laurens", "van der", "Maaten", ""),
        ("Guy Van den Broeck", "Guy", "Van den", "Broeck", ""),
        ("Fernando De la Torre", "Fernando", "De la", "Torre", ""),
        ("Blaise Agüera y Arcas", "Blaise", "", "Agüera y Arcas", ""),
        ("Oriol Mayné i Comas", "Oriol", "", "Mayné i Comas", ""),
        ("Wil M. P. van der Aalst", "Wil M. P.", "van der", "Aalst", ""),
        ("Hal Daumé III", "Hal", "", "Daumé", "III"),
        ("Martin Luther King Jr.", "Martin Luther", "", "King", "Jr."),
        ("Robert Downey, Jr.", "Robert", "", "Downey", "Jr."),
        ("King, Jr., Martin Luther", "Martin Luther", "", "King", "Jr."),
        ("Liu, Yuhan", "Yuhan", "", "Liu", ""),
        ("de la Cruz, Maria", "Maria", "de la", "Cruz", ""),
        ("García Márquez, Gabriel", "Gabriel", "", "García Márquez", ""),
        ("yuelin bai", "yuelin", "", "bai", ""),
        ("and Lei Bai", "Lei", "", "Bai", ""),
        ("Bo Ai", "Bo", "", "Ai", ""),
        ("Jean-Pierre O'Neil", "Jean-Pierre", "", "O'Neil", ""),
        ("Đỗ Văn Nguyễn", "Đỗ Văn", "", "Nguyễn", ""),
    ],
)
def test_names_of_people_are_split(name: str, first: str, leading: str, last: str, suffix: str) -> None:
    """BibTeX, which has its own rules, finds the same parts."""
    found = parse_name(name)
    assert (found.first, found.leading, found.last, found.suffix) == (first, leading, last, suffix)
    person = Person(bibtex_author(found))
    parts = (person.first_names + person.middle_names, person.prelast_names, person.last_names, person.lineage_names)
    assert [decoded(" ".join(part)) for part in parts] == [first, leading, last, suffix]


@pytest.mark.parametrize(
    "name",
    ["OpenAI", "Gemini Team, Google", "GLM-4. 5 Team", "NVIDIA: The Team", "Barnes and Noble", "LG AI Research",
     "The LIGO Collaboration", "李 明", "Sukarno", "Smith Jr.", "A, B, C, D", "Acme, Inc"],
)  # fmt: skip
def test_names_of_groups_are_not_split(name: str) -> None:
    """Not even at a comma or an “and”."""
    found = parse_name(name)
    assert found.whole
    person = Person(bibtex_author(found))
    assert (person.first_names, person.last_names) == ([], [f"{{{escape_tex(name)}}}"])


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("VILA^2: VILA Augmented", r"{VILA}{$^2$}: {VILA} Augmented"),
        (r"Sums in $O(n \log n)$", r"Sums in {$O(n \log n)$}"),
        (r"Sets $\{a\}$", r"Sets {$\lbrace a\rbrace$}"),
        (r"Half: 50% of $5 million", r"Half: 50{\%} of {\$}5 million"),
        (r"Prefill \& Decode", r"Prefill {\&} Decode"),
        (r"The Erd\H{o}s number", r"The Erd{\H{o}}s number"),
        (r"A {Bayesian} view", r"A {Bayesian} view"),
        (r"On \emph{very} large", r"On very large"),
        (r"\method: fast", r"{\textbackslash}method: fast"),
        ("An open { brace", r"An open {\textbraceleft} brace"),
        ("GPT-4o in 3D on an X-ray", "{GPT}-4o in {3D} on an {X}-ray"),
        ('"Why" — a “title”', "``Why'' --- a ``title''"),
        ("Hűvös Ħ Ő", r"H{\H{u}}v{\"o}s {Ħ} {{\H{O}}}"),
        ("360^circ views", r"360{\textdegree} views"),
    ],
)
def test_titles_are_escaped(source: str, written: str) -> None:
    """Formulas are kept, other LaTeX becomes text, stray signs are escaped, and capitals are protected."""
    assert tex_title(source) == written


@settings(max_examples=200, deadline=None)
@given(texts)
@example(r"$a_{$ \{ }{ $")
@example("\\")
@example("⁴")
def test_no_title_breaks_a_file(text: str) -> None:
    """Braces are balanced, and nothing starts a comment or a formula."""
    for made in (tex_title(text), escape_tex(text)):
        assert has_balanced_braces(made)
    bare = re.sub(r"\\ensuremath\{[^}]*\}|\\.", "", escape_tex(text))  # a raised digit is a small formula
    assert not set("%#&$_^") & set(bare)


@settings(max_examples=200, deadline=None)
@given(letters)
def test_escaped_text_prints_as_it_was(text: str) -> None:
    """Accents and signs survive the way to LaTeX and back."""
    text = " ".join(text.split())
    assert decoded(escape_tex(text)) == text


@settings(max_examples=100, deadline=None)
@given(st.lists(items, max_size=6))
def test_bibtex_reads_any_export(several: list[ExportItem]) -> None:
    """With one entry for each paper, unique keys, and every author."""
    found = read(to_bibtex(several)).entries
    assert len(found) == len(several)
    assert all(re.fullmatch(r"[a-z0-9]+(-\d+)?", key) for key in found)
    for item, entry in zip(several, found.values(), strict=True):
        assert len(entry.persons.get("author", [])) == len(parse_names(item.authors))


def test_duplicate_keys_get_a_number() -> None:
    """Which never collides with another paper's key."""
    other = ExportItem(PAPER.model_copy(update={"authors": ("杨 光",), "published": None}))
    keys = list(read(to_bibtex([ITEM, ITEM, other, ITEM, other])).entries)
    assert keys == ["liu2024cachegen", "liu2024cachegen-2", "papercachegen", "liu2024cachegen-3", "papercachegen-2"]


@needs_shared
def test_every_recorded_paper_can_be_exported() -> None:
    """Thousands of real titles and authors, and the nastiest imaginable, in one file."""
    several = [ExportItem(paper) for paper in (*recorded_papers()[::12], *nasty_papers())]
    found = read(to_bibtex(several)).entries
    assert len(found) == len(several)
    persons = [len(entry.persons.get("author", [])) for entry in found.values()]
    assert persons == [len(parse_names(item.authors)) for item in several]
    assert len(rispy.loads(to_ris(several))) == len(several)


# --- RIS ---------------------------------------------------------------------------------------


def test_ris_has_the_fields_of_a_reference_manager() -> None:
    """Type, title, authors with the family name first, date, DOI, address, tags and note."""
    [record] = rispy.loads(to_ris([ITEM]))
    assert record["authors"] == ["Liu, Yuhan", "van der Maaten, Laurens", "Gemini Team, Google", "Gödel, Kurt"]
    assert record["title"] == PAPER.title
    assert (record["type_of_reference"], record["year"], record["date"]) == ("JOUR", "2024", "2024/08/01/")
    assert record["doi"] == "10.48550/arXiv.2310.07240"
    assert (record["keywords"], record["notes"]) == (["survey", "C#"], [ITEM.note])


@settings(max_examples=100, deadline=None)
@given(st.lists(items, max_size=6))
def test_ris_readers_read_any_export(several: list[ExportItem]) -> None:
    """A line break in a note can't start a tag."""
    assert len(rispy.loads(to_ris(several))) == len(several)
    assert all(re.match(r"[A-Z][A-Z0-9]  - |$", line) for line in to_ris(several).split("\n"))


# --- CSV, Markdown, JSON -----------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(st.lists(items, max_size=6))
def test_no_cell_is_a_formula(several: list[ExportItem]) -> None:
    """Neither a title nor a note, and nothing is lost."""
    rows = list(csv.reader(io.StringIO(to_csv(several), newline="")))
    assert [len(row) for row in rows] == [11] * (len(several) + 1)
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))]
    assert [row[7].removeprefix("'") for row in rows[1:]] == [item.note.removeprefix("'") for item in several]


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1", "＝1"])
def test_what_begins_like_a_formula_gets_an_apostrophe(cell: str) -> None:
    """Nothing else does."""
    assert escape_formula(cell) == f"'{cell}"
    assert escape_formula(f"a{cell}") == f"a{cell}"


def test_csv_begins_with_a_byte_order_mark() -> None:
    """Otherwise spreadsheets would garble Gödel."""
    content = export(ExportFormat.CSV, [ITEM])
    assert content.startswith(b"\xef\xbb\xbf")
    assert "Kurt Gödel" in content.decode("utf-8-sig")


def test_markdown_is_grouped_by_list() -> None:
    """With a heading for each list, and each paper's linked title, tags and quoted note."""
    second = ExportItem(PAPER.model_copy(update={"title": "On [x](y) & *z*", "authors": ()}), "Done", "one\n# two")
    assert to_markdown([ITEM, second]).splitlines() == [
        "# Done",
        "",
        r"- [On \[x\](y) \& \*z\*](<https://arxiv.org/abs/2310.07240>), 2024",
        "  > one",
        r"  > \# two",
        "",
        "# To read",
        "",
        "- [CacheGen: KV Cache Compression for 50% faster LLMs](<https://arxiv.org/abs/2310.07240>), "
        "Yuhan Liu, Laurens van der Maaten, Gemini Team, Google et al., 2024 `survey` `C#`",
        r"  > Compare with \& without 10% loss\_rate",
    ]


@settings(max_examples=50, deadline=None)
@given(st.lists(items, max_size=4))
def test_json_comes_back_as_it_was(several: list[ExportItem]) -> None:
    """Notes, tags and titles, letter by letter."""
    back = ExportedLists.model_validate_json(to_json(several)).papers
    assert [(each.title, each.note, each.tags, each.saved_at) for each in back] == [
        (item.paper.title, item.note, item.tags, item.saved_at) for item in several
    ]


@pytest.mark.parametrize("form", ExportFormat)
def test_an_empty_export_is_a_file_too(form: ExportFormat) -> None:
    """An empty list doesn't fail."""
    assert isinstance(export(form, []), bytes)


@pytest.mark.parametrize(
    ("list_name", "name"),
    [("To read!", "to-read.bib"), (None, "saved-papers.bib"), ("论文", "saved-papers.bib"), ("../x", "x.bib")],
)
def test_a_file_is_named_after_its_list(list_name: str | None, name: str) -> None:
    """With letters that are valid on every system."""
    assert file_name(ExportFormat.BIBTEX, list_name) == name
