"""The buttons and menus of papers and lists."""

from __future__ import annotations

from bot.interactions.components import BotInteraction, CardButton, CardMenu, send_ephemeral
from bot.papers.list_cards import search_card, similar_card
from bot.papers.paper_card import paper_card
from bot.papers.service import paper_service
from bot.papers.trending_command import trending_page
from bot.ui import custom_ids
from retrieval.trending.results import Days


class PaperButton(CardButton[custom_ids.PaperFields], custom_id=custom_ids.PAPER):
    """A paper of a list."""

    async def press(self, interaction: BotInteraction) -> None:
        """Show it."""
        await show_paper(interaction, self.fields.paper)


class PaperMenu(CardMenu[custom_ids.NoFields], custom_id=custom_ids.PAPER_MENU):
    """The papers of a list."""

    async def choose(self, interaction: BotInteraction, value: str) -> None:
        """Show one."""
        await show_paper(interaction, value)


class SimilarPapers(CardButton[custom_ids.PaperFields], custom_id=custom_ids.PAPER_SIMILAR):
    """Papers similar to a paper."""

    async def press(self, interaction: BotInteraction) -> None:
        """Show them."""
        await show_similar_papers(interaction, self.fields.paper)


class SearchPageButton(CardButton[custom_ids.SearchPageFields], custom_id=custom_ids.SEARCH_PAGE):
    """Another page of a search."""

    async def press(self, interaction: BotInteraction) -> None:
        """Turn the page in place."""
        service, fields = paper_service(interaction.client), self.fields
        results = await service.search_page(fields.search, fields.page, interaction.user.id)
        await interaction.response.edit_message(view=search_card(results))


class TrendingPage(CardButton[custom_ids.SpanFields], custom_id=custom_ids.TRENDING):
    """Another span or page of the trending papers."""

    async def press(self, interaction: BotInteraction) -> None:
        """Turn the page in place."""
        card = await trending_page(interaction, self.fields.span, self.fields.page)
        await interaction.response.edit_message(view=card)


class TrendingDaysPage(CardButton[custom_ids.DaysFields], custom_id=custom_ids.TRENDING_DAYS):
    """Another page of the trending papers of some days."""

    async def press(self, interaction: BotInteraction) -> None:
        """Turn the page in place."""
        days = Days(self.fields.first, self.fields.last)
        await interaction.response.edit_message(view=await trending_page(interaction, days, self.fields.page))


async def show_paper(interaction: BotInteraction, paper_id: str) -> None:
    """Show a paper to the person who pressed."""
    paper = await paper_service(interaction.client).open(interaction.user.id, paper_id)
    await send_ephemeral(interaction, paper_card(paper))


async def show_similar_papers(interaction: BotInteraction, paper_id: str) -> None:
    """Show similar papers to the person who pressed."""
    library = interaction.client.library
    await send_ephemeral(interaction, similar_card(await library.paper(paper_id), await library.similar(paper_id)))
