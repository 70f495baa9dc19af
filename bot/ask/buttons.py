"""The buttons and menus of answers."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.ask.answer_card import Audience, other_quotes_card, reply_card
from bot.ask.context_card import context_card
from bot.ask.feedback_card import verdict_card
from bot.ask.forms import ReportForm
from bot.ask.service import ask_service, first_paper
from bot.ask.why_card import why_card
from bot.interactions.components import BotInteraction, CardButton, CardMenu, send_ephemeral
from bot.papers.buttons import show_paper, show_similar_papers
from bot.ui import custom_ids
from bot.ui.notices import notice_card
from retrieval.errors import InvalidInput


class OtherQuotes(CardButton[custom_ids.AnswerFields], custom_id=custom_ids.OTHER_QUOTES):
    """Sentences that nearly made it into the answer."""

    async def press(self, interaction: BotInteraction) -> None:
        """Show them, from the abstracts as they were quoted."""
        service, answer_id = ask_service(interaction.client), self.fields.answer
        quotes = await service.stored_quotes((await service.record(answer_id)).also)
        await send_ephemeral(interaction, other_quotes_card(answer_id, quotes))


class AnswerPaper(CardButton[custom_ids.AnswerFields], custom_id=custom_ids.ANSWER_PAPER):
    """The first paper of an answer."""

    async def press(self, interaction: BotInteraction) -> None:
        """Show it."""
        await show_paper(interaction, first_paper(await ask_service(interaction.client).record(self.fields.answer)))


class AnswerSimilar(CardButton[custom_ids.AnswerFields], custom_id=custom_ids.ANSWER_SIMILAR):
    """Papers similar to the first one of an answer."""

    async def press(self, interaction: BotInteraction) -> None:
        """Show them."""
        record = await ask_service(interaction.client).record(self.fields.answer)
        await show_similar_papers(interaction, first_paper(record))


class AnswerWhy(CardButton[custom_ids.AnswerFields], custom_id=custom_ids.ANSWER_WHY):
    """How an answer was found."""

    async def press(self, interaction: BotInteraction) -> None:
        """Answer again with an explanation; the answer may have changed since."""
        service = ask_service(interaction.client)
        record = await service.record(self.fields.answer)
        await interaction.response.defer(ephemeral=True, thinking=True)
        card = why_card(await service.explain(record), answer_id=record.id)
        await interaction.followup.send(view=card, ephemeral=True)


class ShowInContext(CardButton[custom_ids.AnswerFields], custom_id=custom_ids.ANSWER_CONTEXT):
    """The abstract that an answer quotes."""

    async def press(self, interaction: BotInteraction) -> None:
        """Show that of the first paper; the menu has the others."""
        quotes = await ask_service(interaction.client).quotes_by_paper(self.fields.answer)
        await send_ephemeral(interaction, context_card(self.fields.answer, quotes, next(iter(quotes))))


class ContextMenu(CardMenu[custom_ids.AnswerFields], custom_id=custom_ids.CONTEXT_MENU):
    """The abstracts that an answer quotes."""

    async def choose(self, interaction: BotInteraction, value: str) -> None:
        """Show one in place."""
        quotes = await ask_service(interaction.client).quotes_by_paper(self.fields.answer)
        if value not in quotes:
            raise InvalidInput("I no longer have that abstract.")
        await interaction.response.edit_message(view=context_card(self.fields.answer, quotes, value))


class ShareAnswer(CardButton[custom_ids.AnswerFields], custom_id=custom_ids.ANSWER_SHARE):
    """Shares a private answer with the channel, once."""

    async def press(self, interaction: BotInteraction) -> None:
        """Send the answer as it was given, and who shared it. People can reply to it with follow-up questions."""
        service, answer_id = ask_service(interaction.client), self.fields.answer
        record = await service.record(answer_id)
        if record.user_id != interaction.user.id:
            raise InvalidInput("Only the person who asked can share this answer.")
        _check_may_write(interaction)
        answers, reply = interaction.client.store.answers, await service.restore(record)
        await interaction.response.defer()
        if not await answers.share(answer_id):
            raise InvalidInput("This answer is already shared.")
        try:
            card = reply_card(reply, Audience(shared_by=interaction.user.id))
            message = await interaction.followup.send(view=card, wait=True)
        except discord.HTTPException:
            await answers.unshare(answer_id)
            raise
        await service.attach(reply, message.id)
        await interaction.edit_original_response(view=reply_card(reply))


def _check_may_write(interaction: BotInteraction) -> None:
    """People who can't write in a channel can't do so through the bot."""
    needed = "send_messages_in_threads" if isinstance(interaction.channel, discord.Thread) else "send_messages"
    if interaction.guild_id is not None and not getattr(interaction.permissions, needed):
        raise app_commands.MissingPermissions([needed])


class Verdict(CardButton[custom_ids.VerdictFields], custom_id=custom_ids.FEEDBACK):
    """Useful and Not useful: one verdict per person, removed by a second press."""

    async def press(self, interaction: BotInteraction) -> None:
        """Store the verdict."""
        bot, answer_id = interaction.client, self.fields.answer
        await ask_service(bot).record(answer_id)
        is_useful = self.fields.verdict == "useful"
        verdict = await bot.store.feedback.set(answer_id, interaction.user.id, is_useful, bot.clock())
        await send_ephemeral(interaction, verdict_card(answer_id, verdict))


class ReportAnswer(CardButton[custom_ids.AnswerFields], custom_id=custom_ids.ANSWER_REPORT):
    """Reports a wrong answer to whoever runs the bot."""

    async def press(self, interaction: BotInteraction) -> None:
        """Ask what is wrong."""
        record = await ask_service(interaction.client).record(self.fields.answer)
        await interaction.response.send_modal(ReportForm(record))


class UndoReport(CardButton[custom_ids.AnswerFields], custom_id=custom_ids.REPORT_UNDO):
    """Deletes a report."""

    async def press(self, interaction: BotInteraction) -> None:
        """Delete it, and say so in place."""
        was_there = await interaction.client.store.reports.take_back(self.fields.answer, interaction.user.id)
        text = "Report deleted." if was_there else "This report is already deleted."
        await interaction.response.edit_message(view=notice_card(text))
