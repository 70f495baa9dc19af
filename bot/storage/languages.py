"""The language that a person last used, for messages that no interaction asks for."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Table, select

from bot.storage.columns import metadata
from bot.storage.repository import Repository
from retrieval.database import PortableText


@dataclass(frozen=True, slots=True)
class PersonalLanguage:
    """A person's language: the code of a catalogue, empty for English."""

    user_id: int
    language: str


languages = Table(
    "languages",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("language", PortableText(8), nullable=False),
)


class Languages(Repository[PersonalLanguage], table=languages, row=PersonalLanguage, order=(languages.c.user_id,)):
    """``store.languages``"""

    async def save(self, user_id: int, language: str) -> None:
        """Store the language in which a person asks for something that leads to messages later, if it is new."""
        if await self.of(user_id) != language:
            await self._replace(languages, {"user_id": user_id, "language": language})

    async def of(self, user_id: int) -> str:
        """A person's language; English if it isn't known."""
        return await self._value(select(languages.c.language).where(languages.c.user_id == user_id)) or ""
