"""What a person reads around a paper's discussion: where it is, which paper is meant, where a server wants them."""

from __future__ import annotations

from collections.abc import Sequence

from discord import ui

from bot.ui import custom_ids, theme
from bot.ui.components import card, link_button, menu
from retrieval.papers import Paper


def discussion_card(guild_id: int, thread_id: int) -> ui.LayoutView:
    """Where a paper is discussed: the thread's name, which Discord shows, is the paper's title."""
    said = f"This paper is discussed in <#{thread_id}>."
    return card(theme.NOTICE, [said], link_button("Go there", f"https://discord.com/channels/{guild_id}/{thread_id}"))


def which_paper_card(papers: Sequence[Paper]) -> ui.LayoutView:
    """A post's papers, one of which is to be discussed."""
    asked = "**Which paper do you want to discuss?** Each has one thread: it is opened, or you are led there."
    return card(theme.NOTICE, [asked], menu(papers, 1, custom_id=custom_ids.discuss_menu(), asks="Choose a paper…"))
