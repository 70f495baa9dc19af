"""What presses, choices and forms do: functions that are found by custom ids, so that they work after a restart."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar, Concatenate, Final, ParamSpec, cast

import discord

from bot.admission import leave_at_the_end_of_this_task
from bot.client import PaperBot
from bot.errors import reports_errors
from bot.logs import begin_event, event_seconds
from bot.metrics import SECONDS
from bot.texts import use_locale
from bot.ui.custom_ids import CustomId
from bot.ui.validation import check_text
from retrieval.errors import InvalidInput

BotInteraction = discord.Interaction[PaperBot]

P = ParamSpec("P")
Action = Callable[..., Awaitable[None]]
"""Does something for an interaction. The fields of its custom id are keyword arguments."""
Press = Callable[Concatenate[BotInteraction, P], Awaitable[None]]
Choice = Callable[Concatenate[BotInteraction, str, P], Awaitable[None]]
Submission = Callable[Concatenate[BotInteraction, Mapping[str, str], P], Awaitable[None]]

SUBMISSIONS: Final = dict[CustomId[...], Action]()
"""What submitting each kind of form does."""


class CardItem(discord.ui.DynamicItem[discord.ui.Item[Any]], template="none"):
    """A button or menu. ``on_press`` and ``on_choice`` make a subclass for each kind of custom id."""

    custom_id_kind: ClassVar[CustomId[...]]
    action: ClassVar[Action]
    takes_place: ClassVar[bool]
    """Whether a press takes one of the person's places, as a question does. There's no cooldown for presses."""

    @classmethod
    async def from_custom_id(cls, _interaction: Any, item: Any, _match: Any, /) -> CardItem:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Called by discord.py for each press whose id matches."""
        return cls(item)

    @reports_errors
    async def callback(self, interaction: BotInteraction, /) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - narrower client
        """Give the person a place, then do what the item is for."""
        begin_event()
        use_locale(interaction.locale)
        if self.takes_place:
            take_place(interaction)
        await type(self).action(interaction, **self.custom_id_kind.parse(self.custom_id))
        SECONDS.labels("press").observe(event_seconds())


CARD_ITEMS: Final = list[type[CardItem]]()
"""Every kind of button and menu. ``__module__`` is that of the function."""


def take_place(interaction: BotInteraction) -> None:
    """Take one of the person's places until the current task ends. Raises ``Busy`` if there is none."""
    leave_at_the_end_of_this_task(interaction.client.admission.enter(interaction.user.id, interaction.guild_id))


def on_press(kind: CustomId[P], *, takes_place: bool = True) -> Callable[[Press[P]], Press[P]]:
    """Make the function what a press on these buttons does."""

    def add(press: Press[P]) -> Press[P]:
        _add_item(kind, press, press, takes_place=takes_place)
        return press

    return add


def on_choice(
    kind: CustomId[P], *, takes_place: bool = True, clearable: bool = False
) -> Callable[[Choice[P]], Choice[P]]:
    """Make the function what choosing in these menus does. It gets the value, or "" if a ``clearable`` menu is cleared.

    No choice at all, or one that isn't text, is refused.
    """

    def add(choose: Choice[P]) -> Choice[P]:
        async def press(interaction: BotInteraction, *args: P.args, **kwargs: P.kwargs) -> None:
            await choose(interaction, _chosen(interaction, clearable=clearable), *args, **kwargs)

        _add_item(kind, choose, press, takes_place=takes_place)
        return choose

    return add


def _chosen(interaction: BotInteraction, *, clearable: bool) -> str:
    values: object = cast("dict[str, Any]", interaction.data or {}).get("values")
    chosen = cast("list[object]", values)[0] if isinstance(values, list) and values else ""
    if not isinstance(chosen, str) or not (chosen or clearable):
        raise InvalidInput("Nothing was chosen. Please choose again.")
    return check_text(chosen)


def on_submit(kind: CustomId[P]) -> Callable[[Submission[P]], Submission[P]]:
    """Make the function what submitting these forms does. It gets the values by the fields' names."""

    def add(submit: Submission[P]) -> Submission[P]:
        SUBMISSIONS[kind] = submit
        return submit

    return add


def _add_item(kind: CustomId[...], function: Any, action: Action, *, takes_place: bool) -> None:
    members = {
        "__module__": function.__module__,
        "custom_id_kind": kind,
        "action": staticmethod(action),
        "takes_place": takes_place,
    }
    CARD_ITEMS.append(type(function.__name__, (CardItem,), members, template=kind.pattern))


async def send_ephemeral(interaction: BotInteraction, card: discord.ui.LayoutView) -> None:
    """Show a card to the person who pressed, and to nobody else."""
    await interaction.response.send_message(view=card, ephemeral=True)
