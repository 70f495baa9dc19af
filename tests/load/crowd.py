"""Members who ask, search, press and vote at a given rate, whatever becomes of it, and what they get to see."""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from tests.load import events
from tests.load.events import Json
from tests.load.loopback import LoopbackDiscord

_MEMBERS: Final = 50_000
_MENTIONED: Final = 0.1  # of the questions
_QUESTIONS: Final = 0.85  # of everything; the others search, turn pages and vote
_CARDS: Final = 200  # that are kept for presses
_BUSY: Final = re.compile(r"busy|too many|Slow down|try again in", re.IGNORECASE)
_WRONG: Final = re.compile(r"Something went wrong")
_WORDS: Final = ("attention", "diffusion models", "language model", "robot", "benchmark", "video generation", "agents")
_DEFERRED: Final = frozenset({5, 6})


@dataclass
class Request:
    """Something that a member did, and what came of it; times are monotonic."""

    kind: str
    sent: float
    ended: float | None = None
    outcome: str = "unanswered"


@dataclass
class Crowd:
    """All members. ``requests`` are those of the round that runs."""

    questions: Sequence[str]
    servers: int
    random: random.Random
    requests: list[Request] = field(default_factory=list[Request])
    _open: dict[str, Request] = field(default_factory=dict[str, Request])
    _cards: list[tuple[int, int, Json]] = field(default_factory=list[tuple[int, int, Json]])
    """Cards with buttons: the message's id, the server, the components."""
    _servers: dict[str, int] = field(default_factory=dict[str, int])
    _asked: int = 0

    async def act(self, discord: LoopbackDiscord) -> None:
        """Let one member do something."""
        draw, person = self.random.random(), self.random.randrange(_MEMBERS)
        server, id = events.server_id(self.random.randrange(self.servers)), discord.new_id()
        if draw < _QUESTIONS:
            self._asked += 1
            question = self.questions[self._asked % len(self.questions)]
            if self.random.random() < _MENTIONED:
                self._begin("question", f"channel {events.channel_id(server)} {id}")
                await discord.send("MESSAGE_CREATE", events.mention(id, server, person, question))
            else:
                await self._command(discord, "question", id, server, person, events.command("ask", question=question))
        elif draw < _QUESTIONS + (1 - _QUESTIONS) / 3 or not self._cards:
            words = self.random.choice(_WORDS)
            await self._command(discord, "search", id, server, person, events.command("search", words=words))
        else:
            await self._press(discord, id, person)

    async def _command(
        self, discord: LoopbackDiscord, kind: str, id: int, server: int, person: int, data: Json
    ) -> None:
        self._begin(kind, f"token-{id}")
        self._servers[f"token-{id}"] = server
        await discord.send("INTERACTION_CREATE", events.interaction(2, id, server, person, data))

    async def _press(self, discord: LoopbackDiscord, id: int, person: int) -> None:
        message_id, server, card = self.random.choice(self._cards)
        presses = [each for each in _buttons(card) if re.match(r"search:|answer:useful|vote:for", each)]
        custom_id = self.random.choice(presses)
        self._begin("press", f"token-{id}")
        self._servers[f"token-{id}"] = server
        shown = events.message(message_id, events.channel_id(server), events.BOT_USER, card["components"])
        data = {"custom_id": custom_id, "component_type": 2}
        pressed = events.interaction(3, id, server, person, data) | {"message": shown}
        await discord.send("INTERACTION_CREATE", pressed)

    def _begin(self, kind: str, key: str) -> None:
        request = Request(kind, time.monotonic())
        self.requests.append(request)
        self._open[key] = request

    # --- what they see -------------------------------------------------------------------------

    def see(self, method: str, path: str, data: Json) -> None:
        """Note what the bot answers."""
        key = self._key(path, data)
        if key is None or (method == "POST" and path.endswith("/callback") and data["type"] in _DEFERRED):
            return
        request = self._open.pop(key, None)
        if request is None:
            return
        text = json.dumps(data, ensure_ascii=False)
        request.ended = time.monotonic()
        request.outcome = "wrong" if _WRONG.search(text) else "refused" if _BUSY.search(text) else "good"
        server, said = self._servers.pop(key, None), data.get("data", data)
        if request.outcome == "good" and server is not None and "made_id" in said:
            self._keep(said, server)

    def _keep(self, data: Json, server: int) -> None:
        if any(re.match(r"search:|answer:useful|vote:for", each) for each in _buttons(data)):
            self._cards.append((data["made_id"], server, {"components": _with_ids(data["components"])}))
            del self._cards[:-_CARDS]

    def _key(self, path: str, data: Json) -> str | None:
        parts = path.strip("/").split("/")
        if parts[0] in {"interactions", "webhooks"}:
            return parts[2]
        if parts[0] == "channels" and "message_reference" in data:
            return f"channel {parts[1]} {data['message_reference']['message_id']}"
        return None


def _buttons(card: Json) -> list[str]:
    """The custom ids of a card's buttons."""
    own = [card["custom_id"]] if card.get("type") == 2 and "custom_id" in card and not card.get("disabled") else []
    inside = [*card.get("components", ()), *([card["accessory"]] if card.get("accessory") else ())]
    return own + [each for part in inside for each in _buttons(part)]


def _with_ids(components: Sequence[Json]) -> list[Json]:
    """The components as Discord gives them back, each with a number."""
    numbers = iter(range(1, 1_000))

    def numbered(part: Json) -> Json:
        made = part | {"id": next(numbers)}
        if "components" in part:
            made["components"] = [numbered(each) for each in part["components"]]
        if part.get("accessory"):
            made["accessory"] = numbered(part["accessory"])
        return made

    return [numbered(each) for each in components]


async def run_open_loop(crowd: Crowd, discord: LoopbackDiscord, rate: float, seconds: float) -> None:
    """Let members act at random times, so many a second on average, whether or not the bot keeps up."""
    start = time.monotonic()
    due = start
    while due < start + seconds:
        due += crowd.random.expovariate(rate)
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        await crowd.act(discord)
