"""Confirmations of verdicts on answers, and of reports."""

from __future__ import annotations

from discord import ui

from bot.texts import tr
from bot.ui import custom_ids, theme
from bot.ui.components import button, card
from bot.ui.markdown import bold, plain, small


def verdict_card(answer_id: int, verdict: bool | None) -> ui.LayoutView:
    """Confirms a verdict: useful, not useful (with a button to say why), or removed (``None``)."""
    if verdict is None:
        return card(theme.NOTICE, [tr("Your feedback was removed.")])
    if verdict:
        return card(theme.NOTICE, [tr("Thanks for your feedback!")])
    text = tr("Thanks for your feedback! What's wrong with the answer?")
    return card(theme.NOTICE, [text], [button("Report", custom_ids.ANSWER_REPORT(answer_id))])


def reported_card(answer_id: int, fault: str) -> ui.LayoutView:
    """Confirms a report."""
    text = tr("Reported: {fault}. Thank you!", fault=bold(plain(tr(fault))))
    foot = small(tr("Whoever runs this bot will read it, and may use it to improve answers."))
    return card(theme.NOTICE, [f"{text}\n{foot}"], [button("Undo", custom_ids.REPORT_UNDO(answer_id))])
