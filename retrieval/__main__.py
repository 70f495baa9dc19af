"""``python -m retrieval``: import papers, search, answer questions, measure."""

from __future__ import annotations

from retrieval.cli import commands, developer_commands
from retrieval.cli.app import app

__all__ = ["app", "commands", "developer_commands"]

if __name__ == "__main__":
    app(prog_name="python -m retrieval")
