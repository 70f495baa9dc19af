"""``/reading``: a server's reading list."""

from __future__ import annotations

from datetime import time
from typing import Final

import discord
from discord import app_commands
from discord.ext import commands

from bot.interactions.autocomplete import paper_autocomplete
from bot.interactions.components import BotInteraction, send_ephemeral
from bot.interactions.options import TimeOfDay, Zone
from bot.interactions.permissions import TO_POST, check_channel, check_manages, guild_of
from bot.papers.list_cards import choose_card
from bot.reading.buttons import added, left
from bot.reading.cards import reading_list_card
from bot.reading.service import NO_LIST, NOT_LISTED, reading_service
from bot.storage.reading_lists import ReadingList
from bot.texts import WEEKDAYS, tr
from bot.ui.components import title_link
from bot.ui.markdown import bold
from bot.ui.notices import notice_card
from retrieval.errors import InvalidInput

TO_OPEN: Final = (*TO_POST, "create_public_threads", "send_messages_in_threads")
_PAPER: Final = "An arXiv id, a link, or part of the title"


@app_commands.guild_only()
class ReadingCommands(commands.GroupCog, group_name="reading", group_description="Read papers together, one a week"):
    """Commands about the reading list."""

    @app_commands.command(name="list")
    async def list(self, interaction: BotInteraction) -> None:
        """The papers that this server may read next: vote, join, leave"""
        overview = await reading_service(interaction.client).overview(interaction.guild_id, interaction.user.id)
        await send_ephemeral(interaction, reading_list_card(overview))

    @app_commands.command(name="add")
    @app_commands.describe(paper=_PAPER)
    @app_commands.autocomplete(paper=paper_autocomplete)
    async def add(self, interaction: BotInteraction, paper: app_commands.Range[str, 1, 300]) -> None:
        """Put a paper forward, with your vote"""
        await reading_service(interaction.client).get(interaction.guild_id)
        await interaction.response.defer(ephemeral=True, thinking=True)
        found = await interaction.client.library.find(paper)
        card = notice_card(await added(interaction, found[0].id)) if len(found) == 1 else choose_card(paper, found)
        await interaction.followup.send(view=card, ephemeral=True)

    @app_commands.command(name="join")
    async def join(self, interaction: BotInteraction) -> None:
        """Be mentioned before a paper is discussed"""
        service = reading_service(interaction.client)
        reading = await service.get(interaction.guild_id)
        await service.store.readers.join(reading.guild_id, interaction.user.id, service.clock())
        await send_ephemeral(interaction, notice_card("You'll be mentioned before a paper is discussed."))

    @app_commands.command(name="leave")
    async def leave(self, interaction: BotInteraction) -> None:
        """Don't be mentioned any more"""
        await send_ephemeral(interaction, notice_card(await left(interaction)))

    @app_commands.command(name="setup")
    @app_commands.rename(time_of_day="time")
    @app_commands.choices(day=[app_commands.Choice(name=day, value=number) for number, day in enumerate(WEEKDAYS)])
    @app_commands.describe(
        channel="Where the thread of each week's paper opens",
        day="The day of the week on which the paper with the most votes is chosen",
        time_of_day="Time of that day, 24-hour, like 09:00",
        zone="Time zone of that time: start typing a city or region",
        discuss_after="Hours from then until you discuss the paper",
        remind_before="Hours before the discussion at which those who joined are mentioned",
    )
    async def setup(
        self,
        interaction: BotInteraction,
        channel: discord.TextChannel,
        day: int = 0,
        time_of_day: app_commands.Transform[time, TimeOfDay] | None = None,
        zone: app_commands.Transform[str, Zone] | None = None,
        discuss_after: app_commands.Range[int, 1, 160] = 72,
        remind_before: app_commands.Range[int, 0, 72] = 24,
    ) -> None:
        """Start this server's reading list, or change it (for server managers)"""
        check_manages(interaction)
        check_channel(channel, TO_OPEN)
        if remind_before > discuss_after:
            raise InvalidInput("The reminder would come before the paper is chosen. Choose fewer hours for it.")
        bot, guild, defaults = interaction.client, guild_of(interaction), interaction.client.settings.daily
        reading = ReadingList(
            guild.id,
            channel.id,
            day,
            time_of_day or defaults.time,
            zone or defaults.zone,
            discuss_after,
            remind_before,
            bot.clock(),
        )
        await bot.store.reading_lists.save(reading)
        overview = await reading_service(bot).overview(guild.id, interaction.user.id)
        await send_ephemeral(interaction, reading_list_card(overview))

    @app_commands.command(name="remove")
    @app_commands.describe(paper=_PAPER)
    @app_commands.autocomplete(paper=paper_autocomplete)
    async def remove(self, interaction: BotInteraction, paper: app_commands.Range[str, 1, 300]) -> None:
        """Take a paper off the reading list (for server managers)"""
        check_manages(interaction)
        lists, guild_id = interaction.client.store.reading_lists, interaction.guild_id or 0
        for each in await interaction.client.library.find(paper):
            if await lists.remove(guild_id, each.id):
                text = tr("{paper} is off the reading list.", paper=bold(title_link(each, 150)))
                await send_ephemeral(interaction, notice_card(text))
                return
        raise InvalidInput(NOT_LISTED)

    @app_commands.command(name="stop")
    async def stop(self, interaction: BotInteraction) -> None:
        """Stop this server's reading list; papers and votes stay (for server managers)"""
        check_manages(interaction)
        if not await interaction.client.store.reading_lists.stop(interaction.guild_id or 0):
            raise InvalidInput(NO_LIST)
        await send_ephemeral(interaction, notice_card("I'll open no more threads. `/reading setup` starts again."))
