"""What people type becomes papers, authors, categories and searches: quickly, despite typos, and without errors."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from retrieval.errors import Busy
from retrieval.library import Library
from retrieval.names import name_words
from retrieval.papers import Paper
from retrieval.query.query import parse
from retrieval.search.autocomplete import Completer, NameCount, fits
from retrieval.settings import LibrarySettings
from retrieval.text import STOP_WORDS
from retrieval.worker import Worker

NOW = datetime(2026, 3, 10, 14, tzinfo=UTC)

TITLES = {
    "2405.00001": "Owls at night",
    "2405.00002": "Night of the Owls",
    "2405.00003": "Ünique owls",
    "2405.00010": "Attention is all you need",
    "2405.00011": "A survey of attention: quantization of large language models",
    "2406.00012": "Large language models are transformers",
    "2406.00013": "Transformers for time series, part 2",
    "2406.00014": "Transforming owls with large models",
    "math/0611800": "Knots and links",
    "t-0123456789ab": "CacheGen: fast context loading",
}
AUTHORS = (("Yann LeCun", "Jürgen Schmidhuber"), ("Yann LeCun",), ("Yann Le Gall", "Ada O'Neil"), ("Grace Hopper",))
CATEGORIES = (("cs.LG",), ("cs.LG", "cs.CL"), ("cs.LG", "stat.ML"), ("math.GT",))
PAPERS = [
    Paper(
        id=id,
        title=title,
        abstract=f"We study {title.lower()}, and attention too.",
        authors=AUTHORS[number % 4],
        categories=CATEGORIES[number % 4],
    )
    for number, (id, title) in enumerate(TITLES.items())
]


class Clock:
    """A clock that only moves when a test moves it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        """The time that it shows."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock for each test."""
    return Clock()


@pytest.fixture
async def library(clock: Clock) -> AsyncIterator[Library]:
    """A few papers, in memory."""
    async with Library.of(PAPERS, LibrarySettings(data_folder=Path("unused")), clock) as made:
        yield made


@pytest.fixture
def completer(library: Library) -> Completer:
    """The autocomplete of these papers."""
    return library.completer


ANYTHING = st.one_of(
    st.text(max_size=40),
    st.lists(st.sampled_from([*' .:@#"“(-_%/0123456789', "author:", "owl", "OR", "languag", "éé"])).map("".join),
)
whatever = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


# --- papers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("owls", ["Owls at night", "Ünique owls", "Night of the Owls"]),
        ("OWLS  n", ["Owls at night", "Night of the Owls"]),
        ("unique", ["Ünique owls"]),
        ("night ow", ["Owls at night", "Night of the Owls"]),
        ("owls a", ["Owls at night"]),
        ("you need a", ["Attention is all you need"]),
        ("atten", ["Attention is all you need"]),
        ("quantizat", ["A survey of attention: quantization of large language models"]),
        ("language mod", ["Large language models are transformers"]),
        ("lang large", ["Large language models are transformers"]),
        ("all you n", ["Attention is all you need"]),
        ("part 2", ["Transformers for time series, part 2"]),
        ("transformer", ["Transformers for time series, part 2", "Large language models are transformers"]),
        ("cache", ["CacheGen: fast context loading"]),
        ("cachegen: fa", ["CacheGen: fast context loading"]),
    ],
)
async def test_titles_are_found_by_beginnings_of_their_words(
    completer: Completer, typed: str, first: list[str]
) -> None:
    """Titles with the prefix come first; words may be in any order, and the last one may be unfinished."""
    found = list((await completer.papers(typed)).values())
    assert found[0] == first[0]
    assert set(first) <= set(found)


async def test_words_of_abstracts_are_not_completed(completer: Completer) -> None:
    """All of these abstracts mention attention; the choices are titles."""
    assert set((await completer.papers("attent")).values()) == {TITLES["2405.00010"], TITLES["2405.00011"]}
    assert await completer.papers("study") == {}


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("langauge models", TITLES["2406.00012"]),
        ("atention is all", TITLES["2405.00010"]),
        ("large languge mod", TITLES["2406.00012"]),
        ("transfro", TITLES["2406.00013"]),
        ("time seires", TITLES["2406.00013"]),
        ("cahcegen", TITLES["t-0123456789ab"]),
        ("quantizzat", TITLES["2405.00011"]),  # beyond its stem
        ("suvrey of atention: quantizaton", TITLES["2405.00011"]),
    ],
)
async def test_a_misspelt_word_is_understood(completer: Completer, typed: str, title: str) -> None:
    """Finished or not, with one typo in it."""
    assert title in (await completer.papers(typed)).values()


async def test_the_more_common_word_is_meant(library: Library) -> None:
    """Not a rare one with two swapped letters; and a word that is very common isn't misspelt."""
    await library.add([Paper(id=f"l-{number}", title=f"Large width {number}") for number in range(30)])
    await library.add([Paper(id="a", title="Alge within ponds"), Paper(id="w", title="Owls with zebras")])
    assert "l-7" in await library.completer.papers("lage wid", limit=50)
    assert list(await library.completer.papers("with zebar")) == ["w"]


async def test_exact_matches_come_before_corrections(library: Library) -> None:
    """A rare word isn't taken for a common one if it is found."""
    rare = [Paper(id=f"r-{number}", title=f"Modal logic {number}") for number in range(2)]
    await library.add([*rare, *(Paper(id=f"m-{number}", title=f"Model number {number}") for number in range(60))])
    found = list((await library.completer.papers("modal")).values())
    assert found[:2] == ["Modal logic 0", "Modal logic 1"]
    assert found[-1].startswith("Model number")


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("2405.0000", ["2405.00001", "2405.00002", "2405.00003"]),
        ("2406", ["2406.00012", "2406.00013", "2406.00014"]),
        ("2406 00012", ["2406.00012"]),
        ("240600012v3", ["2406.00012"]),
        ("arXiv:2406.0001", ["2406.00012", "2406.00013", "2406.00014"]),
        ("https://arxiv.org/abs/2406.00012v1", ["2406.00012"]),
        ("https://arxiv.org/abs/2406.000", ["2406.00012", "2406.00013", "2406.00014"]),
        ("math/06", ["math/0611800"]),
        ("t-01", ["t-0123456789ab"]),
        ("2406.00021", ["2406.00012"]),  # two swapped digits
        ("2407.00012", ["2406.00012"]),  # one wrong digit
        ("1999.99999", []),
    ],
)
async def test_ids_are_found_by_their_prefix(completer: Completer, typed: str, ids: list[str]) -> None:
    """Links and ids without their point are understood, and one typo too."""
    assert list(await completer.papers(typed))[: len(ids)] == ids
    assert bool(await completer.papers(typed)) is bool(ids)


async def test_a_title_can_start_with_a_number(library: Library) -> None:
    """What looks like an id may not be one."""
    await library.add([Paper(id="x", title="2048 without search"), Paper(id="y", title="The game of 2048")])
    assert list(await library.completer.papers("2048")) == ["x", "y"]


@pytest.mark.parametrize("typed", ["", "   ", "%", "'; DROP TABLE papers", "\ud83d", "x" * 5_000, "zebra", "-", '"'])
async def test_unknown_text_finds_nothing(completer: Completer, typed: str) -> None:
    """Without an error."""
    assert await completer.papers(typed) == {}


@whatever
@given(typed=ANYTHING, limit=st.integers(1, 25))
@example(typed="owl author:\u0000", limit=3)
async def test_any_text_is_accepted(completer: Completer, typed: str, limit: int) -> None:
    """At most as many completions as requested, of existing papers; completed searches start with the text."""
    found = await completer.papers(typed, limit=limit)
    assert len(found) <= limit
    assert all(TITLES[id] == title for id, title in found.items())
    assert len(await completer.authors(typed, limit=limit)) <= limit
    assert len(await completer.categories(typed, limit=limit)) <= limit
    assert len(await completer.searches(typed, limit=limit)) <= limit


@whatever
@given(data=st.data())
async def test_every_paper_is_found_by_the_words_of_its_title(completer: Completer, data: st.DataObject) -> None:
    """By its beginning, by prefixes of its words in any order, and by its id."""
    paper = data.draw(st.sampled_from(PAPERS))
    beginning = paper.title[: data.draw(st.integers(1, len(paper.title)))]
    assert paper.id in await completer.papers(beginning)
    words = data.draw(st.lists(st.sampled_from(name_words(paper.title)), min_size=1, max_size=4, unique=True))
    typed = " ".join([*words[:-1], words[-1][: data.draw(st.integers(1, len(words[-1])))]])
    # Words that all titles have, or their prefixes, don't distinguish titles.
    assume(any(not any(stop.startswith(word) for stop in STOP_WORDS) for word in name_words(typed)))
    assert paper.id in await completer.papers(typed)
    assert fits(typed, paper.id, paper.title)
    assert paper.id in await completer.papers(paper.id)


async def test_withdrawn_papers_are_not_suggested_by_title(library: Library) -> None:
    """Their ids still find them."""
    await library.add([PAPERS[0].model_copy(update={"withdrawn": NOW})])
    assert "2405.00001" not in await library.completer.papers("owls at")
    assert "2405.00001" not in await library.completer.papers("night owls")
    assert "2405.00001" in await library.completer.papers("2405.00001")


async def test_under_load_only_prefixes_of_titles_are_found(
    completer: Completer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words within titles aren't looked up then; if no title has the prefix, that is an error."""

    async def busy(self: Worker, *_: object) -> None:
        raise Busy("Later.")

    monkeypatch.setattr(Worker, "run", busy)
    assert list((await completer.papers("owls")).values()) == ["Owls at night"]
    with pytest.raises(Busy):
        await completer.papers("night owls")


async def test_a_new_paper_is_suggested_at_once(library: Library) -> None:
    """By words that no other paper has."""
    await library.add([Paper(id="new", title="On zebras")])
    assert await library.completer.papers("zebr") == {"new": "On zebras"}


# --- authors and categories --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("yan", ["Yann LeCun", "Yann Le Gall"]),
        ("LEC", ["Yann LeCun"]),
        ("lecun y", ["Yann LeCun"]),
        ("y lec", ["Yann LeCun"]),
        ("jurgen", ["Jürgen Schmidhuber"]),
        ("lecnu", ["Yann LeCun"]),
        ("yann lecnu", ["Yann LeCun"]),
        ("schmdihub", ["Jürgen Schmidhuber"]),
        ("o'ne", ["Ada O'Neil"]),
        ("nobody", []),
        ("", []),
        ("%", []),
    ],
)
async def test_authors_are_found_by_any_word(completer: Completer, typed: str, names: list[str]) -> None:
    """Spelt as in their papers, the most productive first, despite typos."""
    assert [each.name for each in await completer.authors(typed)] == names


async def test_authors_come_with_the_number_of_their_papers(completer: Completer) -> None:
    """It helps to tell people with similar names apart."""
    assert await completer.authors("yann") == [NameCount("Yann LeCun", 6), NameCount("Yann Le Gall", 2)]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("", ["cs.LG", "cs.CL", "math.GT", "stat.ML"]),
        ("cs", ["cs.LG", "cs.CL"]),
        ("CS.c", ["cs.CL"]),
        ("ml", ["stat.ML"]),
        ("sc.lg", ["cs.LG"]),
        ("cs.lgg", ["cs.LG"]),
        ("zoology", []),
    ],
)
async def test_categories_are_found_by_any_part(completer: Completer, typed: str, names: list[str]) -> None:
    """The largest first, prefixes before other parts, despite typos."""
    found = [each.name for each in await completer.categories(typed)]
    assert found[: len(names)] == names
    assert bool(found) is bool(names)


async def test_categories_are_counted_again_after_a_while(library: Library, clock: Clock) -> None:
    """Not at each key, because that reads all papers."""
    before = await library.completer.categories("quant")
    await library.add([Paper(id="q", title="Qubits", categories=("quant-ph",))])
    assert await library.completer.categories("quant") == before
    clock.now += timedelta(minutes=11)
    assert await library.completer.categories("quant") == [NameCount("quant-ph", 1)]


# --- searches ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "proposed"),
    [
        ("author:lec", 'author:"Yann LeCun"'),
        ("owls author:lec", 'owls author:"Yann LeCun"'),
        ("owls -@lec", 'owls -@"Yann LeCun"'),
        ('owls author:"yann lec', 'owls author:"Yann LeCun"'),
        ("owls author:yann lec", 'owls author:"Yann LeCun"'),
        ("AUTHOR:lecnu", 'AUTHOR:"Yann LeCun"'),
        ("owls category:cs.l", "owls category:cs.LG"),
        ("#", "#cs.LG"),
        ("(owls OR #stat", "(owls OR #stat.ML"),
        ("large lang", "large language"),
        ("large langauge mod", "large language models"),
        ('"large lang', '"large language"'),
        ("votes:>20 category:cs.LG transf", "votes:>20 category:cs.LG transformers"),
        ("author:lecun transf", "author:lecun transformers"),
    ],
)
async def test_the_last_part_of_a_search_is_completed(completer: Completer, typed: str, proposed: str) -> None:
    """Names and categories in their fields, words by the titles that have all of them; the rest stays."""
    assert proposed in await completer.searches(typed)


@pytest.mark.parametrize(
    "typed", ["", "owls ", "votes:>2", "-owl", "has:co", "after:2024", "owls (", "author:", '"owls"']
)
async def test_finished_parts_of_a_search_are_not_completed(completer: Completer, typed: str) -> None:
    """Numbers, exclusions and finished words."""
    assert await completer.searches(typed) == []


@whatever
@given(data=st.data())
async def test_a_suggested_search_finds_something(completer: Completer, data: st.DataObject) -> None:
    """For prefixes of the words of any title."""
    title = data.draw(st.sampled_from(list(TITLES.values()))).replace(":", "")
    words = title.split()[: data.draw(st.integers(1, 4))]
    typed = " ".join([*words[:-1], words[-1][: data.draw(st.integers(1, len(words[-1])))]])
    for proposed in await completer.searches(typed):
        assert any(parse(proposed).matches(paper) for paper in PAPERS) or not parse(proposed).terms
