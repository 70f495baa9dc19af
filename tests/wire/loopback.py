"""A loopback Discord: the REST API and the gateway on 127.0.0.1, and people who use it.

async with LoopbackDiscord.open() as discord:
    guild = discord.world.add_guild()
    channel = discord.world.add_channel(int(guild["id"]))
    … start a bot with ``discord.environment`` …
    await discord.until(lambda: discord.gateway.live)
    asked = await discord.slash(ada, int(channel["id"]), "ask", question="What is COFFE?")
    await discord.until(lambda: asked.answered)
"""

# JSON of any form passes through here.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final

from aiohttp import web

from tests.wire.gateway import Gateway
from tests.wire.rest import Rest
from tests.wire.world import APPLICATION_ID, BOT_ID, Interaction, Json, World

TOKEN: Final = ".".join(("MTAwMDAwMDAwMDAwMDAwMDAwMQ", "Gwire0", "loopback-" * 4 + "00"))
"""Has the form of a bot's token, and its id."""

_COMMAND, _COMPONENT, _AUTOCOMPLETE, _MODAL = 2, 3, 4, 5
_SUBCOMMAND, _GROUP = 1, 2


class LoopbackDiscord:
    """``world`` is the state, ``rest`` and ``gateway`` are its two doors."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.port = 0
        self.world = World(clock)
        self._happened = asyncio.Event()
        self.rest = Rest(self.world, lambda: self.gateway_url, self.changed)
        self.gateway = Gateway(self.world, lambda: self.gateway_url, self.changed)

    @property
    def gateway_url(self) -> str:
        """Where the gateway is."""
        return f"ws://127.0.0.1:{self.port}/gateway"

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables with which ``tests.wire.site`` leads a bot's process here."""
        return {
            "DISCORD_TOKEN": TOKEN,
            "WIRE_API": f"http://127.0.0.1:{self.port}/api/v10",
            "WIRE_GATEWAY": self.gateway_url,
        }

    @classmethod
    @asynccontextmanager
    async def open(cls, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> AsyncGenerator[LoopbackDiscord]:
        """Serve on a free port of 127.0.0.1 while the block runs."""
        discord = cls(clock)
        app = web.Application(client_max_size=32 << 20)
        app.router.add_get("/gateway", discord.gateway.handle)
        app.router.add_get("/gateway/", discord.gateway.handle)
        app.router.add_route("*", "/api/v10/{tail:.*}", discord.rest.handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handle_signals=False)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            discord.port = runner.addresses[0][1]
            yield discord
        finally:
            discord.gateway.drop()
            await runner.cleanup()

    def changed(self) -> None:
        """Something happened: whoever waits in ``until`` looks again."""
        self._happened.set()

    async def until(self, what: Callable[[], object], seconds: float = 30.0) -> None:
        """Wait for a condition on the world. Raises ``TimeoutError``."""
        async with asyncio.timeout(seconds):
            while not what():
                self._happened.clear()
                await self._happened.wait()

    async def answer(self, interaction: Interaction, seconds: float = 30.0) -> str:
        """What the person reads, once more than "thinking …" is there. Raises ``TimeoutError``."""
        await self.until(lambda: interaction.answered, seconds)
        return interaction.text

    # --- people ----------------------------------------------------------------------------------

    async def slash(self, user: Json, channel_id: int, command: str, **options: Any) -> Interaction:
        """Use a command: ``slash(ada, channel, "daily setup", papers=5)``."""
        return await self._interact(_COMMAND, user, channel_id, self._command_data(command, options))

    async def autocomplete(self, user: Json, channel_id: int, command: str, **options: Any) -> Interaction:
        """Type into a command's options; the last one has the cursor."""
        data = self._command_data(command, options)
        innermost = data
        while innermost["options"][0].get("options"):
            innermost = innermost["options"][0]
        innermost["options"][-1]["focused"] = True
        return await self._interact(_AUTOCOMPLETE, user, channel_id, data)

    async def press(
        self, user: Json, message: Json, custom_id: str, values: list[str] | None = None, kind: int | None = None
    ) -> Interaction:
        """Press a button of a message, or choose ``values`` of a menu."""
        component_type = kind or (2 if values is None else 3)
        data: Json = {"custom_id": custom_id, "component_type": component_type, "id": 1}
        if values is not None:
            data["values"] = values
        return await self._interact(_COMPONENT, user, int(message["channel_id"]), data, message=message)

    async def submit(self, user: Json, channel_id: int, custom_id: str, components: list[Json]) -> Interaction:
        """Send a form."""
        return await self._interact(_MODAL, user, channel_id, {"custom_id": custom_id, "components": components})

    async def say(self, user: Json, channel_id: int, content: str, **more: Any) -> Json:
        """Write a message. A mention of the bot (``<@id>``) mentions it."""
        mentioned = [self.world.bot] if f"<@{BOT_ID}>" in content else []
        message = self.world.add_message(channel_id, user, {"content": content, "mentions": mentioned, **more})
        await self.gateway.dispatch("MESSAGE_CREATE", self.message_event(message))
        return message

    def message_event(self, message: Json) -> Json:
        """The payload of MESSAGE_CREATE."""
        guild_id = message.get("guild_id")
        if guild_id is None:
            return dict(message)
        user_id = int(message["author"]["id"])
        member = self.world.members[int(guild_id)].get(user_id) or self.world.add_member(int(guild_id), user_id)
        return {**message, "member": {key: value for key, value in member.items() if key != "user"}}

    async def _interact(self, kind: int, user: Json, channel_id: int, data: Json, **more: Any) -> Interaction:
        payload = self.world.new_interaction(kind, channel_id, int(user["id"]), data, **more)
        await self.gateway.dispatch("INTERACTION_CREATE", payload)
        return self.world.interactions[int(payload["id"])]

    def _command_data(self, command: str, options: dict[str, Any]) -> Json:
        name, *below = command.split()
        registered = next(each for each in self.world.commands if each["name"] == name and each["type"] == 1)
        data: Json = {"id": registered["id"], "name": name, "type": 1, "application_id": str(APPLICATION_ID)}
        known, innermost = registered.get("options") or [], data
        for part in below:
            found = next(option for option in known if option["name"] == part)
            inner: Json = {"name": part, "type": found["type"]}
            innermost["options"] = [inner]
            known, innermost = found.get("options") or [], inner
        types = {option["name"]: option["type"] for option in known}
        innermost["options"] = [{"name": name, "type": types[name], "value": value} for name, value in options.items()]
        return data
