"""The menus, buttons and forms of the ``/setup`` screen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import discord
from discord.utils import format_dt

from bot.daily_post.buttons import save_draft
from bot.daily_post.poster import preview
from bot.daily_post.preview_card import preview_card
from bot.daily_post.service import NO_PREVIEW, check_wait_until, feed_service, parse_rules
from bot.daily_post.test_posts import send_test_post
from bot.interactions.components import BotInteraction, on_choice, on_press, on_submit, take_place
from bot.interactions.options import parse_time, parse_weekdays, parse_zone
from bot.interactions.permissions import check_channel, check_let_in, guild_of
from bot.server_setup.screen import change_draft, draw_screen, get_setup_draft, open_screen, update_screen
from bot.server_setup.service import channel_in, parse_votes, switch_channel, toggle_link_cards, with_when_empty
from bot.server_setup.setup_card import OWN_VOTES, PAPER_NUMBERS, SOURCE_VOTES, add_test_note, rules_form, time_form
from bot.storage.daily_feeds import DailyFeed, WhenEmpty
from bot.texts import in_locale, mark, tr
from bot.ui import custom_ids
from bot.ui.markdown import small
from bot.ui.notices import notice_card
from bot.ui.validation import member
from retrieval.errors import InvalidInput


@on_press(custom_ids.SETUP_OPEN)
async def open_setup(interaction: BotInteraction) -> None:
    """Open the screen, as ``/setup`` does, if the person may use that."""
    await check_let_in(interaction, "setup")
    await open_screen(interaction)


@on_choice(custom_ids.SETUP_MENU, takes_place=False, clearable=True)
async def choose(interaction: BotInteraction, chosen: str, what: str, draft: int) -> None:
    """Apply a choice: discussions to the server immediately, everything else to the draft.

    It takes no place: a setup takes a dozen choices.
    """
    feed, store = await get_setup_draft(interaction, draft), interaction.client.store
    guild = guild_of(interaction)
    if what == "discussions":
        place = channel_in(guild, chosen, discord.TextChannel, discord.ForumChannel) if chosen else None
        await store.discussions.set_place(feed.guild_id, place)
        await update_screen(interaction, draft, feed)
    elif what == "channel":
        feed, news = await switch_channel(store, feed, channel_in(guild, chosen, discord.TextChannel))
        await change_draft(interaction, draft, feed, news)
    else:
        await change_draft(interaction, draft, with_choice(feed, what, chosen))


def with_choice(draft: DailyFeed, what: str, value: str) -> DailyFeed:
    """The draft with the value chosen in one of its menus."""
    match what:
        case "papers":
            return replace(draft, papers=int(_offered(value, PAPER_NUMBERS)))
        case "order":
            return replace(draft, server_votes=_offered(value, (OWN_VOTES, SOURCE_VOTES)) == OWN_VOTES)
        case _:
            return with_when_empty(draft, member(value, WhenEmpty))


def _offered(value: str, values: Collection[str]) -> str:
    """The value itself. Raises ``InvalidInput`` if the menu doesn't offer it."""
    if value not in values:
        raise InvalidInput("That isn't one of the choices. Please choose again.")
    return value


@on_press(custom_ids.SETUP, takes_place=False)
async def act(interaction: BotInteraction, what: str, draft: int) -> None:
    """Do what a button of the screen says."""
    feed = await get_setup_draft(interaction, draft)
    match what:
        case "time":
            await interaction.response.send_modal(time_form(feed, draft))
        case "rules":
            await interaction.response.send_modal(rules_form(feed, draft))
        case "try":
            await show_preview(interaction, draft, feed)
        case "test":
            await send_test(interaction, draft, feed)
        case "links":
            await toggle_link_cards(interaction.client.store, feed.guild_id)
            await update_screen(interaction, draft, feed)
        case "save":
            await save_draft(interaction, feed)
        case _:
            await interaction.response.edit_message(view=notice_card("The daily post wasn't changed."))


@on_submit(custom_ids.SETUP_TIME_FORM)
async def change_time(interaction: BotInteraction, values: Mapping[str, str], draft: int) -> None:
    """Change when the post goes out. Raises ``InvalidInput`` for a value that can't be used."""
    at, zone, days = parse_time(values["time"]), parse_zone(values["zone"]), parse_weekdays(values["days"])
    until = parse_time(values["until"]) if values.get("until", "").strip() else None
    feed = await get_setup_draft(interaction, draft)
    check_wait_until(feed.when_empty, at, until)
    await change_draft(interaction, draft, replace(feed, time=at, zone=zone, weekdays=days, wait_until=until))


@on_submit(custom_ids.SETUP_RULES_FORM)
async def change_rules(interaction: BotInteraction, values: Mapping[str, str], draft: int) -> None:
    """Change which papers the post shows. Raises ``InvalidInput`` for a value that can't be used."""
    rules = parse_rules(values["rules"]) if values["rules"].strip() else ""
    votes = parse_votes(values["votes"])
    feed = await get_setup_draft(interaction, draft)
    await change_draft(interaction, draft, replace(feed, rules=rules, minimum_votes=votes))


async def show_preview(interaction: BotInteraction, draft_id: int, draft: DailyFeed) -> None:
    """Show what the draft would post from recent lists, what not, and why."""
    take_place(interaction)
    await interaction.response.defer(ephemeral=True, thinking=True)
    editions = await feed_service(interaction.client).recent_editions(draft)
    await interaction.followup.send(view=preview_card(draft, editions, draft_id, page=0), ephemeral=True)


async def send_test(interaction: BotInteraction, draft_id: int, draft: DailyFeed) -> None:
    """Post what the draft would post now; the message is deleted after a minute."""
    bot = interaction.client
    take_place(interaction)
    channel = guild_of(interaction).get_channel(draft.channel_id)
    if not isinstance(channel, discord.TextChannel):
        raise InvalidInput("That channel was deleted. Choose another one.")
    check_channel(channel)
    await interaction.response.defer()
    with in_locale(channel.guild.preferred_locale):
        post = await preview(bot.library, bot.store, draft, bot.clock())
        note = tr("Test post by {person}. It will be deleted after a minute.", person=interaction.user.mention)
    if post is None:
        raise InvalidInput(NO_PREVIEW)
    add_test_note(post, small(note))
    test_post = await send_test_post(bot.store, channel, post, bot.clock())
    sent = mark("Sent a test post to {channel}. It will be deleted {when}.")
    news = tr(sent, channel=f"<#{channel.id}>", when=format_dt(test_post.delete_at, "R"))
    await interaction.edit_original_response(view=await draw_screen(interaction, draft_id, draft, news))
