"""The building blocks of forms. Their fixed texts are translated here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import discord
from discord import ui

from bot.texts import tr

Field = ui.Label[ui.Modal]


def form(title: str, custom_id: str, *fields: Field) -> ui.Modal:
    """A form with these fields. It is stopped, so that discord.py doesn't remember it."""
    modal = ui.Modal(title=tr(title), custom_id=custom_id, timeout=None)
    for field in fields:
        modal.add_item(field)
    modal.stop()
    return modal


def text_field(
    name: str,
    label: str,
    hint: str | None = None,
    *,
    value: str = "",
    max_length: int,
    placeholder: str | None = None,
    required: bool = True,
    long: bool = False,
) -> Field:
    """A field that contains ``value``, above a ``hint``; ``long``: with several lines."""
    text = ui.TextInput[ui.Modal](
        custom_id=name,
        style=discord.TextStyle.paragraph if long else discord.TextStyle.short,
        default=value or None,
        placeholder=tr(placeholder or "") or None,
        required=required,
        max_length=max_length,
    )
    return ui.Label(text=tr(label), description=tr(hint or "") or None, component=text)


def menu_field(
    name: str, label: str, options: Sequence[discord.SelectOption], hint: str | None = None, *, asks: str | None = None
) -> Field:
    """A menu where one option is chosen. ``asks`` is the placeholder."""
    menu = ui.Select[ui.Modal](custom_id=name, options=list(options), placeholder=tr(asks or "") or None)
    return ui.Label(text=tr(label), description=tr(hint or "") or None, component=menu)


def options(labels: Mapping[str, str], chosen: str) -> list[discord.SelectOption]:
    """A menu's options by their values, one of them chosen."""
    return [
        discord.SelectOption(label=tr(label), value=value, default=value == chosen) for value, label in labels.items()
    ]
