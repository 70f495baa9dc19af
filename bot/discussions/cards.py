"""Cards around a paper's discussion."""

from __future__ import annotations

from collections.abc import Sequence

from discord import ui

from bot.texts import tr
from bot.ui import custom_ids, theme
from bot.ui.components import card, link_button, menu
from retrieval.papers import Paper


def discussion_card(guild_id: int, thread_id: int) -> ui.LayoutView:
    """Links to a discussion. Discord shows the thread's name, which is the paper's title."""
    url = f"https://discord.com/channels/{guild_id}/{thread_id}"
    return card(
        theme.NOTICE,
        [tr("This paper is discussed in {thread}.", thread=f"<#{thread_id}>")],
        link_button("Go to discussion", url),
    )


def choose_paper_card(papers: Sequence[Paper]) -> ui.LayoutView:
    """Asks which of a post's papers to discuss."""
    question = tr("**Which paper do you want to discuss?** Each paper has one thread in this server.")
    return card(theme.NOTICE, [question], menu(papers, 1, custom_id=custom_ids.DISCUSS_MENU(), asks="Choose a paper…"))
