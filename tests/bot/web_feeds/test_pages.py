"""Feeds as a feed reader fetches them, and the links to a server's posts."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy.exc import OperationalError

from bot.cli.web_pages import serve_web_pages
from bot.settings import Settings
from bot.storage.private_links import PrivateLinks
from bot.ui import custom_ids
from retrieval.errors import SettingsError
from tests.bot.conftest import World, seen, whispered
from tests.bot.daily_post.daily_world import TODAY, DailyWorld, daily_world, list_of
from tests.bot.hostile.forger import Forger
from tests.bot.web_feeds.test_documents import URL, checked, parsed

YESTERDAY = TODAY - timedelta(days=1)
PAPERS = [
    *(paper.model_copy(update={"abstract": "We study owls."}) for paper in list_of(YESTERDAY, 7, 3)),
    *list_of(TODAY, 5, 9),
    *list_of(TODAY - timedelta(days=200), 50),
]


@dataclass(frozen=True)
class Fetched:
    """An answer of the web pages."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def content_type(self) -> str:
        """Without the encoding."""
        return self.headers["Content-Type"].partition(";")[0]


@dataclass
class Reader:
    """A feed reader, and where the feeds are."""

    world: DailyWorld
    session: aiohttp.ClientSession
    port: int

    async def get(self, path: str, method: str = "GET", **headers: str) -> Fetched:
        """Fetch an address below the public one, as the operator's web server forwards it."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.session.request(method, f"http://127.0.0.1:{self.port}/bot{path}", headers=names) as answer:
            return Fetched(answer.status, answer.headers, await answer.read())

    async def titles(self, path: str) -> list[str]:
        """The titles in an Atom feed."""
        answer = await self.get(path)
        assert answer.status == 200, answer.body
        return [entry.title for entry in parsed(answer.body).entries]


def with_web(settings: Settings, port: int = 0) -> Settings:
    """The settings with web pages."""
    web = settings.web.model_copy(update={"public_url": URL, "listen_port": port})
    return settings.model_copy(update={"web": web})


@asynccontextmanager
async def reader_of(world: DailyWorld) -> AsyncGenerator[Reader]:
    """A feed reader of the bot of this world."""
    world.bot.settings = with_web(world.bot.settings)
    async with serve_web_pages(world.bot) as port, aiohttp.ClientSession() as session:
        assert port is not None
        yield Reader(world, session, port)


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncIterator[Reader]:
    """A world with two lists, and a feed reader."""
    async with daily_world(tmp_path, PAPERS) as world, reader_of(world) as made:
        yield made


async def test_the_newest_list_is_a_feed(reader: Reader) -> None:
    """Best first, as Atom and as JSON; with the headers that a cache and a browser need."""
    answer = await reader.get("/feeds/newest.atom")
    assert answer.content_type == "application/atom+xml"
    assert answer.headers["Cache-Control"] == "public, max-age=900"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    read = parsed(answer.body)
    assert read.feed.title == "Daily papers, 24 November 2026"
    assert [entry.title for entry in read.entries] == ["Paper 1 of 24 November", "Paper 0 of 24 November"]
    answer = await reader.get("/feeds/newest.json")
    assert answer.content_type == "application/feed+json"
    read = checked(answer.body)
    assert [item["title"] for item in read["items"]] == ["Paper 1 of 24 November", "Paper 0 of 24 November"]
    assert read["feed_url"] == f"{URL}/feeds/newest.json"


async def test_a_feed_is_sent_again_only_if_it_changed(reader: Reader) -> None:
    """By ETag or by time; a new paper of the same day is a change, also for who compares times."""
    first = await reader.get("/feeds/newest.atom")
    tag, at = first.headers["ETag"], first.headers["Last-Modified"]
    for headers in ({"If_None_Match": tag}, {"If_None_Match": f'"x", W/{tag}'}, {"If_Modified_Since": at}):
        answer = await reader.get("/feeds/newest.atom", **headers)
        assert (answer.status, answer.body, answer.headers["ETag"]) == (304, b"", tag)
    reader.world.clock.move(minutes=2)
    assert (await reader.get("/feeds/newest.atom", If_Modified_Since=at)).status == 304
    await reader.world.library.add(list_of(TODAY, 5, 9, 1))
    reader.world.clock.move(minutes=2)
    for headers in ({"If_None_Match": tag}, {"If_Modified_Since": at}, {"If_None_Match": tag, "If_Modified_Since": at}):
        answer = await reader.get("/feeds/newest.atom", **headers)
        assert answer.status == 200
        assert len(parsed(answer.body).entries) == 3


async def test_head_has_the_headers_of_get_without_the_document(reader: Reader) -> None:
    """As RFC 9110 wants it."""
    get, head = await reader.get("/feeds/newest.json"), await reader.get("/feeds/newest.json", "HEAD")
    assert (head.status, head.body) == (200, b"")
    assert all(head.headers[name] == get.headers[name] for name in ("ETag", "Content-Type", "Content-Length"))
    assert (await reader.get("/feeds/newest.json", "POST")).status == 405


async def test_a_search_is_a_feed_of_its_newest_papers(reader: Reader) -> None:
    """With every word, of the last months; a mistake is explained, and nothing is too long."""
    assert await reader.titles("/feeds/search.atom?q=owls") == ["Paper 0 of 23 November", "Paper 1 of 23 November"]
    assert await reader.titles("/feeds/search.atom?q=study+question") == [
        "Paper 0 of 24 November",
        "Paper 1 of 24 November",
    ]
    assert await reader.titles("/feeds/search.atom?q=nothing+like+it") == []
    for wrong in ("", "?q=", "?q=%22open", f"?q={'x' * 501}"):
        answer = await reader.get(f"/feeds/search.atom{wrong}")
        assert (answer.status, answer.content_type) == (400, "text/plain")
    answer = await reader.get("/feeds/search.atom?q=%22open", Accept_Language="de")
    assert "Anführungszeichen" in answer.body.decode()


async def test_searches_are_limited_but_not_those_that_are_kept(reader: Reader) -> None:
    """Somebody who asks for very many hears when to come back."""
    answers = [(await reader.get(f"/feeds/search.json?q=owls+{n}")) for n in range(61)]
    assert [each.status for each in answers] == [200] * 60 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert (await reader.get("/feeds/search.json?q=owls+5")).status == 200


async def test_nothing_else_is_served(reader: Reader) -> None:
    """No other path and no other ending."""
    for path in ("", "/", "/feeds", "/feeds/newest", "/feeds/newest.xml", "/feeds/posts/x", "/feeds/posts/..%2Fx.atom"):
        assert (await reader.get(path)).status == 404


async def make_links(world: DailyWorld) -> list[str]:
    """The addresses that an administrator gets, below the public URL."""
    asked = await world.admin.slash(world.channel, "daily feed")
    assert asked.response is not None
    label = "Make links" if "aren't a feed" in whispered(asked) else "Make new links"
    made = await world.admin.click(asked.response, label=label)
    return [found.removeprefix(URL) for found in re.findall(r"`(https://\S+)`", shown(made))]


def shown(result: Any) -> str:
    """What a press shows in place."""
    return seen(result.edits[-1] if getattr(result, "edits", None) else result.response)


async def test_a_servers_posts_are_a_feed_if_its_administrator_wants_it(reader: Reader) -> None:
    """The link works until it is replaced or turned off, at once; what is in the database doesn't reveal it."""
    world = reader.world
    await world.store.daily_feeds.save(world.feed)
    await world.tick()
    atom, json = await make_links(world)
    token = atom.rpartition("/")[2].removesuffix(".atom")
    assert len(token) == 43
    posted = {"Paper 1 of 24 November", "Paper 0 of 24 November", "Paper 1 of 23 November", "Paper 0 of 23 November"}
    assert set(await reader.titles(atom)) == posted
    answer = await reader.get(json)
    read = checked(answer.body)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert read["items"][0]["date_modified"] == "2026-11-24T08:00:00Z"
    link = await world.store.private_links.of_posts(world.guild.id)
    assert link is not None
    assert token not in repr(link)
    assert (await reader.get(f"/feeds/posts/{link.token_hash[:43]}.atom")).status == 404
    replaced, _ = await make_links(world)
    assert [(await reader.get(path)).status for path in (atom, replaced)] == [404, 200]
    asked = await world.admin.slash(world.channel, "daily feed")
    assert asked.response is not None
    assert URL not in whispered(asked)
    await world.admin.click(asked.response, label="Turn off")
    assert (await reader.get(replaced)).status == 404


async def test_only_managers_make_links(world: World) -> None:
    """Nobody else can press the buttons."""
    forger = await Forger.of(world)
    assert "Manage Server" in whispered(await forger.press(custom_ids.POSTS_FEED("new")))
    assert await world.bot.store.private_links.of_posts(world.guild.id) is None


async def test_a_link_can_be_used_thirty_times_a_minute(reader: Reader) -> None:
    """Others go on; so does the same one a little later."""
    token = await reader.world.store.private_links.create_for_posts(1, reader.world.clock())
    other = await reader.world.store.private_links.create_for_posts(2, reader.world.clock())
    statuses = [(await reader.get(f"/feeds/posts/{token}.atom")).status for _ in range(31)]
    assert statuses == [200] * 30 + [429]
    assert (await reader.get(f"/feeds/posts/{other}.atom")).status == 200
    reader.world.clock.move(minutes=2)
    assert (await reader.get(f"/feeds/posts/{token}.atom")).status == 200


async def test_without_a_public_url_there_are_no_pages(tmp_path: Path) -> None:
    """And the command says what to do; a port in use is named before the bot starts."""
    async with daily_world(tmp_path, PAPERS[:1]) as world:
        async with serve_web_pages(world.bot) as port:
            assert port is None
        assert "has no web pages" in whispered(await world.admin.slash(world.channel, "daily feed"))
        async with reader_of(world) as reader:
            world.bot.settings = with_web(world.bot.settings, reader.port)
            with pytest.raises(SettingsError, match=r"\[web\] listen_host"):
                async with serve_web_pages(world.bot):
                    pass


async def test_the_log_names_no_link(
    reader: Reader, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the database cannot be read, the reader is asked to come back, and the log says why but not for whom."""

    async def locked(_links: PrivateLinks, token: str) -> None:
        raise OperationalError(f"SELECT {token}", {}, Exception("database is locked"))

    token = await reader.world.store.private_links.create_for_posts(1, reader.world.clock())
    monkeypatch.setattr(PrivateLinks, "find", locked)
    answer = await reader.get(f"/feeds/posts/{token}.atom")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "60")
    assert "Could not answer a request for a web page: OperationalError" in caplog.text
    assert token not in caplog.text
