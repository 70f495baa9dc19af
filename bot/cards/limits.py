"""Discord's limits, and the one way in which text is shortened to them.

Source: https://discord.com/developers/docs/components/reference and …/interactions/application-commands
"""

from __future__ import annotations

from typing import Final

import discord

COMPONENTS: Final = 40
"""Components of a message, nested ones included."""
TEXT: Final = 4_000
"""Characters of all text displays of a message together."""
CUSTOM_ID: Final = 100
LABEL: Final = 80
CHOICE_NAME: Final = 100
"""Characters of an autocomplete choice's name, and of a select option's label."""
CHOICES: Final = 25
BUTTONS_IN_ROW: Final = 5

_ELLIPSIS: Final = "…"


def shorten(text: str, limit: int) -> str:
    """``text`` in at most ``limit`` characters: cut between words and marked with an ellipsis.

    For plain text. Cut before marking it up, so that no escape or formula is split.
    """
    if len(text) <= limit:
        return text
    if limit <= 1:
        return _ELLIPSIS[:limit]
    room = text[: limit - 1]
    at = room.rfind(" ")
    return (room[:at] if at > limit // 2 else room).rstrip(" ,;:–-") + _ELLIPSIS


class CardTooLarge(AssertionError):
    """A card breaks one of Discord's limits: a defect of the function that drew it."""


def text_length(view: discord.ui.LayoutView) -> int:
    """Characters of all text of a card, as Discord counts them."""
    return sum(len(item.content) for item in view.walk_children() if isinstance(item, discord.ui.TextDisplay))


def check(view: discord.ui.LayoutView) -> None:
    """Hold a card against every limit. Raises ``CardTooLarge``."""
    items = list(view.walk_children())
    ids = [str(each.custom_id) for each in items if getattr(each, "custom_id", None)]
    labels = [each.label or "" for each in items if isinstance(each, discord.ui.Button)]
    texts = [each.content for each in items if isinstance(each, discord.ui.TextDisplay)]
    rows = [len(each.children) for each in items if isinstance(each, discord.ui.ActionRow)]
    for wrong, what in (
        (not 0 < len(items) <= COMPONENTS, f"{len(items)} components"),
        (text_length(view) > TEXT, f"{text_length(view)} characters of text"),
        (len(set(ids)) < len(ids), "two components with one custom_id"),
        (any(not 0 < len(each) <= CUSTOM_ID for each in ids), "a custom_id that is too long"),
        (any(not 0 < len(each) <= LABEL for each in labels), "a button label that is empty or too long"),
        (any(not each.strip() for each in texts), "an empty text"),
        (any(not 0 < count <= BUTTONS_IN_ROW for count in rows), "a row with too many or no buttons"),
    ):
        if wrong:
            raise CardTooLarge(what)
