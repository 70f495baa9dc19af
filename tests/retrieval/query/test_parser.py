"""The search language: every text is a query or an error that points at the mistake."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.errors import QueryError
from retrieval.papers import Paper
from retrieval.query.conditions import (
    After,
    All,
    Author,
    Before,
    Category,
    Condition,
    Either,
    HasCode,
    Not,
    PaperId,
    Phrase,
    Place,
    Prefix,
    Votes,
    Words,
    Written,
)
from retrieval.query.grammar import MAX_CONDITIONS
from retrieval.query.query import MAX_TERMS, Query, compose_query, parse
from retrieval.text import terms, wanted_words

typed = st.lists(
    st.sampled_from(
        [
            "graph",
            "neural nets",
            '"',
            "“",
            "”",
            "-",
            "--",
            "@",
            "#",
            ":",
            " ",
            "\n",
            "\x1f",
            "author:",
            "Category:",
            "after:",
            "before:",
            "2024-01-31",
            "2024-02-30",
            "0000-00-00",
            "cs.CL",
            "(",
            "OR",
            "votes:>3",
            "İ",
            "’s",
        ]
    )
    | st.text(max_size=5),
    max_size=12,
).map("".join)
plain = st.text(alphabet="abcdefgh", min_size=1, max_size=8)
days = st.none() | st.dates(date(2020, 1, 1), date(2026, 1, 1))

PAPER = Paper(
    id="2401.00001",
    title="A Survey of Graph Networks",
    abstract="We study message-passing neural networks. The survey covers 120 papers; İstanbul is one author's home.",
)


def wanted(text: str) -> Condition:
    """All words of a text."""
    found = tuple(dict.fromkeys(Words(word.terms) for word in wanted_words(text)))
    return found[0] if len(found) == 1 else All(found)


@given(typed)
@example("author:")
@example('"')
def test_any_text_is_a_query_or_an_error_that_points_into_it(text: str) -> None:
    """Nothing that a member can type breaks the parser, and no error points past the text."""
    refused: QueryError | None = None
    try:
        assert parse(text).matches(PAPER) in {True, False}
    except QueryError as error:
        refused = error
    assert refused is None or 0 <= refused.column < len(text) == len(refused.query)
    assert refused is None or refused.suggestion != refused.query


@given(st.lists(plain), st.none() | plain, st.none() | plain, days, days)
def test_options_and_text_give_the_same_query(
    words: list[str], author: str | None, category: str | None, after: date | None, before: date | None
) -> None:
    """The options of a search form are another way of typing the same query."""
    text = " ".join(words)
    options = {"author": author, "category": category, "after": after, "before": before}
    line = " ".join([text, *(f"{name}:{value}" for name, value in options.items() if value)])
    try:
        wanted: Query | str = parse(line)
    except QueryError as error:
        wanted = error.reason
    try:
        found: Query | str = parse(compose_query(text, author=author, category=category, after=after, before=before))
    except QueryError as error:
        found = error.reason
    assert getattr(found, "condition", found) == getattr(wanted, "condition", wanted)


def test_every_part_of_the_language_is_understood() -> None:
    """Words, phrases, exclusions and filters may stand in any order."""
    query = parse('#cs.CL graph -survey "neural networks" @lecun after:2024-01-31 -"in this work" before:2024-06-30')
    assert query.terms == tuple(terms("graph neural networks"))
    assert set(query.parts) == {
        Words(("graph",)),
        Phrase(("neural", "networks")),
        Not(Words((terms("survey")[0],))),
        Not(Phrase(("in", "this", "work"))),
        Category("cs.CL"),
        Author(("lecun",)),
        After(date(2024, 1, 31)),
        Before(date(2024, 6, 30)),
    }


def test_parentheses_and_alternatives() -> None:
    """OR binds less than standing side by side; alternatives of plain words are one condition."""
    query = parse("graph (tree OR -forest) votes:>20 has:code")
    either = Either((Words(("tree",)), Not(Words(("forest",)))))
    assert query.parts == (Words(("graph",)), either, Votes(">", 20), HasCode())
    assert query.terms == ("graph", "tree")
    assert parse("a graph OR tree").condition == Words(("graph", "tree"))
    assert parse("graph tree").condition == wanted("graph tree")
    assert parse("(graph tree) has:code").condition == parse("graph tree has:code").condition
    assert parse("graph (tree OR owl)").parts == (Words(("graph",)), Words(("tree", "owl")))
    assert parse("-(graph OR @lovelace)").condition == Not(Either((Words(("graph",)), Author(("lovelace",)))))
    assert parse("-(graph OR @lovelace)").terms == ()
    assert parse("-(-graph)").terms == ("graph",)
    assert parse("f(x) model(s)").condition == wanted("f x model")


@pytest.mark.parametrize(
    "text",
    ['author:"Yann LeCun"', 'AUTHOR:"Yann  LeCun"', '@"Yann LeCun"', "@“Yann LeCun”", "author:„Yann LeCun“"],
)
def test_an_author_of_several_words_is_quoted(text: str) -> None:
    """Straight and typographic quotation marks, which phones type, mean the same."""
    assert parse(text).condition == Author(("yann", "lecun"))


@pytest.mark.parametrize(
    "text",
    [
        "state-of-the-art",
        "C#",
        "a - b",
        "5 @ 10",
        "#1",
        "user@example",
        "GPT-4: a",
        "std::vector",
        "CoCa:Contrastive",
        "Code: A Survey",
    ],
)
def test_signs_that_mean_nothing_are_part_of_words(text: str) -> None:
    """Only a sign in front of a word is an operator; titles can be pasted as they are."""
    query = parse(text)
    assert all(isinstance(part, Words) for part in query.parts)
    assert set(query.terms) >= set(terms(text))


def test_a_query_of_filters_alone_has_no_terms() -> None:
    """Filters without words are a query: which papers, not how well they fit."""
    query = parse("author:lecun after:2024-01-31")
    assert query.terms == ()
    assert query.parts == (Author(("lecun",)), After(date(2024, 1, 31)))
    assert parse("").terms == parse("  \n ").terms == ()


@pytest.mark.parametrize(
    ("text", "column", "reason"),
    [
        ('graph "neural networks', 6, "never closed"),
        ('author:"lecun', 7, "never closed"),
        ("graph author:", 6, "needs a value"),
        ("graph category:", 6, "needs a value"),
        ('@"" graph', 0, "needs a value"),
        ("graph after:yesterday", 6, "for example after:2024-01-31, not “yesterday”"),
        ("before:2024-02-30", 0, "a valid date"),
        ("after:20240131", 0, "a valid date"),
        ("after:2024-13", 0, "a valid date"),
        ("before:0000", 0, "a valid date"),
        ("after:2024-01-01 after:2024-01-02", 17, "only once"),
        ("after:2024-02-01 x before:2024-01-01", 19, "No day"),
        ("graph OR", 6, "both sides"),
        ("OR graph", 0, "both sides"),
        ("a (OR graph)", 3, "both sides"),
        ("(graph", 0, "never closed"),
        ("(a OR (b) c", 0, "never closed"),
        ("graph)", 5, "never opened"),
        ("graph ()", 6, "nothing between"),
        ("x autor:lecun", 2, "Did you mean author:?"),
        ("owls venue:ICLR", 5, "The fields are author:, category:"),
        ("votes:-1", 0, "votes are 0 or more"),
        ("owls code:maybe", 5, "yes or no"),
        ("year:soon", 0, "for example year:2024"),
        ("votes:many", 0, "needs a number"),
        ("has:data", 0, "has:code"),
    ],
)
def test_a_mistake_is_pointed_at(text: str, column: int, reason: str) -> None:
    """The error says what is wrong, what would be right, and where."""
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert caught.value.column == column
    assert reason in caught.value.reason
    assert str(caught.value).splitlines()[2] == " " * column + "^"


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ('graph "neural nets', 'graph "neural nets"'),
        ("(graph OR (tree owl", "(graph OR (tree owl))"),
        ("graph) tree", "graph tree"),
        ("graph OR", "graph"),
        ("votez:>20 owls", "votes:>20 owls"),
        ("owls categry:cs.CL", "owls category:cs.CL"),
        ("after:2024/5/1 owls", "after:2024-05-01 owls"),
        ("after:20240531", "after:2024-05-31"),
        ("votes:20+", "votes:>=20"),
        ("votes:=>20", "votes:>=20"),
        ("votes:≥20", "votes:>=20"),
        ("votes:≤20 owls", "votes:<=20 owls"),
        ("votes:1,000", "votes:1000"),
        ("votes:>2k", "votes:>2000"),
        ("votes:-1", None),
        ("athor:lecun", "author:lecun"),
        ("titel:mamba", "title:mamba"),
        ("has:github", "has:code"),
        ("min_votes:20", "votes:20"),
        ("(graph OR", "(graph)"),
        ("journal:nature", None),
        ("hass:lecun", None),
        ("after:yesterday", None),
    ],
)
def test_a_mistake_is_mended_where_its_meaning_is_plain(text: str, mend: str | None) -> None:
    """The whole query as it was meant, to press or to copy."""
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert caught.value.suggestion == mend


def test_a_line_break_does_not_shift_the_pointer() -> None:
    """The query is repeated on one line, so that the caret stands below the mistake."""
    with pytest.raises(QueryError) as caught:
        parse("graph\n\tafter:soon")
    assert str(caught.value).splitlines()[1:] == ["graph  after:soon", "       ^"]


def test_an_open_quote_in_the_words_does_not_swallow_the_options() -> None:
    """The words of a form are read by themselves; the error points into them."""
    with pytest.raises(QueryError) as caught:
        compose_query('graph "neural', author="Yann LeCun")
    assert caught.value.column == 6


def test_an_option_may_hold_any_characters() -> None:
    """Quotation marks and spaces in an option do not end it."""
    assert compose_query("", author=' Yann "the" LeCun ') == 'author:"Yann the LeCun"'
    assert compose_query("graph", author=' " ') == "graph"
    assert Author(("lecun",)) in parse(compose_query("graph", author="-lecun", after="2024-01-31")).parts
    assert compose_query("graph OR tree", author="ada") == "(graph OR tree) author:ada"
    assert parse(compose_query("", author="Ada (B.")).condition == Author(("ada", "b"))
    assert compose_query("") == ""


@pytest.mark.parametrize(
    ("text", "after", "before"),
    [
        ("after:2024 before:2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("after:2024-02 before:2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("after:2024-02-03 before:2024-02-03", date(2024, 2, 3), date(2024, 2, 3)),
    ],
)
def test_a_month_or_a_year_is_meant_as_a_whole(text: str, after: date, before: date) -> None:
    """From its first day on, up to its last."""
    assert parse(text).parts == (After(after), Before(before))


def test_a_very_long_query_is_bounded() -> None:
    """A pasted page is a query: of its words the first few hundred distinct ones count."""
    text = " ".join(f"w{number}ord" for number in range(2_000))[:10_000]
    assert len(parse(text).terms) == MAX_TERMS
    assert len(set(parse("graph " * 1_000 + text).terms)) == MAX_TERMS


def test_too_many_conditions_are_refused() -> None:
    """Each condition costs time on each paper; the first one too many is pointed at."""
    with pytest.raises(QueryError, match=f"{MAX_CONDITIONS} phrases") as caught:
        parse("-x " * MAX_CONDITIONS + "-y")
    assert caught.value.column == 3 * MAX_CONDITIONS


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ('"graph networks"', True),
        ('"Neural  NETWORKS"', True),
        ('"networks graph"', False),
        ('"graph network"', False),
        ('"networks we study"', False),
        ('"message-passing neural"', True),
        ('"PAPERS İstanbul"', True),
        ('"graph networks" "neural networks"', True),
        ('"graph networks" "neural graphs"', False),
        ("-surveys", False),
        ("-covering", False),
        ("-transformer", True),
        ('-"graph networks"', False),
        ('-"networks graph"', True),
        ('-"" "" "!?"', False),
        ("anything at all", False),
        ("anything graph", False),
        ("message-passing network", True),
        ("networks NOT owls", True),
        ("graph NOT survey", False),
        ("graph –survey", False),
        ("graph —survey", False),
        ("graph −survey", False),
        ("graph AND network", True),
        ("graph AND owls", False),
        ("graph NOT (owls OR mice)", True),
        ("-messagepassing", False),
        ("-message-passing", False),
        ("-message-passed", False),
        ("-the", True),
        ("the", True),
        ("IT", False),
        ("of graph networks", True),
        ("of is", False),
        ("of", True),
        ("title:survey", True),
        ("ti:network", True),
        ("title:message", False),
        ('title:"graph networks"', True),
        ('title:"networks graph"', False),
        ("abstract:message", True),
        ("abs:graph", False),
        ("-title:survey", False),
        ("surv*", True),
        ("surv* owl*", False),
        ("-surv*", False),
        ("2401.00001", True),
        ("https://arxiv.org/abs/2401.00001v3", True),
        ("arXiv:2401.00001v2 [cs.CL] 3 Jan 2024", True),
        ("10.48550/arXiv.2401.00001", True),
        ("id:2401.00001", True),
        ("2401.00002", False),
    ],
)
def test_phrases_and_exclusions_are_held_against_title_and_abstract(text: str, matches: bool) -> None:
    """A phrase is these words in this order; an excluded word goes in all of its forms."""
    assert parse(text).matches(PAPER) is matches


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("cat:cs.CL au:lecun", "category:cs.CL author:lecun"),
        ("author=lecun", "author:lecun"),
        ("Au:LeCun", "author:lecun"),
        ("ti:mamba abs:memory", "title:mamba abstract:memory"),
        ("year:2024", "after:2024 before:2024"),
        ("date:2024-05", "after:2024-05 before:2024-05"),
        ("year:2023-2024", "after:2023 before:2024"),
        ("year:2023..2024", "after:2023 before:2024"),
        ("year:>=2023", "after:2023"),
        ("year:>2023", "after:2024"),
        ("date:<2024-05", "before:2024-04"),
        ("date:<=2024-05", "before:2024-05"),
        ("year:2023-", "after:2023"),
        ("since:2024 until:2025", "after:2024 before:2025"),
        ("code:yes", "has:code"),
        ("code:no", "-has:code"),
        ("upvotes:>3", "votes:>3"),
        ("graph NOT tree", "graph -tree"),
        ("graph NOT (tree OR owl)", "graph -(tree OR owl)"),
        ("graph –tree", "graph -tree"),
        ("(graph AND tree)", "graph tree"),
    ],
)
def test_other_spellings_mean_the_same(text: str, same: str) -> None:
    """What other tools call a field or an operator is understood."""
    assert parse(text).condition == parse(same).condition


def test_fields_of_the_text_and_the_paper() -> None:
    """Words and phrases in a place, beginnings of words, ids, both transcriptions of a name."""
    assert parse("title:mamba").condition == Words(("mamba",), Place.TITLE)
    assert parse('abs:"state space"').condition == Phrase(("state", "space"), Place.ABSTRACT)
    assert parse("quant*").condition == Prefix("quant")
    assert parse("2405.15738 and 2405.15739").condition == Either((PaperId("2405.15738"), PaperId("2405.15739")))
    assert parse("t-7c4e39ef3327").condition == PaperId("t-7c4e39ef3327")
    assert parse("author:Søren").condition == Either((Author(("soren",)), Author(("soeren",))))
    assert parse("to be or not to be").condition == Written("to be or not to be")


@pytest.mark.parametrize(
    "title",
    [
        '"Why Should I Trust You?": Explaining the Predictions of Any Classifier',
        "Attention Is NOT All You Need",
        "A Title (With an Open Parenthesis and More",
        'He said "never closed, here again',
        "Mamba) and (its friends ) again",
        "Beyond Votes: A Study of $\\mathcal{O}(n)$ Attention",
        "TO BE OR NOT TO BE: A STUDY",
        'Learning [Extended Abstract] "Quoted" {Braces} 5" Displays',
        "S*: Test Time Scaling for Code Generation",
        "OR-Bench: An Over-Refusal Benchmark for LLMs",
        "What's Wrong? It's 50% <b>Off</b> & More",
        'Schr\\"odinger Bridges in $\\mathbb{R}^d$: a “Tour”',
        "Title: Attention Is All You Need",
    ],
)
def test_a_title_can_be_pasted(title: str) -> None:
    """Whatever signs it has, it finds a paper with this title, and is never a mistake."""
    assert parse(title).matches(Paper(id="1", title=title, abstract="")), parse(title).condition


def test_a_long_query_with_a_mistake_in_a_field_is_not_a_title() -> None:
    """Fields and operators show that it was meant as a query."""
    for text in ("owls and mice that hunt after:soon", "(owls OR mice that hunt at night", "owls -mice at night (here"):
        with pytest.raises(QueryError):
            parse(text)
