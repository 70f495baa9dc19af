"""What Discord sends: servers, members, messages and interactions, as small as discord.py accepts them."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

import discord

Json = dict[str, Any]

APPLICATION: Final = 1_000
BOT: Final = 1_000
OWNER: Final = 1_001
_FIRST_SERVER: Final = 1 << 40
_FIRST_MEMBER: Final = 1 << 50
_EVERYTHING: Final = str((1 << 50) - 1)
_TIMESTAMP: Final = "2026-11-30T12:00:00+00:00"


def server_id(number: int) -> int:
    """The id of a server by its number."""
    return _FIRST_SERVER + (number << 22)


def channel_id(server: int) -> int:
    """The id of a server's channel."""
    return server + 1


def snowflake(number: int) -> int:
    """An id made now; different for each ``number``."""
    return ((time.time_ns() // 1_000_000 - discord.utils.DISCORD_EPOCH) << 22) | (number & 0x3FFFFF)


def user(id: int, name: str, *, is_bot: bool = False) -> Json:
    """A user."""
    return {"id": str(id), "username": name, "discriminator": "0", "global_name": name, "avatar": None, "bot": is_bot}


BOT_USER: Final = user(BOT, "Daily Papers", is_bot=True)


def member(number: int) -> Json:
    """A member of any server by their number."""
    person = user(_FIRST_MEMBER + number, f"member{number}")
    return {"user": person, "roles": [], "joined_at": _TIMESTAMP, "deaf": False, "mute": False, "flags": 0,
            "permissions": _EVERYTHING}  # fmt: skip


def ready(numbers: Sequence[int], shard: Sequence[int], url: str) -> Json:
    """The first event of a connection, with the numbers of the shard's servers."""
    unavailable = [{"id": str(server_id(number)), "unavailable": True} for number in numbers]
    return {"v": 10, "user": BOT_USER, "session_id": f"session{shard[0]}", "resume_gateway_url": url, "shard": shard,
            "guilds": unavailable, "private_channels": [],
            "application": {"id": str(APPLICATION), "flags": 0}}  # fmt: skip


def server(number: int) -> Json:
    """A server with one channel, in which everybody may do everything."""
    id = server_id(number)
    everyone = {"id": str(id), "name": "@everyone", "permissions": _EVERYTHING, "position": 0, "color": 0,
                "hoist": False, "managed": False, "mentionable": False, "flags": 0}  # fmt: skip
    itself: Json = {"user": BOT_USER, "roles": [], "joined_at": _TIMESTAMP, "deaf": False, "mute": False, "flags": 0}
    return {"id": str(id), "name": f"Server {number}", "owner_id": str(OWNER), "roles": [everyone], "emojis": [],
            "stickers": [], "features": [], "channels": [_channel(id)], "threads": [], "members": [itself],
            "presences": [], "voice_states": [], "member_count": 100, "large": False, "unavailable": False,
            "preferred_locale": "en-US", "system_channel_flags": 0}  # fmt: skip


def _channel(server: int) -> Json:
    return {"id": str(channel_id(server)), "type": 0, "name": "papers", "position": 0, "guild_id": str(server),
            "permission_overwrites": [], "nsfw": False, "parent_id": None, "rate_limit_per_user": 0,
            "permissions": _EVERYTHING}  # fmt: skip


def interaction(kind: int, id: int, server: int, person: int, data: Mapping[str, Any]) -> Json:
    """An interaction of a member: a command (``kind`` 2) or a press (3)."""
    return {"id": str(id), "application_id": str(APPLICATION), "type": kind, "token": f"token-{id}", "version": 1,
            "guild_id": str(server), "channel_id": str(channel_id(server)), "channel": _channel(server),
            "guild": {"id": str(server), "locale": "en-US", "features": []}, "member": member(person),
            "app_permissions": _EVERYTHING, "locale": "en-US", "guild_locale": "en-US", "entitlements": [],
            "authorizing_integration_owners": {"0": str(server)}, "context": 0,
            "attachment_size_limit": 10_485_760, "data": dict(data)}  # fmt: skip


def command(name: str, **options: str) -> Json:
    """The data of a command."""
    given = [{"name": option, "type": 3, "value": value} for option, value in options.items()]
    return {"id": "1", "name": name, "type": 1, "options": given}


def mention(id: int, server: int, person: int, text: str) -> Json:
    """A message that mentions the bot."""
    whole = member(person)
    return message(id, channel_id(server), whole["user"]) | {
        "guild_id": str(server), "content": f"<@{BOT}> {text}", "mentions": [BOT_USER | {"member": {}}],
        "member": {key: value for key, value in whole.items() if key not in {"user", "permissions"}},
    }  # fmt: skip


def message(id: int, channel: int, author: Mapping[str, Any], components: Sequence[Json] = ()) -> Json:
    """A message; with components it is one of cards."""
    return {"id": str(id), "channel_id": str(channel), "author": dict(author), "content": "", "timestamp": _TIMESTAMP,
            "edited_timestamp": None, "tts": False, "mention_everyone": False, "mentions": [], "mention_roles": [],
            "attachments": [], "embeds": [], "pinned": False, "type": 0, "components": list(components),
            "flags": 1 << 15 if components else 0}  # fmt: skip
