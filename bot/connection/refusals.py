"""The answers after which Discord doesn't want the bot to connect again, each with what the operator can do."""

from __future__ import annotations

from typing import Final

import discord

from retrieval.errors import SettingsError

REFUSED_LOGIN: Final = (
    "Discord doesn't accept the token in DISCORD_TOKEN. Create a new one: discord.com/developers/applications → Bot → "
    "Reset Token."
)
_INTENTS: Final = (
    "Discord doesn't send this application the content of messages. Turn on Message Content Intent "
    "(discord.com/developers/applications → Bot), or set [discord] message_content = false."
)
_OUTDATED: Final = "Discord doesn't accept how this version connects ({reason}, {code}). Install a newer version."

_CLOSE_CODES: Final = {
    4004: REFUSED_LOGIN,
    4010: _OUTDATED.format(reason="invalid shard", code=4010),
    4011: "The bot is in too many servers for the shards that it began with (4011). Start it again.",
    4012: _OUTDATED.format(reason="invalid API version", code=4012),
    4013: _OUTDATED.format(reason="invalid intents", code=4013),
    4014: _INTENTS,
}
"""Source: https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes"""


class DiscordRefusal(SettingsError):
    """Discord refused the bot for good; starting again wouldn't help until somebody has done something."""


def refusal_of(error: BaseException) -> DiscordRefusal | None:
    """What the operator reads if ``error`` is final; ``None`` for other errors."""
    sentence: str | None = None
    match error:
        case discord.PrivilegedIntentsRequired():
            sentence = _INTENTS
        case discord.LoginFailure() | discord.HTTPException(status=401):
            sentence = REFUSED_LOGIN
        case discord.GatewayNotFound(__cause__=discord.HTTPException(status=401)):
            sentence = REFUSED_LOGIN
        case discord.ConnectionClosed(code=code):
            sentence = _CLOSE_CODES.get(code)
        case _:
            pass
    return DiscordRefusal(sentence) if sentence else None
