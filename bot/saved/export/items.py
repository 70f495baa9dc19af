"""What is exported: a paper, and what the person wrote about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.ui.latex import readable
from bot.ui.markdown import visible
from retrieval.papers import Paper


@dataclass(frozen=True, slots=True)
class ExportItem:
    """A paper to export, with the person's list, note and tags, if it is saved."""

    paper: Paper
    list_name: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    saved_at: datetime | None = None

    @property
    def title(self) -> str:
        """The title with LaTeX as Unicode, on one line."""
        return one_line(readable(self.paper.title))

    @property
    def authors(self) -> tuple[str, ...]:
        """The authors with LaTeX as Unicode, without blank names."""
        return tuple(name for each in self.paper.authors if (name := one_line(readable(each))))


def one_line(text: str) -> str:
    """``text`` without line breaks and invisible characters."""
    return " ".join(visible(text).split())
