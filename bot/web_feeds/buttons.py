"""The buttons of ``/daily feed``: make links to a server's posts, and turn them off."""

from __future__ import annotations

from bot.interactions.components import BotInteraction, on_press
from bot.interactions.permissions import check_let_in, guild_of
from bot.ui import custom_ids
from bot.ui.notices import notice_card
from bot.web_feeds.cards import new_feed_card
from bot.web_feeds.service import public_url_of


@on_press(custom_ids.POSTS_FEED)
async def change_posts_feed(interaction: BotInteraction, what: str) -> None:
    """Make new links or delete them, if the person may use ``/daily``."""
    await check_let_in(interaction, "daily")
    bot, guild = interaction.client, guild_of(interaction)
    if what == "off":
        await bot.store.private_links.revoke_for_posts(guild.id)
        card = notice_card("This server's posts aren't a feed any more, and its links don't work.")
    else:
        url = public_url_of(bot.settings.web)
        token = await bot.store.private_links.create_for_posts(guild.id, bot.clock())
        card = new_feed_card(*(f"{url}/feeds/posts/{token}.{ending}" for ending in ("atom", "json")))
    await interaction.response.edit_message(view=card)
