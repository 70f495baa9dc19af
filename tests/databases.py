"""Fresh databases for tests: SQLite files, and databases of a PostgreSQL server that the tests start themselves."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import URL

from bot.storage import Store
from retrieval.catalogue import Catalogue
from retrieval.database import Location

_TEMPLATE = "migrated"
_OPTIONS = (
    "-h '' -F -c synchronous_commit=off -c full_page_writes=off -c max_connections=200 -c timezone=Asia/Kathmandu"
)
"""A socket only; nothing has to survive a power cut; and a time zone in which no moment looks like UTC."""


class Databases:
    """Databases of one kind."""

    @contextmanager
    def fresh(self, *, migrated: bool = True) -> Generator[Location]:
        """A new database that is deleted afterwards, with all tables unless it isn't to be ``migrated``."""
        raise NotImplementedError


class Files(Databases):
    """SQLite files, which are migrated when they are first opened."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._numbers = folder, count(1)

    @contextmanager
    def fresh(self, *, migrated: bool = True) -> Generator[Location]:
        """A path in a folder of its own, which is still to be made."""
        folder = self._folder / str(next(self._numbers))
        yield folder / "data.sqlite3"
        shutil.rmtree(folder, ignore_errors=True)


class Server(Databases):
    """A running PostgreSQL server. Its default collation is that of English, so that only ours keeps the order."""

    def __init__(self, socket: Path) -> None:
        self._socket, self._numbers = socket, count(1)

    def url(self, database: str) -> URL:
        """The address of a database of this server."""
        return URL.create("postgresql", "postgres", database=database, query={"host": str(self._socket)})

    def execute(self, statement: str) -> None:
        """Run one statement outside of any of the tests' databases."""
        command = [_program("psql"), "-X", "-q", "-h", str(self._socket), "-U", "postgres", "-c", statement, "postgres"]
        subprocess.run(command, check=True, capture_output=True)

    def make_template(self) -> None:
        """A database with all tables, of which the tests get copies: that takes a tenth of the time of migrating."""
        self.execute(f"CREATE DATABASE {_TEMPLATE}")

        async def migrate() -> None:
            async with Catalogue.open(self.url(_TEMPLATE)), Store.open(self.url(_TEMPLATE)):
                pass

        with ThreadPoolExecutor(1) as thread:  # the tests' own thread may be running an event loop
            thread.submit(asyncio.run, migrate()).result()

    @contextmanager
    def fresh(self, *, migrated: bool = True) -> Generator[Location]:
        """A database with a name of its own."""
        name = f"d{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE if migrated else 'template1'}")
        yield self.url(name)
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")


def installed() -> bool:
    """Whether PostgreSQL's server is installed, in the path or where Debian puts it."""
    return _program("initdb") != "initdb"


@contextmanager
def server() -> Generator[Server]:
    """A server that runs as long as the context, in a temporary folder; not as root, which it refuses."""
    user = _user()
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))  # the path of a socket may have 107 characters
    if user is not None:
        shutil.chown(folder, user)
    data = str(folder / "data")
    control = [_program("pg_ctl"), "-D", data, "-w", "-l", str(folder / "log")]
    english = ["--locale-provider=icu", "--icu-locale=en-US"]
    initdb = [_program("initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8", "--locale=C.UTF-8"]
    try:
        _run([*initdb, *english], folder, user)
        _run([*control, "-o", f"-k {folder} {_OPTIONS}", "start"], folder, user)
        try:
            made = Server(folder)
            made.make_template()
            yield made
        finally:
            _run([*control, "-m", "immediate", "stop"], folder, user)
    finally:
        shutil.rmtree(folder)


def _run(command: Sequence[str], folder: Path, user: str | None) -> None:
    # Not to a pipe: the server inherits it, and reading would wait for the server's end.
    subprocess.run(command, cwd=folder, user=user, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _user() -> str | None:
    """Who runs the server: this user, or one without rights if this is root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _program(name: str) -> str:
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[4]))
    return str(debian[-1]) if debian else shutil.which(name) or name
