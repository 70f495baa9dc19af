"""Work outside the event loop: in order, bounded, and counted correctly."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from retrieval.errors import Busy
from retrieval.worker import Worker


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Work that waits for this continues when it is set; the end of the test sets it."""
    event = threading.Event()
    yield event
    event.set()


async def until_idle(worker: Worker) -> None:
    """Return when all earlier work has been done."""
    await worker.run_unbounded(int)


async def test_the_result_or_the_error_is_that_of_the_function() -> None:
    """Arguments are passed on, results and errors are returned; the function runs in another thread."""
    with Worker(waiting=2, seconds=5) as worker:
        assert await worker.run(sorted, [2, 1], reverse=True) == [2, 1]
        with pytest.raises(ZeroDivisionError):
            await worker.run(divmod, 1, 0)
        assert await worker.run(threading.get_ident) != threading.get_ident()


async def test_work_is_done_in_the_order_of_requests(gate: threading.Event) -> None:
    """One after another: nobody is overtaken."""
    done = list[int]()
    with Worker(waiting=20, seconds=5) as worker:
        first = asyncio.create_task(worker.run(gate.wait, 5))
        others = [asyncio.create_task(worker.run(done.append, number)) for number in range(10)]
        await asyncio.sleep(0)
        gate.set()
        await asyncio.gather(first, *others)
    assert done == list(range(10))


async def test_too_many_requests_are_refused_at_once_and_the_others_served(gate: threading.Event) -> None:
    """Early requests get their results; late ones get an error, and can be repeated."""
    with Worker(waiting=3, seconds=5) as worker:
        waiting = [asyncio.create_task(worker.run(gate.wait, 5)) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(Busy, match="try again in a moment"):
            await worker.run(int)
        gate.set()
        assert await asyncio.gather(*waiting) == [True] * 3
        assert await worker.run(int, "7") == 7


async def test_refusals_and_errors_free_their_place(gate: threading.Event) -> None:
    """However often they happen, the bound stays the same."""
    with Worker(waiting=1, seconds=5) as worker:
        for _ in range(5):
            with pytest.raises(ZeroDivisionError):
                await worker.run(divmod, 1, 0)
        task = asyncio.create_task(worker.run(gate.wait, 5))
        await asyncio.sleep(0)
        for _ in range(5):
            with pytest.raises(Busy):
                await worker.run(int)
        gate.set()
        assert await task
        assert await worker.run(int) == 0


async def test_a_wait_is_bounded(gate: threading.Event) -> None:
    """Somebody who waited too long gets an error; work that hasn't begun by then never begins."""
    begun = list[int]()
    with Worker(waiting=5, seconds=0.05) as worker:
        slow = asyncio.create_task(worker.run(gate.wait, 5))
        queued = asyncio.create_task(worker.run(begun.append, 1))
        for task in (slow, queued):
            with pytest.raises(Busy, match="took too long"):
                await task
        gate.set()
        await until_idle(worker)
        assert begun == []


async def test_a_running_call_counts_until_it_is_done(gate: threading.Event) -> None:
    """A caller that gave up doesn't free the thread."""
    with Worker(waiting=1, seconds=0.05) as worker:
        with pytest.raises(Busy, match="took too long"):
            await worker.run(gate.wait, 5)
        with pytest.raises(Busy, match="busy with other questions"):
            await worker.run(int)
        gate.set()
        await until_idle(worker)
        await asyncio.sleep(0)
        assert await worker.run(int) == 0


async def test_a_functions_own_time_out_is_its_error() -> None:
    """It doesn't mean that somebody waited too long."""

    def fail() -> None:
        raise TimeoutError("mine")

    with Worker(waiting=1, seconds=5) as worker, pytest.raises(TimeoutError, match="mine"):
        await worker.run(fail)


async def test_the_librarys_own_work_is_not_bounded(gate: threading.Event) -> None:
    """Building an index may take longer than a question, and works even while many people ask."""
    with Worker(waiting=2, seconds=0.01) as worker:
        task = asyncio.create_task(worker.run_unbounded(gate.wait, 5))
        await asyncio.sleep(0)
        with pytest.raises(Busy, match="took too long"):
            await worker.run(int)
        others = [asyncio.create_task(worker.run_unbounded(int, "7")) for _ in range(3)]
        await asyncio.sleep(0)
        assert not task.done()
        gate.set()
        assert await asyncio.gather(task, *others) == [True, 7, 7, 7]


async def test_closing_drops_waiting_work(gate: threading.Event) -> None:
    """Running work is finished, waiting work never begins, and no caller is left waiting."""
    begun = list[int]()
    with Worker(waiting=5, seconds=5) as worker:
        running = asyncio.create_task(worker.run(gate.wait, 5))
        queued = asyncio.create_task(worker.run(begun.append, 1))
        await asyncio.sleep(0)
        gate.set()
    results = await asyncio.gather(running, queued, return_exceptions=True)
    assert results[0] is True
    assert begun == [] or results[1] is None
