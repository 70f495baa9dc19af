"""Sending messages through the operator's mail server: SMTP with TLS, every wait with a timeout (aiosmtplib).

A message counts as handed over as soon as its text starts to be sent (``DATA``, RFC 5321, 4.1.1.4). A failure before
that means "not sent". After that only the server's reply tells; without one the outcome is unknown.
"""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Final, Protocol

import aiosmtplib
from pydantic import SecretStr

from bot.mail.errors import (
    AddressRefused,
    MailError,
    MailOutcomeUnknown,
    MailUnavailable,
    MessageRefused,
    RecipientDelayed,
    SenderRefused,
)
from bot.settings import MailSettings, Security

log = logging.getLogger(__name__)

_FAILURES: Final = (aiosmtplib.SMTPException, OSError)
"""What an SMTP command can raise. (A timeout is an ``OSError``.)"""

_PERMANENT: Final = 500
_CLOSING: Final = 421  # the server ends the connection
_MAILBOX_CODES: Final = {550, 551, 552, 553}
"""Source: RFC 5321, 4.2.3"""

_ENHANCED: Final = re.compile(r"\d{3} [245]\.\d{1,3}\.\d{1,3}\b")
_ABOUT_ADDRESS: Final = re.compile(r"\d{3} 5\.(?:1\.(?![78]\b)|2\.)")  # 5.1.7 and 5.1.8 are about the sender's address
_ABOUT_MESSAGE: Final = re.compile(r"\d{3} 5\.(?:6\.|7\.|3\.4\b|2\.3\b)")
_QUOTA: Final = re.compile(r"quota|rate|limit|too many", re.IGNORECASE)
_ABOUT_US: Final = re.compile(
    r"relay|quota|limit|polic|spam|block|denied|sender|authenticat|reputation|rate\b|too many|SPF|DKIM|DMARC|\bIP\b",
    re.IGNORECASE,
)
_ENCODED_WORD: Final = 75  # characters of an encoded word (RFC 2047, 2)
_STEPS: Final = 4  # a step is at most this many waits of the settings' seconds
_REPLY: Final = 300  # characters of a server's reply that are stored

BeforeData = Callable[[], Awaitable[None]]
"""Called when the server has accepted the address, right before ``DATA``; may raise to stop the message."""


class MailSession(Protocol):
    """Sends messages one after the other."""

    async def send(self, message: EmailMessage, address: str, before_data: BeforeData = ..., /) -> None:
        """Send a message to an address. Raises a ``MailError``; its class says whether to try again."""
        ...


class MailTransport(Protocol):
    """A mail server, or a stand-in for one."""

    def connect(self) -> AbstractAsyncContextManager[MailSession]:
        """A session to send messages with. Raises ``MailUnavailable`` with the reason."""
        ...


async def no_action() -> None:
    """The default ``BeforeData``."""


def wire_format(message: EmailMessage) -> bytes:
    """The message's bytes. Header lines may be as long as RFC 5322 allows (2.1.1).

    Python would fold them at 78 characters and turn what it can't fold into encoded words, in which mail programs
    don't find links and ids. The subject has only words, and RFC 2047 allows encoded ones 75 characters each.
    """
    return message.as_bytes(policy=_WirePolicy(linesep="\r\n", max_line_length=998))


class _WirePolicy(EmailPolicy):
    """Long lines, but for the subject. Python's own encoded words lose spaces between two of them."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """A header's lines."""
        if name.casefold() != "subject" or value.isascii():
            return super().fold_binary(name, value)
        words = Header(value, "utf-8", maxlinelen=_ENCODED_WORD, header_name=name).encode(linesep=self.linesep)
        return f"{name}: {words}{self.linesep}".encode("ascii")


class SmtpSession:
    """A connection to the mail server that sends messages one after the other."""

    def __init__(self, smtp: aiosmtplib.SMTP, sender: str, seconds: float) -> None:
        self._smtp = smtp
        self._sender = sender
        self._seconds = seconds
        self._used = False

    async def send(self, message: EmailMessage, address: str, before_data: BeforeData = no_action) -> None:
        """Send a message. Raises any of the ``MailError``s."""
        await self._start(address)
        await before_data()
        await self._hand_over(wire_format(message))

    async def _start(self, address: str) -> None:
        try:
            async with asyncio.timeout(_STEPS * self._seconds):
                if self._used:  # an unfinished message must not become part of this one
                    await self._smtp.rset()
                self._used = True
                await self._smtp.mail(self._sender)
                await self._smtp.rcpt(address)
        except aiosmtplib.SMTPSenderRefused as refused:
            raise _refusal_of_sender(refused.code, _reason(refused)) from refused
        except aiosmtplib.SMTPRecipientRefused as refused:
            raise refusal_of_recipient(refused.code, _reason(refused)) from refused
        except _FAILURES as error:
            raise MailUnavailable(_reason(error)) from error

    async def _hand_over(self, text: bytes) -> None:
        try:
            async with asyncio.timeout(_STEPS * self._seconds):
                await self._smtp.data(text)
        except aiosmtplib.SMTPDataError as refused:
            raise refusal_of_text(refused.code, _reason(refused)) from refused
        except _FAILURES as error:
            raise MailOutcomeUnknown(_reason(error)) from error


class SmtpTransport:
    """The operator's mail server. ``trusted`` holds the certificates to trust (default: those of this machine)."""

    def __init__(
        self, settings: MailSettings, password: SecretStr | None = None, trusted: ssl.SSLContext | None = None
    ) -> None:
        self._settings = settings
        self._password = password
        self._trusted = trusted

    @asynccontextmanager
    async def connect(self) -> AsyncGenerator[SmtpSession]:
        """Connect, encrypt and log in. Raises ``MailUnavailable`` with the reason."""
        smtp = await self._connect()
        try:
            yield SmtpSession(smtp, self._settings.sender, self._settings.seconds)
        finally:
            await _quit(smtp)

    async def _connect(self) -> aiosmtplib.SMTP:
        chosen = self._settings
        smtp = aiosmtplib.SMTP(
            hostname=chosen.host,
            port=chosen.port,
            username=chosen.user or None,
            password=self._password.get_secret_value() if chosen.user and self._password else None,
            # The sender's domain: looking up the machine's own name can be slow, and would reveal it.
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
            raise MailUnavailable(_reason(error)) from error
        return smtp

    def _context(self) -> ssl.SSLContext:
        return self._trusted or ssl.create_default_context()


async def _quit(smtp: aiosmtplib.SMTP) -> None:
    """Quit; if the server doesn't answer, that no longer matters."""
    try:
        if smtp.is_connected:
            await smtp.quit(timeout=5)
    except _FAILURES as error:
        log.debug("The mail server did not answer QUIT: %s", _reason(error))
    finally:
        smtp.close()


def refusal_of_recipient(code: int, reason: str) -> MailError:
    """What a reply to RCPT means: only 5.1.x and 5.2.x blame an address, and of those not what is wrong with us."""
    if code == _CLOSING:
        return MailUnavailable(reason)
    if code < _PERMANENT:
        return RecipientDelayed(reason)
    blamed = _blames_address(reason)
    if blamed is None:  # an old server, without enhanced status codes
        blamed = code in _MAILBOX_CODES and not _ABOUT_US.search(reason)
    return AddressRefused(reason) if blamed else SenderRefused(reason)


def refusal_of_text(code: int, reason: str) -> MailError:
    """What a reply to the text means: it may still be about the address, the message itself, or us."""
    if code == _CLOSING:
        return MailUnavailable(reason)
    if code < _PERMANENT:
        return RecipientDelayed(reason)
    if _blames_address(reason):
        return AddressRefused(reason)
    about_us = _ENHANCED.match(reason) is not None and not _ABOUT_MESSAGE.match(reason)
    return SenderRefused(reason) if about_us or _QUOTA.search(reason) else MessageRefused(reason)


def _refusal_of_sender(code: int, reason: str) -> MailError:
    return MailUnavailable(reason) if code < _PERMANENT else SenderRefused(reason)


def _blames_address(reason: str) -> bool | None:
    """Whether a reply's enhanced status code (RFC 3463) is about the address; ``None`` without such a code."""
    if _ENHANCED.match(reason) is None:
        return None
    return _ABOUT_ADDRESS.match(reason) is not None


def _reason(error: BaseException) -> str:
    """The server's reply or the network error, on one short line."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        text = f"{error.code} {error.message}"
    else:
        text = str(error) or type(error).__name__
    return " ".join(text.split())[:_REPLY]
