"""``Library``: papers and answers, for the bot and for the command line."""

from __future__ import annotations

from retrieval.library.library import Library

__all__ = ["Library"]
