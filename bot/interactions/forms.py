"""Forms that are known by their custom ids, so that they can be submitted after a restart, however late.

discord.py keeps the forms that it sends in memory, and drops the submission of any other without a word.
A ``Form`` doesn't need that memory: ``bot.interactions.form_submissions`` passes each submission to it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import discord

from bot.interactions.components import BotInteraction


@dataclass(frozen=True, slots=True)
class Submission:
    """A submitted form: the ``fields`` of its custom id, and what was typed or chosen, by the controls' custom ids."""

    fields: Mapping[str, str]
    values: Mapping[str, str]


class Form(discord.ui.Modal):
    """A form known by its custom id. Subclasses give the id's pattern as ``template`` and say what ``submit`` does."""

    _templates: ClassVar[dict[re.Pattern[str], type[Form]]] = {}

    def __init_subclass__(cls, *, template: str, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        Form._templates[re.compile(template)] = cls

    def __init__(self, title: str, custom_id: str) -> None:
        super().__init__(title=title, custom_id=custom_id, timeout=None)
        self.stop()  # discord.py doesn't remember a stopped form: each submission comes to ``submit``

    @classmethod
    def find(cls, custom_id: str) -> tuple[type[Form], Mapping[str, str]] | None:
        """The form with this custom id, and the id's fields."""
        found = ((form, template.fullmatch(custom_id)) for template, form in cls._templates.items())
        return next(((form, match.groupdict()) for form, match in found if match), None)

    @classmethod
    async def submit(cls, interaction: BotInteraction, submission: Submission) -> None:
        """What submitting the form does."""
        raise NotImplementedError
