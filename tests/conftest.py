"""What holds for all tests: how hypothesis looks for counter-examples, and that no setting of this machine counts."""

from __future__ import annotations

import logging
import os
from collections.abc import Generator, Iterator
from functools import cache
from typing import Any, cast

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from hypothesis import settings

from retrieval.database import Location
from retrieval.ingest.seeds import read_earlier_seeds
from tests import milvus
from tests.databases import Databases, Files, Server, installed, server

# No deadlines: how long an example takes says more about the machine than about the program.
settings.register_profile("local", deadline=None)
# "ci" tries the same examples every time: a build fails because of the change, not because of luck.
settings.register_profile("ci", derandomize=True, deadline=None, max_examples=100, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "local"))


@pytest.fixture(scope="session", autouse=True)
def no_settings_of_this_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The tests see the defaults, whatever the operator of this checkout has set."""
    nothing = tmp_path_factory.mktemp("settings") / "local.toml"
    nothing.write_text("", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.upper().startswith("DAILY_PAPERS_") or name.upper() == "DISCORD_TOKEN":
                patch.delenv(name)
        patch.setenv("DAILY_PAPERS_CONFIG", str(nothing))
        yield


@pytest.fixture(scope="session", autouse=True)
def migrations_are_read_once() -> Iterator[None]:
    """Alembic loads the scripts of a folder again for each database, which takes longer than running them."""
    read = cache(ScriptDirectory)

    def from_config(config: Config) -> ScriptDirectory:
        return read(config.get_main_option("script_location") or "")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ScriptDirectory, "from_config", staticmethod(from_config))
        yield


@pytest.fixture(scope="session", autouse=True)
def seeds_are_read_once() -> Iterator[None]:
    """Every library compares the ids of its first papers with those of earlier versions: always the same ones."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("retrieval.library.library.read_earlier_seeds", cache(read_earlier_seeds))
        yield


@pytest.fixture(autouse=True)
def no_log_goes_on() -> Iterator[None]:
    """A command that sets up its log writes to the stream of its test, which is closed behind it."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    for handler in set(root.handlers).difference(before):
        root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server of this session; a test that needs it is skipped where PostgreSQL isn't installed."""
    if not installed():
        pytest.skip("PostgreSQL isn't installed (Debian: apt-get install postgresql)")
    with server() as running:
        yield running


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Databases of each kind: a test that uses this, or ``database``, runs once with each."""
    if request.param == "sqlite":
        return Files(tmp_path_factory.mktemp("databases"))
    return request.getfixturevalue("postgresql")


@pytest.fixture
def database(databases: Databases) -> Iterator[Location]:
    """A fresh database."""
    with databases.fresh() as location:
        yield location


@pytest.hookimpl(wrapper=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """One more than there are cores: a quarter of the time, a worker waits for a bot's process, a mail or a timer."""
    cores = yield
    return cores if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ else cores + 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say aloud what wasn't tested: a summary of skipped tests is easily overlooked."""
    if not installed():
        terminalreporter.section("PostgreSQL isn't installed")
        terminalreporter.line("Nothing was tested on PostgreSQL. On Debian: apt-get install postgresql")
    if not milvus.installed():
        terminalreporter.section("Milvus Lite isn't installed")
        terminalreporter.line(f"Nothing was searched on a Milvus server. {milvus.INSTALL}")


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, Any, Any]:
    """What a test printed may have halves of surrogate pairs, which no process can send to another."""
    return sendable((yield))


def sendable(value: Any) -> Any:
    """A report, or a part of it, with escapes for what isn't text."""
    match value:
        case str():
            return value.encode("utf-8", "backslashreplace").decode()
        case dict():
            parts = cast("dict[Any, Any]", value)
            return {sendable(key): sendable(part) for key, part in parts.items()}
        case list():
            return [sendable(part) for part in cast("list[Any]", value)]
        case tuple():
            return tuple(sendable(part) for part in cast("tuple[Any, ...]", value))
        case _:
            return value
