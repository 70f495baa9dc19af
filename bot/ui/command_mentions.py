"""Commands in texts, as people can click them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from discord.app_commands import AppCommand

from bot.texts import command_name


@dataclass(frozen=True, slots=True)
class CommandMentions:
    """Call it with a name such as ``daily set``. ``ids`` are those of the commands that are registered with Discord."""

    ids: Mapping[str, int] = field(default_factory=dict[str, int])

    @classmethod
    def of(cls, registered: Iterable[AppCommand]) -> CommandMentions:
        """Mentions of registered commands."""
        return cls({command.name: command.id for command in registered})

    def __call__(self, name: str) -> str:
        """``</daily set:42>``, which can be clicked; ```/daily set` `` if the command isn't registered."""
        id = self.ids.get(name.partition(" ")[0])
        return f"</{name}:{id}>" if id else f"`/{command_name(name)}`"
