"""Four processes over one PostgreSQL database, each with a server of its own in which everything is due every week."""

from __future__ import annotations

import asyncio
import random
import signal
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Final

from bot.settings import Settings
from bot.storage import Store
from bot.storage.alerts import FollowMatch
from bot.storage.daily_feeds import DailyFeed, WhenEmpty
from bot.storage.deliveries import DeliveryKind, Status
from bot.storage.follows import Follow, Follower
from bot.storage.inboxes import Inbox
from bot.storage.recaps import RecapFeed
from bot.storage.schedule import EVERY_DAY, Frequency
from bot.ui import custom_ids
from retrieval.library import Library
from retrieval.papers import Listing, Paper
from retrieval.settings import DatabaseSettings
from tests.wire.bot_process import BotProcess, ForkServer
from tests.wire.conftest import settings_in
from tests.wire.loopback import LoopbackDiscord
from tests.wire.mail import MailServer, mail_server
from tests.wire.weekly_world import LEASES, WEEK, paper_id
from tests.wire.world import Json

PROCESSES: Final = 4
LONGEST_MOMENT: Final = 1.5  # seconds from when all is due to the kill
_PATIENCE: Final = 120  # seconds


@dataclass(frozen=True)
class Server:
    """A Discord server with a channel for each kind of delivery, and one member, who gets alerts and mail."""

    guild_id: int
    feed: int
    recaps: int
    lobby: int
    direct: int
    person: Json

    @property
    def address(self) -> str:
        """Where the member gets mail."""
        return f"{self.person['username']}@example.org"


@dataclass
class SharedWorld:
    """``servers`` and ``processes`` by shard. ``now`` is the clock of all."""

    discord: LoopbackDiscord
    mail: MailServer
    forks: ForkServer
    folder: Path
    settings: Settings
    start: datetime
    servers: list[Server]
    offset: timedelta = timedelta()
    processes: dict[int, BotProcess] = field(default_factory=dict[int, BotProcess])
    begun: Counter[DeliveryKind] = field(default_factory=Counter[DeliveryKind])
    """How many deliveries of each kind killed processes had begun."""

    def now(self) -> datetime:
        """The time of the processes, of Discord and of the test."""
        return datetime.now(UTC) + self.offset

    def set_time(self, moment: datetime) -> None:
        """Move the clock of everybody."""
        self.offset = moment - datetime.now(UTC)
        new = self.folder / "clock.new"
        new.write_text(str(self.offset.total_seconds()), encoding="utf-8")
        new.replace(self.folder / "clock")

    async def start_process(self, shard: int) -> None:
        """Another process for a shard, ready."""
        folder, begun = self.folder / f"shard {shard}", self.discord.gateway.begun
        folder.mkdir(exist_ok=True)
        (folder / "local.toml").touch()
        settings = {
            "DATABASE__URL": self.settings.database.url,
            "DATA_FOLDER": str(self.settings.data_folder),
            "LOG__LEVEL": "warning",
        }
        environment = {f"DAILY_PAPERS_{name}": value for name, value in settings.items()}
        environment |= {"WIRE_CLOCK": str(self.folder / "clock"), "WIRE_PACE": "0.25"}
        environment |= self.discord.environment | self.mail.environment
        arguments = ("--shards", f"{shard}/{PROCESSES}")
        self.processes[shard] = await self.forks.start(folder, environment, *arguments)
        await self.discord.until(lambda: self.discord.gateway.begun > begun, _PATIENCE)

    @asynccontextmanager
    async def store(self) -> AsyncGenerator[Store]:
        """What the processes share."""
        async with Store.open(self.settings.community_location) as store:
            yield store

    # --- a round ---------------------------------------------------------------------------------

    async def round(self, store: Store, number: int, draw: random.Random) -> None:
        """All is due in all servers; one process is killed in the middle, and another one takes its place."""
        due, victim = self.start + number * WEEK, draw.randrange(PROCESSES)
        at_once = [FollowMatch(int(each.person["id"]), paper_id(number), 1, "owls", due) for each in self.servers]
        await store.alerts.record(at_once, await store.alerts.seen())
        self.set_time(due)
        await asyncio.gather(*(self._press(each, number) for each in self.servers))
        await _moment(draw.uniform(0, LONGEST_MOMENT))
        await self.processes[victim].kill()
        assert await self.processes[victim].ended() == -signal.SIGKILL
        others = [each for shard, each in enumerate(self.servers) if shard != victim]
        await self.discord.until(lambda: all(self._is_served(each, number) for each in others), _PATIENCE)
        await self._until_quiet(store, due)
        self.set_time(self.now() + LEASES)
        await self.start_process(victim)
        await self._press(self.servers[victim], number)
        await self.discord.until(lambda: all(self._has_all(each, number) for each in self.servers), _PATIENCE)
        for each in self.servers:
            await self._until_mailed(store, each, number)

    async def _press(self, server: Server, number: int) -> None:
        """The member wants to discuss the round's paper."""
        [message] = self.discord.world.messages[server.lobby].values()
        custom_id = custom_ids.DISCUSS(paper_id(number))
        button = {"type": 2, "style": 2, "label": "Discuss", "custom_id": custom_id, "id": 2}
        shown = {**message, "components": [{"type": 1, "id": 1, "components": [button]}]}
        await self.discord.press(server.person, shown, custom_id)

    def _posted(self, channel: int) -> int:
        return len(self.discord.world.posted(channel))

    def _is_served(self, server: Server, number: int) -> bool:
        """Whether the process of a server has done its part. Raises ``AssertionError`` if anything is there twice."""
        threads = self.discord.world.threads_of(server.guild_id)
        cards = [self._posted(int(thread["id"])) for thread in threads]
        there = (self._posted(server.feed), self._posted(server.recaps), len(threads), cards.count(1))
        assert max((*there, *(card + number for card in cards))) <= number + 1, (server, there, cards)
        return there == (number + 1,) * 4

    def _has_all(self, server: Server, number: int) -> bool:
        alerts = self._posted(server.direct)
        assert alerts <= number + 1, (server, alerts)
        return self._is_served(server, number) and alerts == number + 1

    async def _until_quiet(self, store: Store, due: datetime) -> None:
        """Wait until the processes that live have nothing under way: what is open then was the killed one's."""
        before, now = None, None
        while before is None or before != now:
            before = now
            await _moment(0.6)
            opened = [
                (kind, each.number)
                for kind in DeliveryKind
                for each in await store.deliveries.unfinished(kind, self.now(), timedelta())
                if each.claimed_at >= due
            ]
            now = (len(self.discord.rest.requests), len(self.mail.received), opened)
        assert now is not None
        self.begun.update(kind for kind, _ in now[2])

    async def _until_mailed(self, store: Store, server: Server, number: int) -> None:
        """Each mail once; none only if it is known that nobody knows."""
        name = (self.start + number * WEEK).date().isoformat()
        async with asyncio.timeout(_PATIENCE):
            while True:
                row = await store.deliveries.named(DeliveryKind.MAIL, int(server.person["id"]), name)
                if row is not None and row.status in {Status.SENT, Status.UNKNOWN}:
                    break
                await _moment(0.1)
        received = [
            subject
            for subject, to in self.mail.received
            if server.address in to and subject.endswith(f"Owls, part {number}")
        ]
        assert len(received) <= 1, received
        assert received or row.status is Status.UNKNOWN

    async def fill(self, rounds: int) -> None:
        """A list for each Monday, and everything set up to be due at 08:00."""
        before = self.start - timedelta(days=30)
        async with Library.open(self.settings, lambda: self.start) as library, self.store() as store:
            await library.add([_paper(number, self.start) for number in range(-1, rounds)])
            latest = await library.new_papers.latest()
            for each in self.servers:
                user_id = int(each.person["id"])
                daily = (time(8), "UTC", 10, 0, EVERY_DAY, WhenEmpty.SILENT, False, user_id, before)
                await store.daily_feeds.save(DailyFeed(each.guild_id, each.feed, *daily))
                await store.recaps.save(RecapFeed(each.recaps, each.guild_id, Frequency.WEEKLY, before))
                mailed = (Frequency.DAILY, 0, 8, "UTC", "", False, None, before, before)
                await store.inboxes.save(Inbox(user_id, each.address, *mailed))
                await store.follows.add(Follow(user_id, "owls", latest, before), 25)
                await store.follows.set_follower(Follower(user_id, Frequency.AT_ONCE, 0, 9, "UTC", before))
            await store.alerts.record([], latest)


def _paper(number: int, start: datetime) -> Paper:
    day = (start + number * WEEK).date()
    return Paper(
        id=paper_id(number) if number >= 0 else "2512.99999",
        title=f"Owls, part {number}",
        abstract=f"We study owls for the time number {number}. They answer.",
        listing=Listing(name=day.isoformat(), day=day, position=0),
        votes=5,
        published=start,
    )


async def _moment(seconds: float) -> None:
    passed = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, passed.set)
    await passed.wait()


def _server(discord: LoopbackDiscord, shard: int) -> Server:
    """A server of this shard."""
    world = discord.world
    ids = (int(world.add_guild()["id"]) for _ in range(1_000))
    guild_id = next(id for id in ids if (id >> 22) % PROCESSES == shard)
    feed, recaps, lobby = (int(world.add_channel(guild_id, name)["id"]) for name in ("feed", "recaps", "lobby"))
    person = world.add_user(f"member{shard}")
    world.add_member(guild_id, int(person["id"]))
    world.add_message(lobby, world.bot, {"content": "papers"})
    return Server(guild_id, feed, recaps, lobby, int(world.direct_channel(int(person["id"]))["id"]), person)


@asynccontextmanager
async def shared_world(folder: Path, forks: ForkServer, url: str, rounds: int) -> AsyncGenerator[SharedWorld]:
    """Four processes that have their first deliveries in three days."""
    now = datetime.now(UTC)
    start = (now + timedelta(days=7 - now.weekday())).replace(hour=10, minute=0, second=0, microsecond=0)  # a Monday
    settings = settings_in(folder / "shared").model_copy(update={"database": DatabaseSettings(url=url)})
    async with LoopbackDiscord.open() as discord, mail_server(discord.changed) as mail:
        discord.rest.concurrency = PROCESSES
        servers = [_server(discord, shard) for shard in range(PROCESSES)]
        world = SharedWorld(discord, mail, forks, folder, settings, start, servers)
        discord.world.clock = world.now
        world.set_time(start - timedelta(days=3))
        await world.fill(rounds)
        try:
            for shard in range(PROCESSES):
                await world.start_process(shard)
            yield world
            assert discord.rest.violations == []
        except Exception as error:
            for process in world.processes.values():
                error.add_note(process.log[-2_000:])
            raise
        finally:
            for process in world.processes.values():
                await process.kill()


async def run_rounds(folder: Path, forks: ForkServer, url: str, rounds: int, seed: int) -> Counter[DeliveryKind]:
    """The rounds, one after the other; how many deliveries of each kind were under way when a process was killed."""
    draw = random.Random(seed)
    async with shared_world(folder, forks, url, rounds) as world, world.store() as store:
        for number in range(rounds):
            try:
                await world.round(store, number, draw)
            except Exception as error:
                error.add_note(f"round {number} of seed {seed}")
                raise
            with (folder / "rounds").open("a", encoding="utf-8") as log:
                log.write(f"{number + 1} {dict(world.begun)}\n")
        return world.begun
