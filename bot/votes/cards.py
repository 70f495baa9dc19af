"""Confirms a vote."""

from __future__ import annotations

from typing import Final

from discord import ui

from bot.texts import counted, mark, tr
from bot.ui.components import title_link
from bot.ui.markdown import bold
from bot.ui.notices import notice_card
from bot.votes.service import VoteResult

_TITLE: Final = 150


def vote_card(result: VoteResult) -> ui.LayoutView:
    """Whether the vote was counted or removed, and the server's votes."""
    title = bold(title_link(result.paper, _TITLE))
    voted, removed = mark("You voted for {paper}"), mark("You removed your vote for {paper}")
    done = tr(voted if result.voted else removed, paper=title)
    votes = counted(result.votes, "vote") if result.votes else tr("no votes")
    undo = f" {tr('Press again to remove yours.')}" if result.voted else ""
    return notice_card(f"{done}\n{tr('It has {votes} in this server.', votes=votes)}{undo}")
