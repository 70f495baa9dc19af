"""``/ask``, and "Ask about this" on a message, with its form."""

from __future__ import annotations

from collections.abc import Mapping

import discord
from discord import app_commands
from discord.ext import commands

from bot.admission import leave_at_the_end_of_this_task
from bot.ask.answer_card import reply_card
from bot.ask.forms import question_form
from bot.ask.service import MAX_QUESTION_LENGTH, Asker, MessageContent, ask_service
from bot.cooldown import QUESTION
from bot.errors import REQUEST_FAILURES
from bot.interactions.components import BotInteraction, on_submit
from bot.interactions.deferral import defer_if_slow, send_reply
from bot.interactions.viewer import Viewer
from bot.ui import custom_ids
from retrieval.answering.types import Turn


async def answer_interaction(
    interaction: BotInteraction, question: str, history: tuple[Turn, ...] | None = None, *, private: bool = False
) -> None:
    """Answer with a card."""
    service = ask_service(interaction.client)
    async with defer_if_slow(interaction, private=private):
        reply = await service.ask(Asker.of(interaction), question, history=history, private=private)
        card = reply_card(reply)
    await service.attach(reply, await send_reply(interaction, card, private=private))


class AskCommand(commands.Cog):
    """``/ask``."""

    @app_commands.command(name="ask", extras=QUESTION)
    @app_commands.describe(
        question="What you want to know, in your own words",
        private="Only you see the answer, and you can share it later",
    )
    async def ask(
        self,
        interaction: BotInteraction,
        question: app_commands.Range[str, 1, MAX_QUESTION_LENGTH],
        private: bool = False,
    ) -> None:
        """Ask the papers: the answer is quoted from their abstracts"""
        await answer_interaction(interaction, question, private=private)


@app_commands.context_menu(name="Ask about this", extras=QUESTION)
async def ask_about(interaction: BotInteraction, message: discord.Message) -> None:
    """Answer the question in a message; if it only names papers, ask for the question."""
    subject = await ask_service(interaction.client).subject(MessageContent.of(message))
    if subject.question is None:
        papers = [paper for turn in subject.history[-1:] for paper in turn.paper_ids]
        await interaction.response.send_modal(question_form(message.id, papers))
    else:
        await answer_interaction(interaction, subject.question, subject.history)


@on_submit(custom_ids.QUESTION_FORM)
async def answer_form(interaction: BotInteraction, values: Mapping[str, str], message: int, papers: str) -> None:
    """Answer what was typed, as a follow-up to the message."""
    leave_at_the_end_of_this_task(await interaction.client.admit(interaction.user.id, interaction.guild_id))
    history = await ask_service(interaction.client).history_of_reply(message, Viewer.of(interaction))
    if history is None:
        named = await _named_papers(interaction, message) or papers.split(",")
        history = (Turn("", tuple(await interaction.client.library.papers(named))),)
    await answer_interaction(interaction, values["question"], history)


async def _named_papers(interaction: BotInteraction, message_id: int) -> tuple[str, ...]:
    """The papers that a message names; none if the bot may not read it, or it was deleted."""
    if not isinstance(interaction.channel, discord.abc.Messageable):
        return ()
    try:
        return MessageContent.of(await interaction.channel.fetch_message(message_id)).arxiv_ids
    except REQUEST_FAILURES:
        return ()
