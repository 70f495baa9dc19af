"""Settings of the library, and how all settings are read.

Later layers take precedence: ``config/default.toml``, the local file (``config/local.toml``, or the one that
``DAILY_PAPERS_CONFIG`` names), the environment (``DAILY_PAPERS_<SECTION>__<NAME>``). A wrong value is refused with its
name, what is allowed, and where it was set.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Sequence
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, cast
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from retrieval.errors import SettingsError

PROJECT = Path(__file__).resolve().parents[1]
"""The folder with ``config/`` and ``seeds/``: the checkout, or ``site-packages`` of a wheel."""

SEED_PAGE = PROJECT / "seeds" / "daily_papers.txt"
SEED_RECORDS = PROJECT / "seeds" / "records.jsonl"
DEFAULT_FILE = PROJECT / "config" / "default.toml"
ENV_PREFIX = "DAILY_PAPERS_"
ENV_NESTED = "__"
CONFIG_VARIABLE = "DAILY_PAPERS_CONFIG"


def local_file() -> Path:
    """The file with the operator's own settings, which may be missing."""
    return Path(os.environ.get(CONFIG_VARIABLE) or PROJECT / "config" / "local.toml")


def program_version() -> str:
    """The installed version; in a checkout that isn't installed, the one in ``pyproject.toml``."""
    try:
        return version("daily-papers-bot")
    except PackageNotFoundError:
        return tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


class Section(BaseModel):
    """A table of settings: frozen, without unknown names."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class AnswerThreshold(StrEnum):
    """How sure the answerer must be before it answers."""

    DARING = "daring"
    BALANCED = "balanced"
    CAREFUL = "careful"


class ReaderUse(StrEnum):
    """Whether the reader gives a second opinion: where it's installed, or never."""

    AUTO = "auto"
    OFF = "off"


class SearchEngine(StrEnum):
    """What computes the scores of a search; all engines give the same results.

    All but Milvus search the index on this machine.
    """

    AUTO = "auto"
    NUMBA = "numba"
    NUMPY = "numpy"
    RANK_BM25 = "rank-bm25"
    MILVUS = "milvus"


class RetrievalSettings(Section):
    """``[retrieval]``"""

    title_weight: int = Field(default=2, ge=1, le=10)
    engine: SearchEngine = SearchEngine.AUTO


class MilvusSettings(Section):
    """``[milvus]``: the server that searches with ``[retrieval] engine = "milvus"``."""

    uri: str = "http://localhost:19530"
    token: SecretStr = SecretStr("")
    collection: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=200)] = "daily_papers"
    seconds: float = Field(default=5.0, ge=0.5, le=60)
    writes: bool = True

    @field_validator("uri")
    @classmethod
    def _an_address(cls, uri: str) -> str:
        parts = urlsplit(uri)
        if parts.password is not None or parts.username is not None:
            raise ValueError("the user and password belong in the token, never in the address")
        is_file = not parts.scheme and uri.endswith(".db")
        if not is_file and (parts.scheme not in {"http", "https"} or not parts.hostname):
            raise ValueError('must be an address such as "https://milvus.example.org:19530"')
        return uri


class AnswerSettings(Section):
    """``[answers]``"""

    how_sure: AnswerThreshold = AnswerThreshold.BALANCED
    reader: ReaderUse = ReaderUse.AUTO


_DRIVERS = {"postgresql", "postgresql+asyncpg"}

Category = Annotated[str, Field(pattern=r"^[a-z]+(?:-[a-z]+)*(?:\.[A-Za-z-]+)?$", max_length=18)]
Address = Annotated[str, Field(pattern=r"^https?://[^\s?#]*[^\s?#/]$")]


class SourceSettings(Section):
    """``[sources]``"""

    enabled: bool = True
    contact: Annotated[str, Field(pattern=r"^[\x20-\x7e]*$", max_length=200)] = ""
    huggingface_days: int = Field(default=30, ge=1, le=3_650)
    arxiv_categories: Annotated[tuple[Category, ...], Field(max_length=10)] = ()
    seconds: float = Field(default=30.0, ge=1, le=300)
    huggingface_url: Address = "https://huggingface.co"
    arxiv_url: Address = "https://export.arxiv.org"
    arxiv_feed_url: Address = "https://rss.arxiv.org"


class DatabaseSettings(Section):
    """``[database]``: the addresses of PostgreSQL databases; empty: SQLite files in the data folder."""

    url: str = ""
    papers_url: str = ""

    @field_validator("url", "papers_url")
    @classmethod
    def _an_address(cls, url: str) -> str:
        if not url:
            return url
        try:
            parsed = make_url(url)
        except (ArgumentError, ValueError):
            parsed = None
        if parsed is None or parsed.drivername not in _DRIVERS or not parsed.database:
            raise ValueError('must be an address such as "postgresql://bot@db.example.org/papers"')
        if parsed.password is not None:
            raise ValueError("the password belongs in the environment variable PGPASSWORD, never in the settings")
        unknown = set(parsed.query) - {"host", "port", "ssl"}
        if unknown:
            raise ValueError(f"{', '.join(sorted(unknown))}: only host, port and ssl can follow the question mark")
        return url


class LimitSettings(Section):
    """``[limits]``"""

    waiting: int = Field(default=32, ge=1, le=10_000)
    per_server: int = Field(default=16, ge=1, le=10_000)
    per_person: int = Field(default=3, ge=1, le=10_000)
    processes: Annotated[int, Field(ge=0, le=64)] | Literal["auto"] = "auto"
    answer_seconds: float = Field(default=10.0, gt=0, le=300)


class LibrarySettings(BaseSettings):
    """The settings of the library. It ignores tables of the bot in the same files."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX, env_nested_delimiter=ENV_NESTED, extra="ignore", frozen=True
    )

    data_folder: Path = Path()
    retrieval: RetrievalSettings = RetrievalSettings()
    milvus: MilvusSettings = MilvusSettings()
    answers: AnswerSettings = AnswerSettings()
    sources: SourceSettings = SourceSettings()
    limits: LimitSettings = LimitSettings()
    database: DatabaseSettings = DatabaseSettings()

    @field_validator("data_folder")
    @classmethod
    def _usual_place(cls, folder: Path) -> Path:
        """An empty setting means the platform's usual place for data of programs."""
        if folder == Path():
            return user_data_path("daily-papers-bot", appauthor=False)
        try:
            return folder.expanduser()
        except RuntimeError as error:
            raise ValueError(f"there is no home folder {folder.parts[0]}") from error

    @property
    def papers_database(self) -> Path:
        """The file of the papers, unless they are in PostgreSQL: large, and can be fetched again."""
        return self.data_folder / "papers.sqlite3"

    @property
    def papers_location(self) -> Path | URL:
        """Where the papers are: the PostgreSQL database of the settings, or the file."""
        url = self.database.papers_url or self.database.url
        return server_url(url) if url else self.papers_database

    @property
    def index_folder(self) -> Path:
        """The index: derived from the papers, and rebuilt if it is missing."""
        return self.data_folder / "index"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The layers, highest precedence first."""
        files = [InitSettingsSource(settings_cls, _read(path)) for path in (local_file(), DEFAULT_FILE)]
        return init_settings, env_settings, *files


S = TypeVar("S", bound=LibrarySettings)
B = TypeVar("B", bound=BaseSettings)


def load(settings: type[S]) -> S:
    """Read all layers. Raises ``SettingsError`` with every wrong value, what is allowed, and where it was set."""
    chosen = os.environ.get(CONFIG_VARIABLE)
    if chosen and not Path(chosen).is_file():
        raise SettingsError(f"{CONFIG_VARIABLE} names {chosen}, but there is no such file.")
    _refuse_variables(settings)
    try:
        return settings()
    except ValidationError as error:
        lines = [_explained(each) for each in error.errors(include_url=False, include_input=False)]
        raise SettingsError("\n".join(lines)) from None  # the cause would print values, perhaps secret ones


def _read(path: Path) -> dict[str, Any]:
    """The content of a settings file; empty if it is missing."""
    try:
        return tomllib.loads(path.read_bytes().decode())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise SettingsError(f"{path} can't be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} isn't UTF-8 text. Save it in that encoding.") from error
    except (ValueError, RecursionError) as error:  # of the parser, of huge numbers, of deep nesting
        raise SettingsError(f"{path} isn't valid TOML: {error}.") from error


def _refuse_variables(settings: type[LibrarySettings]) -> None:
    """Refuse variables with our prefix that aren't settings, and variables of tables that don't contain a table.

    pydantic-settings ignores the former and raises an error of its own for the latter.
    """
    strict = settings.model_config.get("extra") == "forbid"
    for variable in sorted(name for name in os.environ if name.upper().startswith(ENV_PREFIX)):
        name, *inner = variable[len(ENV_PREFIX) :].lower().split(ENV_NESTED)
        field = settings.model_fields.get(name)
        if field is None and (variable.upper() == CONFIG_VARIABLE or not strict):
            continue
        table = field is not None and _is_table(field)
        if field is None or len(inner) > int(table):
            raise SettingsError(f"The environment variable {variable} isn't a setting (see {DEFAULT_FILE}).")
        if table and not inner and not isinstance(_parsed(os.environ[variable]), dict):
            meaning = f"must be a table of settings, each a variable {variable}{ENV_NESTED}NAME"
            raise SettingsError(f"Setting {name}: {meaning}. It was set in the environment variable {variable}.")


def _is_table(field: FieldInfo) -> bool:
    return isinstance(field.annotation, type) and issubclass(field.annotation, Section)


def _parsed(text: str) -> object:
    """The value of a variable for a whole table; ``None`` if it isn't JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


_MEANINGS = {
    "extra_forbidden": "there is no such setting",
    "model_type": "must be a table of settings",
    "path_type": "must be a path, in quotes",
}
"""Where pydantic's messages are about Python rather than settings."""


def _explained(error: ErrorDetails) -> str:
    name = ".".join(str(part) for part in error["loc"])
    meaning = _MEANINGS.get(error["type"], error["msg"]).removeprefix("Value error, ")
    return f"Setting {name}: {meaning[0].lower() + meaning[1:]}. It was set in {_place(error['loc'])}."


def _place(loc: tuple[int | str, ...]) -> str:
    """Where the value came from: the layer with the highest precedence that has the name."""
    parts = [str(part) for part in loc]
    values = {name.upper(): value for name, value in os.environ.items()}
    for length in range(len(parts), 0, -1):
        variable = ENV_PREFIX + ENV_NESTED.join(parts[:length]).upper()
        if variable in values and (length == len(parts) or _holds(_parsed(values[variable]), parts[length:])):
            return f"the environment variable {variable}"
    return str(next((path for path in (local_file(), DEFAULT_FILE) if _holds(_read(path), parts)), "the program"))


def _holds(table: object, parts: Sequence[str]) -> bool:
    """Whether a table has this name, given as its parts."""
    for part in parts:
        if not isinstance(table, dict) or part not in table:
            return False
        table = cast("dict[str, object]", table)[part]
    return True


class DatabasePassword(BaseSettings):
    """``PGPASSWORD``, from the environment or a ``.env`` file in the working directory; never from TOML."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    pgpassword: SecretStr | None = None


def secrets_file() -> Path | None:
    """``.env`` in the working directory, if it can be read.

    For a service, systemd may read one that only root can read, and put what it holds into the environment.
    """
    file = Path(".env").absolute()
    return file if file.is_file() and os.access(file, os.R_OK) else None


def secrets_of(kind: type[B]) -> B:
    """The secrets of a kind, from the environment and ``secrets_file``."""
    return kind(_env_file=secrets_file())


def server_url(url: str) -> URL:
    """The address of a PostgreSQL database, with the password. Raises ``SettingsError``."""
    try:
        password = secrets_of(DatabasePassword).pgpassword
    except UnicodeDecodeError:
        raise SettingsError(f"{Path('.env').absolute()} isn't UTF-8 text. Save it in that encoding.") from None
    return make_url(url).set(password=password.get_secret_value() if password else None)


def load_library_settings() -> LibrarySettings:
    """The library's settings, for ``python -m retrieval``."""
    return load(LibrarySettings)
