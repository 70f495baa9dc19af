"""A real mail server on loopback (aiosmtpd), with TLS, that accepts, refuses, delays or hangs up as a test wants."""

from __future__ import annotations

import asyncio
import email.policy
import ssl
import warnings
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from functools import cache
from typing import Any, cast

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from bot.settings import MailSettings

PASSWORD = "correct horse battery staple"
SENDER = "papers@bot.example.org"


@cache
def authority() -> trustme.CA:
    """Who vouches for the test's server; made once, as it takes a while."""
    return trustme.CA()


def trusting() -> ssl.SSLContext:
    """What a client has that trusts the test's server."""
    context = ssl.create_default_context()
    authority().configure_trust(context)  # pyright: ignore[reportUnknownMemberType] - it also takes pyOpenSSL's
    return context


_SILENCE = 200.0  # seconds: more than a client waits for a whole step, less than aiosmtpd waits for a command


@dataclass
class MailServer:
    """The server's side: what came in, and how it behaves. Answers are SMTP lines; ``None`` is the usual one.

    ``breaks_at`` hangs up, and ``silent_at`` never answers (the client's timeout then passes at once), at a command:
    ``"RCPT"``, ``"DATA"`` (its text has come in by then), or ``"MAIL"``. ``meanwhile`` happens once,
    before a recipient is answered.
    """

    port: int = 0
    received: list[EmailMessage] = field(default_factory=list[EmailMessage])
    commands: Counter[str] = field(default_factory=Counter[str])
    answers: dict[str, str] = field(default_factory=dict[str, str])
    of_recipients: dict[str, str] = field(default_factory=dict[str, str])
    """Answers to RCPT, by address."""
    breaks_at: str | None = None
    silent_at: str | None = None
    takes_before_breaking: bool = False
    meanwhile: Callable[[], Awaitable[None]] | None = None

    @property
    def to(self) -> list[str]:
        """To whom mail came."""
        return [str(letter["To"]) for letter in self.received]

    def settings(self, **changes: Any) -> dict[str, Any]:
        """``[mail]`` for a bot that uses this server."""
        return {
            "host": "localhost",
            "port": self.port,
            "user": "bot",
            "sender": SENDER,
            "seconds": 30,
        } | changes

    def chosen(self, **changes: Any) -> MailSettings:
        """The same, checked."""
        return MailSettings.model_validate(self.settings(**changes))

    # --- called by aiosmtpd --------------------------------------------------------------------

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """A sender."""
        answer = await self._met("MAIL", server)
        envelope.mail_from = address
        return answer

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """A recipient."""
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await meanwhile()
        answer = self.of_recipients.get(address) or await self._met("RCPT", server)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        """A letter."""
        if self.takes_before_breaking:
            self._take(envelope)
        answer = await self._met("DATA", server)
        if answer.startswith("250"):
            self._take(envelope)
        return answer

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        """A log-in."""
        self.commands["AUTH"] += 1
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"bot", PASSWORD.encode())
        return AuthResult(success=right, handled=False)

    async def _met(self, command: str, server: SMTP) -> str:
        self.commands[command] += 1
        if self.breaks_at == command:
            cast("asyncio.Transport", server.transport).abort()
        if command == self.silent_at:
            _skip(_SILENCE)
        if command in (self.breaks_at, self.silent_at):
            await asyncio.Event().wait()  # until the server is stopped, or the client has gone
        return self.answers.get(command, "250 OK")

    def _take(self, envelope: Envelope) -> None:
        text = cast("bytes", envelope.original_content)
        self.received.append(message_from_bytes(text, policy=email.policy.default))


def _skip(seconds: float) -> None:
    """Move the event loop's clock on, so that what waits so long for an answer needn't really wait."""
    loop, at = asyncio.get_running_loop(), asyncio.get_running_loop().time
    loop.time = lambda: at() + seconds


@asynccontextmanager
async def mail_server(*, implicit_tls: bool = False) -> AsyncGenerator[MailServer]:
    """The server, on a port of its own of ``localhost``, in this event loop."""
    state, context = MailServer(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate = authority().issue_cert("localhost")
    certificate.configure_cert(context)  # pyright: ignore[reportUnknownMemberType] - it also takes pyOpenSSL's

    def connection() -> SMTP:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it does not see that the socket below it speaks TLS already
            return SMTP(
                state,
                hostname="mail.example.org",
                tls_context=None if implicit_tls else context,
                require_starttls=not implicit_tls,
                auth_required=True,
                auth_require_tls=not implicit_tls,
                authenticator=state.authenticate,
                loop=asyncio.get_running_loop(),
            )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(connection, "127.0.0.1", 0, ssl=context if implicit_tls else None)
    state.port = server.sockets[0].getsockname()[1]
    try:
        yield state
    finally:
        server.close()
