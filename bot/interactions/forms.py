"""Forms that are recognised by their custom ids, so that they can be submitted after a restart.

discord.py remembers the forms that it sends, and silently ignores submissions of any other. A ``Form`` doesn't depend
on that: ``bot.interactions.form_submissions`` passes every submission to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Generic, TypeVar

import discord

from bot.interactions.components import BotInteraction
from bot.ui.custom_ids import CustomId

F = TypeVar("F")


class Form(Generic[F], discord.ui.Modal):  # noqa: PYI059 - Modal does not call the next __init_subclass__
    """A form that is recognised by its custom id. Subclasses name the id and define ``submit``."""

    _forms: ClassVar[list[tuple[CustomId[..., Any], type[Form[Any]]]]] = []

    def __init_subclass__(cls, *, custom_id: CustomId[..., F], **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        Form._forms.append((custom_id, cls))

    def __init__(self, title: str, custom_id: str) -> None:
        super().__init__(title=title, custom_id=custom_id, timeout=None)
        self.stop()  # discord.py doesn't remember a stopped form: each submission comes to ``submit``

    @classmethod
    def find(cls, custom_id: str) -> tuple[type[Form[Any]], Any] | None:
        """The form with this custom id, and the id's fields."""
        found = ((form, kind) for kind, form in cls._forms if kind.pattern.fullmatch(custom_id))
        return next(((form, kind.parse(custom_id)) for form, kind in found), None)

    @classmethod
    async def submit(cls, interaction: BotInteraction, fields: F, values: Mapping[str, str]) -> None:
        """What submitting the form does. ``values``: what was typed or chosen, by the controls' custom ids."""
        raise NotImplementedError
