"""Updates of papers: the line in a daily post, and the direct message to people who saved them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from discord import ui

from bot.storage.paper_changes import ChangeKind, PaperChange
from bot.texts import counted, tr
from bot.ui import theme
from bot.ui.components import LineBudget, card, fit_to_limit, menu, title_link
from bot.ui.discord_limits import CHOICES
from bot.ui.markdown import bold, small
from retrieval.papers import Paper

_MAX_TEXT: Final = 3_400
_MAX_PAPERS: Final = 25


def update_lines(changes: Sequence[PaperChange]) -> Mapping[str, str]:
    """A line for each paper (by id): what changed, in order; only the latest of several new versions."""
    by_paper = dict[str, dict[ChangeKind, str]]()
    for change in changes:
        by_paper.setdefault(change.paper_id, {})[change.what] = _words(change)
    return {paper_id: theme.joined(*words.values()) for paper_id, words in by_paper.items()}


def updates_card(papers: Mapping[str, Paper], changes: Sequence[PaperChange]) -> ui.LayoutView:
    """The message to a person who saved these papers. Changes of papers that no longer exist are left out."""
    lines = update_lines(changes)
    changed = [papers[paper_id] for paper_id in lines if paper_id in papers][:_MAX_PAPERS]

    def draw(_: int, paper: Paper, room: LineBudget) -> str:
        return f"{bold(title_link(paper, room.title, room.address))}\n{lines[paper.id]}"

    texts = fit_to_limit(changed, draw, _MAX_TEXT)
    left = len(lines) - len(texts)
    one, several = tr("Update to a paper you saved"), tr("Updates to papers you saved")
    heading = f"## {one if len(lines) == 1 else several}"
    more = f"{tr('{papers} changed.', papers=counted(left, 'more paper'))} " if left > 0 else ""
    foot = small(more + tr("You get one message for each change to a paper in `/saved`."))
    return card(theme.NOTICE, [heading, *texts, foot], menu(changed[: min(len(texts), CHOICES)], 1) if texts else [])


def _words(change: PaperChange) -> str:
    match change.what:
        case ChangeKind.WITHDRAWN:
            return tr("Withdrawn by its authors")
        case ChangeKind.VERSION:
            return tr("New version: v{number}", number=change.version)
        case ChangeKind.CODE:
            return tr("Code is now available")
