"""The buttons, menus and the form of answers."""

from __future__ import annotations

from collections.abc import Mapping

import discord
from discord import app_commands

from bot.ask.answer_card import Audience, more_card, other_quotes_card, reply_card
from bot.ask.context_card import context_card
from bot.ask.feedback_card import reported_card, verdict_card
from bot.ask.forms import FAULTS, report_form
from bot.ask.service import ask_service, first_paper
from bot.ask.why_card import why_card
from bot.interactions.components import BotInteraction, on_choice, on_press, on_submit, send_ephemeral
from bot.interactions.viewer import Viewer
from bot.papers.buttons import show_paper, show_similar_papers
from bot.storage.reports import Fault, Report
from bot.texts import tr
from bot.ui import custom_ids
from bot.ui.notices import notice_card
from bot.ui.validation import member
from retrieval.errors import InvalidInput


@on_press(custom_ids.ANSWER_MORE)
async def show_more(interaction: BotInteraction, answer: int) -> None:
    """Show what else there is to an answer."""
    record = await ask_service(interaction.client).record(answer, Viewer.of(interaction))
    await send_ephemeral(interaction, more_card(answer, quotes=bool(record.quotes), others=bool(record.also)))


@on_press(custom_ids.OTHER_QUOTES)
async def show_other_quotes(interaction: BotInteraction, answer: int) -> None:
    """Show sentences that nearly made it into an answer, from the abstracts as they were quoted."""
    service = ask_service(interaction.client)
    quotes = await service.stored_quotes((await service.record(answer, Viewer.of(interaction))).also)
    await send_ephemeral(interaction, other_quotes_card(answer, quotes))


@on_press(custom_ids.ANSWER_PAPER)
async def show_first_paper(interaction: BotInteraction, answer: int) -> None:
    """Show the first paper of an answer."""
    await show_paper(
        interaction, first_paper(await ask_service(interaction.client).record(answer, Viewer.of(interaction)))
    )


@on_press(custom_ids.ANSWER_SIMILAR)
async def show_similar_to_first(interaction: BotInteraction, answer: int) -> None:
    """Show papers similar to the first one of an answer."""
    record = await ask_service(interaction.client).record(answer, Viewer.of(interaction))
    await show_similar_papers(interaction, first_paper(record))


@on_press(custom_ids.ANSWER_WHY)
async def explain_answer(interaction: BotInteraction, answer: int) -> None:
    """Answer again with an explanation; the answer may have changed since."""
    service = ask_service(interaction.client)
    record = await service.record(answer, Viewer.of(interaction))
    await interaction.response.defer(ephemeral=True, thinking=True)
    card = why_card(await service.explain(record), answer_id=record.id)
    await interaction.followup.send(view=card, ephemeral=True)


@on_press(custom_ids.ANSWER_CONTEXT)
async def show_in_context(interaction: BotInteraction, answer: int) -> None:
    """Show the abstract of the first paper that an answer quotes; the menu has the others."""
    quotes = await ask_service(interaction.client).quotes_by_paper(answer, Viewer.of(interaction))
    await send_ephemeral(interaction, context_card(answer, quotes, next(iter(quotes))))


@on_choice(custom_ids.CONTEXT_MENU)
async def show_other_context(interaction: BotInteraction, chosen: str, answer: int) -> None:
    """Show another abstract that an answer quotes in place."""
    quotes = await ask_service(interaction.client).quotes_by_paper(answer, Viewer.of(interaction))
    if chosen not in quotes:
        raise InvalidInput("I no longer have that abstract.")
    await interaction.response.edit_message(view=context_card(answer, quotes, chosen))


@on_press(custom_ids.ANSWER_SHARE)
async def share(interaction: BotInteraction, answer: int) -> None:
    """Share a private answer with the channel, once, as it was given. People can reply to it."""
    service = ask_service(interaction.client)
    record = await service.record(answer, Viewer.of(interaction))
    if record.user_id != interaction.user.id:
        raise InvalidInput("Only the person who asked can share this answer.")
    _check_may_write(interaction)
    answers, reply = interaction.client.store.answers, await service.restore(record)
    await interaction.response.defer()
    if not await answers.share(answer):
        raise InvalidInput("This answer is already shared.")
    try:
        card = reply_card(reply, Audience(shared_by=interaction.user.id))
        message = await interaction.followup.send(view=card, wait=True)
    except discord.HTTPException:
        await answers.unshare(answer)
        raise
    await service.attach(reply, message.id)
    await interaction.edit_original_response(view=reply_card(reply))


def _check_may_write(interaction: BotInteraction) -> None:
    """People who can't write in a channel can't do so through the bot."""
    needed = "send_messages_in_threads" if isinstance(interaction.channel, discord.Thread) else "send_messages"
    if interaction.guild_id is not None and not getattr(interaction.permissions, needed):
        raise app_commands.MissingPermissions([needed])


@on_press(custom_ids.FEEDBACK)
async def judge(interaction: BotInteraction, verdict: str, answer: int) -> None:
    """Store whether an answer was useful: one verdict per person, removed by a second press."""
    bot = interaction.client
    await ask_service(bot).record(answer, Viewer.of(interaction))
    stored = await bot.store.feedback.set(answer, interaction.user.id, verdict == "useful", bot.clock())
    await send_ephemeral(interaction, verdict_card(answer, stored))


@on_press(custom_ids.ANSWER_REPORT)
async def ask_what_is_wrong(interaction: BotInteraction, answer: int) -> None:
    """Ask what is wrong with an answer."""
    await interaction.response.send_modal(
        report_form(await ask_service(interaction.client).record(answer, Viewer.of(interaction)))
    )


@on_submit(custom_ids.REPORT_FORM)
async def report(interaction: BotInteraction, values: Mapping[str, str], answer: int) -> None:
    """Report a wrong answer to whoever runs the bot."""
    bot, fault, comment = interaction.client, member(values["fault"], Fault), values.get("comment", "").strip()
    await ask_service(bot).record(answer, Viewer.of(interaction))
    await bot.store.reports.keep(Report(answer, interaction.user.id, fault, comment, bot.clock()))
    await send_ephemeral(interaction, reported_card(answer, FAULTS[fault][0]))


@on_press(custom_ids.REPORT_UNDO)
async def undo_report(interaction: BotInteraction, answer: int) -> None:
    """Delete a report, and say so in place."""
    was_there = await interaction.client.store.reports.take_back(answer, interaction.user.id)
    text = tr("Report deleted.") if was_there else tr("This report is already deleted.")
    await interaction.response.edit_message(view=notice_card(text))
