"""Exports, read back by other programs: pybtex for BibTeX, rispy for RIS, the csv module, pydantic."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import warnings
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from unicodedata import normalize

import pytest
import rispy
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pybtex.database import BibliographyData, Person, parse_string
from pylatexenc.latex2text import LatexNodes2Text  # pyright: ignore[reportMissingTypeStubs] - it has none

from bot.saved.export.author_names import parse_name, parse_names
from bot.saved.export.bibtex import bibtex_author, citation_key, to_bibtex
from bot.saved.export.capitals import capitalised_names
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
from tests.shared_data import SHARED, needs_shared

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
    st.characters(categories=["Lu", "Ll", "Nd"], max_codepoint=0x17F, exclude_characters="ĸĦħĿŀŉŦŧĲĳſ")
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
    assert key == "liu2024cachegen-2310.07240"
    assert entry.fields["title"] == r"{CacheGen}: {KV} Cache Compression for 50{\%} faster {LLMs}"
    assert {name: entry.fields[name] for name in ("year", "month", "eprint", "archivePrefix", "primaryClass")} == {
        "year": "2024",
        "month": "August",
        "eprint": "2310.07240",
        "archivePrefix": "arXiv",
        "primaryClass": "cs.NI",
    }
    assert entry.fields["url"] == "https://arxiv.org/abs/2310.07240"
    assert entry.fields["keywords"] == r"survey, C{\#}"
    assert entry.fields["annote"] == r"Compare with {\&} without 10{\%} loss{\_}rate"


def test_a_file_for_zotero_has_the_abstract() -> None:
    """As BibTeX and as RIS, on one line; the entry that somebody copies from a card does without."""
    item = ExportItem(PAPER.model_copy(update={"abstract": "We gain 50%.\n\nAt $5_000$ {cost}."}))
    [entry] = read(export(ExportFormat.BIBTEX, [item]).decode()).entries.values()
    [record] = rispy.loads(export(ExportFormat.RIS, [item]).decode())
    assert decoded(entry.fields["abstract"]) == record["abstract"] == "We gain 50%. At $5_000$ {cost}."
    assert "abstract" not in to_bibtex([item])


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
     "The LIGO Collaboration", "李 明", "LAION e.V.",
     "BigScience Workshop", "the Gemma Team", "Llama Team, AI @ Meta",
     "Sukarno", "Smith Jr.", "A, B, C, D", "Acme, Inc"],
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
        ("Hűvös Ő", r"H{\H{u}}v{\"{o}}s {{\H{O}}}"),
        ("A_B tests of loss_rate in H_2O", "A{\\_}{B} tests of loss{\\_}rate in {H}{\\_}{2O}"),
        ("L_2 norms, V_{AI} and x_i", r"{L}{$_2$} norms, {V}{$_{AI}$} and x{$_i$}"),
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
@given(st.lists(items, max_size=6, unique_by=lambda item: item.paper.id))
def test_bibtex_reads_any_export(several: list[ExportItem]) -> None:
    """With one entry for each paper, unique keys, and every author."""
    found = read(to_bibtex(several)).entries
    assert len(found) == len(several)
    assert all(re.fullmatch(r"[a-z0-9]+-2408\.\d{5}", key) for key in found)
    for item, entry in zip(several, found.values(), strict=True):
        assert len(entry.persons.get("author", [])) == len(parse_names(item.authors))


def test_a_key_never_comes_to_mean_another_paper() -> None:
    """It's the same in every export, also after a paper by the same author, of the same year and word, was saved."""
    twin = ExportItem(PAPER.model_copy(update={"id": "2408.11111"}))
    assert list(read(to_bibtex([ITEM])).entries) == ["liu2024cachegen-2310.07240"]
    assert list(read(to_bibtex([twin, ITEM])).entries) == ["liu2024cachegen-2408.11111", "liu2024cachegen-2310.07240"]


def test_a_key_says_whose_paper_it_is_in_ascii() -> None:
    """Names in other scripts are transliterated; a local paper's id is part of its key too."""
    chinese = PAPER.model_copy(update={"authors": ("杨光",), "published": None})
    assert citation_key(ExportItem(chinese)) == "yangguangcachegen-2310.07240"
    local = PAPER.model_copy(update={"id": "my paper, 1", "authors": ()})
    assert citation_key(ExportItem(local)) == "paper2024cachegen-my_20paper_2c_201"


def test_a_paper_in_two_lists_is_one_entry() -> None:
    """BibTeX refuses a file that has a key twice."""
    assert len(read(to_bibtex([ITEM, ITEM])).entries) == 1


def test_the_month_is_a_macro() -> None:
    """So that a style prints it in its own language: “August”, not “aug”."""
    assert "  month = aug,\n" in to_bibtex([ITEM])


@pytest.mark.parametrize(
    ("title", "abstract", "written"),
    [
        ("Fast Gaussian Splatting", "", "Fast {Gaussian} Splatting"),
        ("Questions in Chinese and Swahili", "", "Questions in {Chinese} and {Swahili}"),
        ("Long Context for Zebra", "We feed Zebra with text, and Zebra wins.", "Long Context for {Zebra}"),
        ("Long Context", "In Large Language Models (LLMs), Long Context is costly.", "Long Context"),
        ("Writing with LongWriter-Zero", "We train LongWriter-Zero.", "Writing with {LongWriter}-{Zero}"),
        ("Wide Context Windows", "We widen context windows.", "Wide Context Windows"),
    ],
)
def test_names_keep_their_capitals(title: str, abstract: str, written: str) -> None:
    """BibTeX's plain style writes “Gaussian” in lower case if it isn't in braces."""
    assert tex_title(title, capitalised_names(abstract)) == written


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("Nguyễn", r"Nguy{\~{\^{e}}}n"),
        ("Иван Петров", "Ivan Petrov"),
        ("Ἀθηνᾶ", "Athina"),
        ("杨光", "YangGuang"),
        ("Łukasz Gżegżółka", r"{\L}ukasz G{\.{z}}eg{\.{z}}{\'{o}}{\l}ka"),
        ("x² ≤ 10 🚀", r"x{\ensuremath{^2}} {\ensuremath{\leq}} 10 "),
        ("→ αβ", r"{\ensuremath{\rightarrow}} {\ensuremath{\alpha}}{\ensuremath{\beta}}"),
        ("ℝ", "R"),
    ],
)  # fmt: skip
def test_every_script_is_written_for_t1_fonts(source: str, written: str) -> None:
    """What LaTeX can't print with T1 fonts is transliterated."""
    assert escape_tex(source) == written


@pytest.mark.skipif(shutil.which("pdflatex") is None or shutil.which("bibtex") is None, reason="needs pdflatex, bibtex")
def test_latex_compiles_an_export(tmp_path: Path) -> None:
    """With T1 fonts and nothing else: names of every script, the nastiest titles, and real ones where they are."""
    names = (
        "Nguyễn Văn A",
        "Иван Петров",
        "Ἀθηνᾶ",
        "杨光",
        "LAION e.V.",
        "Ŋ Ħ Ŧ ĸ Ə",
        "محمد علي",
        "🤗 Team",
        "Ạ Ả Ơ ŉ ẞ",
    )
    real = recorded_papers()[::90] if SHARED.is_dir() else ()
    made = [*real, *nasty_papers()[::8], PAPER.model_copy(update={"authors": names, "title": " ".join(names)})]
    (tmp_path / "all.bib").write_text(to_bibtex([ExportItem(paper) for paper in made]), encoding="utf-8")
    (tmp_path / "all.tex").write_text(
        r"\documentclass{article}\usepackage[T1]{fontenc}\usepackage[utf8]{inputenc}\begin{document}\nocite{*}"
        r"\bibliographystyle{plain}\bibliography{all}\end{document}",
        encoding="utf-8",
    )
    tex, bib = ["pdflatex", "-interaction=nonstopmode", "all"], ["bibtex", "all"]
    ran = [subprocess.run(each, cwd=tmp_path, capture_output=True, timeout=60, check=False) for each in (tex, bib, tex)]
    log = (tmp_path / "all.log").read_text(encoding="utf-8", errors="replace")
    assert not re.findall(r"^! .*", log, re.MULTILINE)
    assert [each.returncode for each in ran] == [0, 0, 0]


@needs_shared
def test_every_recorded_paper_can_be_exported() -> None:
    """Thousands of real titles and authors, and the nastiest imaginable, in one file."""
    real = recorded_papers()[::12]
    several = [ExportItem(paper) for paper in (*real, *nasty_papers())]
    found = read(to_bibtex(several)).entries
    assert len(found) == len(several)
    persons = [len(entry.persons.get("author", [])) for entry in found.values()]
    assert persons == [len(parse_names(item.authors)) for item in several]
    records = rispy.loads(to_ris(several))
    assert len(records) == len(several)
    for item, entry, record in zip(several[: len(real)], found.values(), records, strict=False):
        assert alphanumeric(decoded(entry.fields["title"])) == alphanumeric(item.title)
        assert (record["title"], len(record.get("authors", []))) == (item.title, len(parse_names(item.authors)))


def alphanumeric(text: str) -> str:
    """A text as two readers agree on it: letters and digits, however high they are."""
    return re.sub(r"[\W_]+", "", normalize("NFKC", text)).casefold()


# --- RIS ---------------------------------------------------------------------------------------


def test_ris_has_the_fields_of_a_reference_manager() -> None:
    """Type, title, authors with the family name first, date, DOI, address, tags and note."""
    [record] = rispy.loads(to_ris([ITEM]))
    assert record["authors"] == ["Liu, Yuhan", "van der Maaten, Laurens", "Gemini Team – Google", "Gödel, Kurt"]
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


formulas = st.text(st.sampled_from("=+-@;|,\t\n\r \"'ax1＝"), max_size=12)


def _with_formulas(item: ExportItem, note: str, title: str) -> ExportItem:
    return replace(item, note=note, paper=item.paper.model_copy(update={"title": f"x{title}"}))


dangerous = st.builds(_with_formulas, items, formulas, formulas)


@settings(max_examples=200, deadline=None)
@given(st.lists(items | dangerous, max_size=3), st.sampled_from(",;|\t"))
@example([replace(ITEM, note="x;=cmd|' /C calc'!A0\n=2")], ";")
def test_no_cell_is_a_formula(several: list[ExportItem], separator: str) -> None:
    """Neither a title nor a note, whatever separator a program expects."""
    rows = list(csv.reader(io.StringIO(to_csv(several), newline=""), delimiter=separator))
    assert not [cell for row in rows for cell in row if cell.lstrip(' "').startswith(("=", "+", "-", "@", "\t", "＝"))]


@settings(max_examples=100, deadline=None)
@given(st.lists(items, max_size=6))
def test_csv_loses_nothing(several: list[ExportItem]) -> None:
    """Apart from the apostrophes that keep cells from being run, each cell comes back as it was."""
    rows = list(csv.reader(io.StringIO(to_csv(several), newline="")))
    assert [len(row) for row in rows] == [11] * (len(several) + 1)
    assert [row[7].replace("'", "") for row in rows[1:]] == [item.note.replace("'", "") for item in several]


@pytest.mark.parametrize("cell", ["=1+1", "+cmd!A0", "-2+3", "@SUM(1)", "＝1"])
def test_what_begins_like_a_formula_gets_an_apostrophe(cell: str) -> None:
    """Nothing else does."""
    assert escape_formula(cell) == f"'{cell}"
    assert escape_formula(f"a{cell.strip()}") == f"a{cell.strip()}"


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
def test_markdown_readers_see_what_was_saved(several: list[ExportItem]) -> None:
    """A CommonMark parser finds one list entry and one link for each paper, with the title as its text."""
    tokens = MarkdownIt("commonmark").parse(to_markdown(several))
    assert len([token for token in tokens if token.type == "list_item_open"]) == len(several)
    inline = [child for token in tokens for child in token.children or ()]
    assert len([child for child in inline if child.type == "link_open"]) == len(several)
    assert {child.type for child in inline} <= {
        "text",
        "text_special",
        "link_open",
        "link_close",
        "code_inline",
        "softbreak",
    }
    titles = sorted(item.title for item in several if item.title)
    found = "".join(child.content for child in inline)
    assert all(title in found for title in titles)


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
