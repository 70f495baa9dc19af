"""``/following``: all that a person follows, to be tested, edited, paused and removed."""

from __future__ import annotations

from discord import app_commands
from discord.ext import commands

from bot.follows.alert_card import all_matches_card, pending_card
from bot.follows.follow_cards import query_error_card, removed_card
from bot.follows.follow_command import kept_text
from bot.follows.forms import EditForm, WhenForm, changed_text
from bot.follows.service import (
    follower_of,
    list_page,
    mend_of,
    one_page,
    own_follow,
    there_or_gone,
    told_papers,
    trial_page,
)
from bot.interactions.components import BotInteraction, CardButton
from bot.storage.alerts import FollowMatch
from bot.ui import custom_ids
from retrieval.errors import InvalidInput, QueryError


class Following(commands.Cog):
    """What is followed, by command."""

    @app_commands.command(name="following")
    async def following(self, interaction: BotInteraction) -> None:
        """What you follow: test, edit, pause or remove it, and choose when I write to you"""
        await interaction.response.send_message(
            view=await list_page(interaction.client, interaction.user.id), ephemeral=True
        )


class FollowButton(CardButton, template=custom_ids.FOLLOW):
    """Something done with one thing that is followed."""

    async def press(self, interaction: BotInteraction) -> None:
        """Do it, and show how it is now in the place of the card."""
        bot, what, follow_id = interaction.client, self.fields["what"], int(self.fields["follow"])
        if what == "edit":
            await interaction.response.send_modal(EditForm(await own_follow(interaction, follow_id)))
            return
        if what in {"remove", "restore"}:
            await _remove_or_restore(interaction, what, follow_id)
            return
        if what in {"pause", "resume"}:
            changed = await bot.store.follows.pause(interaction.user.id, follow_id, paused=what == "pause")
            page = await one_page(bot, there_or_gone(changed), "**Paused.**" if what == "pause" else "**Resumed.**")
        else:
            follow = await own_follow(interaction, follow_id)
            await interaction.response.defer()
            page = await (trial_page if what == "test" else one_page)(bot, follow)
            await interaction.edit_original_response(view=page)
            return
        await interaction.response.edit_message(view=page)


async def _remove_or_restore(interaction: BotInteraction, what: str, follow_id: int) -> None:
    bot, user_id = interaction.client, interaction.user.id
    if what == "remove":
        removed = there_or_gone(await bot.store.follows.remove(user_id, follow_id, bot.clock()))
        await interaction.response.edit_message(view=removed_card(removed))
        return
    restored = await bot.store.follows.restore(user_id, follow_id, bot.settings.follows.most)
    page = await one_page(bot, there_or_gone(restored), "**You follow it again.**")
    await interaction.response.edit_message(view=page)


class FollowInstead(CardButton, template=custom_ids.FOLLOW_INSTEAD):
    """Follow what was probably meant in the place of something."""

    async def press(self, interaction: BotInteraction) -> None:
        """Follow it, and show what it would have brought."""
        text = await kept_text(interaction, int(self.fields["search"]))
        follow_id = int(self.fields["follow"])
        await interaction.response.defer()
        try:
            changed = await changed_text(interaction, follow_id, text)
        except QueryError as error:
            follow = await own_follow(interaction, follow_id)
            button = await mend_of(interaction.client, interaction.user.id, error, follow)
            await interaction.edit_original_response(view=query_error_card(error, button))
        else:
            await interaction.edit_original_response(view=await trial_page(interaction.client, changed))


class FollowsPage(CardButton, template=custom_ids.FOLLOWS_PAGE):
    """Another page of what is followed."""

    async def press(self, interaction: BotInteraction) -> None:
        """Turn in place."""
        page = await list_page(interaction.client, interaction.user.id, int(self.fields["page"]))
        await interaction.response.edit_message(view=page)


class FollowsFrom(CardButton, template=custom_ids.FOLLOWS_FROM):
    """What is followed, from a message about it, which stays as it is."""

    async def press(self, interaction: BotInteraction) -> None:
        """Show the list."""
        page = await list_page(interaction.client, interaction.user.id)
        await interaction.response.send_message(view=page, ephemeral=True)


class FollowsDo(CardButton, template=custom_ids.FOLLOWS_DO):
    """Something done with all that is followed."""

    async def press(self, interaction: BotInteraction) -> None:
        """Do it, and show how things stand."""
        bot, user_id = interaction.client, interaction.user.id
        if self.fields["what"] == "when":
            await interaction.response.send_modal(WhenForm(await follower_of(bot, user_id)))
            return
        done = ""
        if self.fields["what"] == "reopen":
            reopened = await bot.store.follows.reopen(user_id)
            done = "**Resumed.** I write to you when the next message is due." if reopened else ""
        await interaction.response.edit_message(view=await list_page(bot, user_id, done=done))


class FollowsWaiting(CardButton, template=custom_ids.FOLLOWS_WAITING):
    """The papers that wait for the next message."""

    async def press(self, interaction: BotInteraction) -> None:
        """Show a page of them in place; they are told all the same."""
        bot = interaction.client
        waiting = await told_papers(bot, await bot.store.alerts.waiting(interaction.user.id))
        await interaction.response.edit_message(view=pending_card(waiting, page=int(self.fields["page"])))


class AllMatches(CardButton, template=custom_ids.ALERT):
    """All papers of a message."""

    async def press(self, interaction: BotInteraction) -> None:
        """Show the first page; the message stays as it is."""
        alert_id = int(self.fields["alert"])
        told = await told_papers(interaction.client, await _found(interaction, alert_id))
        await interaction.response.send_message(view=all_matches_card(alert_id, told, page=0), ephemeral=True)


class AllMatchesPage(CardButton, template=custom_ids.ALERT_PAGE):
    """Another page of all papers of a message."""

    async def press(self, interaction: BotInteraction) -> None:
        """Turn in place."""
        alert_id = int(self.fields["alert"])
        told = await told_papers(interaction.client, await _found(interaction, alert_id))
        await interaction.response.edit_message(view=all_matches_card(alert_id, told, page=int(self.fields["page"])))


async def _found(interaction: BotInteraction, alert_id: int) -> list[FollowMatch]:
    """What a message told. Raises ``InvalidInput`` where it was to somebody else, or is too old."""
    alert = await interaction.client.store.alerts.get(alert_id)
    if alert is None or alert.user_id != interaction.user.id:
        raise InvalidInput("I no longer have this list. `/following` shows what you follow.")
    return await interaction.client.store.alerts.papers_of(alert_id)
