"""Saved papers in the store: what goes in comes out, to its owner alone, and a removal can be undone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bot.storage.saved_papers
from bot.storage import Store
from bot.storage.saved_papers import SavedPaper
from retrieval.errors import InvalidInput
from tests.databases import Databases

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
ADA, BOB = 3, 4
SAVE = SavedPaper(ADA, "2407.06723", "To read", "For the survey", ("survey", "évals"), NOW)


async def kept(store: Store, save: SavedPaper = SAVE) -> SavedPaper:
    """A saved paper that must be new."""
    made, new = await store.saved_papers.keep(save)
    assert new
    return made


def number(save: SavedPaper) -> int:
    """The id of a saved paper."""
    assert save.id is not None
    return save.id


async def test_a_saved_paper_is_stored(store: Store) -> None:
    """All fields survive, and the id is the one that was returned."""
    made = await kept(store)
    assert replace(made, id=None) == SAVE
    assert await store.saved_papers.get(ADA, number(made)) == made
    assert await store.saved_papers.of_list(ADA) == [made]


async def test_a_paper_is_saved_once(store: Store) -> None:
    """A second press neither duplicates it nor deletes its note."""
    made = await kept(store)
    again, new = await store.saved_papers.keep(
        replace(SAVE, list_name="Other", note="", saved_at=NOW + timedelta(days=1))
    )
    assert (again, new) == (made, False)


async def test_simultaneous_presses_save_once(store: Store) -> None:
    """One of them is new."""
    made = await asyncio.gather(*(store.saved_papers.keep(SAVE) for _ in range(10)))
    assert sorted(new for _, new in made) == [False] * 9 + [True]
    assert len({save.id for save, _ in made}) == 1


async def test_nobody_sees_or_changes_what_others_saved(store: Store) -> None:
    """Every statement checks the owner."""
    mine = number(await kept(store))
    assert await store.saved_papers.get(BOB, mine) is None
    assert await store.saved_papers.change(BOB, mine, note="mine now") is None
    assert await store.saved_papers.remove(BOB, mine, NOW) is None
    assert await store.saved_papers.restore(BOB, mine) is None
    assert await store.saved_papers.of_list(BOB) == []
    assert await store.saved_papers.lists(BOB) == {}
    assert [save.note for save in await store.saved_papers.of_list(ADA)] == ["For the survey"]


async def test_a_change_keeps_other_fields(store: Store) -> None:
    """List, note and tags change one by one, and tags can be removed."""
    made = await kept(store)
    assert await store.saved_papers.change(ADA, number(made), list_name="Done") == replace(made, list_name="Done")
    changed = await store.saved_papers.change(ADA, number(made), note="", tags=())
    assert changed == replace(made, list_name="Done", note="", tags=())
    assert await store.saved_papers.change(ADA, number(made)) == changed


async def test_lists_are_counted_with_the_last_used_first(store: Store) -> None:
    """A list exists as long as it has a paper."""
    await kept(store)
    await kept(store, replace(SAVE, paper_id="b", list_name="Done", saved_at=NOW + timedelta(hours=1)))
    newest = await kept(store, replace(SAVE, paper_id="c", saved_at=NOW + timedelta(hours=2)))
    assert list((await store.saved_papers.lists(ADA)).items()) == [("To read", 2), ("Done", 1)]
    assert [save.paper_id for save in await store.saved_papers.of_list(ADA)] == ["c", "b", "2407.06723"]
    assert [save.paper_id for save in await store.saved_papers.of_list(ADA, "To read")] == ["c", "2407.06723"]
    await store.saved_papers.remove(ADA, number(newest), NOW)
    assert await store.saved_papers.lists(ADA) == {"Done": 1, "To read": 1}


async def test_a_removal_can_be_undone_until_it_is_purged(store: Store) -> None:
    """A removed paper is in no list, and is restored with its note."""
    made = await kept(store)
    await store.saved_papers.remove(ADA, number(made), NOW)
    assert await store.saved_papers.of_list(ADA) == []
    assert await store.saved_papers.get(ADA, number(made)) is None
    assert await store.saved_papers.purge(NOW) == 0
    assert await store.saved_papers.restore(ADA, number(made)) == made
    await store.saved_papers.remove(ADA, number(made), NOW)
    assert await store.saved_papers.purge(NOW + timedelta(seconds=1)) == 1
    assert await store.saved_papers.restore(ADA, number(made)) is None


async def test_a_removed_paper_can_be_saved_again(store: Store) -> None:
    """Without its old note. Undoing the old removal has no effect on it."""
    old = await kept(store)
    await store.saved_papers.remove(ADA, number(old), NOW)
    fresh = await kept(store, replace(SAVE, note=""))
    assert await store.saved_papers.restore(ADA, number(old)) is None
    assert await store.saved_papers.of_list(ADA) == [fresh]


async def test_saved_papers_have_a_limit(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """One person can't fill the database, and others aren't affected."""
    monkeypatch.setattr(bot.storage.saved_papers, "MOST_SAVES", 2)
    await kept(store)
    await kept(store, replace(SAVE, paper_id="b"))
    with pytest.raises(InvalidInput, match="/saved"):
        await store.saved_papers.keep(replace(SAVE, paper_id="c"))
    await kept(store, replace(SAVE, user_id=BOB))


@settings(max_examples=25, deadline=None)  # each opens a file
@given(
    note=st.text(st.characters(exclude_categories=["Cs"]), max_size=200),
    tags=st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), max_size=5).map(tuple),
)
async def test_any_note_and_tags_are_stored(databases: Databases, note: str, tags: tuple[str, ...]) -> None:
    """Whatever people write; NUL characters, which can't be seen, are replaced in notes."""
    with databases.fresh() as database:
        async with Store.open(database) as store:
            made, _ = await store.saved_papers.keep(replace(SAVE, note=note, tags=tags))
            assert (made.note, made.tags) == (note.replace("\0", "\ufffd"), tags)
            assert await store.saved_papers.of_person(ADA) == [made]
