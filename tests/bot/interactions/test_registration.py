"""Every command, listener, button and menu of the code is in the running bot, once."""

from __future__ import annotations

import re
from collections import Counter
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules, walk_packages
from typing import Any

import pytest
from discord.ext import commands
from hypothesis import given
from hypothesis import strategies as st

import bot
from bot.client import FEATURES, PaperBot
from bot.interactions.components import CARD_ITEMS, CardItem
from bot.interactions.registration import card_items_in
from tests.bot.conftest import FakeClock, world_of

ITEMS = [item for feature in FEATURES for item in card_items_in(feature)]


def pattern_of(item: type[CardItem]) -> re.Pattern[str]:
    """What discord.py compares custom ids with."""
    return item.__discord_ui_compiled_template__


def subclasses(base: type[Any]) -> set[type[Any]]:
    """All subclasses of a class that the bot's modules define."""
    found = {each for child in base.__subclasses__() for each in {child, *subclasses(child)}}
    return {each for each in found if each.__module__.startswith("bot.")}


def test_every_package_with_a_setup_is_loaded() -> None:
    """A new feature cannot be left out of the client's list."""
    packages = [each.name for each in iter_modules(bot.__path__, "bot.") if each.ispkg]
    assert sorted(FEATURES) == sorted(name for name in packages if hasattr(import_module(name), "setup"))


async def test_a_start_registers_every_cog_and_item_once(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the code defines is what the bot loads."""
    for module in walk_packages(bot.__path__, "bot."):
        if not module.name.startswith("bot.storage.migrations"):
            import_module(module.name)
    registered, add = list[Any](), PaperBot.add_dynamic_items

    def recorded(self: PaperBot, *items: Any) -> None:
        registered.extend(items)
        add(self, *items)

    monkeypatch.setattr(PaperBot, "add_dynamic_items", recorded)
    async with world_of(tmp_path, clock) as world:
        assert Counter(registered) == Counter(CARD_ITEMS)
        assert Counter(map(type, world.bot.cogs.values())) == Counter(subclasses(commands.Cog))


@given(st.one_of([st.from_regex(pattern_of(item), fullmatch=True) for item in ITEMS]))
def test_a_custom_id_belongs_to_one_item(custom_id: str) -> None:
    """No press is answered twice, whatever the fields of its id are."""
    assert len([item for item in ITEMS if pattern_of(item).fullmatch(custom_id)]) == 1
