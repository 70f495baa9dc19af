"""Verdicts on answers and reports of what is wrong with them: what is said back."""

from __future__ import annotations

from discord import ui

from bot.cards import ids, look
from bot.cards.building import card, press
from bot.cards.markup import bold, plain, small


def verdict_card(answer_id: int, verdict: bool | None) -> ui.LayoutView:
    """What a verdict is now: useful, not useful (then what is wrong can be told), or taken back."""
    if verdict is None:
        return card(look.NOTICE, ["Taken back."])
    if verdict:
        return card(look.NOTICE, ["Noted as useful, thank you."])
    text = "Noted as not useful, thank you. What is wrong with it?"
    return card(look.NOTICE, [text], [press("Report", ids.answer_report(answer_id))])


def reported_card(answer_id: int, fault: str) -> ui.LayoutView:
    """A report is kept."""
    text = f"Reported: {bold(plain(fault))}. Thank you."
    foot = small("Whoever runs me reads it, and may use it to make answers better.")
    return card(look.NOTICE, [f"{text}\n{foot}"], [press("Take back", ids.report_undo(answer_id))])
