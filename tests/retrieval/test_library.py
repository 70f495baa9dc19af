"""The library: papers are found and quoted faithfully, and errors say what is missing."""

from __future__ import annotations

import asyncio
import logging
import shutil
import threading
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from retrieval.answering import Answerer
from retrieval.answering.passages.passages import encode_paper
from retrieval.answering.types import Answer, Outcome, Question, Quote, Turn
from retrieval.catalogue import Added, Catalogue
from retrieval.errors import Busy, DatabaseError, PaperNotFound, QueryError, UnfaithfulQuote
from retrieval.index import Index
from retrieval.index.mapped_files import MAPPED
from retrieval.ingest.parsers.daily_page import read_page
from retrieval.ingest.seeds import read_seeds
from retrieval.library import Library
from retrieval.library.paper_texts import PaperTexts
from retrieval.papers import Listing, Paper
from retrieval.settings import SEED_PAGE, LibrarySettings, LimitSettings, RetrievalSettings
from retrieval.trending.results import Span

NOW = datetime(2026, 3, 10, 14, tzinfo=UTC)
SEEDS = read_page(SEED_PAGE.read_text(encoding="utf-8"))
NAS = SEEDS[0]
QUESTION = Question("What are the four key dimensions of hardware-aware NAS?")
REBUILT = "Building the index"


def clock() -> datetime:
    """A clock that doesn't move."""
    return NOW


def settings_for(folder: Path, **sections: Any) -> LibrarySettings:
    """Default settings with a separate data folder."""
    return LibrarySettings(data_folder=folder, **sections)


@pytest.fixture
def settings(tmp_path: Path) -> LibrarySettings:
    """Settings with a data folder that doesn't exist yet."""
    return settings_for(tmp_path / "data")


@pytest.fixture
async def library(settings: LibrarySettings) -> AsyncIterator[Library]:
    """The seed page, in memory."""
    async with Library.of(SEEDS, settings, clock) as made:
        yield made


@pytest.fixture
async def empty(settings: LibrarySettings) -> AsyncIterator[Library]:
    """A library without papers."""
    async with Library.of([], settings, clock) as made:
        yield made


async def told(library: Library) -> list[object]:
    """What a library says to a few requests; elapsed times and the last digits of scores left out."""
    answers = [await library.answer(question) for question in (QUESTION, Question("Who won the world cup?"))]
    pages = [await library.search(query) for query in ("neural networks", '"neural architecture" -survey', "")]
    scored = [[(hit.paper, round(hit.score, 5)) for hit in page.hits] for page in pages]
    pages = [replace(page, hits=()) for page in pages]
    similar = await library.similar(NAS.id)
    return [
        *(replace(answer, elapsed_ms=0.0) for answer in answers),
        *pages,
        *scored,
        similar,
        await library.lists.trending(),
    ]


# --- opening -----------------------------------------------------------------------------------


async def test_a_first_run_loads_the_seed_page_once(settings: LibrarySettings) -> None:
    """A second run finds it; papers that an operator imported aren't mixed with it."""
    async with Library.open(settings, clock) as library:
        assert (await library.stats()).papers == 0
        assert await library.add_seeds() == Added(new=15)
        assert await library.add_seeds() == Added()
    async with Library.open(settings, clock) as library:
        assert await library.add_seeds() == Added()
        stats = await library.stats()
        assert (stats.papers, stats.lists) == (15, 1)
        assert stats.newest is not None
        assert stats.newest.day is None


async def test_the_seed_papers_come_with_their_records(settings: LibrarySettings) -> None:
    """Authors, dates, categories, code and links are there at once, and the abstracts are those of the page."""
    async with Library.open(settings, clock) as library:
        await library.add_seeds()
        (distserve,) = await library.find("2401.09670")
        page = await library.search('author:"Yinmin Zhong" category:cs.DC year:2024 has:code')
        papers = await library.papers([seed.id for seed in read_seeds()])
    assert [hit.paper.id for hit in page.hits] == [distserve.id]
    assert distserve.url == "https://arxiv.org/abs/2401.09670"
    assert {paper.abstract for paper in papers.values()} == {paper.abstract for paper in SEEDS}
    assert all(paper.arxiv and paper.authors and paper.published and paper.listing for paper in read_seeds())


async def test_seeds_of_an_earlier_version_get_their_records(settings: LibrarySettings) -> None:
    """Under the ids that saves and votes refer to; what an operator imported stays as it is."""
    imported = Paper(id="2411.02359", title="DeeR-VLA", abstract="Imported.", authors=("Ann Lee",))
    async with Library.open(settings, clock) as library:
        await library.add([*SEEDS, imported])
        assert await library.add_seeds() == Added(changed=15)
        assert await library.add_seeds() == Added()
        papers = await library.papers([paper.id for paper in SEEDS])
        assert await library.paper(imported.id) == imported
    assert all(paper.authors and paper.published and paper.arxiv for paper in papers.values())
    assert {id: paper.abstract for id, paper in papers.items()} == {paper.id: paper.abstract for paper in SEEDS}


async def test_an_operators_papers_come_without_the_seed_page(settings: LibrarySettings) -> None:
    """The seed page is only for an empty catalogue."""
    async with Library.open(settings, clock) as library:
        await library.add([Paper(id="1", title="Owls")])
        assert await library.add_seeds() == Added()
        assert (await library.stats()).papers == 1


async def test_a_library_in_memory_writes_nothing(settings: LibrarySettings) -> None:
    """Not even a folder; and it answers as one on disk does."""
    async with Library.of(SEEDS, settings, clock) as library:
        in_memory = await told(library)
    assert not settings.data_folder.exists()
    async with Library.open(settings, clock) as library:
        await library.add(SEEDS)
        assert await told(library) == in_memory


async def damage_nothing(settings: LibrarySettings) -> None:
    """Change nothing."""


async def remove_the_index(settings: LibrarySettings) -> None:
    """As after a copy of the database alone."""
    shutil.rmtree(settings.index_folder)


async def damage_the_index(settings: LibrarySettings) -> None:
    """As after a disk's failure."""
    for path in settings.index_folder.glob("*.segment"):
        path.write_bytes(path.read_bytes()[:-1] + b"\x7f")


async def truncate_the_manifest(settings: LibrarySettings) -> None:
    """As after a stop in the middle."""
    (settings.index_folder / "manifest.json").write_text("{", encoding="utf-8")


async def put_a_file_there(settings: LibrarySettings) -> None:
    """Put a file where the index should be, so that it can't be saved either."""
    shutil.rmtree(settings.index_folder)
    settings.index_folder.write_text("", encoding="utf-8")


async def change_the_catalogue(settings: LibrarySettings) -> None:
    """As by an import while the bot does not run: the paper is taken away from its old text and put back."""
    async with Catalogue.open(settings.papers_database) as catalogue:
        await catalogue.add([NAS.model_copy(update={"title": "Something else"})], seen_at=NOW)
        await catalogue.add([NAS], seen_at=NOW)


@pytest.mark.parametrize(
    ("meddle", "rebuilt"),
    [
        (damage_nothing, False),
        (remove_the_index, True),
        (damage_the_index, True),
        (truncate_the_manifest, True),
        (put_a_file_there, True),
        (change_the_catalogue, False),  # its papers are indexed
    ],
)
async def test_the_index_is_only_a_copy(
    settings: LibrarySettings, caplog: pytest.LogCaptureFixture, meddle: Any, rebuilt: bool
) -> None:
    """Whatever happens to it between two runs, the next one gives the same answers."""
    async with Library.open(settings, clock) as library:
        await library.add(SEEDS)
        before = await told(library)
    await meddle(settings)
    with caplog.at_level(logging.INFO, "retrieval.search.live_index"):
        async with Library.open(settings, clock) as library:
            assert await told(library) == before
    assert (REBUILT in caplog.text) is rebuilt
    assert ("can't be saved" in caplog.text) is (meddle is put_a_file_there)


async def test_an_index_of_an_older_analyser_is_rebuilt(
    settings: LibrarySettings, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an update that reads words in another way, the next start builds the index again, by itself."""
    monkeypatch.setattr("retrieval.index.documents.ANALYSER_VERSION", 1)
    async with Library.open(settings, clock) as library:
        await library.add(SEEDS)
        before = await told(library)
    monkeypatch.undo()
    with caplog.at_level(logging.INFO, "retrieval.search.live_index"):
        async with Library.open(settings, clock) as library:
            assert await told(library) == before
    assert REBUILT in caplog.text


async def test_another_weight_of_titles_builds_another_index(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """An index that was built with other settings isn't used."""
    scores = list[float]()
    for weight in (1, 5):
        settings = settings_for(tmp_path, retrieval=RetrievalSettings(title_weight=weight))
        caplog.clear()
        with caplog.at_level(logging.INFO, "retrieval.search.live_index"):
            async with Library.open(settings, clock) as library:
                await library.add(SEEDS)
                scores.append((await library.search("survey")).hits[0].score)
    assert REBUILT in caplog.text
    assert scores[0] < scores[1]


async def test_a_damaged_database_is_a_readable_error(settings: LibrarySettings) -> None:
    """It names the file."""
    settings.data_folder.mkdir()
    settings.papers_database.write_text("no database", encoding="utf-8")
    with pytest.raises(DatabaseError, match=r"papers\.sqlite3"):
        async with Library.open(settings, clock):
            pass


# --- adding ------------------------------------------------------------------------------------


async def test_added_papers_are_found_at_once(library: Library) -> None:
    """New words of new and changed papers are found; old words of changed papers no longer."""
    owls = Paper(id="1", title="Nocturnal owls", abstract="Zygodactyl feet.")
    assert await library.add([owls]) == Added(new=1)
    assert [hit.paper.id for hit in (await library.search("zygodactyl")).hits] == ["1"]
    await library.add([owls.model_copy(update={"abstract": "Silent wings."})])
    assert (await library.search("zygodactyl")).total == 0
    assert [hit.paper.abstract for hit in (await library.search("nocturnal wings")).hits] == ["Silent wings."]
    assert await library.add(SEEDS) == Added(unchanged=15)


async def test_papers_can_be_added_concurrently(empty: Library) -> None:
    """Every paper is found, whoever added first."""
    await asyncio.gather(*(empty.add([paper]) for paper in SEEDS))
    page = await empty.search("we the a model neural", limit=50)
    assert {hit.paper.id for hit in page.hits} <= {paper.id for paper in SEEDS}
    for paper in SEEDS:
        assert paper.id in {hit.paper.id for hit in (await empty.search(paper.title, limit=50)).hits}


async def test_papers_of_another_process_are_found(settings: LibrarySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """An import beside the running bot is noticed within seconds; here at once."""
    monkeypatch.setattr("retrieval.search.live_index._CHECK_INTERVAL", -1.0)
    async with Library.open(settings, clock) as library, Catalogue.open(settings.papers_database) as other:
        await library.add(SEEDS)
        await other.add([Paper(id="1", title="Zygodactyl owls")], seen_at=NOW)
        assert (await library.search("zygodactyl")).total == 1


async def test_papers_that_another_process_adds_at_the_same_time_are_found(
    settings: LibrarySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two concurrent imports are both searchable."""
    add = Catalogue.add

    async with Library.open(settings, clock) as library, Catalogue.open(settings.papers_database) as other:

        async def crossed(self: Catalogue, added: Sequence[Paper], *, seen_at: datetime) -> Added:
            await add(other, [Paper(id="1", title="Zygodactyl owls")], seen_at=seen_at)
            return await add(self, added, seen_at=seen_at)

        monkeypatch.setattr(Catalogue, "add", crossed)
        await library.add([Paper(id="2", title="Silent owls")])
        assert (await library.search("zygodactyl owls")).total == 2


# --- answers -----------------------------------------------------------------------------------


async def test_a_question_is_answered_with_a_slice(library: Library) -> None:
    """The quote, its offsets and its highlights are those of the abstract in the catalogue."""
    answer = await library.answer(QUESTION)
    assert answer.outcome is Outcome.ANSWERED
    assert answer.quotes[0].paper.id == NAS.id
    assert "four key dimensions" in answer.quotes[0].text
    assert answer.elapsed_ms > 0


async def test_every_quote_is_a_slice(library: Library) -> None:
    """For every paper: asked by its title, in several ways, and with a history."""
    history = (Turn(QUESTION.text, (NAS.id,)),)
    asked = [Question(f"What does the paper {paper.title} propose?") for paper in SEEDS]
    asked += [Question(f"how does it work {paper.title.split()[0]}", history) for paper in SEEDS]
    outcomes = set[Outcome]()
    for question in asked:
        answer = await library.answer(question)
        outcomes.add(answer.outcome)
        for quote in (*answer.quotes, *answer.also):
            abstract = (await library.paper(quote.paper.id)).abstract
            assert abstract[quote.start : quote.end] == quote.text != ""
            assert all(quote.start <= start < end <= quote.end for start, end in quote.highlights)
    assert Outcome.ANSWERED in outcomes


@pytest.mark.parametrize(
    "forgery",
    [
        Quote(NAS.model_copy(update={"abstract": NAS.abstract + " And more."}), 0, 20, (), 1.0),
        Quote(NAS.model_copy(update={"id": "1"}), 0, 20, (), 1.0),
        Quote(NAS, 10, 10, (), 1.0),
        Quote(NAS, 0, len(NAS.abstract) + 1, (), 1.0),
        Quote(NAS, -5, 20, (), 1.0),
        Quote(NAS, 0, 20, ((10, 25),), 1.0),
        Quote(NAS, 0, 20, ((10, 15), (5, 8)), 1.0),
    ],
    ids=["altered abstract", "unknown paper", "empty", "beyond the end", "negative", "highlight outside", "unsorted"],
)
@pytest.mark.parametrize("place", ["quotes", "also"])
async def test_a_quote_that_is_not_a_slice_is_refused(
    library: Library, monkeypatch: pytest.MonkeyPatch, forgery: Quote, place: str
) -> None:
    """Even if the answerer made one up: no slice, no answer."""

    def compose(self: Answerer, *_: object) -> Answer:
        return replace(Answer(QUESTION, Outcome.ANSWERED, "factoid"), **{place: (forgery,)})

    monkeypatch.setattr(Answerer, "compose", compose)
    with pytest.raises(UnfaithfulQuote):
        await library.answer(QUESTION)


async def test_an_index_is_prepared_before_questions(
    settings: LibrarySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the start, after an import, and from disk: no question waits for it."""
    prepared = list[int]()

    def prepare(_: Answerer, index: Index) -> None:
        assert threading.current_thread() is not threading.main_thread()
        prepared.append(len(index))

    monkeypatch.setattr(Answerer, "prepare", prepare)
    async with Library.open(settings, clock) as library:
        assert prepared == [0]
        await library.add(SEEDS)
        assert prepared == [0, len(SEEDS)]
    async with Library.open(settings, clock):
        assert prepared == [0, len(SEEDS), len(SEEDS)]


async def test_texts_in_memory_are_those_of_the_index() -> None:
    """What changed is read again when an index has the change, and not before."""
    changed = NAS.model_copy(update={"abstract": f"This survey is new. {NAS.abstract}"})
    async with Catalogue.in_memory() as catalogue:
        await catalogue.add([NAS], seen_at=NOW)
        texts, index = PaperTexts(catalogue), Index.empty()
        assert (await texts.get([NAS.id, "nobody"], index)).keys() == {NAS.id}
        await catalogue.add([changed], seen_at=NOW)
        assert (await texts.get([NAS.id], index))[NAS.id].abstract == NAS.abstract
        assert (await texts.get([NAS.id], Index.empty()))[NAS.id].abstract == changed.abstract


async def test_a_text_that_changes_between_two_questions_is_quoted_as_it_is_now(library: Library) -> None:
    """With the new offsets."""
    before = (await library.answer(QUESTION)).quotes[0]
    changed = NAS.model_copy(update={"abstract": f"This survey is new. {NAS.abstract}"})
    await library.add([changed])
    after = (await library.answer(QUESTION)).quotes[0]
    assert after.paper.abstract == changed.abstract
    assert (after.text, after.start) == (before.text, before.start + len("This survey is new. "))


async def test_a_paper_that_is_withdrawn_between_two_questions_is_not_quoted(settings: LibrarySettings) -> None:
    """Even if another process stores that, and the index doesn't know."""
    async with Library.open(settings, clock) as library:
        await library.add(SEEDS)
        assert (await library.answer(QUESTION)).quotes[0].paper.id == NAS.id
        async with Catalogue.open(settings.papers_database) as catalogue:
            await catalogue.add([NAS.model_copy(update={"version": 2, "withdrawn": NOW})], seen_at=NOW)
        answer = await library.answer(QUESTION)
    assert NAS.id not in {each.paper.id for each in (*answer.papers, *answer.quotes)}


async def test_abstracts_that_were_read_ahead_are_not_read_again(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer is the same, with whole papers: their lists, votes and links."""
    expected = await told(library)
    async with Library.of(SEEDS, settings_for(Path()), clock) as other:
        await other.read_ahead()
        await other.read_ahead()
        encoded, get = encode_paper.cache_info().misses, Catalogue.get
        asked = list[str]()

        async def noted(self: Catalogue, ids: Collection[str]) -> dict[str, Paper]:
            asked.extend(ids)
            return await get(self, ids)

        monkeypatch.setattr(Catalogue, "get", noted)
        answer = await other.answer(QUESTION)
        monkeypatch.undo()
        assert set(asked) == {each.paper.id for each in (*answer.papers, *answer.quotes, *answer.also)}
        assert encode_paper.cache_info().misses == encoded
        assert await told(other) == expected
    assert answer.quotes[0].paper == NAS


async def test_an_abstract_that_changes_while_it_is_read_is_not_quoted(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The catalogue at the moment of sending is what counts: what it holds neither now nor as an earlier text."""
    get, asked = Catalogue.get, list[int]()

    async def withdrawn(self: Catalogue, ids: Collection[str]) -> dict[str, Paper]:
        asked.append(len(ids))
        found = await get(self, ids)
        if len(asked) % 2:  # first the texts are read, then those that are named in the answer
            return found
        return {id: paper.model_copy(update={"abstract": "Withdrawn."}) for id, paper in found.items()}

    async def nothing_kept(self: Catalogue, references: object) -> dict[tuple[str, str | None], Paper]:
        return {}

    monkeypatch.setattr(Catalogue, "get", withdrawn)
    monkeypatch.setattr(Catalogue, "as_quoted", nothing_kept)
    with pytest.raises(UnfaithfulQuote, match="is different"):
        await library.answer(QUESTION)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "?",
        "the of and",
        "\x00",
        "🦉" * 50,
        "what " * 2_000,
        "neural network " * 666,
        "x" * 10_000,
        "qwrtzp " * 1_428,
    ],
)
async def test_odd_questions_get_an_outcome(library: Library, text: str) -> None:
    """Empty, only stop words, very long: an outcome within a second or two, and no error."""
    answer = await library.answer(Question(text))
    assert answer.outcome in Outcome
    assert answer.outcome is not Outcome.ANSWERED or answer.quotes


async def test_too_many_questions_are_refused_and_the_others_answered(tmp_path: Path) -> None:
    """A flood costs the flooders."""
    settings = settings_for(tmp_path, limits=LimitSettings(waiting=2))
    async with Library.of(SEEDS, settings, clock) as library:
        results = await asyncio.gather(*(library.answer(QUESTION) for _ in range(20)), return_exceptions=True)
        refused = [result for result in results if isinstance(result, Busy)]
        answered = [result for result in results if isinstance(result, Answer)]
        assert [each for each in results if not isinstance(each, Busy | Answer)] == []
        assert refused
        assert answered
        assert (await library.answer(QUESTION)).outcome is Outcome.ANSWERED


# --- search ------------------------------------------------------------------------------------

BIRDS = [
    Paper(
        id="2405.00001",
        title="Owls at night",
        abstract="Owls hunt mice. Silent wings help.",
        authors=("Kurt Gödel",),
        categories=("cs.CL",),
        published=datetime(2024, 5, 1, tzinfo=UTC),
    ),
    Paper(
        id="2405.00002",
        title="Crows by day",
        abstract="Crows hunt owls. Loud wings warn.",
        authors=("Ada Lovelace",),
        categories=("cs.LG",),
        published=datetime(2024, 5, 3, tzinfo=UTC),
    ),
    Paper(id="2405.00003", title="Hunting", abstract="A survey of silence and of wings.", authors=("Ada Lovelace",)),
]


@pytest.fixture
async def birds(settings: LibrarySettings) -> AsyncIterator[Library]:
    """Three small papers."""
    async with Library.of(BIRDS, settings, clock) as made:
        yield made


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("owls", [1, 2]),
        ("hunting", [1, 2, 3]),
        ('"silent wings"', [1]),
        ('"wings silent"', []),
        ("wings -silent", [2, 3]),
        ("wings -hunt", []),
        ('wings -"loud wings"', [1, 3]),
        ("wings author:godel", [1]),
        ("author:lovelace", [2, 3]),
        ("wings category:cs.lg", [2]),
        ("wings after:2024-05-02", [2]),
        ("before:2024-05-02", [1]),
        ("after:2024 before:2024", [1, 2]),
        ("zygodactyl", []),
        ("author:nobody owls", []),
        ("-survey", [1, 2]),
    ],
)
async def test_a_search_finds_the_papers_that_meet_its_conditions(
    birds: Library, query: str, numbers: list[int]
) -> None:
    """Words rank, conditions filter, and the total counts all that match."""
    page = await birds.search(query)
    assert sorted(hit.paper.id for hit in page.hits) == [f"2405.0000{number}" for number in numbers]
    assert page.total == len(numbers)


async def test_hits_are_best_first_and_conditions_alone_newest_first(birds: Library) -> None:
    """The best matches of the words first; without words the newest first, undated ones last."""
    assert [hit.paper.id[-1] for hit in (await birds.search("owls mice")).hits] == ["1", "2"]
    assert [hit.paper.id[-1] for hit in (await birds.search("")).hits] == ["2", "1", "3"]
    page = await birds.search("owls hunting wings")
    scores = [hit.score for hit in page.hits]
    assert scores[: page.complete] == sorted(scores[: page.complete], reverse=True)
    assert scores[page.complete :] == sorted(scores[page.complete :], reverse=True)


@pytest.mark.parametrize("query", ["neural model", '"neural networks"', "model -survey", "", "-survey"])
async def test_pages_add_up(library: Library, query: str) -> None:
    """However a search is divided into pages, each hit is on exactly one, in the same order."""
    total = (await library.search(query, limit=2)).total
    pages = [await library.search(query, limit=2, offset=offset) for offset in range(0, total + 2, 2)]
    hits = [hit for page in pages for hit in page.hits]
    whole = await library.search(query, limit=100)
    assert hits == list(whole.hits)[: total if whole.complete is None else whole.complete]
    assert {page.total for page in pages} == {total} == {len(hits)}
    assert (await library.search(query, limit=5, offset=1_000)).hits == ()


async def test_the_memory_of_mapped_files_is_looked_at(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a search, and after papers were looked for that answer a question."""
    looks = list[int]()
    monkeypatch.setattr(MAPPED, "release", lambda: looks.append(1))
    await library.search("neural networks")
    assert sum(looks) == 1
    await library.answer(QUESTION)
    assert sum(looks) == 2


async def test_alternatives_are_not_a_name(settings: LibrarySettings) -> None:
    """Although people are called Or: nobody is looked for, which takes longer than the search."""
    paper = Paper(id="one", title="Neural networks", authors=("Or Neural Network",))
    async with Library.of([paper], settings, clock) as library:
        page = await library.search("neural OR networks")
    assert (page.total, page.suggestion) == (1, None)


async def test_an_empty_query_finds_the_newest_papers(library: Library) -> None:
    """A query without words or signs shows the newest papers."""
    for query in ("", "   "):
        page = await library.search(query)
        assert page.total == 15
        assert len(page.hits) == 10


@pytest.mark.parametrize("query", ["neural " * 1_428, "x" * 10_000, "é" * 10_000, "a b c d " * 1_250, "-" * 10_000])
async def test_a_search_for_a_pasted_page(library: Library, query: str) -> None:
    """Ten thousand characters are a query like any other."""
    assert (await library.search(query)).total <= 15


async def test_a_malformed_query_is_a_readable_error(library: Library) -> None:
    """With the column of the mistake."""
    with pytest.raises(QueryError) as caught:
        await library.search("owls after:yesterday")
    assert caught.value.column == 5


# --- papers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("2405.00001", "1"),
        (" arXiv:2405.00001v3 ", "1"),
        ("https://arxiv.org/abs/2405.00002v1", "2"),
        ("<https://huggingface.co/papers/2405.00002>", "2"),
        ("CROWS by day", "2"),
        ("crows", "2"),
        ("night owls", "1"),
        ("hunt", "3"),
    ],
)
async def test_a_paper_is_found_by_its_id_link_or_title(birds: Library, text: str, numbers: str) -> None:
    """Also by words of its title."""
    assert [paper.id for paper in await birds.find(text)] == [f"2405.0000{number}" for number in numbers]


@pytest.mark.parametrize("text", ["silent mice", "", "x" * 10_000, "%", "the"])
async def test_an_unknown_paper_is_an_error(birds: Library, text: str) -> None:
    """The error says what can be given, and which title is the nearest."""
    with pytest.raises(PaperNotFound) as caught:
        await birds.find(text)
    said = str(caught.value)
    assert "Use an arXiv id such as" in said
    assert ("The nearest title is “Owls at night”" in said) is (text == "silent mice")
    assert len(said) < 500


@pytest.mark.parametrize("text", ["2501.00001", "https://arxiv.org/pdf/2501.00001v2"])
async def test_an_unknown_arxiv_id_leads_to_arxiv(birds: Library, text: str) -> None:
    """Somebody who gives an id isn't told to give one."""
    with pytest.raises(PaperNotFound) as caught:
        await birds.find(text)
    said = "I haven't read the paper 2501.00001. If it exists, it is at https://arxiv.org/abs/2501.00001."
    assert str(caught.value) == said


async def test_unknown_ids(birds: Library) -> None:
    """A single one is an error; among others it is left out."""
    with pytest.raises(PaperNotFound, match="2501"):
        await birds.paper("2501.00001")
    assert list(await birds.papers(["2501.00001", "2405.00002"])) == ["2405.00002"]


async def test_similar_papers_are_others(library: Library) -> None:
    """Never the paper itself, at most as many as requested, best first, each once."""
    for paper in SEEDS:
        found = await library.similar(paper.id, limit=4)
        ids = [each.paper.id for each in found]
        assert paper.id not in ids
        assert 0 < len(set(ids)) == len(ids) <= 4
        assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
    with pytest.raises(PaperNotFound):
        await library.similar("2501.00001")


async def test_a_single_paper_has_no_similar_papers(empty: Library) -> None:
    """Nothing is similar to the only paper."""
    await empty.add([NAS])
    assert await empty.similar(NAS.id) == ()


# --- lists -------------------------------------------------------------------------------------


def listed(id: str, day: str, position: int, votes: int | None) -> Paper:
    """A paper on the list of a day."""
    on = Listing(name=day, day=date.fromisoformat(day), position=position)
    return Paper(id=id, title=f"Paper {id}", listing=on, votes=votes)


DATED = [
    listed("ten", "2026-03-10", 0, 2),
    listed("ten more", "2026-03-10", 1, 9),
    listed("nine", "2026-03-09", 0, 40),
    listed("four", "2026-03-04", 0, 50),
    listed("three", "2026-03-03", 0, 5_000),
    listed("february", "2026-02-09", 0, 50_000),
    listed("january", "2026-01-09", 0, 500_000),
]


@pytest.fixture
async def dated(settings: LibrarySettings) -> AsyncIterator[Library]:
    """Lists of several days, and a page without a day."""
    async with Library.of([*DATED, *SEEDS], settings, clock) as made:
        yield made


@pytest.mark.parametrize(
    ("span", "first", "ids"),
    [
        (Span.DAY, date(2026, 3, 10), {"ten more", "ten"}),
        (Span.WEEK, date(2026, 3, 4), {"nine", "ten more", "four", "ten"}),
        (Span.MONTH, date(2026, 2, 9), {"three", "february", "nine", "ten more", "four", "ten"}),
    ],
)
async def test_trending_looks_back_from_the_newest_list(dated: Library, span: Span, first: date, ids: set[str]) -> None:
    """A day, seven or thirty up to the newest one; best score first; pages without a day don't count."""
    trending = await dated.lists.trending(span)
    assert (trending.first, trending.last) == (first, date(2026, 3, 10))
    assert {trend.paper.id for trend in trending.ranked} == ids
    scores = [trend.score for trend in trending.ranked]
    assert scores == sorted(scores, reverse=True)


async def test_votes_of_the_asking_server_count_and_are_shown(dated: Library) -> None:
    """For every span; without them the order is the source's."""
    plain = await dated.lists.trending(Span.MONTH)
    last = plain.ranked[-1]
    lifted = await dated.lists.trending(Span.MONTH, {last.paper.id: 10_000, "unknown": 3})
    assert [trend.paper.id for trend in lifted.ranked].index(last.paper.id) == 0
    first = lifted.ranked[0]
    assert (first.server_votes, first.age, "10,000 votes in this server" in first.why) == (10_000, last.age, True)
    assert {trend.server_votes for trend in plain.ranked} == {0}
    assert {trend.paper.id for trend in lifted.ranked} == {trend.paper.id for trend in plain.ranked}


async def test_a_list_of_the_far_future_does_not_trend(settings: LibrarySettings) -> None:
    """A wrong date in a source can't hide today's lists; tomorrow's list opens the evening before."""
    far, tomorrow = listed("far", "2036-01-01", 0, 1), listed("tomorrow", "2026-03-11", 0, 1)
    async with Library.of([far, *DATED], settings, clock) as library:
        assert (await library.lists.trending()).last == date(2026, 3, 10)
        await library.add([tomorrow])
        assert (await library.lists.trending()).last == date(2026, 3, 11)


async def test_trending_follows_the_clock(settings: LibrarySettings) -> None:
    """The age of a list depends on the given clock."""
    time = [NOW]
    async with Library.of(DATED, settings, lambda: time[0]) as library:
        early = await library.lists.trending()
        time[0] += timedelta(days=3)
        late = await library.lists.trending()
    assert [trend.paper.id for trend in early.ranked] == [trend.paper.id for trend in late.ranked]
    assert early.ranked[0].score > late.ranked[0].score
    assert early.ranked[0].why == "9 votes in 12 hours"
    assert late.ranked[0].why == "9 votes in 3 days"


@pytest.mark.parametrize("span", Span)
async def test_a_page_without_a_day_keeps_its_order(library: Library, span: Span) -> None:
    """Without votes and dates only the page's own order is known."""
    trending = await library.lists.trending(span)
    assert (trending.first, trending.last) == (None, None)
    assert [trend.paper.id for trend in trending.ranked] == [paper.id for paper in SEEDS]


@pytest.mark.parametrize(
    ("window", "name"),
    [
        ({}, "2026-03-10"),
        ({"not_after": date(2026, 3, 9)}, "2026-03-09"),
        ({"not_after": date(2026, 3, 8)}, "2026-03-04"),
        ({"not_before": date(2026, 3, 10)}, "2026-03-10"),
        ({"not_before": date(2026, 3, 11)}, None),
        ({"not_after": date(2026, 3, 8), "not_before": date(2026, 3, 5)}, None),
        ({"not_after": date(2026, 3, 4), "not_before": date(2026, 3, 4)}, "2026-03-04"),
        ({"not_after": date(2025, 1, 1)}, None),
    ],
)
async def test_the_newest_list_within_some_days(dated: Library, window: dict[str, date], name: str | None) -> None:
    """Both ends are included; if no list is within them, a page without a day doesn't replace it."""
    newest = await dated.lists.newest(**window)
    assert (newest and newest.name) == name


async def test_lists_by_their_name(dated: Library) -> None:
    """Ranked, or ``None``."""
    found = await dated.lists.named("2026-03-10")
    assert found is not None
    assert [trend.paper.id for trend in found.ranked] == ["ten more", "ten"]
    assert await dated.lists.named("2026-03-08") is None


# --- nothing -----------------------------------------------------------------------------------


async def test_an_empty_library_says_so_everywhere(empty: Library) -> None:
    """No request fails because there are no papers."""
    answer = await empty.answer(QUESTION)
    assert (answer.outcome, answer.quotes, answer.papers) == (Outcome.UNANSWERED, (), ())
    assert (await empty.answer(Question("hello"))).outcome is Outcome.CHAT
    for query in ("owls", "", '"owls at night"', "author:ada", "-owls"):
        page = await empty.search(query)
        assert (page.hits, page.total) == ((), 0)
    assert (await empty.lists.trending()).ranked == ()
    assert await empty.lists.newest() is None
    assert await empty.completer.papers("owls") == {}
    assert (await empty.stats()).newest is None
    with pytest.raises(PaperNotFound, match="arXiv id"):
        await empty.find("owls")
    with pytest.raises(PaperNotFound):
        await empty.similar("1")
    assert await empty.add([]) == Added()


async def test_a_paper_without_an_abstract_is_accepted(empty: Library) -> None:
    """It's found by its title and never quoted."""
    await empty.add([Paper(id="1", title="Owls at night")])
    assert (await empty.search("owls")).total == 1
    for text in ("What do owls do at night?", "Owls at night", "owls", "!"):
        assert (await empty.answer(Question(text))).quotes == ()
    assert await empty.similar("1") == ()
