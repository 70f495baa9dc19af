"""What became of papers: the line in a post, and the message to those who saved them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from discord import ui

from bot.storage.paper_changes import ChangeKind, PaperChange
from bot.ui import theme
from bot.ui.components import LineBudget, card, fit_to_limit, menu, title_link
from bot.ui.discord_limits import CHOICES
from bot.ui.markdown import bold, small
from retrieval.papers import Paper

_TEXT: Final = 3_400
_MOST: Final = 25


def marks(changes: Sequence[PaperChange]) -> Mapping[str, str]:
    """A line for each paper that says what became of it, in the order of what happened; of versions the last."""
    by_paper = dict[str, dict[ChangeKind, str]]()
    for change in changes:
        by_paper.setdefault(change.paper_id, {})[change.what] = _words(change)
    return {paper_id: theme.joined(*words.values()) for paper_id, words in by_paper.items()}


def news_card(papers: Mapping[str, Paper], changes: Sequence[PaperChange]) -> ui.LayoutView:
    """The message to a person who saved these papers. Changes of a paper that is gone are left out."""
    lines = marks(changes)
    told = [papers[paper_id] for paper_id in lines if paper_id in papers][:_MOST]

    def draw(_: int, paper: Paper, room: LineBudget) -> str:
        return f"{bold(title_link(paper, room.title, room.address))}\n{lines[paper.id]}"

    texts = fit_to_limit(told, draw, _TEXT)
    left = len(lines) - len(texts)
    heading = "## News of a paper that you saved" if len(lines) == 1 else "## News of papers that you saved"
    more = f"{theme.counted(left, 'more paper')} changed. " if left > 0 else ""
    foot = small(f"{more}You get this once for each change of a paper in your `/saved` list.")
    return card(theme.NOTICE, [heading, *texts, foot], menu(told[: min(len(texts), CHOICES)], 1) if texts else [])


def _words(change: PaperChange) -> str:
    match change.what:
        case ChangeKind.WITHDRAWN:
            return "Withdrawn by its authors"
        case ChangeKind.VERSION:
            return f"New version: v{change.version}"
        case ChangeKind.CODE:
            return "Its code is out"
