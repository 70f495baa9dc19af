"""Forms that are open while the bot restarts: submitting them does what it would have done before."""

from __future__ import annotations

from typing import Any

import discord
import pytest
import simcord

from bot.interactions.components import BotInteraction
from tests.bot.ask.test_commands import numbered
from tests.bot.conftest import World, said, seen, whispered

QUESTION = "How much does CacheGen reduce bandwidth usage?"


async def submit_after_restart(
    world: World, form: simcord.InteractionResult, **values: Any
) -> simcord.InteractionResult:
    """Fill in a form that was opened before a restart."""
    assert form.modal is not None
    await world.restart()
    world.clock.move(minutes=10)
    return await world.member.submit_modal(form, values)


async def test_a_note_written_over_a_restart_is_saved(world: World) -> None:
    """The form's custom id says which paper it is for."""
    await world.bot.library.add(numbered(1))
    saved = await world.member.slash(world.channel, "save", paper="2611.00000")
    assert saved.response is not None
    form = await world.member.click(saved.response, label="Edit")
    await submit_after_restart(world, form, list="Reading list", note="owls\nhunt", tags="birds")
    [save] = await world.bot.store.saved_papers.of_list(world.member.id)
    assert (save.note, save.tags) == ("owls\nhunt", ("birds",))
    assert "> owls" in seen(saved.response)


async def test_a_question_about_an_answer_typed_over_a_restart_is_a_follow_up(world: World) -> None:
    """The form's custom id says which message it is about."""
    await world.member.slash(world.channel, "ask", question=QUESTION)
    form = await world.member.context_menu(world.channel, "Ask about this", world.last)
    assert "2.7-3x" in said(await submit_after_restart(world, form, question="and the total delay?"))


@pytest.mark.parametrize("deleted", [False, True])
async def test_a_question_about_named_papers_typed_over_a_restart_is_about_them(world: World, *, deleted: bool) -> None:
    """Even if the message was deleted while the form was open."""
    await world.bot.library.add(numbered(3))
    named = await world.admin.send(world.channel, "https://arxiv.org/abs/2611.00001")
    form = await world.member.context_menu(world.channel, "Ask about this", named)
    if deleted:
        await named.delete()
    await submit_after_restart(world, form, question="What is it about?")
    record = await world.bot.store.answers.latest(world.channel.id, world.member.id, world.clock.time)
    assert record is not None
    assert record.history[0].paper_ids == ("2611.00001",)


async def test_a_report_written_over_a_restart_is_stored(world: World) -> None:
    """For the answer whose form it was."""
    await world.member.slash(world.channel, "ask", question=QUESTION)
    noted = await world.member.click(world.last, label="Not useful")
    assert noted.response is not None
    form = await world.member.click(noted.response, label="Report")
    reported = await submit_after_restart(world, form, fault=["wrong paper"], comment="Another one")
    assert "Reported: **Wrong paper**" in whispered(reported)
    [report] = await world.bot.store.reports.all()
    assert report.comment == "Another one"


async def test_follows_and_their_schedule_are_changed_over_a_restart(world: World) -> None:
    """The text of one follow, and when messages are sent."""
    await world.member.slash(world.channel, "follow", words="owls")
    shown = await world.member.slash(world.channel, "following")
    assert shown.response is not None
    schedule = await world.member.click(shown.response, label="Change schedule")
    await submit_after_restart(world, schedule, often=["4"], hour=["18"], zone="Asia/Tokyo")
    assert "every Friday at 18:00 (Asia/Tokyo)" in seen(shown.response)
    await world.member.click(shown.response, label="Open")
    edit = await world.member.click(shown.response, label="Edit")
    await submit_after_restart(world, edit, text="crows")
    assert [each.text for each in await world.bot.store.follows.of(world.member.id)] == ["crows"]


class OldForm(discord.ui.Modal, title="Old"):
    """A form as earlier versions sent it."""

    first = discord.ui.TextInput[discord.ui.Modal](label="First", required=False)


async def test_a_form_of_an_earlier_version_is_answered(world: World) -> None:
    """Silence would look like a failure of Discord's."""

    @world.bot.tree.command(name="old")
    async def old(interaction: BotInteraction) -> None:
        """Open it"""
        await interaction.response.send_modal(OldForm())

    await world.bot.tree.sync()
    answer = await submit_after_restart(world, await world.member.slash(world.channel, "old"))
    assert "I was updated while this form was open, so nothing was saved." in whispered(answer)
