"""``check --deep``: damage that only reading everything finds, and what is wrong with secrets."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cli.check import checks
from bot.cli.check_results import Check, State
from bot.settings import Settings, load_token
from bot.storage import Store
from bot.storage.answers import StoredQuote
from retrieval.errors import SettingsError
from retrieval.library import Library
from tests.bot.conftest import FakeClock, settings_for
from tests.bot.storage.test_store import ANSWER


@pytest.fixture
async def settings(tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Two databases with the seed page and one answer that quotes it."""
    monkeypatch.chdir(tmp_path)
    made = settings_for(tmp_path / "data")
    async with Library.open(made, clock) as library, Store.open(made.community_database) as store:
        await library.add_seeds()
        [paper] = await library.find("2310.07240") or [next(iter([p async for p in library.everything()]))]
        quote = StoredQuote(paper.id, 0, 20, ((5, 9),), 1.0, paper.digest)
        await store.answers.record(replace(ANSWER, quotes=(quote,), also=()))
    return made


async def look(settings: Settings, clock: FakeClock) -> dict[str, Check]:
    """All checks by their names."""
    return {each.name: each async for each in checks(settings, clock(), deep=True)}


def change(path: Path, statement: str) -> None:
    """Change a database without our code."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()


async def test_whole_databases_are_ok(settings: Settings, clock: FakeClock) -> None:
    """Pages, rows and quotes."""
    found = await look(settings, clock)
    assert found["Stored quotes"] == Check("Stored quotes", State.OK, "1 quote, each a slice of its abstract")
    assert {found[name].state for name in ("Pages of papers", "Pages of community", "Rows")} == {State.OK}


async def test_a_quote_outside_its_abstract_is_named(settings: Settings, clock: FakeClock) -> None:
    """With the number of its answer."""
    change(settings.community_database, """UPDATE answers SET quotes = replace(quotes, '"end": 20', '"end": 99999')""")
    found = (await look(settings, clock))["Stored quotes"]
    assert (found.state, "in answers [1]" in found.text) == (State.WRONG, True)


async def test_a_row_that_cannot_be_read_is_named(settings: Settings, clock: FakeClock) -> None:
    """By its table."""
    change(settings.community_database, "UPDATE answers SET papers = '{\"a\": 1}'")
    found = (await look(settings, clock))["Rows"]
    assert (found.state, "answers" in found.text) == (State.WRONG, True)


async def test_damaged_papers_are_named(settings: Settings, clock: FakeClock) -> None:
    """The bot opens them without reading every page."""
    size = await asyncio.to_thread(lambda: settings.papers_database.stat().st_size)
    with settings.papers_database.open("r+b") as file:
        file.seek(size - 4096)
        file.write(b"\xff" * 4096)
    found = (await look(settings, clock))["Pages of papers"]
    assert (found.state, str(settings.papers_database) in found.text) == (State.WRONG, True)


@pytest.mark.parametrize("token", ["Bot a.b.c", "abc def.x", '"a.b.c', "ä.b.c", "a.b\nc"])
async def test_a_malformed_token_is_named_by_check_and_start(
    settings: Settings, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    """Without repeating it."""
    monkeypatch.setenv("DISCORD_TOKEN", token)
    with pytest.raises(SettingsError, match="DISCORD_TOKEN isn't a bot token") as caught:
        load_token()
    found = (await look(settings, clock))["Token"]
    assert (found.state, found.text) == (State.WRONG, str(caught.value))
    assert token not in found.text


@pytest.mark.parametrize("line", ['DISCORD_TOKEN="a.b.c', "DISCORD_TOKEN a.b.c", "just words"])
async def test_a_malformed_line_of_env_is_named(
    settings: Settings, clock: FakeClock, tmp_path: Path, line: str
) -> None:
    """It would be ignored, and the bot would start without its token."""
    (tmp_path / ".env").write_text(f"# mine\nOTHER=1\n{line}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"\.env, line 3") as caught:
        load_token()
    assert (await look(settings, clock))["Token"].text == str(caught.value)
