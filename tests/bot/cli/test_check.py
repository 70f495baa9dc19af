"""``python -m bot check`` without a token: what an operator reads when something is wrong, and how to fix it."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.cli.check import Check, State, check, checks, rendered
from bot.settings import Settings
from bot.storage import Store
from retrieval.answering.reader.reader import is_installed
from retrieval.answering.scoring.model import load_model
from retrieval.catalogue import Catalogue, SourcePage
from retrieval.errors import SearchUnavailable
from retrieval.index.milvus.collection import CollectionState
from retrieval.library import Library
from retrieval.papers import Paper
from retrieval.settings import MilvusSettings, SearchEngine
from tests.bot.conftest import START, FakeClock, settings_for
from tests.bot.daily_post.daily_world import FEED, list_of
from tests.bot.mail.mail_server import PASSWORD, mail_server, trusting

DAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No token in the environment, and no ``.env`` in the folder where the bot is started."""
    monkeypatch.delenv("DISCORD_TOKEN", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a data folder that does not exist yet."""
    return settings_for(tmp_path / "data")


async def look(settings: Settings) -> dict[str, Check]:
    """All lines by name; no name comes twice."""
    found = [each async for each in checks(settings, START)]
    assert len({each.name for each in found}) == len(found)
    return {each.name: each for each in found}


async def fill(settings: Settings, clock: FakeClock, *papers: Paper) -> None:
    """What a first run leaves: the seed page, or these papers."""
    async with Library.open(settings, clock) as library, Store.open(settings.community_database):
        await (library.add(papers) if papers else library.add_seeds())


def has_reader() -> bool:
    """Whether the reader's packages are installed, and the weights were fitted with it."""
    return is_installed() and load_model().read is not None


def states(found: dict[str, Check]) -> dict[str, str]:
    """The result of each check, by name."""
    return {name: str(each.state) for name, each in found.items()}


# --- all is well -------------------------------------------------------------------------------


async def test_before_the_first_start_all_is_well(settings: Settings) -> None:
    """Nothing exists yet and nothing is wrong: the notes say what comes next, and how to get a token."""
    found = await look(settings)
    assert states(found) == {
        "Python": "ok",
        "Reader": "ok" if has_reader() else "note",
        "Data folder": "ok",
        "Papers": "note",
        "Community": "ok",
        "Queue": "ok",
        "Background": "note",
        "Hugging Face": "note",
        "Contact": "note",
        "Token": "note",
    }
    assert "the seed page is loaded on the first start" in found["Papers"].text
    assert "local preview" in found["Token"].text
    assert "docs/operator.md" in found["Token"].fix


async def test_after_the_first_start_the_papers_are_counted(settings: Settings, clock: FakeClock) -> None:
    """Papers, index and community, with the folder in which they lie."""
    await fill(settings, clock)
    found = await look(settings)
    assert found["Papers"] == Check("Papers", State.OK, "15 papers on 1 list")
    assert found["Index"] == Check("Index", State.OK, "15 papers")
    assert found["Data folder"].text == str(settings.data_folder)
    assert found["Community"].text == f"{settings.community_database}, 0 daily posts set up"
    assert found["Newest list"].state is State.NOTE
    assert "python -m retrieval import" in found["Newest list"].fix


async def test_a_library_that_is_too_large_for_its_engine_is_noted(
    settings: Settings, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bot searches with another one meanwhile."""
    await fill(settings, clock)
    monkeypatch.setattr("bot.cli.check.LARGEST", 14)
    retrieval = settings.retrieval.model_copy(update={"engine": SearchEngine.RANK_BM25})
    found = await look(settings.model_copy(update={"retrieval": retrieval}))
    assert found["Index"].state is State.NOTE
    assert '[retrieval] engine = "rank-bm25" is for up to 14' in found["Index"].text


async def test_the_newest_list_is_named(settings: Settings, clock: FakeClock) -> None:
    """An operator sees whether imports still happen, and how many servers wait for them."""
    await fill(settings, clock, *list_of(DAY, 3, 5), *list_of(date(2026, 11, 23), 1))
    async with Store.open(settings.community_database) as store:
        await store.daily_feeds.save(FEED)
    found = await look(settings)
    assert found["Newest list"] == Check("Newest list", State.OK, "2026-11-24")
    assert found["Papers"].text == "3 papers on 2 lists"
    assert found["Community"].text.endswith(", 1 daily post set up")


async def test_checking_changes_nothing(settings: Settings, clock: FakeClock) -> None:
    """A second check gives the same result."""
    await fill(settings, clock)
    assert await look(settings) == await look(settings)


def cut_short(folder: Path) -> None:
    """As after a stop in the middle."""
    (folder / "manifest.json").write_text("{", encoding="utf-8")


async def test_a_failing_source_shows_when_it_was_last_read_and_the_fix(settings: Settings, clock: FakeClock) -> None:
    """When it was last read, and its last error; it's a note, so the exit status is 0."""
    await fill(settings, clock)
    async with Catalogue.open(settings.papers_database) as catalogue:
        free = clock() + timedelta(hours=1)
        await catalogue.sources.succeeded("huggingface", clock(), free, "200 OK")
        await catalogue.sources.record(SourcePage("huggingface", "list 2026-11-24", clock(), papers=9, defects=2))
    found = (await look(settings))["Hugging Face"]
    assert found == Check("Hugging Face", State.OK, "last read 2026-11-24 08:00 UTC (200 OK); 2 defects skipped so far")
    async with Catalogue.open(settings.papers_database) as catalogue:
        for hour in (2, 3):
            at = clock() + timedelta(hours=hour)
            await catalogue.sources.failed("huggingface", at, at + timedelta(minutes=30), "503 Service Unavailable")
    found = (await look(settings))["Hugging Face"]
    assert found.state is State.NOTE
    assert found.text == (
        "last read 2026-11-24 08:00 UTC; 2 failures in a row, the last at 2026-11-24 11:00 UTC: "
        "503 Service Unavailable; 2 defects skipped so far"
    )
    assert found.fix == "The bot will try again at 11:30 UTC. If that fails too, check the network."


@pytest.mark.parametrize("meddle", [shutil.rmtree, cut_short])
async def test_a_lost_index_is_only_a_note(
    settings: Settings, clock: FakeClock, meddle: Callable[[Path], object]
) -> None:
    """The next start repairs it by itself."""
    await fill(settings, clock)
    meddle(settings.index_folder)
    found = await look(settings)
    assert found["Index"].state is State.NOTE
    assert found["Index"].text.endswith("It will be rebuilt on the next start.")
    assert State.WRONG not in {each.state for each in found.values()}


# --- something is wrong ------------------------------------------------------------------------


def no_database(path: Path) -> None:
    """As after a disk's failure."""
    path.write_text("no database, but text " * 100, encoding="utf-8")


def a_folder(path: Path) -> None:
    """As after a slip in a backup script."""
    path.unlink()
    path.mkdir()


def of_a_newer_version(path: Path) -> None:
    """As after a step back to an older program."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


@pytest.mark.parametrize("name", ["Papers", "Community"])
@pytest.mark.parametrize(
    ("damage", "said"),
    [(no_database, "restore it"), (a_folder, "data_folder"), (of_a_newer_version, "newer version")],
)
async def test_a_database_that_cannot_be_used_is_named(
    settings: Settings, clock: FakeClock, name: str, damage: Callable[[Path], None], said: str
) -> None:
    """With the fix; everything else is still checked."""
    await fill(settings, clock)
    path = {"Papers": settings.papers_database, "Community": settings.community_database}[name]
    for beside in ("-wal", "-shm"):
        path.with_name(path.name + beside).unlink(missing_ok=True)
    damage(path)
    found = await look(settings)
    assert [each.name for each in found.values() if each.state is State.WRONG] == [name]
    assert str(path) in found[name].text
    assert said in f"{found[name].text} {found[name].fix}"
    assert {"Papers", "Community", "Token"} <= found.keys()


async def test_only_papers_can_be_imported_again(settings: Settings, clock: FakeClock) -> None:
    """What servers and people stored exists only in a backup."""
    await fill(settings, clock)
    for path in (settings.papers_database, settings.community_database):
        no_database(path)
    found = await look(settings)
    assert "Move the file away and get the papers again (python -m retrieval import or fetch)" in found["Papers"].text
    assert "Move the file away and restore it (python -m bot restore)." in found["Community"].text


@pytest.mark.parametrize("inside", [False, True])
async def test_a_file_in_place_of_the_data_folder_is_wrong(tmp_path: Path, inside: bool) -> None:
    """Or in place of the folder above it. The fix names the setting; no database is opened."""
    (tmp_path / "data").write_text("", encoding="utf-8")
    folder = tmp_path / "data" / "inner" if inside else tmp_path / "data"
    found = await look(settings_for(folder))
    assert found["Data folder"].state is State.WRONG
    assert found["Data folder"].text == f"{folder}: {os.strerror(errno.ENOTDIR if inside else errno.EEXIST)}"
    assert "data_folder" in found["Data folder"].fix
    assert not found.keys() & {"Papers", "Community"}
    assert found["Token"].state is State.NOTE


async def test_a_folder_that_cannot_be_written_is_wrong(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if it can be created and read. A full disk is named as such."""

    def refused(number: int) -> None:
        def no_file(*_: object, **__: object) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr("bot.cli.check.tempfile.TemporaryFile", no_file)

    for number in (errno.EACCES, errno.ENOSPC):
        refused(number)
        folder = (await look(settings))["Data folder"]
        assert folder.state is State.WRONG
        assert folder.text == f"{settings.data_folder}: {os.strerror(number)}"
        assert "writable" in folder.fix


# --- what is printed ---------------------------------------------------------------------------


async def test_the_exit_status_is_for_scripts(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """0 if there are only notes, 1 if something is wrong. Every line is printed either way."""
    assert await check(settings, START) == 0
    lines = capsys.readouterr().out.splitlines()
    heads = [line.split(":")[0] for line in lines if ":" in line and not line.startswith(" ")]
    assert heads == [
        "ok    Python",
        "ok    Reader" if has_reader() else "note  Reader",
        "ok    Data folder",
        "note  Papers",
        "ok    Community",
        "ok    Queue",
        "note  Background",
        "note  Hugging Face",
        "note  Contact",
        "note  Token",
    ]
    shutil.rmtree(settings.data_folder)
    settings.data_folder.write_text("", encoding="utf-8")
    assert await check(settings, START) == 1
    assert "\nwrong Data folder: " in capsys.readouterr().out


async def test_the_invite_link_is_printed_in_one_piece(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A narrow terminal breaks no link: it can be clicked and copied."""
    link = "https://discord.com/oauth2/authorize?client_id=123456789012345678&scope=bot+applications.commands"

    async def one(*_: object, **__: object) -> AsyncIterator[Check]:
        yield Check("Invite", State.OK, link)

    monkeypatch.setattr("bot.cli.check.checks", one)
    monkeypatch.setenv("COLUMNS", "40")
    await check(settings, START)
    assert capsys.readouterr().out == f"ok    Invite: {link}\n"


def test_the_fix_is_below_its_line() -> None:
    """Aligned, with an arrow; brackets in paths aren't markup; without a fix nothing is added."""
    assert rendered(Check("Papers", State.OK, "15")).plain == "ok    Papers: 15"
    wrong = rendered(Check("Papers", State.WRONG, "[red]/data[/]", "Do [this]."))
    assert wrong.plain == "wrong Papers: [red]/data[/]\n      → Do [this]."


def test_wrong_settings_are_shown_before_anything_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence on standard error and status 2; no folder is created."""
    monkeypatch.setenv("DAILY_PAPERS_DATA_FOLDER", str(tmp_path / "data"))
    monkeypatch.setenv("DAILY_PAPERS_PREVIEW__PORT", "http")
    result = CliRunner().invoke(app, ["check"], catch_exceptions=False)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("Setting preview.port: input should be a valid integer")
    assert "environment variable DAILY_PAPERS_PREVIEW__PORT" in result.stderr
    assert not (tmp_path / "data").exists()


def test_the_command_ends_with_the_status(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From end to end, as an operator types it."""
    monkeypatch.setattr("bot.__main__.set_up_logging", "".format)  # pytest keeps its own log
    monkeypatch.setenv("DAILY_PAPERS_DATA_FOLDER", str(tmp_path / "data"))
    result = CliRunner().invoke(app, ["check"], catch_exceptions=False)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "note  Token: DISCORD_TOKEN is not set" in result.stdout
    (tmp_path / "data" / "papers.sqlite3").write_text("no database " * 100, encoding="utf-8")
    result = CliRunner().invoke(app, ["check"], catch_exceptions=False)
    assert result.exit_code == 1
    assert "wrong Papers: " in result.stdout


# --- mail --------------------------------------------------------------------------------------


async def test_without_a_mail_server_mail_is_not_mentioned(settings: Settings) -> None:
    """Most bots have none."""
    assert "Mail" not in await look(settings)


async def test_the_mail_login_is_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A correct password is ok; a wrong or missing one is an error that says what to check. No mail is sent."""
    made = trusting()
    monkeypatch.setattr("ssl.create_default_context", lambda: made)
    async with mail_server() as server:
        settings = settings_for(tmp_path / "data", mail=server.settings())
        mail = (await look(settings))["Mail"]
        assert (mail.state, "SMTP_PASSWORD" in mail.text) == (State.WRONG, True)
        monkeypatch.setenv("SMTP_PASSWORD", "wrong")
        mail = (await look(settings))["Mail"]
        assert (mail.state, "535" in mail.text, "SMTP_PASSWORD" in mail.fix) == (State.WRONG, True, True)
        monkeypatch.setenv("SMTP_PASSWORD", PASSWORD)
        mail = (await look(settings))["Mail"]
        assert (mail.state, f"localhost:{server.port}" in mail.text) == (State.OK, True)
        assert server.received == []


@pytest.mark.parametrize(
    ("changes", "state", "sentence"),
    [
        ({}, State.OK, "1 paper in daily_papers at http://localhost:19530"),
        (
            {"revision": 0},
            State.NOTE,
            "19530; the newest papers aren't there yet",
        ),
        ({"identity": "another"}, State.WRONG, "has the papers of another catalogue"),
        (None, State.NOTE, "is created on the next start"),
        (SearchUnavailable("The search engine isn't responding right now."), State.WRONG, "isn't responding right now"),
    ],
)
async def test_the_search_engine_on_another_machine_is_named(
    settings: Settings,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, Any] | SearchUnavailable | None,
    state: State,
    sentence: str,
) -> None:
    """Whether it responds, and has this catalogue's papers."""
    await fill(settings, clock, Paper(id="2601.00001", title="Owls"))
    async with Catalogue.open(settings.papers_location) as catalogue:
        version, revision = await catalogue.records.version(), await catalogue.revision()
    known = CollectionState(
        identity=version.identity, analysis="", revision=revision, changes=version.changes, mean=1.0, documents=1
    )

    class FakeCollection:
        def state(self) -> CollectionState | None:
            if isinstance(changes, SearchUnavailable):
                raise changes
            return None if changes is None else known.model_copy(update=changes)

    def fake(_: MilvusSettings) -> FakeCollection:
        return FakeCollection()

    monkeypatch.setattr("bot.cli.check.paper_collection", fake)
    engine = settings.retrieval.model_copy(update={"engine": SearchEngine.MILVUS})
    line = (await look(settings.model_copy(update={"retrieval": engine})))["Milvus"]
    assert line.state is state
    assert sentence in line.text
