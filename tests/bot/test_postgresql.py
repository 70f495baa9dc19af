"""The bot over PostgreSQL: an address in the settings is all it needs."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import URL

from bot.cli.check import State, checks
from bot.settings import Settings
from bot.storage import Store
from retrieval.answering.types import Outcome, Question
from retrieval.errors import SettingsError
from retrieval.library import Library
from retrieval.settings import load
from tests.bot.conftest import START, FakeClock
from tests.databases import Server


def settings_of(folder: Path, url: URL) -> Settings:
    """Settings with this database."""
    return Settings.model_validate({"data_folder": folder, "database": {"url": url.render_as_string()}})


async def test_papers_and_community_are_in_the_database(postgresql: Server, tmp_path: Path) -> None:
    """A question is answered; ``check`` names the database; the data folder has the index and no database."""
    with postgresql.fresh(migrated=False) as location:
        assert isinstance(location, URL)
        settings = settings_of(tmp_path, location)
        async with (
            Library.open(settings, FakeClock()) as library,
            Store.open(settings.community_location) as store,
        ):
            await library.add_seeds()
            answer = await library.answer(Question("How many problems does COFFE have?"))
            assert answer.outcome is Outcome.ANSWERED
            await store.searches.record("owls", 1, START)
            found = {each.name: each async for each in checks(settings, START)}
    assert found["Papers"].state is State.OK
    assert found["Community"].text == f"{location.render_as_string()}, 0 daily posts set up"
    assert not settings.papers_database.exists()
    assert not settings.community_database.exists()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://bot:secret@db/papers", "PGPASSWORD"),
        ("mysql://db/papers", "must be an address"),
        ("postgresql://db", "must be an address"),
        ("not a url", "must be an address"),
        ("postgresql://db/papers?options=x", "only host, port and ssl"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused(monkeypatch: pytest.MonkeyPatch, url: str, said: str) -> None:
    """With the setting's name, and never with a password in it."""
    monkeypatch.setenv("DAILY_PAPERS_DATABASE__URL", url)
    with pytest.raises(SettingsError, match=said) as caught:
        load(Settings)
    assert "Setting database.url" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_the_password_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Papers can be in a database of their own."""
    monkeypatch.setenv("PGPASSWORD", "secret")
    url, papers = "postgresql://bot@db/papers", "postgresql://bot@other/papers"
    settings = Settings.model_validate({"data_folder": tmp_path, "database": {"url": url, "papers_url": papers}})
    assert isinstance(settings.community_location, URL)
    assert isinstance(settings.papers_location, URL)
    assert (settings.community_location.password, settings.papers_location.host) == ("secret", "other")
