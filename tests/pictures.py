"""The pictures of the guides, made of what the bot shows now: ``make pictures``, or ``python -m tests.pictures NAME…``.

Each scene is played in a simulated Discord over the papers of the seed page, put on made-up lists with made-up
votes; a Chromium photographs the page. Needs the extra ``preview`` and a Chromium (or Chrome, or Edge) on the PATH.
"""

from __future__ import annotations

import asyncio
import io
import sys
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated

import discord
import simcord
import typer
from PIL import Image

from bot.cli.preview import BOT_NAME
from bot.daily_post.poster import daily_poster
from bot.mail.messages import Digest, MailMessages, Recipient
from bot.settings import MailSettings
from retrieval.library import Library
from retrieval.papers import Listing, Paper
from tests import film
from tests.bot.conftest import START, FakeClock, World, world_of
from tests.bot.daily_post.daily_world import FEED
from tests.bot.jobs.makers import alert_sender, post_refresher
from tests.camera import Camera, CameraError, camera

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
WIDE, PHONE = 1000, 390

_VOTES = (54, 41, 33, 27, 12, 8)
"""Made-up votes, by the place on the list."""
_LISTS = ((timedelta(0), 0), (timedelta(days=1), 2), (timedelta(days=4), 5))
"""How long ago the made-up lists came out, and how many votes fewer their papers have."""

MADE_UP = Paper(
    id="made-up-paper",
    title="Reading Rooms: How Communities Choose What to Read",
    abstract="We study how communities choose what to read. Reading rooms with a daily list read more, and wider.",
    authors=("Ada Example", "Mary Example"),
)
"""What is new in the picture of a direct message: the papers of the seed page are not."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a scene leaves to be photographed: a channel as one person sees it."""

    channel: simcord.ChannelHandle
    viewer: simcord.MemberActor | simcord.UserHandle


@dataclass(frozen=True, slots=True)
class Letter:
    """Or a mail, as HTML."""

    html: str


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture's name, how it comes about, and the widths in which the guides show it."""

    name: str
    play: Callable[[World], Awaitable[Shown | Letter]]
    widths: Sequence[int] = (WIDE,)
    moves: bool = False
    """Whether it's a moving picture, message by message."""


# --- the world ---------------------------------------------------------------------------------


@asynccontextmanager
async def furnished(folder: Path) -> AsyncGenerator[World]:
    """The real bot on 24 November 2026, 08:00 UTC, with dated lists, in a server with a member and a manager."""
    clock = FakeClock()
    async with world_of(folder, clock) as world:
        await world.env.advance_time((clock() - world.env.now()).total_seconds())
        assert world.bot.user is not None
        await world.bot.user.edit(username=BOT_NAME)
        await on_lists(world.bot.library)
        yield world


async def on_lists(library: Library) -> None:
    """Put the papers of the seed page on three lists, so that they look like those of a few days."""
    page = await library.lists.newest()
    assert page is not None
    papers = [trend.paper for trend in page.ranked]
    await library.add(
        [listed(paper, number // len(_LISTS), *_LISTS[number % len(_LISTS)]) for number, paper in enumerate(papers)]
    )


def listed(paper: Paper, place: int, ago: timedelta, fewer: int) -> Paper:
    """The paper on the list of some days ago."""
    day = START.date() - ago
    listing = Listing(name=day.isoformat(), day=day, position=place)
    return paper.model_copy(update={"listing": listing, "votes": _VOTES[place] - fewer})


def last(channel: simcord.ChannelHandle) -> discord.Message:
    """The newest message of a channel."""
    message = channel.last_message
    assert message is not None
    return message


async def asked(world: World, name: str, *questions: str) -> simcord.ChannelHandle:
    """A channel in which a member asks the bot, each question in reply to the answer before."""
    assert world.bot.user is not None
    channel, answer = world.guild.create_text_channel(name), None
    await world.env.settle()
    for question in questions:
        await world.member.send(channel, f"{world.bot.user.mention} {question}", reply_to=answer)
        await world.env.settle()
        answer = last(channel)
    return channel


async def post_today(world: World, channel: simcord.ChannelHandle) -> None:
    """Post the day's papers in a channel."""
    feed = replace(FEED, guild_id=world.guild.id, channel_id=channel.id, papers=5, changed_at=START)
    await world.bot.store.daily_feeds.save(feed)
    await daily_poster(world.bot).tick(world.clock())


# --- scenes ------------------------------------------------------------------------------------


async def answer(world: World) -> Shown:
    """A question about a paper, answered with a quote, and a follow-up."""
    channel = await asked(world, "questions", "what is COFFE?", "how many problems does it have?")
    return Shown(channel, world.member)


async def comparison(world: World) -> Shown:
    """What two papers say, side by side."""
    return Shown(await asked(world, "comparing", "how does DistServe compare with CacheGen?"), world.member)


async def why(world: World) -> Shown:
    """Why nothing was answered."""
    channel = await asked(world, "doubts", "what learning rate did DistServe use?")
    await world.member.click(last(channel), label="Why this?")
    return Shown(channel, world.member)


async def certainty(world: World) -> Shown:
    """A strong match, a possible one, and a refusal."""
    channel = world.guild.create_text_channel("certainty")
    await world.env.settle()
    for question in (
        "how many problems does COFFE have?",
        "which hardware backends does DeepSpeed-FastGen support?",
        "on which gpus was ApproxDet evaluated?",
    ):
        await world.member.slash(channel, "ask", question=question)
    return Shown(channel, world.member)


async def daily_post(world: World) -> Shown:
    """The daily post in its channel, with votes of members."""
    channel = world.guild.create_text_channel("daily-papers")
    await world.env.settle()
    await post_today(world, channel)
    today = await world.bot.library.lists.newest()
    assert today is not None
    for voter, places in ((world.member, (0, 2)), (world.admin, (0,))):
        for place in places:
            paper_id = today.ranked[place].paper.id
            await world.bot.store.votes.toggle(world.guild.id, paper_id, voter.id, world.clock())
    world.clock.move(minutes=5)
    await post_refresher(world.bot).tick(world.clock())
    return Shown(channel, world.member)


async def recap(world: World) -> Shown:
    """A look back on the week."""
    channel = world.guild.create_text_channel("looking-back")
    await world.env.settle()
    await world.member.slash(channel, "recap week")
    return Shown(channel, world.member)


async def discussion(world: World) -> Shown:
    """The thread of a paper."""
    channel = world.guild.create_text_channel("reading-list")
    await world.env.settle()
    await world.member.slash(channel, "paper", paper="COFFE")
    pressed = await world.member.click(last(channel), label="Discuss")
    assert pressed.response is not None
    return Shown(channel, world.member)


async def saved(world: World) -> Shown:
    """A person's saved papers."""
    channel = world.guild.create_text_channel("my-papers")
    await world.env.settle()
    for paper, tags in (("COFFE", "benchmark, code"), ("CacheGen", "kv cache"), ("DistServe", "serving")):
        await world.member.slash(world.channel, "save", paper=paper, list="To read", tags=tags)
    await world.member.slash(channel, "saved")
    return Shown(channel, world.member)


async def following(world: World) -> Shown:
    """What a person follows."""
    channel = world.guild.create_text_channel("following")
    await world.env.settle()
    await world.member.slash(world.channel, "follow", words='compiler OR "code generation"')
    await world.member.slash(channel, "follow", words="quantization -survey")
    await world.member.slash(channel, "following")
    return Shown(channel, world.member)


async def alert(world: World) -> Shown:
    """A direct message with what is new."""
    user = world.env.create_user("mary")
    mary = world.guild.add_member(user)
    await mary.slash(world.channel, "follow", words="reading rooms", often="at once")
    sender = alert_sender(world.bot)
    await sender.tick(world.clock())
    await world.bot.library.add([MADE_UP])
    world.clock.move(minutes=20)
    await sender.tick(world.clock())
    return Shown(user.dm_channel, user)


async def mail(world: World) -> Letter:
    """The day's papers as they come to an inbox."""
    today = await world.bot.library.lists.newest()
    assert today is not None
    papers = tuple(trend.paper for trend in today.ranked)
    settings = MailSettings(host="mail.example.org", sender="papers@example.org")
    digest = Digest(today.name, today.day, today.day, papers[:3], len(papers))
    letter = MailMessages(settings, None).digest(Recipient(world.member.id, "ada@example.org"), digest, world.clock())
    html = letter.get_body(("html",))
    assert html is not None
    return Letter(html.get_content())


async def setup(world: World) -> Shown:
    """The one screen of an administrator."""
    channel = world.guild.create_text_channel("staff")
    await world.env.settle()
    await world.admin.slash(channel, "setup", channel=world.channel)
    return Shown(channel, world.admin)


async def tried(world: World) -> Shown:
    """A preview of rules on recent lists."""
    channel = world.guild.create_text_channel("trying-out")
    await world.env.settle()
    rules = '(serving OR quantization OR compiler OR "language model") -survey'
    await world.admin.slash(channel, "daily preview", channel=world.channel, rules=rules, papers=2)
    return Shown(channel, world.admin)


async def status(world: World) -> Shown:
    """How the bot does in the server, where one channel is closed to it."""
    channel = world.guild.create_text_channel("reports")
    silent = discord.PermissionOverwrite(send_messages=False)
    closed = world.guild.create_text_channel("announcements", overwrites={world.guild.default_role: silent})
    await world.env.settle()
    feed = replace(FEED, guild_id=world.guild.id, channel_id=closed.id, time=time(7, 30), zone="Europe/Berlin")
    await world.bot.store.daily_feeds.save(feed)
    await daily_poster(world.bot).tick(world.clock())
    await world.admin.slash(channel, "status")
    return Shown(channel, world.admin)


async def tour(world: World) -> Shown:
    """A question, a quote, a follow-up, and the day's papers in the same channel."""
    channel = await asked(world, "daily-papers", "what is COFFE?", "how many problems does it have?")
    await post_today(world, channel)
    return Shown(channel, world.member)


SCENES = (
    Scene("tour", tour, moves=True),
    Scene("answer", answer),
    Scene("comparison", comparison),
    Scene("why", why),
    Scene("certainty", certainty, ()),
    Scene("daily-post", daily_post, (WIDE, PHONE)),
    Scene("recap", recap),
    Scene("discussion", discussion, ()),
    Scene("saved", saved),
    Scene("following", following),
    Scene("alert", alert, (PHONE,)),
    Scene("mail", mail, (PHONE,)),
    Scene("setup", setup, (WIDE, PHONE)),
    Scene("tried", tried),
    Scene("status", status),
)


# --- photographs -------------------------------------------------------------------------------


async def take(world: World, scene: Scene, eye: Camera, folder: Path, widths: Sequence[int]) -> list[Path]:
    """Play a scene and photograph it; the files that were written."""
    shown = await scene.play(world)
    await world.env.settle()
    return [await photographed(world, shown, eye, width, folder / file_name(scene, width)) for width in widths]


def file_name(scene: Scene, width: int) -> str:
    """What a scene's picture of that width is called."""
    return f"{scene.name}{'-phone' if width == PHONE else ''}.{'gif' if scene.moves else 'png'}"


async def photographed(world: World, shown: Shown | Letter, eye: Camera, width: int, file: Path) -> Path:
    """Photograph in 96 colours, which are all that a page of text needs; a GIF shows one message after the other."""
    ends: Sequence[int] = ()
    if isinstance(shown, Letter):
        taken = await eye.photograph_letter(shown.html, width)
    else:
        preview = world.env.preview(
            shown.channel, viewers=[shown.viewer], layout="channel", port=0, presentation_time=world.clock()
        )
        async with preview as page:
            taken = await eye.photograph(page.url, width)
            ends = await eye.ends()
    file.parent.mkdir(exist_ok=True)
    if file.suffix == ".gif":
        return film.save(taken, ends, file)
    with Image.open(io.BytesIO(taken)) as picture:
        picture.convert("RGB").quantize(96, dither=Image.Dither.NONE).save(file, optimize=True)
    return file


async def take_all(scenes: Sequence[Scene], look: Path | None) -> None:
    """Take the pictures of these scenes, in one world; with ``look`` all of them in both widths, into that folder."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        async with camera(Path(folder) / "browser") as eye, furnished(Path(folder) / "bot") as world:
            for scene in scenes:
                widths = (WIDE, PHONE) if look else scene.widths
                for file in await take(world, scene, eye, look or FOLDER, widths):
                    typer.echo(f"{file}  {file.stat().st_size // 1024} KB")


def main(
    names: Annotated[list[str] | None, typer.Argument(help="Scenes; all where none is named.")] = None,
    look: Annotated[Path | None, typer.Option(help="A folder for pictures in both widths, to look at.")] = None,
) -> None:
    """Take the pictures of the guides."""
    known = {scene.name: scene for scene in SCENES}
    wrong = [name for name in names or () if name not in known]
    if wrong:
        raise typer.BadParameter(f"There is no scene {wrong[0]}. There are {', '.join(known)}.")
    try:
        asyncio.run(take_all([known[name] for name in names or known], look))
    except CameraError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    typer.run(main)
