"""What the reader changes: the order of unclear sentences and refusals; never lists, and never what a quote is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answering import Answerer
from retrieval.answering.arrays import Floats
from retrieval.answering.question.kinds import Kind
from retrieval.answering.reader.inputs import ReaderPassage, question_text
from retrieval.answering.reader.reader import MODEL_FILE, Reader
from retrieval.answering.scoring import reader_mix
from retrieval.answering.scoring.match_table import MatchTable
from retrieval.answering.scoring.model import load_model
from retrieval.answering.scoring.ranking import Ranking, rank
from retrieval.answering.types import Question, ScoredPaper, Turn, check_quotes
from retrieval.index import Index, document_terms
from retrieval.index.updates import add_documents
from retrieval.ingest.parsers.daily_page import read_page
from retrieval.library import Library
from retrieval.settings import SEED_PAGE, AnswerSettings, LibrarySettings, ReaderUse

PAPERS = {paper.id: paper for paper in read_page(SEED_PAGE.read_text(encoding="utf-8"))}
INDEX = add_documents(Index.empty(), ((paper.id, document_terms(paper, 2)) for paper in PAPERS.values()))
OPEN = "what does the name DeeR stand for?"
LIST = "which papers are about language models?"

pytestmark = pytest.mark.skipif(load_model().read is None, reason="the weights were fitted without a reader")


class Counting(Reader):
    """A reader that likes the last passage best, and counts what it's asked."""

    def __init__(self) -> None:
        super().__init__(MODEL_FILE)
        self.asked = list[tuple[str, int]]()

    def scores(self, question: str, passages: Sequence[ReaderPassage]) -> Floats | None:
        """Higher from one passage to the next."""
        self.asked.append((question, len(passages)))
        return np.arange(len(passages), dtype=np.float64)


@pytest.fixture(scope="module")
def without() -> Answerer:
    """An answerer without a reader."""
    return Answerer.from_settings(AnswerSettings(reader=ReaderUse.OFF))


def table_of(answerer: Answerer, text: str, *history: Turn) -> MatchTable:
    """A question on the seed page, with its candidates."""
    analysis = answerer.analyse(Question(text, history), INDEX)
    hits = answerer.find(analysis, INDEX)
    return MatchTable.of(analysis, [ScoredPaper(PAPERS[hit.id], hit.score) for hit in hits], answerer.word_vectors)


def ranking_of(answerer: Answerer, text: str) -> Ranking:
    """The answerer's own ranking."""
    return rank(table_of(answerer, text), answerer.model.paper, answerer.model.sentence)


def test_the_reader_reads_what_is_open(without: Answerer) -> None:
    """At most seven sentences; its favourite comes first."""
    reader = Counting()
    answer = replace(without, reader=reader).answer_to(table_of(without, OPEN))
    assert [question for question, _ in reader.asked] == [OPEN]
    assert 1 <= reader.asked[0][1] <= 7
    check_quotes([*answer.quotes, *answer.also], PAPERS)


def test_nothing_is_read_while_others_wait(without: Answerer) -> None:
    """The answer is then the one without the reader."""
    reader = Counting()
    table = table_of(without, OPEN)
    assert replace(without, reader=reader, is_busy=lambda: True).answer_to(table) == without.answer_to(table)
    assert not reader.asked


def test_lists_stay_as_they_are(without: Answerer) -> None:
    """The reader isn't asked."""
    reader = Counting()
    table = table_of(without, LIST)
    assert table.analysis.kind is Kind.LIST
    assert replace(without, reader=reader).answer_to(table) == without.answer_to(table)
    assert not reader.asked


def test_a_reader_that_fails_changes_nothing(without: Answerer, tmp_path: Path) -> None:
    """As if there were none."""
    table = table_of(without, OPEN)
    assert replace(without, reader=Reader(tmp_path / "no.onnx")).answer_to(table) == without.answer_to(table)


def test_a_follow_up_is_read_after_its_question(without: Answerer) -> None:
    """Only the latest question is context, and only where it's needed."""
    first = next(iter(PAPERS))
    before = Turn("How does TPI-LLM save memory?", (first,))
    assert question_text(table_of(without, "and how fast is it?", before).analysis) == (
        "How does TPI-LLM save memory? and how fast is it?"
    )
    assert question_text(table_of(without, OPEN).analysis) == OPEN


def test_the_certain_and_the_hopeless_are_not_read(without: Answerer) -> None:
    """Certain is who is sure of the answer and of the sentence."""
    ranking = ranking_of(without, OPEN)
    alone = replace(ranking, shares=np.where(np.arange(len(ranking.shares)) == ranking.first, 1.0, 0.0))
    assert not len(reader_mix.rows_to_read(alone, 0.999))
    assert not len(reader_mix.rows_to_read(ranking, 0.001))
    assert len(reader_mix.rows_to_read(alone, 0.5)) == 1


@given(st.lists(st.floats(-20, 20), min_size=8, max_size=8))
def test_a_mix_only_reorders_what_was_read(values: list[float]) -> None:
    """All sentences stay, the read ones together keep their share, and papers theirs."""
    answerer = Answerer.from_settings(AnswerSettings(reader=ReaderUse.OFF))
    ranking = ranking_of(answerer, OPEN)
    rows = ranking.order[:8]
    mixed = reader_mix.mixed(ranking, rows, np.array(values)[: len(rows)], np.array([1.0, 0.0, 1.0]))
    assert sorted(mixed.order.tolist()) == sorted(ranking.order.tolist())
    assert set(mixed.order[: len(rows)].tolist()) == set(rows.tolist())
    assert mixed.order[len(rows) :].tolist() == ranking.order[len(rows) :].tolist()
    assert mixed.shares.sum() == pytest.approx(1)
    assert (np.diff(mixed.shares[mixed.order[: len(rows)]]) <= 0).all()
    assert mixed.paper_shares is ranking.paper_shares


@given(st.floats(-20, 20), st.floats(-20, 20))
def test_neither_opinion_decides_alone(own: float, read: float) -> None:
    """Whether there is an answer lies halfway between what was thought before and after reading."""
    joined = reader_mix.joined_log_odds(own, read)
    assert joined - own == pytest.approx(read - joined)
    assert min(own, read) <= joined <= max(own, read)


@asynccontextmanager
async def library(folder: Path, use: ReaderUse) -> AsyncGenerator[Library]:
    """The seed page's papers."""
    settings = LibrarySettings(data_folder=folder, answers=AnswerSettings(reader=use))
    async with Library.of(list(PAPERS.values()), settings, lambda: datetime(2026, 3, 10, tzinfo=UTC)) as opened:
        yield opened


async def test_the_setting_turns_it_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then nothing is read, whatever is asked."""
    reader = Counting()
    use_always: Callable[[object], Reader] = lambda _: reader  # noqa: E731
    monkeypatch.setattr("retrieval.answering.answerer.usable_reader", use_always)
    for use, asked in ((ReaderUse.OFF, False), (ReaderUse.AUTO, True)):
        async with library(tmp_path, use) as opened:
            assert opened.has_reader is asked
            await opened.answer(Question(OPEN))
            assert bool(reader.asked) is asked


async def test_a_queue_is_answered_without_the_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many questions at once the first ones aren't read twice, so that the others wait less."""
    reader = Counting()
    use_always: Callable[[object], Reader] = lambda _: reader  # noqa: E731
    monkeypatch.setattr("retrieval.answering.answerer.usable_reader", use_always)
    async with library(tmp_path, ReaderUse.AUTO) as opened:
        await asyncio.gather(*(opened.answer(Question(OPEN)) for _ in range(20)))
    assert 0 < len(reader.asked) < 10
