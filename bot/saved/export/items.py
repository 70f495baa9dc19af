"""What is exported: a paper, and what its reader wrote to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.ui.latex import readable
from bot.ui.markdown import visible
from retrieval.papers import Paper


@dataclass(frozen=True, slots=True)
class ExportItem:
    """A paper to export. Without what a reader wrote to it, it is the paper alone."""

    paper: Paper
    list_name: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    saved_at: datetime | None = None

    @property
    def title(self) -> str:
        """The title as people read it: LaTeX as Unicode, in one line."""
        return one_line(readable(self.paper.title))

    @property
    def authors(self) -> tuple[str, ...]:
        """The authors as people read them; blank ones left out."""
        return tuple(name for each in self.paper.authors if (name := one_line(readable(each))))


def one_line(text: str) -> str:
    """``text`` without line breaks and without characters that take no room."""
    return " ".join(visible(text).split())
