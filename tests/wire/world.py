"""What a Discord knows: servers, channels, people, messages and interactions, as the payloads of its API.

Source of the shapes: https://discord.com/developers/docs (API version 10).
"""

# JSON of any form passes through here.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

Json = dict[str, Any]

BOT_ID: Final = 1_000_000_000_000_000_001
APPLICATION_ID: Final = BOT_ID
OWNER_ID: Final = 1_000_000_000_000_000_002
_EPOCH: Final = 1_420_070_400_000  # milliseconds; the first of 2015
TEXT, DIRECT, PUBLIC_THREAD, FORUM = 0, 1, 11, 15
EPHEMERAL: Final = 1 << 6
EVERYTHING: Final = (1 << 50) - 1  # every permission


@dataclass
class Refusal(Exception):
    """A request that Discord refuses: HTTP status and Discord's own code."""

    status: int
    code: int
    message: str


@dataclass
class Interaction:
    """One interaction, and everything that the bot did about it. Times are those of ``time.monotonic``."""

    id: int
    token: str
    kind: int
    channel_id: int
    user_id: int
    sent_at: float
    callback: Json | None = None
    acknowledged_at: float | None = None
    answered_at: float | None = None
    messages: list[Json] = field(default_factory=list[Json])
    """The response and its follow-ups, in their order."""

    @property
    def answered(self) -> bool:
        """Whether the person sees more than "thinking …"."""
        return self.answered_at is not None

    @property
    def text(self) -> str:
        """Everything that the person reads."""
        return "\n".join(shown_text(message) for message in self.messages)


def shown_text(part: Any) -> str:
    """All text of a message, component or modal, in reading order."""
    if isinstance(part, list):
        return "\n".join(filter(None, map(shown_text, part)))
    if not isinstance(part, dict):
        return ""
    own = [str(part[key]) for key in ("content", "label", "title") if part.get(key)]
    inner = [shown_text(part[key]) for key in ("components", "component", "accessory", "embeds") if part.get(key)]
    return "\n".join(filter(None, own + inner))


class World:
    """The state. ``clock`` (aware UTC) gives ids and messages their time."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.clock = clock
        self.guilds = dict[int, Json]()
        self.channels = dict[int, Json]()
        self.users = dict[int, Json]()
        self.members = dict[int, dict[int, Json]]()
        self.messages = dict[int, dict[int, Json]]()  # by channel and id
        self.commands = list[Json]()
        self.interactions = dict[int, Interaction]()
        self.nonces = dict[tuple[int, str], Json]()
        self.remembers_nonces = True
        self._serial = 0
        self.bot = self.add_user("daily-papers", id=BOT_ID, bot=True)
        self.add_user("operator", id=OWNER_ID)

    def new_id(self) -> int:
        """A snowflake of the present time."""
        self._serial += 1
        return (int(self.clock().timestamp() * 1000) - _EPOCH) << 22 | (self._serial & 0x3FFFFF)

    def add_user(self, name: str, *, id: int | None = None, bot: bool = False) -> Json:
        """A person, or a bot."""
        user: Json = {
            "id": str(id or self.new_id()),
            "username": name,
            "global_name": name,
            "discriminator": "0",
            "avatar": None,
            "bot": bot,
            "system": False,
            "public_flags": 0,
            "flags": 0,
        }
        self.users[int(user["id"])] = user
        return user

    def add_guild(self, name: str = "Reading room", *, owner_id: int = OWNER_ID) -> Json:
        """A server in which everybody may do everything."""
        id = self.new_id()
        everyone: Json = {
            "id": str(id),
            "name": "@everyone",
            "permissions": str(EVERYTHING),
            "position": 0,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": False,
            "mentionable": False,
            "flags": 0,
        }
        self.guilds[id] = {
            "id": str(id),
            "name": name,
            "owner_id": str(owner_id),
            "icon": None,
            "afk_channel_id": None,
            "afk_timeout": 300,
            "verification_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "nsfw_level": 0,
            "premium_tier": 0,
            "preferred_locale": "en-US",
            "system_channel_id": None,
            "system_channel_flags": 0,
            "rules_channel_id": None,
            "public_updates_channel_id": None,
            "features": [],
            "emojis": [],
            "stickers": [],
            "roles": [everyone],
        }
        self.members[id] = {}
        self.add_member(id, BOT_ID)
        return self.guilds[id]

    def add_member(self, guild_id: int, user_id: int) -> Json:
        """Somebody joins a server."""
        member: Json = {
            "user": self.users[user_id],
            "nick": None,
            "avatar": None,
            "roles": [],
            "joined_at": self.now(),
            "deaf": False,
            "mute": False,
            "flags": 0,
        }
        self.members[guild_id][user_id] = member
        return member

    def add_channel(self, guild_id: int, name: str = "papers", *, kind: int = TEXT, **more: Any) -> Json:
        """A channel of a server."""
        channel: Json = {
            "id": str(self.new_id()),
            "guild_id": str(guild_id),
            "type": kind,
            "name": name,
            "position": 0,
            "permission_overwrites": [],
            "nsfw": False,
            "topic": None,
            "parent_id": None,
            "last_message_id": None,
            "rate_limit_per_user": 0,
            "flags": 0,
            **({"available_tags": []} if kind == FORUM else {}),
            **more,
        }
        self.channels[int(channel["id"])] = channel
        self.messages[int(channel["id"])] = {}
        return channel

    def add_thread(self, parent_id: int, name: str, owner_id: int = BOT_ID, **more: Any) -> Json:
        """A thread of a channel. That of a message has its id."""
        guild_id = int(self.channels[parent_id]["guild_id"])
        thread = self.add_channel(
            guild_id,
            name,
            kind=PUBLIC_THREAD,
            parent_id=str(parent_id),
            owner_id=str(owner_id),
            message_count=0,
            member_count=1,
            thread_metadata={
                "archived": False,
                "auto_archive_duration": 4320,
                "archive_timestamp": self.now(),
                "create_timestamp": self.now(),
                "locked": False,
            },
            **more,
        )
        thread["member"] = {"id": thread["id"], "user_id": str(owner_id), "join_timestamp": self.now(), "flags": 0}
        return thread

    def direct_channel(self, user_id: int) -> Json:
        """The direct messages of a person with the bot, made at the first call."""
        for channel in self.channels.values():
            if channel["type"] == DIRECT and channel["recipients"][0]["id"] == str(user_id):
                return channel
        channel: Json = {
            "id": str(self.new_id()),
            "type": DIRECT,
            "last_message_id": None,
            "recipients": [self.users[user_id]],
            "flags": 0,
        }
        self.channels[int(channel["id"])] = channel
        self.messages[int(channel["id"])] = {}
        return channel

    def channel(self, id: int) -> Json:
        """A channel. Raises ``Refusal`` (10003)."""
        if id not in self.channels:
            raise Refusal(404, 10003, "Unknown Channel")
        return self.channels[id]

    def message(self, channel_id: int, id: int) -> Json:
        """A message. Raises ``Refusal`` (10008)."""
        self.channel(channel_id)
        if id not in self.messages[channel_id]:
            raise Refusal(404, 10008, "Unknown Message")
        return self.messages[channel_id][id]

    def posted(self, channel_id: int) -> list[Json]:
        """The bot's messages in a channel, oldest first."""
        return [each for _, each in sorted(self.messages[channel_id].items()) if each["author"]["id"] == str(BOT_ID)]

    def threads_of(self, guild_id: int) -> list[Json]:
        """The threads of a server."""
        mine = [each for each in self.channels.values() if each.get("guild_id") == str(guild_id)]
        return [each for each in mine if each["type"] == PUBLIC_THREAD]

    def add_message(self, channel_id: int, author: Json, body: Json, files: list[Json] | None = None) -> Json:
        """A message, stored. The same nonce with ``enforce_nonce`` gives the same message while it is remembered."""
        channel, nonce = self.channel(channel_id), body.get("nonce")
        key = (channel_id, str(nonce))
        if nonce is not None and body.get("enforce_nonce") and self.remembers_nonces and key in self.nonces:
            return self.nonces[key]
        message = self.make_message(channel_id, author, body, files)
        if "guild_id" in channel:
            message["guild_id"] = channel["guild_id"]
        self.messages[channel_id][int(message["id"])] = message
        channel["last_message_id"] = message["id"]
        if nonce is not None:
            message["nonce"] = nonce
            self.nonces[key] = message
        return message

    def make_message(self, channel_id: int, author: Json, body: Json, files: list[Json] | None = None) -> Json:
        """A message's payload, not stored."""
        reference = body.get("message_reference")
        return {
            "id": str(self.new_id()),
            "channel_id": str(channel_id),
            "author": author,
            "content": body.get("content") or "",
            "timestamp": self.now(),
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": body.get("mentions", []),
            "mention_roles": [],
            "attachments": files or [],
            "embeds": body.get("embeds") or [],
            "components": body.get("components") or [],
            "pinned": False,
            "type": 19 if reference else 0,
            "flags": body.get("flags") or 0,
            **({"message_reference": reference} if reference else {}),
        }

    def now(self) -> str:
        """The present time as Discord writes it."""
        return self.clock().isoformat()

    def guild_create(self, guild_id: int) -> Json:
        """The payload of GUILD_CREATE."""
        channels = [each for each in self.channels.values() if each.get("guild_id") == str(guild_id)]
        members = self.members[guild_id]
        return {
            **self.guilds[guild_id],
            "joined_at": self.now(),
            "large": False,
            "unavailable": False,
            "member_count": len(members),
            "members": [members[BOT_ID]],
            "channels": [each for each in channels if each["type"] != PUBLIC_THREAD],
            "threads": [each for each in channels if each["type"] == PUBLIC_THREAD],
            "presences": [],
            "voice_states": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }

    def new_interaction(self, kind: int, channel_id: int, user_id: int, data: Json, **more: Any) -> Json:
        """The payload of INTERACTION_CREATE, and its record in ``interactions``."""
        id, channel = self.new_id(), self.channels[channel_id]
        token = f"aW50ZXJhY3Rpb24{id}"
        self.interactions[id] = Interaction(id, token, kind, channel_id, user_id, time.monotonic())
        payload: Json = {
            "id": str(id),
            "application_id": str(APPLICATION_ID),
            "type": kind,
            "token": token,
            "version": 1,
            "data": data,
            "channel_id": str(channel_id),
            "channel": {**channel, "permissions": str(EVERYTHING)},
            "locale": "en-US",
            "app_permissions": str(EVERYTHING),
            "entitlements": [],
            "authorizing_integration_owners": {"0": channel.get("guild_id", "0")},
            "attachment_size_limit": 10_485_760,
            **more,
        }
        if "guild_id" in channel:
            guild_id = int(channel["guild_id"])
            member = self.members[guild_id].get(user_id) or self.add_member(guild_id, user_id)
            payload |= {
                "guild_id": str(guild_id),
                "guild_locale": "en-US",
                "guild": {"id": str(guild_id), "locale": "en-US", "features": []},
                "member": {**member, "permissions": str(EVERYTHING)},
                "context": 0,
            }
        else:
            payload |= {"user": self.users[user_id], "context": 1}
        return payload
