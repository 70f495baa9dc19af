"""The buttons of reading lists."""

from __future__ import annotations

from bot.interactions.components import BotInteraction, on_press, send_ephemeral
from bot.papers.paper_card import paper_card
from bot.reading.cards import reading_list_card
from bot.reading.service import reading_service
from bot.storage.deliveries import DeliveryKind
from bot.texts import tr, tr_count
from bot.ui import custom_ids
from bot.ui.components import title_link
from bot.ui.markdown import bold
from bot.ui.notices import notice_card
from retrieval.errors import InvalidInput


@on_press(custom_ids.READING_ADD)
async def put_forward(interaction: BotInteraction, paper: str) -> None:
    """Put a paper forward."""
    await send_ephemeral(interaction, notice_card(await added(interaction, paper)))


async def added(interaction: BotInteraction, paper_id: str) -> str:
    """Put a paper forward; what that did, in words."""
    paper, is_new = await reading_service(interaction.client).add(interaction.guild_id, interaction.user.id, paper_id)
    title = bold(title_link(paper, 150))
    return (
        tr("{paper} is on the reading list, with your vote.", paper=title)
        if is_new
        else tr("{paper} was on the reading list already, and has your vote.", paper=title)
    )


@on_press(custom_ids.READING_VOTE)
async def vote(interaction: BotInteraction, paper: str) -> None:
    """Vote for a paper on the list; a second press removes the vote."""
    found, voted, votes = await reading_service(interaction.client).vote(
        interaction.guild_id, interaction.user.id, paper
    )
    title = bold(title_link(found, 150))
    done = tr("You voted for {paper}.", paper=title) if voted else tr("You removed your vote for {paper}.", paper=title)
    total = tr_count("It has {number} vote now.", "It has {number} votes now.", votes)
    await send_ephemeral(interaction, notice_card(f"{done} {total}"))


@on_press(custom_ids.READING_JOIN)
async def join_or_leave(interaction: BotInteraction, what: str) -> None:
    """Be reminded of discussions, or no more."""
    service = reading_service(interaction.client)
    reading = await service.get(interaction.guild_id)
    if what == "join":
        await service.store.readers.join(reading.guild_id, interaction.user.id, service.clock())
    else:
        await service.store.readers.leave(reading.guild_id, interaction.user.id)
    overview = await service.overview(reading.guild_id, interaction.user.id)
    await send_ephemeral(interaction, reading_list_card(overview))


@on_press(custom_ids.READING_LEAVE)
async def leave(interaction: BotInteraction, reminder: int) -> None:  # noqa: ARG001 - part of the id
    """Be reminded no more."""
    await send_ephemeral(interaction, notice_card(await left(interaction)))


async def left(interaction: BotInteraction) -> str:
    """Remind a person no more; what that did, in words. There may be no list any more."""
    store, guild_id = interaction.client.store, interaction.guild_id or 0
    await store.readers.leave(guild_id, interaction.user.id)
    done, back = tr("You won't be reminded any more."), tr("`/reading join` brings it back.")
    return done if await store.reading_lists.get(guild_id) is None else f"{done} {back}"


@on_press(custom_ids.READING)
async def show_weekly_paper(interaction: BotInteraction, reading: int) -> None:
    """Show a week's paper to the person who pressed."""
    bot = interaction.client
    opened = await bot.store.deliveries.get(DeliveryKind.READING, reading)
    if opened is None or opened.guild_id != interaction.guild_id:
        raise InvalidInput("I no longer have that paper. Use `/paper` to find it.")
    await send_ephemeral(interaction, paper_card(await bot.library.paper(opened.name)))
