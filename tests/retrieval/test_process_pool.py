"""A pool of processes: the same answers, the newest papers, and nobody left without an answer when one is killed."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from retrieval.answering.types import Question
from retrieval.english import Text
from retrieval.errors import QueryError, SourceError
from retrieval.library.answer_process import BusyShare
from retrieval.library.pooled_library import PooledLibrary
from retrieval.papers import Paper
from retrieval.settings import LibrarySettings

_NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
_QUESTION = Question("How many coding problems does COFFE have?")
_LATER = Paper(id="2611.00001", title="Quaternion networks", abstract="Our quaternion network has 4242 layers.")


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[PooledLibrary]:
    """The seed page's papers with one process that answers, which is ready."""
    limits = {"processes": 1, "answer_seconds": 60}
    settings = LibrarySettings.model_validate({"data_folder": tmp_path, "limits": limits})
    async with PooledLibrary.open(settings, lambda: _NOW) as made, made.pool(settings):
        await made.add_seeds()
        await made.ready()
        yield made


async def test_another_process_answers_as_this_one_does_and_knows_the_newest_papers(library: PooledLibrary) -> None:
    """Its answers, searches and errors are the same, and a paper that was just added is quoted."""
    [pid] = library.pids
    elsewhere, here = await library.answer(_QUESTION), await super(PooledLibrary, library).answer(_QUESTION)
    assert [each.text for each in elsewhere.quotes] == [each.text for each in here.quotes]
    assert (await library.search("attention")).hits == (await super(PooledLibrary, library).search("attention")).hits
    with pytest.raises(QueryError) as mistake:
        await library.search("title:(")
    assert mistake.value.reason
    await library.add([_LATER])
    assert (
        "4242" in (await library.answer(Question("How many layers does the quaternion network have?"))).quotes[0].text
    )
    assert library.pids == [pid]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no such signal")
async def test_a_question_whose_process_is_killed_is_answered(library: PooledLibrary) -> None:
    """This process answers it, and another one takes the place of the dead one."""
    [pid] = library.pids
    asking = asyncio.create_task(library.answer(_QUESTION))
    await asyncio.sleep(0)
    os.kill(pid, signal.SIGKILL)
    assert (await asking).quotes
    await library.ready()
    assert library.pids != [pid]
    assert (await library.answer(_QUESTION)).quotes


def test_errors_that_people_read_come_through_a_pipe() -> None:
    """With all that they say, whatever they are made from."""
    for error in (QueryError(Text("Oh"), query="a(", column=1), SourceError("No", path=Path("x"), line=3)):
        same = pickle.loads(pickle.dumps(error))
        assert (str(same), vars(same), type(same)) == (str(error), vars(error), type(error))


def test_a_process_knows_how_busy_it_was_in_the_last_seconds() -> None:
    """Not at all at first; half of the time, all the time; and a minute later, not at all."""
    share = BusyShare()
    assert share.at(1_000.0) == 0.0
    for second in range(1_000, 1_060):
        share.add(second, second + 0.5)
    assert share.at(1_060.0) == pytest.approx(0.5, abs=0.06)
    share.add(1_060.0, 1_100.0)
    assert share.at(1_100.0) == pytest.approx(1.0, abs=0.01)
    assert share.at(1_160.0) == pytest.approx(0.0, abs=0.01)
