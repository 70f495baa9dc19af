"""Permissions the bot needs in channels, and permissions people need for commands."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import PaperBot
from bot.errors import permission_names
from bot.interactions.components import BotInteraction
from bot.texts import tr
from retrieval.errors import InvalidInput

_SECONDS: Final = 2.0  # a press must be answered within three

TO_POST: Final = ("view_channel", "send_messages", "read_message_history")
"""To post every day, and to find a post again after an interruption."""

TO_DISCUSS: Final = ("view_channel", "create_public_threads", "send_messages_in_threads")
"""To open a thread in a text channel."""
TO_DISCUSS_IN_FORUM: Final = ("view_channel", "send_messages", "send_messages_in_threads")
"""To open a post in a forum."""


def to_discuss(channel: discord.abc.GuildChannel) -> Sequence[str]:
    """The permissions needed to open discussions in a channel."""
    return TO_DISCUSS_IN_FORUM if isinstance(channel, discord.ForumChannel) else TO_DISCUSS


def missing_in(channel: discord.abc.GuildChannel, wanted: Sequence[str] = TO_POST) -> list[str]:
    """The permissions among ``wanted`` that the bot doesn't have in the channel."""
    allowed = channel.permissions_for(channel.guild.me)
    return [name for name in wanted if not getattr(allowed, name)]


def guild_of(interaction: discord.Interaction[PaperBot]) -> discord.Guild:
    """The server of an interaction. Raises ``NoPrivateMessage`` outside servers."""
    if interaction.guild is None:
        raise app_commands.NoPrivateMessage
    return interaction.guild


async def check_let_in(interaction: discord.Interaction[PaperBot], command: str) -> None:
    """Raise ``MissingPermissions`` unless this member manages the server or is allowed to use ``command`` there.

    For buttons: Discord checks command permissions for commands only, not for buttons of their messages.
    Source: https://discord.com/developers/docs/interactions/application-commands#permissions
    """
    if interaction.permissions.manage_guild:
        return
    guild, member = interaction.guild, interaction.user
    if guild is None or not isinstance(member, discord.Member):
        raise app_commands.NoPrivateMessage
    async with asyncio.timeout(_SECONDS):
        overrides = await _overrides(interaction.client, guild, command)
    of_person = [each.permission for each in overrides if each.id == member.id]
    roles = {role.id for role in member.roles}
    if not any(of_person or [each.permission for each in overrides if each.id in roles]):
        raise app_commands.MissingPermissions(["manage_guild"])


async def _overrides(bot: PaperBot, guild: discord.Guild, command: str) -> Sequence[app_commands.AppCommandPermissions]:
    """The server's permission overrides for a command; empty for the defaults."""
    development = bot.settings.discord.development_guild
    known = await bot.tree.fetch_commands(guild=discord.Object(development) if development else None)
    found = next((each for each in known if each.name == command), None)
    if found is None:
        return ()
    try:
        return (await found.fetch_permissions(guild)).permissions
    except discord.NotFound:
        return ()


class ManagerCog(commands.Cog):
    """Commands for people who manage the server, or whom it allows to use the command.

    Discord checks that too, for a command's ``default_permissions``; the bot doesn't rely on it.
    """

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Raise ``MissingPermissions`` unless the person may use the command."""
        if interaction.type is discord.InteractionType.application_command and interaction.command is not None:
            guild_of(interaction)
            await check_let_in(interaction, interaction.command.qualified_name.partition(" ")[0])
        return True


def check_manages(interaction: BotInteraction) -> None:
    """Raise ``MissingPermissions`` unless this member manages the server."""
    if not interaction.permissions.manage_guild:
        raise app_commands.MissingPermissions(["manage_guild"])


def check_channel(channel: discord.abc.GuildChannel, wanted: Sequence[str] = TO_POST) -> None:
    """Raise ``InvalidInput`` with the permissions among ``wanted`` that the bot is missing in the channel."""
    missing = missing_in(channel, wanted)
    if missing:
        raise InvalidInput(
            tr(
                "I'm missing permissions in #{channel}: {permissions}. "
                "Allow them in the channel's settings and try again.",
                channel=channel.name,
                permissions=permission_names(missing),
            )
        )
