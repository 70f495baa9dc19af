"""Handing letters to the operator's mail server: SMTP with TLS, every wait bounded (aiosmtplib).

A letter counts as handed over from the moment in which its text begins to be sent (``DATA``, RFC 5321, 4.1.1.4).
Before that every failure means "not sent". After it only the server's answer tells, and without one nobody knows.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from typing import Final, Protocol

import aiosmtplib
from pydantic import SecretStr

from bot.mail.errors import AddressRefused, MailOutcomeUnknown, MailUnavailable, MessageRefused
from bot.settings import MailSettings, Security

log = logging.getLogger(__name__)

_FAILURES: Final = (aiosmtplib.SMTPException, OSError)
"""What a command may end with. (A timeout is an ``OSError``.)"""

_PERMANENT: Final = 500
_STEPS: Final = 4  # waits of a whole step, each of at most the settings' seconds
_SHOWN: Final = 300  # characters of what a server said that are kept

BeforeHanding = Callable[[], Awaitable[None]]
"""Called when the server has taken the address, right before the letter's text is sent; may raise to stop it."""


class MailSession(Protocol):
    """Carries one letter after the other."""

    async def send(self, letter: EmailMessage, address: str, before_handing: BeforeHanding = ..., /) -> None:
        """Carry a letter to an address. Raises one of the ``MailError``s, each with its own meaning."""
        ...


class MailTransport(Protocol):
    """A way for letters: a mail server, or what stands in its place."""

    def connected(self) -> AbstractAsyncContextManager[MailSession]:
        """Somebody who carries letters. Raises ``MailUnavailable`` with what hinders it."""
        ...


async def nothing() -> None:
    """Nobody wants to know when a letter leaves."""


def on_the_wire(letter: EmailMessage) -> bytes:
    """A letter as it is sent. Header lines stay in one piece, as long as RFC 5322 allows (2.1.1).

    Python would fold them at 78 characters, and write what has no space to fold at as an encoded word: mail
    programs find no link and no id in that.
    """
    return letter.as_bytes(policy=WIRE.clone(max_line_length=998))


class SmtpSession:
    """A connection to the mail server, for one letter after the other."""

    def __init__(self, smtp: aiosmtplib.SMTP, sender: str, seconds: float) -> None:
        self._smtp = smtp
        self._sender = sender
        self._seconds = seconds
        self._used = False

    async def send(self, letter: EmailMessage, address: str, before_handing: BeforeHanding = nothing) -> None:
        """Send it. Raises ``MailUnavailable``, ``AddressRefused``, ``MessageRefused`` or ``MailOutcomeUnknown``."""
        await self._address(address)
        await before_handing()
        await self._hand_over(on_the_wire(letter))

    async def _address(self, address: str) -> None:
        try:
            async with asyncio.timeout(_STEPS * self._seconds):
                if self._used:  # what a letter before left half-done must not be part of this one
                    await self._smtp.rset()
                self._used = True
                await self._smtp.mail(self._sender)
                await self._smtp.rcpt(address)
        except aiosmtplib.SMTPRecipientRefused as refused:
            if refused.code < _PERMANENT:
                raise MailUnavailable(_said(refused)) from refused
            raise AddressRefused(_said(refused)) from refused
        except _FAILURES as error:
            raise MailUnavailable(_said(error)) from error

    async def _hand_over(self, text: bytes) -> None:
        try:
            async with asyncio.timeout(_STEPS * self._seconds):
                await self._smtp.data(text)
        except aiosmtplib.SMTPDataError as refused:
            if refused.code < _PERMANENT:
                raise MailUnavailable(_said(refused)) from refused
            raise MessageRefused(_said(refused)) from refused
        except _FAILURES as error:
            raise MailOutcomeUnknown(_said(error)) from error


class Mailer:
    """The operator's mail server. ``trusted`` says which certificates are (default: those of this machine)."""

    def __init__(
        self, settings: MailSettings, password: SecretStr | None = None, trusted: ssl.SSLContext | None = None
    ) -> None:
        self._settings = settings
        self._password = password
        self._trusted = trusted

    @asynccontextmanager
    async def connected(self) -> AsyncGenerator[SmtpSession]:
        """A connection, encrypted and logged in. Raises ``MailUnavailable`` with what hinders it."""
        smtp = await self._connect()
        try:
            yield SmtpSession(smtp, self._settings.sender, self._settings.seconds)
        finally:
            await _hang_up(smtp)

    async def _connect(self) -> aiosmtplib.SMTP:
        chosen = self._settings
        smtp = aiosmtplib.SMTP(
            hostname=chosen.host,
            port=chosen.port,
            username=chosen.user or None,
            password=self._password.get_secret_value() if chosen.user and self._password else None,
            # Named after the sender: asking the machine for its own name can take long, and tells it to others.
            local_hostname=chosen.sender.rpartition("@")[2],
            timeout=chosen.seconds,
            use_tls=chosen.security is Security.TLS,
            start_tls=chosen.security is Security.STARTTLS,
            tls_context=await asyncio.to_thread(self._context) if chosen.security is not Security.NONE else None,
        )
        try:
            async with asyncio.timeout(_STEPS * chosen.seconds):
                await smtp.connect()
        except _FAILURES as error:
            smtp.close()
            raise MailUnavailable(_said(error)) from error
        return smtp

    def _context(self) -> ssl.SSLContext:
        return self._trusted or ssl.create_default_context()


async def _hang_up(smtp: aiosmtplib.SMTP) -> None:
    """Say goodbye; a server that does not answer to it has had everything that it should get."""
    try:
        if smtp.is_connected:
            await smtp.quit(timeout=5)
    except _FAILURES as error:
        log.debug("The mail server did not say goodbye: %s", _said(error))
    finally:
        smtp.close()


def _said(error: BaseException) -> str:
    """What the server or the network said, in one short line."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        text = f"{error.code} {error.message}"
    else:
        text = str(error) or type(error).__name__
    return " ".join(text.split())[:_SHOWN]
