"""A mail server on the loopback that tells a test what comes in, step by step."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from email import message_from_bytes
from typing import cast

from aiosmtpd.smtp import SMTP, Envelope, Session


async def _nothing(_step: str) -> None:
    pass


class MailServer:
    """``received`` are subjects and recipients. ``step`` is awaited at RCPT, DATA and TAKEN (the text was accepted)."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self.port = 0
        self.received = list[tuple[str, str]]()
        self.step: Callable[[str], Awaitable[None]] = _nothing
        self._changed = changed

    @property
    def environment(self) -> dict[str, str]:
        """The settings of a bot that sends its mail here."""
        return {
            "DAILY_PAPERS_MAIL__HOST": "127.0.0.1",
            "DAILY_PAPERS_MAIL__PORT": str(self.port),
            "DAILY_PAPERS_MAIL__SECURITY": "none",
            "DAILY_PAPERS_MAIL__SENDER": "papers@bot.example.org",
        }

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """A recipient."""
        await self.step("RCPT")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        """A mail's text."""
        await self.step("DATA")
        letter = message_from_bytes(cast("bytes", envelope.original_content))
        self.received.append((str(letter["Subject"]), str(letter["To"])))
        self._changed()
        await self.step("TAKEN")
        return "250 OK"


@asynccontextmanager
async def mail_server(changed: Callable[[], None]) -> AsyncGenerator[MailServer]:
    """The server, while the block runs."""
    state, loop = MailServer(changed), asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(state, hostname="mail.example.org", loop=loop), "127.0.0.1", 0)
    state.port = server.sockets[0].getsockname()[1]
    try:
        yield state
    finally:
        server.close()
