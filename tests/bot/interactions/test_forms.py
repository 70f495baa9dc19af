"""Forms that are submitted after a restart."""

from __future__ import annotations

import discord
import pytest
import simcord

from bot.interactions.components import BotInteraction
from tests.bot.ask.test_commands import numbered
from tests.bot.conftest import World, seen, whispered

QUESTION = "How much does CacheGen reduce bandwidth usage?"


def control_ids(shown: simcord.InteractionResult) -> list[str]:
    """The custom ids of a form's controls, in order."""
    assert shown.modal is not None
    inner = [each.get("component") or each["components"][0] for each in shown.modal["components"]]
    return [each["custom_id"] for each in inner]


async def test_a_note_written_over_a_restart_is_saved(world: World) -> None:
    """However late it comes: the form's custom id says which paper it is for."""
    await world.bot.library.add(numbered(1))
    saved = await world.member.slash(world.channel, "save", paper="2611.00000")
    assert saved.response is not None
    form = await world.member.click(saved.response, label="Edit")
    await world.restart()
    world.clock.move(hours=3)
    await world.member.submit_modal(form, {"list": "Reading list", "note": "owls\nhunt", "tags": "birds"})
    [save] = await world.bot.store.saved_papers.of_list(world.member.id)
    assert (save.note, save.tags) == ("owls\nhunt", ("birds",))
    assert "> owls" in seen(saved.response)


async def test_a_form_that_was_lost_in_a_restart_gives_its_text_back(world: World) -> None:
    """The person alone reads that nothing was saved, and can copy every word."""
    await world.member.slash(world.channel, "ask", question=QUESTION)
    form = await world.member.context_menu(world.channel, "Ask about this", world.last)
    await world.restart()
    [control] = control_ids(form)
    answer = await world.member.submit_modal(form, {control: "and `how much` *delay*?"})
    text = whispered(answer)
    assert "I was restarted while this form was open, so nothing was saved." in text
    assert "```\nand `how much` *delay*?\n```" in text


class LongForm(discord.ui.Modal, title="Long"):
    """A form with room for long texts, which discord.py must remember."""

    first = discord.ui.TextInput[discord.ui.Modal](label="First", required=False)
    second = discord.ui.TextInput[discord.ui.Modal](label="Second", required=False)


async def open_long_form(world: World) -> simcord.InteractionResult:
    """Open it by a command."""

    @world.bot.tree.command(name="long")
    async def long(interaction: BotInteraction) -> None:
        """Open it"""
        await interaction.response.send_modal(LongForm())

    await world.bot.tree.sync()
    return await world.member.slash(world.channel, "long")


@pytest.mark.parametrize("text", ["a" * 4_000, "```py\nprint()\n```"])
async def test_text_that_fits_no_card_is_given_back_as_a_file(world: World, text: str) -> None:
    """Long text, and text that would end a block of code."""
    form = await open_long_form(world)
    await world.restart()
    answer = await world.member.submit_modal(form, dict(zip(control_ids(form), [text, "more"], strict=True)))
    assert "as a file" in whispered(answer)
    assert answer.response is not None
    [file] = answer.response.message.attachments
    assert (await file.read()).decode() == f"{text}\n\nmore"


async def test_an_empty_form_that_was_lost_is_answered_too(world: World) -> None:
    """There is nothing to give back, but silence would look like a failure of Discord's."""
    form = await open_long_form(world)
    await world.restart()
    assert whispered(await world.member.submit_modal(form, {})).endswith("Please open it again.")


async def test_a_form_that_is_remembered_is_answered_once(world: World) -> None:
    """Its own answer, and nothing of a restart."""
    await world.member.slash(world.channel, "ask", question=QUESTION)
    form = await world.member.context_menu(world.channel, "Ask about this", world.last)
    answer = await world.member.submit_modal(form, {control_ids(form)[0]: "and the total delay?"})
    assert "restarted" not in seen(answer.response)
    assert answer.followups == []
