"""Verdicts on answers and reports of what is wrong with them: what is said back."""

from __future__ import annotations

from discord import ui

from bot.ui import custom_ids, theme
from bot.ui.components import button, card
from bot.ui.markdown import bold, plain, small


def verdict_card(answer_id: int, verdict: bool | None) -> ui.LayoutView:
    """What a verdict is now: useful, not useful (then what is wrong can be told), or taken back."""
    if verdict is None:
        return card(theme.NOTICE, ["Taken back."])
    if verdict:
        return card(theme.NOTICE, ["Noted as useful, thank you."])
    text = "Noted as not useful, thank you. What is wrong with it?"
    return card(theme.NOTICE, [text], [button("Report", custom_ids.ANSWER_REPORT(answer_id))])


def reported_card(answer_id: int, fault: str) -> ui.LayoutView:
    """A report is kept."""
    text = f"Reported: {bold(plain(fault))}. Thank you."
    foot = small("Whoever runs me reads it, and may use it to make answers better.")
    return card(theme.NOTICE, [f"{text}\n{foot}"], [button("Take back", custom_ids.REPORT_UNDO(answer_id))])
