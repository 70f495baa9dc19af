"""Confirms a vote."""

from __future__ import annotations

from typing import Final

from discord import ui

from bot.texts import counted
from bot.ui.components import title_link
from bot.ui.markdown import bold
from bot.ui.notices import notice_card
from bot.votes.service import VoteResult

_TITLE: Final = 150


def vote_card(result: VoteResult) -> ui.LayoutView:
    """Whether the vote was counted or removed, and the server's votes."""
    done = "You voted for" if result.voted else "You removed your vote for"
    votes = counted(result.votes, "vote") if result.votes else "no votes"
    undo = " Press again to remove yours." if result.voted else ""
    return notice_card(f"{done} {bold(title_link(result.paper, _TITLE))}\nIt has {votes} in this server.{undo}")
