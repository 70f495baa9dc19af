"""``/ask``, and "Ask about this" on a message."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.ask.answer_card import reply_card
from bot.ask.forms import QuestionForm
from bot.ask.service import MAX_QUESTION_LENGTH, Asker, MessageContent, ask_service
from bot.interactions.components import BotInteraction
from retrieval.answering.types import Turn


async def answer_interaction(
    interaction: BotInteraction, question: str, history: tuple[Turn, ...] | None = None, *, private: bool = False
) -> None:
    """Answer with a card; Discord shows "thinking" until it is sent."""
    await interaction.response.defer(thinking=True, ephemeral=private)
    service = ask_service(interaction.client)
    reply = await service.ask(Asker.of(interaction), question, history=history, private=private)
    message = await interaction.followup.send(view=reply_card(reply), wait=True)
    await service.attach(reply, message.id)


class AskCommand(commands.Cog):
    """``/ask``."""

    @app_commands.command(name="ask")
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


@app_commands.context_menu(name="Ask about this")
async def ask_about(interaction: BotInteraction, message: discord.Message) -> None:
    """Answer the question in a message; if it only names papers, ask for the question."""
    subject = await ask_service(interaction.client).subject(MessageContent.of(message))
    if subject.question is None:
        await interaction.response.send_modal(QuestionForm(subject.history, answer_interaction))
    else:
        await answer_interaction(interaction, subject.question, subject.history)
