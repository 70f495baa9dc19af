"""What happens when a button of a card is pressed; works for messages of earlier runs too.

A press is told by its custom id alone (``bot.cards.ids``), so nothing must be remembered in between.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any, Self, TypeVar

import discord

from bot.asking import kept_quotes
from bot.cards import ids
from bot.cards.answer import other_quotes_card
from bot.cards.listing import similar_card
from bot.cards.paper import paper_card
from bot.cards.reporting import verdict_card
from bot.cards.trending import whole_list_card
from bot.cards.why import why_card
from bot.client import PaperBot
from bot.commands.search import search_page
from bot.commands.trending import trending_page
from bot.errors import told
from bot.recent import open_paper
from bot.store.answers import AnswerRecord
from retrieval.answers.types import Question
from retrieval.errors import InvalidInput
from retrieval.results import Days, Span
from retrieval.trending import rank

Press = discord.Interaction[PaperBot]
_Button = discord.ui.Button[discord.ui.LayoutView]
_Menu = discord.ui.Select[discord.ui.LayoutView]
V = TypeVar("V", bound=discord.ui.Item[Any])


class CardItem(discord.ui.DynamicItem[V], template=r"none"):
    """A button or a menu known by its custom id, also after a restart. Subclasses say what a press does."""

    counted = True
    """Whether a press counts as one of the questions that a person may ask in a time."""

    def __init__(self, item: V, fields: dict[str, str]) -> None:
        super().__init__(item)
        self.fields = fields

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: Any, match: re.Match[str], /) -> Self:
        """Called by discord.py for each press whose id fits the pattern."""
        return cls(item, match.groupdict())

    @told
    async def callback(self, interaction: Press, /) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - narrower client
        """Count the press as a question of this person's, then do what it is for."""
        if self.counted:
            interaction.client.cooldowns.take(interaction.user.id)
        await self.press(interaction)

    async def press(self, interaction: Press) -> None:
        """What a press does."""
        raise NotImplementedError


class CardButton(CardItem[_Button], template=r"none"):
    """A button."""


class CardMenu(CardItem[_Menu], template=r"none"):
    """A menu of which one entry is chosen."""

    async def press(self, interaction: Press) -> None:
        """Go on with what was chosen."""
        await self.choose(interaction, self.item.values[0])

    async def choose(self, interaction: Press, value: str) -> None:
        """What a choice does."""
        raise NotImplementedError


async def kept_answer(interaction: Press, fields: dict[str, str]) -> AnswerRecord:
    """The kept answer that a button belongs to. Raises ``InvalidInput`` once it has been cleaned away."""
    record = await interaction.client.store.answers.get(int(fields["answer"]))
    if record is None:
        raise InvalidInput("This answer is too old: I no longer have it. Ask again with `/ask`.")
    return record


async def whisper(interaction: Press, card: discord.ui.LayoutView) -> None:
    """Show a card to the person who pressed, and to nobody else."""
    await interaction.response.send_message(view=card, ephemeral=True)


class OtherQuotes(CardButton, template=ids.OTHER_QUOTES):
    """Further sentences for an answer."""

    async def press(self, interaction: Press) -> None:
        """Show the kept sentences that came next, of the abstracts that were quoted then."""
        record = await kept_answer(interaction, self.fields)
        quotes = await kept_quotes(interaction.client, record.also)
        await whisper(interaction, other_quotes_card(int(self.fields["answer"]), quotes))


class AnswerPaper(CardButton, template=ids.ANSWER_PAPER):
    """The first paper of an answer."""

    async def press(self, interaction: Press) -> None:
        """Show the paper."""
        record = await kept_answer(interaction, self.fields)
        await _open(interaction, _first_paper(record))


class AnswerSimilar(CardButton, template=ids.ANSWER_SIMILAR):
    """Papers like the first one of an answer."""

    async def press(self, interaction: Press) -> None:
        """Show the papers."""
        await _show_similar(interaction, _first_paper(await kept_answer(interaction, self.fields)))


class AnswerWhy(CardButton, template=ids.ANSWER_WHY):
    """Why an answer is the answer."""

    async def press(self, interaction: Press) -> None:
        """Ask once more, in the same conversation, and show why that is the answer; it may have changed."""
        record = await kept_answer(interaction, self.fields)
        await interaction.response.defer(ephemeral=True, thinking=True)
        answer, why = await interaction.client.library.explain(Question(record.question, record.history))
        given = [(each.paper_id, each.start, each.end) for each in record.quotes]
        now = [(each.paper.id, each.start, each.end) for each in answer.quotes]
        shown = why_card(answer, why, changed=now != given, answer_id=record.id)
        await interaction.followup.send(view=shown, ephemeral=True)


class Feedback(CardButton, template=ids.FEEDBACK):
    """A verdict on an answer: one for each person, taken back by pressing it again."""

    async def press(self, interaction: Press) -> None:
        """Keep the verdict and say so."""
        useful = self.fields["verdict"] == "useful"
        bot, answer_id = interaction.client, int(self.fields["answer"])
        await kept_answer(interaction, self.fields)
        verdict = await bot.store.feedback.set(answer_id, interaction.user.id, useful, bot.clock())
        await whisper(interaction, verdict_card(answer_id, verdict))


class PaperButton(CardButton, template=ids.PAPER):
    """A paper of a list."""

    async def press(self, interaction: Press) -> None:
        """Show the paper."""
        await _open(interaction, self.fields["paper"])


class PaperMenu(CardMenu, template=ids.PAPER_MENU):
    """The menu under a list: the paper that is chosen."""

    async def choose(self, interaction: Press, value: str) -> None:
        """Show the paper."""
        await _open(interaction, value)


class PaperSimilar(CardButton, template=ids.PAPER_SIMILAR):
    """Papers like a paper."""

    async def press(self, interaction: Press) -> None:
        """Show the papers."""
        await _show_similar(interaction, self.fields["paper"])


class SearchPage(CardButton, template=ids.SEARCH_PAGE):
    """Another page of a search."""

    async def press(self, interaction: Press) -> None:
        """Turn the page in place."""
        bot, search_id = interaction.client, int(self.fields["search"])
        text = await bot.store.searches.get(search_id)
        if text is None:
            raise InvalidInput("This search is too old: I no longer have it. Search again with `/search`.")
        page = await search_page(bot, search_id, text, int(self.fields["page"]), interaction.user.id)
        await interaction.response.edit_message(view=page)


class TrendingPage(CardButton, template=ids.TRENDING_PAGE):
    """Another span or page of the trending papers."""

    async def press(self, interaction: Press) -> None:
        """Turn in place."""
        span, page = Span(self.fields["span"]), int(self.fields["page"])
        turned = await trending_page(interaction.client, span, page, interaction.guild_id)
        await interaction.response.edit_message(view=turned)


class TrendingDaysPage(CardButton, template=ids.TRENDING_DAYS):
    """Another page of the trending papers of some days."""

    async def press(self, interaction: Press) -> None:
        """Turn in place."""
        days = Days(date.fromisoformat(self.fields["first"]), date.fromisoformat(self.fields["last"]))
        page = await trending_page(interaction.client, days, int(self.fields["page"]), interaction.guild_id)
        await interaction.response.edit_message(view=page)


class WholeList(CardButton, template=ids.POST):
    """The whole list of a daily post."""

    async def press(self, interaction: Press) -> None:
        """Show the first page of the list that was posted, as its papers rank now."""
        await whisper(interaction, await _whole_list(interaction, int(self.fields["post"]), 0))


class WholeListPage(CardButton, template=ids.POST_PAGE):
    """Another page of the whole list of a daily post."""

    async def press(self, interaction: Press) -> None:
        """Turn in place."""
        card = await _whole_list(interaction, int(self.fields["post"]), int(self.fields["page"]))
        await interaction.response.edit_message(view=card)


async def _whole_list(interaction: Press, post_id: int, page: int) -> discord.ui.LayoutView:
    """A page of what a post was made of, ranked with this server's votes. Raises ``InvalidInput`` where it is gone."""
    bot = interaction.client
    claim = await bot.store.ledger.get(post_id)
    posted = await bot.library.lists.named(claim.list_name) if claim else None
    if claim is None or posted is None:
        raise InvalidInput("I no longer have that list. `/trending` shows the newest one.")
    ranked = posted.ranked
    if claim.first_day is not None and posted.day is not None:
        ranked = (await bot.library.lists.trending(Days(claim.first_day, posted.day))).ranked
    papers = [each.paper for each in ranked]
    votes = await bot.store.votes.counts(interaction.guild_id or 0, [paper.id for paper in papers])
    ranked = tuple(rank(papers, bot.clock(), votes))
    return whole_list_card(replace(posted, ranked=ranked), post_id, page=page, first=claim.first_day)


BUTTONS: tuple[type[CardButton | CardMenu], ...] = (
    OtherQuotes, AnswerPaper, AnswerSimilar, AnswerWhy, Feedback, PaperButton, PaperMenu, PaperSimilar, SearchPage,
    TrendingPage, TrendingDaysPage, WholeList, WholeListPage,
)  # fmt: skip


def _first_paper(record: AnswerRecord) -> str:
    if not record.papers:
        raise InvalidInput("This answer names no paper.")
    return record.papers[0][0]


async def _open(interaction: Press, paper_id: str) -> None:
    await whisper(interaction, paper_card(await open_paper(interaction.client, interaction.user.id, paper_id)))


async def _show_similar(interaction: Press, paper_id: str) -> None:
    library = interaction.client.library
    await whisper(interaction, similar_card(await library.paper(paper_id), await library.similar(paper_id)))


async def setup(bot: PaperBot) -> None:
    """Called by ``load_extension``."""
    bot.add_dynamic_items(*BUTTONS)


async def teardown(bot: PaperBot) -> None:
    """Called when the extension is unloaded."""
    bot.remove_dynamic_items(*BUTTONS)
