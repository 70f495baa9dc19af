"""``/ask`` and "Ask about this" on a message."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.ask.service import LONGEST_QUESTION, Asker, about_message, ask, sent
from bot.client import PaperBot
from bot.errors import reports_errors
from retrieval.answering.types import Turn

Press = discord.Interaction[PaperBot]


async def answer_to(
    interaction: Press, question: str, history: tuple[Turn, ...] | None = None, *, private: bool = False
) -> None:
    """Answer an interaction with a card; Discord shows "thinking" until it is there."""
    await interaction.response.defer(thinking=True, ephemeral=private)
    bot = interaction.client
    reply = await ask(bot, Asker.of(interaction), question, history=history, private=private)
    message = await interaction.followup.send(view=reply.card, wait=True)
    await sent(bot, reply, message)


class FollowUp(discord.ui.Modal):
    """Asks for the question, where a message names papers but asks nothing."""

    question = discord.ui.TextInput[discord.ui.Modal](
        label="Your question",
        style=discord.TextStyle.paragraph,
        placeholder="For example: how much faster is it, and on which benchmark?",
        max_length=LONGEST_QUESTION,
    )

    def __init__(self, history: tuple[Turn, ...]) -> None:
        super().__init__(title="Ask about this", timeout=900)
        self.history = history

    @reports_errors
    async def on_submit(self, interaction: Press, /) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Answer what was typed."""
        await answer_to(interaction, self.question.value, self.history)


class Ask(commands.Cog):
    """Questions by command."""

    def __init__(self, bot: PaperBot) -> None:
        self.bot = bot
        self.menu = app_commands.ContextMenu(name="Ask about this", callback=self.ask_about)

    async def cog_load(self) -> None:
        """Add the message menu, which a cog does not add by itself."""
        self.bot.tree.add_command(self.menu)

    async def cog_unload(self) -> None:
        """Take it away again."""
        self.bot.tree.remove_command(self.menu.name, type=self.menu.type)

    @app_commands.command(name="ask")
    @app_commands.describe(
        question="What you want to know, in your own words",
        private="Only you see the answer; you can share it when you have read it",
    )
    async def ask(
        self,
        interaction: Press,
        question: app_commands.Range[str, 1, LONGEST_QUESTION],
        private: bool = False,
    ) -> None:
        """Ask the papers: the answer is quoted from their abstracts"""
        await answer_to(interaction, question, private=private)

    async def ask_about(self, interaction: Press, message: discord.Message) -> None:
        """Answer a message's question; where it names papers instead, ask what to know of them."""
        subject = await about_message(self.bot, message)
        if subject.question is None:
            await interaction.response.send_modal(FollowUp(subject.history))
        else:
            await answer_to(interaction, subject.question, subject.history)
