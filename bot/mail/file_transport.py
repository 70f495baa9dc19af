"""A folder in place of a mail server, for the local preview."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from pathlib import Path

from bot.mail.smtp import BeforeData, no_action, wire_format

log = logging.getLogger(__name__)


class FileTransport:
    """Writes messages to a folder, which it empties first: each as it would be sent, and its HTML as a page."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    @asynccontextmanager
    async def connect(self) -> AsyncGenerator[FileTransport]:
        """Itself: there's nothing to connect to."""
        if not self._count:
            await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)
        yield self

    async def send(self, message: EmailMessage, address: str, before_data: BeforeData = no_action) -> None:
        """Write a message to the folder, and log where."""
        await before_data()
        self._count += 1
        page = await asyncio.to_thread(self._write, message, self._count)
        log.info("A mail was written to %s", page)

    def _write(self, message: EmailMessage, number: int) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / f"{number:03}.eml").write_bytes(wire_format(message))
        html, page = message.get_body(("html",)), self._folder / f"{number:03}.html"
        page.write_text(html.get_content() if html is not None else "", encoding="utf-8")
        return page
