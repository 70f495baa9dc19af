"""Settings of the library, and how all settings are read.

Layers, the later wins: ``config/default.toml``, the local file (``config/local.toml``, or the one
that ``DAILY_PAPERS_CONFIG`` names), the environment (``DAILY_PAPERS_<SECTION>__<NAME>``).
A wrong value is refused with its name, what is allowed, and where it was set.
"""

from __future__ import annotations

import os
import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from platformdirs import user_data_path
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from retrieval.errors import SettingsError

PROJECT = Path(__file__).resolve().parents[1]
"""The folder that holds ``config/`` and ``seeds/``: the checkout, or ``site-packages`` of a wheel."""

SEED_PAGE = PROJECT / "seeds" / "daily_papers.txt"
DEFAULT_FILE = PROJECT / "config" / "default.toml"
ENV_PREFIX = "DAILY_PAPERS_"
ENV_NESTED = "__"
CONFIG_VARIABLE = "DAILY_PAPERS_CONFIG"


def local_file() -> Path:
    """The file of the operator's own settings; it need not exist."""
    return Path(os.environ.get(CONFIG_VARIABLE) or PROJECT / "config" / "local.toml")


class Section(BaseModel):
    """A table of settings: frozen, no unknown names."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class HowSure(StrEnum):
    """How sure the answerer must be before it answers."""

    DARING = "daring"
    BALANCED = "balanced"
    CAREFUL = "careful"


class RetrievalSettings(Section):
    """``[retrieval]``"""

    title_weight: int = Field(default=2, ge=1, le=10)


class AnswerSettings(Section):
    """``[answers]``"""

    how_sure: HowSure = HowSure.BALANCED


class LimitSettings(Section):
    """``[limits]``"""

    waiting: int = Field(default=32, ge=1, le=10_000)
    answer_seconds: float = Field(default=10.0, gt=0, le=300)


class LibrarySettings(BaseSettings):
    """What the library needs. Tables of the bot in the same files are not its business."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX, env_nested_delimiter=ENV_NESTED, extra="ignore", frozen=True
    )

    data_folder: Path = Path()
    retrieval: RetrievalSettings = RetrievalSettings()
    answers: AnswerSettings = AnswerSettings()
    limits: LimitSettings = LimitSettings()

    @field_validator("data_folder")
    @classmethod
    def _usual_place(cls, folder: Path) -> Path:
        """An empty setting means the platform's usual place for a program's data."""
        return user_data_path("daily-papers-bot", appauthor=False) if folder == Path() else folder.expanduser()

    @property
    def papers_database(self) -> Path:
        """The papers: large, can be fetched again."""
        return self.data_folder / "papers.sqlite3"

    @property
    def index_folder(self) -> Path:
        """The index: derived from the papers, rebuilt when missing."""
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
        """The layers, strongest first."""
        files = [TomlConfigSettingsSource(settings_cls, path) for path in (local_file(), DEFAULT_FILE)]
        return init_settings, env_settings, *files


S = TypeVar("S", bound=LibrarySettings)


def load(settings: type[S]) -> S:
    """Read all layers. Raises ``SettingsError`` with every wrong value, what is allowed and where it stands."""
    chosen = os.environ.get(CONFIG_VARIABLE)
    if chosen and not Path(chosen).is_file():
        raise SettingsError(f"{CONFIG_VARIABLE} names {chosen}, but there is no such file.")
    unknown = _unknown_variables(settings)
    if unknown:
        raise SettingsError(f"The environment variable {unknown[0]} names no setting (see {DEFAULT_FILE}).")
    try:
        return settings()
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{local_file()} is not valid TOML: {error}.") from error
    except ValidationError as error:
        lines = [_explained(each) for each in error.errors(include_url=False, include_input=False)]
        raise SettingsError("\n".join(lines)) from None  # the cause would print values, a secret among them


def _explained(error: ErrorDetails) -> str:
    name = ".".join(str(part) for part in error["loc"])
    meaning = "there is no such setting" if error["type"] == "extra_forbidden" else error["msg"]
    meaning = meaning.removeprefix("Value error, ")
    return f"Setting {name}: {meaning[0].lower() + meaning[1:]}. It was set in {_place(error['loc'])}."


def _unknown_variables(settings: type[LibrarySettings]) -> list[str]:
    """Variables with our prefix that name no setting and no table (pydantic-settings reads past them)."""
    if settings.model_config.get("extra") != "forbid":
        return []
    known = {ENV_PREFIX + name.upper() for name in settings.model_fields} | {CONFIG_VARIABLE}
    ours = sorted(key for key in os.environ if key.upper().startswith(ENV_PREFIX))
    return [key for key in ours if key.upper().split(ENV_NESTED)[0] not in known]


def _place(loc: tuple[int | str, ...]) -> str:
    """Where the value came from: the strongest layer that holds the name."""
    parts = [str(part) for part in loc]
    for length in range(len(parts), 0, -1):
        variable = ENV_PREFIX + ENV_NESTED.join(parts[:length]).upper()
        if any(key.upper() == variable for key in os.environ):
            return f"the environment variable {variable}"
    return str(next((path for path in (local_file(), DEFAULT_FILE) if _holds(path, parts)), "the program"))


def _holds(path: Path, parts: list[str]) -> bool:
    if not path.is_file():
        return False
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    table: Any = tables.get(parts[0])
    return table is not None and (len(parts) == 1 or parts[1] in table)


def load_library_settings() -> LibrarySettings:
    """The library's settings, for ``python -m retrieval``."""
    return load(LibrarySettings)
