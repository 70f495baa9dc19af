"""Links to what only its owner may read: a server's posts, a person's saved papers. Whoever has a link can read it.

A link is made of 256 random bits. Only their hash is stored, so that nobody can make one from the database.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import BigInteger, Column, ColumnElement, Index, Table, delete, insert

from bot.storage.columns import EnumText, metadata
from bot.storage.repository import Repository
from retrieval.database import PortableText, UtcDateTime

_BYTES: Final = 32
_TOKEN: Final = re.compile(r"[\w-]{43}", re.ASCII)


class LinkKind(StrEnum):
    """What a link leads to: a server's daily posts, or a person's saved papers."""

    POSTS = "posts"
    SAVED = "saved"


@dataclass(frozen=True, slots=True)
class PrivateLink:
    """``guild_id`` owns a link to posts, ``user_id`` one to saved papers; the other is ``None``.

    ``list_name`` is the list of saved papers, empty for all lists. ``created_at`` is aware UTC.
    """

    token_hash: str
    kind: LinkKind
    guild_id: int | None
    user_id: int | None
    list_name: str
    created_at: datetime


private_links = Table(
    "private_links",
    metadata,
    Column("token_hash", PortableText(64), primary_key=True),
    Column("kind", EnumText(LinkKind), nullable=False),
    Column("guild_id", BigInteger),
    Column("user_id", BigInteger),
    Column("list_name", PortableText(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)
_t = private_links.c
Index("ix_private_links_guild_id", _t.guild_id)
Index("ix_private_links_user_id", _t.user_id)


class PrivateLinks(Repository[PrivateLink], table=private_links, row=PrivateLink, order=(_t.created_at, _t.token_hash)):
    """``store.private_links``"""

    async def create_for_posts(self, guild_id: int, at: datetime) -> str:
        """The token of a new link to a server's posts; the old link stops working."""
        token = secrets.token_urlsafe(_BYTES)
        await self._create(PrivateLink(_hash(token), LinkKind.POSTS, guild_id, None, "", at), _posts_of(guild_id))
        return token

    async def create_for_saved(self, user_id: int, list_name: str, at: datetime) -> str:
        """The token of a new link to a list of saved papers (all of them: ""); the old one stops working."""
        token, mine = secrets.token_urlsafe(_BYTES), _saved_by(user_id) & (_t.list_name == list_name)
        await self._create(PrivateLink(_hash(token), LinkKind.SAVED, None, user_id, list_name, at), mine)
        return token

    async def _create(self, link: PrivateLink, replaced: ColumnElement[bool]) -> None:
        async with self._writing(link.kind, link.guild_id or link.user_id) as connection:
            await connection.execute(delete(private_links).where(replaced))
            await connection.execute(insert(private_links).values(**asdict(link)))

    async def find(self, token: str) -> PrivateLink | None:
        """What a link leads to; ``None`` if there is none with this token.

        The time that this takes says nothing about the tokens that there are: only hashes are compared.
        """
        if not _TOKEN.fullmatch(token):
            return None
        found = await self._one(_t.token_hash == _hash(token))
        return found if found is not None and hmac.compare_digest(found.token_hash, _hash(token)) else None

    async def of_posts(self, guild_id: int) -> PrivateLink | None:
        """The link to a server's posts, if there is one."""
        return await self._one(_posts_of(guild_id))

    async def of_saved(self, user_id: int) -> list[PrivateLink]:
        """The links to a person's saved papers, oldest first."""
        return await self._all(_saved_by(user_id))

    async def revoke_for_posts(self, guild_id: int) -> bool:
        """Delete the link to a server's posts. ``False`` if there is none."""
        return await self._drop(private_links, _posts_of(guild_id)) > 0

    async def revoke_for_saved(self, user_id: int) -> int:
        """Delete all links to a person's saved papers; how many."""
        return await self._drop(private_links, _saved_by(user_id))


def _posts_of(guild_id: int) -> ColumnElement[bool]:
    return (_t.kind == LinkKind.POSTS) & (_t.guild_id == guild_id)


def _saved_by(user_id: int) -> ColumnElement[bool]:
    return (_t.kind == LinkKind.SAVED) & (_t.user_id == user_id)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
