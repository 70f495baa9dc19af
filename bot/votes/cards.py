"""What a person reads after a press on "Vote"."""

from __future__ import annotations

from typing import Final

from discord import ui

from bot.ui import theme
from bot.ui.components import title_link
from bot.ui.markdown import bold
from bot.ui.notices import notice_card
from retrieval.papers import Paper

_TITLE: Final = 150


def voted_card(paper: Paper, votes: int, *, stands: bool) -> ui.LayoutView:
    """Whether this person's vote ``stands`` or was taken back, and how many ``votes`` the server gave."""
    done = "You voted for" if stands else "Taken back: your vote for"
    count = f"It has {theme.counted(votes, 'vote')} in this server." if votes else "It has no votes in this server now."
    undo = "Press again to take yours back." if stands else ""
    return notice_card(f"{done} {bold(title_link(paper, _TITLE))}\n{count} {undo}".rstrip())
