"""Discord's limits, how text is shortened to them, and a check of finished cards.

Sources: https://discord.com/developers/docs/components/reference (components),
https://discord.com/developers/docs/interactions/application-commands (choices).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

import discord
from discord import ui

COMPONENTS: Final = 40
"""Components of a message, including nested ones."""
TEXT: Final = 4_000
"""Characters of all text displays of a message together."""
MESSAGE: Final = 2_000
"""Characters of a message that a person writes."""
CUSTOM_ID: Final = 100
LABEL: Final = 80
"""Characters of a button's label."""
URL: Final = 512
"""Characters of a link button's address."""
CHOICE_NAME: Final = 100
"""Characters of an autocomplete choice's name and value, and of a select option's label."""
CHOICES: Final = 25
"""Autocomplete choices, and options of a menu."""
BUTTONS_IN_ROW: Final = 5

_ELLIPSIS: Final = "…"


def shorten(text: str, limit: int) -> str:
    """``text`` in at most ``limit`` characters: cut between words, with an ellipsis.

    For plain text: shorten before adding markup, so that no escape sequence is split.
    """
    if len(text) <= limit:
        return text
    if limit <= 1:
        return _ELLIPSIS[: max(0, limit)]
    room = text[: limit - 1]
    at = len(room) if text[limit - 1].isspace() else room.rfind(" ")
    return (room[:at] if at > limit // 2 else room).rstrip(" ,;:–-") + _ELLIPSIS


class CardTooLarge(AssertionError):
    """A card exceeds one of Discord's limits, which is a defect of the code that made it."""


def check(view: ui.LayoutView) -> None:
    """Check a card against every limit. Raises ``CardTooLarge`` with all that it exceeds."""
    wrong = [*_of_the_whole(view), *(fault for item in view.walk_children() for fault in _of_item(item))]
    if wrong:
        raise CardTooLarge("; ".join(wrong))


def _of_the_whole(view: ui.LayoutView) -> Iterator[str]:
    items = list(view.walk_children())
    if not 0 < len(items) <= COMPONENTS:
        yield f"{len(items)} components"
    if view.content_length() > TEXT:
        yield f"{view.content_length()} characters of text"
    ids = Counter(each.custom_id for each in items if isinstance(each, ui.Button) and each.custom_id)
    yield from (f"{count} components with the custom_id {id}" for id, count in ids.items() if count > 1)


def _of_item(item: ui.Item[ui.LayoutView]) -> Iterator[str]:
    match item:
        case ui.TextDisplay() if not item.content.strip():
            yield "an empty text"
        case ui.ActionRow() if not 0 < len(item.children) <= BUTTONS_IN_ROW:
            yield f"a row of {len(item.children)} buttons"
        case ui.Button():
            yield from _of_button(item)
        case ui.Select():
            yield from _of_select(item)
        case _:
            pass


def _of_button(button: ui.Button[ui.LayoutView]) -> Iterator[str]:
    if not (button.label or "").strip() or len(button.label or "") > LABEL:
        yield f"a button labelled {button.label!r}"
    if button.style is discord.ButtonStyle.link:
        if len(button.url or "") > URL or not (button.url or "").startswith(("https://", "http://")):
            yield f"a button that leads to {button.url!r}"
    elif not 0 < len(button.custom_id or "") <= CUSTOM_ID:
        yield f"the custom_id {button.custom_id!r}"


def _of_select(select: ui.Select[ui.LayoutView]) -> Iterator[str]:
    if not 0 < len(select.options) <= CHOICES:
        yield f"a menu of {len(select.options)} options"
    for option in select.options:
        if not option.label.strip() or max(len(option.label), len(option.value)) > CHOICE_NAME:
            yield f"the option {option.label!r} with the value {option.value!r}"
    if len({option.value for option in select.options}) < len(select.options):
        yield "options with the same value"
