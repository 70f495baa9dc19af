"""The errors that people read.

``str(error)`` is always a sentence or two for that person: what is wrong, where, and how to fix it. Everything else
that goes wrong is a bug and keeps its own exception type.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from retrieval.english import Text, data


class PaperBotError(Exception):
    """Base of all errors whose text a user or an operator reads. They can be pickled, whatever made them."""

    @property
    def text(self) -> Text:
        """The text; where a plain string was raised, that."""
        return data(self.args[0]) if self.args else Text("")

    def __reduce__(self) -> tuple[Any, ...]:
        """The text and the fields."""
        return _restored, (type(self), self.args, self.__dict__)


def _restored(kind: type[PaperBotError], args: tuple[Any, ...], fields: dict[str, Any]) -> PaperBotError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(fields)
    return error


class InvalidInput(PaperBotError):
    """Something that a person typed can't be used."""


class SettingsError(PaperBotError):
    """A setting has a wrong value; the text names the setting, what is allowed, and where it was set."""


class SourceError(PaperBotError):
    """A file or response can't be read as papers. ``path`` and ``line`` (1-based) say where, if that is known."""

    def __init__(self, message: str, *, path: Path | None = None, line: int | None = None) -> None:
        place = "" if path is None else f"{path}" + ("" if line is None else f", line {line}") + ": "
        super().__init__(place + message)
        self.path = path
        self.line = line


class SourceRefused(SourceError):
    """A source understood the request and refused it, in its own words; retrying at once won't help."""


class SourceUnavailable(PaperBotError):
    """A live source isn't responding properly, or asked us to wait; the request is retried later."""


class QueryError(PaperBotError):
    """A search query is malformed. ``column`` is the 0-based offset of the mistake in ``query``.

    ``suggestion`` is the whole query as it was probably meant, if that is clear.
    """

    def __init__(self, message: Text, *, query: str, column: int, suggestion: str | None = None) -> None:
        meant = f"\nDid you mean: {suggestion}" if suggestion else ""
        super().__init__(f"{message}\n{query}\n{' ' * column}^{meant}")
        self.reason = message
        self.query = query
        self.column = column
        self.suggestion = suggestion


class IndexDamaged(PaperBotError):
    """The index on disk is missing, outdated or damaged; it can be rebuilt from the catalogue."""


class UnfaithfulQuote(PaperBotError):
    """A quote isn't a slice of the abstract that it names. It must never leave the library."""


class Busy(PaperBotError):
    """Too many requests are waiting for the worker; trying again in a moment helps."""


class SearchUnavailable(Busy):
    """The search engine on another machine isn't responding; it is tried again by itself."""


class PaperNotFound(PaperBotError):
    """No paper in the catalogue has the given id, link or title."""


class DatabaseError(PaperBotError):
    """A database can't be opened or isn't one of ours; the text says which file and how to fix it."""


def install_command(extra: str) -> str:
    """The command that installs the packages of an extra: where the bot is a package, or else in its checkout."""
    try:
        distribution("daily-papers-bot")
    except PackageNotFoundError:  # after ``make run``, which installs only what the bot needs
        return f"pip install --editable '.[{extra}]'"
    return f"pip install 'daily-papers-bot[{extra}]'"


def first_defect(error: Exception, whole: str) -> str:
    """What is wrong in data: the first field that pydantic refuses (``whole``: all of it), or the text of the error."""
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(str(part) for part in first['loc']) or whole}: {first['msg'].lower()}"
