"""A Discord in which one delivery of each kind is due every week, and a bot that may be killed."""

from __future__ import annotations

import asyncio
import re
import signal
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from bot.storage import Store
from bot.storage.alerts import FollowMatch
from bot.storage.daily_feeds import DailyFeed, WhenEmpty
from bot.storage.deliveries import Claim, DeliveryKind, Status
from bot.storage.follows import Follow, Follower
from bot.storage.inboxes import Inbox
from bot.storage.reading_lists import ReadingList
from bot.storage.recaps import RecapFeed
from bot.storage.schedule import EVERY_DAY, Frequency
from bot.ui import custom_ids
from retrieval.library import Library
from retrieval.papers import Listing, Paper
from tests.wire.bot_process import BotProcess, ForkServer
from tests.wire.conftest import Scene, settings_in
from tests.wire.loopback import LoopbackDiscord
from tests.wire.mail import MailServer, mail_server
from tests.wire.rest import Request
from tests.wire.world import World as DiscordWorld

WEEK, LEASES = timedelta(days=7), timedelta(minutes=11)
"""``LEASES`` is longer than any delivery is left to the process that began it."""

STEPS = {
    DeliveryKind.POST: ("post before", "post after"),
    DeliveryKind.RECAP: ("recap before", "recap after"),
    DeliveryKind.ALERT: ("alert before", "alert after"),
    DeliveryKind.MAIL: ("mail RCPT", "mail DATA", "mail TAKEN"),
    DeliveryKind.THREAD: ("thread before", "thread after", "card before", "card after"),
    DeliveryKind.READING: ("paper before", "paper after", "opening before", "opening after"),
    DeliveryKind.REMINDER: ("reminder before", "reminder after"),
}
"""Where each kind can be interrupted: before Discord or the mail server has carried out a request, and after it."""

LONGEST_MOMENT = 0.8  # seconds from when all is due to a random kill

Plan = tuple[str, ...] | float
"""When a round's process is killed: when it is at all of these steps at once, or after so many seconds."""


def paper_id(round: int) -> str:
    """The paper of a round's list."""
    return f"2601.{round:05}"


@dataclass(frozen=True)
class Club:
    """A server with a reading list, and the list's channel."""

    guild_id: int
    channel: int


@dataclass
class World:
    """A loopback Discord and a mail server, and what is due in them every week. ``now`` is the clock of all."""

    scene: Scene
    mail: MailServer
    start: datetime
    chooses: Club
    """Reads a paper each week, which gets its thread."""
    reminds: Club
    """Has opened a thread two hours before all is due, and reminds of it."""
    offset: timedelta = timedelta()
    feed: int = 0
    recaps: int = 0
    lobby: int = 0
    direct: int = 0
    missing: set[str] = field(default_factory=set[str])
    """The steps of the round's plan that are still to be reached. At the last one, the process is killed."""
    killed: asyncio.Event = field(default_factory=asyncio.Event)
    hits: Counter[DeliveryKind] = field(default_factory=Counter[DeliveryKind])
    """How often each kind was claimed and not settled when the process was killed."""
    bot: BotProcess | None = None

    def now(self) -> datetime:
        """The time of the bot, of Discord and of the test."""
        return datetime.now(UTC) + self.offset

    def set_time(self, moment: datetime) -> None:
        """Move the clock of everybody."""
        self.offset = moment - datetime.now(UTC)
        new = self.scene.folder / "clock.new"
        new.write_text(str(self.offset.total_seconds()), encoding="utf-8")
        new.replace(self.scene.folder / "clock")

    @property
    def environment(self) -> dict[str, str]:
        """Of each process."""
        clock = str(self.scene.folder / "clock")
        return self.mail.environment | {"WIRE_CLOCK": clock, "WIRE_PACE": "0.25", "DAILY_PAPERS_LOG__LEVEL": "warning"}

    async def start_bot(self) -> None:
        """Another process, ready."""
        discord = self.scene.discord
        begun = discord.gateway.begun
        self.bot = await self.scene.forks.start(self.scene.folder, discord.environment | self.environment)
        await self.scene.until_ready(self.bot, begun)

    # --- killing ---------------------------------------------------------------------------------

    async def reach(self, step: str) -> None:
        """If the step is planned, let the process wait there until all planned ones are reached, and kill it."""
        if step not in self.missing:
            return
        self.missing.discard(step)
        if not self.missing:
            self.kill()
        await self.killed.wait()
        if step.endswith(("before", "RCPT", "DATA")):
            raise ConnectionResetError

    def kill(self) -> None:
        """Kill the process now."""
        assert self.bot is not None
        self.bot.send(signal.SIGKILL)
        self.killed.set()

    def what(self, request: Request) -> str:
        """Which delivery a request belongs to."""
        if request.method != "POST":
            return ""
        if request.path == f"/channels/{self.lobby}/threads":
            return "thread"
        if re.fullmatch(rf"/channels/{self.chooses.channel}/messages/\d+/threads", request.path):
            return "opening"
        found = re.fullmatch(r"/channels/(\d+)/messages", request.path)
        channel = int(found[1]) if found else 0
        names = {self.feed: "post", self.recaps: "recap", self.direct: "alert", self.chooses.channel: "paper"}
        names |= dict.fromkeys(self.threads(self.scene.guild_id), "card")
        names |= dict.fromkeys(self.threads(self.reminds.guild_id), "reminder")
        return names.get(channel, "")

    async def before(self, request: Request) -> None:
        """Discord has a request, and hasn't carried it out."""
        await self.reach(f"{self.what(request)} before")

    async def after(self, request: Request) -> None:
        """Discord has carried it out; the answer is under way."""
        await self.reach(f"{self.what(request)} after")

    async def mail_step(self, step: str) -> None:
        """A step of a mail."""
        await self.reach(f"mail {step}")

    # --- what is due -----------------------------------------------------------------------------

    async def due(self, round: int) -> None:
        """A week later: papers wait for the follower and those who read, and all times have come."""
        async with Store.open(settings_in(self.scene.folder).community_database) as store:
            at, user_id = self.start + round * WEEK, int(self.scene.ada["id"])
            seen = await store.alerts.seen()
            await store.alerts.record([FollowMatch(user_id, paper_id(round), 1, "owls", at)], seen)
            await self._open_thread(store, paper_id(round), at)
        self.set_time(self.start + round * WEEK)

    async def _open_thread(self, store: Store, paper: str, due: datetime) -> None:
        """A thread that the bot opened before all this, of which it is to remind people."""
        discord, club, opened_at = self.scene.discord.world, self.reminds, due - timedelta(hours=2)
        message = discord.add_message(club.channel, discord.bot, {"content": "This week we read"})
        discord.add_thread(club.channel, paper, id=message["id"])
        claim = Claim(DeliveryKind.READING, club.guild_id, paper, club.guild_id, due.date())
        delivery = await store.deliveries.claim(claim, opened_at)
        assert delivery is not None
        await store.deliveries.confirm(delivery, int(message["id"]), opened_at)

    async def press(self, round: int) -> None:
        """Ada wants to discuss the round's paper."""
        discord = self.scene.discord
        [message] = [each for each in discord.world.messages[self.lobby].values() if each["content"] == "papers"]
        custom_id = custom_ids.DISCUSS(paper_id(round))
        button = {"type": 2, "style": 2, "label": "Discuss", "custom_id": custom_id, "id": 2}
        shown = {**message, "components": [{"type": 1, "id": 1, "components": [button]}]}
        await discord.press(self.scene.ada, shown, custom_id)

    def threads(self, guild_id: int) -> list[int]:
        """The threads of a server."""
        return [int(each["id"]) for each in self.scene.discord.world.threads_of(guild_id)]

    def counts(self) -> dict[str, int]:
        """How many there are of everything that each round must have one more of."""
        discussions, openings = self.threads(self.scene.guild_id), self.threads(self.chooses.guild_id)
        return {
            "posts": self._posted(self.feed),
            "recaps": self._posted(self.recaps),
            "alerts": self._posted(self.direct),
            "threads": len(discussions),
            "cards": self._once(discussions),
            "papers": self._posted(self.chooses.channel),
            "openings": len(openings),
            "reminders": self._once(self.threads(self.reminds.guild_id)),
        }

    def _posted(self, channel: int) -> int:
        return len(self.scene.discord.world.posted(channel))

    def _once(self, threads: Sequence[int]) -> int:
        """How many threads have exactly one message of the bot; -1 if one has more."""
        messages = [self._posted(each) for each in threads]
        return messages.count(1) if max(messages, default=1) <= 1 else -1

    def heard(self) -> list[str]:
        """What Ada read last, for the report of a failure."""
        return [each.text for each in list(self.scene.discord.world.interactions.values())[-2:]]

    async def round(self, number: int, plan: Plan) -> None:
        """One round; see the module."""
        discord = self.scene.discord
        self.killed.clear()
        self.missing = set(plan) if isinstance(plan, tuple) else set()
        await self.due(number)
        await self.press(number)
        if isinstance(plan, float):
            asyncio.get_running_loop().call_later(plan, self.kill)
        async with asyncio.timeout(60):
            await self.killed.wait()
        assert self.bot is not None
        assert await self.bot.ended() == -signal.SIGKILL
        await self._count_hits(number)
        self.set_time(self.now() + LEASES)
        discord.world.nonces.clear()  # Discord remembers them for some minutes only
        await self.start_bot()
        await self.press(number)
        await discord.until(lambda: set(self.counts().values()) == {number + 1}, 60)
        await self._until_settled(number)
        assert set(self.counts().values()) == {number + 1}

    async def _count_hits(self, number: int) -> None:
        due = self.start + number * WEEK
        async with Store.open(settings_in(self.scene.folder).community_database) as store:
            for kind in DeliveryKind:
                unfinished = await store.deliveries.unfinished(kind, self.now(), timedelta())
                self.hits[kind] += any(each.claimed_at >= due for each in unfinished)

    async def _until_settled(self, number: int) -> None:
        """Until nothing is open. The mail was sent once; none only if it is known that nobody knows."""
        user_id, name = int(self.scene.ada["id"]), (self.start + number * WEEK).date().isoformat()
        async with Store.open(settings_in(self.scene.folder).community_database) as store, asyncio.timeout(120):
            row, moments = None, 0
            while row is None or row.status not in {Status.SENT, Status.UNKNOWN} or await self._open(store):
                row, moments = await store.deliveries.named(DeliveryKind.MAIL, user_id, name), moments + 1
                if moments % 100 == 0:  # on a busy machine, an attempt may have failed, and is left to its process
                    self.set_time(self.now() + LEASES)
                await self._moment()
        received = [subject for subject, _ in self.mail.received if subject.endswith(f"Owls, part {number}")]
        assert len(received) <= 1, self.mail.received
        assert received or row.status is Status.UNKNOWN

    async def _open(self, store: Store) -> bool:
        kinds = [await store.deliveries.unfinished(kind, self.now(), timedelta()) for kind in DeliveryKind]
        return any(kinds)

    async def _moment(self) -> None:
        moment = asyncio.Event()
        asyncio.get_running_loop().call_later(0.1, moment.set)
        await asyncio.wait_for(moment.wait(), 20)


async def fill(folder: Path, start: datetime, rounds: int, world: World) -> None:
    """A list for each Monday, and everything set up to be due at 08:00."""
    settings, user_id, guild_id = settings_in(folder), int(world.scene.ada["id"]), world.scene.guild_id
    before = start - timedelta(days=30)
    async with Library.open(settings, lambda: start) as library, Store.open(settings.community_database) as store:
        await library.add(
            [
                Paper(
                    id=paper_id(round) if round >= 0 else "2512.99999",
                    title=f"Owls, part {round}",
                    abstract=f"We study owls for the time number {round}. They answer.",
                    listing=Listing(name=day.isoformat(), day=day, position=0),
                    votes=5,
                    published=start,
                )
                for round in range(-1, rounds)
                for day in [(start + round * WEEK).date()]
            ]
        )
        await store.daily_feeds.save(
            DailyFeed(guild_id, world.feed, time(8), "UTC", 10, 0, EVERY_DAY, WhenEmpty.SILENT, False, user_id, before)
        )
        await store.recaps.save(RecapFeed(world.recaps, guild_id, Frequency.WEEKLY, before))
        await store.inboxes.save(
            Inbox(user_id, "ada@example.org", Frequency.DAILY, 0, 8, "UTC", "", False, None, before, before)
        )
        await store.follows.add(Follow(user_id, "owls", await library.new_papers.latest(), before), 25)
        await store.follows.set_follower(Follower(user_id, Frequency.AT_ONCE, 0, 9, "UTC", before))
        await store.alerts.record([], await library.new_papers.latest())
        await fill_reading_lists(store, rounds, world, before)


async def fill_reading_lists(store: Store, rounds: int, world: World, at: datetime) -> None:
    """Mondays at 08:00: one server has papers to choose from, the other one has somebody to remind at 09:00."""
    for club in (world.chooses, world.reminds):
        await store.reading_lists.save(ReadingList(club.guild_id, club.channel, 0, time(8), "UTC", 3, 2, at))
    for round in range(rounds):
        await store.reading_lists.add(world.chooses.guild_id, paper_id(round), at)
    await store.readers.join(world.reminds.guild_id, int(world.scene.ada["id"]), at)


def add_club(discord: DiscordWorld, name: str) -> Club:
    """A server that reads together."""
    guild_id = int(discord.add_guild(name)["id"])
    return Club(guild_id, int(discord.add_channel(guild_id, "club")["id"]))


@asynccontextmanager
async def weekly_world(tmp_path: Path, forks: ForkServer, rounds: int) -> AsyncGenerator[World]:
    """A bot that has its first deliveries in three days."""
    now = datetime.now(UTC)
    start = (now + timedelta(days=7 - now.weekday())).replace(hour=10, minute=0, second=0, microsecond=0)  # a Monday
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "local.toml").touch()
    async with LoopbackDiscord.open() as discord, mail_server(discord.changed) as mail:
        guild_id = int(discord.world.add_guild()["id"])
        feed, recaps, lobby = (
            int(discord.world.add_channel(guild_id, name)["id"]) for name in ("feed", "recaps", "lobby")
        )
        ada = discord.world.add_user("ada")
        discord.world.add_member(guild_id, int(ada["id"]))
        discord.world.add_message(lobby, discord.world.bot, {"content": "papers"})
        direct = int(discord.world.direct_channel(int(ada["id"]))["id"])
        scene = Scene(discord, forks, guild_id, lobby, ada, folder)
        clubs = (add_club(discord.world, "Morning"), add_club(discord.world, "Evening"))
        world = World(scene, mail, start, *clubs, feed=feed, recaps=recaps, lobby=lobby, direct=direct)
        discord.world.clock = world.now
        world.set_time(start - timedelta(days=3))
        await fill(folder, start, rounds, world)
        discord.rest.before, discord.rest.after, mail.step = world.before, world.after, world.mail_step
        try:
            await world.start_bot()
            yield world
            assert discord.rest.violations == []
        except Exception as error:
            error.add_note(f"{world.counts()} {world.mail.received[-2:]} {world.heard()}")
            error.add_note((folder / "bot.log").read_text(encoding="utf-8")[-3000:])
            raise
        finally:
            if world.bot is not None:
                await world.bot.kill()


async def run_rounds(tmp_path: Path, forks: ForkServer, plans: Sequence[Plan]) -> World:
    """The rounds, one after the other, over the same databases."""
    async with weekly_world(tmp_path, forks, len(plans)) as world:
        for number, plan in enumerate(plans):
            try:
                await world.round(number, plan)
            except Exception as error:
                error.add_note(f"round {number}, {plan}")
                raise
        return world
