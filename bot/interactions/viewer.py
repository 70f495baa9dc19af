"""Who may see what is stored. Ids in buttons and forms can be forged, so the owner is checked for everything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import discord

from bot.client import PaperBot
from bot.storage.answers import AnswerRecord


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person, and where they are. ``guild_id`` is ``None`` in a direct message.

    ``channel_ids``: the channel of the message or command; in a thread also the channel with its first message.
    """

    user_id: int
    guild_id: int | None
    channel_ids: tuple[int, ...]

    @classmethod
    def of(cls, interaction: discord.Interaction[PaperBot]) -> Self:
        """The person behind an interaction."""
        channel = interaction.channel
        parent = channel.parent_id if isinstance(channel, discord.Thread) else None
        ids = tuple(id for id in (interaction.channel_id, parent) if id is not None)
        return cls(interaction.user.id, interaction.guild_id, ids)

    @property
    def channel_id(self) -> int | None:
        """The channel or thread itself."""
        return self.channel_ids[0] if self.channel_ids else None

    def may_see(self, answer: AnswerRecord) -> bool:
        """Whether they asked for the answer, or it was given to everybody in this channel."""
        if answer.user_id == self.user_id:
            return True
        return not answer.private and self.guild_id is not None and answer.channel_id in self.channel_ids
