"""Tell people that the bot is busy, at a fraction of what handling their command would cost.

When hundreds ask in a second, most of them can't be answered, and the answers to the others must not wait for what the
refusals cost. So a command for which there is no place is refused before discord.py makes objects of it.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any, Final

import aiohttp
import discord
from discord.http import HTTPClient, MultipartParameters
from discord.webhook.async_ import async_context

from bot.admission import Admission
from bot.errors import REQUEST_FAILURES
from bot.texts import tr, use_locale
from bot.ui.notices import error_card

log = logging.getLogger(__name__)

_COMMAND: Final = 2
_FLAGS: Final = discord.MessageFlags(ephemeral=True, components_v2=True).value


def refusal_of_command(admission: Admission, payload: Any) -> str | None:
    """The sentence for whoever gave a command, if there is no place for them; ``None`` for everything else."""
    if payload["type"] != _COMMAND:
        return None
    person, server = (payload.get("member") or payload)["user"]["id"], payload.get("guild_id")
    return admission.refusal(int(person), int(server) if server else None)


async def reply_busy(http: HTTPClient, payload: Any, sentence: str) -> None:
    """Send the sentence to whoever sent the interaction, and to nobody else."""
    session: aiohttp.ClientSession = vars(http)["_HTTPClient__session"]  # as discord.py's own interactions take it
    use_locale(payload.get("locale"))
    params = MultipartParameters(payload=_response(tr(sentence)), multipart=None, files=None)
    try:
        await async_context.get().create_interaction_response(
            int(payload["id"]), payload["token"], session=session, proxy=http.proxy, params=params
        )
    except REQUEST_FAILURES as error:
        log.info("Somebody couldn't be told that the bot is busy: %r", error)


@lru_cache(maxsize=32)
def _response(sentence: str) -> dict[str, Any]:
    components = error_card(sentence, None).to_components()
    return {"type": discord.InteractionResponseType.channel_message.value,
            "data": {"flags": _FLAGS, "components": components, "allowed_mentions": {"parse": []}}}  # fmt: skip
