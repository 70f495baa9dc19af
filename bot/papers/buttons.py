"""What happens when a button of a card is pressed; works for messages of earlier runs too.

A press is told by its custom id alone (``bot.ui.custom_ids``), so nothing must be remembered in between.
"""

from __future__ import annotations

from bot.interactions.components import BotInteraction, CardButton, CardMenu, send_ephemeral
from bot.interactions.recently_used import open_paper
from bot.papers.list_cards import similar_card
from bot.papers.paper_card import paper_card
from bot.papers.search_command import search_page
from bot.papers.trending_command import trending_page
from bot.ui import custom_ids
from retrieval.errors import InvalidInput
from retrieval.trending.results import Days


class PaperButton(CardButton[custom_ids.PaperFields], custom_id=custom_ids.PAPER):
    """A paper of a list."""

    async def press(self, interaction: BotInteraction) -> None:
        """Show the paper."""
        await show_paper(interaction, self.fields.paper)


class PaperMenu(CardMenu[custom_ids.NoFields], custom_id=custom_ids.PAPER_MENU):
    """The menu under a list: the paper that is chosen."""

    async def choose(self, interaction: BotInteraction, value: str) -> None:
        """Show the paper."""
        await show_paper(interaction, value)


class PaperSimilar(CardButton[custom_ids.PaperFields], custom_id=custom_ids.PAPER_SIMILAR):
    """Papers like a paper."""

    async def press(self, interaction: BotInteraction) -> None:
        """Show the papers."""
        await show_similar_papers(interaction, self.fields.paper)


class SearchPage(CardButton[custom_ids.SearchPageFields], custom_id=custom_ids.SEARCH_PAGE):
    """Another page of a search."""

    async def press(self, interaction: BotInteraction) -> None:
        """Turn the page in place."""
        bot, search_id = interaction.client, self.fields.search
        text = await bot.store.searches.get(search_id)
        if text is None:
            raise InvalidInput("This search is too old: I no longer have it. Search again with `/search`.")
        page = await search_page(bot, search_id, text, self.fields.page, interaction.user.id)
        await interaction.response.edit_message(view=page)


class TrendingPage(CardButton[custom_ids.SpanFields], custom_id=custom_ids.TRENDING):
    """Another span or page of the trending papers."""

    async def press(self, interaction: BotInteraction) -> None:
        """Turn in place."""
        span, page = self.fields.span, self.fields.page
        turned = await trending_page(interaction.client, span, page, interaction.guild_id)
        await interaction.response.edit_message(view=turned)


class TrendingDaysPage(CardButton[custom_ids.DaysFields], custom_id=custom_ids.TRENDING_DAYS):
    """Another page of the trending papers of some days."""

    async def press(self, interaction: BotInteraction) -> None:
        """Turn in place."""
        days = Days(self.fields.first, self.fields.last)
        page = await trending_page(interaction.client, days, self.fields.page, interaction.guild_id)
        await interaction.response.edit_message(view=page)


async def show_paper(interaction: BotInteraction, paper_id: str) -> None:
    """Show a paper to the person who pressed."""
    await send_ephemeral(interaction, paper_card(await open_paper(interaction.client, interaction.user.id, paper_id)))


async def show_similar_papers(interaction: BotInteraction, paper_id: str) -> None:
    """Show papers like this one to the person who pressed."""
    library = interaction.client.library
    await send_ephemeral(interaction, similar_card(await library.paper(paper_id), await library.similar(paper_id)))
