"""Changes of posted and saved papers: found once, marked in the post, and reported once to those who saved them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.paper_updates.tracker import changes_between, track_changes
from bot.saved.service import saved_service
from bot.storage.paper_changes import ChangeKind, PaperChange, PaperState
from bot.storage.saved_papers import SavedPaper
from bot.texts import use_language
from bot.ui import custom_ids
from retrieval.papers import Paper
from tests.bot.conftest import seen, whispered
from tests.bot.daily_post.daily_world import TODAY, DailyWorld, daily_world, list_of
from tests.bot.jobs.makers import change_notifier, post_refresher

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
PAPERS = [paper.model_copy(update={"version": 1}) for paper in list_of(TODAY, 5, 9, 1)]
SAVED = PAPERS[1]

STATES = st.builds(PaperState, st.just("a"), st.none() | st.integers(1, 4), st.booleans(), st.booleans())


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[DailyWorld]:
    """A channel with the post of today's list, one paper of which a member has saved."""
    async with daily_world(tmp_path, PAPERS) as made:
        await made.set_up()
        await made.tick()
        await made.store.saved_papers.keep(SavedPaper(made.member.id, SAVED.id, "Mine", "", (), made.clock()))
        await look(made)
        yield made


async def look(world: DailyWorld) -> None:
    """Half an hour later, the notifier and the refresher run, as after a restart."""
    await world.pass_time(minutes=30)
    await change_notifier(world.bot).tick(world.clock())
    await post_refresher(world.bot).tick(world.clock())


async def became(world: DailyWorld, paper: Paper, **changes: object) -> None:
    """The source reports something new about a paper."""
    await world.library.add([paper.model_copy(update=changes)])


def told(world: DailyWorld) -> list[str]:
    """The member's direct messages."""
    return [seen(message) for message in world.member.user.dm_channel.history()]


@given(before=STATES, after=STATES)
def test_changes_between_states(before: PaperState, after: PaperState) -> None:
    """A state doesn't differ from itself, and a change says what differs."""
    assert changes_between(before, before, NOW) == []
    found = {change.what: change for change in changes_between(before, after, NOW)}
    assert (ChangeKind.CODE in found) == (after.has_code and not before.has_code)
    assert (ChangeKind.WITHDRAWN in found) == (after.withdrawn and not before.withdrawn)
    if ChangeKind.VERSION in found:
        assert before.version is not None
        assert found[ChangeKind.VERSION].version == after.version != before.version


async def test_without_changes_nobody_is_notified(world: DailyWorld) -> None:
    """However often the job runs."""
    for _ in range(3):
        await look(world)
    assert told(world) == []
    assert "New version" not in world.posts()[0]


async def test_a_new_version_is_reported_once_and_marked_in_the_post(world: DailyWorld) -> None:
    """Those who saved it get one message, and everybody sees it under the post's title."""
    await became(world, SAVED, version=2)
    for _ in range(3):
        await look(world)
    [message] = told(world)
    assert "Paper 1 of 24 November" in message
    assert "New version: v2" in message
    assert "New version: v2" in world.posts()[0]
    assert world.admin.user.dm_channel.history() == []


async def test_the_message_is_in_the_language_in_which_the_paper_was_saved(world: DailyWorld) -> None:
    """It has no interaction of its own. The post is in the server's language, and titles stay as they are."""
    use_language("ja")
    await saved_service(world.bot).save(world.member.id, SAVED.id, "Mine")
    use_language("")
    await became(world, SAVED, version=2)
    await look(world)
    [message] = told(world)
    assert "保存した論文の更新" in message
    assert "Paper 1 of 24 November" in message
    assert "New version: v2" in world.posts()[0]


async def test_several_changes_come_in_one_message(world: DailyWorld) -> None:
    """Grouped by person. A source that goes back and forth isn't reported again."""
    await world.store.saved_papers.keep(SavedPaper(world.member.id, PAPERS[0].id, "Mine", "", (), world.clock()))
    await became(world, SAVED, withdrawn=NOW)
    await became(world, PAPERS[0], code_url="https://github.com/a/b")
    await look(world)
    [message] = told(world)
    assert "Withdrawn by its authors" in message
    assert "Code is now available" in message
    assert "Withdrawn by its authors" in world.posts()[0]
    await became(world, PAPERS[0], code_url="https://github.com/other/b")
    await look(world)
    assert len(told(world)) == 1


async def test_people_who_removed_the_paper_are_not_notified(world: DailyWorld) -> None:
    """But the post is marked."""
    [save] = await world.store.saved_papers.of_list(world.member.id)
    await world.store.saved_papers.remove(world.member.id, save.id or 0, world.clock())
    await became(world, SAVED, version=2)
    await look(world)
    assert told(world) == []
    assert "New version: v2" in world.posts()[0]


async def test_closed_direct_messages_do_not_stop_other_messages(world: DailyWorld) -> None:
    """They aren't tried again, and the other person is notified."""
    await world.store.saved_papers.keep(SavedPaper(world.admin.id, SAVED.id, "Mine", "", (), world.clock()))
    world.env.inject_error("POST", f"/channels/{world.member.user.dm_channel.id}/messages", status=403)
    await became(world, SAVED, version=3)
    await look(world)
    await look(world)
    assert told(world) == []
    assert len(world.admin.user.dm_channel.history()) == 1


async def test_pending_notices_are_sent_after_a_restart(world: DailyWorld) -> None:
    """Changes found before the stop."""
    await became(world, SAVED, version=2)
    await world.pass_time(minutes=30)
    assert await track_changes(world.library, world.store.paper_changes, world.clock()) == 1
    await world.restart()
    await look(world)
    assert len(told(world)) == 1


async def test_a_persons_notices_are_deleted(world: DailyWorld) -> None:
    """With everything else about them."""
    await became(world, SAVED, version=2)
    await look(world)
    [notice] = await world.store.paper_changes.of_person(world.member.id)
    assert notice.notified_at is not None
    assert await world.store.paper_changes.forget_person(world.member.id) == 1
    assert not await world.store.paper_changes.of_person(world.member.id)


async def test_old_changes_and_unused_papers_are_forgotten(world: DailyWorld) -> None:
    """Papers that are still saved or posted stay."""
    await became(world, SAVED, version=2)
    await look(world)
    assert await world.store.paper_changes.forget(world.clock() - timedelta(days=1)) == 0
    assert await world.store.paper_changes.forget(world.clock() + timedelta(days=1)) == 1
    assert await world.store.paper_changes.of_person(world.member.id) == []
    everything = await world.store.paper_changes.to_compare(world.clock() + timedelta(days=1), 9)
    assert len(everything) == 3
    assert await world.store.daily_posts.forget(world.clock() + timedelta(days=1)) == 1
    await world.store.paper_changes.forget(world.clock())
    left = await world.store.paper_changes.to_compare(world.clock() + timedelta(days=1), 9)
    assert [state.paper_id for state in left] == [SAVED.id]


async def test_a_vote_in_a_direct_message_is_explained(world: DailyWorld) -> None:
    """Papers can be opened there, but votes and discussions belong to servers."""
    await became(world, SAVED, version=2)
    await look(world)
    [message] = world.member.user.dm_channel.history()
    opened = await world.member.user.select(message, [SAVED.id], custom_id=custom_ids.PAPER_MENU())
    assert opened.response is not None
    for label, told_so in (("Vote", "Votes belong to servers"), ("Discuss", "only be discussed in a server")):
        pressed = await world.member.user.click(opened.response, label=label)
        assert told_so in whispered(pressed)


async def test_a_source_that_goes_back_and_forth_is_reported_once(world: DailyWorld) -> None:
    """A known change isn't reported again."""
    store, now = world.store.paper_changes, world.clock()
    state = PaperState(SAVED.id, 2, False, False)
    change = PaperChange(SAVED.id, ChangeKind.VERSION, 2, now)
    assert await store.record(state, [change], now) == 1
    assert await store.record(replace(state, version=1), [], now) == 0
    assert await store.record(state, [change], now) == 0
    assert len(await store.of_person(world.member.id)) == 1
