"""The errors that a person may read.

``str(error)`` is always one plain sentence (or two) for that person: what is wrong, where, and
what would mend it. Everything else that goes wrong is a defect and keeps its own exception type.
"""

from __future__ import annotations

from pathlib import Path


class PaperBotError(Exception):
    """Base of every error whose text is meant to be read by a user or an operator."""


class InvalidInput(PaperBotError):
    """Something that a person typed cannot be used as it is."""


class SettingsError(PaperBotError):
    """A setting has a wrong value; names the setting, what is allowed, and where it was set."""


class SourceError(PaperBotError):
    """A file or response cannot be read as papers.

    ``path`` and ``line`` (1-based) say where, when the place is known.
    """

    def __init__(self, message: str, *, path: Path | None = None, line: int | None = None) -> None:
        place = "" if path is None else f"{path}" + ("" if line is None else f", line {line}") + ": "
        super().__init__(place + message)
        self.path = path
        self.line = line


class SourceRefused(SourceError):
    """A source understood what it was asked and says no, in its own words; asking again at once is no use."""


class SourceAway(PaperBotError):
    """A live source does not answer as it should, or asked to be left alone for now; it is asked again later."""


class QueryError(PaperBotError):
    """A search query is malformed. ``column`` is the 0-based offset of the mistake in ``query``.

    ``mend`` is the whole query as it was probably meant, where that can be told.
    """

    def __init__(self, message: str, *, query: str, column: int, mend: str | None = None) -> None:
        super().__init__(f"{message}\n{query}\n{' ' * column}^")
        self.reason = message
        self.query = query
        self.column = column
        self.mend = mend


class IndexDamaged(PaperBotError):
    """The index on disk is missing, stale or damaged; it can be rebuilt from the catalogue."""


class UnfaithfulQuote(PaperBotError):
    """A quote is not a slice of the abstract it names. It must never leave the library."""


class Busy(PaperBotError):
    """Too many requests wait for the worker already; trying again in a moment helps."""


class PaperNotFound(PaperBotError):
    """No paper of the catalogue answers to the given id, link or title."""


class DatabaseError(PaperBotError):
    """A database cannot be opened or is not one of ours; says which file and what would mend it."""
