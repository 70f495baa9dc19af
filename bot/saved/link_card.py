"""Links by which a reference manager such as Zotero reads a list of saved papers."""

from __future__ import annotations

from collections.abc import Sequence

from discord import ui
from discord.utils import format_dt

from bot.storage.private_links import PrivateLink
from bot.texts import tr
from bot.ui import theme
from bot.ui.components import button, card, spaced
from bot.ui.custom_ids import SAVED_LINK
from bot.ui.markdown import bold, fitted, small


def saved_links_card(links: Sequence[PrivateLink], list_name: str) -> ui.LayoutView:
    """The lists that have links, and a button that makes one for ``list_name`` (all lists: ""). Links aren't stored."""
    text = tr(
        "**A private link for Zotero** to {list}: paste it into a browser with the Zotero Connector, or download the "
        "file and import it. It always has the papers of that moment, with your notes and tags.",
        list=_named(list_name),
    )
    lines = [f"• {_named(each.list_name)}, {format_dt(each.created_at, 'D')}" for each in links]
    there = [f"{tr('You have links to:')}\n" + "\n".join(lines)] if lines else []
    hint = small(tr("Whoever has a link can read the list. A new link replaces the old one."))
    row = [button("Make a link", SAVED_LINK("new", list_name), main=True)]
    row += [button("Delete all links", SAVED_LINK("off", ""), grave=True)] if links else []
    return card(theme.LIST, spaced([text, *there, hint]), row)


def new_link_card(ris: str, bibtex: str, list_name: str) -> ui.LayoutView:
    """The addresses of a new link."""
    text = tr("**Copy a link to {list} now**, because I can't show it again.", list=_named(list_name))
    hint = small(tr("Whoever has a link can read the list. A new link replaces the old one."))
    row = [button("Delete all links", SAVED_LINK("off", ""), grave=True)]
    return card(theme.LIST, spaced([f"{text}\nRIS: `{ris}`\nBibTeX: `{bibtex}`", hint]), row)


def _named(list_name: str) -> str:
    return bold(fitted(list_name, 120)) if list_name else tr("all your saved papers")
