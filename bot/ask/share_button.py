"""“Share”: an answer that one person sees becomes one that the channel sees, by that person's press."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.ask.answer_buttons import get_answer
from bot.ask.answer_card import Audience, answer_card
from bot.ask.service import age, answer_again
from bot.interactions.components import BotInteraction, CardButton
from bot.ui import custom_ids
from retrieval.errors import InvalidInput


class Share(CardButton[custom_ids.AnswerFields], custom_id=custom_ids.ANSWER_SHARE):
    """Shows a private answer to the channel, once."""

    async def press(self, interaction: BotInteraction) -> None:
        """Send the answer as it was given, saying who shared it; follow-ups may then reply to it."""
        record, answer_id = await get_answer(interaction, self.fields.answer), self.fields.answer
        if record.user_id != interaction.user.id:
            raise InvalidInput("Only the person who asked can share this answer.")
        _check_may_speak(interaction)
        answers = interaction.client.store.answers
        answer = await answer_again(interaction.client, record)
        await interaction.response.defer()
        if not await answers.share(answer_id):
            raise InvalidInput("This answer is shared already.")
        old = await age(interaction.client)
        shown = answer_card(answer, answer_id, audience=Audience(shared_by=interaction.user.id), age=old)
        try:
            message = await interaction.followup.send(view=shown, wait=True)
        except discord.HTTPException:
            await answers.unshare(answer_id)
            raise
        await answers.attach(answer_id, message.id)
        await interaction.edit_original_response(view=answer_card(answer, answer_id, age=old))


def _check_may_speak(interaction: BotInteraction) -> None:
    """Whoever may not write in a channel does not write there through the bot."""
    needed = "send_messages_in_threads" if isinstance(interaction.channel, discord.Thread) else "send_messages"
    if interaction.guild_id is not None and not getattr(interaction.permissions, needed):
        raise app_commands.MissingPermissions([needed])
