"""Questions that name several of the bot's commands: "what's the difference between /save and /follow?"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from retrieval.answering.question.intents import Intent
from retrieval.answering.question.subjects import compared_names

_INTENTS: Final[Mapping[str, Intent]] = {
    "help": Intent.HELP,
    "about": Intent.IDENTITY,
    "ask": Intent.WHERE,
    "search": Intent.SEARCH,
    "paper": Intent.PAPER_CARD,
    "trending": Intent.TRENDING,
    "recap": Intent.RECAP,
    "daily": Intent.DAILY_POST,
    "setup": Intent.DAILY_POST,
    "status": Intent.DAILY_STATUS,
    "follow": Intent.FOLLOW,
    "following": Intent.UNFOLLOW,
    "save": Intent.SAVE,
    "saved": Intent.SAVE,
    "inbox": Intent.MAIL,
    "reading": Intent.READING,
    "links": Intent.LINKS,
    "privacy": Intent.PRIVACY,
    "forget": Intent.FRESH_START,
}
"""The intent whose reply tells what a command does."""
_COMMAND: Final = re.compile(rf"(?<![\w/.:])/({'|'.join(_INTENTS)})(?![\w/-])", re.IGNORECASE)


def asked_commands(text: str) -> tuple[Intent, ...]:
    """The intents whose replies tell what a text's commands do, if it has several: with a slash, or compared."""
    names = [name.lower() for name in _COMMAND.findall(text)]
    compared = [name.lower().removeprefix("/") for name in compared_names(text) or ()]
    if len(names) <= 1 and all(name in _INTENTS for name in compared):
        names = compared
    intents = tuple(dict.fromkeys(_INTENTS[name] for name in names))
    return intents if len(intents) > 1 else ()
