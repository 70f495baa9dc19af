"""Sends a bot what Discord itself would never send: forged ids, wrong types, missing values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import discord
import simcord
from simcord.backend import serializers
from simcord.enums import InteractionType

from bot.ui.notices import notice_card
from tests.bot.conftest import World, seen

BUTTON, MENU, CHANNEL_MENU = 2, 3, 8
_STRING, _INTEGER, _NUMBER, _BOOLEAN = 3, 4, 10, 5
_PRESS: Final = InteractionType.MESSAGE_COMPONENT
_TYPE: Final = InteractionType.APPLICATION_COMMAND_AUTOCOMPLETE


@dataclass
class Forger:
    """Somebody in a channel with a client of their own. ``message_id`` is a message of the bot there."""

    world: World
    actor: simcord.MemberActor
    channel: simcord.ChannelHandle
    message_id: int

    @classmethod
    async def of(
        cls, world: World, actor: simcord.MemberActor | None = None, channel: simcord.ChannelHandle | None = None
    ) -> Forger:
        """The actor (by default the member) in a channel (by default that of the world)."""
        channel = channel or world.channel
        place = world.bot.get_channel(channel.id)
        assert isinstance(place, discord.TextChannel)
        message = await place.send(view=notice_card("A card of the bot"))
        return cls(world, actor or world.member, channel, message.id)

    async def press(
        self, custom_id: str, values: object = None, *, kind: int | None = None, in_message: bool = True
    ) -> simcord.InteractionResult:
        """Press a button, or choose ``values`` in a menu, that the message has only in the forger's client."""
        kind = kind or (BUTTON if values is None else MENU)
        data: dict[str, Any] = {"custom_id": custom_id, "component_type": kind}
        if values is not None:
            data["values"] = values
        message = self._message(custom_id if in_message else "something:else", kind)
        return await self._send(
            _PRESS, self.channel, data, extra={"message": message}, source_message_id=self.message_id
        )

    async def submit(self, custom_id: str, components: object) -> simcord.InteractionResult:
        """Submit a form with these components."""
        data = {"custom_id": custom_id, "components": components}
        message = self._message("something:else", BUTTON)
        return await self._send(
            InteractionType.MODAL_SUBMIT,
            self.channel,
            data,
            extra={"message": message},
            source_message_id=self.message_id,
        )

    async def command(self, path: str, options: Mapping[str, object]) -> simcord.InteractionResult:
        """Use a command with these options, whatever their values are."""
        return await self._send(
            InteractionType.APPLICATION_COMMAND,
            self.channel,
            _command(path, [_option(*each) for each in options.items()]),
        )

    async def type(self, path: str, option: str, value: object) -> simcord.InteractionResult:
        """Type into an option of a command."""
        typed = {**_option(option, value), "focused": True}
        return await self._send(_TYPE, self.channel, _command(path, [typed]))

    async def _send(self, *args: Any, **options: Any) -> simcord.InteractionResult:
        return await self.actor._dispatch_interaction(*args, **options)  # pyright: ignore[reportPrivateUsage] - past SimCord's own checks

    def _message(self, custom_id: str, kind: int) -> dict[str, Any]:
        """The message as the forger sees it, with one button or menu more."""
        backend = self.world.env.backend
        payload = dict(serializers.message_payload(backend, backend.get_message(self.channel.id, self.message_id)))
        item: dict[str, Any] = {"type": kind, "id": 3, "custom_id": custom_id}
        if kind == BUTTON:
            item |= {"style": 2, "label": "Forged"}
        elif kind == MENU:
            item["options"] = [{"label": "Forged", "value": "forged"}]
        payload["components"] = [{"type": 1, "id": 2, "components": [item]}]
        return payload


def fields(values: Mapping[str, object]) -> list[dict[str, Any]]:
    """The components of a submitted form. A list stands for the choice in a menu."""
    return [
        {
            "type": 18,
            "id": number,
            "component": {
                "custom_id": name,
                "id": number + 100,
                **({"type": 3, "values": value} if isinstance(value, list) else {"type": 4, "value": value}),
            },
        }
        for number, (name, value) in enumerate(values.items(), 1)
    ]


def _command(path: str, options: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    name, *subcommand = path.split()
    nested: Sequence[Mapping[str, Any]] = options
    for each in reversed(subcommand):
        nested = [{"name": each, "type": 1, "options": list(nested)}]
    return {"id": "1", "name": name, "type": 1, "options": list(nested)}


def _option(name: str, value: object) -> dict[str, Any]:
    kind = _BOOLEAN if isinstance(value, bool) else _INTEGER if isinstance(value, int) else _STRING
    return {"name": name, "type": _NUMBER if isinstance(value, float) else kind, "value": value}


def answer_to(result: simcord.InteractionResult) -> str:
    """Everything that somebody reads in response; empty if there is no response."""
    shown = [result.response, *result.followups]
    return "\n".join(seen(each) for each in shown if each is not None)
