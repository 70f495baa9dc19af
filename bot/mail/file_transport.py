"""A drawer in the place of a mail server: the local preview plays Discord, and this plays the mail."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from pathlib import Path

from bot.mail.smtp import BeforeHanding, nothing, on_the_wire

log = logging.getLogger(__name__)


class FileTransport:
    """Puts letters into a folder, which it empties first: each as it would be sent, and its HTML to be looked at."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._letters = 0

    @asynccontextmanager
    async def connected(self) -> AsyncGenerator[FileTransport]:
        """Itself: there is nothing to connect to."""
        if not self._letters:
            await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)
        yield self

    async def send(self, letter: EmailMessage, address: str, before_handing: BeforeHanding = nothing) -> None:
        """Put a letter into the folder, and say where in the log."""
        await before_handing()
        self._letters += 1
        page = await asyncio.to_thread(self._write, letter, self._letters)
        log.info("A mail to %s lies in %s", address, page)

    def _write(self, letter: EmailMessage, number: int) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / f"{number:03}.eml").write_bytes(on_the_wire(letter))
        html, page = letter.get_body(("html",)), self._folder / f"{number:03}.html"
        page.write_text(html.get_content() if html is not None else "", encoding="utf-8")
        return page
