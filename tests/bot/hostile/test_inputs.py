"""Hostile inputs, thousands of them: each is answered in words, and nothing that goes out pings or is refused."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import re
import sqlite3
from collections.abc import Generator, Iterator
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any, cast

import pytest
import simcord

from bot.mail.mailer import MailService
from tests.bot.conftest import START, FakeClock, World, seen, world_of
from tests.bot.hostile import corpus
from tests.bot.hostile.forger import Forger, answer_to
from tests.bot.hostile.inputs import Hostile, inputs
from tests.wire.rules import SCHEMA_FILE, rule_errors, schema_errors

PING = re.compile(r"@everyone|@here|<@[!&]?\d+>")
IN_TEST, IN_SOAK, IN_A_WORLD = 300, 10_500, 150


class Defects(logging.Handler):
    """What the log must not have: tracebacks and errors."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.found = list[str]()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep an error or a traceback."""
        if record.levelno >= logging.ERROR or record.exc_info:
            self.found.append(logging.Formatter("%(name)s: %(message)s").format(record)[-3_000:])


@contextlib.contextmanager
def defects() -> Generator[list[str]]:
    """The defects in the log while the block runs."""
    handler = Defects()
    logging.getLogger().addHandler(handler)
    try:
        yield handler.found
    finally:
        logging.getLogger().removeHandler(handler)


async def settled_world(world: World) -> list[Forger]:
    """People who have used everything once, so that small ids exist; with nasty papers in the library."""
    await world.bot.library.add(corpus.papers())
    for person in (world.member, world.admin):
        for command, options in (
            ("ask", {"question": "How large is the bandwidth?"}),
            ("search", {"words": "owls"}),
            ("save", {"paper": "link-0", "note": "n"}),
            ("follow", {"words": "owls"}),
        ):
            await person.slash(world.channel, command, **options)
    await world.admin.slash(world.channel, "setup")
    return [await Forger.of(world), await Forger.of(world, world.admin)]


def wrong_with(requests: list[simcord.HttpLogEntry]) -> Iterator[str]:
    """What Discord would refuse, and what would ping."""
    for each in requests:
        sent: object = each.json
        if isinstance(sent, dict):
            body = cast("dict[str, Any]", sent)
            message = cast("dict[str, Any]", body["data"] if isinstance(body.get("data"), dict) else body)
            for file in message.get("attachments", ()):
                file["id"] = str(file["id"])  # a number is the place of an upload, which the schema lacks
            yield from schema_errors(each.method, each.path.split("?")[0], body)
            if "allowed_mentions" in message:
                yield from rule_errors(message)
                yield from _pings(message)


def _pings(message: dict[str, Any]) -> Iterator[str]:
    allowed: dict[str, Any] = message["allowed_mentions"]
    if (allowed.get("parse") or allowed.get("users") or allowed.get("roles")) and PING.search(json.dumps(message)):
        yield f"a ping: {allowed}"


async def outcome(world: World, each: Hostile) -> list[str]:
    """Everything that is wrong with the bot's response to an input."""
    world.clock.move(seconds=2)
    requests, before = world.env.http_requests, len(world.env.http_requests)
    with defects() as logged:
        result = await each.send()
        wrong = list(logged)
    wrong += wrong_with(requests[before:])
    if result is None:
        said = seen(world.channel.last_message)
    elif each.label.startswith("typing"):
        said = "" if result.autocomplete_choices is not None else "no choices, not even none"
        wrong += [said] if said else []
    else:
        said = answer_to(result)
        if not result.acknowledged or not (said or result.modal or result.deferred):
            wrong.append("no answer")
    if "Something went wrong" in said:
        wrong.append(said)
    return wrong


def half_written(database: Path) -> list[str]:
    """What is inconsistent in the database."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        rows = [*connection.execute("PRAGMA integrity_check"), *connection.execute("PRAGMA foreign_key_check")]
        open_deliveries = connection.execute("SELECT kind, name FROM deliveries WHERE status = 'open'").fetchall()
    return [str(row) for row in [*rows, *open_deliveries] if row != ("ok",)]


async def responses_to(folder: Path, seed: int, count: int) -> None:
    """Send so many inputs to a new world; fails with the first few that are handled wrongly."""
    clock = FakeClock(START)
    async with world_of(folder, clock) as world:
        world.bot.mail = MailService.in_folder(world.bot.settings.mail, folder / "mail")
        forgers = await settled_world(world)
        failures = list[str]()
        for each in islice(inputs(Random(seed), forgers), count):
            wrong = await outcome(world, each)
            failures += [f"{each.label}\n    {line}" for line in wrong]
        for person in (world.member, world.admin):  # every row can be read
            for heading, group in world.bot.store.personal:
                assert await group.of_person(person.id) is not None, heading
        database = world.bot.settings.community_database
    failures += await asyncio.to_thread(half_written, database)
    assert not failures, f"{len(failures)} of {count}:\n" + "\n".join(failures[:12])


@pytest.mark.skipif(
    not SCHEMA_FILE.exists(), reason="needs ../shared/discord, without which Discord's schema isn't known"
)
def test_the_schema_is_there() -> None:
    """A button's label has at most 80 characters: the check below works."""
    button = {"type": 2, "style": 2, "custom_id": "x", "label": "y" * 81}
    message = {"flags": 1 << 15, "components": [{"type": 1, "components": [button]}]}
    assert schema_errors("POST", "/channels/1/messages", message)


@pytest.mark.parametrize("seed", range(IN_TEST // IN_A_WORLD))
async def test_a_few_hundred_hostile_inputs(tmp_path: Path, seed: int) -> None:
    """A refusal or an answer in words for each; no traceback, no ping, no message that Discord refuses."""
    await responses_to(tmp_path, seed, IN_A_WORLD)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1_000, 1_000 + IN_SOAK // IN_A_WORLD))
async def test_ten_thousand_hostile_inputs(tmp_path: Path, seed: int) -> None:
    """The same, many more, and others."""
    await responses_to(tmp_path, seed, IN_A_WORLD)
