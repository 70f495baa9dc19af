"""What a person reads around a paper's discussion: where it is, which paper is meant, where a server wants them."""

from __future__ import annotations

from collections.abc import Sequence

from discord import ui

from bot.cards import ids, look
from bot.cards.building import card, leave, menu
from retrieval.papers import Paper


def discussion_card(guild_id: int, thread_id: int) -> ui.LayoutView:
    """Where a paper is discussed: the thread's name, which Discord shows, is the paper's title."""
    said = f"This paper is discussed in <#{thread_id}>."
    return card(look.NOTICE, [said], leave("Go there", f"https://discord.com/channels/{guild_id}/{thread_id}"))


def which_paper_card(papers: Sequence[Paper]) -> ui.LayoutView:
    """A post's papers, one of which is to be discussed."""
    asked = "**Which paper do you want to discuss?** Each has one thread: it is opened, or you are led there."
    return card(look.NOTICE, [asked], menu(papers, 1, custom_id=ids.discuss_menu(), asks="Choose a paper…"))
