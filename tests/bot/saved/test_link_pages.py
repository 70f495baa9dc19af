"""Private links to saved papers, as Zotero and a browser fetch them."""

from __future__ import annotations

import re
from collections.abc import Mapping

import aiohttp
import pytest
import rispy
from pybtex.database import parse_string

from bot.cli.web_pages import serve_web_pages
from bot.ui import custom_ids
from tests.bot.conftest import World, seen, whispered
from tests.bot.hostile.forger import Forger
from tests.bot.web_feeds.test_pages import with_web

URL = "https://papers.example.org/bot"


@pytest.fixture
async def linked(world: World) -> World:
    """A world with web pages, where a member has saved two papers in two lists."""
    world.bot.settings = with_web(world.bot.settings)
    for title, name in (("CacheGen", "To read"), ("COFFE", "Später: mehr")):
        [paper, *_] = (await world.bot.library.search(title)).hits
        await world.member.slash(world.channel, "save", paper=paper.paper.id, list=name, note="mine")
    return world


async def make_link(world: World, label: str, list_name: str | None = None) -> list[str]:
    """What the card of a new link says: its addresses below the public URL."""
    listed = await world.member.slash(world.channel, "saved", **({"list": list_name} if list_name else {}))
    assert listed.response is not None
    asked = await world.member.click(listed.response, label="Export")
    assert asked.response is not None
    card = await world.member.click(asked.response, label="Link for Zotero")
    assert card.response is not None
    pressed = await world.member.click(card.response, label=label)
    return re.findall(rf"`{re.escape(URL)}(/saved/\S+)`", seen(pressed.response))


async def fetch(port: int, path: str, **headers: str) -> tuple[int, Mapping[str, str], str]:
    """Status, headers and text of an address below the public one."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/bot{path}", headers=names) as answer,
    ):
        return answer.status, answer.headers, await answer.text()


async def test_a_link_has_a_list_as_it_is_now(linked: World) -> None:
    """As RIS and as BibTeX, with the types and names by which Zotero takes them; and only this list."""
    async with serve_web_pages(linked.bot) as port:
        assert port is not None
        ris, bibtex = await make_link(linked, "Make a link", "To read")
        status, headers, text = await fetch(port, ris)
        assert (status, headers["Content-Type"]) == (200, "application/x-research-info-systems; charset=utf-8")
        assert headers["Content-Disposition"] == 'attachment; filename="to-read.ris"'
        assert headers["Cache-Control"] == "private, no-cache"
        [record] = rispy.loads(text)
        assert "CacheGen" in record["title"]
        assert (await fetch(port, ris, If_None_Match=headers["ETag"]))[0] == 304
        status, headers, text = await fetch(port, bibtex)
        assert (status, headers["Content-Type"]) == (200, "application/x-bibtex; charset=utf-8")
        assert headers["Content-Disposition"] == 'attachment; filename="to-read.bib"'
        assert len(parse_string(text, "bibtex").entries) == 1
        [hit, *_] = (await linked.bot.library.search("hardware-aware")).hits
        await linked.member.slash(linked.channel, "save", paper=hit.paper.id, list="To read")
        assert len(rispy.loads((await fetch(port, ris))[2])) == 2
        everything, _ = await make_link(linked, "Make a link")
        assert len(rispy.loads((await fetch(port, everything))[2])) == 3
        assert (await fetch(port, ris))[0] == 200


async def test_a_link_ends_when_it_is_replaced_deleted_or_its_owner_forgotten(linked: World) -> None:
    """At once. What is stored and exported about a person doesn't have the link itself."""
    async with serve_web_pages(linked.bot) as port:
        assert port is not None
        old, _ = await make_link(linked, "Make a link", "To read")
        new, _ = await make_link(linked, "Make a link", "To read")
        assert [(await fetch(port, path))[0] for path in (old, new)] == [404, 200]
        [link] = await linked.bot.store.private_links.of_person(linked.member.id)
        assert new.rpartition("/")[2].removesuffix(".ris") not in repr(link)
        assert await make_link(linked, "Delete all links") == []
        assert (await fetch(port, new))[0] == 404
        last, _ = await make_link(linked, "Make a link", "Später: mehr")
        await linked.bot.store.forget_person(linked.member.id)
        assert (await fetch(port, last))[0] == 404


async def test_links_of_servers_and_persons_are_not_confused(linked: World) -> None:
    """The token of one is nothing for the other."""
    posts = await linked.bot.store.private_links.create_for_posts(linked.guild.id, linked.clock())
    saved = await linked.bot.store.private_links.create_for_saved(linked.member.id, "", linked.clock())
    async with serve_web_pages(linked.bot) as port:
        assert port is not None
        paths = (f"/saved/{posts}.ris", f"/feeds/posts/{saved}.atom", f"/saved/{saved}.csv", f"/saved/{saved[:-1]}.ris")
        assert [(await fetch(port, path))[0] for path in paths] == [404] * 4
        statuses = [(await fetch(port, f"/saved/{saved}.ris"))[0] for _ in range(30)]
    assert (statuses[0], statuses[-1]) == (200, 429)


async def test_links_are_offered_where_there_are_pages_for_lists_that_are_there(world: World) -> None:
    """Nobody makes one of somebody else's list."""
    forger = await Forger.of(world)
    assert "has no web pages" in whispered(await forger.press(custom_ids.SAVED_LINK("new", "")))
    world.bot.settings = with_web(world.bot.settings)
    assert "no such list" in whispered(await forger.press(custom_ids.SAVED_LINK("new", "Hers")))
