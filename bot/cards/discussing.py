"""What a person reads around a paper's discussion: where it is, which paper is meant, where a server wants them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from discord import ui

from bot.cards import ids, look
from bot.cards.building import card, leave, menu, title_link
from bot.cards.markup import bold
from retrieval.papers import Paper

_TITLE: Final = 150


def discussion_card(paper: Paper, guild_id: int, thread_id: int) -> ui.LayoutView:
    """Where the paper is discussed."""
    said = f"{bold(title_link(paper, _TITLE))} is discussed in <#{thread_id}>."
    return card(look.NOTICE, [said], leave("Go there", f"https://discord.com/channels/{guild_id}/{thread_id}"))


def which_paper_card(papers: Sequence[Paper]) -> ui.LayoutView:
    """A post's papers, one of which is to be discussed."""
    asked = "**Which paper do you want to discuss?** Each has one thread: it is opened, or you are led there."
    return card(look.NOTICE, [asked], menu(papers, 1, custom_id=ids.discuss_menu(), asks="Choose a paper…"))
